"""Claims: one owner at a time, and none for ever."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mt_eval.errors import RunError
from mt_eval.runs import claims
from mt_eval.runs.claims import EXPIRY_SECONDS, find_claim, read_claims, take_claim

IDENTITY = "0123456789abcdef" * 4


def path(runs_dir: Path) -> Path:
    return runs_dir / ".claims" / f"{IDENTITY[:16]}.json"


def rewrite(runs_dir: Path, **changes: object) -> None:
    record = json.loads(path(runs_dir).read_text(encoding="utf-8"))
    path(runs_dir).write_text(json.dumps(record | changes), encoding="utf-8")


def leave_dead_claim(runs_dir: Path) -> None:
    """A claim whose process has ended."""
    program = (
        "import os, sys; from pathlib import Path; from mt_eval.runs.claims import take_claim\n"
        "held = take_claim(Path(sys.argv[1]), sys.argv[2], 'run'); os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(runs_dir), IDENTITY], check=True)


def test_a_claim_is_held_by_one_and_given_back(tmp_path: Path) -> None:
    """A second claim is refused while the first is held; afterwards nothing of it is left."""
    held = take_claim(tmp_path, IDENTITY, "run", overrides=["limit=3"])
    assert held is not None
    with held:
        found = find_claim(tmp_path, IDENTITY)
        second = take_claim(tmp_path, IDENTITY, "run")
        assert second is None
        assert found is not None
        assert (found.alive, found.pid, found.overrides, found.done) == (True, os.getpid(), ("limit=3",), None)

    assert list(tmp_path.iterdir()) == []


def test_of_many_at_the_same_moment_one_wins(tmp_path: Path) -> None:
    """Thirty threads ask at once, and one gets it."""
    with ThreadPoolExecutor(30) as threads:
        taken = list(threads.map(lambda _: take_claim(tmp_path, IDENTITY, "run"), range(30)))

    assert sum(claim is not None for claim in taken) == 1


def test_progress_is_in_the_claim(tmp_path: Path) -> None:
    """What the owner reports is what others read."""
    held = take_claim(tmp_path, IDENTITY, "run")
    assert held is not None
    with held as claim:
        claim.report(3, 3, 0.0)
        (found,) = read_claims(tmp_path)

    assert (found.done, found.total, found.seconds_left) == (3, 3, 0.0)


def test_the_claim_of_an_ended_process_is_taken_over(tmp_path: Path) -> None:
    """On the same machine nothing is waited for."""
    leave_dead_claim(tmp_path)
    before = find_claim(tmp_path, IDENTITY)

    held = take_claim(tmp_path, IDENTITY, "run")

    assert before is not None
    assert not before.alive
    assert held is not None


def test_the_claim_of_another_machine_expires(tmp_path: Path) -> None:
    """A process elsewhere cannot be asked, so its claim counts until it is old by the file system's clock."""
    leave_dead_claim(tmp_path)
    rewrite(tmp_path, machine="another", pid=1)
    fresh = take_claim(tmp_path, IDENTITY, "run")
    changed = path(tmp_path).stat().st_mtime - EXPIRY_SECONDS - 5
    os.utime(path(tmp_path), (changed, changed))

    old = take_claim(tmp_path, IDENTITY, "run")

    assert fresh is None
    assert old is not None


def test_a_half_written_claim_counts_until_it_is_old(tmp_path: Path) -> None:
    """Its owner is just writing it, or was killed at that."""
    path(tmp_path).parent.mkdir()
    path(tmp_path).write_text('{"name": "ru', encoding="utf-8")

    assert take_claim(tmp_path, IDENTITY, "run") is None
    os.utime(path(tmp_path), (1, 1))
    assert take_claim(tmp_path, IDENTITY, "run") is not None


def test_who_lost_a_claim_does_not_touch_the_new_one(tmp_path: Path) -> None:
    """An owner whose claim was taken over neither overwrites nor removes the new owner's."""
    first = take_claim(tmp_path, IDENTITY, "first")
    assert first is not None
    with first as claim:
        path(tmp_path).unlink()
        second = take_claim(tmp_path, IDENTITY, "second")
        claim.report(1, 1, None)

    found = find_claim(tmp_path, IDENTITY)
    assert second is not None
    assert found is not None
    assert (found.name, found.done) == ("second", None)


