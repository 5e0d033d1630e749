"""No name that comes from a file leads a writer out of the folder it was given, and none is too long for one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from small_runs import make_rows, write_small_run

from mt_eval.errors import MtEvalError
from mt_eval.export.texts import write_texts
from mt_eval.runs.claims import take_claim
from mt_eval.runs.failed import Failure, clear_failures, write_failure
from mt_eval.runs.identity import name_run
from mt_eval.runs.outcomes import Board, Outcome, State
from mt_eval.runs.read import read_run
from mt_eval.runs.write import write_run
from mt_eval.translate.store.records import StoreWriter, remember_preflight
from mt_eval.translate.store.upkeep import list_legs, remove_leg
from mt_eval.translate.system import Sentence
from mt_eval.types import Run

NAMES = (
    *(
        "../../precious/thesis",
        "/tmp/mt-eval-writers/x",
        "..",
        ".",
        "",
        "~",
        "a/b",
        "a\\b",
        "a\x00b",
        "a\nb",
        "\x1b[2J",
        "\ud800",
    ),
    *("x" * 300, "ế" * 200, "-rf", "con", ".store", ".failed/x", "reference", "tin tức (1)#&=~"),
)


def keep_board(folder: Path, name: str) -> None:
    board = Board(folder, name)
    with board.keep():
        board.write(0, Outcome(State.DONE))


def fill_store(folder: Path, name: str) -> None:
    with StoreWriter(folder, "ab" * 32, {"name": name.encode(errors="replace").decode()}) as writer:
        writer.append({"a": Sentence("A", 1, 1)})
    remember_preflight(folder, "ab" * 32, [name.encode(errors="replace").decode()])
    for leg in list_legs(folder, 0.0):
        remove_leg(leg, 0.0)


def claim(folder: Path, name: str) -> None:
    held = take_claim(folder, "ab" * 32, name.encode(errors="replace").decode())
    assert held is not None
    with held:
        pass


def rename(run: Run, name: str) -> Run:
    return replace(run, head=replace(run.head, id=name))


WRITERS: dict[str, Callable[[Path, str, Run], object]] = {
    "run": lambda folder, name, run: write_run(rename(run, name), folder),
    "run again": lambda folder, name, run: [write_run(rename(run, name), folder, replace=True) for _ in range(2)],
    "run by its parts": lambda folder, name, run: write_run(
        rename(run, name_run(f"{name}-{name}", "vi-ar", "ab" * 32)), folder
    ),
    "failure": lambda folder, name, run: write_failure(folder, Failure(name, "", "", (), "", "")),
    "cleared failure": lambda folder, name, run: clear_failures(folder, name, "ab" * 32),
    "claim": lambda folder, name, run: claim(folder, name),
    "board": lambda folder, name, run: keep_board(folder, name),
    "store": lambda folder, name, run: fill_store(folder, name),
    "texts": lambda folder, name, run: write_texts([rename(run, name), run], folder),
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return read_run(write_small_run(tmp_path_factory.mktemp("made"), "lines-demo-vi-ar-01234567", make_rows(4)))


def list_all(folder: Path) -> dict[str, bytes | None]:
    """Every path below a folder, and what is in it."""
    found = sorted(folder.rglob("*"))
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in found}


@pytest.mark.parametrize("writer", WRITERS)
def test_every_writer_stays_in_its_folder(tmp_path: Path, run: Run, writer: str) -> None:
    """Whatever a thing is called, what is written of it is below the folder, or one sentence says why it is not."""
    outside = tmp_path / "a"
    folder = outside / "b" / "runs"
    folder.mkdir(parents=True)
    (outside / "precious").mkdir()
    (outside / "precious" / "thesis.json").write_text("mine")
    (outside / "precious" / "thesis").write_text("mine")
    before = list_all(outside)

    for name in NAMES:
        with contextlib.suppress(MtEvalError):
            WRITERS[writer](folder, name, run)
    after = {name: content for name, content in list_all(outside).items() if not name.startswith("b/runs/")}

    assert after == before
    assert not Path("/tmp/mt-eval-writers").exists()
