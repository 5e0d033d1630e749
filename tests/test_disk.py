"""Files that appear whole or not at all; who is at work on one; what kills leave, and what the next run makes of it."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval import disk
from mt_eval.disk import (
    QUIET_SECONDS,
    append_whole,
    clear_leftovers,
    create_locked,
    hold,
    is_alive,
    is_in_use,
    make_component,
    make_file_whole,
    make_folder_whole,
    make_tag,
    remove_exactly,
    wait_for_lock,
    write_whole,
)
from mt_eval.runs.paths import prepare_runs_dir

NAME = "articles-demo.v2-vi-ar-89abcdef"
OURS = ["run.json"]
ELSEWHERE = "another-host-17-0123abcd"
HOLDER = """
import os, sys, time
from mt_eval.disk import hold
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
    monkeypatch.setattr(disk.os, "uname", lambda: SimpleNamespace(nodename="nút 1.cluster/a"))

    one, other = make_tag(), make_tag()

    assert one != other
    assert one.rsplit("-", 2)[:2] == ["n-t-1-cluster-a", str(os.getpid())]


def name_partial(folder: Path, tag: str) -> Path:
    return folder / f".{NAME}.{tag}.partial"


def name_old(folder: Path, tag: str) -> Path:
    return folder / f".{NAME}.{tag}.old"


