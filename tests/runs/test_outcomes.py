"""The board of a sweep: what workers say of their jobs, as long as the sweep goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mt_eval.errors import RunError
from mt_eval.runs.outcomes import Board, Outcome, State, name_sweep
from mt_eval.runs.paths import prepare_runs_dir


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(tmp_path, name_sweep("20260102T030405"))


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(State.DONE, seconds=1.5, folder="runs/ui-demo-vi-ar-01234567", note="bảng: không gửi được"),
        Outcome(State.FAILED, error="bản.ar: is empty", record=".failed/x.json"),
        Outcome(State.TRANSLATED, segments=7),
        Outcome(State.ELSEWHERE),
    ],
)
def test_what_a_worker_writes_the_front_reads(board: Board, outcome: Outcome) -> None:
    """Every kind of outcome comes back as it was; a job that is tried again has none, as one that was not begun."""
    with board.keep():
        board.write(3, outcome)

        read, not_begun = board.read(3), board.read(4)
        board.drop(3)
        board.drop(4)

        assert (read, not_begun, board.read(3)) == (outcome, None, None)


def test_nothing_is_left_of_a_sweep(board: Board) -> None:
    """The folder goes with the sweep, the one around it with the last; what a late worker says is not kept."""
    other = Board(board.runs_dir, name_sweep("20260102T030406"))
    with other.keep():
        with board.keep():
            board.write(0, Outcome(State.DONE))
        board.write(1, Outcome(State.DONE))
        while_another_goes_on = [path.name for path in (board.runs_dir / ".sweeps").iterdir()]

    assert while_another_goes_on == [other.sweep]
    assert list(board.runs_dir.iterdir()) == []


def test_no_two_sweeps_of_a_moment_have_one_name() -> None:
    """Two calls in one second of one process differ."""
    assert name_sweep("20260102T030405") != name_sweep("20260102T030405")


def test_the_board_of_a_killed_sweep_goes_with_the_next_run(tmp_path: Path) -> None:
    """That of a live sweep stays, and so does what no sweep has made."""
    program = (
        "import os, sys; from pathlib import Path; from mt_eval.runs.outcomes import *\n"
        "board = Board(Path(sys.argv[1]), name_sweep('20260102T030405'))\n"
        "with board.keep(): board.write(0, Outcome(State.DONE)); os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
    boards = tmp_path / ".sweeps"
    (dead,) = boards.iterdir()
    (boards / "mine").mkdir()
    live = Board(tmp_path, name_sweep("20260102T030406"))

    with live.keep():
        prepare_runs_dir(tmp_path)
        left = sorted(path.name for path in boards.iterdir())

    assert left == sorted(["mine", live.sweep])
    assert dead.name not in left


@pytest.mark.parametrize("content", [b"", b"{}", b'{"state": "won"}', b'{"state": "done", "seconds": "x"}', b"\xff"])
def test_an_outcome_that_cannot_be_read_is_none_yet(board: Board, content: bytes) -> None:
    """A job whose outcome was torn is one that has none: it is asked for again."""
    with board.keep():
        (tmp := board.runs_dir / ".sweeps" / board.sweep / "3.json").write_bytes(content)

        assert tmp.exists()
        assert board.read(3) is None


def test_a_file_in_the_place_of_the_boards_is_named(board: Board) -> None:
    """A sweep cannot begin where its outcomes cannot be kept."""
    (board.runs_dir / ".sweeps").touch()

    with pytest.raises(RunError, match=r"outcomes cannot be kept here"), board.keep():
        pass
