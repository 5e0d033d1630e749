"""What the actions of `mt-eval data` print with: isolated text, and entries as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from mt_eval.data.manifest import ArticleEntry


def isolate_text(text: str, lang: str) -> str:
    """`text` as people read it in a line of output: right-to-left text is isolated line by line."""
    from mt_eval.languages.codes import is_right_to_left
    from mt_eval.report.bidi import isolate

    if not is_right_to_left(lang):
        return text
    return "\n".join(isolate(line, lang) for line in text.split("\n"))


def name_entry(entry: ArticleEntry) -> str:
    """An article's id, and its title where it has one."""
    return entry.id if entry.title is None else f"{entry.id} {isolate_text(entry.title, entry.language)}"


def describe(entry: DataclassInstance) -> dict[str, Any]:
    """The fields of a dataclass that say something."""
    return {key: value for key, value in asdict(entry).items() if value is not None}
