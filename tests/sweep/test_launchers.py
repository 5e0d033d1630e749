"""Sweeps over real workers: joblib, submitit's local executor, a Ray cluster of two nodes, and what Slurm would get."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny_checkpoints import make_marian

from mt_eval.cli.main import main
from mt_eval.runs.read import read_run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with a checkpoint whose weights cannot be loaded."""
    monkeypatch.chdir(tmp_path)
    make_marian(tmp_path / "broken")
    weights = tmp_path / "broken" / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    return tmp_path


@pytest.fixture
def cluster() -> Iterator[str]:
    """The address of a Ray cluster of two nodes on this machine, one CPU each."""
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    from ray.cluster_utils import Cluster

    nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    nodes.add_node(num_cpus=1)
    yield nodes.address
    nodes.shutdown()


def sweep_with_a_killed_worker(folder: Path, launcher: list[str], *, kills: int) -> None:
    """Six jobs of the demo model and two that fail; one worker is killed, `kills` times at the same job; then again."""
    words = ["-m", "data=ui", "limit=40", "metrics.samples=0", "preflight=false", "model=marian",
             "model.name=bundled:models/demo,broken", "decoding.num_beams=2,3,4,5"]  # fmt: skip
    command = [sys.executable, "-m", "mt_eval", "run", *words, *launcher]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    victim, killed = None, set()
    deadline = time.monotonic() + 300
    while len(killed) < kills and process.poll() is None and time.monotonic() < deadline:
        for path in (folder / "runs" / ".claims").glob("*.json"):
            try:
                claim = json.loads(path.read_text())
            except (ValueError, FileNotFoundError):
                continue
            if claim["done"] is not None and claim["pid"] not in killed and victim in (None, path.name):
                victim = path.name
                killed.add(claim["pid"])
                os.kill(claim["pid"], signal.SIGKILL)
                break
        time.sleep(0.02)
    said = process.communicate(timeout=300)[1]

    again = subprocess.run([*command, "model.name=bundled:models/demo"], capture_output=True, text=True, check=False)

    lost = 1 if kills == 2 else 0
    assert len(killed) == kills
    assert process.returncode == 1
    assert f"8 jobs: {4 - lost} done, {4 + lost} failed" in said
    assert ("its worker was killed twice" in said) == (kills == 2)
    assert again.returncode == 0, again.stderr
    assert (f"{lost} done, " if lost else "") + f"{4 - lost} finished before" in again.stderr
    assert len(list((folder / "runs").glob("ui-demo-*"))) == 4
    assert not (folder / "runs" / ".claims").exists()
    assert not (folder / "runs" / ".sweeps").exists()


def test_submitit_on_this_machine(folder: Path) -> None:
    """A job whose process is killed twice is a failure, and asking again finishes it from the store."""
    pytest.importorskip("submitit", reason="the extra `submitit` is not installed")

    sweep_with_a_killed_worker(folder, ["hydra/launcher=submitit_local"], kills=2)


def test_joblib(folder: Path) -> None:
    """joblib ends all workers when one is killed; the jobs they were at are done in a second round."""
    pytest.importorskip("joblib", reason="the extra `joblib` is not installed")

    sweep_with_a_killed_worker(folder, ["hydra/launcher=joblib"], kills=1)


def test_ray_on_two_nodes(folder: Path, cluster: str) -> None:
    """The same on a Ray cluster."""
    sweep_with_a_killed_worker(folder, ["hydra/launcher=ray", f"hydra.launcher.address='{cluster}'"], kills=2)


