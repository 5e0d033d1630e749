"""`mt-eval export` and `mt_eval.load_runs`: what other programs read is what the runs hold."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pandas
import pytest
from small_runs import make_rows, write_small_run

import mt_eval
from mt_eval.cli.main import main
from mt_eval.config import TableData
from mt_eval.data.table import load_table
from mt_eval.runs.read import read_run
from mt_eval.types import Flag

HOSTILE = [
    ("a", "=1+1", "مرحبا", '=HYPERLINK("http://x";"y")'),
    ("a", "+84 1", "شكرا", "@SUM(A1)"),
    ("b", "-5 độ", "٥ تحت الصفر", '-5 "x",\tb'),
    ("b", "có, dấu; phẩy", "", "نص <b>& C:\\temp\\new"),
]


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Two runs over four segments of two articles, texts like formulas and markup among them, one without reference."""
    flags = [(), (Flag("numbers", "84 missing"), Flag("length", "too short")), (), ()]
    return [
        write_small_run(tmp_path / "runs", "one", HOSTILE, flags=flags),
        write_small_run(tmp_path / "runs", "two", [(a, s, r, f"{t} 2") for a, s, r, t in HOSTILE], metrics=["chrF++"]),
    ]


def export(folders: list[Path], form: str, output: Path) -> bytes:
    assert main(["export", *map(str, folders), "--to", form, "-o", str(output)]) == 0
    return output.read_bytes() if output.is_file() else b""


def test_csv_opens_right_in_a_spreadsheet(folders: list[Path], tmp_path: Path) -> None:
    """UTF-8 is announced, rows are RFC 4180, and no cell of text begins like a formula."""
    content = export(folders, "csv", tmp_path / "x.csv")

    assert content.startswith(b"\xef\xbb\xbfrun,system,")
    assert content.count(b"\r\n") == 9
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["translation"] for row in rows[:4]] == [
        "'=HYPERLINK(\"http://x\";\"y\")", "'@SUM(A1)", "'-5 \"x\",\tb", "نص <b>& C:\\temp\\new",
    ]  # fmt: skip
    assert [row["source"] for row in rows[:4]] == ["'=1+1", "'+84 1", "'-5 độ", "có, dấu; phẩy"]
    assert rows[1]["flags"] == "numbers; length"
    assert not any(cell[:1] in "=+@\t\r" for row in rows for cell in row.values() if cell)


def test_csv_keeps_numbers_numbers(tmp_path: Path) -> None:
    """A negative score, as outside metrics give, gets no apostrophe."""
    rows = make_rows(3)
    folder = write_small_run(tmp_path, "r", rows, outside={"comet": [-0.5, 0.25, 1.0]})

    content = export([folder], "csv", tmp_path / "x.csv").decode("utf-8-sig")

    assert [row["comet"] for row in csv.DictReader(io.StringIO(content, newline=""))] == ["-0.5", "0.25", "1.0"]


def test_tsv_is_exact(folders: list[Path], tmp_path: Path) -> None:
    """Backslashes stay, tabs and quotation marks are quoted, and nothing is disarmed."""
    content = export(folders, "tsv", tmp_path / "x.tsv").decode()

    rows = list(csv.DictReader(io.StringIO(content, newline=""), delimiter="\t"))
    assert [row["translation"] for row in rows[:4]] == [text for _, _, _, text in HOSTILE]
    assert content.count("\r") == 0
    assert rows[1]["flags"] == "numbers; length"


