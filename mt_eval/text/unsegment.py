"""Undo Vietnamese word segmentation: underscores that join the syllables of a word, spaces around punctuation."""

from __future__ import annotations

import re

from mt_eval.languages.letters import ARABIC_SCRIPT, LATIN, compose
from mt_eval.languages.vietnamese import is_syllable

Edits = list[tuple[str, str]]

_TOKEN = re.compile(r"\S+")
_EDGE_PUNCTUATION = "\"'.,;:!?()[]{}…“”‘’«»"

_WORD = re.compile(f"[{LATIN}0-9-]+")
_ACRONYM = re.compile("[A-Z]+")
_NAME = re.compile(f"[A-Z][{LATIN}]*[a-z][{LATIN}]*")

_CLOSERS = re.compile("[.,;:!?)\\]}…”’»]+")
_OPENERS = re.compile("[(\\[{“‘«]+")
_PER_CENT = re.compile("[%‰]+[.,;:!?)\\]}…”’»]*")
_QUOTES = ('"', "'")
_ARABIC = re.compile(f"[{ARABIC_SCRIPT}]")


def split_words(line: str) -> tuple[str, Edits]:
    """`line` with a space for each underscore that joins Vietnamese syllables or names, and what was changed.

    A token's underscores are all replaced or all kept. They are kept in code (`snake_case`, `MAX_LEN`, `__init__`),
    addresses (`a_b@c.vn`, `https://...`), handles (`#a_b`), and wherever a part is neither a Vietnamese syllable nor a
    capitalised name, unless the token has a letter beyond ASCII, as identifiers seldom have. What cannot be told apart
    counts as segmentation: `to_do` could be two syllables.
    """
    edits: Edits = []

    def replace(match: re.Match[str]) -> str:
        token = match.group()
        if "_" not in token or not _is_segmentation(token):
            return token
        edits.append((token, token.replace("_", " ")))
        return edits[-1][1]

    return _TOKEN.sub(replace, line), edits


def close_gaps(line: str) -> tuple[str, Edits]:
    """`line` without the white space that segmentation put around punctuation, and what was changed.

    Only marks that stand alone move: closing ones to the word before, opening ones to the word after, plain quotes
    (`"` and `'`) in turn as opening and closing; of an odd number the last stays. A slash between numbers moves to both
    (`1 / 8 / 2014`), a per cent sign to its number. A hyphen or dash between spaces is ordinary Vietnamese (`Nga -
    Ukraine`), and so is a colon between numbers: both stay. So does what touches Arabic.
    """
    tokens = list(_TOKEN.finditer(line))
    words = [token.group() for token in tokens]
    closes, opens = _pair_quotes(words)
    edits: Edits = []
    pieces = [line[: tokens[0].start()] if tokens else line]
    for index, token in enumerate(tokens):
        pieces.append(token.group())
        if index + 1 == len(tokens):
            pieces.append(line[token.end() :])
            break
        left, right = words[index], words[index + 1]
        between = line[token.end() : tokens[index + 1].start()]
        joins_left = (
            index + 1 in closes
            or (_CLOSERS.fullmatch(right) and not _is_between_numbers(words, index + 1, ":"))
            or (_PER_CENT.fullmatch(right) and left[-1].isdigit())
            or _is_between_numbers(words, index + 1, "/")
        )
        joins_right = index in opens or _OPENERS.fullmatch(left) or _is_between_numbers(words, index, "/")
        if (joins_left or joins_right) and not _ARABIC.search(left + right):
            edits.append((left + between + right, left + right))
        else:
            pieces.append(between)
    return "".join(pieces), edits


def _is_segmentation(token: str) -> bool:
    parts = compose(token).split("_")
    words = [word for part in parts if (word := part.strip(_EDGE_PUNCTUATION))]
    if not words or not all(parts) or not all(_WORD.fullmatch(word) for word in words):
        return False
    if not all(word.isascii() for word in words):
        return True
    # No identifier has punctuation at an underscore (`Mr._ABC`, `._Taylor`).
    glued = any(_CLOSERS.fullmatch(part[-1]) for part in parts[:-1])
    if not glued and (all(word.isupper() for word in words) or all(len(word) == 1 for word in words)):
        return False
    return all(is_syllable(word) or _NAME.fullmatch(word) or _ACRONYM.fullmatch(word) for word in words)


def _pair_quotes(words: list[str]) -> tuple[set[int], set[int]]:
    closes: set[int] = set()
    opens: set[int] = set()
    for quote in _QUOTES:
        alone = [index for index, word in enumerate(words) if word == quote]
        for opening, closing in zip(alone[::2], alone[1::2], strict=False):
            opens.add(opening)
            closes.add(closing)
    return closes, opens


def _is_between_numbers(words: list[str], index: int, mark: str) -> bool:
    return (
        words[index] == mark
        and 0 < index < len(words) - 1
        and words[index - 1][-1].isdigit()
        and words[index + 1][0].isdigit()
    )
