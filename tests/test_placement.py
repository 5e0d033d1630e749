"""Whole outputs in runs: put in their place, kept to the last character, scored, and said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bridge_article import FOREIGN, OUTPUT, REFERENCES, SOURCES

import mt_eval
from mt_eval.runs.outputs import list_outputs
from mt_eval.types import Run


@pytest.fixture
def data(tmp_path: Path) -> list[str]:
    """The article in two halves, as parallel lines, and what `mt-eval run` is given for them."""
    lines = {"source": SOURCES, "reference": REFERENCES, "docids": ["cầu"] * 4 + ["a/b"] * 4}
    for name, texts in lines.items():
        (tmp_path / name).write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return ["data=lines", "direction=ar-vi", *(f"data.{name}_path={tmp_path / name}" for name in lines)]


def write_folder(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(tmp_path: Path, data: list[str], files: dict[str, str], *words: Any) -> Run:
    folder = write_folder(tmp_path / "system", files)
    overrides = [*data, "model=articles", f"model.path={folder}", f"runs_dir={tmp_path / 'runs'}", "report=false"]
    return mt_eval.evaluate(mt_eval.compose(*overrides, "metrics.samples=0", *words))


def test_a_folder_of_articles_is_a_system(tmp_path: Path, data: list[str]) -> None:
    """Left out, added and swapped text is found, flagged and kept; ids are written as file names take them."""
    one, two, _, four, *others = OUTPUT
    files = {"cầu.txt": f"{one}\n{four} {two}\n", "a%2Fb.txt": " ".join([others[0], FOREIGN, *others[1:]])}

    made = run(tmp_path, data, files)

    assert [each and each.text for each in made.translations] == [one, two, "", four, *others]
    assert [[flag.name for flag in flags] for flags in made.flags] == [[], [], ["omitted"], *[[]] * 5]
    assert made.head.additions == {"a/b": (FOREIGN,)}
    assert made.head.order == {"cầu": "1 | 4 2", "a/b": "1 + 2-4"}
    assert all(score.signature.endswith("|proj:words-1") for score in made.scores)
    outputs = list_outputs(made.pairs, made.translations, made.head.additions, made.head.order)
    assert [part.text for part in outputs["a/b"]] == [others[0], FOREIGN, *others[1:]]
