"""Words of English that are no proper names, from SCOWL (`scripts/make_english_words.py`)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def is_english_word(word: str) -> bool:
    """Whether `word`, of four letters or more, in lower case and without marks, is English and no proper name."""
    return word in _read_words()


@cache
def _read_words() -> frozenset[str]:
    lines = (files(__package__) / "english_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
