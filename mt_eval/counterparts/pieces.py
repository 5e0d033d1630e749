"""Texts as sentences, and what each shows that its translation shows too."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from mt_eval.align.words import list_words
from mt_eval.languages.letters import ARABIC, LATIN, SMALL_LATIN
from mt_eval.text.segment import split
from mt_eval.types import Article

_CLOSING = r"[\"'”’»)\]]*"
_SEVERAL = re.compile(rf"[.!?؟…۔]{_CLOSING}\s+\S|[。！？]{_CLOSING}\s*\S|\n")
_BEFORE_FULL_STOP = {
    "vi": r"(?<=[^\W\d_A-Z]{2})",
    "": rf"(?:(?<=[^\W\d_]{{4}})|(?<=[{ARABIC}]{{2}})|(?<=\d))",
}
"""What tells a word from an abbreviation: letters; Vietnamese words are short, and its abbreviations have capitals."""
_CUTS = {
    lang: re.compile(rf"(?:{before}\.|[!?؟…۔]){_CLOSING}\s+(?=[\"'“‘«(\[]*[^\W_{SMALL_LATIN}])")
    for lang, before in _BEFORE_FULL_STOP.items()
}
"""Where a sentence ends in a quotation: behind a word, and before no small letter."""
_KEPT, _LONGEST_KEPT = 2**10, 1000
"""Texts, and characters of each, that are kept as they were cut: runs of one sweep have the same sources."""
_LEAST_WORDS = 3
"""Words of a piece of a quotation."""
_AHEAD = 200
"""Characters in which those words are looked for, so that the time for a long quotation stays linear."""
_LATIN_WORD = re.compile(f"[{LATIN}]{{2,}}")
_NUMBER = re.compile(r"\d{1,18}")
_MARKS = (re.compile(rf"[.!?؟…۔。！？](?={_CLOSING}(?:\s|$))"), re.compile("[?؟？]"))
"""Ends of sentences, question marks."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One sentence, or a part of a long quotation."""

    text: str
    words: frozenset[str]
    """In the form in which lexicons have them."""
    kept: frozenset[str]
    """Numbers as `#2024`, words in Latin letters as `@who`."""
    marks: tuple[int, ...]
    """How many ends of sentences and question marks there are."""

    @property
    def characters(self) -> int:
        return len(self.text)


def has_several(text: str) -> bool:
    """Whether a text may be more than one sentence; some that are one may seem so."""
    return _SEVERAL.search(text) is not None


def cut(text: str, lang: str) -> tuple[Piece, ...]:
    """The sentences of `text`, which is in `lang`, in reading order; those within quotations on their own."""
    return (_cut_once if len(text) <= _LONGEST_KEPT else _cut)(text, lang)


def _cut(text: str, lang: str) -> tuple[Piece, ...]:
    text = unicodedata.normalize("NFC", text)
    parts: list[str] = []
    for segment in split(Article("", lang, text)):
        if parts and segment.text[0].islower() and not text.islower():
            # Who said it: `“…!” he said.`
            parts[-1] += f" {segment.text}"
        else:
            parts += _cut_quotation(segment.text, lang)
    return tuple(_read(part, lang) for part in parts)


_cut_once = lru_cache(_KEPT)(_cut)


def _cut_quotation(text: str, lang: str) -> list[str]:
    parts, start = [], 0
    for match in _CUTS.get(lang, _CUTS[""]).finditer(text):
        part, rest = text[start : match.end()].strip(), text[match.end() : match.end() + _AHEAD]
        if len(part.split(maxsplit=_LEAST_WORDS)) >= _LEAST_WORDS <= len(rest.split(maxsplit=_LEAST_WORDS)):
            parts.append(part)
            start = match.end()
    return [*parts, text[start:].strip()]


def _read(text: str, lang: str) -> Piece:
    kept = {f"#{int(number)}" for number in _NUMBER.findall(text)}
    kept.update(f"@{word}" for word in _LATIN_WORD.findall(text.lower()))
    return Piece(text, list_words(text, lang), frozenset(kept), tuple(len(mark.findall(text)) for mark in _MARKS))


def find_repeats(pieces: Sequence[Piece]) -> list[bool]:
    """Whether each piece but the last has mostly the words of the one behind it."""
    return [
        min(len(one.words), len(other.words)) >= _ALIKE_WORDS
        and len(one.words & other.words) > _ALIKE * min(len(one.words), len(other.words))
        for one, other in pairwise(pieces)
    ]


_ALIKE_WORDS = 4
_ALIKE = 0.6
"""Share of the words of the shorter sentence that the other has, from which on one repeats the other."""
