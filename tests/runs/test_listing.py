"""What a folder holds: finished, running, dead and failed runs, each once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_runs import make_rows, write_small_run

from mt_eval.errors import RunError
from mt_eval.runs.claims import HeldClaim, take_claim
from mt_eval.runs.failed import Failure, write_failure
from mt_eval.runs.listing import Entry, list_entries, read_entry
from mt_eval.runs.settings import keep_where
from mt_eval.types import Level

NAME = "lines-demo-vi-ar-01234567"
ROWS = make_rows(6, articles=2)


def claim(runs_dir: Path, identity: str, name: str) -> HeldClaim:
    held = take_claim(runs_dir, identity, name, overrides=["model=nllb", "limit=3"], choices={"model": "nllb"})
    assert held is not None
    return held


def fail(runs_dir: Path, name: str, identity: str | None = None) -> None:
    write_failure(runs_dir, Failure(name, "it broke", "", ("limit=9",), "2026-01-02T03:04:05+00:00", "h", identity))


@pytest.fixture
def running(tmp_path: Path) -> Iterator[HeldClaim]:
    with claim(tmp_path, "ab" * 32, "lines-nllb-vi-ar-abababab") as held:
        yield held


def test_all_states_are_listed_by_name(tmp_path: Path, running: HeldClaim) -> None:
    """A finished run, one that is loading and one that failed; then one that translates, and how far it is."""
    write_small_run(tmp_path, NAME, ROWS)
    fail(tmp_path, "lines-x-ar-vi-00000000")

    before = {(each.state, each.name, each.direction) for each in list_entries(tmp_path)}
    running.report(3, 3, 0.0)
    (entry,) = (each for each in list_entries(tmp_path) if each.state == "running")

    assert before == {
        ("finished", NAME, "vi-ar"),
        ("claimed", "lines-nllb-vi-ar-abababab", "vi-ar"),
        ("failed", "lines-x-ar-vi-00000000", "ar-vi"),
    }
    assert (entry.done, entry.total, entry.seconds_left, entry.choices) == (3, 3, 0.0, {"model": "nllb"})


def test_a_failure_that_is_tried_again_and_a_claim_that_was_survived_are_not_listed(tmp_path: Path) -> None:
    """Who makes a run now says more than that it failed before; a finished run more than a dead claim on it."""
    fail(tmp_path, "lines-nllb-vi-ar-00000000", "ab" * 32)
    write_small_run(tmp_path, NAME, ROWS)
    dead = claim(tmp_path, "cd" * 32, NAME)
    (path,) = (tmp_path / ".claims").iterdir()
    os.utime(path, (1, 1))

    with claim(tmp_path, "ab" * 32, "lines-nllb-vi-ar-abababab"):
        states = [entry.state for entry in list_entries(tmp_path)]

    assert states == ["finished", "claimed"]
    assert dead is not None


def test_a_tree_is_walked_and_a_run_is_itself(tmp_path: Path) -> None:
    """Runs in folders of folders are found, hidden ones are not; a run directory lists itself."""
    made = write_small_run(tmp_path / "a" / "b", NAME, ROWS)
    write_small_run(tmp_path / ".hidden", NAME, ROWS)

    assert [entry.folder for entry in list_entries(tmp_path)] == [made]
    assert list_entries(made) == [read_entry(made)]
    with pytest.raises(RunError, match="there is no such folder"):
        list_entries(tmp_path / "nothing")


def test_a_finished_run_has_its_segment_scores_and_says_which_count_errors(tmp_path: Path) -> None:
    """The headline comes first; scores of whole articles are not listed; TER is better when it is lower."""
    made = write_small_run(tmp_path, NAME, ROWS, metrics=("chrF++", "TER"), outside={"MetricX": [1.0] * 6})

    entry = read_entry(made)

    assert list(entry.scores) == ["chrF++", "TER", "MetricX"]
    assert entry.scores["MetricX"] == 1.0
    assert entry.lower_is_better == {"TER", "MetricX"}
    assert Level.ARTICLE not in {key.partition(".")[2] for key in entry.scores}


@pytest.mark.parametrize(
    ("condition", "states"),
    [
        ("state=failed", ["failed"]),
        ("model=nllb", ["claimed"]),
        ("limit=3", ["claimed"]),
        ("limit=9", ["failed"]),
        ("decoding.num_beams=4", ["finished"]),
        ("decoding.length_penalty=null", ["finished"]),
        ("metrics.names=[chrF++,TER]", ["finished"]),
        ("direction=vi-ar", ["finished", "claimed"]),
        ("state=dead", []),
    ],
)
def test_where_keeps_by_state_option_and_setting(
    tmp_path: Path, running: HeldClaim, condition: str, states: list[str]
) -> None:
    """A finished run's settings are its configuration's, the others' what was typed for them."""
    assert running is not None
    config = {"decoding": {"num_beams": 4, "length_penalty": None}, "metrics": {"names": ["chrF++", "TER"]}}
    write_small_run(tmp_path, NAME, ROWS, config=config)
    fail(tmp_path, "lines-x-ar-vi-00000000")

    kept = keep_where(list_entries(tmp_path), [condition], Entry.read_setting, Entry.list_keys, allow_none=True)

    assert [entry.state for entry in kept] == states


def test_a_setting_nobody_has_is_guessed(tmp_path: Path) -> None:
    """A misspelt key gets the nearest of those there are."""
    write_small_run(tmp_path, NAME, ROWS)

    with pytest.raises(RunError, match=r"no run has a setting decoding\.beams; did you mean decoding\.num_beams\?"):
        keep_where(list_entries(tmp_path), ["decoding.beams=4"], Entry.read_setting, Entry.list_keys)


def test_what_cannot_be_read_hides_nothing(tmp_path: Path, running: HeldClaim) -> None:
    """A damaged run, a torn failure and a folder nobody may look into are entries among the others."""
    assert running is not None
    write_small_run(tmp_path, NAME, ROWS)
    bad = write_small_run(tmp_path, "bad", ROWS)
    (bad / "scores.json").write_text("[")
    (tmp_path / ".failed").mkdir()
    (tmp_path / ".failed" / "torn.json").touch()

    entries = {entry.name: entry for entry in list_entries(tmp_path)}

    assert {name: entry.state for name, entry in entries.items()} == {
        NAME: "finished",
        "bad": "damaged",
        "torn": "damaged",
        "lines-nllb-vi-ar-abababab": "claimed",
    }
    assert "scores.json: the run directory is damaged" in (entries["bad"].error or "")
    assert "torn.json is no record of a failed run" in (entries["torn"].error or "")


def test_links_in_a_circle_are_followed_once(tmp_path: Path) -> None:
    """A folder that leads back to itself does not hold its runs twice."""
    made = write_small_run(tmp_path / "a", NAME, ROWS)
    (tmp_path / "a" / "again").symlink_to(tmp_path)

    assert [entry.folder for entry in list_entries(tmp_path)] == [made]
