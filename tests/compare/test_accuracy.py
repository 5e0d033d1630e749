"""How often judges are right about contrast pairs: counts, intervals, and tests of differences."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from math import comb
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.compare.accuracy import ALL, compare_sets, measure_accuracy
from mt_eval.compare.evidence import JudgedSet
from mt_eval.compare.result import Accuracies
from mt_eval.likelihoods import Contrast, Judge, JudgedPair, Likelihood
from mt_eval.report.accuracy import explain


def make_pair(number: int, right: bool | None, *, kind: str = "number", article: str = "a") -> JudgedPair:
    """A pair about which the judge is right, wrong, or knows nothing."""
    wrong = Likelihood(-4.0, 4)
    correct = Likelihood(None) if right is None else Likelihood(-3.0 if right else -5.0, 4)
    return JudgedPair(str(number), article, f"{article}:{number}", kind, "rule", correct, wrong)


def rename_set(judged: JudgedSet, name: str, sha256: str) -> JudgedSet:
    return replace(judged, contrast=replace(judged.contrast, name=name, sha256=sha256))


def make_set(system: str, rights: Sequence[bool | None], *, label: str = "demo", **about: str) -> JudgedSet:
    judge = Judge(label, f"identity of {label}", label, "marian", "vi-ar", "transformers", "float32")
    pairs = tuple(make_pair(number, right, **about) for number, right in enumerate(rights))
    return JudgedSet(system, Contrast(1, judge, "news", "hash", len(pairs), ""), pairs)


def compare_two(one: Sequence[bool | None], other: Sequence[bool | None]) -> Accuracies:
    (found,) = compare_sets([make_set("A", one), make_set("B", other)], ["A", "B"], samples=2000)
    return found


def test_counts_by_kind() -> None:
    """Pairs are counted by kind and together; those that could not be judged are not."""
    pairs = [
        *(make_pair(number, number < 3) for number in range(4)),
        *(make_pair(number, number == 4, kind="date") for number in range(4, 6)),
        make_pair(6, None, kind="name"),
        make_pair(7, None, kind="date"),
    ]

    found = measure_accuracy(pairs, samples=200)

    assert [(each.kind, each.right, each.pairs, each.value) for each in found] == [
        (ALL, 4, 6, pytest.approx(100 * 4 / 6)),
        ("number", 3, 4, 75.0),
        ("date", 1, 2, 50.0),
    ]


def test_a_tie_is_wrong() -> None:
    """A judge that finds both texts as likely knows nothing of the pair."""
    pair = JudgedPair("1", "a", "s", "number", "rule", Likelihood(-3.0, 4), Likelihood(-3.0, 4))

    (found,) = measure_accuracy([pair], samples=200)

    assert (found.right, found.low, found.high) == (0, None, None)


def test_by_the_mean_of_a_token_the_longer_text_may_win() -> None:
    """A wrong text of fewer tokens is more likely by its sum, and less likely by the mean of a token."""
    pair = JudgedPair("1", "a", "s", "negation-dropped", "rule", Likelihood(-8.0, 8), Likelihood(-6.0, 4))

    (found,) = measure_accuracy([pair], samples=200)

    assert (found.value, found.per_token) == (0.0, 100.0)


def resample_directly(groups: Sequence[Sequence[bool]], samples: int) -> tuple[float, float]:
    """The 2.5% and 97.5% points of the share right over resampled groups, with Python's own random numbers."""
    rng = random.Random(5)
    shares = []
    for _ in range(samples):
        drawn = [right for _ in groups for right in rng.choice(groups)]
        shares.append(100 * mean(drawn))
    shares.sort()
    return shares[round(0.025 * samples)], shares[round(0.975 * samples) - 1]


def test_interval_over_segments_is_that_of_a_direct_bootstrap() -> None:
    """Of 400 pairs in few articles, segments are drawn."""
    rng = random.Random(1)
    rights = [rng.random() < 0.7 for _ in range(400)]

    (found,) = measure_accuracy([make_pair(number, right) for number, right in enumerate(rights)])
    low, high = resample_directly([[right] for right in rights], 2000)

    assert found.unit == "segment"
    assert (found.low, found.high) == (pytest.approx(low, abs=0.8), pytest.approx(high, abs=0.8))


