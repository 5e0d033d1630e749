"""What can be told of a text nobody has described: language, title, date, word segmentation, page furniture."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mt_eval.diagnose.language import find_other_language
from mt_eval.languages.arabic import fold
from mt_eval.languages.calendar import find_months, number_months
from mt_eval.languages.letters import compose, is_blank
from mt_eval.text.unsegment import split_words

LANGUAGES = (
    *("vi", "ar", "fa", "ur", "en", "fr", "de", "es", "it", "pt", "ru", "uk", "zh", "ja", "ko", "th", "tr", "id", "nl"),
    *("pl", "he", "hi", "el", "sv", "cs"),
)
"""Languages that are tried, in this order."""

_LONGEST_TITLE = 150
_SENTENCE_END = re.compile(r"[.!?؟…:؛;,،]$")
_EDGE_LINES = 6
"""Lines at either end of a text among which furniture is looked for."""
_LONGEST_FURNITURE = 80
_SEGMENTED_SHARE = 0.02
"""Share of words joined by underscores from which on a text counts as word-segmented: seed article 000 has 0.37."""

# Lines of Vietnamese and Arabic news pages that are no part of an article, in whole or by their beginnings.
_FURNITURE_LINES = re.compile(
    r"\[?إعلان \d*\]?|رابط المصدر|تعليق \(\d+\)|التعليقات|شارك|اقرأ أيضا:?|Xem thêm:?|Chia sẻ|Bình luận(?: \(\d+\))?"
    r"|Theo dõi chúng tôi.*|Quảng cáo|Tin liên quan|Share|Advertisement"
)
_FURNITURE_STARTS = re.compile(r"(?:المصدر|Nguồn|Source): ?https?://")
_START_MARK = re.compile(r"date \d{4}(?:-\d\d){0,2}(?=\s)")
_END_MARK = re.compile(r"[.…]?(/\.+|\./\.)$")

_ISO_DATE = re.compile(r"(?<!\d)(20\d\d|19\d\d)-([01]\d)(?:-([0-3]\d))?(?!\d)")
_DAY_FIRST = re.compile(r"(?<![\d/])([0-3]?\d)[/.-]([01]?\d)[/.-](20\d\d|19\d\d)(?!\d)")
_VIETNAMESE_DATE = re.compile(r"ngày ([0-3]?\d) tháng ([01]?\d),? năm (\d{4})", re.IGNORECASE)
_MONTHS = number_months(["ar"])
_MONTH = find_months(["ar"])
_ARABIC_DATE = re.compile(rf"([0-3]?\d) ({_MONTH})(?:/(?:{_MONTH}))? (\d{{4}})")


@dataclass(frozen=True, slots=True)
class Guess:
    """What a text seems to be; None where nothing tells."""

    language: str | None
    title: str | None
    date: str | None
    date_from: str | None
    """The words the date was read from."""
    segmented: bool
    furniture: tuple[str, ...]
    """Rules as seeds/README.md specifies them."""


def guess_articles(texts: Mapping[str, str]) -> dict[str, Guess]:
    """For each file name what its text seems to be; lines that several texts share at their ends are furniture."""
    texts = {name: compose(text) for name, text in texts.items()}
    repeated = _find_repeated_lines(texts)
    return {name: _guess(compose(name), text, repeated) for name, text in texts.items()}


def guess_language(text: str) -> str | None:
    """The two-letter code of the language of `text`, or None where it is not one of `LANGUAGES`."""
    if sum(map(str.isalpha, text)) < 20:
        return None
    return next((lang for lang in LANGUAGES if find_other_language(text, lang) is None), None)


def _guess(name: str, text: str, repeated: frozenset[str]) -> Guess:
    language = guess_language(text)
    furniture = _list_furniture(text, repeated)
    date_found, date_from = _find_date(name, text)
    words = len(text.split())
    joined = len(split_words(text.replace("\n", " "))[1]) if language == "vi" else 0
    return Guess(
        language=language,
        title=_find_title(text, furniture),
        date=date_found,
        date_from=date_from,
        segmented=joined > _SEGMENTED_SHARE * max(1, words),
        furniture=furniture,
    )


def _list_edges(text: str) -> tuple[list[str], list[str]]:
    lines = [line.strip() for line in text.split("\n") if not is_blank(line)]
    return lines[:_EDGE_LINES], lines[-_EDGE_LINES:]


def _find_repeated_lines(texts: Mapping[str, str]) -> frozenset[str]:
    """Short lines at the ends of two or more texts, but no sentences: the same article may be there twice."""
    counts = Counter(
        line
        for text in texts.values()
        for line in {line for edge in _list_edges(text) for line in edge}
        if len(line) <= _LONGEST_FURNITURE and not _SENTENCE_END.search(line)
    )
    return frozenset(line for line, count in counts.items() if count > 1)


def _list_furniture(text: str, repeated: frozenset[str]) -> tuple[str, ...]:
    rules: dict[str, None] = {}
    top, bottom = _list_edges(text)
    if top and (mark := _START_MARK.match(top[0])):
        rules[f"start: {mark.group()}"] = None
    for line in [*top, *bottom]:
        if start := _FURNITURE_STARTS.match(line):
            rules[f"prefix: {start.group()}"] = None
        elif line in repeated or _FURNITURE_LINES.fullmatch(line):
            rules[f"line: {line}"] = None
    if end := _END_MARK.search(text.rstrip()):
        # A full stop before the mark stays: `end: /.` leaves the one of `./.`.
        rules[f"end: {end.group(1).removeprefix('.')}"] = None
    return tuple(rules)


def _find_title(text: str, furniture: tuple[str, ...]) -> str | None:
    """The first line that is no furniture, if it looks like a headline: short, with another line, no sentence end."""
    removed = {rule.removeprefix("line: ") for rule in furniture}
    lines = [line.strip() for line in text.split("\n") if not is_blank(line) and line.strip() not in removed]
    if len(lines) < 2 or len(lines[0]) > _LONGEST_TITLE or _SENTENCE_END.search(lines[0]):
        return None
    return lines[0]


def _find_date(name: str, text: str) -> tuple[str | None, str | None]:
    """A date in the file's name, else the first whole date at either end of the text."""
    top, bottom = _list_edges(text)
    for place in (name, *top[:3], *bottom[-2:]):
        for pattern in (_ISO_DATE, _DAY_FIRST, _VIETNAMESE_DATE, _ARABIC_DATE):
            for match in pattern.finditer(place):
                if (found := _read_date(pattern, match)) is not None:
                    return found, match.group()
    return None, None


def _read_date(pattern: re.Pattern[str], match: re.Match[str]) -> str | None:
    one, two, three = match.groups()
    if pattern is _ISO_DATE:
        year, month, day = one, two, three
    else:
        year, month, day = three, str(_MONTHS.get(fold(two), two)), one
    try:
        whole = date(int(year), int(month), int(day or 1)).isoformat()
    except ValueError:
        return None
    return whole if day else whole[:7]
