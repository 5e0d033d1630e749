"""Hypotheses beside the best one: in a terminal, in the page, in a browser, and in exports."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from browser import open_page, start_browser
from rich.console import Console
from small_runs import make_rows, write_small_run

from mt_eval.cli.main import main
from mt_eval.report.alternatives import name_list, place_hypotheses
from mt_eval.report.html.page import render_run_page
from mt_eval.report.terminal import render_run
from mt_eval.runs.read import read_run
from mt_eval.types import Hypothesis, HypothesisList, Run


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Four segments, three hypotheses kept of each."""
    return read_run(write_small_run(tmp_path, "kept", make_rows(4), n_best=3))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with start_browser() as started:
        yield started


def print_run(run: Run) -> str:
    console = Console(file=io.StringIO(), width=100)
    console.print(render_run(run, width=100))
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_show_has_them_below_each_segment(run: Run) -> None:
    """With rank and score; a hypothesis without text says so, and hidden characters are shown."""
    texts = ("ok", "", "\x1b[2J")
    best = tuple(Hypothesis(text, -0.5 * rank) for rank, text in enumerate(texts, start=1))
    lists = (replace(run.hypotheses[0], hypotheses=best), *run.hypotheses[1:])

    printed = print_run(replace(run, hypotheses=lists))

    assert printed.count("3 best, by log-probability per token") == 4
    assert "2  -1.000" in printed
    assert "(empty)" in printed
    assert "[U+001B]" in printed
    assert "3 best kept" not in print_run(replace(run, hypotheses=()))


def test_lists_of_parts_and_of_units_say_what_they_are_of(run: Run) -> None:
    """Two texts of one pair are numbered; a unit of two segments stands with the first and says how many it is of."""
    first, second = run.pairs[0].source[0].id, run.pairs[1].source[0].id
    best = (Hypothesis("a", 1.0), Hypothesis("b", 0.5))
    two = [HypothesisList((first,), "x", best), HypothesisList((first,), "y", best)]
    unit = [HypothesisList((first, second), "x y", best), HypothesisList((second,), "y", best[:1])]

    parts, units = (
        place_hypotheses(replace(run, hypotheses=tuple(two))),
        place_hypotheses(replace(run, hypotheses=tuple(unit))),
    )

    assert parts == {0: two}
    assert name_list(run, two, 1) == "2 best of text 2 of 2, by log-probability per token"
    assert units == {0: unit[:1]}
    assert name_list(run, unit[:1], 0) == "2 best of 2 sentences given at once, by log-probability per token"


def test_scores_of_a_choice_are_called_what_they_are(run: Run) -> None:
    """Under decoding=mbr they are means of the utility."""
    head = replace(run.head, system=replace(run.head.system, legs=({"choice": {"utility": "chrF++"}},)))

    assert name_list(replace(run, head=head), run.hypotheses[:1], 0) == "3 best, by mean chrF++ against all candidates"


def test_a_reader_unfolds_them_in_the_page(browser: Any, run: Run, tmp_path: Path) -> None:
    """Below the translation, closed at first; texts are texts, in their direction, and nothing is loaded."""
    hostile = replace(
        run.hypotheses[0], hypotheses=(*run.hypotheses[0].hypotheses[:2], Hypothesis("<img src=x> نص", -9.0))
    )
    page = tmp_path / "page.html"
    page.write_text(render_run_page(replace(run, hypotheses=(hostile, *run.hypotheses[1:]))), encoding="utf-8")

    with open_page(browser, page, "#sort=data") as opened:
        opened.page.wait_for_selector(".segment")
        hidden = opened.page.locator("ol.hypotheses").first.is_visible()
        opened.page.locator(".segment details summary").first.click()
        items = opened.page.locator("ol.hypotheses").first.locator("li").all_inner_texts()
        direction = opened.page.eval_on_selector("ol.hypotheses bdi", "each => getComputedStyle(each).direction")
        images = opened.page.locator(".segment img").count()
        assert (opened.complaints, opened.refused) == ([], [])

    assert not hidden
    assert [item.split()[0] for item in items] == ["-0.500", "-1.500", "-9.000"]
    assert "<img src=x>" in items[2]
    assert (direction, images) == ("rtl", 0)


def test_exports_have_a_column_where_any_run_kept_them(run: Run, tmp_path: Path) -> None:
    """JSON lines and Parquet hold the lists, CSV their JSON; runs without are empty, and alone have no such column."""
    plain = write_small_run(tmp_path, "plain", make_rows(4))
    expected = [{"text": each.text, "score": each.score} for each in run.hypotheses[0].hypotheses]
    folder = tmp_path / "kept"
    for form in ("jsonl", "parquet", "csv"):
        assert main(["export", str(folder), str(plain), "--to", form, "-o", str(tmp_path / f"x.{form}")]) == 0
    assert main(["export", str(plain), "--to", "jsonl", "-o", str(tmp_path / "plain.jsonl")]) == 0

    lines = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()]
    cells = csv.DictReader((tmp_path / "x.csv").read_text(encoding="utf-8-sig").splitlines())
    read = [lines, pyarrow.parquet.read_table(tmp_path / "x.parquet").to_pylist()]
    read.append([{**row, "n_best": json.loads(row["n_best"] or "[]")} for row in cells])
    for rows in read:
        assert rows[0]["n_best"][0]["hypotheses"] == expected
        assert rows[4]["n_best"] == []
    assert "n_best" not in json.loads((tmp_path / "plain.jsonl").read_text(encoding="utf-8").split("\n")[0])
