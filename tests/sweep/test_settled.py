"""What is asked for beside a run that is there already, and what cannot stop a sweep."""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path
from typing import Any

import pytest

import mt_eval
from mt_eval.cli.main import main
from mt_eval.errors import MtEvalError
from mt_eval.runs.outcomes import Outcome, State
from mt_eval.sweep import front, launch
from mt_eval.sweep.compose import Composer
from mt_eval.sweep.jobs import Job
from mt_eval.sweep.watch import SILENT
from mt_eval.sweep.work import Sweep, work

QUICK = ["data=ui", "limit=3", "metrics.samples=0", "model=copy"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def find_made(folder: Path) -> list[Path]:
    return sorted(path.parent for path in folder.glob("runs/*/run.json"))


@pytest.mark.parametrize("words", [QUICK, ["-m", *QUICK]])
def test_a_settled_run_gets_its_page(words: list[str], folder: Path) -> None:
    """A run made without a page has one when it is asked for with one, and keeps it when asked for without."""
    main(["run", *words, "report=false"])
    (made,) = find_made(folder)
    before = (made / "report.html").exists()

    statuses = [main(["run", *words]), main(["run", *words, "report=false"])]

    assert (before, statuses) == (False, [0, 0])
    assert (made / "report.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert find_made(folder) == [made]


def test_a_settled_run_is_told_to_the_tracker(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The tracker that is typed counts, not the one the run was made with; what goes wrong there fails nothing."""
    pytest.importorskip("tensorboard", reason="the extra `tensorboard` is not installed")
    main(["run", *QUICK])

    status = main(["run", *QUICK, "tracker=tensorboard", "tracker.folder=logs"])

    assert status == 0
    assert list(folder.glob("logs/*/events.*"))


@pytest.mark.parametrize("words", [[], ["-m"]])
def test_a_gpu_that_is_not_there_is_missed_also_by_a_settled_run(
    words: list[str], folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`device=cuda` on a machine without one is an error, whether or not anything has to be decoded."""
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    main(["run", *QUICK])

    status = main(["run", *words, *QUICK, "device=cuda"])

    assert status == 1
    assert "torch finds no CUDA device on this machine" in capsys.readouterr().err


def test_what_all_jobs_lack_is_said_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Jobs that fail for one reason are told of in one line, and stand each in the table."""
    lost = ["data=lines", "data.source_path=lost.vi", "data.reference_path=lost.ar", "model=copy"]

    status = main(["run", "-m", *lost, "metrics.seed=1,2,3"])

    said = capsys.readouterr().err.splitlines()
    assert status == 1
    assert len([line for line in said if line.startswith("error: metrics.seed=1: lost.vi")]) == 1
    assert len([line for line in said if line.startswith("error: ")]) == 1
    assert len([line for line in said if line.startswith("metrics.seed=") and "lost.vi" in line]) == 3


def test_a_damaged_run_is_replaced_by_force(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the message on a broken run.json advises mends it."""
    main(["run", *QUICK])
    (made,) = find_made(folder)
    (made / "run.json").write_text("{")

    asked = main(["run", *QUICK]), capsys.readouterr().err
    forced = main(["run", *QUICK, "force=true"])

    assert asked[0] == 1
    assert "force=true" in asked[1]
    assert forced == 0
    assert mt_eval.read_run(made).id == made.name


def test_a_function_that_is_told_cannot_fail_a_run(folder: Path) -> None:
    """The run is made, then the error of the caller's own function is raised."""

    def fail(line: str) -> None:
        raise ZeroDivisionError(line)

    with pytest.raises(ZeroDivisionError):
        mt_eval.evaluate(mt_eval.compose(*QUICK), log=fail)
    with pytest.raises(ZeroDivisionError):
        mt_eval.sweep(*QUICK, "limit=1,2", progress=fail)  # type: ignore[arg-type]

    assert len(find_made(folder)) == 3
    assert not (folder / "runs" / ".failed").exists()


def test_a_full_disk_leaves_the_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing can be put down any more every job has its sentence, and the table says what was done before."""
    (folder / "small").mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "small", "small"], check=False, cwd=folder)
    if mounted.returncode:
        pytest.skip("needs to mount a file system")
    words = ["run", "-m", *QUICK[:1], *QUICK[2:], "runs_dir=small/runs", "report=false"]
    try:
        main([*words, "limit=1"])
        with contextlib.suppress(OSError), (folder / "small" / "filler").open("wb", buffering=0) as filler:
            while filler.write(bytes(4096)):
                pass
        capsys.readouterr()
        status = main([*words, "limit=1,2,3"])
    finally:
        subprocess.run(["umount", str(folder / "small")], check=True)

    said = capsys.readouterr().err
    assert status == 1
    assert "3 jobs: 1 finished before, 2 failed" in said
    assert "no space left on device" in said
    assert "does not know how to explain" not in said


def test_workers_killed_before_they_begin_are_started_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A round in which no worker began says nothing of the jobs; two of them end the sweep, with a sentence each."""
    rounds = []

    def launch_late(launcher: Any, sweep: Sweep, jobs: list[Job]) -> dict[int, Outcome]:
        rounds.append(len(jobs))
        return {} if len(rounds) == 1 or launcher == "never" else work(sweep, jobs)

    monkeypatch.setattr(front, "launch", launch_late)
    jobs = Composer().read_request([*QUICK, "limit=1,2"], sweep=True).jobs

    late = front.do_jobs(jobs, "late", SILENT)
    never = front.do_jobs(Composer().read_request([*QUICK, "limit=3,4"], sweep=True).jobs, "never", SILENT)

    assert [outcome.state for outcome in late] == [State.DONE, State.DONE]
    assert [outcome.state for outcome in never] == [State.FAILED, State.FAILED]
    assert "no worker began it" in str(never[0].error)
    assert len(rounds) == 4


SBATCH = """#!/bin/bash
tasks=$(sed -n 's/.*--array=0-\\([0-9]*\\).*/\\1/p' "$1")
if [ "${tasks:-0}" -ge LIMIT ]; then echo "sbatch: error: Invalid job array specification" >&2; exit 1; fi
cp "$1" submitted.$RANDOM.sh
echo Submitted batch job 7
"""


@pytest.mark.parametrize(("limit", "sizes"), [(2, [2, 2, 1]), (0, [])])
def test_arrays_are_as_large_as_slurm_takes_them(
    limit: int, sizes: list[int], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused array is halved until it is taken; where not one job is taken, a sentence says what Slurm said."""
    submitit = pytest.importorskip("submitit", reason="the extra `submitit` is not installed")
    programs = folder / "bin"
    programs.mkdir()
    for name, text in {"sbatch": SBATCH.replace("LIMIT", str(limit)), "srun": "#!/bin/bash\n"}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setattr(submitit.SlurmJob, "done", lambda self, **_: True)
    request = Composer().read_request([*QUICK, "limit=1,2,3,4,5", "hydra/launcher=submitit_slurm"], sweep=True)
    sweep = Sweep("some", folder, 5)

    if not sizes:
        with pytest.raises(MtEvalError, match=r"Slurm takes no job .*Invalid job array specification"):
            launch.launch(request.launcher, sweep, request.jobs)
        return
    launch.launch(request.launcher, sweep, request.jobs)

    submitted = sorted(folder.glob("submitted.*.sh"))
    assert len(submitted) == len(sizes)
