"""Runs of more segments than are kept in memory, made of few: they are the same as in memory."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from mt_eval import spool
from mt_eval.cli.main import main
from mt_eval.runs.read import read_run

DATA = ["data=ui", "limit=60", "normalize=standard", "report=true", "name=run"]


def make_runs(folder: Path, repository: Path) -> dict[str, Path]:
    """A run that copies the source, and one whose translations are the references without a word in some of them."""
    references = (repository / "seeds" / "ui" / "ui.ar.txt").read_text(encoding="utf-8").splitlines()
    shortened = [line if number % 3 else " ".join(line.split()[:-1]) for number, line in enumerate(references)]
    translations = folder.parent / "short.ar"
    translations.write_text("".join(f"{line}\n" for line in shortened), encoding="utf-8")
    made = {}
    for name, model in (
        ("copied", ["model=copy"]),
        ("shortened", ["model=hypotheses", f"model.path={translations}"]),
    ):
        assert main(["run", "--quiet", *DATA, *model, f"runs_dir={folder / name}"]) == 0
        (made[name],) = (each for each in (folder / name).iterdir() if not each.name.startswith("."))
    return made


def test_what_is_set_aside_changes_nothing(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    """Identities, segments, scores, statistics, pages and comparisons are those of the same runs in memory."""
    outputs = {}
    for way, few in (("memory", 1000), ("disk", 8)):
        monkeypatch.setattr(spool, "FEW", few)
        monkeypatch.setattr(spool, "_BLOCK", 4)
        runs = make_runs(tmp_path / way, repository)
        assert isinstance(read_run(runs["copied"]).pairs, tuple) == (way == "memory")
        capsys.readouterr()
        assert main(["compare", *map(str, runs.values())]) == 0
        outputs[way] = {"compared": capsys.readouterr().out}
        for name, run in runs.items():
            head = json.loads((run / "run.json").read_text(encoding="utf-8"))
            outputs[way] |= {f"{name} identity": head["identity"], f"{name} warnings": head["warnings"]}
            for file in ("segments.jsonl", "scores.json"):
                outputs[way][f"{name} {file}"] = (run / file).read_text(encoding="utf-8")
            page = (run / "report.html").read_text(encoding="utf-8")
            outputs[way][f"{name} browser"] = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page)
            with np.load(run / "statistics.npz") as arrays:
                outputs[way] |= {f"{name} {key}": arrays[key].tolist() for key in arrays}

    assert outputs["disk"]["copied browser"], "the page has a segment browser"
    assert outputs["disk"] == outputs["memory"]
