"""Runs without human versions, held against each other by what looks wrong and by metrics that need no reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import mt_eval
from mt_eval.errors import RunError
from mt_eval.runs.read import read_run
from mt_eval.runs.write import write_run
from mt_eval.types import Flag, Level, Score
from tests.small_runs import Row, write_small_run

_OUTSIDE = "external:QE|version:1|better:higher|scale:1|corpus:mean|references:none|level:segment|align:none|norm:none"


def _write(folder: Path, name: str, flags: Sequence[Sequence[str]], *, articles: int = 2, referenced: int = 0) -> Path:
    """A run over as many segments as there are lists of flags, of which the first few have a reference."""
    size = len(flags)
    rows: list[Row] = [
        (f"a{place * articles // size}", f"câu {place}", "قال" if place < referenced else "", f"{name} {place}")
        for place in range(size)
    ]
    named = [tuple(Flag(each, "why") for each in names) for names in flags]
    return write_small_run(folder, name, rows, flags=named)


def _add_outside(folder: Path, values: Sequence[float]) -> None:
    """Give the run in a folder the scores of a metric that needs no reference."""
    run = read_run(folder)
    score = Score("QE", sum(values) / len(values), _OUTSIDE, None, None, Level.SEGMENT)
    scored = replace(run, scores=(*run.scores, score), segment_scores={**run.segment_scores, "QE": tuple(values)})
    write_run(scored, folder.parent, replace=True)


def test_shares_of_flags_are_compared_with_their_statistics(tmp_path: Path) -> None:
    """Scores are shares, differences have the interval of a plain paired bootstrap, and it is said what they are."""
    generator = np.random.default_rng(7)
    one, other = generator.random(400) < 0.5, generator.random(400) < 0.3
    runs = [
        _write(tmp_path, name, [("numbers",) if flagged else () for flagged in side])
        for name, side in (("one", one), ("two", other))
    ]

    result = mt_eval.compare(runs)

    differences = 100.0 * (other.astype(float) - one)
    drawn = differences[generator.integers(400, size=(4000, 400))].mean(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    comparison = result.comparisons[0]
    assert [metric.name for metric in result.metrics] == ["flagged:any", "flagged:numbers"]
    assert [each.value for each in result.scores[:2]] == pytest.approx([100 * one.mean(), 100 * other.mean()])
    assert (comparison.delta, comparison.verdict) == (pytest.approx(differences.mean()), "better")
    assert (comparison.low, comparison.high) == pytest.approx((low, high), abs=1.0)
    assert not result.referenced
    assert result.notes[0].startswith("nothing was compared with a human version")


def test_articles_are_resampled_and_tests_adjusted(tmp_path: Path) -> None:
    """From ten articles on whole ones are drawn; three systems are three tests, adjusted by Holm."""
    flags = [[("copied",) if (place * step) % 7 < step else () for place in range(60)] for step in (1, 2, 3)]
    runs = [_write(tmp_path, name, each, articles=12) for name, each in zip("xyz", flags, strict=True)]

    result = mt_eval.compare(runs, metrics=["flagged:copied"], all_pairs=True)

    p_values = sorted(each.p_value for each in result.comparisons)
    expected = np.minimum(1, np.maximum.accumulate(np.array(p_values) * (3, 2, 1)))
    assert (result.unit, result.tests, result.segments) == ("article", 3, 60)
    assert sorted(each.p_adjusted for each in result.comparisons) == pytest.approx(expected.tolist())


def test_outside_metrics_without_references_follow_the_flags(tmp_path: Path) -> None:
    """They are compared over all that was translated, and come first where they alone are asked for."""
    runs = [_write(tmp_path, name, [()] * 20) for name in ("one", "two")]
    for folder, lift in zip(runs, (0.0, 0.5), strict=True):
        _add_outside(folder, [place / 40 + lift for place in range(20)])

    result = mt_eval.compare(runs)
    asked = mt_eval.compare(runs, metrics=["QE"])

    assert [metric.name for metric in result.metrics] == ["flagged:any", "QE"]
    assert [each.delta for each in result.comparisons] == pytest.approx([0.0, 0.5])
    assert [(each.metric, each.verdict) for each in asked.comparisons] == [("QE", "better")]
    assert not any("gave the same translations" in note for note in result.notes)


def test_mixed_runs_are_compared_by_scores_and_on_request_by_flags(tmp_path: Path) -> None:
    """Scores are of the articles with a human version, the others are counted; flags are of all segments."""
    runs = [_write(tmp_path, name, [("copied",)] * 10, referenced=5) for name in ("one", "two")]

    scored = mt_eval.compare(runs)
    flagged = mt_eval.compare(runs, metrics=["flagged:any"])

    assert (scored.segments, scored.referenced) == (5, True)
    assert scored.notes[0].startswith("1 of 2 articles has no human version and no part in this; --metric flagged:any")
    assert (flagged.segments, flagged.referenced) == (10, False)


def test_equal_flags_are_no_equal_translations(tmp_path: Path) -> None:
    """Systems that nothing tells apart here count as one, and nobody says that they wrote the same."""
    runs = [_write(tmp_path, name, [()] * 4) for name in ("one", "two")]

    result = mt_eval.compare(runs)

    assert "two and one look alike in every segment and count as one system" in result.notes
    assert result.comparisons[0].p_value == 1.0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"level": "article"}, "since no article has a human version to score against.*leave out --level"),
        ({"metrics": ["chrF++"]}, r"--metric chrF\+\+: .* has no such score"),
        ({"metrics": ["flagged:loops"]}, "no run has such a flag, expected one of flagged:any, flagged:copied"),
        ({"metrics": ["flagged:any"], "level": "article"}, "flags are of segments"),
    ],
)
def test_what_cannot_be_compared(tmp_path: Path, options: dict[str, object], message: str) -> None:
    """Whoever asks for what is not there is told what is."""
    runs = [_write(tmp_path, name, [("copied",), ()]) for name in ("one", "two")]

    with pytest.raises(RunError, match=message):
        mt_eval.compare(runs, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["table", "markdown", "csv", "json", "latex"])
def test_every_form_says_that_no_human_version_was_there(tmp_path: Path, form: str) -> None:
    """No form shows a number that is none, or an empty reference."""
    runs = [_write(tmp_path, name, [flags, ()]) for name, flags in (("one", ("copied",)), ("two", ()))]

    rendered = mt_eval.compare(runs, details=form in ("table", "markdown")).render(form)

    assert "nan" not in rendered.lower()
    assert "reference:" not in rendered
    assert form == "csv" or "nothing was compared with a human version" in " ".join(rendered.split())
