"""What docs/extending.md walks through works as it says, from the files under examples/."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sacrebleu

from mt_eval import compare, compose, evaluate
from mt_eval.runs.read import read_run
from mt_eval.types import Level, Run

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that holds `examples`, and the rows of its XLIFF file."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    read = [sys.executable, "examples/read_xliff.py", "examples/news.xlf"]
    done = subprocess.run(read, capture_output=True, check=True, encoding="utf-8", env={"PYTHONUTF8": "1"})
    assert done.stderr == "examples/news.xlf: 1 units without a text on both sides were left out\n"
    (tmp_path / "news.jsonl").write_text(done.stdout, encoding="utf-8")
    return tmp_path


def run(*words: str) -> Run:
    settings = ("data=my_data", "direction=vi-ar", "report=false", "metrics.samples=0")
    return read_run(evaluate(compose(*settings, *words, config_dir="examples/options")).folder)


def test_a_format_becomes_articles(here: Path) -> None:
    """Units are segments, files of the XLIFF are articles, and inline elements leave their text."""
    made = run("model=copy")

    texts = [(pair.article_pair_id, pair.source_text) for pair in made.pairs]
    assert texts == [
        ("greetings", "Xin chào các bạn."),
        ("greetings", "Hôm nay trời rất đẹp."),
        ("questions", "Bạn khỏe không?"),
    ]


def test_metrics_of_ones_own_score(here: Path) -> None:
    """A normalisation of one's own makes a difference in marks none, and a lost question is found."""
    (here / "output.ar").write_text("مرحبا بكم!\nالطقس جميل جدا اليوم\nكيف حالك\n", encoding="utf-8")

    made = run("model=hypotheses", "model.path=output.ar", "metrics=my_metrics")

    scores = {score.metric: score.value for score in made.scores if score.level is Level.SEGMENT}
    assert scores["loose-chrF++"] == 100
    assert scores["question-marks"] == pytest.approx(100 / 3)
    hypotheses = [translation.text for translation in made.translations if translation]
    references = [pair.reference_text for pair in made.pairs]
    assert scores["chrF++"] == sacrebleu.corpus_chrf(hypotheses, [references], word_order=2).score < 100


def test_metrics_of_ones_own_are_compared(here: Path) -> None:
    """The system that loses no question is better, since fewer are."""
    for name, last in (("good", "كيف حالك؟"), ("poor", "كيف حالك")):
        (here / f"{name}.ar").write_text(f"مرحبا بكم.\nالطقس جميل.\n{last}\n", encoding="utf-8")
        run("model=hypotheses", f"model.path={name}.ar", "metrics=my_metrics", f"name={name}")

    result = compare(["runs/poor", "runs/good"], metrics=["question-marks"], samples=100, details=False)

    (found,) = json.loads(result.render("json"))["comparisons"]
    assert found["delta"] == pytest.approx(-100 / 3)


def test_a_model_of_ones_own_is_run(here: Path) -> None:
    """The option loads the checkpoint that it names."""
    made = run("model=my_model", "decoding=greedy", "limit=1", "preflight=off")

    assert made.head.choices["model"] == "my_model"
    assert [bool(translation and translation.text) for translation in made.translations] == [True]


def test_the_page_shows_what_the_files_say() -> None:
    """Every block of Python or YAML on the page that names a file stands in that file, types aside."""
    page = (ROOT / "docs/extending.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(?:python|yaml)\n# (examples/\S+)\n(.*?)```", page, flags=re.DOTALL)

    assert len(blocks) == 5
    for name, block in blocks:
        file = re.sub(r": Sequence\[str\]|: str\b| -> [^:]+(?=:)", "", (ROOT / name).read_text(encoding="utf-8"))
        lines = {line.strip() for line in file.splitlines()}
        assert [line for line in block.splitlines() if line.strip() not in lines] == []
