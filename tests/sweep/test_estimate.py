"""`--dry` estimates from what runs of the same model took, and from what the translation store lacks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tiny_checkpoints import make_marian

from mt_eval.cli.main import main
from mt_eval.runs.read import read_run
from mt_eval.sweep.compose import Composer
from mt_eval.sweep.plan import plan_jobs

TINY = ["data=ui", "metrics.samples=0", "preflight=false", "device.threads=1", "model=marian", "model.name=tiny"]


@pytest.fixture
def rate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> float:
    """Seconds a character and beam, of a run of 20 segments that is said to have decoded for 100 seconds."""
    monkeypatch.chdir(tmp_path)
    make_marian(tmp_path / "tiny")
    main(["run", *TINY, "limit=20", "decoding.num_beams=1"])
    (made,) = tmp_path.glob("runs/*/run.json")
    record = json.loads(made.read_text(encoding="utf-8"))
    record["translation"]["legs"][0] |= {"decode_seconds": 100.0, "load_seconds": 0.0}
    record["seconds"] = dict.fromkeys(record["seconds"], 0.0)
    made.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    return 100.0 / sum({pair.source_text: len(pair.source_text) for pair in read_run(made.parent).pairs}.values())


def list_sources(*words: str) -> set[str]:
    from mt_eval.pipeline import prepare

    (job,) = Composer().read_request([*TINY, *words], sweep=False).jobs
    return {pair.source_text for pair in prepare(job.config).pairs}


def plan(*words: str) -> float | None:
    (planned,) = plan_jobs(Composer().read_request([*TINY, *words], sweep=False).jobs)
    return planned.seconds


def test_time_goes_with_characters_and_beams(rate: float) -> None:
    """Four beams take four times as long as one; what the store holds takes nothing."""
    lacking = sum(map(len, list_sources("limit=60") - list_sources("limit=20")))

    more = plan("limit=60", "decoding.num_beams=1")
    beams = plan("limit=60", "decoding.num_beams=4")
    known = plan("limit=10", "decoding.num_beams=1")

    assert more == pytest.approx(lacking * rate)
    assert beams == pytest.approx(4 * rate * sum(map(len, list_sources("limit=60"))))
    assert known == 0


def test_another_model_tells_nothing(rate: float, tmp_path: Path) -> None:
    """Of a model that never ran here no time is known, whatever others took."""
    assert plan("limit=60", "model.name=bundled:models/demo") is None


def test_a_search_cannot_be_planned(rate: float, capsys: pytest.CaptureFixture[str]) -> None:
    """It says so, and nothing is run."""
    before = sorted(Path("runs").glob("*"))

    status = main(["run", "-m", "--dry", *TINY, "hydra/sweeper=tune", "decoding.length_penalty=interval(0.5,1)"])

    assert status == 1
    assert "a search chooses its jobs by the scores of those before" in capsys.readouterr().err
    assert sorted(Path("runs").glob("*")) == before
