"""Showing is no part of making: whatever becomes of the output, runs are made, and one sentence tells."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from small_runs import make_rows, write_small_run

from mt_eval.cli.main import main

SWEEP = ("run", "-m", "data=ui", "limit=2", "metrics.samples=0", "model=copy", "direction=vi-ar,ar-vi")


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A folder with two small runs on the same data."""
    for number in range(2):
        write_small_run(tmp_path / "runs", f"lines-copy-vi-ar-0123456{number}", make_rows(12, articles=3))
    return tmp_path / "runs"


def call(*words: str, cwd: Path, redirect: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """The command through a shell, which can do to its outputs what shells do."""
    return subprocess.run(
        ["bash", "-c", f'"$@" {redirect}', "bash", sys.executable, "-m", "mt_eval", *words],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def count_runs(folder: Path) -> int:
    return len(list(folder.glob("runs/*/run.json")))


@pytest.mark.parametrize(
    ("redirect", "environment", "said"),
    [
        ("| head -1", {}, "2 jobs: 2 done"),
        (">/dev/full", {}, "warning: standard output cannot be written (no space left on device)"),
        (">&-", {}, "warning: standard output cannot be written (bad file descriptor)"),
        (">/dev/full 2>/dev/full", {}, ""),
        ("", {"PYTHONIOENCODING": "iso-8859-1"}, "2 jobs: 2 done"),
        ("", {"PYTHONIOENCODING": "ascii"}, "2 jobs: 2 done"),
        ("", {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, "2 jobs: 2 done"),
    ],
)
def test_no_output_fails_a_run(redirect: str, environment: dict[str, str], said: str, tmp_path: Path) -> None:
    """Every job is done, none is called failed, and nothing is an internal error."""
    done = call(*SWEEP, cwd=tmp_path, redirect=redirect, **environment)

    assert (done.returncode, count_runs(tmp_path)) == (0, 2)
    assert said in done.stderr
    assert not (tmp_path / "runs" / ".failed").exists()
    assert "does not know how to explain" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("show", "runs/lines-copy-vi-ar-01234560"),
        ("status",),
        ("status", "--format", "csv"),
        ("compare", "runs"),
        ("export", "runs", "--to", "csv"),
        ("data", "list"),
        ("run", "--help"),
        ("--help",),
    ],
)
def test_what_cannot_be_printed_is_an_error_in_a_sentence(words: tuple[str, ...], runs: Path) -> None:
    """A full disk behind standard output ends with status 1 (of `run` it is a warning), a reader that went with 0."""
    full = call(*words, cwd=runs.parent, redirect=">/dev/full")
    gone = call(*words, cwd=runs.parent, redirect="| true")

    assert full.returncode == (0 if words[0] == "run" else 1)
    assert [line for line in full.stderr.splitlines() if "no space left on device" in line] == full.stderr.splitlines()
    assert len(full.stderr.splitlines()) == 1
    assert (gone.returncode, gone.stderr) == (0, "")


def test_what_cannot_be_encoded_is_escaped(runs: Path) -> None:
    """Letters that the terminal's encoding lacks are code points, the rest is as ever."""
    shown = call("data", "show", "000", cwd=runs.parent, PYTHONIOENCODING="ascii")

    assert shown.returncode == 0
    assert "\\u1ea" in shown.stdout
    assert shown.stdout.isascii()


@pytest.mark.parametrize("words", [("run", "model=copy"), ("status",), ("compare", "a", "b"), ("data", "list")])
def test_a_working_folder_that_is_gone(words: tuple[str, ...], tmp_path: Path) -> None:
    """One sentence, not an internal error; what needs no folder works."""
    (tmp_path / "gone").mkdir()
    program = (
        f"import os; os.rmdir(os.getcwd())\nfrom mt_eval.cli.main import main\nraise SystemExit(main({list(words)}))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=tmp_path / "gone",
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "does not know how to explain" not in done.stderr
    assert done.returncode == (0 if words[0] == "data" else 1)
    assert len(done.stderr.splitlines()) == (0 if words[0] == "data" else 1)


def test_ctrl_c_says_what_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whether or not who was interrupted had a word on it, the line says how to go on."""
    from mt_eval import pipeline
    from mt_eval.cli.main import main

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(pipeline, "evaluate", interrupt)
    swept = main(list(SWEEP)), capsys.readouterr().err.splitlines()[-1]
    monkeypatch.setattr(pipeline, "prepare", interrupt)
    prepared = main(list(SWEEP)), capsys.readouterr().err.splitlines()[-1]

    assert swept == (
        130,
        "stopped; what was translated is kept in runs, give the same command again to go on from there",
    )
    assert prepared == (130, "stopped; nothing was lost, give the same command again")


@pytest.mark.parametrize(
    "words",
    [["data", "list"], ["data", "show", "000"], ["models"], ["data", "align", "xi-putin-2024", "--json"]],
    ids=" ".join,
)
def test_what_is_printed_can_go_to_a_file(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """-o FILE writes what would be printed, in UTF-8 whatever the terminal, and prints nothing."""
    assert main(words) == 0
    printed = capsys.readouterr().out

    assert main([*words, "-o", str(tmp_path / "out.txt")]) == 0

    assert capsys.readouterr().out == ""
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == printed


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The message names it; where the command itself fails, a file that was there stays."""
    kept = tmp_path / "kept.txt"
    kept.write_text("mine", encoding="utf-8")

    statuses = [
        main(["data", "list", "-o", str(tmp_path / "no" / "such" / "out.txt")]),
        main(["data", "show", "nothing", "-o", str(kept)]),
    ]

    assert statuses == [1, 1]
    assert "out.txt: cannot be written" in capsys.readouterr().err
    assert kept.read_text(encoding="utf-8") == "mine"
