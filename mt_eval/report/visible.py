"""Characters that are not seen but act, on a terminal, on the order of letters or on a line: each is shown by its code.

Names and texts come from files that anybody may have written. A control sequence in one of them could clear a terminal,
retitle it or forge what it says, so all that is printed goes through here: `open_console` for what Rich lays out,
`guard_streams` for everything else.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

TYPE_CHECKING = False  # every command imports this module first: what it imports, all of them pay for
if TYPE_CHECKING:
    from typing import Any, TextIO

    from rich.console import Console

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]|\r(?!\n)")
"""What a terminal may obey (C0 and C1 of ISO 6429, but for tabs and ends of lines), and what no encoding can hold."""
_UNSEEN = re.compile(rf"{_CONTROLS.pattern}|[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""The same with the controls of the bidirectional algorithm (UAX #9) and spaces without width."""
_BREAKS = re.compile(rf"{_UNSEEN.pattern}|[\t\n\r\u2028\u2029]")


def format_unseen(text: str) -> str:
    """`text` with a code in place of every character that is not seen but changes what is; ends of lines stay.

    >>> format_unseen("abc\\u202e")
    'abc[U+202E]'
    """
    return _UNSEEN.sub(_name_code, text)


def format_name(text: str) -> str:
    """The same for what has to stay on one line: an end of a line is a code, too.

    >>> format_name("a\\nb")
    'a[U+000A]b'
    """
    return _BREAKS.sub(_name_code, text)


def format_controls(text: str) -> str:
    """`text` with a code in place of what a terminal would obey; all else stays, marks of direction included."""
    return _CONTROLS.sub(_name_code, text)


def encode_json(value: object, indent: int | None = 2) -> str:
    """JSON without a character that a terminal would obey; what is no plain value becomes text, and no number, null.

    >>> print(encode_json(["\\x9b2J", float("nan")], indent=None))
    ["\\u009b2J", null]
    """
    import json

    written = json.dumps(_make_plain(value), ensure_ascii=False, indent=indent, allow_nan=False)
    return _CONTROLS.sub(lambda found: f"\\u{ord(found.group()):04x}", written)


def open_console(file: TextIO | None = None, **settings: Any) -> Console:
    """A console of Rich that takes texts as they are: `[b]` in a name is no markup, an escape sequence is shown.

    Args:
        file: Standard output by default.
        settings: Of Rich's console.
    """
    from rich.console import Console
    from rich.segment import Segment

    class Guarded(Console):
        def render(self, renderable: Any, options: Any = None) -> Iterator[Segment]:
            for segment in super().render(renderable, options):
                yield segment if segment.control else Segment(format_controls(segment.text), segment.style)

    out = file or sys.stdout
    out = out.stream if isinstance(out, _GuardedStream) else out
    return Guarded(file=out, highlight=False, markup=False, emoji=False, **settings)


@contextmanager
def guard_streams() -> Iterator[None]:
    """While the block runs, text on standard output and standard error goes through `format_controls`.

    What is written to `sys.stdout.buffer` is data and stays as it is.
    """
    before = sys.stdout, sys.stderr
    guarded: list[Any] = [each if isinstance(each, _GuardedStream) else _GuardedStream(each) for each in before]
    sys.stdout, sys.stderr = guarded
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


class _GuardedStream:
    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        self.stream.write(format_controls(text))
        return len(text)

    def writelines(self, lines: Iterator[str]) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def _make_plain(value: object) -> object:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case None | bool() | int() | str():
            return value
        case Mapping():
            return {str(key): _make_plain(inner) for key, inner in value.items()}
        case frozenset() | set():
            return sorted(map(_make_plain, value), key=str)
        case Iterable():
            return [_make_plain(inner) for inner in value]
    return str(value)


def _name_code(found: re.Match[str]) -> str:
    return f"[U+{ord(found.group()):04X}]"