def test_what_slurm_is_given(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One array with a task per job, a GPU each, that goes back into the queue; run here by a stand-in for Slurm."""
    pytest.importorskip("submitit", reason="the extra `submitit` is not installed")
    programs = folder / "bin"
    programs.mkdir()
    for name, text in {
        "sbatch": 'cp "$1" submitted.sh\nfor task in 0 1; do (SLURM_JOB_ID=7 SLURM_ARRAY_JOB_ID=7 '
        "SLURM_ARRAY_TASK_ID=$task SLURM_NTASKS=1 SLURM_NODEID=0 SLURM_PROCID=0 SLURM_LOCALID=0 "
        'bash "$1" >log.$task 2>&1; touch ended.$task) >/dev/null 2>&1 & done\necho Submitted batch job 7',
        "srun": 'while [[ "$1" == --* ]]; do case "$1" in --output|--error) shift 2;; *) shift;; esac; done\n'
        "sleep 2  # a task begins when sbatch has returned\n"
        'exec "$@"',
        "sacct": 'echo "JobID|State|NodeList"\nfor task in 0 1; do\n'
        '[ -e ended.$task ] && state=COMPLETED || state=RUNNING; echo "7_$task|$state|n"; done',
    }.items():
        (programs / name).write_text(f"#!/bin/bash\n{text}\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")

    status = main(["run", "-m", "data=ui", "limit=3", "metrics.samples=0", "model=copy", "direction=vi-ar,ar-vi",
                   "hydra/launcher=submitit_slurm", "hydra.launcher.partition=gpu"])  # fmt: skip

    script = (folder / "submitted.sh").read_text()
    wanted = ["--array=0-1%2", "--gpus-per-task=1", "--partition=gpu", "--requeue", "--time=240", "--signal=USR2@120"]
    assert [flag for flag in wanted if f"#SBATCH {flag}" not in script] == []
    assert status == 0
    assert len(list((folder / "runs").glob("ui-copy-*"))) == 2


def test_a_search_for_the_best_decoding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As many runs as trials, within the interval, and the best of them is named."""
    pytest.importorskip("optuna", reason="the extra `tune` is not installed")
    make_marian(folder / "tiny")

    status = main(["run", "-m", "hydra/sweeper=tune", "hydra.sweeper.trials=3", "data=ui", "limit=4", "model=marian",
                   "model.name=tiny", "preflight=false", "metrics.samples=0", "decoding.num_beams=2,3",
                   "decoding.length_penalty=interval(0.5,0.9)"])  # fmt: skip

    said = capsys.readouterr().err
    configs = [read_run(path.parent).config["decoding"] for path in folder.glob("runs/*/run.json")]
    assert status == 0
    assert len(configs) == 3
    assert all(0.5 <= config["length_penalty"] <= 0.9 and config["num_beams"] in (2, 3) for config in configs)
    assert "best of 3 trials: decoding.num_beams=" in said
    assert "must come from other articles" in said


OUTSIDE = """\
defaults: [metrics_schema]
names: [chrF++]
samples: 0
external:
  - name: errors
    command: [python3, -c, "import sys; [print(len(line)) for line in open(sys.argv[1])]", "{translation}"]
    version: "1"
    higher_is_better: false
"""


@pytest.mark.parametrize(
    "words", [["metrics=all", "hydra.sweeper.metric=TER"], ["metrics=errors", "hydra.sweeper.metric=errors"]]
)
def test_a_search_among_errors_takes_the_fewest(
    words: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """TER, whose signature has a `norm` of its own, and a metric from outside that says lower is better."""
    pytest.importorskip("optuna", reason="the extra `tune` is not installed")
    (folder / "mine" / "metrics").mkdir(parents=True)
    (folder / "mine" / "metrics" / "errors.yaml").write_text(OUTSIDE, encoding="utf-8")

    status = main(["run", "-m", "hydra/sweeper=tune", "hydra.sweeper.trials=6", "--config-dir", "mine", "data=ui",
                   "model=copy", "limit=1,2,3", *words])  # fmt: skip

    metric = words[1].partition("=")[2]
    said = capsys.readouterr().err
    runs = [read_run(path.parent) for path in folder.glob("runs/*/run.json")]
    scores = {score.value for run in runs for score in run.scores if (score.metric, score.level) == (metric, "segment")}
    assert status == 0
    assert len(scores) > 1
    assert f"with {metric} {min(value for value in scores if value is not None):.2f} on the data" in said


def test_a_launcher_that_is_not_installed_is_explained(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names the extra to install."""
    monkeypatch.setitem(sys.modules, "ray", None)

    status = main(["run", "-m", "model=copy", "data=ui", "limit=1,2", "hydra/launcher=ray"])

    assert status == 1
    assert "pip install 'mt-eval[ray]'" in capsys.readouterr().err
