"""Hand-made alignments: reading a gold file, finding its cells in the articles, pairing segments by it.

`<pair>.tsv`: UTF-8, header `LANG<TAB>LANG<TAB>note` with the two-letter codes of the article pair, then per line:
the text of one language, the text of the other that says the same, a remark. A cell quotes its cleaned article exactly,
but for white space and for letters composed or not (NFC, NFD); an empty cell has no counterpart. The cells of a column,
in order, are the whole article.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mt_eval.align.groups import number_groups
from mt_eval.errors import AlignmentError
from mt_eval.files import TextFile, read_file
from mt_eval.languages.codes import name_language
from mt_eval.languages.letters import escape_forms, is_blank
from mt_eval.types import Article, Segment, SegmentPair

Span = tuple[int, int]
"""Half-open character span into a cleaned article."""


@dataclass(frozen=True, slots=True)
class GoldRow:
    """One aligned group as its file quotes it; either side may be empty, never both."""

    line: int
    """Of the gold file, from 1; the header is line 1."""
    source: str
    reference: str
    note: str


def read_gold(path: Path, source_lang: str, reference_lang: str) -> tuple[GoldRow, ...]:
    """The rows of a gold file, its columns taken by the language codes in its header.

    Raises:
        DataError: The file cannot be read as UTF-8 text.
        AlignmentError: A line of it is not what the format says.
    """
    return parse_gold(read_file(path), source_lang, reference_lang)


def parse_gold(file: TextFile, source_lang: str, reference_lang: str) -> tuple[GoldRow, ...]:
    """The rows of a gold file that was read before; see `read_gold`.

    Raises:
        AlignmentError: A line of it is not what the format says.
    """
    path, lines = file.path, file.lines
    header = lines[0].split("\t")
    if len(header) != 3 or header[2] != "note" or {source_lang, reference_lang} != set(header[:2]):
        raise AlignmentError(
            f"{path} line 1: the header is {lines[0]!r}, expected {source_lang}, {reference_lang} and note with tabs "
            "between; mend the header"
        )
    source_column, reference_column = header.index(source_lang), header.index(reference_lang)
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        cells = ["" if is_blank(cell) else cell.strip() for cell in line.split("\t")]
        if len(cells) != 3:
            raise AlignmentError(f"{path} line {number}: {len(cells)} cells, expected 3; put a tab between cells")
        if not cells[0] and not cells[1]:
            raise AlignmentError(f"{path} line {number}: both texts are empty, expected one at least; delete the line")
        rows.append(GoldRow(number, cells[source_column], cells[reference_column], cells[2]))
    return tuple(rows)


def locate_gold(
    path: Path, rows: Sequence[GoldRow], source: Article, reference: Article
) -> tuple[tuple[Span | None, Span | None], ...]:
    """For each row the spans of its cells in the two cleaned articles; None for an empty cell.

    `path` is the gold file, and its stem the name of the article pair, for messages. Where the spans begin and end are
    the breaks that no segment may cross.

    Raises:
        AlignmentError: A cell does not follow the one before it in its article, or a cell is missing for some text.
    """
    source_spans = _locate_column(path, [(row.line, row.source) for row in rows], source)
    reference_spans = _locate_column(path, [(row.line, row.reference) for row in rows], reference)
    return tuple(zip(source_spans, reference_spans, strict=True))


def pair_by_gold(
    article_pair_id: str,
    spans: Sequence[tuple[Span | None, Span | None]],
    source_segments: Sequence[Segment],
    reference_segments: Sequence[Segment],
) -> list[SegmentPair]:
    """A segment pair for each of the N `spans`, holding the segments that lie in them.

    The segments must have been split with the spans' ends as breaks.

    Raises:
        AlignmentError: A segment lies in no span or in more than one.
    """
    sources = _fill_spans(article_pair_id, [one for one, _ in spans], source_segments)
    references = _fill_spans(article_pair_id, [other for _, other in spans], reference_segments)
    return number_groups(article_pair_id, zip(sources, references, strict=True))


def _locate_column(path: Path, cells: Sequence[tuple[int, str]], article: Article) -> list[Span | None]:
    text, name = article.text, name_language(article.lang)
    spans: list[Span | None] = []
    position = 0
    for line, cell in cells:
        if not cell:
            spans.append(None)
            continue
        pattern = re.compile(r"\s+".join(map(escape_forms, cell.split())))
        start = _skip_space(text, position)
        if (match := pattern.match(text, start)) is None:
            raise _explain_miss(path, line, article, position, start, pattern)
        spans.append(match.span())
        position = match.end()
    if rest := text[position:].strip():
        raise AlignmentError(
            f"{path}: the {name} cells end at character {position} of article {article.id}, before "
            f"{_quote(rest)}, expected cells for the whole article; add a row for the rest"
        )
    return spans


def _explain_miss(
    path: Path, line: int, article: Article, position: int, start: int, pattern: re.Pattern[str]
) -> AlignmentError:
    name = name_language(article.lang)
    if (later := pattern.search(article.text, start)) is not None:
        return AlignmentError(
            f"{path} line {line}: the {name} cell begins at character {later.start()} of article "
            f"{article.id}, and no cell holds {_quote(article.text[start : later.start()])} before it; add a row for "
            "that text or extend a cell"
        )
    return AlignmentError(
        f"{path} line {line}: the {name} cell is not found in article {article.id} after character "
        f"{position}, where the cleaned text goes on {_quote(article.text[start:])}; edit the cell or rerun "
        f"`mt-eval data align {path.stem}`"
    )


def _fill_spans(article_pair_id: str, spans: Sequence[Span | None], segments: Sequence[Segment]) -> list[list[Segment]]:
    filled: list[list[Segment]] = [[] for _ in spans]
    rows = [index for index, span in enumerate(spans) if span is not None]
    bounds = [span for span in spans if span is not None]
    for segment in segments:
        place = bisect_right(bounds, segment.start, key=lambda span: span[0]) - 1
        if place < 0 or segment.end > bounds[place][1]:
            raise AlignmentError(
                f"article pair {article_pair_id}: segment {segment.id} (characters {segment.start} to {segment.end}) "
                "crosses the bounds of the gold cells; split the article with the cells' ends as breaks"
            )
        filled[rows[place]].append(segment)
    return filled


def _skip_space(text: str, position: int) -> int:
    return len(text) - len(text[position:].lstrip())


def _quote(text: str, limit: int = 40) -> str:
    words = " ".join(text.split())
    return f"`{words[:limit]}{'...' if len(words) > limit else ''}`"
