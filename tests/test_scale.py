"""`scripts/scale.py` runs to its end and gives the figures it promises."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def test_small_sizes(repository: Path) -> None:
    """A table row per size, and every figure and target by name; without NTREX the project's own text is repeated."""
    command = ["scripts/scale.py", "--sizes", "150", "600", "--ntrex", "no/such/folder", "--json"]
    done = subprocess.run([sys.executable, *command], cwd=repository, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    report = json.loads(lines[-1])
    growth = {"growth_clean", "growth_score", "growth_write"}
    assert lines[0] == "no/such/folder is not there: the project's own interface strings are repeated instead"
    assert [line.split("|")[1].strip() for line in lines if line.startswith("| ")] == ["segments", "150", "600"]
    assert set(report) == {"figures", "targets", "met", "machine"}
    assert set(report["figures"]) == {"bytes_per_segment", "peak_mb", "seconds_total"} | growth
    assert set(report["targets"]) == growth
