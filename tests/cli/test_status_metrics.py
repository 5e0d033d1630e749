"""`mt-eval status --sort METRIC`: the best run stands first, whatever the metric."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small_runs import make_rows, write_small_run

from mt_eval.cli.main import main
from mt_eval.compare.select import select_runs


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of two runs, `good` and `poor`, with TER of the output and of a pivot's first leg, and errors counted
    outside."""
    monkeypatch.chdir(tmp_path)
    for name, lost, errors in (("poor", 2, 9.5), ("good", 5, 1.5)):
        folder = write_small_run(
            tmp_path / "runs",
            name,
            make_rows(6, lost=lost),
            metrics=("chrF++", "TER"),
            outside={"MetricX": [errors] * 6},
            head={"finished": "2026-01-02T03:04:05+00:00", "seconds": {"score": 0.5}},
        )
        scores = json.loads((folder / "scores.json").read_text())
        legs = [{**each, "metric": f"{each['metric']}@vi-en"} for each in scores if each["metric"] == "TER"]
        (folder / "scores.json").write_text(json.dumps([*scores, *legs]))
    return tmp_path / "runs"


@pytest.mark.parametrize("metric", ["chrF++", "TER", "TER@vi-en", "MetricX"])
def test_the_best_run_stands_first(metric: str, runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """TER, whose own signature says `norm:no`, is there under its name; fewer errors are better."""
    status = main(["status", str(runs), "--sort", metric, "--format", "json"])

    entries = json.loads(capsys.readouterr().out)
    assert status == 0
    assert [entry["name"] for entry in entries] == ["good", "poor"]


@pytest.mark.parametrize(
    ("condition", "kept"),
    [("chrF++>0", ["good", "poor"]), ("MetricX<9.5", ["good"]), ("MetricX>=9.5", ["poor"]), ("MetricX=1.5", ["good"])],
)
def test_where_takes_a_metric(condition: str, kept: list[str], runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A score is a condition as a setting is, by the name that is shown."""
    status = main(["status", str(runs), "--where", condition, "--format", "json"])

    assert status == 0
    assert [entry["name"] for entry in json.loads(capsys.readouterr().out)] == kept
    assert [run.folder.name for run in select_runs([str(runs)], [condition])] == kept


def test_where_needs_a_number_behind_a_sign(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is no number cannot be exceeded."""
    assert main(["status", str(runs), "--where", "chrF++>good"]) == 1

    assert "'good' is no number, expected one" in capsys.readouterr().err
