"""`scripts/scale.py` runs to its end and gives the figures it promises."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_small_sizes(repository: Path) -> None:
    """A table row per size, and every figure and target by name; without NTREX the project's own text is repeated."""
    command = [
        "scripts/scale.py",
        "--segments",
        "150",
        "600",
        "--article",
        "40",
        "80",
        "--ntrex",
        "no/folder",
        "--json",
    ]
    done = subprocess.run([sys.executable, *command], cwd=repository, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    report = json.loads(lines[-1])
    assert lines[0] == "no/folder is not there: the project's own interface strings are repeated instead"
    sizes = [line.split("|")[1].strip() for line in lines if line.startswith("| ")]
    assert sizes == ["segments", "150", "600", "sentences of one article", "40", "80"]
    assert set(report) == {"figures", "targets", "met", "machine"}
    growth = {"growth_clean", "growth_score", "growth_diagnose"}
    seconds = {"seconds_total", "processor_seconds", "seconds_report", "seconds_compare"}
    memory = {"peak_mb", "bytes_per_segment", *(f"bytes_per_segment_{each}" for each in ("run", "report", "compare"))}
    article = {f"article_{part}_{what}" for part in ("align", "project", "report") for what in ("seconds", "growth")}
    assert set(report["figures"]) == {*growth, *seconds, *memory, *article}
    assert all(value > 0 for name, value in report["figures"].items() if name.startswith(("seconds", "peak")))
    assert set(report["targets"]) == {*growth, *(name for name in article if name.endswith("_seconds"))}
