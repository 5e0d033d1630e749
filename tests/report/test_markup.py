"""Markdown and LaTeX hold any text as text: another parser reads it back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mt_eval.report.markup import (
    escape_block,
    escape_latex,
    escape_markdown,
    join_lines,
    render_code,
    render_table,
)

ANY_TEXT = st.text(max_size=30) | st.text("#*_-+=>`~|\\<>&[]()!1. \n\r\tax\u2028", max_size=14)
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def read_text(tokens: list[object]) -> str:
    """What a reader sees of inline tokens: the texts and nothing else."""
    return "".join(token.content for token in tokens)  # type: ignore[attr-defined]


def squeeze(text: str) -> str:
    """Text as a browser shows it (CSS, white-space: normal), without the white space at its ends."""
    return re.sub("[ \t\n]+", " ", text).strip()


@given(ANY_TEXT)
def test_a_list_item_is_one_paragraph_of_text(text: str) -> None:
    """Behind the mark of a list nothing begins a block or a span of its own."""
    tokens = PARSER.parse(f"- x {escape_markdown(text)}\n- {escape_block(text)}\n")

    inline = [token for token in tokens if token.type == "inline"]
    kinds = {token.type for token in tokens}
    assert kinds <= {"bullet_list_open", "list_item_open", "paragraph_open", "inline", "paragraph_close",
                     "list_item_close", "bullet_list_close"}  # fmt: skip
    assert {child.type for token in inline for child in token.children or ()} <= {"text", "text_special"}
    read = [squeeze(read_text(token.children or [])) for token in inline]
    assert list(filter(None, read)) == list(filter(None, map(squeeze, (f"x {join_lines(text)}", join_lines(text)))))


@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT), min_size=1, max_size=3))
def test_a_table_has_as_many_cells_as_were_given(rows: list[tuple[str, str]]) -> None:
    """Pipes, backslashes and ends of lines in a text end no cell and no row."""
    tokens = PARSER.parse("\n".join(render_table(("a", "b"), rows)))

    cells = [token for token in tokens if token.type == "inline"]
    read = [squeeze(read_text(token.children or [])) for token in cells]
    assert tokens[0].type == "table_open"
    assert tokens[-1].type == "table_close"
    assert read == ["a", "b", *(squeeze(join_lines(cell)) for row in rows for cell in row)]


@given(ANY_TEXT.filter(lambda text: join_lines(text) != ""))
def test_a_code_span_holds_its_text(text: str) -> None:
    """Also with backticks inside, at its ends, and at the beginning of a line."""
    (opened, inline, closed) = PARSER.parse(render_code(text))

    assert (opened.type, closed.type) == ("paragraph_open", "paragraph_close")
    assert [(child.type, squeeze(child.content)) for child in inline.children or ()] == [
        ("code_inline", squeeze(join_lines(text)))
    ]


@given(ANY_TEXT)
def test_latex_stays_in_its_cell(text: str) -> None:
    """No end of a cell, a row, a line or a group, no comment, no command but those that set a character."""
    escaped = escape_latex(text)

    known = r"\\(?:[&%$#_{}]|text(?:asciitilde|asciicircum|backslash|asciigrave|bar)\{\})"
    rest = re.sub(known, "x", escaped)
    for ours in ("$<$", "$>$", "$-$", "{[}", "{]}", "{*}", "-{}"):
        rest = rest.replace(ours, "x")
    assert not re.search(r"[\\&%$#_{}~^\n\r*\[\]|`]|--", rest.replace("--", "x", text.count("\N{EN DASH}")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n% b\n\\input{/etc/passwd}", r"a \% b \textbackslash{}input\{/etc/passwd\}"),
        ("[1em] x", "{[}1em{]} x"),
        ("* x", "{*} x"),
        ("lines--lines", "lines-{}-lines"),
        ("-0.5\N{EN DASH}-0.3", "$-$0.5--$-$0.3"),
        ("num_beams=8 ^^M", r"num\_beams=8 \textasciicircum{}\textasciicircum{}M"),
    ],
)
def test_what_latex_would_obey_is_set(text: str, expected: str) -> None:
    """By hand: options of a row's end, dashes, signs of numbers, ends of comments."""
    assert escape_latex(text) == expected
