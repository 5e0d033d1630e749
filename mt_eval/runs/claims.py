"""Who is at work on which run: `<runs_dir>/.claims/<first 16 hex of the run's identity>.json`.

A claim is one file, made by a call that only one process can win, kept open and locked by its owner and written again
every `BEAT_SECONDS`, also while a model is loaded or a long batch is decoded. It is alive as long as it changes: the
file must not be older than `EXPIRY_SECONDS`, nor be of a time to come, which no owner gave it. On the owner's machine
the lock must be held, too, or, where there are no locks, the process must be there. The age is the difference between
the time of change and that of a file made now beside it, so it is told by the file system's clock alone, and no two
hosts need to agree on the time.

A dead claim is taken over. Two processes at one run at the same time, which a file system without atomic renames could
bring about, would cost time and nothing else: a run directory appears whole or not at all.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from mt_eval.disk import hold, is_alive, is_component, is_held, is_regular, read_clock, remove_exactly
from mt_eval.errors import RunError
from mt_eval.stored import DamagedError, read_record

BEAT_SECONDS = 10.0
EXPIRY_SECONDS = 120.0
"""Twelve beats, and more than the minute for which NFS may keep an old time of change."""

_AHEAD_SECONDS = 30.0
"""What the clocks of one file system's servers may differ by."""

_SECONDS_BETWEEN_REPORTS = 1.0


@dataclass(frozen=True, slots=True)
class Claim:
    """What the owner of a run in progress says of it."""

    name: str
    """The run directory that will appear."""
    identity: str
    host: str = ""
    machine: str = ""
    """Processes of which `pid` is one: host, boot and process namespace."""
    pid: int = 0
    sweep: str | None = None
    """The sweep it belongs to."""
    overrides: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    started: str = ""
    done: int | None = None
    """Segments translated; None while the model is loaded."""
    total: int | None = None
    seconds_left: float | None = None
    alive: bool = field(default=True, compare=False)
    """Whether its owner still was when it was read."""


class HeldClaim:
    """A claim of this process; leaving its context gives it back."""

    def __init__(self, path: Path, descriptor: int, claim: Claim) -> None:
        self._path = path
        self._descriptor = descriptor
        self._claim = claim
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._reported = 0.0
        self._beating = threading.Thread(target=self._beat, name=f"claim {claim.name}", daemon=True)

    def __enter__(self) -> HeldClaim:
        self._beating.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ended.set()
        self._beating.join()
        if _is_same(self._path, self._descriptor):
            self._path.unlink(missing_ok=True)
        os.close(self._descriptor)
        _remove_if_empty(self._path.parent)

    def report(self, done: int, total: int, seconds_left: float | None) -> None:
        """Put down how far the work is; at most once a second, and at the end."""
        now = time.monotonic()
        if now - self._reported < _SECONDS_BETWEEN_REPORTS and done < total:
            return
        self._reported = now
        self._claim = replace(self._claim, done=done, total=total, seconds_left=seconds_left)
        self._write()

    def _beat(self) -> None:
        while not self._ended.wait(BEAT_SECONDS):
            self._write()

    def _write(self) -> None:
        # Into the file that is open, not to its name: if the claim was taken over, the name is somebody else's.
        try:
            with self._lock:
                _write_claim(self._descriptor, self._claim)
        except OSError:
            # A full disk ends the run with an error of its own; a claim that could not be renewed may expire.
            return


