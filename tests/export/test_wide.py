"""Translations side by side: a column a system, in CSV and in a workbook that openpyxl reads back."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_runs import Row, make_rows, write_small_run

from mt_eval.cli.main import main
from mt_eval.export.wide import Column, WideTable, tabulate_wide
from mt_eval.runs.read import read_run
from mt_eval.types import Flag

openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed (the extra `excel` has it)")

ROWS: list[Row] = [
    ("a", "Xin chào", "مرحبا", "مرحبا"),
    ("a", "Tạm biệt", "وداعا", "Tạm biệt"),
    ("b", "=1+1", "اثنان", ""),
]


def test_a_row_has_all_systems(tmp_path: Path) -> None:
    """Joined by the texts of segments, whatever their order; what a run does not have is None, not empty."""
    one = read_run(write_small_run(tmp_path, "one", ROWS, flags=[(Flag("numbers", "1 missing"),), (), ()]))
    two = read_run(write_small_run(tmp_path, "two", [ROWS[2], ROWS[0], ("c", "mới", "جديد", "x")], metrics=["chrF++"]))

    table = tabulate_wide([one, two])

    names = [column.name for column in table.columns]
    assert names[:9] == ["segment", "article", "title", "source", "reference", "one", "two", "one flags", "two flags"]
    assert names[9:] == ["one chrF++", "two chrF++", "one BLEU-13a", "two BLEU-13a"]
    assert [row[0] for row in table.rows] == ["a:0", "a:1", "b:2", "c:2"]
    assert [row[5:9] for row in table.rows] == [
        ("مرحبا", "مرحبا", "numbers: 1 missing", ""),
        ("Tạm biệt", None, "", None),
        ("", "", "", ""),
        (None, "x", None, ""),
    ]
    assert [row[9] for row in table.rows[:3]] == list(one.segment_scores["chrF++"])
    assert all(row[12] is None for row in table.rows)


def test_systems_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """By the names of their runs; a system that is called as another column gets a number."""
    head = {"system": {"label": "demo", "kind": "marian"}}
    runs = [read_run(write_small_run(tmp_path, name, ROWS, head=head)) for name in ("r1", "r2")]
    runs.append(read_run(write_small_run(tmp_path, "source", ROWS)))

    assert [column.name for column in tabulate_wide(runs).columns[5:8]] == ["r1", "r2", "source (2)"]


def test_the_workbook_is_for_readers(tmp_path: Path) -> None:
    """Header and ids stay in sight; texts are wrapped and run as their letters do, also where a source was copied."""
    head = {"articles": {"a.vi": {"title": "Lời chào"}}}
    made = write_small_run(tmp_path, "one", ROWS, head=head, flags=[(Flag("names", "“Xi” is missing"),), (), ()])
    output = tmp_path / "x.xlsx"

    assert main(["export", str(made), "--to", "xlsx", "-o", str(output)]) == 0

    sheet = openpyxl.load_workbook(output).active
    rows = list(sheet.iter_rows())
    assert sheet.freeze_panes == "D2"
    assert [cell.value for cell in rows[0]][:7] == [
        "segment",
        "article",
        "title",
        "source",
        "reference",
        "one",
        "one flags",
    ]
    assert [cell.value for cell in rows[1]][:7] == [
        "a:0",
        "a",
        "Lời chào",
        "Xin chào",
        "مرحبا",
        "مرحبا",
        "names: “Xi” is missing",
    ]
    assert [cell.alignment.readingOrder for cell in rows[1][3:7]] == [1, 2, 2, 1]
    assert rows[2][5].alignment.readingOrder == 1
    assert all(cell.alignment.wrap_text for cell in rows[1][3:7])
    assert rows[3][3].value == "=1+1"
    assert rows[3][3].data_type == "s"
    assert rows[1][7].value == pytest.approx(read_run(made).segment_scores["chrF++"][0])


@given(
    st.text(max_size=30) | st.sampled_from(["\x00\x07", "_x0041_", "\ud800", "a\rb", "\ufffe", "=SUM(A1)", "+1", ""])
)
@settings(max_examples=60, deadline=None)
def test_any_text_comes_back_from_a_workbook(text: str) -> None:
    """As openpyxl reads it, once what XML cannot hold is read as ECMA-376 says: `_xHHHH_`."""
    from openpyxl.utils.escape import unescape

    from mt_eval.export.workbook import write_xlsx

    output = io.BytesIO()
    write_xlsx(WideTable((Column("segment"), Column("one", is_text=True)), (("a", text),)), output)

    read = openpyxl.load_workbook(output).active["B2"]
    assert unescape(read.value or "") == text
    assert read.data_type != "f"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--to", "tmx", "--wide"], "--to tmx has no columns for --wide, expected csv, tsv, jsonl, parquet or xlsx"),
        (["--to", "xlsx"], "--to xlsx cannot go to standard output; name a file with -o"),
        (["--to", "xlsx", "-o", "x.xlsx"], "segment a:0 has a text of 40,000 characters, a cell holds 32,767"),
    ],
)
def test_what_no_workbook_can_hold_is_said(
    words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence, status 1, and no file."""
    monkeypatch.chdir(tmp_path)
    write_small_run(tmp_path, "r", [("a", "x" * 40_000, "y", "z")])

    assert main(["export", "r", *words]) == 1

    assert message in capsys.readouterr().err
    assert not Path("x.xlsx").exists()


def test_csv_is_wide_as_well_as_long(tmp_path: Path) -> None:
    """With `--wide` a row a segment; formulas are disarmed as in the long form."""
    made = [write_small_run(tmp_path, name, make_rows(4)) for name in ("one", "two")]
    run = read_run(made[0])
    output = tmp_path / "x.csv"

    assert main(["export", *map(str, made), "--to", "csv", "--wide", "-o", str(output)]) == 0

    rows = list(csv.DictReader(io.StringIO(output.read_text(encoding="utf-8-sig"), newline="")))
    assert [row["one"] for row in rows] == [each.text for each in run.translations if each]
    assert len(rows) == 4
    evil = replace(run, translations=tuple(replace(each, text="=1") for each in run.translations if each))
    assert [row["one"] for row in tabulate_wide([evil]).list_rows()] == ["=1"] * 4
