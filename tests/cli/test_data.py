"""`mt-eval data`: what it prints of the seed articles."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from mt_eval.cli import data
from mt_eval.errors import DataError


def _run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    data.add_parser(parser.add_subparsers())
    args = parser.parse_args(["data", *words])
    status: int = args.run(args)
    return status


def test_list_names_articles_and_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    """Every article and pair is there, with relation and reason, one a line when piped."""
    assert _run("list") == 0

    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [cells[0] for cells in lines[1:6]] == ["000", "001", "002", "003", "004"]
    assert lines[8][:4] == ["xi-putin-2024", "000 002", "translation", "gold"]
    assert lines[9][:3] == ["xi-security-council", "001 003", "comparable"]
    assert lines[10][1:3] == ["004", "unpaired"]
    assert "\x1b" not in str(lines)


def test_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The same as one JSON object."""
    _run("list", "--json")

    listed = json.loads(capsys.readouterr().out)
    assert [article["language"] for article in listed["articles"]] == ["vi", "vi", "ar", "ar", "vi"]
    assert [pair["relation"] for pair in listed["pairs"]] == ["translation", "comparable"]


def test_show_has_both_texts_and_every_change(capsys: pytest.CaptureFixture[str]) -> None:
    """The text as found, the cleaned text and each removal are printed; Arabic is isolated."""
    _run("show", "003")

    out = capsys.readouterr().out
    found, rest = out.split("\n\ncleaned:\n")
    cleaned, changes = rest.split("\n\n3 changes\n")
    assert "\u2067تعليق (0)\u2069" in found
    assert "تعليق" not in cleaned
    assert all(line.startswith("\u2067") and line.endswith("\u2069") for line in cleaned.splitlines())
    assert changes.splitlines()[3] == "13\tfurniture\t\u2067تعليق (0)\u2069\t(removed)"


def test_show_as_json_lists_changes(capsys: pytest.CaptureFixture[str]) -> None:
    """Raw text, cleaned text, changes and segments come as data."""
    _run("show", "000", "--segments", "--json")

    shown = json.loads(capsys.readouterr().out)
    assert "Ảnh : AFP_Giới_chức" in shown["raw"]
    assert "Ảnh: AFP Giới chức" in shown["cleaned"]
    assert {"step": "words", "line": 1, "before": "AFP_Giới_chức", "after": "AFP Giới chức"} in shown["changes"]
    assert len(shown["segments"]) == 19


@pytest.mark.parametrize(("flag", "expected"), [("--raw", 1), ("--segments", 19)])
def test_show_raw_and_segments(capsys: pytest.CaptureFixture[str], flag: str, expected: int) -> None:
    """`--raw` prints the text as it is, `--segments` one sentence a line."""
    _run("show", "000", flag)

    assert expected == len(capsys.readouterr().out.splitlines())


def test_align_prints_a_gold_file_that_fits(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What it prints is a gold file whose cells are found in the cleaned articles."""
    from mt_eval.align import locate_gold, read_gold
    from mt_eval.types import Article

    cleaned = []
    for number, lang in (("000", "vi"), ("002", "ar")):
        _run("show", number, "--json")
        cleaned.append(Article(number, lang, json.loads(capsys.readouterr().out)["cleaned"]))
    _run("align", "xi-putin-2024")
    draft = tmp_path / "draft.tsv"
    draft.write_text(capsys.readouterr().out, encoding="utf-8")

    rows = read_gold(draft, "vi", "ar")

    assert len(locate_gold(draft, rows, *cleaned)) == 19


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["show", "00"], "has no article 00, expected one of "),
        (["align", "xi"], "has no pair xi, expected one of xi-"),
        (["list", "--manifest", "nowhere.yaml"], r"nowhere\.yaml: there is no such file"),
    ],
)
def test_unknown_names(words: list[str], message: str) -> None:
    """A name that is not there is an error that lists what is."""
    with pytest.raises(DataError, match=message):
        _run(*words)
