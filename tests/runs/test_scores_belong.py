"""Scores that a run directory claims and that its own segments do not give are refused, not shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_runs import make_rows, write_small_run

from mt_eval.cli.main import main
from mt_eval.runs.paths import RunPaths

METRICS = ("chrF++", "TER")
PROVENANCE = {"finished": "2026-01-02T03:04:05+00:00", "seconds": {"translate": 1.0, "score": 0.5}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run with two metrics, a third one from outside, and a sound run beside it."""
    outside = {"errors": [1.5, 2.5, 0.5, 1.0]}
    for name, lost in (("sound", 4), ("changed", 3)):
        write_small_run(tmp_path, name, make_rows(4, lost=lost), metrics=METRICS, outside=outside, head=PROVENANCE)
    return tmp_path / "changed"


def change_score(folder: Path, metric: str, **fields: Any) -> None:
    path = RunPaths(folder).scores
    scores = json.loads(path.read_text(encoding="utf-8"))
    next(each for each in scores if each["metric"] == metric).update(fields)
    path.write_text(json.dumps(scores), encoding="utf-8")


@pytest.mark.parametrize(
    ("metric", "fields"),
    [
        ("chrF++", {"value": 999.0}),
        ("chrF++", {"value": -50.0}),
        ("chrF++", {"value": float("nan")}),
        ("chrF++", {"high": float("inf")}),
        ("chrF++", {"low": -3.0, "high": 4.0}),
        ("chrF++", {"per_article": {"a0": 120.5}}),
        ("TER", {"value": -1.0}),
        ("errors", {"value": float("-inf")}),
    ],
)
@pytest.mark.parametrize("words", [["show"], ["status"], ["compare"]])
def test_scores_off_the_scale_are_refused(
    words: list[str], metric: str, fields: dict[str, Any], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A number that the metric cannot give makes its run a damaged one, for every command that reads it."""
    change_score(folder, metric, **fields)

    status = main([*words, str(folder.parent if words != ["show"] else folder)])

    said = capsys.readouterr()
    assert "damaged" in said.err + said.out
    assert status != 0 or words == ["status"]


@pytest.mark.parametrize("words", [["show"], ["compare"]])
@pytest.mark.parametrize(("metric", "value"), [("chrF++", 1.6), ("TER", 3.25), ("errors", 100.0)])
def test_scores_that_the_segments_do_not_give_are_refused(
    words: list[str], metric: str, value: float, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A possible score is one of another run if statistics, or the mean from outside, say otherwise."""
    change_score(folder, metric, value=value)

    status = main([*words, str(folder.parent if words == ["compare"] else folder)])

    assert status == 1
    assert "damaged" in capsys.readouterr().err


@pytest.mark.parametrize("dtype", [np.float64, np.bool_, "U8", np.complex128])
def test_statistics_are_whole_numbers(dtype: Any, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing else is made into numbers."""
    path = RunPaths(folder).statistics
    with np.load(path) as stored:
        arrays = {name: stored[name].astype(dtype) for name in stored.files}
    np.savez(path, **arrays)

    status = main(["show", str(folder)])

    assert status == 1
    assert "damaged" in capsys.readouterr().err


def test_a_line_without_a_metric_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The scores behind it would be those of other segments."""
    path = RunPaths(folder).segments
    lines = path.read_text(encoding="utf-8").splitlines()
    record = json.loads(lines[1])
    del record["scores"]["TER"]
    path.write_text("\n".join([lines[0], json.dumps(record), *lines[2:]]) + "\n", encoding="utf-8")

    status = main(["show", str(folder)])

    assert status == 1
    assert "line 2" in capsys.readouterr().err
