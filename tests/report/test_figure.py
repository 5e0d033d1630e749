"""Figures for papers: the report's plots as SVG, PDF and PNG."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from small_runs import make_rows, write_small_run

from mt_eval.cli.main import main

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    """A comparison of three runs, one of which has a name that XML would read as markup."""
    for name, lost in (("small", 2), ("middle", 4), ("large", 9)):
        write_small_run(tmp_path / "runs", name, make_rows(24, articles=3, lost=lost))
    runs = [str(tmp_path / "runs" / name) for name in ("small", "middle", "large")]
    return ["compare", *runs, "--metric", "chrF++", "--samples", "200", "--label", "middle=<b>&ب", "--figure"]


def test_the_figure_shows_every_system(words: list[str], tmp_path: Path) -> None:
    """Names are texts of the picture; each candidate has a mark and an interval, the baseline none."""
    assert main([*words, str(tmp_path / "f.svg")]) == 0

    picture = ElementTree.parse(tmp_path / "f.svg").getroot()
    texts = ["".join(text.itertext()) for text in picture.iter(f"{SVG}text")]
    assert {"small", "<b>&ب", "large"} <= set(texts)
    assert len([mark for mark in picture.iter(f"{SVG}rect") if mark.attrib["width"] == "10"]) == 2
    assert all(
        float(mark.attrib["x"]) < float(picture.attrib["width"])
        for mark in picture.iter(f"{SVG}rect")
        if "x" in mark.attrib
    )


@pytest.mark.parametrize(("suffix", "magic"), [(".pdf", b"%PDF-"), (".png", b"\x89PNG")])
def test_figures_in_other_forms(words: list[str], tmp_path: Path, suffix: str, magic: bytes) -> None:
    """PDF and PNG are made of the same picture."""
    pytest.importorskip("typst", reason="needs the extra figures")

    assert main([*words, str(tmp_path / f"f{suffix}")]) == 0

    assert (tmp_path / f"f{suffix}").read_bytes().startswith(magic)


def test_another_ending_is_refused_before_anything_is_compared(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message lists the forms there are; nothing is printed or written."""
    assert main([*words, str(tmp_path / "f.jpg")]) == 1

    assert capsys.readouterr() == ("", "error: --figure: .jpg is no form of a figure, expected .svg, .pdf, .png\n")
    assert not (tmp_path / "f.jpg").exists()


def test_a_title_ends_within_the_picture(words: list[str], tmp_path: Path) -> None:
    """A baseline with a name of 200 letters is shortened in the title, too, and the words behind it are there."""
    name = "Hệ thống " * 22
    assert main([*words, str(tmp_path / "f.svg"), "--label", f"small={name}"]) == 0

    picture = ElementTree.parse(tmp_path / "f.svg").getroot()
    texts = ["".join(text.itertext()) for text in picture.iter(f"{SVG}text")]
    assert texts[0].endswith("… with 95% interval")
    assert max(map(len, texts)) < 80


@pytest.mark.parametrize("letter", ["W", "m", "ÁN ", "越"])
def test_a_wide_name_ends_before_the_plot(words: list[str], tmp_path: Path, letter: str) -> None:
    """A name of wide letters is cut earlier: 15 of nearly 13 points each fill the 200 before the plot."""
    assert main([*words, str(tmp_path / "f.svg"), "--label", f"large={letter * 100}"]) == 0

    picture = ElementTree.parse(tmp_path / "f.svg").getroot()
    (name,) = [
        "".join(text.itertext()) for text in picture.iter(f"{SVG}text") if "".join(text.itertext())[0] == letter[0]
    ]
    assert name.endswith("…")
    assert len(name) <= (16 if len(letter) == 1 else 24)
