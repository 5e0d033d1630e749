"""Files and folders that appear whole or not at all, locks, and who is alive. No other module renames, locks or makes
temporary files.

What is not whole yet stands beside its place under a name that begins with a dot:

    .NAME.TAG.partial    what becomes NAME
    .NAME.TAG.old        a folder that another one takes the place of, for the moment between two renames

The **tag** (host, process, a random part) says who made it. Its maker holds a lock on it, which goes when the process
does, whatever ended it; so on one machine the lock tells all. Between machines it tells only that somebody is at work:
many shared file systems keep no locks for others. What another machine made, or what cannot be locked at all, therefore
counts as being worked on until it was left alone for a day.

Only what was made here is ever removed: files whose names are ours, in folders that are no links.

Locks are taken on the files and folders themselves, with `fcntl`: `filelock` locks files made for the purpose, and its
import costs what a whole command does. Where one process waits for another, a file is made for it, and it serves.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import IO

QUIET_SECONDS = 86_400.0
"""Longer than any batch takes, and than any run directory is written."""

_LOCKING_SECONDS = 60.0
_LONGEST_COMPONENT = 180
"""Bytes: what is most file systems' limit of 255, with room for what is put before and behind."""
_LEFTOVER = re.compile(r"\.(?P<name>.+)\.(?P<tag>[\w-]+-\d+-[0-9a-f]{8})\.(?P<what>partial|old)", re.ASCII)


def remove_folder(folder: Path, ours: Sequence[str]) -> None:
    """Remove files whose names are `ours` (patterns as in a shell) and the folder, if nothing else is in it.

    Nothing is done where `folder` is a link; what cannot be removed stays.
    """
    if folder.is_symlink():
        return
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if any(fnmatchcase(path.name, pattern) for pattern in ours) and not path.is_dir():
                path.unlink(missing_ok=True)
        folder.rmdir()


