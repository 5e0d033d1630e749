"""Where one segment's translation may end and the next begin: after marks, at line ends, before words that begin."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import numpy as np

from mt_eval.languages.codes import find_script
from mt_eval.languages.letters import ARABIC_SCRIPT, CYRILLIC, LATIN, UNSPACED
from mt_eval.project.habits import Before, Habits
from mt_eval.project.logs import UNIT, Integers
from mt_eval.project.weights import Weights
from mt_eval.project.words import Word, Words

_CLOSING = r"[\"”’»)\]]*$"
_END = re.compile(rf"[.!?؟…۔。！？]{_CLOSING}")
_COMMA = re.compile(rf"[,،;؛:；：、–—-]{_CLOSING}")
_OPENING = re.compile(r"[(\[{«“‘‹„*#•–—-]+$")
_LATIN = re.compile(f"[{LATIN}]")
_OTHER_SCRIPTS = re.compile(f"[{ARABIC_SCRIPT}{CYRILLIC}{UNSPACED}]")
_MOST_ODDS = 12.0
_IMPOSSIBLE = -20 * UNIT
_RUN = 3
"""Words in another script that are more than a name."""


def weigh_cuts(
    text: Words, kinds: Sequence[Before], lang: str, habits: Habits, weights: Weights
) -> tuple[Integers, Integers]:
    """For each of T words the log chance that a segment begins with it, and that none does, in `UNIT`s.

    Args:
        kinds: What stands before each word.
    """
    count = len(text.words)
    begins, stays = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    foreign, switches = _find_switches(text.words, lang)
    # Sentences in another script are few, so that one seldom follows another.
    stays_foreign = math.log((sum(foreign) + 1) / (count + 1))
    known = habits.odds or {Before(kind): odds for kind, odds in weights.odds.items()}
    for place in range(1, count):
        kind, last, word = kinds[place], text.words[place - 1], text.words[place]
        if kind == Before.NEVER:
            begins[place] = _IMPOSSIBLE
            continue
        odds = known[kind] + habits.weigh_begin(word.form, word.text[0], weights)
        odds -= habits.weigh_cohesion(last.form, word.form, weights)
        if kind != Before.END:
            odds += habits.weigh_finish(last.form, weights)
        if switches[place]:
            odds += weights.switch
        elif foreign[place - 1] and foreign[place]:
            odds += stays_foreign
        elif kind != Before.END and word.text[0].isupper():
            odds += weights.capital
        odds = max(-_MOST_ODDS, min(_MOST_ODDS, odds))
        begins[place] = round(-UNIT * math.log1p(math.exp(-odds)))
        stays[place] = round(-UNIT * math.log1p(math.exp(odds)))
    return begins, stays


def list_kinds(raw: str, text: Words) -> list[Before]:
    """What stands before each word of `raw`; the first one has nothing before it, which counts as `NEVER`."""
    kinds = [Before.NEVER][: len(text.words)]
    ended = False
    for (last, word), loops in zip(pairwise(text.words), text.find_loops()[1:], strict=True):
        ended = _END.search(last.text) is not None or (ended and not last.form)
        opened = not last.form and _OPENING.match(last.text)
        if opened or (loops and not ended) or (not word.form and not _OPENING.match(word.text)):
            kinds.append(Before.NEVER)
        elif ended:
            kinds.append(Before.END)
        elif _COMMA.search(last.text):
            kinds.append(Before.COMMA)
        else:
            kinds.append(Before.LINE if "\n" in raw[last.end : word.start] else Before.WORD)
    return kinds


def find_sentences(text: Words, kinds: Sequence[Before]) -> list[bool]:
    """Whether a sentence seems to begin with each word, and, behind the last one, whether one ended there."""
    starts = [kind in (Before.END, Before.LINE) for kind in kinds]
    ended = False
    for word in text.words[-_RUN:]:
        ended = _END.search(word.text) is not None or (ended and not word.form)
    return [*starts, ended]


@cache
def find_foreign(lang: str) -> re.Pattern[str]:
    """What finds letters of another script than that of a language; nothing where its script is not known."""
    script = find_script(lang)
    if script is None:
        return re.compile("(?!)")
    return _OTHER_SCRIPTS if script == "LATIN" else _LATIN


def _find_switches(words: Sequence[Word], lang: str) -> tuple[list[bool], list[bool]]:
    """Whether each word is in another script, and whether that changes before it, for `_RUN` words on either side."""
    foreign: list[bool] = []
    for word in words:
        # Numbers and marks are of the script of what stands before them.
        lettered = any(letter.isalpha() for letter in word.text)
        foreign.append(find_foreign(lang).search(word.text) is not None if lettered or not foreign else foreign[-1])
    found = [False] * len(words)
    for place in range(_RUN, len(words) - _RUN + 1):
        before, after = set(foreign[place - _RUN : place]), set(foreign[place : place + _RUN])
        found[place] = len(before) == len(after) == 1 and before != after
    return foreign, found
