"""Runs that are named, tagged, found by it, removed and made small, as it is typed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from small_runs import make_rows, write_small_run

from mt_eval.cli.main import main
from mt_eval.compare.chosen import choose_runs
from mt_eval.compare.select import select_runs

COPY = ("model=copy", "data=ui", "limit=4", "metrics.samples=0")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def list_names(capsys: pytest.CaptureFixture[str], *where: str) -> list[str]:
    """The folders' names of the runs that status lists."""
    capsys.readouterr()
    main(["status", "--json", *(word for each in where for word in ("--where", each))])
    return [entry["name"] for entry in json.loads(capsys.readouterr().out)]


def test_a_run_is_named_and_found_by_its_name(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The directory's name begins with it; show, compare and --where take it; it makes no other experiment."""
    main(["run", *COPY])
    (unnamed,) = (path.name for path in (here / "runs").glob("ui-copy-*"))
    main(["run", *COPY, "name=baseline", "force=true"])
    main(["run", *COPY, "name=baseline", "normalize=standard"])

    folders = sorted(path.name for path in (here / "runs").glob("*-vi-ar-*"))
    assert len(folders) == 2
    assert unnamed in folders
    assert folders[0].startswith("baseline-vi-ar-")
    assert [run.folder.name for run in select_runs(["runs/baseline"])] == folders[:1]
    assert set(list_names(capsys, "name=baseline")) == set(folders)


def test_show_takes_a_name(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that one run has stands for its folder; of two, the message names one."""
    main(["run", *COPY, "name=first"])
    assert main(["show", "runs/first"]) == 0

    main(["run", *COPY, "name=first", "limit=5"])
    capsys.readouterr()
    assert main(["show", "runs/first"]) == 1
    assert "2 runs are called so" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["a/b", ".hidden", "''"])
def test_a_name_that_no_folder_has_is_refused(here: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The message says what a name may be; nothing is made."""
    assert main(["run", *COPY, f"name={name}"]) == 1
    assert "name=" in capsys.readouterr().err
    assert not (here / "runs").exists()


def test_tags_are_put_on_and_taken_off(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run has those it was made with and those put on later; each finds it."""
    main(["run", *COPY, "tags=[thử,good]"])
    (folder,) = (here / "runs").glob("ui-copy-*")

    assert main(["runs", "tag", str(folder), "paper", "--", "-good"]) == 0

    assert list_names(capsys, "tag=paper") == list_names(capsys, "tag=thử") == [folder.name]
    assert list_names(capsys, "tag=good") == []
    assert main(["show", str(folder)]) == 0


def test_a_run_is_removed_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files that are no run's stop it; --dry-run says and does nothing; through a link nothing is removed."""
    gone, kept = (write_small_run(tmp_path, name, make_rows(4)) for name in ("gone", "kept"))
    (kept / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "link").symlink_to(gone)

    assert main(["runs", "rm", str(gone), "--dry-run"]) == 0
    assert gone.exists()
    assert main(["runs", "rm", str(kept)]) == 1
    assert "holds notes.txt" in capsys.readouterr().err
    assert main(["runs", "rm", str(tmp_path / "link")]) == 1
    assert main(["runs", "rm", str(gone)]) == 0

    assert not gone.exists()
    assert (kept / "run.json").exists()
    assert (kept / "notes.txt").exists()


def test_only_old_runs_and_failures_are_removed(here: Path) -> None:
    """--older-than keeps what is younger; --failed removes records and no run."""
    runs = here / "runs"
    old, young = (write_small_run(runs, name, make_rows(4)) for name in ("old", "young"))
    os.utime(old / "run.json", (0, 0))
    main(["run", "-m", *COPY, "data.source_path=missing"])
    failures = list((runs / ".failed").glob("*.json"))

    assert main(["runs", "rm", "runs", "--older-than", "1d"]) == 0
    assert (old.exists(), young.exists()) == (False, True)
    assert failures
    assert main(["runs", "rm", "--failed", "--older-than", "1d"]) == 0
    assert list((runs / ".failed").glob("*.json")) == failures
    assert main(["runs", "rm", "--failed"]) == 0
    assert list((runs / ".failed").glob("*.json")) == []
    assert young.exists()


def test_all_runs_of_a_folder_are_not_removed_by_its_name(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`runs rm runs` removes nothing and says how all are removed; that pattern, or a condition, removes them."""
    main(["run", "-m", *COPY, "normalize=none,standard"])
    (first, second) = (here / "runs").glob("ui-copy-*")
    capsys.readouterr()

    assert main(["runs", "rm", "runs/"]) == 1
    assert "or write 'runs/*' if all are meant" in capsys.readouterr().err
    assert (first.exists(), second.exists()) == (True, True)
    assert main(["runs", "rm", "runs", "--where", "normalize=standard"]) == 0
    assert (first.exists(), second.exists()).count(True) == 1
    assert main(["runs", "rm", "runs/*"]) == 0
    assert (first.exists(), second.exists()) == (False, False)


def test_a_page_is_removed_and_made_again(here: Path) -> None:
    """slim removes report.html, and the run is whole."""
    main(["run", *COPY])
    (folder,) = (here / "runs").glob("ui-copy-*")

    assert main(["runs", "slim", "runs"]) == 0
    assert not (folder / "report.html").exists()
    assert main(["report", str(folder)]) == 0
    assert (folder / "report.html").exists()


def test_a_given_name_is_understood_wherever_a_run_is_meant(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As baseline and for a label: by the name alone, or with its folder before it."""
    main(["run", *COPY, "name=one"])
    main(["run", *COPY, "name=two", "normalize=strong"])
    capsys.readouterr()
    chosen = choose_runs(["runs/one", "runs/two"], baseline="runs/two", names={"one": "first"})

    assert chosen.evidence.systems == ("first", "two")
    assert chosen.baseline == 1
