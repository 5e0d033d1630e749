"""What a terminal, a line or the order of letters would obey is shown by its code, whichever way it is printed."""

from __future__ import annotations

import io
import json
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table

from mt_eval.cli.table import print_json, print_table
from mt_eval.report.visible import (
    encode_json,
    format_controls,
    format_name,
    format_unseen,
    guard_streams,
    open_console,
)

ANY_TEXT = st.text(st.characters(codec=None), max_size=30) | st.text("\x1b\x9b\x00\r\n\t[]a/\u202e\u200f", max_size=12)
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\rforged\u202e\ud800"


@given(ANY_TEXT)
def test_nothing_is_left_for_a_terminal_to_obey(text: str) -> None:
    """Only ends of lines and tabs stay, and in a name not even these; all else is there as it was or by its code."""
    seen, name, controlled = format_unseen(text), format_name(text), format_controls(text)

    assert not OBEYED.search(seen.replace("\r\n", "\n"))
    assert not OBEYED.search(name)
    assert not re.search(r"[\n\r\t\u2028\u2029]", name)
    assert not OBEYED.search(controlled.replace("\r\n", "\n"))
    for found in re.findall(r"[^\W\d_]", text):
        assert found in seen


@given(st.recursive(st.none() | st.booleans() | st.floats() | ANY_TEXT, lambda inner: st.lists(inner, max_size=3)))
def test_json_is_exact_and_harmless(value: object) -> None:
    """Another reader finds the same value, but null for what is no number, and no character a terminal would obey."""

    def keep(each: object) -> object:
        if isinstance(each, list):
            return [keep(inner) for inner in each]
        return None if isinstance(each, float) and (each != each or abs(each) == float("inf")) else each

    written = encode_json(value)

    assert not OBEYED.search(written.replace("\n", ""))
    assert json.loads(written) == keep(value)


def test_printing_is_guarded_and_bytes_are_not(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """`print`, warnings of the interpreter and tables show codes; what goes to the buffer is data."""
    with guard_streams(), guard_streams():
        print(HOSTILE, flush=True)
        print(HOSTILE, file=sys.stderr, flush=True)
        print_table(("name",), [(HOSTILE,)])
        print_json({"name": HOSTILE})
        sys.stdout.buffer.write(b"\x1b[0m")
        sys.stdout.flush()

    said = capfdbinary.readouterr()
    assert said.out.count(b"\x1b") == 1
    assert said.out.count(b"[U+001B]]0;owned[U+0007][U+001B][2J[U+009B]31m[U+000D]forged") == 2
    assert b'"\\u001b]0;owned\\u0007' in said.out
    assert b"[U+001B]" in said.err


@pytest.mark.parametrize("name", ["m[/y]", "a[b]", "[bold]x", "[link=http://x]y[/link]", ":smile:", "\\[z]"])
def test_markup_of_rich_is_text(name: str) -> None:
    """What Rich would take for its own stands there as it is: alone, in a table, as a header and as a title."""
    console = open_console(io.StringIO(), width=80)
    table = Table(name, title=name)
    table.add_row(name)

    console.print(name)
    console.print(table)

    written = console.file.getvalue()  # type: ignore[attr-defined]
    assert written.count(name) == 4


def test_colours_are_ours_alone() -> None:
    """On a terminal our styles are escape sequences, and those of a text are its codes."""
    console = open_console(io.StringIO(), width=80, force_terminal=True, color_system="standard")

    console.print("\x1b[31mred", style="bold")

    assert console.file.getvalue() == "\x1b[1m[U+001B][31mred\x1b[0m\n"  # type: ignore[attr-defined]
