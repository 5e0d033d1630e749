"""Sweeps: what fails stops nothing, what is finished or elsewhere is not repeated, and nothing is left behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_checkpoints import make_marian, make_nllb

from mt_eval.bundled import bundled_path
from mt_eval.cli.main import main
from mt_eval.runs.claims import take_claim
from mt_eval.runs.read import read_run
from mt_eval.sweep.compose import Composer
from mt_eval.sweep.jobs import Job, order_jobs

QUICK = ["data=ui", "limit=6", "metrics.samples=0", "preflight=false", "device.threads=1"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with the tiny checkpoint `tiny`, and `broken`, whose weights cannot be loaded."""
    monkeypatch.chdir(tmp_path)
    make_marian(tmp_path / "tiny")
    make_marian(tmp_path / "broken")
    weights = tmp_path / "broken" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    return tmp_path


def finished(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob("runs/*/run.json"))


def compose(*words: str) -> tuple[Job, ...]:
    return Composer().read_request(words, sweep=True).jobs


def test_a_failing_job_leaves_a_record_and_the_others_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The record has the sentence, the traceback and what was typed; the table has a line per job; the status is 1."""
    words = ["-m", *QUICK, "model=marian", "model.name=broken,tiny", "decoding.num_beams=1,2"]

    status = main(["run", *words])

    said = capsys.readouterr().err
    records = [json.loads(path.read_text()) for path in sorted((folder / "runs" / ".failed").glob("*.json"))]
    assert status == 1
    assert len(finished(folder)) == 2
    assert {tuple(record["overrides"])[-2:] for record in records} == {
        ("model.name=broken", "decoding.num_beams=1"),
        ("model.name=broken", "decoding.num_beams=2"),
    }
    assert all("Traceback" in record["traceback"] and "broken" in record["error"] for record in records)
    assert "4 jobs: 2 done, 2 failed" in said
    assert "model.name=tiny decoding.num_beams=2" in said


def test_what_failed_is_forgotten_when_it_succeeds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same command does only what is missing, and the record of the failure is gone."""
    words = ["-m", *QUICK, "model=marian", "model.name=broken,tiny"]
    main(["run", *words])
    weights = (folder / "tiny" / "model.safetensors").read_bytes()
    (folder / "broken" / "model.safetensors").write_bytes(weights[:-1] + bytes([weights[-1] ^ 1]))
    capsys.readouterr()

    status = main(["run", *words])

    assert status == 0
    assert "2 jobs: 1 done, 1 finished before" in capsys.readouterr().err
    assert [path.name for path in (folder / "runs").glob(".*")] == [".store"]