@contextmanager
def make_file_whole(path: Path) -> Iterator[Path]:
    """Where to write what becomes `path` when the block ends well; after an error `path` is as it was.

    What stands in `/dev`, such as `/dev/null` or a pipe of the shell's, is written to as it is, and never replaced.

    Raises:
        OSError: It cannot be written.
    """
    if Path("/dev") in path.absolute().parents:
        yield path
        return
    partial = _name_beside(path, make_tag(), "partial")
    try:
        yield partial
        move_whole(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def move_whole(partial: Path, path: Path) -> None:
    """Give a file that is finished, whoever began it, its name.

    Raises:
        OSError: It cannot be renamed.
    """
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(path)
    sync_folder(path.parent)


def write_whole(path: Path, text: str) -> None:
    """Write a UTF-8 file; others see it as it was or as it will be, never half of it.

    Raises:
        OSError: It cannot be written.
    """
    with make_file_whole(path) as partial:
        partial.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def make_folder_whole(folder: Path, *, replacing: Sequence[str] | None = None) -> Iterator[Path]:
    """A new folder to fill with files, which becomes `folder` when the block ends well; after an error it is gone.

    Args:
        replacing: Take the place of a folder that is there, whose files with these names (patterns as in a shell) are
            ours to remove; the others move to the new folder. None: that a folder is there is an error.

    Raises:
        OSError: It cannot be written, or `folder` is there.
    """
    tag = make_tag()
    partial = _name_beside(folder, tag, "partial")
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial.mkdir()
    try:
        with hold_folder(partial):
            yield partial
            # Renamed before its files are on the disk, a power cut could leave empty ones in it.
            for path in partial.iterdir():
                with path.open("rb") as file:
                    os.fsync(file.fileno())
            sync_folder(partial)
            if replacing is not None and folder.exists():
                _exchange(partial, folder, _name_beside(folder, tag, "old"), replacing)
            else:
                partial.rename(folder)
            sync_folder(folder.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def clear_leftovers(parent: Path, now: float, ours: Sequence[str] = ()) -> None:
    """Remove what dead processes left half-written in `parent`, and put back a folder whose replacement never came.

    What a live process may be writing stays, and so does in a folder what is not `ours`, as in `make_folder_whole`.
    `now` is in seconds since the epoch.
    """
    found = [match for path in parent.glob(".*") if (match := _LEFTOVER.fullmatch(path.name))]
    for match in sorted(found, key=lambda match: match["what"]):  # the old folder is back before its replacement goes
        path, place, tag = parent / match.string, parent / match["name"], match["tag"]
        partial = _name_beside(place, tag, "partial")
        if is_just_made(partial, tag, now) or is_in_use(partial if partial.exists() else path, tag, now):
            continue
        if match["what"] == "old":
            with contextlib.suppress(OSError):  # its place is taken
                path.rename(place)
                continue
            _retire(path, place, ours)
        elif path.is_dir():
            remove_folder(path, ours)
        elif not path.is_symlink():
            path.unlink(missing_ok=True)


def create_locked(folder: Path, suffix: str) -> tuple[int, Path]:
    """A new file `TAG` + `suffix` in `folder`, open for appending and locked from the moment others can see it.

    Raises:
        OSError: It cannot be made.
    """
    tag = make_tag()
    hidden = folder / f".{tag}.tmp"
    descriptor = os.open(hidden, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        hold(descriptor)
        path = hidden.rename(folder / f"{tag}{suffix}")
    except OSError:
        os.close(descriptor)
        hidden.unlink(missing_ok=True)
        raise
    return descriptor, path


def append_whole(descriptor: int, content: bytes) -> None:
    """Append all of `content`, durably; where the disk takes only a part of it, none.

    Raises:
        OSError: It cannot be written.
    """
    start = os.fstat(descriptor).st_size
    try:
        written = 0
        while written < len(content):
            written += os.write(descriptor, content[written:])
        os.fsync(descriptor)
    except OSError:
        with contextlib.suppress(OSError):  # whoever reads it ignores what is not whole anyway
            os.ftruncate(descriptor, start)
        raise


def remove_exactly(path: Path, inode: int) -> bool:
    """Remove the very file that had this inode; False if by now another one has its name, which stays.

    Raises:
        OSError: It cannot be removed.
    """
    aside = path.with_name(f"{path.stem}.{os.urandom(4).hex()}.dead")
    try:
        path.rename(aside)
    except FileNotFoundError:
        return True
    if aside.stat().st_ino != inode:
        aside.replace(path)
        return False
    aside.unlink(missing_ok=True)
    return True


def wait_for_lock(path: Path) -> AbstractContextManager[object]:
    """A lock on the file `path`, made for it, which one process at a time holds; the others wait.

    Raises:
        OSError: The file cannot be made.
    """
    from filelock import FileLock

    return FileLock(path)


def make_tag() -> str:
    """`HOST-PID-RANDOM`: no other process has it. Letters, digits, `_` and `-` only."""
    return f"{_name_host()}-{os.getpid()}-{os.urandom(4).hex()}"


def hold(descriptor: int) -> None:
    """Lock what is open, until it is closed; nothing where the file system knows no locks."""
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Others see that a live process is at work on `folder`."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        hold(descriptor)
        yield
    finally:
        os.close(descriptor)


def is_in_use(path: Path, tag: str, now: float) -> bool:
    """Whether a live process may be at work on `path`, a file or a folder that carries `tag`.

    `now` is in seconds since the epoch. What is not there is not in use; what may not be looked at is.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if tag.rsplit("-", 2)[0] == _name_host():
            return False
    except BlockingIOError:
        return True
    except OSError:
        pass  # no locks here: only its age tells
    finally:
        modified = os.fstat(descriptor).st_mtime
        os.close(descriptor)
    return now - modified < QUIET_SECONDS


def is_just_made(path: Path, tag: str, now: float) -> bool:
    """Whether a live process of this machine may be about to lock the folder it made: it is younger than a minute."""
    host, pid, _ = tag.rsplit("-", 2)
    try:
        return host == _name_host() and now - path.stat().st_mtime < _LOCKING_SECONDS and is_alive(int(pid))
    except FileNotFoundError:
        return False


def is_regular(path: Path) -> bool:
    """Whether a regular file is here, and no link to one."""
    return path.is_file() and not path.is_symlink()


def is_held(path: Path) -> bool | None:
    """Whether somebody holds a lock on a file; None where that cannot be told."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return False


def is_alive(pid: int) -> bool:
    """Whether this machine has a process of this number that has not ended."""
    if pid <= 0:  # which `kill` would take for a group of processes
        return False
    try:
        os.kill(pid, 0)
        # One that has ended but was not waited for keeps its number.
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    except (ProcessLookupError, OverflowError):
        return False
    except (OSError, IndexError):
        return True  # it is somebody else's, or this is not Linux


def read_clock(folder: Path) -> float:
    """The time by the clock that stamps the files of `folder`; this host's where nothing can be written there."""
    import tempfile  # and `random`, for what a reader of runs never does

    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b".")
            probe.flush()
            return os.fstat(probe.fileno()).st_mtime
    except OSError:
        return time.time()


def make_component(name: str) -> str:
    """`name` as one component of a path, which leads nowhere else, from whatever file it was read.

    A separator, a character that is not seen and a dot in front become `_`. Of a name that is longer than file systems
    allow (in bytes), the end is a hash of all of it.

    >>> make_component("../../x"), make_component("2024 xã hội"), make_component("")
    ('_._.._x', '2024 xã hội', '_')
    """
    plain = re.sub(r"[/\\\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]|^\.|^$", "_", name)
    if len(plain.encode()) <= _LONGEST_COMPONENT:
        return plain
    kept = plain.encode()[: _LONGEST_COMPONENT - 17].decode(errors="ignore")
    return f"{kept}-{hashlib.sha256(plain.encode()).hexdigest()[:16]}"


def is_component(name: str) -> bool:
    """Whether `name` is one component of a path already, and not hidden."""
    return make_component(name) == name


def check_writable(folder: Path) -> None:
    """Make `folder` if it is not there, and a file in it that is gone at once.

    Raises:
        OSError: It cannot be made or written.
    """
    import tempfile

    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass


def open_scratch(prefix: str) -> AbstractContextManager[str]:
    """A new folder in the system's place for such; it is removed when the block ends."""
    import tempfile

    return tempfile.TemporaryDirectory(prefix=prefix)


def open_unnamed() -> IO[bytes]:
    """A temporary file for reading and writing without a name: it goes when it is closed, or with the process."""
    import tempfile

    return tempfile.TemporaryFile(prefix="mt-eval-")


def keep_scratch(prefix: str, text: str) -> Path:
    """A new text file in the system's place for such, which stays."""
    import tempfile

    with tempfile.NamedTemporaryFile("w", prefix=prefix, suffix=".txt", delete=False, encoding="utf-8") as file:
        file.write(text)
    return Path(file.name)


def sync_folder(folder: Path) -> None:
    """Bring the names in `folder` to the disk, so that a file made or renamed there is found after a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _name_beside(place: Path, tag: str, what: str) -> Path:
    return place.with_name(f".{place.name}.{tag}.{what}")


def _exchange(new: Path, old: Path, aside: Path, ours: Sequence[str]) -> None:
    """Put `new` in the place of `old`, which is deleted only when that has worked.

    Two renames, as no portable call exchanges two folders: a reader between them finds neither.
    """
    old.rename(aside)
    try:
        new.rename(old)
    except OSError:
        aside.rename(old)
        raise
    _retire(aside, old, ours)


def _retire(aside: Path, successor: Path, ours: Sequence[str]) -> None:
    """Remove a folder that was replaced; what in it is not ours moves to its successor."""
    remove_folder(aside, ours)
    with contextlib.suppress(OSError):
        if aside.is_symlink():
            aside.unlink()
        for path in aside.iterdir():
            if not (successor / path.name).exists():
                path.rename(successor / path.name)
        aside.rmdir()


def _name_host() -> str:
    return re.sub(r"[^\w-]", "-", os.uname().nodename, flags=re.ASCII)[:32]
