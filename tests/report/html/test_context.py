"""Runs that were given more or less at once: the table of `compare` and of the page, and its plot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import open_page, start_browser
from small_runs import make_rows, write_small_run

import mt_eval
from mt_eval.cli.main import main
from mt_eval.compare.context import compare_contexts, rank_unit
from mt_eval.runs.settings import describe_unit

UNITS = [("article", None, 8), ("window", 8, 6), ("sentence", None, 0), ("window", 2, 2)]
"""Kind, sentences, and how many of 16 segments got nothing."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with start_browser() as started:
        yield started


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs of one system that omits more and more, and adds a fifth of what it says given an article at once."""
    folder = tmp_path_factory.mktemp("context") / "runs"
    for kind, sentences, omitted in UNITS:
        rows = [(*row[:3], "" if place < omitted else row[3]) for place, row in enumerate(make_rows(16))]
        said = sum(len(row[3]) for row in rows)
        write_small_run(
            folder,
            f"{kind}{sentences or ''}",
            rows,
            config={"unit": {"kind": kind, "sentences": sentences}},
            head={
                "system": {"label": "demo", "kind": "marian"},
                **({"additions": {"a0": ["x" * (said // 4)]}, "order": {"a0": "9-16 +"}} if kind == "article" else {}),
                "translation": {"segments": 16, "legs": [{"segments_decoded": 16, "decode_seconds": 2.5}]},
            },
        )
    return folder


def test_runs_are_told_apart_by_unit(runs: Path) -> None:
    """Labels say it, the least given at once comes first, and shares are those of the texts."""
    result = mt_eval.compare(runs, samples=100)

    assert result.systems == ("unit=sentence", "unit=window of 2", "unit=window of 8", "unit=article")
    assert [each.system for each in result.contexts] == list(result.systems)
    assert [each.omitted for each in result.contexts] == [0.0, 12.5, 37.5, 50.0]
    assert [round(each.added) for each in result.contexts] == [0, 0, 0, 20]
    assert [each.segment for each in result.contexts] == [each.value for each in result.scores[:4]]
    assert {each.seconds for each in result.contexts} == {2.5}


def test_every_form_of_a_comparison_has_the_table(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Terminal, Markdown and JSON show it where units differ, and nothing where they do not."""
    assert main(["compare", str(runs), "--samples", "100"]) == 0
    assert "window of 2" in capsys.readouterr().out
    assert main(["compare", str(runs), "--samples", "100", "--format", "markdown"]) == 0
    assert "| window of 8 |" in capsys.readouterr().out
    assert main(["compare", str(runs), "--samples", "100", "--json"]) == 0
    assert [each["unit"] for each in json.loads(capsys.readouterr().out)["contexts"]][3] == "article"

    chosen = mt_eval.find_runs(runs, where={"unit.kind": "window"})

    assert [describe_unit(run.config) for run in chosen] == ["window of 2", "window of 8"]
    assert compare_contexts(chosen[:1] * 2, ["one", "the same"]) == ()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_has_the_table_and_the_plot(browser: Any, runs: Path, tmp_path: Path, width: int) -> None:
    """A row and four points per unit, less lower than more, nothing outside the window, no complaint."""
    output = tmp_path / "report.html"
    assert main(["report", str(runs), "--samples", "100", "-o", str(output)]) == 0
    contexts = mt_eval.compare(runs, samples=100).contexts

    with open_page(browser, output, viewport={"width": width, "height": 800}) as opened:
        section = opened.page.locator("#context")
        rows = [row.split("\t") for row in section.locator("tbody tr").all_inner_texts()]
        titles = section.locator("circle title").all_text_contents()
        heights = section.locator("circle").evaluate_all("found => found.map(each => each.getBoundingClientRect().y)")
        widest = opened.page.evaluate("document.documentElement.scrollWidth")
        complaints = opened.complaints

    assert [row[:2] for row in rows] == [[each.unit, f"{each.segment:.1f}"] for each in contexts]
    assert titles[:2] == [f"{each.unit}: chrF++ {each.segment:.1f}" for each in contexts[:2]]
    assert len(titles) == 16
    scores, omitted = heights[:4], heights[8:12]
    assert scores == sorted(scores)
    assert omitted == sorted(omitted, reverse=True)
    assert (widest, complaints) == (width, [])


def test_an_old_run_was_given_sentences() -> None:
    """Runs made before units could be chosen say nothing of them."""
    assert describe_unit({"direction": "vi-ar"}) == "sentence"
    assert rank_unit("sentence") < rank_unit("window of 2") < rank_unit("window of 10") < rank_unit("paragraph")
