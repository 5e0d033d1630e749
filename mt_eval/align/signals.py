"""What a segment shows that its translation shows too: words, numbers, names, marks, and its length."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from mt_eval.align.anchors import find_anchors
from mt_eval.align.words import list_words
from mt_eval.languages import arabic
from mt_eval.languages.names import list_names

MARKS = (
    re.compile(r"[.!?؟…۔。！？](?=[\"”’»)\]]*(?:\s|$))"),
    re.compile("[?؟？]"),
    re.compile("[\"“”„«»]|[‘’'](?!\\w)|(?<!\\w)[‘’']"),
    re.compile("[:：]"),
    re.compile(r"[()\[\]（）]"),
    re.compile("[!！]"),
)
"""Ends of sentences, question marks, quotes, colons, brackets, exclamation marks."""


@dataclass(frozen=True, slots=True)
class Signals:
    characters: int
    words: frozenset[str]
    """In the form of `words.list_words`."""
    anchors: frozenset[str]
    """Numbers, months and words in Latin script, in the form of `anchors.find_anchors`."""
    names: frozenset[str]
    """Words that may be names, in lower case; see `languages.names.list_names`."""
    arabic: frozenset[str]
    """Folded words in Arabic script, which may spell names of the other side."""
    marks: tuple[int, ...]
    """How many there are of each of `MARKS`."""


def read_signals(text: str, lang: str) -> Signals:
    """The signals of a segment's `text`, which is in `lang`; letters may be composed or not."""
    text = unicodedata.normalize("NFC", text)
    return Signals(
        characters=max(1, len(text)),
        words=list_words(text, lang),
        anchors=find_anchors(text, lang),
        names=list_names(text, lang),
        arabic=frozenset(arabic.list_words(text)),
        marks=tuple(len(mark.findall(text)) for mark in MARKS),
    )
