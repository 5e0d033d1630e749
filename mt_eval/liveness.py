"""Which process made a file or folder, and whether it is still at work, also on another machine of a shared disk.

Whoever works on something for a while puts its **tag** (host, process, a random part) into the name and holds a lock on
it. The lock goes when the process does, whatever ended it, so on one machine it tells all. Between machines it tells
only that somebody is at work: many shared file systems keep no locks for others. What another machine made, or what
cannot be locked at all, therefore counts as being worked on until it was left alone for a day.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
import socket
from pathlib import Path

QUIET_SECONDS = 86_400.0
"""Longer than any batch takes, and than any run directory is written."""

_LOCKING_SECONDS = 60.0


def make_tag() -> str:
    """`HOST-PID-RANDOM`: no other process has it. Letters, digits, `_` and `-` only."""
    return f"{_name_host()}-{os.getpid()}-{secrets.token_hex(4)}"


def hold(descriptor: int) -> None:
    """Lock what is open, until it is closed; nothing where the file system knows no locks."""
    with contextlib.suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


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
    """Whether a live process of this machine may be about to lock what it made: younger than a minute, its maker alive.

    For what others can see before it can be locked, such as a folder.
    """
    host, pid, _ = tag.rsplit("-", 2)
    try:
        return host == _name_host() and now - path.stat().st_mtime < _LOCKING_SECONDS and _lives(int(pid))
    except FileNotFoundError:
        return False


def sync_folder(folder: Path) -> None:
    """Bring the names in `folder` to the disk, so that a file made or renamed there is found after a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it is there, and somebody else's
    return True


def _name_host() -> str:
    return re.sub(r"[^\w-]", "-", socket.gethostname(), flags=re.ASCII)
