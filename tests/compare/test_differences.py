"""Systems held against each other: what p, interval and verdict say, together."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest
from small_runs import make_rows, write_small_run

from mt_eval.compare.contrast import Plan, compare_systems
from mt_eval.compare.details import explain_difference
from mt_eval.compare.evidence import Evidence, Table
from mt_eval.compare.gather import gather_runs
from mt_eval.compare.labels import label_runs
from mt_eval.compare.result import Comparisons
from mt_eval.compare.select import select_runs
from mt_eval.metrics.key import MetricKey
from mt_eval.metrics.outside import Outside
from mt_eval.report.comparison import describe_part
from mt_eval.runs.columns import read_columns
from mt_eval.types import Level

TESTS = ("bootstrap", "randomization")


def compare_values(values: np.ndarray, test: str = "bootstrap", **options: object) -> Comparisons:
    """A comparison of M systems by a metric from outside: `values` is `(M, N)`, every row an article of its own."""
    metric = Outside("errors").fit(values.tolist())
    table = Table(MetricKey("errors"), metric, "", np.stack([metric.tabulate(each) for each in values.tolist()]))
    systems, units = values.shape
    names = tuple(str(place) for place in range(units))
    evidence = Evidence(
        systems=tuple(f"system {place}" for place in range(systems)),
        identities=(None,) * systems,
        level=Level.SEGMENT,
        tables=(table,),
        ids=names,
        articles=names,
        sources=(),
        references=names,
        shapes=(),
        flags=(),
        read_texts=lambda _, rows: [""] * len(rows),
        languages=(None, "ar"),
    )
    return compare_systems(evidence, Plan(test=test, unit="article", details=False, samples=2000, **options))


@pytest.mark.parametrize(("units", "test", "seed"), list(product((2, 3, 4, 5, 6, 8, 9, 12), TESTS, range(6))))
def test_interval_p_and_verdict_agree(units: int, test: str, seed: int) -> None:
    """p is below 5% where the interval leaves out 0 and a difference is shown, however few the articles."""
    generator = np.random.default_rng(seed)
    one = generator.normal(50, 5, units)
    other = one + generator.normal(0.8 * seed / 2, 1, units)

    (found,) = compare_values(np.stack([one, other]), test, margin=0.0).comparisons

    shown = found.p_value < 0.05
    assert shown == (found.low > 0 or found.high < 0)
    assert shown == (found.verdict in ("better", "worse"))
    if found.units_needed is not None:
        assert found.units_needed > units


@pytest.mark.parametrize(("units", "test"), list(product((2, 3, 5), TESTS)))
def test_too_few_units_show_nothing_and_say_so(units: int, test: str) -> None:
    """All of five articles favour one of two equal systems once in sixteen times: no difference can have p below 5%."""
    one = np.linspace(10, 20, units)

    result = compare_values(np.stack([one, one + 5 + np.arange(units) / 100]), test)

    (found,) = result.comparisons
    assert found.verdict == "cannot tell"
    assert found.p_value >= 2.0 ** (1 - units)
    assert found.low <= 0
    assert (found.detectable, found.units_needed) == (None, None)
    assert any(f"{units} articles cannot show any difference" in note for note in result.notes)


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize(("start", "difference"), [(0.1, 0.2), (12.3, 0.1), (70.0, 1 / 3), (50.0, 1e-3)])
def test_equal_differences_have_one_p_value(start: float, difference: float, test: str) -> None:
    """A difference that is the same on all articles has a p value that the rounding of floats does not change."""
    one = np.arange(12) / 7 + start
    exact = np.arange(12.0) + 1

    found = compare_values(np.stack([one, one + difference]), test).comparisons[0]
    expected = compare_values(np.stack([exact, exact + 1]), test).comparisons[0]

    assert found.p_value == expected.p_value
    assert found.p_value > 1e-4


@pytest.mark.parametrize("test", TESTS)
def test_noise_is_no_difference(test: str) -> None:
    """Scores that differ in their last digits alone are equal: p is 1."""
    one = np.arange(12) / 7 + 30
    swapped = one[::-1]

    (found,) = compare_values(np.stack([one, swapped + 1e-13]), test).comparisons

    assert abs(found.delta) < 1e-9
    assert found.verdict == "tie" or found.p_value > 0.5


def compare_runs(folders: list[Path], metrics: list[str], **options: object) -> Comparisons:
    runs = select_runs([str(folder) for folder in folders])
    return compare_systems(gather_runs(runs, label_runs(runs), metrics=metrics), Plan(samples=500, **options))


def test_other_metrics_change_no_verdict_of_the_headline(tmp_path: Path) -> None:
    """Its p values are adjusted for the systems alone, whichever metrics are shown beside it."""
    folders = [
        write_small_run(tmp_path, name, make_rows(60, articles=12, lost=lost), metrics=("chrF++", "chrF", "BLEU-13a"))
        for name, lost in (("one", 4), ("two", 5), ("three", 6))
    ]

    alone = compare_runs(folders, ["chrF++"])
    beside = compare_runs(folders, ["chrF++", "chrF", "BLEU-13a"])

    assert alone.comparisons == beside.comparisons[:2]
    assert [metric.decides for metric in beside.metrics] == [True, False, False]
    assert alone.tests == beside.tests == 2


def test_the_same_translations_are_one_system(tmp_path: Path) -> None:
    """They change no p value of the others, have that of each other 1, and are named."""
    rows = {name: make_rows(60, articles=12, lost=lost) for name, lost in (("one", 4), ("two", 5), ("three", 6))}
    folders = {name: write_small_run(tmp_path, name, each) for name, each in rows.items()}
    twin = write_small_run(tmp_path, "twin", rows["two"])
    same = write_small_run(tmp_path, "same", rows["one"])

    without = compare_runs(list(folders.values()), ["chrF++"])
    result = compare_runs([*folders.values(), twin, same], ["chrF++"])

    p_values = {each.candidate: each.p_adjusted for each in result.comparisons}
    assert [p_values[each.candidate] for each in without.comparisons] == [e.p_adjusted for e in without.comparisons]
    assert p_values["twin"] == p_values["two"]
    assert p_values["same"] == 1.0
    assert result.tests == without.tests == 2
    assert "twin and two gave the same translations and count as one system" in result.notes


def test_a_run_and_a_comparison_have_one_kind_of_interval(tmp_path: Path) -> None:
    """The same resamples give a run and a comparison the same ends."""
    from mt_eval.metrics import METRICS, count_texts
    from mt_eval.score.level import score_level
    from mt_eval.score.units import Units

    rows = make_rows(60, articles=12)
    folders = [
        write_small_run(tmp_path, name, make_rows(60, articles=12, lost=lost)) for name, lost in (("a", 4), ("b", 5))
    ]
    names = list(dict.fromkeys(row[0] for row in rows))
    units = Units(
        Level.SEGMENT,
        tuple(map(str, range(60))),
        tuple(row[3] for row in rows),
        tuple(row[2] for row in rows),
        tuple(names.index(row[0]) for row in rows),
    )
    metric = METRICS["chrF++"]

    counted = count_texts([metric.name], units.translations, units.references)[metric.name]
    (of_run,) = score_level(units, {metric: counted}, [""], names, samples=500, seed=1)
    of_comparison = compare_runs(folders, ["chrF++"]).scores[0]

    assert (of_run.low, of_run.high) == pytest.approx((of_comparison.low, of_comparison.high), rel=1e-12)
    assert of_run.resampled == "article"


def test_articles_have_their_titles(tmp_path: Path) -> None:
    """That of the source, or of the reference, beside the id wherever a difference is told by article."""
    facts = {"a0.vi": {"title": "Một"}, "a1.ar": {"title": "اثنان"}}
    for name, lost in (("one", 3), ("two", 4)):
        write_small_run(tmp_path, name, make_rows(9, articles=3, lost=lost), head={"articles": facts})
    runs = [read_columns(tmp_path / name) for name in ("one", "two")]

    details = explain_difference(gather_runs(runs, ["one", "two"]), 0, 1, segments=0)

    found = {part.name: describe_part(part, 1)[0] for part in details.parts if part.kind == "article"}
    assert found == {"a0": "a0: Một", "a1": "a1: اثنان", "a2": "a2"}