def test_interval_over_articles_is_that_of_a_direct_bootstrap() -> None:
    """Of 150 articles whose pairs hang together, articles are drawn, and the interval is wider for it."""
    rng = random.Random(2)
    groups = [[rng.random() < share] * 6 for share in [0.6] * 150]
    pairs = [
        make_pair(10 * number + place, right, article=str(number))
        for number, group in enumerate(groups)
        for place, right in enumerate(group)
    ]

    (found,) = measure_accuracy(pairs)
    low, high = resample_directly(groups, 1000)
    apart = resample_directly([[right] for group in groups for right in group], 400)

    assert found.unit == "article"
    assert found.low is not None
    assert found.high is not None
    assert (found.low, found.high) == (pytest.approx(low, abs=1.6), pytest.approx(high, abs=1.6))
    assert found.high - found.low > 2 * (apart[1] - apart[0])


@pytest.mark.parametrize(("right", "expected"), [(True, (100 * 0.025 ** (1 / 7), 100.0)), (False, None)])
def test_interval_of_all_right_is_exact(right: bool, expected: tuple[float, float] | None) -> None:
    """Seven pairs of seven say no more than that 59% or more are right; all wrong is the mirror image."""
    (found,) = measure_accuracy([make_pair(number, right) for number in range(7)], samples=200)

    mirrored = (0.0, 100 - 100 * 0.025 ** (1 / 7))
    assert (found.low, found.high) == pytest.approx(expected or mirrored)


def test_p_is_near_that_of_the_sign_test() -> None:
    """Of 60 pairs on which two judges differ, the bootstrap's p is near the exact one of tossing coins."""
    differ = 60
    for wins in (30, 36, 42):
        one = [False] * wins + [True] * (differ - wins) + [True] * 100
        other = [True] * wins + [False] * (differ - wins) + [True] * 100
        exact = min(1.0, 2 * sum(comb(differ, each) for each in range(wins, differ + 1)) / 2**differ)

        (comparison,) = compare_two(one, other).comparisons

        assert comparison.delta == pytest.approx(100 * (2 * wins - differ) / 160)
        assert comparison.p_value == pytest.approx(exact, rel=0.4)
        assert comparison.verdict == ("better" if exact < 0.05 else "cannot tell")


def test_kinds_are_many_tests() -> None:
    """The p values of the kinds are adjusted for each other by Holm's method; that of all kinds is not."""
    kinds = ["number", "date", "name"]
    wins = {"number": 30, "date": 22, "name": 16}
    sides = []
    for system in (0, 1):
        pairs = [
            make_pair(100 * place + number, (number < wins[kind]) == bool(system), kind=kind)
            for place, kind in enumerate(kinds)
            for number in range(32)
        ]
        base = make_set("AB"[system], [])
        sides.append(JudgedSet("AB"[system], base.contrast, tuple(pairs)))

    (found,) = compare_sets(sides, ["A", "B"], samples=2000)
    p = {each.metric: each.p_value for each in found.comparisons}
    adjusted = {each.metric: each.p_adjusted for each in found.comparisons}
    first, second, third = sorted(kinds, key=p.__getitem__)

    assert found.tests == 3
    assert adjusted[first] == pytest.approx(3 * p[first])
    assert adjusted[second] == pytest.approx(max(3 * p[first], 2 * p[second]))
    assert adjusted[third] == pytest.approx(max(3 * p[first], 2 * p[second], p[third]))
    assert adjusted[ALL] == p[ALL]


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=30))
def test_swapping_negates(rights: list[tuple[bool, bool]]) -> None:
    """The other one as the baseline: the delta and its interval change signs, p does not change."""
    one, other = ([each[side] for each in rights] for side in (0, 1))

    (forward,), (back,) = compare_two(one, other).comparisons, compare_two(other, one).comparisons

    assert forward.delta == -back.delta
    assert (forward.low, forward.high) == (pytest.approx(-back.high), pytest.approx(-back.low))
    assert forward.p_value == pytest.approx(back.p_value)
    assert forward.verdict != "tie"


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_interval_holds_the_accuracy(rights: list[bool]) -> None:
    """An interval holds the accuracy, within 0 and 100."""
    (found,) = measure_accuracy([make_pair(number, right) for number, right in enumerate(rights)], samples=300)

    if len(rights) > 1:
        assert found.low is not None
        assert found.high is not None
        assert 0 <= found.low <= found.value + 1e-9
        assert found.value - 1e-9 <= found.high <= 100


