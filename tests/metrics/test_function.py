"""Metrics that are Python functions, called in a Python of their own; and one metric in both forms."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from mt_eval.config import ExternalMetric
from mt_eval.errors import MetricError
from mt_eval.metrics.program import run_program

_HERE = Path(__file__).parent
SOURCES = ("một hai", "ba", "NATO họp", "bốn năm sáu")
TRANSLATIONS = ("واحد", "", "NATO اجتمع", "bốn năm sáu")
REFERENCES = ("واحد.", "ثلاثة", "خمسة", "ستة سبعة")


def _make_metric(**options: Any) -> ExternalMetric:
    return ExternalMetric(**{"name": "kept", "version": "kept 1", "needs_reference": False, **options})


def test_a_program_and_a_function_give_the_same() -> None:
    """The numbers of a small real metric, counted by hand, come out of either form."""
    command = [sys.executable, str(_HERE / "kept_words.py"), "{source}", "{translation}"]
    program = _make_metric(command=command, scale=100)
    function = _make_metric(function="kept_words:measure", folder=str(_HERE), scale=100)

    results = [run_program(metric, SOURCES, TRANSLATIONS, None) for metric in (program, function)]

    assert [each.values for each in results] == [(0.0, 0.0, 50.0, 100.0)] * 2
    assert [each.corpus for each in results] == [37.5, 37.5]


def test_a_function_gets_references_where_it_needs_them(tmp_path: Path) -> None:
    """They come third, as lists of texts, whatever module of the folder it is in."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "mine.py").write_text(
        "class Metric:\n"
        "    @staticmethod\n"
        "    def score(sources, translations, references):\n"
        "        print('words on standard output are no numbers')\n"
        "        return [len(a) * 100 + len(b) * 10 + len(c) for a, b, c in zip(sources, translations, references)]\n",
        encoding="utf-8",
    )
    metric = _make_metric(function="inner.mine:Metric.score", folder=str(tmp_path), needs_reference=True)

    result = run_program(metric, ("a", "bb"), ("", "c"), ("dd", ""))

    assert result.values == (102.0, 210.0)


@pytest.mark.parametrize(
    ("code", "function", "message"),
    [
        ("", "absent:f", r'said "absent cannot be imported \(No module named .absent.\)"'),
        ("", "mine:f", "said 'mine has no f'"),
        ("f = 1", "mine:f", "said 'mine:f is no function'"),
        ("def f(a, b): return None", "mine:f", "returned something else than a list of numbers"),
        ("def f(a, b): return ['x']", "mine:f", "returned something else than a list of numbers"),
        ("def f(a, b): return [1]", "mine:f", "mine:f returned 1 numbers for 4 segments, expected one for each"),
        (
            "def f(a, b): return [1, 2, float('nan'), 4]",
            "mine:f",
            "mine:f returned nan for segment 3, expected a finite",
        ),
        ("def f(a, b): return [float('nan')] * 4", "mine:f", "mine:f returned nan for segment 1, expected a"),
        ("def f(a, b): return a[9]", "mine:f", "said 'IndexError: list index out of range'"),
    ],
)
def test_functions_that_fail(tmp_path: Path, code: str, function: str, message: str) -> None:
    """What went wrong is one sentence, as of any program."""
    (tmp_path / "mine.py").write_text(code, encoding="utf-8")
    metric = _make_metric(function=function, folder=str(tmp_path))

    with pytest.raises(MetricError, match=message):
        run_program(metric, SOURCES, TRANSLATIONS, None)
