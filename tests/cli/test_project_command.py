"""`mt-eval data project`: a person and a program see where each part of a whole translation went."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from bridge_article import FOREIGN, OUTPUT, REFERENCES, SOURCES

from mt_eval.cli.main import main


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    """An article as lines, and a folder whose text of it swaps two sentences and adds one."""
    for name, texts in (("news.ar", SOURCES), ("news.vi", REFERENCES)):
        (tmp_path / name).write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    (tmp_path / "system").mkdir()
    text = " ".join([*OUTPUT[:2], FOREIGN, *OUTPUT[2:5], OUTPUT[6], OUTPUT[5], OUTPUT[7]])
    (tmp_path / "system" / "news.txt").write_text(text, encoding="utf-8")
    data = ["data=lines", "direction=ar-vi", f"data.source_path={tmp_path}/news.ar"]
    return [*data, f"data.reference_path={tmp_path}/news.vi", "model=articles", f"model.path={tmp_path}/system"]


def test_a_table_of_segments(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One row per segment, one per addition behind the segment that it follows, the order of the output in numbers."""
    path = tmp_path / "table.tsv"

    assert main(["data", "project", *words]) == 0
    printed = capsys.readouterr()
    assert main(["data", "project", *words, "-o", str(path)]) == 0

    rows = list(csv.DictReader(printed.out.splitlines(), delimiter="\t", quotechar='"'))
    assert [(row["segment"], row["order"], row["what"]) for row in rows] == [
        ("news:1", "1", ""),
        ("news:2", "2", ""),
        ("", "3", "added"),
        ("news:3", "4", ""),
        ("news:4", "5", ""),
        ("news:5", "6", ""),
        ("news:6", "8", ""),
        ("news:7", "7", ""),
        ("news:8", "9", ""),
    ]
    assert [row["translation"] for row in rows] == [*OUTPUT[:2], FOREIGN, *OUTPUT[2:]]
    assert "warning: as far as projection can tell, the system added 13.0% of what it says" in printed.err
    assert path.read_text(encoding="utf-8") == printed.out


def test_json_of_an_article(words: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The output in its own order, and what was omitted."""
    (tmp_path / "system" / "news.txt").write_text(" ".join(OUTPUT[:6]), encoding="utf-8")

    assert main(["data", "project", *words, "--json", "--article", "news"]) == 0

    assert json.loads(capsys.readouterr().out) == [
        {
            "article": "news",
            "output": [{"segment": f"news:{place + 1}", "text": OUTPUT[place]} for place in range(6)],
            "omitted": ["news:7", "news:8"],
            "added": [],
        }
    ]


def test_articles_to_translate(tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Each source goes to the file that `model=articles` looks for; a folder that is there is left alone."""
    data, folder = words[:-2], tmp_path / "new"

    assert main(["data", "source", *data, "--articles", str(folder)]) == 0
    assert main(["data", "source", *data, "--articles", str(folder)]) == 1

    assert {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()} == {
        "news.txt": " ".join(SOURCES) + "\n"
    }
    said = capsys.readouterr()
    assert said.out == f"{folder}: 1 article; put translations in the place of the texts\n"
    assert "is there already, and may hold translations; name a new folder" in said.err


def test_paragraphs_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An article has the lines of its cleaned text; here a seed article, without its page furniture."""
    assert main(["data", "source", "direction=ar-vi", "--articles", str(tmp_path / "new")]) == 0

    capsys.readouterr()
    assert main(["data", "show", "002", "--json"]) == 0
    cleaned = json.loads(capsys.readouterr().out)["cleaned"]
    text = (tmp_path / "new" / "xi-putin-2024.txt").read_text(encoding="utf-8")
    assert text.splitlines() == [" ".join(line.split()) for line in cleaned.splitlines() if line.strip()]


def test_what_cannot_be_shown(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A system that translates sentence by sentence, and an article that is not there."""
    assert main(["data", "project", *words[:-2], "model=copy"]) == 1
    assert main(["data", "project", *words, "--article", "new"]) == 1

    copied, unknown = capsys.readouterr().err.splitlines()
    assert "model=copy translates sentence by sentence" in copied
    assert "--article new: is none of the data's 1 article pairs; name one, as news" in unknown
