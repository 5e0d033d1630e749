"""How often models are right about contrastive sets: a table with a mark for each on an axis from 0 to 100."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mt_eval.compare.accuracy import CHANCE
from mt_eval.compare.result import Accuracies, Accuracy
from mt_eval.likelihoods import Contrast
from mt_eval.report.accuracy import (
    ABOVE,
    BELOW,
    HEADERS,
    MAYBE,
    ONE_HEADERS,
    describe_set,
    describe_sets,
    explain,
    explain_one,
    list_one,
    list_several,
)
from mt_eval.report.html.scale import Scale, Tick

_SCALE = Scale(0.0, 100.0)


@dataclass(frozen=True, slots=True)
class Mark:
    """One row; places are percent of the axis."""

    style: str
    """`better`, `worse`, `cannot-tell` or `baseline`."""
    words: tuple[str, ...]
    """Kind, and the system where there are several."""
    at: float
    low: float | None
    high: float | None
    figures: tuple[str, ...]
    verdict: str


@dataclass(frozen=True, slots=True)
class SetPlot:
    """One contrastive set."""

    title: str
    words: tuple[str, ...]
    """Headers of the columns of words, of figures, and of the verdict."""
    figures: tuple[str, ...]
    verdict: str
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    chance: float
    explanation: tuple[str, ...]


def draw_one(contrast: Contrast, accuracies: Sequence[Accuracy]) -> SetPlot:
    """The set that one run keeps."""
    rows = zip(accuracies, list_one(accuracies), strict=True)
    explanation = (explain_one(accuracies),)
    marks = [_mark(accuracy, cells, 1) for accuracy, cells in rows]
    return _plot(describe_set(contrast, accuracies), ONE_HEADERS, 1, marks, CHANCE, explanation)


def draw_several(found: Accuracies) -> SetPlot:
    """A set that several runs keep."""
    accuracies = {(each.kind, each.system): each for each in found.accuracies}
    marks = [_mark(accuracies[cells[0], cells[1]], cells, 2) for cells in list_several(found)]
    return _plot(describe_sets(found), HEADERS, 2, marks, found.chance, explain(found))


def _mark(accuracy: Accuracy, cells: Sequence[str], words: int) -> Mark:
    verdict = cells[-1].partition(" (")[0]
    style = {ABOVE: "better", BELOW: "worse", MAYBE: "cannot-tell"}.get(verdict, verdict.replace(" ", "-"))
    low, high = (None if end is None else _SCALE.place(end) for end in (accuracy.low, accuracy.high))
    at = _SCALE.place(accuracy.value)
    return Mark(style, tuple(cells[:words]), at, low, high, tuple(cells[words:-1]), cells[-1])


def _plot(
    title: str, headers: Sequence[str], words: int, marks: Sequence[Mark], chance: float, explanation: Sequence[str]
) -> SetPlot:
    return SetPlot(
        title[0].upper() + title[1:],
        tuple(headers[:words]),
        tuple(headers[words:-1]),
        headers[-1],
        tuple(marks),
        _SCALE.list_ticks(5),
        _SCALE.place(chance),
        tuple(line[0].upper() + line[1:] for line in explanation),
    )
