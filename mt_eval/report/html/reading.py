"""Articles as running text: what stands in which row and column of the page's article view, as JSON.

A **column** is the source, the reference or the output of a system; a **piece** is what stands together in it. A
**row** holds the same segment pairs in all columns, so that they stay side by side: it begins where a paragraph of the
source does, or where the row before it is long. In JSON a piece is

    12             the text of the segment pair at this place of the page; an empty one was left out
    [12, 0, 40]    40 characters of it, counted as JavaScript does (UTF-16)
    "text"         what a system added to all that has a place
    -3             three segment pairs that are not in this page
    null           no text: the next piece begins a paragraph
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from mt_eval.report.titles import find_titles
from mt_eval.runs.outputs import list_outputs
from mt_eval.spool import skim
from mt_eval.types import ArticleFacts, Run, Segment, SegmentPair

MOST_PAIRS = 4
"""Segment pairs in a row: columns of different lengths stay side by side, also where a paragraph is long."""

Rows = Sequence[tuple[int, ...]]
"""The places of each segment pair in all M runs."""


@dataclass(frozen=True, slots=True)
class _Piece:
    rank: int
    """Which of its article's segment pairs it belongs to, from 0; an added text stays with what it stands behind."""
    content: Any
    """As it stands in JSON; None where the page does not have the segment pair."""
    begins_paragraph: bool = False


def encode_reading(runs: Sequence[Run], shared: Rows, kept: Rows) -> list[dict[str, Any]]:
    """Titles and rows of every article of which a segment pair is in the page, in the order of the first run.

    Args:
        shared: The segment pairs that all runs have, in the order of the first.
        kept: Those of them that are in the page: a piece names its place among these.
    """
    numbers = {row: number for number, row in enumerate(kept)}
    members: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    # Outputs of several runs may be cut into articles in different ways, and then one throws light on the other.
    named = skim(runs[0].pairs, "article_pair_id")
    shown = {named[row[0]].article_pair_id for row in kept} if len(runs) == 1 else None
    for row in shared:
        article = named[row[0]].article_pair_id
        if shown is None or article in shown:
            members[article].append(row)
    outputs = [_divide_outputs(run, column, members, shown) for column, run in enumerate(runs)]
    facts: dict[str, ArticleFacts] = {}
    for run in reversed(runs):
        facts |= run.head.articles
    return [
        _encode_article([runs[0].pairs[row[0]] for row in rows], [numbers.get(row) for row in rows], pieces, facts)
        for article, rows in members.items()
        if any(row in numbers for row in rows)
        for pieces in [[each[article] for each in outputs]]
    ]


def _encode_article(
    pairs: Sequence[SegmentPair],
    numbers: Sequence[int | None],
    outputs: Sequence[Sequence[_Output]],
    facts: Mapping[str, ArticleFacts],
) -> dict[str, Any]:
    """One article; `numbers` are the places of its N segment pairs in the page, None where it does not have them."""
    source, reference = (_list_segments(pairs, side, numbers, facts) for side in ("source", "reference"))
    starts = {piece.rank for piece in source if piece.begins_paragraph}
    columns = [source, reference, *(_list_output(each, pairs, numbers, starts) for each in outputs)]
    rows = _cut_rows(columns, starts, len(pairs))
    return {
        "titles": find_titles(pairs, facts),
        "rows": [[list(_encode_pieces(cell)) for cell in row] for row in rows],
    }


def _list_segments(
    pairs: Sequence[SegmentPair], side: str, numbers: Sequence[int | None], facts: Mapping[str, ArticleFacts]
) -> list[_Piece]:
    """The segments of one side as they follow each other in their article."""
    found = []
    paragraphs: dict[str, frozenset[int]] = {}
    for rank, pair in enumerate(pairs):
        position = 0
        segments: tuple[Segment, ...] = getattr(pair, side)
        for segment in segments:
            if segment.article_id not in paragraphs:
                known = facts.get(segment.article_id)
                paragraphs[segment.article_id] = frozenset(known.paragraphs if known else ())
            end = position + _measure(segment.text)
            whole = len(segments) == 1
            number = numbers[rank]
            content = None if number is None else number if whole else [number, position, end]
            begins = segment.start in paragraphs[segment.article_id]
            if segment.text:
                found.append((segment.start, _Piece(rank, content, begins)))
            position = end + 1
    return [piece for _, piece in sorted(found, key=lambda each: each[0])]


@dataclass(frozen=True, slots=True)
class _Output:
    """A part of an output, given to one article of the page."""

    rank: int | None
    """The segment pair it translates, among those of the article; None where it was added."""
    text: str
    ends_line: bool


