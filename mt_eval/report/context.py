"""What became of the data when models were given more or less of it at once, as a table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType

from mt_eval.compare.result import Context
from mt_eval.report.comparison import ABSENT
from mt_eval.report.table import add_row, indent, make_table, make_text

TITLE = "how much a model was given at once"
EXPLANATION = (
    "omitted: segments that nothing in the output translates; added: of the output's characters, those that translate "
    "no segment; d-: of whole articles, in the order of the output and with what was added; seconds: decoding"
)
_STORED = "; in brackets the share that the translation store had, which cost nothing"


def list_headers(contexts: Sequence[Context]) -> tuple[str, ...]:
    """The names of the columns; the model is one where there are several systems."""
    metric = contexts[0].metric
    model = ("model",) if _has_models(contexts) else ()
    return (*model, "unit", metric, f"d-{metric}", "omitted", "added", "seconds")


def list_cells(contexts: Sequence[Context]) -> list[tuple[str, ...]]:
    """A row for each."""
    several = _has_models(contexts)
    return [
        (
            *((context.model,) if several else ()),
            context.unit,
            _format(context.segment),
            _format(context.article),
            f"{context.omitted:.1f}%",
            f"{context.added:.1f}%",
            _format(context.seconds) + (f" ({context.stored:.0f}%)" if context.stored else ""),
        )
        for context in contexts
    ]


def explain(contexts: Sequence[Context]) -> str:
    """How the columns are to be read."""
    return EXPLANATION + (_STORED if any(context.stored for context in contexts) else "")


def render_contexts(contexts: Sequence[Context], title: str = TITLE) -> RenderableType:
    """The table for a terminal."""
    headers = list_headers(contexts)
    words = 2 if _has_models(contexts) else 1
    table = make_table(*((name, "left" if place < words else "right") for place, name in enumerate(headers)))
    for cells in list_cells(contexts):
        add_row(table, *cells)
    return Group(make_text(title, "bold"), indent(table), indent(make_text(explain(contexts), "dim")))


def _has_models(contexts: Sequence[Context]) -> bool:
    return any(context.model for context in contexts)


def _format(value: float | None) -> str:
    return ABSENT if value is None else f"{value:.1f}"