def make_dead_tag() -> str:
    """The tag of a process of this machine that is gone."""
    process = subprocess.run(
        [sys.executable, "-c", "from mt_eval.disk import make_tag; print(make_tag())"],
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
    make_folder(name_partial(tmp_path, make_dead_tag()))
    make_folder(tmp_path / NAME)
    make_folder(tmp_path / ".store")
    make_folder(tmp_path / ".mine.partial")

    prepare_runs_dir(tmp_path)

    assert list_names(tmp_path) == [".mine.partial", ".store", NAME]


def test_what_a_live_process_writes_stays(tmp_path: Path) -> None:
    """A directory that is held, and one that another host wrote to today, are left alone."""
    held = make_folder(name_partial(tmp_path, make_dead_tag()))
    elsewhere = make_folder(name_partial(tmp_path, ELSEWHERE))
    descriptor = os.open(held, os.O_RDONLY)
    hold(descriptor)

    clear_leftovers(tmp_path, time.time(), OURS)
    while_held = list_names(tmp_path)
    os.close(descriptor)
    clear_leftovers(tmp_path, time.time() + QUIET_SECONDS + 1, OURS)

    assert while_held == sorted([held.name, elsewhere.name])
    assert list_names(tmp_path) == []


def test_what_a_live_process_is_about_to_hold_stays(tmp_path: Path) -> None:
    """Between making its directory and locking it, a process is not robbed of it; a minute later it would hold it."""
    made = make_folder(name_partial(tmp_path, make_tag()))

    clear_leftovers(tmp_path, made.stat().st_mtime + 59, OURS)
    early = list_names(tmp_path)
    clear_leftovers(tmp_path, made.stat().st_mtime + 61, OURS)

    assert early == [made.name]
    assert list_names(tmp_path) == []


@pytest.mark.parametrize("arrived", [True, False])
def test_a_run_whose_replacement_never_came_is_put_back(tmp_path: Path, arrived: bool) -> None:
    """Killed between the two renames of a replacement, the old run is back; killed after them, it goes."""
    tag = make_dead_tag()
    make_folder(name_old(tmp_path, tag), "old")
    make_folder(tmp_path / NAME if arrived else name_partial(tmp_path, tag), "new")

    clear_leftovers(tmp_path, time.time(), OURS)

    assert list_names(tmp_path) == [NAME]
    assert (tmp_path / NAME / "run.json").read_text() == ("new" if arrived else "old")


def test_a_replacement_going_on_is_not_disturbed(tmp_path: Path) -> None:
    """Between the two renames of a live process, the old run stays aside."""
    tag = make_tag()
    old = make_folder(name_old(tmp_path, tag))
    partial = make_folder(name_partial(tmp_path, tag))
    descriptor = os.open(partial, os.O_RDONLY)
    hold(descriptor)

    clear_leftovers(tmp_path, time.time(), OURS)
    os.close(descriptor)

    assert list_names(tmp_path) == sorted([old.name, partial.name])


class BrokenError(Exception):
    pass


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    """An error in the middle leaves the old file and nothing beside it; without one the new file is in its place."""
    path = tmp_path / "kết quả.txt"
    write_whole(path, "cũ\n")

    def write_half() -> None:
        with make_file_whole(path) as partial:
            partial.write_text("nửa")
            raise BrokenError

    with pytest.raises(BrokenError):
        write_half()
    after_error = path.read_bytes()
    write_whole(path, "mới\r\n\u2028")

    assert after_error == "cũ\n".encode()
    assert path.read_bytes() == "mới\r\n\u2028".encode()
    assert list_names(tmp_path) == [path.name]


def test_a_text_that_cannot_be_encoded_leaves_no_temporary_file(tmp_path: Path) -> None:
    """Half of a surrogate pair is no UTF-8: the error comes through, and the folder is as it was."""
    with pytest.raises(UnicodeEncodeError):
        write_whole(tmp_path / "x", "\ud800")

    assert list_names(tmp_path) == []


@pytest.mark.parametrize("replace", [True, False])
def test_a_folder_is_whole_or_as_it_was(tmp_path: Path, replace: bool) -> None:
    """After an error the old folder stands; without one the new folder does, if it may replace another."""
    place = make_folder(tmp_path / NAME, "old")

    def fill(*, fail: bool) -> None:
        with make_folder_whole(place, replacing=OURS if replace else None) as partial:
            (partial / "run.json").write_text("new")
            if fail:
                raise BrokenError

    with pytest.raises(BrokenError):
        fill(fail=True)
    after_error = (place / "run.json").read_text()
    if replace:
        fill(fail=False)
    else:
        with pytest.raises(OSError, match="not empty"):
            fill(fail=False)

    assert after_error == "old"
    assert (place / "run.json").read_text() == ("new" if replace else "old")
    assert list_names(tmp_path) == [NAME]


def test_a_new_file_is_locked_before_it_has_its_name(tmp_path: Path) -> None:
    """Nobody finds it free, and what is appended to it is there."""
    descriptor, path = create_locked(tmp_path, ".jsonl")
    append_whole(descriptor, b"one\n")
    append_whole(descriptor, b"two\n")
    in_use = is_in_use(path, path.stem, time.time())
    os.close(descriptor)

    assert in_use
    assert path.read_bytes() == b"one\ntwo\n"
    assert list_names(tmp_path) == [path.name]


def test_only_the_file_that_was_meant_is_removed(tmp_path: Path) -> None:
    """A file that took its name in the meantime stays."""
    path = tmp_path / "claim.json"
    path.write_text("first")
    first = path.stat().st_ino
    other = tmp_path / "other"
    other.write_text("second")
    other.replace(path)

    kept = remove_exactly(path, first)
    text = path.read_text()
    removed = remove_exactly(path, path.stat().st_ino)

    assert (kept, text, removed) == (False, "second", True)
    assert list_names(tmp_path) == []


@pytest.mark.extra("ct2")
def test_a_lock_is_waited_for(tmp_path: Path) -> None:
    """What two processes do under one lock does not overlap."""
    program = (
        "import sys, time; from pathlib import Path; from mt_eval.disk import wait_for_lock\n"
        "with wait_for_lock(Path(sys.argv[1], 'lock')):\n"
        "    print('held', flush=True); time.sleep(0.3); Path(sys.argv[1], 'done').touch()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        other.stdout.readline()

        with wait_for_lock(tmp_path / "lock"):
            waited = (tmp_path / "done").exists()

    assert waited


def test_replacing_a_folder_keeps_what_is_not_ours(tmp_path: Path) -> None:
    """Files of other names, folders and links in the old folder move to the new one; what links lead to stays."""
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.tex").write_text("mine")
    place = make_folder(tmp_path / NAME, "old")
    (place / "notes.txt").write_text("mine")
    (place / "folder").mkdir()
    (place / "folder" / "run.json").write_text("mine")
    (place / "link").symlink_to(precious)

    with make_folder_whole(place, replacing=OURS) as partial:
        (partial / "run.json").write_text("new")

    assert (place / "run.json").read_text() == "new"
    assert list_names(place) == ["folder", "link", "notes.txt", "run.json"]
    assert (place / "folder" / "run.json").read_text() == "mine"
    assert list_names(precious) == ["thesis.tex"]
    assert list_names(tmp_path) == [NAME, "precious"]


def test_replacing_a_link_to_a_folder_leaves_what_it_leads_to(tmp_path: Path) -> None:
    """The link goes, and not one file behind it."""
    elsewhere = make_folder(tmp_path / "elsewhere", "old")
    (tmp_path / NAME).symlink_to(elsewhere)

    with make_folder_whole(tmp_path / NAME, replacing=OURS) as partial:
        (partial / "run.json").write_text("new")

    assert (elsewhere / "run.json").read_text() == "old"
    assert (tmp_path / NAME / "run.json").read_text() == "new"
    assert list_names(tmp_path) == [NAME, "elsewhere"]


@pytest.mark.parametrize("what", ["partial", "old"])
def test_leftovers_lose_only_what_is_ours(tmp_path: Path, what: str) -> None:
    """A folder that is called like a leftover keeps a stranger's files; a link that is called so leads nowhere."""
    precious = make_folder(tmp_path / "precious", "mine")
    make_folder(tmp_path / NAME, "new")
    left = make_folder(tmp_path / f".{NAME}.{make_dead_tag()}.{what}", "old")
    (left / "notes.txt").write_text("mine")
    (tmp_path / f".x.{make_dead_tag()}.{what}").symlink_to(precious)

    clear_leftovers(tmp_path, time.time(), OURS)

    kept = left if what == "partial" else tmp_path / NAME
    assert (kept / "notes.txt").read_text() == "mine"
    assert (precious / "run.json").read_text() == "mine"
    assert (tmp_path / NAME / "run.json").read_text() == "new"


@pytest.mark.parametrize("pid", [-1, 0, 2**31, 2**70])
def test_a_number_that_is_no_process_is_not_alive(pid: int) -> None:
    """Numbers that `kill` takes for groups, and those that no process can have."""
    assert not is_alive(pid)


def test_a_process_that_has_ended_is_not_alive() -> None:
    """Also while nobody has asked for its exit status."""
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    alive = is_alive(os.getpid())
    while is_alive(process.pid):
        time.sleep(0.01)
    ended = process.returncode
    process.wait()

    assert alive
    assert ended is None


@given(st.text())
def test_any_text_makes_one_component(text: str) -> None:
    """Whatever a file says, the path made of it is in its folder, and a temporary name of it fits a file system."""
    name = make_component(text)
    path = Path("folder") / name

    assert path.name == name
    assert path.resolve().parent == Path("folder").resolve()
    assert len(f".{name}.json.{make_tag()}.partial".encode()) <= 255
    assert make_component(name) == name