def _divide_outputs(
    run: Run, column: int, members: Mapping[str, Rows], shown: Collection[str] | None
) -> dict[str, list[_Output]]:
    """Article of the page to all that a system made of it, in its order; added text goes with what stands before.

    Args:
        shown: Only these articles are looked at.
    """
    home = {row[column]: (article, rank) for article, rows in members.items() for rank, row in enumerate(rows)}
    own: dict[str, list[int]] = defaultdict(list)
    for place, pair in enumerate(skim(run.pairs, "article_pair_id")):
        if shown is None or pair.article_pair_id in shown:
            own[pair.article_pair_id].append(place)
    divided: dict[str, list[_Output]] = {article: [] for article in members}
    outputs = list_outputs(run.pairs, run.translations, run.head.additions, run.head.order, articles=shown)
    for article, parts in outputs.items():
        places = own[article]
        known = [home[place][0] for place in places if place in home]
        first = next((part.place for part in parts if part.place is not None and places[part.place] in home), None)
        here = home[places[first]][0] if first is not None else known[0] if known else None
        for part in parts:
            rank = None
            if part.place is not None:
                if places[part.place] not in home:
                    continue
                here, rank = home[places[part.place]]
            if here is not None:
                divided[here].append(_Output(rank, part.text, part.ends_line))
    return divided


def _list_output(
    parts: Sequence[_Output], pairs: Sequence[SegmentPair], numbers: Sequence[int | None], starts: set[int]
) -> list[_Piece]:
    """An output as pieces: a part that is one of several of its segment as a slice of it.

    Paragraphs are those of the output; where it has no line breaks, those of the source.
    """
    has_lines = any(part.ends_line for part in parts)
    counts = Counter(part.rank for part in parts)
    positions: dict[int, int] = {}
    found: list[_Piece] = []
    begins, rank = has_lines, 0
    for part in parts:
        content: Any = part.text
        if part.rank is not None:
            rank, number = part.rank, numbers[part.rank]
            if not has_lines:
                begins = rank in starts and rank not in positions
            start = positions.get(rank, 0)
            end = start + _measure(part.text)
            positions[rank] = end + 1
            content = None if number is None else number if counts[rank] == 1 else [number, start, end]
        found.append(_Piece(rank, content, begins))
        begins = part.ends_line
    left_out = [rank for rank, pair in enumerate(pairs) if rank not in positions and pair.source_text.strip()]
    return _insert(found, [_Piece(rank, numbers[rank], not has_lines and rank in starts) for rank in left_out])


def _insert(pieces: Sequence[_Piece], others: Iterable[_Piece]) -> list[_Piece]:
    """The pieces, each of the others behind the last piece of the next lower rank that is there."""
    behind: dict[int, list[_Piece]] = defaultdict(list)
    last = {piece.rank: index for index, piece in enumerate(pieces)}
    ranks = sorted(last)
    for piece in others:
        lower = bisect_left(ranks, piece.rank) - 1
        behind[last[ranks[lower]] if lower >= 0 else -1].append(piece)
    joined = behind[-1]
    for index, piece in enumerate(pieces):
        joined += [piece, *behind.get(index, ())]
    return joined


def _cut_rows(columns: Sequence[Sequence[_Piece]], starts: set[int], pairs: int) -> list[list[Sequence[_Piece]]]:
    """Rows of cells, one per column. No piece stands before one of an earlier row in any column."""
    tables = [_find_cuts(column, pairs) for column in columns]
    rows, begin = [], 0
    for rank in range(1, pairs + 1):
        wanted = rank == pairs or rank in starts or rank - begin >= MOST_PAIRS
        if wanted and all(rank in table for table in tables):
            rows.append([column[table[begin] : table[rank]] for column, table in zip(columns, tables, strict=True)])
            begin = rank
    return [row for row in rows if any(row)]


def _find_cuts(column: Sequence[_Piece], pairs: int) -> dict[int, int]:
    """Rank to the index that parts the pieces of lower ranks from the others; ranks that have one."""
    cuts = {0: 0}
    below = [0] * (pairs + 1)
    for piece in column:
        below[piece.rank + 1] += 1
    highest, index, count = -1, 0, 0
    for rank in range(1, pairs + 1):
        count += below[rank]
        while index < count:
            highest = max(highest, column[index].rank)
            index += 1
        if highest < rank:
            cuts[rank] = count
    return cuts


def _encode_pieces(cell: Sequence[_Piece]) -> Iterator[Any]:
    for is_hidden, group in groupby(cell, key=lambda piece: piece.content is None):
        pieces = list(group)
        if is_hidden:
            if pieces[0].begins_paragraph:
                yield None
            yield -len({piece.rank for piece in pieces})
            continue
        for piece in pieces:
            if piece.begins_paragraph:
                yield None
            yield piece.content


def _measure(text: str) -> int:
    """Its length as JavaScript counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
