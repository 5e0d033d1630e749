"""Failures: kept whole until their configuration succeeds."""

from __future__ import annotations

import stat
from dataclasses import replace
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

    assert read_failures(tmp_path) == [other, FAILURE]


def test_a_record_is_as_readable_as_any_file(tmp_path: Path) -> None:
    """Its mode is what the user's umask says, like that of a run's own files."""
    (tmp_path / "other").write_text("")

    path = write_failure(tmp_path, FAILURE)

    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE((tmp_path / "other").stat().st_mode)


def test_a_failure_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    """No temporary file is left where a text cannot be encoded or the name is taken by a folder."""
    with pytest.raises(UnicodeEncodeError):
        write_failure(tmp_path, replace(FAILURE, error="\ud800"))
    locate_failure(tmp_path, FAILURE.name).mkdir()

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
    after_one = read_failures(tmp_path)
    clear_failures(tmp_path, another.name, "ef" * 32)

    assert after_one == [another]
    assert list(tmp_path.iterdir()) == []


def test_the_name_says_what_the_configuration_is() -> None:
    """Settings that make no other experiment do not change it, others do."""
    config = {"direction": "vi-ar", "limit": 3, "runs_dir": "runs", "force": False}
    choices = {"data": "ui", "model": "demo"}

    names = [name_failure(config | change, choices) for change in ({}, {"runs_dir": "x", "force": True}, {"limit": 4})]

    assert names[0].startswith("ui-demo-vi-ar-")
    assert names[0] == names[1] != names[2]
