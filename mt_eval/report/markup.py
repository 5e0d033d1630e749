"""Texts inside Markdown and LaTeX: whatever they hold is read as text, on the line where it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mt_eval.report.visible import format_unseen

_ENDS = re.compile(r"\r\n|[\t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_MARKDOWN = re.compile(r"([\\`*_|<&\[\]~$#])")
_BLOCK = re.compile(r">|[-+](?=[ -]|$)|([0-9]{1,9})[.)](?= |$)")
"""What begins a quotation, a line or a list where it stands first (CommonMark 0.31, sections 4.1, 5.1 and 5.2)."""
_LATEX = {
    **{character: f"\\{character}" for character in "&%$#_{}"},
    **{character: f"{{{character}}}" for character in "[]*"},  # behind the end of a row they would be its options
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
    "\\": "\\textbackslash{}",
    "`": "\\textasciigrave{}",
    "|": "\\textbar{}",
    "<": "$<$",
    ">": "$>$",
    "\N{EN DASH}": "--",
}
_MINUS = r"(?<![^\s\N{EN DASH}])-(?=\d)"
"""The sign of a number, not the hyphen of `BLEU-13a`."""
_IN_LATEX = re.compile(rf"(?P<minus>{_MINUS})|(?P<hyphen>-(?=-))|[{re.escape(''.join(_LATEX))}]")


def escape_markdown(text: str) -> str:
    """The text inside a line of Markdown, GitHub's included: in a cell, a heading or a sentence."""
    return _MARKDOWN.sub(r"\\\1", join_lines(text))


def escape_block(text: str) -> str:
    """The text where a block begins: alone on a line, or behind the mark of a list.

    >>> escape_block("1. a"), escape_block("- b")
    ('1\\\\. a', '\\\\- b')
    """
    escaped = escape_markdown(text)
    found = _BLOCK.match(escaped)
    digits = len(found[1] or "") if found else 0
    return f"{escaped[:digits]}\\{escaped[digits:]}" if found else escaped


def render_code(text: str) -> str:
    """A code span of Markdown that holds the text (CommonMark 6.1)."""
    text = join_lines(text)
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if text[:1] in ("`", " ") or text[-1:] in ("`", " ") else ""
    return f"{fence}{space}{text}{space}{fence}"


def render_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a pipe table, its columns as wide as their cells so that it reads as plain text too."""
    cells = [[escape_markdown(cell) for cell in row] for row in (header, *rows)]
    widths = [max(3, *map(len, column)) for column in zip(*cells, strict=True)]
    written = ["| " + " | ".join(f"{c:{w}}" for c, w in zip(row, widths, strict=True)) + " |" for row in cells]
    return [written[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *written[1:]]


def escape_latex(text: str) -> str:
    """The text inside a cell of a LaTeX table.

    >>> escape_latex("[a]--b -1.5")
    '{[}a{]}-{}-b $-$1.5'
    """
    return _IN_LATEX.sub(_set_latex, join_lines(text))


def _set_latex(found: re.Match[str]) -> str:
    match found.lastgroup:
        case "minus":
            return "$-$"
        case "hyphen":  # two would be set as a dash
            return "-{}"
    return _LATEX[found[0]]


def join_lines(text: str) -> str:
    """The text on one line, unseen characters by their codes."""
    return format_unseen(_ENDS.sub(" ", text)).strip(" ")
