"""The board of a sweep: what workers say of their jobs, as long as the sweep goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from mt_eval.runs.outcomes import Board, Outcome, State, name_sweep


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
    board.open()
    board.write(3, outcome)

    read, not_begun = board.read(3), board.read(4)
    board.drop(3)
    board.drop(4)

    assert (read, not_begun, board.read(3)) == (outcome, None, None)


def test_nothing_is_left_of_a_sweep(board: Board) -> None:
    """The folder goes with the sweep, the one around it with the last; what a late worker says is not kept."""
    other = Board(board.runs_dir, name_sweep("20260102T030406"))
    board.open()
    other.open()
    board.write(0, Outcome(State.DONE))

    board.close()
    board.write(1, Outcome(State.DONE))
    while_another_goes_on = [path.name for path in (board.runs_dir / ".sweeps").iterdir()]
    other.close()

    assert while_another_goes_on == [other.sweep]
    assert list(board.runs_dir.iterdir()) == []


def test_no_two_sweeps_of_a_moment_have_one_name() -> None:
    """Two calls in one second of one process differ."""
    assert name_sweep("20260102T030405") != name_sweep("20260102T030405")
