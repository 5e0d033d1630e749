"""The scripts that measure `mt-eval compare` run to their end and give the figures they promise."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def run_script(repository: Path, name: str, *words: str) -> tuple[str, dict[str, Any]]:
    """What a script prints without the real systems, and the report on its last line."""
    command = [sys.executable, f"scripts/{name}", "--data", "no/such/file", "--json", *words]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("no/such/file is not there: the project's own interface strings")
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert report["targets"].keys() <= report["figures"].keys()
    return done.stdout, report


def test_statistics_are_validated(repository: Path) -> None:
    """Shares are shares, article effects cost segment resampling its coverage, and power grows with the difference."""
    printed, report = run_script(repository, "validate_statistics.py", "--quick")

    figures = report["figures"]
    shares = {name: value for name, value in figures.items() if name != "p_to_counted"}
    assert all(0 <= value <= 1 for value in shares.values())
    assert figures["p_to_counted"] > 0
    assert figures["coverage_article_effects_segment"] < figures["coverage_article_effects_article"]
    assert figures["power_at_detectable"] == pytest.approx(0.8, abs=0.2)
    assert "| false positives at 5%, randomization, 100 A/A splits | chrF++ |" in printed


@pytest.mark.slow
def test_speed_is_measured(repository: Path) -> None:
    """Every figure that has a target is there."""
    _, report = run_script(repository, "bench_compare.py", "--quick")

    figures = report["figures"]
    assert figures.keys() == report["targets"].keys() | {"speedup_import_numpy"}
    assert all(value > 0 for value in figures.values())
