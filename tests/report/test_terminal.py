"""A run in a terminal, whatever its names, scores and texts hold."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from small_runs import make_rows, write_small_run

from mt_eval.report.terminal import render_run
from mt_eval.runs.read import read_run
from mt_eval.types import Flag, Run


def print_run(run: Run, width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(render_run(run, width=width))
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return read_run(write_small_run(tmp_path, "r", make_rows(6)))


@pytest.mark.parametrize("name", ["m[/y]", "a[b]", "[bold]x", "=1+1", "x" * 300, "tin tức"])
def test_names_stand_as_they_are(name: str, run: Run, tmp_path: Path) -> None:
    """Of the run, its system, a metric and a flag: no markup, in a console of any kind."""
    scores = tuple(replace(score, metric=name) for score in run.scores)
    segment_scores = dict(zip([name], run.segment_scores.values(), strict=False))
    flags = ((Flag(name, name),), *run.flags[1:])
    head = replace(run.head, id=name, system=replace(run.head.system, label=name))

    printed = print_run(replace(run, head=head, scores=scores, segment_scores=segment_scores, flags=flags))

    assert printed.replace("\n", "").replace(" ", "").count(name.replace(" ", "")[:60]) >= 4


def test_control_sequences_are_shown(run: Run) -> None:
    """In a name, a warning, a flag and a text."""
    hostile = "\x1b]0;owned\x07 \x9b2J \u202eevil"
    translations = tuple(replace(each, text=hostile) for each in run.translations if each)
    head = replace(run.head, id=hostile, warnings=(hostile,))
    flags = tuple((Flag("numbers", hostile),) for _ in run.pairs)

    printed = print_run(replace(run, head=head, translations=translations, flags=flags))

    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(printed)
    assert printed.count("[U+001B]") >= 4


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_not_shown_as_one(value: float, run: Run) -> None:
    """A score that is not finite is a dash, and its segments are neither worst nor best."""
    scores = tuple(replace(score, value=value, low=value, high=value) for score in run.scores)
    segment_scores = {name: (value, *values[1:]) for name, values in run.segment_scores.items()}

    printed = print_run(replace(run, scores=scores, segment_scores=segment_scores))

    assert "nan" not in printed
    assert "inf" not in printed
    assert run.pairs[0].id not in printed
    assert json.dumps(printed)


def test_an_endless_segment_is_cut_and_says_so(run: Run) -> None:
    """A hundred lines are shown, and how many more there are; a long one is shown whole."""
    long, endless = (tuple(replace(each, text="ابجد " * n) for each in run.translations if each) for n in (300, 6000))

    assert "more lines" not in print_run(replace(run, translations=long))
    printed = print_run(replace(run, translations=endless))
    assert len(printed.splitlines()) < 1000
    assert "more lines)" in printed


def test_titles_stand_beside_ids(tmp_path: Path) -> None:
    """That of the only article among the facts; of several, each segment says of which it is."""
    facts = {"a0.vi": {"title": "Bài một"}, "a1.vi": {"title": "Bài hai"}}
    one, two = (
        print_run(read_run(write_small_run(tmp_path, name, make_rows(4, articles=articles), head={"articles": facts})))
        for name, articles in (("one", 1), ("two", 2))
    )

    assert "article    a0: Bài một" in one
    assert "of: Bài hai" in two
    assert "of: Bài" not in one


def test_a_copied_source_runs_its_own_way(tmp_path: Path) -> None:
    """Vietnamese in the column of Arabic translations is laid out from left to right."""
    made = write_small_run(tmp_path, "copied", [("a", "Xin chào", "مرحبا", "Xin chào")])

    assert print_run(read_run(made)).count("\u2066Xin chào\u2069") == 2
