"""Who is at work on a file: told by a lock, by a name, by age."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mt_eval import liveness
from mt_eval.liveness import QUIET_SECONDS, hold, is_in_use, make_tag

ELSEWHERE = "another-host-17-0123abcd"
HOLDER = """
import os, sys, time
from mt_eval.liveness import hold
hold(os.open(sys.argv[1], os.O_RDONLY))
print("held", flush=True)
time.sleep(600)
"""


def start_holder(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def make_file(folder: Path, tag: str) -> Path:
    path = folder / f"{tag}.jsonl"
    path.write_text("")
    return path


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_in_use_as_long_as_its_process_lives(tmp_path: Path, kind: str) -> None:
    """What a process holds is in use until the process is gone, however it went."""
    tag = make_tag()
    path = make_file(tmp_path, tag) if kind == "file" else tmp_path
    process = start_holder(path)

    before = is_in_use(path, tag, time.time())
    process.kill()
    process.communicate()

    assert before
    assert not is_in_use(path, tag, time.time())


def test_closed_by_a_process_that_lives_on(tmp_path: Path) -> None:
    """What this process made and closed is free at once."""
    tag = make_tag()
    path = make_file(tmp_path, tag)
    descriptor = os.open(path, os.O_RDWR)
    hold(descriptor)
    assert is_in_use(path, tag, time.time())

    os.close(descriptor)

    assert not is_in_use(path, tag, time.time())


def test_another_host_is_given_a_day(tmp_path: Path) -> None:
    """Where no lock is seen from here, only a day of silence says that nobody is at work."""
    path = make_file(tmp_path, ELSEWHERE)
    changed = path.stat().st_mtime

    assert is_in_use(path, ELSEWHERE, changed + QUIET_SECONDS - 1)
    assert not is_in_use(path, ELSEWHERE, changed + QUIET_SECONDS + 1)


def test_a_disk_without_locks_is_given_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file system knows no locks, own files are judged by their age too."""
    tag = make_tag()
    path = make_file(tmp_path, tag)
    changed = path.stat().st_mtime

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)

    assert is_in_use(path, tag, changed + QUIET_SECONDS - 1)
    assert not is_in_use(path, tag, changed + QUIET_SECONDS + 1)


def test_what_is_gone_is_not_in_use(tmp_path: Path) -> None:
    """A file that somebody removed meanwhile needs no care."""
    assert not is_in_use(tmp_path / "gone", ELSEWHERE, 0.0)


def test_tags_are_fit_for_names_and_never_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the host is called, a tag has no dots, slashes or spaces, and its process number can be read from it."""
    monkeypatch.setattr(liveness.socket, "gethostname", lambda: "nút 1.cluster/a")

    one, other = make_tag(), make_tag()

    assert one != other
    assert one.rsplit("-", 2)[:2] == ["n-t-1-cluster-a", str(os.getpid())]
