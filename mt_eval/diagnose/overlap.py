"""Translations that are their source, and translations that repeat themselves."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from mt_eval.languages.letters import UNSEEN

_WORD = re.compile(r"\w+")
_LONG_ENOUGH = 3
"""Words in a row that source and translation have to share before they count as copied."""
_PLAIN_WORDS = 4
"""Words that are no names, which a copy has at least."""
_COPIED_SHARE = 0.5
"""Share of the translation's words; 0.57 of all words stand in the source of one reference of NTREX, few in a row."""
_SAME_CHARACTERS = re.compile(r"([^\W\d_]{1,6}?)\1{5,}|(\S{1,4}?)\2{9,}|([^\w\s]{2,4})\3{4,}")
_AGAIN = 5
"""Characters that such a row has at least once more: six times one letter."""
_TWICE = 7
"""Words that may not come twice in a row; shorter phrases may not three times. The longest in a reference: three words,
`… chu kỳ của sự kiện tuần hoàn. Sự kiện tuần hoàn là …`."""
_NUMBERS = 4
"""Times a number may be repeated: `0 0 0 0` is a score, a table, a telephone."""
_MEMORY = 100
"""Earlier places of a word that are looked back at, so that the time for a loop of thousands of words stays linear."""
_APART = 8
"""Words in a row that come twice in one translation, not behind each other."""


@dataclass(frozen=True, slots=True)
class _Loop:
    """Words that come several times in a row."""

    period: int
    times: int
    start: int


@dataclass(frozen=True, slots=True)
class _Return:
    """The longest run of words that stood before, and where it stands again."""

    length: int
    start: int


_NO_RETURN = _Return(0, 0)


def find_copy(source: str, translation: str) -> str | None:
    """What of the translation is the source's own words, or None where it is not mostly these.

    Names and numbers are the same in many languages: a text of capitalised words and digits only is never a copy,
    unless it is long.
    """
    ours = _WORD.findall(source)
    theirs = ours if source == translation else _WORD.findall(translation)
    if not theirs:
        return None
    our_words, their_words = list(map(str.casefold, ours)), list(map(str.casefold, theirs))
    if our_words == their_words:
        copied = any(map(_is_plain, theirs)) or sum(word.isalpha() for word in theirs) >= _PLAIN_WORDS
        return "the whole source" if copied else None
    if sum(map(set(our_words).__contains__, their_words)) < max(_PLAIN_WORDS, _COPIED_SHARE * len(theirs)):
        return None
    runs = set(_list_runs(our_words))
    covered: set[int] = set()
    for start, run in enumerate(_list_runs(their_words)):
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
    if source == translation:
        return None
    translation = UNSEEN.sub("", translation.casefold())
    words = _WORD.findall(translation)
    may_repeat, may_have_row = _come_again(words), _may_have_row(translation)
    if not may_repeat and not may_have_row:
        return None
    source = UNSEEN.sub("", source.casefold())
    loop, again = _find_repetition(words) if may_repeat else (None, _NO_RETURN)
    seen = loop is not None or again.length >= _APART
    their_loop, their_again = _find_repetition(_WORD.findall(source)) if seen else (None, _NO_RETURN)
    if loop and loop.times > (their_loop.times if their_loop else 0):
        return f"“{_quote(words[loop.start : loop.start + loop.period])}” {loop.times} times in a row"
    if again.length >= _APART and again.length > 2 * their_again.length:
        return f"“{_quote(words[again.start : again.start + again.length])}” twice"
    match = _SAME_CHARACTERS.search(translation) if may_have_row else None
    if match and not _SAME_CHARACTERS.search(source):
        piece = match.group(match.lastindex or 0)
        return f"“{piece}” {len(match.group()) // len(piece)} times in a row"
    return None


def _is_plain(word: str) -> bool:
    """Whether `word` is neither a name, as its capital tells, nor a number, nor a single letter."""
    return word.isalpha() and not word[0].isupper() and len(word) > 1


def _list_runs(words: Sequence[str]) -> list[tuple[str, ...]]:
    return list(zip(*(words[shift:] for shift in range(_LONG_ENOUGH)), strict=False))


def _come_again(words: Sequence[str]) -> bool:
    """Whether a word comes three times in a row, or three words come again: nothing repeats itself without."""
    triples = list(zip(words, words[1:], words[2:], strict=False))
    return len(set(triples)) < len(triples) or any(one == two == three for one, two, three in triples)


def _may_have_row(text: str) -> bool:
    """Whether something between two spaces has as many characters for the second time as a row of the same has."""
    return any(len(piece) > _AGAIN and len(piece) - len(set(piece)) >= _AGAIN for piece in text.split())


def _find_repetition(words: Sequence[str]) -> tuple[_Loop | None, _Return]:
    """The loop that covers most words, if there is one, and the longest run of words that came before.

    `runs` holds how many words up to the present one also stand that far before, by the distance.
    """
    places: dict[str, deque[int]] = {}
    letters: list[int] = []
    runs: dict[int, int] = {}
    best: tuple[int, int, int] = (0, 0, 0)
    again = _NO_RETURN
    for place, word in enumerate(words):
        seen = places.get(word)
        if seen is None:
            places[word] = deque((place,), _MEMORY)
            runs = {}
            continue
        runs = {place - other: runs.get(place - other, 0) + 1 for other in seen}
        seen.append(place)
        for period, length in runs.items():
            start = place + 1 - length
            if length > again.length:
                again = _Return(length, start)
            if length < period * (1 if period >= _TWICE else 2) or (length + period, -period) < best[:2]:
                continue
            letters = letters or list(accumulate((not word.isdigit() for word in words), initial=0))
            digits = letters[place + 1] == letters[place + 1 - period]
            if not (digits and length < _NUMBERS * period):
                best = max(best, (length + period, -period, start - period))
    covered, period, start = best
    return (_Loop(-period, covered // -period, start) if period else None), again


def _quote(words: Sequence[str]) -> str:
    return " ".join(words) if len(words) <= 6 else f"{' '.join(words[:6])} …"