def test_tables_read_back_as_data(tmp_path: Path) -> None:
    """`data=table` finds the texts of an exported TSV, JSON Lines and TMX as the run has them."""
    texts = [("C:\\temp\\new", 'قال "نعم"'), ('"q" a', "س\tص"), ("=1+1", "'نص'"), ("a, b; c", "-5")]
    folder = write_small_run(tmp_path, "r", [(f"d{n}", *pair, pair[1]) for n, pair in enumerate(texts)])
    columns = {"vi": "source", "ar": "reference"}

    for form, column in (("tsv", "article_pair_id"), ("jsonl", "article_pair_id"), ("tmx", "x-article")):
        export([folder], form, tmp_path / f"x.{form}")
        data = TableData(path=str(tmp_path / f"x.{form}"), columns=columns, document_column=column)
        corpus = load_table(data, "vi", "ar")
        assert [(pair.source.text, pair.reference.text) for pair in corpus.pairs] == texts


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="this system has no /dev/null")
def test_a_device_is_written_to_and_stays(folders: list[Path]) -> None:
    """Also for root, who could put a file in its place."""
    before = os.stat("/dev/null")

    assert main(["export", str(folders[0]), "--to", "csv", "-o", "/dev/null"]) == 0
    assert main(["report", str(folders[0]), "-o", "/dev/null"]) == 0
    assert (os.stat("/dev/null").st_mode, os.stat("/dev/null").st_ino) == (before.st_mode, before.st_ino)


def test_jsonl_and_parquet_are_exact(folders: list[Path], tmp_path: Path) -> None:
    """Texts, scores and flags come back as the run has them; a metric that a run lacks is null."""
    records = [json.loads(line) for line in export(folders, "jsonl", tmp_path / "x.jsonl").splitlines()]
    export(folders, "parquet", tmp_path / "x.parquet")
    frame = pandas.read_parquet(tmp_path / "x.parquet")

    run = read_run(folders[0])
    assert [record["translation"] for record in records[:4]] == [each and each.text for each in run.translations]
    assert [record["BLEU-13a"] for record in records] == [*run.segment_scores["BLEU-13a"], None, None, None, None]
    assert records[1]["flags"] == ["numbers", "length"]
    assert records[1]["flag_reasons"] == ["numbers: 84 missing", "length: too short"]
    assert frame["translation"].tolist() == [record["translation"] for record in records]
    assert frame["chrF++"].isna().tolist() == [False, False, False, True] * 2
    assert frame["pivot_text"].isna().all()


def test_sacrebleu_scores_the_lines_alike(tmp_path: Path) -> None:
    """The sacrebleu command gives the exported files the run's own scores."""
    folder = write_small_run(tmp_path, "r", [*make_rows(30, articles=3), ("z", "câu", "", "زائد")])
    export([folder], "txt", tmp_path / "lines")

    command = ["-i", str(tmp_path / "lines/r.txt"), "-m", "bleu", "chrf", "--chrf-word-order", "2", "-b", "-w", "10"]
    done = subprocess.run(
        [sys.executable, "-m", "sacrebleu", str(tmp_path / "lines/reference.txt"), *command],
        capture_output=True,
        text=True,
        check=True,
    )

    scores = {score.metric: score.value for score in read_run(folder).scores if score.level == "segment"}
    printed = [float(word) for word in done.stdout.replace("[", " ").replace("]", " ").replace(",", " ").split()]
    assert printed == pytest.approx([scores["BLEU-13a"], scores["chrF++"]], abs=1e-9)
    assert len((tmp_path / "lines/docids.txt").read_text().splitlines()) == 30


