"""How many articles show a difference, held against the formula of the t test and against simulated pilots."""

from __future__ import annotations

import json
import math
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from small_runs import make_rows, write_small_run

from mt_eval.cli.main import main
from mt_eval.compare.evidence import Evidence, Table
from mt_eval.compare.sizing import Spread, assume_spread, find_articles, find_detectable, find_spread
from mt_eval.errors import ConfigError, RunError
from mt_eval.metrics import METRICS
from mt_eval.metrics.key import MetricKey
from mt_eval.types import Level

KNOWN = Spread("chrF++", of_one=5.0, effective=1.0, segments=10, articles=0, systems=0)


@pytest.mark.parametrize("difference", [0.2, 0.5, 1.0])
def test_many_articles_follow_the_normal_formula(difference: float) -> None:
    """n = ((z of 97.5% + z of 80%) * spread / difference)^2, as textbooks have it for a paired test."""
    z = NormalDist().inv_cdf
    expected = ((z(0.975) + z(0.8)) * 5.0 / difference) ** 2

    assert find_articles(KNOWN, difference) == pytest.approx(expected, rel=0.02)


def test_more_tests_power_and_unequal_articles_need_more() -> None:
    """Each makes the number larger, and the number found shows the difference while one fewer does not."""
    plain = find_articles(KNOWN, 1.0)
    assert plain is not None

    for more in ({"tests": 5}, {"power": 0.95}):
        assert (find_articles(KNOWN, 1.0, **more) or 0) > plain  # type: ignore[arg-type]
    assert find_detectable(KNOWN, plain) <= 1.0 < find_detectable(KNOWN, plain - 1)
    assert find_articles(KNOWN, 1e-9) is None


def make_evidence(deltas: np.ndarray) -> Evidence:
    """Two systems whose chrF differs by about so many points on articles of one segment each."""
    metric = METRICS["chrF"]
    rows = np.zeros((2, len(deltas), metric.columns), dtype=np.int64)
    rows[:, :, 0::3] = rows[:, :, 1::3] = 1000
    rows[0, :, 2::3] = 500
    rows[1, :, 2::3] = np.round(500 + 10 * deltas)[:, None]
    names = tuple(map(str, range(len(deltas))))
    return Evidence(
        systems=("a", "b"),
        identities=(None, None),
        level=Level.SEGMENT,
        tables=(Table(MetricKey("chrF"), metric, "", rows),),
        ids=names,
        articles=names,
        sources=(),
        references=(),
        shapes=(),
        flags=(),
        read_texts=lambda system, places: [],
        languages=(None, "vi"),
    )


def test_the_spread_of_a_pilot_is_that_of_its_articles() -> None:
    """Of 400 articles whose differences have a known spread, in points, it is that spread."""
    deltas = np.random.default_rng(1).normal(2, 4, size=400)

    spread = find_spread(make_evidence(deltas))

    assert spread.of_one == pytest.approx(deltas.std(), rel=0.05)
    assert (spread.articles, spread.systems, spread.segments) == (400, 2, 1)
    assert spread.effective == pytest.approx(1, abs=0.01)


def test_too_few_articles_are_an_error() -> None:
    """Three do not tell how articles vary."""
    with pytest.raises(RunError, match="has 3 articles, expected 4 or more"):
        find_spread(make_evidence(np.array([1.0, 2.0, 3.0])))


def test_a_typical_spread_is_known_for_some_metrics() -> None:
    """Longer articles vary less; of TER nothing is known."""
    assert assume_spread("chrF++", 40).of_one == pytest.approx(assume_spread("chrF++", 10).of_one / 2)
    with pytest.raises(ConfigError, match="TER: no typical spread"):
        assume_spread("TER")


def test_plan_prints_the_number_and_the_curve(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By a pilot of two runs, by one of them, and without any; the number found is marked on the curve."""
    made = {"a": 2, "b": 5}
    runs = [str(write_small_run(tmp_path, name, make_rows(48, articles=12, lost=n))) for name, n in made.items()]

    assert main(["plan", *runs, "--metric", "chrF++", "--difference", "3", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert main(["plan", runs[0], "--difference", "3"]) == 0
    one = capsys.readouterr().out
    assert main(["plan", "--difference", "1"]) == 0
    typical = capsys.readouterr().out

    assert (found["articles"], found["segments"], found["systems"]) == (12, 4, 2)
    assert all(math.isfinite(each["shows"]) for each in found["curve"])
    assert "a second run on these articles tells" in one
    assert "About 116 articles (1,160 segments)" in typical
    assert typical.count("◀") == 1
    assert max(map(len, typical.splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--difference", "0"], "--difference 0.0 is not possible"),
        (["--power", "1"], "--power 1.0 is not possible"),
        (["--metric", "TER"], "no typical spread"),
        (["missing"], "there is no such folder"),
    ],
)
def test_what_cannot_be_planned_is_said(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence, exit status 1."""
    assert main(["plan", *words]) == 1
    assert said in capsys.readouterr().err
