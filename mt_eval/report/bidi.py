"""Text of both directions in one table: every line of a cell is isolated, so that columns keep their place.

The characters are those of the Unicode Bidirectional Algorithm (UAX #9, section 2.4).
"""

from __future__ import annotations

from typing import Literal

from rich.cells import cell_len

from mt_eval.languages.codes import is_right_to_left

LEFT_TO_RIGHT_ISOLATE = "\u2066"
RIGHT_TO_LEFT_ISOLATE = "\u2067"
POP_ISOLATE = "\u2069"


def justify(lang: str) -> Literal["left", "right"]:
    """The side of a column at which lines of this language begin."""
    return "right" if is_right_to_left(lang) else "left"


def isolate(text: str, lang: str) -> str:
    """`text` as a directional isolate of its language; empty text stays empty."""
    if not text:
        return text
    start = RIGHT_TO_LEFT_ISOLATE if is_right_to_left(lang) else LEFT_TO_RIGHT_ISOLATE
    return f"{start}{text}{POP_ISOLATE}"


def wrap_isolated(text: str, lang: str, width: int) -> list[str]:
    """`text` in lines of at most `width` terminal cells, each line an isolate of its own; longer words are split.

    An isolate ends with its line (UAX #9, paragraphs), so one around a wrapped text would not hold.
    """
    lines: list[str] = []
    line = ""
    for word in text.split():
        while cell_len(word) > width:
            head = _fitting_prefix(word, width if not line else 0)
            if line:
                lines.append(line)
                line = ""
                continue
            lines.append(head)
            word = word[len(head) :]
        joined = f"{line} {word}" if line else word
        if cell_len(joined) <= width:
            line = joined
        else:
            lines.append(line)
            line = word
    if line:
        lines.append(line)
    return [isolate(each, lang) for each in lines]


def _fitting_prefix(word: str, width: int) -> str:
    end = len(word)
    while end > 1 and cell_len(word[:end]) > width:
        end -= 1
    return word[:end]
