"""Texts as words in their order, each with its place and with the forms in which words are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise

from mt_eval.languages.arabic import fold, stem, strip_weak
from mt_eval.languages.letters import ARABIC_SCRIPT, UNSPACED, fold_digits

_WORD = re.compile(rf"[{UNSPACED}]|[^\s{UNSPACED}]+")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_ARABIC = re.compile(f"[{ARABIC_SCRIPT}]")
_GROUPED = re.compile(r"\d{1,3}(?:[.,٬\u00a0]\d{3})+")
_STEM_LETTERS = 6
_ROOT_LETTERS = 4
_BACK = 3
"""Words back to the same one, where words may go round in a loop."""
_LOOP = 6
"""Words in a row that each stand shortly before, from which on they are a loop and no emphasis."""


@dataclass(frozen=True, slots=True)
class Word:
    """What stands between two spaces of a text, marks included; one character where a script has no spaces."""

    start: int
    end: int
    text: str
    form: str
    """In lower case, without marks around it and what is glued to it; empty where nothing is left."""
    root: str
    """What words that are nearly the same share: in Arabic the form without long vowels."""


@dataclass(frozen=True, slots=True)
class Words:
    """N words of a text, or of a part of it."""

    words: tuple[Word, ...]
    singles: tuple[str, ...]
    """Their forms."""
    pairs: tuple[str, ...]
    """The forms of each word and the next one, N - 1 of them; empty where one of the two is."""

    @classmethod
    def of(cls, words: Sequence[Word]) -> Words:
        singles = tuple(word.form for word in words)
        return cls(tuple(words), singles, tuple(f"{a} {b}" if a and b else "" for a, b in pairwise(singles)))

    @property
    def features(self) -> frozenset[str]:
        """All forms and pairs of them."""
        return frozenset((*self.singles, *self.pairs)) - {""}

    def find_repeated(self) -> list[bool]:
        """Whether each word stands shortly before, too."""
        forms = self.singles
        return [bool(form) and form in forms[max(0, place - _BACK) : place] for place, form in enumerate(forms)]

    def drop_repeated(self) -> Words:
        """Without the words that stand shortly before, so that a loop does not make its words frequent."""
        if not any(repeated := self.find_repeated()):
            return self
        return Words.of([word for word, again in zip(self.words, repeated, strict=True) if not again])

    def find_loops(self) -> list[bool]:
        """Whether each word is part of a loop: `… xe xe xe xe xe xe xe`, its first round included."""
        found: list[bool] = []
        for repeated, run in groupby(self.find_repeated()):
            count = len(list(run))
            loops = repeated and count >= _LOOP
            if loops:
                first = self.singles.index(self.singles[len(found)], max(0, len(found) - _BACK))
                found[first:] = [True] * (len(found) - first)
            found += [loops] * count
        return found


def read_words(text: str, lang: str) -> Words:
    """The words of `text`, which is in `lang`; between them is nothing but white space.

    >>> [word.form for word in read_words("«Xin chào», ông nói …", "vi").words]
    ['xin', 'chào', 'ông', 'nói', '']
    """
    found = _WORD.finditer(text)
    return Words.of([Word(each.start(), each.end(), each.group(), *_read_forms(each.group(), lang)) for each in found])


@lru_cache(maxsize=200_000)
def _read_forms(word: str, lang: str) -> tuple[str, str]:
    """The form and the root of a word."""
    plain = _EDGES.sub("", unicodedata.normalize("NFKC", word).lower())
    if any(letter.isdigit() for letter in plain):
        plain = fold_digits(plain)
        plain = re.sub(r"\D", "", plain) if _GROUPED.fullmatch(plain) else plain
        return plain, plain
    if _ARABIC.match(plain):
        form = stem(fold(plain))
        return form, strip_weak(form)
    if lang == "vi":
        return plain, plain
    return plain[:_STEM_LETTERS], plain[:_ROOT_LETTERS]
