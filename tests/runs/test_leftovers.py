"""What kills leave beside run directories, and what the next run makes of it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mt_eval.liveness import QUIET_SECONDS, hold, make_tag
from mt_eval.runs.leftovers import clear_leftovers, name_old, name_partial
from mt_eval.runs.paths import prepare_runs_dir

NAME = "articles-demo.v2-vi-ar-89abcdef"
ELSEWHERE = "another-host-17-0123abcd"


def make_dead_tag() -> str:
    """The tag of a process of this machine that is gone."""
    process = subprocess.run(
        [sys.executable, "-c", "from mt_eval.liveness import make_tag; print(make_tag())"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return process.stdout.strip()


def make_folder(path: Path, content: str = "x") -> Path:
    path.mkdir()
    (path / "run.json").write_text(content)
    return path


def list_names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_a_dead_process_left_half_written_goes(tmp_path: Path) -> None:
    """The next run removes a killed one's partial directory, and nothing else."""
    make_folder(name_partial(tmp_path, NAME, make_dead_tag()))
    make_folder(tmp_path / NAME)
    make_folder(tmp_path / ".store")
    make_folder(tmp_path / ".mine.partial")

    prepare_runs_dir(tmp_path)

    assert list_names(tmp_path) == [".mine.partial", ".store", NAME]


def test_what_a_live_process_writes_stays(tmp_path: Path) -> None:
    """A directory that is held, and one that another host wrote to today, are left alone."""
    held = make_folder(name_partial(tmp_path, NAME, make_dead_tag()))
    elsewhere = make_folder(name_partial(tmp_path, NAME, ELSEWHERE))
    descriptor = os.open(held, os.O_RDONLY)
    hold(descriptor)

    clear_leftovers(tmp_path, time.time())
    while_held = list_names(tmp_path)
    os.close(descriptor)
    clear_leftovers(tmp_path, time.time() + QUIET_SECONDS + 1)

    assert while_held == sorted([held.name, elsewhere.name])
    assert list_names(tmp_path) == []


def test_what_a_live_process_is_about_to_hold_stays(tmp_path: Path) -> None:
    """Between making its directory and locking it, a process is not robbed of it; a minute later it would hold it."""
    made = make_folder(name_partial(tmp_path, NAME, make_tag()))

    clear_leftovers(tmp_path, made.stat().st_mtime + 59)
    early = list_names(tmp_path)
    clear_leftovers(tmp_path, made.stat().st_mtime + 61)

    assert early == [made.name]
    assert list_names(tmp_path) == []


@pytest.mark.parametrize("arrived", [True, False])
def test_a_run_whose_replacement_never_came_is_put_back(tmp_path: Path, arrived: bool) -> None:
    """Killed between the two renames of a replacement, the old run is back; killed after them, it goes."""
    tag = make_dead_tag()
    make_folder(name_old(tmp_path, NAME, tag), "old")
    make_folder(tmp_path / NAME if arrived else name_partial(tmp_path, NAME, tag), "new")

    clear_leftovers(tmp_path, time.time())

    assert list_names(tmp_path) == [NAME]
    assert (tmp_path / NAME / "run.json").read_text() == ("new" if arrived else "old")


def test_a_replacement_going_on_is_not_disturbed(tmp_path: Path) -> None:
    """Between the two renames of a live process, the old run stays aside."""
    tag = make_tag()
    old = make_folder(name_old(tmp_path, NAME, tag))
    partial = make_folder(name_partial(tmp_path, NAME, tag))
    descriptor = os.open(partial, os.O_RDONLY)
    hold(descriptor)

    clear_leftovers(tmp_path, time.time())
    os.close(descriptor)

    assert list_names(tmp_path) == sorted([old.name, partial.name])