def test_a_bug_in_one_job_does_not_stop_the_others(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error nobody foresaw is a failure like another, and its record is what a bug report takes."""
    from mt_eval import pipeline

    whole = pipeline.evaluate

    def fail(config, *rest, **options):  # type: ignore[no-untyped-def]
        if config.limit == 5:
            raise ZeroDivisionError("division by zero")
        return whole(config, *rest, **options)

    monkeypatch.setattr(pipeline, "evaluate", fail)

    status = main(["run", "-m", *QUICK, "model=copy", "limit=4,5,6"])

    said = capsys.readouterr().err
    assert status == 1
    assert "3 jobs: 2 done, 1 failed" in said
    assert "please report it with runs/.failed/ui-copy-vi-ar-" in said


def test_a_run_elsewhere_is_waited_for(folder: Path) -> None:
    """Two sweeps over the same jobs, begun at the same moment, end well and decode every sentence once."""
    words = [*QUICK, "model=marian", "model.name=tiny", "decoding.num_beams=1,2,3", "limit=40"]
    command = [sys.executable, "-m", "mt_eval", "run", "-m", *words]

    both = [subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) for _ in "ab"]
    said = [process.communicate(timeout=240)[1] for process in both]

    keys = [
        (file.parent.name, json.loads(line)["key"])
        for file in (folder / "runs" / ".store").glob("*/*.jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
        if '"key"' in line  # the other lines end a batch
    ]
    assert [process.returncode for process in both] == [0, 0], said
    assert len(finished(folder)) == 3
    assert len(keys) == len(set(keys))
    assert [path.name for path in (folder / "runs").glob(".*")] == [".store"]


def test_a_dead_process_is_not_waited_for(folder: Path) -> None:
    """A claim whose process was killed is taken over."""
    (job,) = compose(*QUICK, "model=copy")
    from mt_eval.pipeline import prepare

    program = (
        "import os, sys; from pathlib import Path; from mt_eval.runs.claims import take_claim\n"
        "held = take_claim(Path('runs'), sys.argv[1], 'run'); os._exit(0)\n"
    )
    (folder / "runs").mkdir()
    subprocess.run([sys.executable, "-c", program, prepare(job.config).identity], check=True)

    status = main(["run", *QUICK, "model=copy"])

    assert status == 0
    assert len(finished(folder)) == 1


def test_jobs_of_one_system_are_neighbours() -> None:
    """Whatever varies fastest, a model is loaded once, and among its jobs a direction comes at a time."""
    jobs = compose("decoding.num_beams=1,2", "direction=vi-ar,ar-vi", "model=copy,demo")

    ordered = [
        (job.config.choices["model"], job.config.direction, job.config.decoding.num_beams) for job in order_jobs(jobs)
    ]

    assert ordered == [
        (model, direction, beams) for model in ("copy", "demo") for direction in ("vi-ar", "ar-vi") for beams in (1, 2)
    ]


def test_composing_values_on_a_shared_base_is_composing_them_by_hydra() -> None:
    """Jobs made from one composition have the configuration Hydra composes for each."""
    from hydra import compose as hydra_compose
    from hydra import initialize_config_dir

    from mt_eval.config import to_run_config

    jobs = compose("decoding=greedy,beam", "decoding.num_beams=3,5", "limit=7", "data=ui", "model.name='2024'")
    with initialize_config_dir(str(bundled_path("conf")), version_base="1.3"):
        expected = [to_run_config(hydra_compose("config", list(job.config.overrides))) for job in jobs]

    assert [job.config for job in jobs] == expected


def test_shards_translate_what_the_whole_then_finds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three shards leave translations and no run; the run of the whole decodes nothing and equals one made at once."""
    words = [*QUICK, "model=marian", "model.name=tiny", "limit=20", "engine.batch_tokens=1"]

    status = main(["run", "-m", *words, "data.shard=0/3,1/3,2/3"])
    shards = finished(folder)
    main(["run", *words])
    main(["run", *words, "runs_dir=other"])

    (made,) = finished(folder)
    (whole,) = (path.parent for path in folder.glob("other/*/run.json"))
    (leg,) = read_run(made).head.translation.legs
    assert (status, shards, leg.segments_decoded) == (0, [], 0)
    assert read_run(made).translations == read_run(whole).translations
    assert "3 translated" in capsys.readouterr().err


@pytest.mark.parametrize("shard", ["8/8", "1", "a/b", "-1/2", "0/0"])
def test_an_impossible_shard_is_explained(shard: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Parts are counted from 0."""
    status = main(["run", f"data.shard={shard}"])

    assert status == 1
    assert "data.shard" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("experiment", "words", "count"),
    [
        ("quick", [], 2),
        pytest.param("decoding", ["limit=2"], 9, marks=pytest.mark.slow),
        pytest.param("pivots", ["model=pivot,nllb", "model.via=en"], 4, marks=pytest.mark.slow),
    ],
)
def test_every_experiment_runs(experiment: str, words: list[str], count: int, folder: Path) -> None:
    """Each is a sweep without -m, and what is typed beside it counts more; run with tiny checkpoints."""
    if experiment == "pivots":
        make_nllb(folder / "own")
        make_marian(folder / "leg", (">>ara<<", ">>vie<<", ">>eng<<"))
        (folder / "conf" / "model").mkdir(parents=True)
        for name, lines in (
            ("small_pivot", "defaults: [pivot_schema, /model@first: tiny, /model@second: tiny, _self_]\nvia: en\n"),
            ("small_nllb", "defaults: [nllb_schema]\nname: own\n"),
            ("tiny", "defaults: [marian_schema]\nname: leg\n"),
        ):
            (folder / "conf" / "model" / f"{name}.yaml").write_text(lines)
        words = ["--config-dir", "conf", "model=small_pivot,small_nllb", "limit=2"]
    else:
        words = ["model=marian", "model.name=tiny", *words]

    status = main(["run", f"experiment={experiment}", *QUICK[:1], *QUICK[2:], *words])

    assert status == 0
    assert len(finished(folder)) == count


def test_the_sweep_of_pivots_is_the_one_promised() -> None:
    """Six pivots and four sizes of NLLB, in both directions."""
    jobs = compose("experiment=pivots")

    assert len(jobs) == 20
    assert sum(job.config.choices["model"].startswith("opus_pivot_") for job in jobs) == 12


def test_dry_writes_and_downloads_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says what is finished, what would run and what must be downloaded first."""
    main(["run", *QUICK, "model=copy"])
    before = sorted(folder.rglob("*"))
    capsys.readouterr()

    status = main(["run", "-m", "--dry", *QUICK, "model=copy,nllb_600m,demo"])

    said = capsys.readouterr().out
    assert status == 0
    assert "model=copy: finished: runs/ui-copy-vi-ar-" in said
    assert "model=nllb_600m: to run, after a download of facebook/nllb-200-distilled-600M" in said
    assert "model=demo: to run" in said
    assert "3 jobs, 2 to run" in said
    assert sorted(folder.rglob("*")) == before


def test_status_lists_finished_running_and_failed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Table, CSV and JSON, filtered by choice and setting and sorted by a score."""
    main(["run", "-m", *QUICK, "model=copy", "direction=vi-ar,ar-vi"])
    main(["run", "-m", *QUICK, "model=marian", "model.name=broken"])
    held = take_claim(folder / "runs", "f" * 64, "ui-tiny-vi-ar-ffffffff", overrides=["limit=9"])
    assert held is not None
    capsys.readouterr()
    with held as claim:
        claim.report(5, 10, 7.0)
        main(["status"])
        table = capsys.readouterr().out
        main(["status", "--format", "json", "--where", "state=finished", "--where", "limit=6", "--sort", "chrF++"])
        listed = json.loads(capsys.readouterr().out)
        main(["status", str(folder), "--format", "csv", "--where", "model=marian"])
        rows = capsys.readouterr().out.splitlines()
        wrong = [main(["status", "--where", "colour=red"]), main(["status", "--sort", "x"]), main(["status", "none"])]

    assert "running   ui-tiny-vi-ar-ffffffff" in table
    assert "5 of 10 segments, 7 s left" in table
    assert "1 failed, 2 finished, 1 running" in table
    scores = [entry["scores"]["chrF++"] for entry in listed]
    assert len(scores) == 2
    assert scores == sorted(scores, reverse=True)
    assert [row.split(",")[0] for row in rows] == ["state", "failed"]
    assert wrong == [1, 1, 1]


@pytest.mark.slow
def test_a_shard_elsewhere_is_waited_for(folder: Path) -> None:
    """Two processes asked for the same shards translate each once, and both end well."""
    words = ["-m", *QUICK, "model=marian", "model.name=tiny", "limit=40", "data.shard=0/2,1/2"]
    command = [sys.executable, "-m", "mt_eval", "run", *words]

    both = [subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) for _ in "ab"]
    said = [process.communicate(timeout=240)[1] for process in both]

    keys = [
        json.loads(line)["key"]
        for file in (folder / "runs" / ".store").glob("*/*.jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
        if '"key"' in line
    ]
    assert [process.returncode for process in both] == [0, 0], said
    assert len(keys) == len(set(keys)) == 40
