"""Names that somebody else wrote, through every command that prints them: no terminal and no spreadsheet obeys them."""

from __future__ import annotations

import ast
import csv
import io
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from small_runs import make_rows, write_small_run
from terminals import run_in_terminal

import mt_eval
from mt_eval.cli.main import main
from mt_eval.runs.failed import Failure, write_failure
from mt_eval.runs.read import read_run

PACKAGE = Path(mt_eval.__file__).parent
OBEYED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)")
HOSTILE = "x\x1b]0;owned\x07\x9b2J[bold]m[/y]\u202e"
FOLDER = HOSTILE.replace("/", "")


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Two runs whose names, articles, texts and flags would be obeyed, and a failed one."""
    folder = tmp_path / "runs"
    for name, lost in (("a", 3), ("b", 5)):
        rows = [(HOSTILE, HOSTILE, text, f"{HOSTILE} {said}") for _, _, text, said in make_rows(8, lost=lost)]
        head = {
            "system": {"label": f"{name}{HOSTILE}", "kind": HOSTILE},
            "warnings": [HOSTILE],
            "seconds": {"score": 1.0},
        }
        made = write_small_run(folder, name, rows, head={**head, "finished": "2026-01-02T03:04:05+00:00"})
        made.rename(folder / f"{name}{FOLDER}")
    write_failure(
        folder,
        Failure(
            name="plain",
            error=f'=HYPERLINK("http://x")\n\x1b[2Jfinished  all is well {HOSTILE}',
            traceback="",
            overrides=(),
            time=HOSTILE,
            host=HOSTILE,
        ),
    )
    return folder


@pytest.mark.parametrize(
    "words",
    [
        ["status", "RUNS"],
        ["status", "RUNS", "--format", "csv"],
        ["status", "RUNS", "--json"],
        ["show", "FIRST"],
        ["show", "FIRST", "--json"],
        ["compare", "RUNS"],
        ["compare", "RUNS", "--all-pairs"],
        *(["compare", "RUNS", "--format", form] for form in ("markdown", "latex", "csv", "json")),
        ["compare", "RUNS", "--metric", HOSTILE],
        ["report", "FIRST"],
        ["export", "RUNS", "--to", "txt", "-o", "RUNS/lines"],
        ["track", "RUNS"],
        ["show", "RUNS/NOTHING"],
    ],
)
def test_no_command_prints_what_a_terminal_obeys(
    words: list[str], runs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tables, sentences, errors, JSON, CSV, Markdown and LaTeX, all on a pipe."""
    first = next(path for path in sorted(runs.iterdir()) if path.name.startswith("a"))
    places = {"FIRST": str(first), "RUNS": str(runs), "NOTHING": HOSTILE}

    main([re.sub("|".join(places), lambda found: places[found[0]], word) for word in words])

    said = capsys.readouterr()
    assert not OBEYED.search(said.out)
    assert not OBEYED.search(said.err)


@pytest.mark.parametrize("words", [["status", "RUNS"], ["show", "FIRST"], ["compare", "RUNS"]])
def test_a_terminal_gets_our_sequences_alone(words: list[str], runs: Path) -> None:
    """Colours and bold type, which are ours; nothing that retitles, clears or moves."""
    first = next(path for path in sorted(runs.iterdir()) if path.name.startswith("a"))

    written = run_in_terminal(100, *(str({"RUNS": runs, "FIRST": first}.get(word, word)) for word in words))

    assert "owned" in written
    assert not OBEYED.search(re.sub(r"\x1b\[[0-9;]*m", "", written))


@pytest.mark.parametrize("form", ["csv", "tsv", "tmx", "jsonl"])
def test_a_terminal_gets_exported_texts_by_their_codes(form: str, tmp_path: Path) -> None:
    """While a pipe and a file get them as they are."""
    run = write_small_run(tmp_path / "runs", "r", [("a", "x", "y", "z \x7f\x9b31m")])

    shown = run_in_terminal(80, "export", str(run), "--to", form)
    main(["export", str(run), "--to", form, "-o", str(tmp_path / "out")])

    assert not OBEYED.search(shown)
    assert "\x9b31m" in (tmp_path / "out").read_text(encoding="utf-8")


def test_a_failure_is_no_formula_and_no_other_line(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In CSV it is a text in its cell; in the table it stays on its line."""
    assert main(["status", str(runs), "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out, newline="")))
    assert main(["status", str(runs)]) == 0
    lines = capsys.readouterr().out.splitlines()

    (failed,) = (row for row in rows if row["state"] == "failed")
    assert failed["error"].startswith("'=HYPERLINK(")
    assert len([line for line in lines if line.startswith("finished")]) == 2
    assert len(lines) == 1 + 3 + 2


def test_status_as_json_is_exact(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A program reads the names of folders as they are."""
    main(["status", str(runs), "--json"])

    folders = [entry["folder"] for entry in json.loads(capsys.readouterr().out)]
    assert str(runs / f"a{FOLDER}") in folders


@pytest.mark.skipif(os.fsencode("\udc80") != b"\x80", reason="file names are no bytes here")
def test_a_name_that_is_no_text_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder whose name is not UTF-8 is shown by the codes of its bytes."""
    folder = tmp_path / "r\udc80\udcff"
    write_small_run(tmp_path, "r", make_rows(2)).rename(folder)

    assert main(["show", str(folder / "nothing")]) == 1
    assert "r[U+DC80][U+DCFF]" in capsys.readouterr().err


def test_there_is_one_way_to_print() -> None:
    """Consoles are opened in one module, and only commands print: their streams are guarded in `cli/main.py`."""
    found = []
    for file in sorted(PACKAGE.rglob("*.py")):
        place = file.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if name.endswith("Console") and place != "report/visible.py":
                found.append(f"{place}: {name}")
            if name == "print" and not place.startswith("cli/"):
                found.append(f"{place}: {name}")

    assert found == []


def test_a_page_reads_scores_that_are_no_numbers(tmp_path: Path) -> None:
    """Its data are JSON, in which there is no NaN."""
    from mt_eval.report.html.segments import encode_segments

    run = read_run(write_small_run(tmp_path, "r", make_rows(3)))
    run = replace(run, segment_scores={"chrF++": (float("nan"), float("inf"), 2.0)})

    data = json.loads(encode_segments([run], ["r"]).json, parse_constant=pytest.fail)

    assert data["systems"][0]["scores"] == [[None, None, 2.0]]
