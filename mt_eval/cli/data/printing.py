"""What the actions of `mt-eval data` print with: tables, isolated text, JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on a terminal; elsewhere one row a line, cells separated by tabs."""
    if sys.stdout.isatty():
        from rich.text import Text

        from mt_eval.report import table

        written = table.make_table(*((name, "left") for name in header))
        for row in rows:
            written.add_row(*map(Text, row))
        table.print_table(written)
        return
    for cells in (header, *rows):
        print("\t".join(" ".join(cell.split("\t")) for cell in cells))


def isolate_text(text: str, lang: str) -> str:
    """`text` as people read it in a line of output: right-to-left text is isolated line by line."""
    from mt_eval.languages.codes import is_right_to_left
    from mt_eval.report.bidi import isolate

    if not is_right_to_left(lang):
        return text
    return "\n".join(isolate(line, lang) for line in text.split("\n"))


def describe(entry: DataclassInstance) -> dict[str, Any]:
    """The fields of a dataclass that say something."""
    return {key: value for key, value in asdict(entry).items() if value is not None}


def print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))