def test_runs_on_other_texts_share_no_reference(
    folders: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """txt has one reference, so that the runs must have the same."""
    other = write_small_run(tmp_path, "other", make_rows(4))

    assert main(["export", str(folders[0]), str(other), "--to", "txt", "-o", str(tmp_path / "lines")]) == 1
    assert "other and one have other texts or segments" in capsys.readouterr().err


def test_tmx_holds_source_and_translation(folders: list[Path], tmp_path: Path) -> None:
    """A translation unit per run and segment, read by an XML parser, languages and system said."""
    root = ET.fromstring(export(folders, "tmx", tmp_path / "x.tmx"))
    units = root.findall("body/tu")
    lang = "{http://www.w3.org/XML/1998/namespace}lang"

    assert (root.tag, root.get("version"), root.find("header").get("srclang")) == ("tmx", "1.4", "vi")  # type: ignore[union-attr]
    assert len(units) == 8
    assert [(each.get(lang), each.findtext("seg")) for each in units[3].findall("tuv")] == [
        ("vi", "có, dấu; phẩy"),
        ("ar", "نص <b>& C:\\temp\\new"),
    ]
    assert units[4].findtext("prop[@type='x-system']") == "two"
    assert units[3].find("prop[@type='x-reference']") is None


def test_tmx_of_both_directions_names_no_source_language(tmp_path: Path) -> None:
    """Of units in several source languages the header says `*all*` (TMX 1.4b), each unit its own."""
    folders = [
        write_small_run(tmp_path, name, make_rows(2), config={"direction": name}, metrics=["chrF"])
        for name in ("vi-ar", "en-ar")
    ]

    root = ET.fromstring(export(folders, "tmx", tmp_path / "x.tmx"))

    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    assert root.find("header").get("srclang") == "*all*"  # type: ignore[union-attr]
    assert [unit.find("tuv").get(lang) for unit in root.iter("tu")] == ["vi", "vi", "en", "en"]  # type: ignore[union-attr]


def test_tmx_refuses_what_xml_cannot_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The segment and the character are named, and no half a file is left."""
    folder = write_small_run(tmp_path, "r", [("a", "x", "y", "z\x01")])

    assert main(["export", str(folder), "--to", "tmx", "-o", str(tmp_path / "x.tmx")]) == 1
    assert "segment a:0 holds the character U+0001, which XML cannot" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r"]


def test_standard_output_takes_what_it_can(folders: list[Path], capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """jsonl goes to a pipe; a binary format and a folder want a name."""
    assert main(["export", str(folders[0]), "--to", "jsonl"]) == 0
    assert len(capfdbinary.readouterr().out.splitlines()) == 4
    for form, what in (("parquet", b"a file"), ("txt", b"a folder")):
        assert main(["export", str(folders[0]), "--to", form]) == 1
        assert b"name " + what + b" with -o" in capfdbinary.readouterr().err


def test_what_was_written_is_told_as_json(
    folders: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Format, files and runs."""
    output = tmp_path / "x.csv"
    assert main(["export", *map(str, folders), "--to", "csv", "-o", str(output), "--json"]) == 0

    assert json.loads(capsys.readouterr().out) == {"format": "csv", "files": [str(output)], "runs": ["one", "two"]}


def test_runs_are_a_frame(folders: list[Path], tmp_path: Path) -> None:
    """A row per run with scores and settings, or per segment."""
    runs = mt_eval.load_runs(tmp_path / "runs")
    segments = mt_eval.load_runs(*folders, segments=True)

    score = next(each for each in read_run(folders[0]).scores if each.metric == "chrF++")
    assert runs["run"].tolist() == ["one", "two"]
    assert runs["chrF++"][0] == score.value
    assert runs["decoding.num_beams"].tolist() == [4, 4]
    assert runs["flagged"].tolist() == [1, 0]
    assert segments["run"].tolist() == ["one"] * 4 + ["two"] * 4
    assert segments["flags"][1] == ["numbers", "length"]


def test_importing_mt_eval_does_not_import_pandas() -> None:
    """Only calling `load_runs` does."""
    program = "import sys, mt_eval; sys.exit(bool({'pandas', 'numpy'} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_run_is_shown_in_a_notebook(tmp_path: Path) -> None:
    """Its scores as a table; names and warnings are text, whatever they hold."""
    run = read_run(write_small_run(tmp_path, "r", make_rows(3)))

    shown = replace(run, head=replace(run.head, id="<script>", warnings=("a < b",)))._repr_html_()

    assert f"{run.scores[0].value:.2f}" in shown
    assert "<b>&lt;script&gt;</b>" in shown
    assert "<li>a &lt; b</li>" in shown