def test_only_pairs_that_all_judged_are_compared() -> None:
    """A pair that one judge could not judge counts for none, and is counted as left out."""
    found = compare_two([True, None, False, True], [True, True, None, False])

    assert (found.pairs, found.left_out) == (2, 2)
    assert [(each.system, each.right, each.pairs) for each in found.accuracies] == [("A", 2, 2), ("B", 1, 2)]


def test_sets_are_held_apart() -> None:
    """Different sets are different tables, the same one of one run stands alone, and its judges have names."""
    alone = make_set("B", [True, False])
    other = JudgedSet("A", Contrast(1, alone.contrast.judge, "strings", "other hash", 2, ""), alone.pairs)
    judged_again = make_set("B", [True, True], label="nllb")

    found = compare_sets([alone, other, judged_again], ["A", "B"], samples=200)

    assert [(each.name, each.systems) for each in found] == [
        ("news", ("B, judged by demo", "B, judged by nllb")),
        ("strings", ("A",)),
    ]
    assert found[1].comparisons == ()


def test_all_pairs() -> None:
    """Every judge against every other: three comparisons of three."""
    judged = [make_set(name, [name != "C", True, name == "A", False]) for name in "ABC"]

    (found,) = compare_sets(judged, ["A", "B", "C"], all_pairs=True, samples=200)

    assert [(each.baseline, each.candidate) for each in found.comparisons] == [("A", "B"), ("A", "C"), ("B", "C")]


def test_judges_of_one_run_have_names_of_their_own() -> None:
    """Two engines of one model are told apart by engine and type, two that have them in common by their identities."""
    judged = make_set("A", [True, False])
    fast = replace(judged.contrast.judge, engine="ctranslate2", dtype="int8", identity="fast")
    tuned = replace(judged.contrast.judge, identity="tuned-1234")
    others = [replace(judged, contrast=replace(judged.contrast, judge=judge)) for judge in (fast, tuned)]

    (found,) = compare_sets([judged, *others], ["A"], samples=200)

    assert found.systems == (
        "A, judged by demo, transformers float32, identity",
        "A, judged by demo, ctranslate2 int8",
        "A, judged by demo, transformers float32, tuned-12",
    )


def test_sets_of_one_name_and_one_set_of_two_names() -> None:
    """Other pairs under the same name are another set, and say so; the same pairs under another name are one set."""
    first, second = make_set("A", [True, False]), make_set("B", [True, True])
    other = rename_set(second, "news", "f00dcafe99")
    again = rename_set(first, "stdin", "hash")

    apart = compare_sets([first, other], ["A", "B"], samples=200)
    together = compare_sets([first, again, second], ["A", "B"], samples=200)

    assert [each.name for each in apart] == ["news (hash)", "news (f00dcafe)"]
    assert [(each.name, each.systems) for each in together] == [("news", ("A", "B"))]


def test_no_adjustment_is_told_where_there_is_none() -> None:
    """Judges that are right about the same pairs are not tested, so that nothing is said of adjusting."""
    same, other = ([True, True, False], [False, False, True])

    untested, tested = (explain(compare_two(same, each)) for each in (same, other))

    assert untested[1] == "verdicts are of what the models know, not of their translations"
    assert tested[1].startswith("p of the kinds is adjusted for 1 test (Holm)")
