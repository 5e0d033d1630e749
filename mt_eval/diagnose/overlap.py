"""Translations that are their source, and translations that repeat themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mt_eval.languages.letters import UNSEEN

_Match = tuple[int, int, int]

_WORD = re.compile(r"\w+")
_LONG_ENOUGH = 3
"""Words in a row that source and translation have to share before they count as copied."""
_PLAIN_WORDS = 4
"""Words that are no names, which a copy has at least."""
_COPIED_SHARE = 0.5
"""Share of the translation's words; 0.57 of all words stand in the source of one reference of NTREX, few in a row."""
_SAME_CHARACTERS = re.compile(r"([^\W\d_]{1,6}?)\1{5,}|(\S{1,4}?)\2{9,}|([^\w\s]{2,4})\3{4,}")
_TWICE = 7
"""Words that may not come twice in a row; shorter phrases may not three times. The longest in a reference: three words,
`… chu kỳ của sự kiện tuần hoàn. Sự kiện tuần hoàn là …`."""
_NUMBERS = 4
"""Times a number may be repeated: `0 0 0 0` is a score, a table, a telephone."""
_MEMORY = 100
"""Earlier places of a word that are looked back at, so that the time for a loop of thousands of words stays linear."""
_APART = 8
"""Words in a row that come twice in one translation, not behind each other."""


def find_copy(source: str, translation: str) -> str | None:
    """What of the translation is the source's own words, or None where it is not mostly these.

    Names and numbers are the same in many languages: a text of capitalised words and digits only is never a copy,
    unless it is long.
    """
    ours, theirs = _WORD.findall(source), _WORD.findall(translation)
    if not theirs:
        return None
    if [word.casefold() for word in ours] == [word.casefold() for word in theirs]:
        copied = any(map(_is_plain, theirs)) or sum(word.isalpha() for word in theirs) >= _PLAIN_WORDS
        return "the whole source" if copied else None
    runs = set(_list_runs(ours))
    covered: set[int] = set()
    for start, run in enumerate(_list_runs(theirs)):
        if run in runs:
            covered.update(range(start, start + _LONG_ENOUGH))
    plain = sum(_is_plain(theirs[place]) for place in covered)
    if plain < _PLAIN_WORDS or len(covered) < _COPIED_SHARE * len(theirs):
        return None
    return f"{len(covered)} of {len(theirs)} words stand in the source in the same order"


def find_repeats(source: str, translation: str) -> str | None:
    """What the translation repeats although the source does not, or None.

    Counted are up to six words three times in a row, seven or more twice, and eight words that come again somewhere:
    `ngày ngày` and `từng bước từng bước` are ordinary Vietnamese.
    """
    source, translation = (UNSEEN.sub("", text.casefold()) for text in (source, translation))
    words = _WORD.findall(translation)
    matches = _list_matches(words)
    period, times, start = _find_loop(words, matches)
    original = _WORD.findall(source)
    if times and times > _find_loop(original, _list_matches(original))[1]:
        return f"“{_quote(words[start : start + period])}” {times} times in a row"
    length, place = _find_return(matches)
    if length >= _APART and length > 2 * _find_return(_list_matches(original))[0]:
        return f"“{_quote(words[place : place + length])}” twice"
    match = _SAME_CHARACTERS.search(translation)
    if match and not _SAME_CHARACTERS.search(source):
        piece = match.group(match.lastindex or 0)
        return f"“{piece}” {len(match.group()) // len(piece)} times in a row"
    return None


def _is_plain(word: str) -> bool:
    """Whether `word` is neither a name, as its capital tells, nor a number, nor a single letter."""
    return word.isalpha() and not word[0].isupper() and len(word) > 1


def _list_runs(words: Sequence[str]) -> list[tuple[str, ...]]:
    folded = [word.casefold() for word in words]
    return list(zip(*(folded[shift:] for shift in range(_LONG_ENOUGH)), strict=False))


def _find_loop(words: Sequence[str], matches: Sequence[_Match]) -> tuple[int, int, int]:
    """Words in the unit, times it comes in a row, and where it starts, of the loop that covers most; zeros without."""
    found = [
        (length + period, -period, end - length - period)
        for period, length, end in matches
        if length >= period * (1 if period >= _TWICE else 2)
        and not (length < _NUMBERS * period and all(word.isdigit() for word in words[end - period : end]))
    ]
    if not found:
        return 0, 0, 0
    covered, period, start = max(found)
    return -period, covered // -period, start


def _find_return(matches: Sequence[_Match]) -> tuple[int, int]:
    """Length and second place of the longest run of words that came before."""
    best = max(matches, key=lambda match: match[1], default=(0, 0, 0))
    return best[1], best[2] - best[1]


def _list_matches(words: Sequence[str]) -> list[_Match]:
    """Distance, length and end of every run of words that also stands that distance before, growing runs included."""
    places: dict[str, list[int]] = {}
    lengths: dict[int, int] = {}
    matches = []
    for place, word in enumerate(words):
        seen = places.setdefault(word, [])
        lengths = {place - other: lengths.get(place - other, 0) + 1 for other in seen[-_MEMORY:]}
        matches += [(distance, length, place + 1) for distance, length in lengths.items()]
        seen.append(place)
    return matches


def _quote(words: Sequence[str]) -> str:
    return " ".join(words) if len(words) <= 6 else f"{' '.join(words[:6])} …"
