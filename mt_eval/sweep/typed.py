"""What is typed for a setting, as Hydra has to read it."""

from __future__ import annotations

import re

_NAME_KEY = re.compile(r"(?:runs_dir|name|path|manifest|revision|via|code|token|uri|experiment|project|entity|folder)$")
_NUMBER_LIKE = re.compile(r"[\d_.]+(?:[eE][+-]?\d+)?")


def quote_numbers(word: str) -> str:
    """An override whose value looks like a number but is a name, with quotes around it, so that it stays as typed.

    >>> quote_numbers("runs_dir=2024_01_15"), quote_numbers("limit=10")
    ("runs_dir='2024_01_15'", 'limit=10')
    """
    key, equals, value = word.partition("=")
    if equals and _NAME_KEY.search(key) and _NUMBER_LIKE.fullmatch(value):
        return f"{key}='{value}'"
    return word
