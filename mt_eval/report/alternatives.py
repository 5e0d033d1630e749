"""The hypotheses beside the best one, where a run kept several: which segment pair they are shown with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table

from mt_eval.report.bidi import justify, wrap_isolated
from mt_eval.report.comparison import ABSENT
from mt_eval.report.table import cut_lines, indent, make_text
from mt_eval.runs.settings import list_utilities
from mt_eval.types import HypothesisList, Run

_NUMBERS = 14
"""Columns of the terminal that rank and score take."""


def place_hypotheses(run: Run) -> dict[int, list[HypothesisList]]:
    """The place of each segment pair to the lists of what was given to the model of it.

    A list that is of several pairs is with the first of them; one of a single hypothesis has nothing to show.
    """
    if not run.hypotheses:
        return {}
    of_segment = {segment.id: place for place, pair in enumerate(run.pairs) for segment in pair.source}
    placed: dict[int, list[HypothesisList]] = defaultdict(list)
    for each in run.hypotheses:
        if len(each.hypotheses) > 1:
            placed[of_segment[each.segments[0]]].append(each)
    return dict(placed)


def name_list(run: Run, lists: Sequence[HypothesisList], number: int) -> str:
    """The heading of one of the lists that stand together.

    Args:
        number: Its place among them, from 0.
    """
    each = lists[number]
    chosen = list_utilities(run.head)
    scores = f"mean {' or '.join(chosen)} against all candidates" if chosen else "log-probability per token"
    of = f" of text {number + 1} of {len(lists)}" if len(lists) > 1 else ""
    if len(each.segments) > 1:
        of += f" of {len(each.segments)} sentences given at once"
    return f"{len(each.hypotheses)} best{of}, by {scores}"


def format_score(score: float | None) -> str:
    """A score of a hypothesis, of either kind."""
    return ABSENT if score is None else f"{score:.3f}"


def render_hypotheses(run: Run, lists: Sequence[HypothesisList], lang: str, most: int, width: int) -> RenderableType:
    """The lists of one segment pair for a terminal, each below its heading.

    Args:
        lang: Of the translations.
        most: How many lines of each text are shown.
    """
    parts: list[RenderableType] = []
    for number, each in enumerate(lists):
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
        column = max(12, width - _NUMBERS)
        table.add_column(justify="right", no_wrap=True)
        table.add_column(justify="right", no_wrap=True)
        table.add_column(width=column, no_wrap=True, justify=justify(lang))
        for rank, hypothesis in enumerate(each.hypotheses, start=1):
            lines = cut_lines(wrap_isolated(hypothesis.text, lang, column), most) or ["(empty)"]
            table.add_row(str(rank), format_score(hypothesis.score), "\n".join(lines))
        parts += [make_text(name_list(run, lists, number), "dim"), indent(table)]
    return Group(*parts)
