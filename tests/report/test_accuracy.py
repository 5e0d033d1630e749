"""What is shown of contrastive sets: in `show`, `compare` and the page, and nothing where no run keeps one."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import open_page, start_browser
from small_runs import make_rows, write_small_run

import mt_eval
from mt_eval.cli.main import main
from mt_eval.likelihoods import Contrast, Judge, JudgedPair, Likelihood
from mt_eval.runs.judgements import write_contrast

KINDS = ("number", "date")


def keep_set(folder: Path, wins: int, *, name: str = "news") -> None:
    """A set of 40 pairs, 20 of each kind, the first `wins` of each of which the judge is right about."""
    judge = Judge("demo", f"identity {wins}", "demo", "marian", "vi-ar", "transformers", "float32")
    pairs = [
        JudgedPair(
            *(f"{kind}{number}", f"a{number % 4}", f"a{number % 4}:{number}", kind, "rule"),
            Likelihood(-3.0 if number < wins else -5.0, 4),
            Likelihood(-4.0, 4),
        )
        for kind in KINDS
        for number in range(20)
    ]
    write_contrast(folder, Contrast(1, judge, name, f"hash of {name}", len(pairs), ""), pairs)


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    """Three runs: two keep a set, the third keeps none."""
    folders = [
        write_small_run(tmp_path / "runs", name, make_rows(20, articles=4, lost=lost))
        for name, lost in (("A", 4), ("B", 5), ("C", 6))
    ]
    keep_set(folders[0], 8)
    keep_set(folders[1], 18)
    return folders


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with start_browser() as started:
        yield started


def run_command(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    assert main(list(map(str, words))) == 0
    return capsys.readouterr().out


def test_show_has_a_row_per_kind(runs: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Of the 40 pairs 36 are right; 18 of 20 numbers are 90%, above chance."""
    shown = run_command(capsys, "show", runs[1], "--segments", "0")

    rows = [line.split()[:4] for line in shown.splitlines() if line.split()[:1] == ["number"] or "all kinds" in line]
    assert ["all", "kinds", "36", "40"] in rows
    assert ["number", "18", "20", "90.0"] in rows
    assert "contrastive set news, 40 pairs, judged by demo" in shown
    assert any(line.split()[-1:] == ["above"] for line in shown.splitlines())
    assert "by chance it is 50" in " ".join(shown.split())


def test_show_json_has_the_accuracies(runs: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    """The same as data; without a set the key is not there."""
    (found,) = json.loads(run_command(capsys, "show", runs[0], "--json"))["contrastive"]
    without = json.loads(run_command(capsys, "show", runs[2], "--json"))

    assert [(each["kind"], each["right"], each["pairs"]) for each in found["accuracies"]] == [
        ("all kinds", 16, 40),
        ("number", 8, 20),
        ("date", 8, 20),
    ]
    assert (found["name"], found["chance"], found["judge"]["label"]) == ("news", 50.0, "demo")
    assert "contrastive" not in without


def test_compare_has_a_table_in_each_form(runs: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Text, Markdown, CSV and JSON say the same: 40% and 90%, a difference of 50 points that is no chance."""
    options = ["--samples", "500", "--metric", "chrF++"]
    text, markdown, table, data = (
        run_command(capsys, "compare", *runs, *options, "--format", form)
        for form in ("table", "markdown", "csv", "json")
    )

    (found,) = json.loads(data)["accuracies"]
    comparison = next(each for each in found["comparisons"] if each["metric"] == "date")
    row = next(each for each in csv.DictReader(io.StringIO(table)) if each["metric"] == "news: date")
    assert found["systems"] == ["A", "B"]
    assert (comparison["baseline"], comparison["candidate"], comparison["delta"]) == ("A", "B", 50.0)
    assert comparison["verdict"] == "better"
    assert (row["baseline_score"], row["candidate_score"], row["delta"]) == ("40.0", "90.0", "50.0")
    assert (row["level"], row["segments"], row["unit"]) == ("pair", "20", "segment")
    assert "| date      | B      | 20    | 90.0" in markdown
    assert "contrastive set news, 40 pairs" in text
    assert "+50.0" in text


def test_nothing_is_shown_without_a_set(runs: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Runs that keep no set are shown and compared as ever."""
    other = write_small_run(runs[0].parent, "D", make_rows(20, articles=4, lost=3))

    shown = [
        run_command(capsys, "show", runs[2]),
        run_command(capsys, "compare", runs[2], other, "--samples", "100"),
        run_command(capsys, "compare", runs[2], other, "--samples", "100", "--format", "csv"),
    ]

    assert not any("contrastive" in each or "pair," in each for each in shown)
    assert mt_eval.compare([str(runs[2]), str(other)], samples=100).accuracies == ()


def test_set_of_one_run_stands_alone(runs: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    """A set that only one of two runs keeps is held against chance."""
    shown = run_command(capsys, "compare", runs[1], runs[2], "--samples", "200")

    assert "contrastive set news" in shown
    assert any(line.split()[-1:] == ["above"] for line in shown.splitlines())
    assert "Holm), that of all kinds" not in shown


def test_set_that_nobody_could_judge_says_so(runs: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Where no pair was judged there is a sentence, and no table without rows."""
    judge = Judge("demo", "identity", "demo", "marian", "vi-ar", "transformers", "float32")
    unknown = Likelihood(None, reason="too long")
    pair = JudgedPair("1", "a", "a:1", "number", "rule", unknown, unknown)
    write_contrast(runs[2], Contrast(1, judge, "long", "hash", 1, ""), [pair])

    shown = run_command(capsys, "show", runs[2], "--segments", "0")

    assert "contrastive set long, 0 pairs, judged by demo (1 pair could not be judged)" in shown
    assert "none of its pairs could be judged" in shown
    assert "accuracy" not in shown


def test_page_has_a_plot(runs: list[Path], browser: Any, tmp_path: Path) -> None:
    """The page of a run, and that of two, draw a mark per row on an axis with chance in its middle."""
    one, two = tmp_path / "one.html", tmp_path / "two.html"
    main(["report", str(runs[0]), "-o", str(one)])
    main(["report", str(runs[0]), str(runs[1]), "--samples", "200", "-o", str(two)])

    for page, marks in ((one, 3), (two, 6)):
        with open_page(browser, page) as opened:
            section = opened.page.locator("#contrastive")
            chance = section.locator("line.zero").first.bounding_box()
            plot = section.locator("svg.plot").first.bounding_box()
            assert section.locator("tbody rect.point").count() == marks
            assert abs(chance["x"] - plot["x"] - plot["width"] / 2) < 2
            assert opened.page.locator("nav a[href='#contrastive']").count() == 1
            assert opened.complaints == []


def test_page_without_a_set_has_no_section(runs: list[Path], tmp_path: Path) -> None:
    """Nothing of it is on the page of a run without one."""
    page = tmp_path / "page.html"
    main(["report", str(runs[2]), "-o", str(page)])

    assert "contrastive" not in page.read_text(encoding="utf-8")
