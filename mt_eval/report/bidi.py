"""Text of both directions in one table: every line of a cell is isolated, so that columns keep their place.

The characters are those of the Unicode Bidirectional Algorithm (UAX #9, section 2.4).
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import Literal

from rich.cells import cell_len, chop_cells

from mt_eval.languages.codes import is_right_to_left
from mt_eval.report.visible import format_unseen

LEFT_TO_RIGHT_ISOLATE = "\u2066"
RIGHT_TO_LEFT_ISOLATE = "\u2067"
POP_ISOLATE = "\u2069"


def justify(lang: str) -> Literal["left", "right"]:
    """The side of a column at which lines of this language begin."""
    return "right" if is_right_to_left(lang) else "left"


def runs_right_to_left(text: str) -> bool | None:
    """Whether most of its letters run from right to left; None where there are none, or as many of either kind.

    >>> runs_right_to_left("قال Putin نعم"), runs_right_to_left("Xin chào"), runs_right_to_left("2024")
    (True, False, None)
    """
    kinds = Counter(unicodedata.bidirectional(character) for character in text)
    right, left = kinds["R"] + kinds["AL"], kinds["L"]
    return None if right == left else right > left


def isolate(text: str, lang: str) -> str:
    """`text` as a directional isolate of its language; empty text stays empty."""
    if not text:
        return text
    start = RIGHT_TO_LEFT_ISOLATE if is_right_to_left(lang) else LEFT_TO_RIGHT_ISOLATE
    return f"{start}{text}{POP_ISOLATE}"


def wrap_isolated(text: str, lang: str, width: int) -> list[str]:
    """`text` in lines of at most `width` terminal cells, each line an isolate of its own; longer words are split.

    An isolate ends with its line (UAX #9, paragraphs), so one around a wrapped text would not hold. The time taken is
    linear in the length of the text, whatever its words are like.
    """
    lines: list[list[str]] = [[]]
    room = width
    for word in format_unseen(text).split():
        for number, piece in enumerate(_split_word(word, width)):
            cells = cell_len(piece)
            if number or cells + bool(lines[-1]) > room:
                lines.append([])
                room = width
            room -= cells + bool(lines[-1])
            lines[-1].append(piece)
    return [isolate(" ".join(line), lang) for line in lines if line]


def _split_word(word: str, width: int) -> list[str]:
    if cell_len(word) <= width:
        return [word]
    pieces = [piece for piece in chop_cells(word, width) if piece]
    pieces[-1] += word[sum(map(len, pieces)) :]
    return pieces
