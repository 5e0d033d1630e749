"""Looping models write lines without end: printing them takes time in proportion to the length, not to its square."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from small_runs import make_rows, write_small_run

from mt_eval.export.texts import write_texts
from mt_eval.report.bidi import wrap_isolated
from mt_eval.report.html.page import render_run_page
from mt_eval.report.markup import escape_latex, render_table
from mt_eval.report.terminal import render_run
from mt_eval.report.visible import format_unseen
from mt_eval.runs.read import read_run
from tests.growth import grows_within

UNITS = ["م", "مرحبا ", "a ", "\u064b", "a\u0301", "中", "!", "\u200f", " ", "- ", "`", "|", "[", "1. ", "-", "\\"]


def is_linear(work: Callable[[str], object], unit: str, length: int) -> bool:
    """Whether eight times the text takes about 8 times as long, not 64 times."""
    return grows_within(lambda letters: work(unit * (letters // len(unit))), length, 8 * length, most=24)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(
    "work",
    [
        lambda text: wrap_isolated(text, "ar", 25),
        format_unseen,
        lambda text: render_table(("a",), [(text,)]),
        escape_latex,
    ],
    ids=["wrap", "unseen", "markdown", "latex"],
)
def test_texts_are_written_in_linear_time(work: Callable[[str], object], unit: str) -> None:
    """One word without end, words without end, marks and punctuation alone: eight times the text, 8 times the work."""
    assert is_linear(work, unit, 10_000)


@pytest.mark.parametrize("unit", ["م", "مرحبا "])
@pytest.mark.parametrize("writer", ["terminal", "page", "lines"])
def test_a_run_with_an_endless_line_is_written_in_linear_time(writer: str, unit: str, tmp_path: Path) -> None:
    """The run in a terminal, its page, and its lines for other programs."""
    runs = {}
    for length in (10_000, 80_000):
        text = unit * (length // len(unit))
        folder = write_small_run(tmp_path, f"r{length}", [*make_rows(2), ("z", "câu", "مرحبا", text)], metrics=["chrF"])
        runs[text] = read_run(folder)
    run = {unit: next(iter(runs.values())), **runs}

    work: dict[str, Callable[[str], object]] = {
        "terminal": lambda text: Console(file=io.StringIO(), width=80).print(render_run(run[text])),
        "page": lambda text: render_run_page(run[text]),
        "lines": lambda text: write_texts([run[text]], tmp_path / "lines"),
    }

    assert is_linear(work[writer], unit, 10_000)
