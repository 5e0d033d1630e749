"""`mt-eval status --sort METRIC`: the best run stands first, whatever the metric."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small_runs import make_rows, write_small_run

from mt_eval.cli.main import main


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
