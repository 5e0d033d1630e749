"""Cut an article into segments: paragraphs at line feeds, sentences where `sentencex` finds them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import sentencex  # type: ignore[import-untyped]

from mt_eval.languages.letters import escape_forms, is_blank
from mt_eval.types import Article, Segment

# Where sentencex 1.0.32 ends a sentence and should not: after these, and in Arabic after any single letter (initials,
# د. doctor, م. year of our Lord), which it does only for letters with case.
_ABBREVIATIONS = {
    "vi": re.compile(
        r"(?<![^\W\d_])(?:TP|Tp|TX|Tx|tx|TT|GS|PGS|TS|ThS|Th|BS|KS|LS|CN|ĐH|NXB|QĐ|NĐ|Tr|tr|Ng|Dr|Mr|Mrs|Ms|St)\.\s*$"
    ),
    "ar": re.compile(r"(?<![^\W_])[\u0621-\u064a]\.\s*$"),
}
_NUMBERED = (
    *("Điều", "Khoản", "Mục", "Tiểu mục", "Điểm", "Chương", "Phần", "Bài", "Phụ lục", "Bảng", "Hình"),
    *("المادة", "البند", "الفقرة", "الباب", "الفصل"),
)
_LIST_NUMBER = re.compile(rf"\s*(?:(?:{'|'.join(map(escape_forms, _NUMBERED))})\s)?\d+(?:[.٫]\d+)*[.)]\s*")
"""With the name of what is numbered (`Điều 5.2.`)."""
_INSIDE_NUMBER = re.compile(r"(?<=\d[.,:٫٬،])(?=\d)")
_NUMBER_THEN_SMALL = re.compile(r"(?<=\d)\.\s*$")
_ARTICLE_OF = re.compile(r"(?:مادة|بند|فقرة|باب|فصل)\s[\d.٫]*\d\.\s*$")
_TAIL = 40
"""Characters before a boundary that may tell that no sentence ends there, so that the time for a line stays linear."""
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")


def split(article: Article, breaks: Sequence[int] = ()) -> list[Segment]:
    """The N sentences of `article` in reading order, as spans that lose nothing but white space.

    No segment crosses a line feed or one of `breaks` (character offsets into the text). A piece without letter or digit
    (the end mark `/.`) stays with the sentence before it, a list number (`1.`) with the one after it.
    """
    text = article.text
    cuts = [0, *sorted({offset for offset in breaks if 0 < offset < len(text)}), len(text)]
    spans: list[tuple[int, int]] = []
    for start, end in pairwise(cuts):
        for line_start, line_end in _iterate_lines(text, start, end):
            spans.extend(_find_sentences(text, line_start, line_end, article.lang))
    full = [span for span in (_trim(text, *span) for span in spans) if span[0] < span[1]]
    return _number(article, full)


def split_text(text: str, lang: str) -> list[str]:
    """The sentences of a text that is no article's."""
    return [segment.text for segment in split(Article("", lang, text))]


def split_lines(article: Article) -> list[Segment]:
    """Every line of `article` as one segment, white space at its ends left out; an empty line gives an empty segment.

    Lines are what stands between line feeds, as `pair_by_line` needs them: one more than there are line feeds.
    """
    return _number(article, [_trim(article.text, *span) for span in _iterate_lines(article.text, 0, len(article.text))])


def find_paragraphs(text: str) -> tuple[int, ...]:
    """Where the paragraphs of an article begin: the offset of the first visible character of every line that has one.

    >>> find_paragraphs("Hà Nội.\\n\\n Hôm nay.")
    (0, 10)
    """
    trimmed = (_trim(text, *span) for span in _iterate_lines(text, 0, len(text)))
    return tuple(start for start, end in trimmed if start < end)


def _number(article: Article, spans: Sequence[tuple[int, int]]) -> list[Segment]:
    return [
        Segment(f"{article.id}:{number}", article.id, start, end, article.text[start:end])
        for number, (start, end) in enumerate(spans, start=1)
    ]


def _iterate_lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while (feed := text.find("\n", start, end)) >= 0:
        yield start, feed
        start = feed + 1
    yield start, end


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    if is_blank(piece):
        return start, start
    stripped = piece.strip()
    start += len(piece) - len(piece.lstrip())
    return start, start + len(stripped)


def _find_sentences(text: str, start: int, end: int, lang: str) -> list[tuple[int, int]]:
    line = text[start:end]
    ends = sorted({boundary["end_index"] for boundary in sentencex.get_sentence_boundaries(lang, line)} | {len(line)})
    spans: list[tuple[int, int]] = []
    begin = 0
    for boundary in ends:
        if boundary < len(line) and _goes_on(line, begin, boundary, lang):
            continue
        if spans and not _LETTER_OR_DIGIT.search(line, begin, boundary):
            spans[-1] = (spans[-1][0], start + boundary)
        else:
            spans.append((start + begin, start + boundary))
        begin = boundary
    return spans


def _goes_on(line: str, begin: int, boundary: int, lang: str) -> bool:
    """Whether the sentence from `begin` does not end at `boundary`: within a number, behind an abbreviation or a list
    number, or behind a number that a small letter follows (`Điều 5.2. của luật`)."""
    if _INSIDE_NUMBER.match(line, boundary) or _LIST_NUMBER.fullmatch(line, begin, boundary):
        return True
    tail = max(begin, boundary - _TAIL)
    if (abbreviation := _ABBREVIATIONS.get(lang)) and abbreviation.search(line, tail, boundary):
        return True
    following = line[boundary : boundary + _TAIL].lstrip()
    if following[:1].islower():
        return _NUMBER_THEN_SMALL.search(line, tail, boundary) is not None
    return following.startswith("من ") and _ARTICLE_OF.search(line, tail, boundary) is not None