def test_a_claim_is_renewed_while_it_is_held(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Its file changes though nothing is reported."""
    monkeypatch.setattr(claims, "BEAT_SECONDS", 0.01)
    held = take_claim(tmp_path, IDENTITY, "run")
    assert held is not None
    with held:
        os.utime(path(tmp_path), (1, 1))
        while path(tmp_path).stat().st_mtime == 1:
            pass

        assert find_claim(tmp_path, IDENTITY).alive  # type: ignore[union-attr]


def leave_claim(runs_dir: Path, **changes: object) -> None:
    """A claim that nobody holds, said to be of this machine."""
    leave_dead_claim(runs_dir)
    rewrite(runs_dir, **changes)


@pytest.mark.parametrize("pid", [-1, 0, 2**40, 1])
def test_a_claim_that_nobody_holds_is_dead(tmp_path: Path, pid: int) -> None:
    """On its own machine the lock tells, whatever number stands in it: -1, or that of a live process."""
    leave_claim(tmp_path, pid=pid)

    assert take_claim(tmp_path, IDENTITY, "run") is not None


@pytest.mark.parametrize("pid", [-1, 2**40])
def test_where_there_are_no_locks_the_process_must_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pid: int
) -> None:
    """Without locks a number that no process can have is nobody's, and a live process's claim stays its own."""
    monkeypatch.setattr(claims, "is_held", lambda path: None)
    leave_claim(tmp_path, pid=os.getpid())
    live = take_claim(tmp_path, IDENTITY, "run")
    rewrite(tmp_path, pid=pid)

    assert live is None
    assert take_claim(tmp_path, IDENTITY, "run") is not None


def test_the_claim_of_a_zombie_is_dead(tmp_path: Path) -> None:
    """A process that has ended and was not waited for holds nothing any more."""
    program = (
        "import os, sys; from pathlib import Path; from mt_eval.runs.claims import take_claim\n"
        "held = take_claim(Path(sys.argv[1]), sys.argv[2], 'run'); print('taken', flush=True); os._exit(0)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(tmp_path), IDENTITY], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.read() == b"taken\n"

    while (taken := take_claim(tmp_path, IDENTITY, "run")) is None:
        pass
    ended = process.returncode
    process.communicate()

    assert taken is not None
    assert ended is None


def test_a_claim_of_a_time_to_come_is_not_waited_for(tmp_path: Path) -> None:
    """No owner gave it that time, so nobody changes it any more, on whatever machine."""
    leave_claim(tmp_path, machine="another", pid=1)
    later = time.time() + 10_000
    os.utime(path(tmp_path), (later, later))

    found = find_claim(tmp_path, IDENTITY)

    assert found is not None
    assert not found.alive
    assert take_claim(tmp_path, IDENTITY, "run") is not None


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda place: place.symlink_to("/dev/zero")])
def test_what_is_no_file_is_no_claim_and_stays(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """A folder, a pipe or a link in the place of a claim is nobody's, and is not removed but named."""
    path(tmp_path).parent.mkdir()
    make(path(tmp_path))

    with pytest.raises(RunError, match=r"is no file, expected a claim on a run or nothing; remove it"):
        take_claim(tmp_path, IDENTITY, "run")

    assert [claim.alive for claim in read_claims(tmp_path)] == [False]
    assert os.path.lexists(path(tmp_path))


def test_a_claim_is_called_like_a_run_or_like_its_file(tmp_path: Path) -> None:
    """A name that leads elsewhere is not taken for one."""
    leave_claim(tmp_path, name="../../x\x1b[2J")

    (claim,) = read_claims(tmp_path)

    assert claim.name == IDENTITY[:16]


@pytest.mark.parametrize("make", [Path.touch, lambda place: place.symlink_to("nothing")])
def test_a_file_in_the_place_of_the_claims_is_named(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """Neither a file nor a link to nothing can hold claims, and neither is removed."""
    make(tmp_path / ".claims")

    with pytest.raises(RunError, match=r"\.claims: is there and no folder, expected one for claims; remove it"):
        take_claim(tmp_path, IDENTITY, "run")

    assert read_claims(tmp_path) == []
    assert os.path.lexists(tmp_path / ".claims")


def test_a_claim_is_written_whatever_was_typed(tmp_path: Path) -> None:
    """Half of a surrogate pair leaves no empty claim behind, for which all others would wait."""
    held = take_claim(tmp_path, "ab" * 32, "name", overrides=["model.path=\udcff"])

    assert held is not None
    with held:
        found = find_claim(tmp_path, "ab" * 32)
        assert found is not None
        assert found.overrides == ("model.path=?",)
    assert find_claim(tmp_path, "ab" * 32) is None
