"""Failures: kept whole until their configuration succeeds."""

from __future__ import annotations

import json
import stat
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from mt_eval.errors import RunError
from mt_eval.runs.failed import Failure, clear_failures, locate_failure, name_failure, read_failures, write_failure

FAILURE = Failure(
    name="articles-nllb-vi-ar-0123abcd",
    error="bản.ar line 3: is empty, expected text; write the text into it or leave it out",
    traceback="Traceback (most recent call last):\n",
    overrides=("model=nllb", "limit=3"),
    time="2026-01-02T03:04:05+00:00",
    host="nút",
    identity="ab" * 32,
    choices={"model": "nllb"},
)


def test_what_is_written_is_read_by_name(tmp_path: Path) -> None:
    """Failures come back as they were, one a name, the later in the place of the earlier."""
    other = replace(FAILURE, name="articles-copy-vi-ar-0123abcd", identity=None, choices=None)
    for failure in (replace(FAILURE, error="earlier"), FAILURE, other):
        write_failure(tmp_path, failure)

    assert read_failures(tmp_path) == ([other, FAILURE], [])


def test_a_record_is_as_readable_as_any_file(tmp_path: Path) -> None:
    """Its mode is what the user's umask says, like that of a run's own files."""
    (tmp_path / "other").write_text("")

    path = write_failure(tmp_path, FAILURE)

    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((tmp_path / "other").stat().st_mode)


def test_a_failure_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    """No temporary file is left where the name is taken by a folder."""
    locate_failure(tmp_path, FAILURE.name).mkdir(parents=True)

    with pytest.raises(RunError, match=r"what failed could not be put down \(is a directory\): bản.ar line 3"):
        write_failure(tmp_path, FAILURE)

    assert [path.name for path in (tmp_path / ".failed").iterdir()] == [f"{FAILURE.name}.json"]


def test_a_success_clears_its_own_failure_and_those_of_the_same_run(tmp_path: Path) -> None:
    """By name, and by identity under another name; others stay, and the folder goes with the last."""
    same_run = replace(FAILURE, name="lines-nllb-vi-ar-99999999")
    another = replace(FAILURE, name="lines-copy-vi-ar-99999999", identity="cd" * 32)
    for failure in (FAILURE, same_run, another):
        write_failure(tmp_path, failure)

    clear_failures(tmp_path, FAILURE.name, "ab" * 32)
    after_one, _ = read_failures(tmp_path)
    clear_failures(tmp_path, another.name, "ef" * 32)

    assert after_one == [another]
    assert list(tmp_path.iterdir()) == []


def test_the_name_says_what_the_configuration_is() -> None:
    """Settings that make no other experiment do not change it, others do."""
    config = {"direction": "vi-ar", "limit": 3, "runs_dir": "runs", "force": False}
    choices = {"data": "ui", "model": "demo"}
    elsewhere = {"runs_dir": "x", "force": True, "report": False, "tracker": {"kind": "mlflow"}}

    names = [name_failure(config | change, choices) for change in ({}, elsewhere, {"limit": 4})]

    assert names[0].startswith("ui-demo-vi-ar-")
    assert names[0] == names[1] != names[2]


def test_a_record_never_leads_out_of_its_folder(tmp_path: Path) -> None:
    """A failure that is called `../../x` is damaged, and nothing outside is removed when a run succeeds."""
    precious = tmp_path / "precious.json"
    precious.write_text("{}")
    runs_dir = tmp_path / "a" / "runs"
    path = write_failure(runs_dir, FAILURE)
    for name in ("../../../precious", str(precious.with_suffix(""))):
        path.write_text(json.dumps(asdict(replace(FAILURE, name=name))))
        _, damaged = read_failures(runs_dir)
        clear_failures(runs_dir, name, "ab" * 32)
        assert [each.path for each in damaged] == [path]
    write_failure(runs_dir, replace(FAILURE, name="../../../precious"))
    clear_failures(runs_dir, "../../../precious", "cd" * 32)

    assert precious.read_text() == "{}"
    assert path.exists()


@pytest.mark.parametrize("content", ["", "{", '{"name": 3}', '{"version": 9}', "\x00" * 20, "[" * 100_000, '"\\ud800"'])
def test_one_damaged_record_stops_nobody(tmp_path: Path, content: str) -> None:
    """It is said once; the others are read and cleared, and the success of its own configuration removes it."""
    write_failure(tmp_path, FAILURE)
    torn = locate_failure(tmp_path, "torn")
    torn.write_text(content)

    failures, damaged = read_failures(tmp_path)
    clear_failures(tmp_path, FAILURE.name, "ab" * 32)
    after, _ = read_failures(tmp_path)
    clear_failures(tmp_path, "torn", "cd" * 32)

    assert failures == [FAILURE]
    assert [each.path for each in damaged] == [torn]
    assert damaged[0].why.endswith("; delete it")
    assert after == []
    assert list(tmp_path.iterdir()) == []


def test_names_of_any_length_and_letters_are_kept_apart(tmp_path: Path) -> None:
    """Long options in Vietnamese letters, and halves of surrogate pairs in what is typed, are written and read."""
    config = {"direction": "vi-ar"}
    names = [name_failure(config | {"limit": n}, {"data": "bản dịch ế" * 40, "model": "x/../y"}) for n in (1, 2)]
    for name in names:
        write_failure(tmp_path, replace(FAILURE, name=name, overrides=("data.source_path=\udcff",)))

    failures, damaged = read_failures(tmp_path)

    assert sorted(failure.name for failure in failures) == sorted(set(names))
    assert damaged == []