def take_claim(
    runs_dir: Path,
    identity: str,
    name: str,
    *,
    overrides: Sequence[str] = (),
    choices: Mapping[str, str] | None = None,
    sweep: str | None = None,
) -> HeldClaim | None:
    """The right to make the run of this identity, for this process alone; None while another one has it.

    Raises:
        RunError: Nothing can be written below `runs_dir`.
    """
    path = _locate(runs_dir, identity)
    claim = Claim(
        name,
        identity,
        host=os.uname().nodename,
        machine=_describe_machine(),
        pid=os.getpid(),
        sweep=sweep,
        overrides=tuple(overrides),
        choices=dict(choices or {}),
        started=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError as error:
            if not path.parent.is_dir():
                raise RunError(f"{path.parent}: is there and no folder, expected one for claims; remove it") from error
            if not _remove_dead(path):
                return None
        except FileNotFoundError:
            continue  # the last claim was given back, and the folder with it, between the two calls
        except OSError as error:
            raise RunError(
                f"{path}: the run cannot be claimed ({os.strerror(error.errno or 0).lower()}); mend the permissions "
                "or name another folder with runs_dir=DIR"
            ) from error
        else:
            hold(descriptor)
            try:
                _write_claim(descriptor, claim)
            except OSError as error:
                os.close(descriptor)
                path.unlink(missing_ok=True)
                raise RunError(
                    f"{path}: the run cannot be claimed ({os.strerror(error.errno or 0).lower()}); mend the cause "
                    "and give the same command again"
                ) from error
            return HeldClaim(path, descriptor, claim)


def find_claim(runs_dir: Path, identity: str) -> Claim | None:
    """The claim on the run of this identity, alive or dead; None if there is none."""
    path = _locate(runs_dir, identity)
    return _read(path, read_clock(path.parent)) if os.path.lexists(path) else None


def drop_claim(runs_dir: Path, identity: str, *, even_alive: bool = False) -> None:
    """Remove the claim on the run of this identity if its owner is dead, or known to be from elsewhere."""
    path = _locate(runs_dir, identity)
    if even_alive:
        path.unlink(missing_ok=True)
        _remove_if_empty(path.parent)
    else:
        _remove_dead(path)


def read_claims(runs_dir: Path) -> list[Claim]:
    """All claims on runs of `runs_dir`, alive and dead, by name."""
    folder = runs_dir / ".claims"
    paths = sorted(folder.glob("*.json"))
    now = read_clock(folder) if paths else 0.0
    claims = [claim for path in paths if (claim := _read(path, now)) is not None]
    return sorted(claims, key=lambda claim: claim.name)


def _locate(runs_dir: Path, identity: str) -> Path:
    return runs_dir / ".claims" / f"{identity[:16]}.json"


def _read(path: Path, now: float) -> Claim | None:
    """The claim, `alive` or not at `now` by the file system's clock; None if it was given back meanwhile."""
    try:
        changed = path.lstat().st_mtime
    except FileNotFoundError:
        return None
    try:
        claim = read_record(path, Claim)
    except DamagedError:
        # Somebody is just writing it, or was killed doing so: whose it is cannot be told, only how old it is.
        claim = Claim(path.stem, path.stem)
    if not is_component(claim.name):
        claim = replace(claim, name=path.stem)
    alive = is_regular(path) and -_AHEAD_SECONDS <= now - changed <= EXPIRY_SECONDS
    if alive and claim.machine == _describe_machine():
        held = is_held(path)
        alive = is_alive(claim.pid) if held is None else held
    return replace(claim, alive=alive)


def _remove_dead(path: Path) -> bool:
    """Whether the way is free: the claim at `path` was dead and is removed, or is gone already."""
    try:
        before = path.lstat().st_ino
    except FileNotFoundError:
        return True
    if not is_regular(path):
        raise RunError(f"{path}: is no file, expected a claim on a run or nothing; remove it")
    claim = _read(path, read_clock(path.parent))
    if claim is None:
        return True
    if claim.alive:
        return False
    if not remove_exactly(path, before):
        return False  # another process was faster, and this is its new claim
    _remove_if_empty(path.parent)
    return True


def _write_claim(descriptor: int, claim: Claim) -> None:
    record = {key: value for key, value in asdict(claim).items() if key != "alive"}
    # Half of a surrogate pair, which a file's name may have, is written as a question mark.
    content = json.dumps(record, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n"
    os.pwrite(descriptor, content, 0)
    os.ftruncate(descriptor, len(content))


def _describe_machine() -> str:
    """What tells this machine's process numbers from another's: a container has its own, and so has every boot."""
    parts = [os.uname().nodename]
    try:
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip())
        parts.append(os.readlink("/proc/self/ns/pid"))
    except OSError:
        pass  # not Linux: the host's name must do
    return " ".join(parts)


def _is_same(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return  # others have claims in it, or it is gone
