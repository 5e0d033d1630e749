"""What scores are called, and what their signatures say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.metrics import METRICS, find_metric
from mt_eval.metrics.key import MetricKey, compare_signatures, read_signature, sign_outside, sign_score
from mt_eval.types import Level

keys = st.builds(
    MetricKey,
    st.sampled_from([*METRICS, "COMET-22", "my.metric"]),
    st.sampled_from(["none", "standard", "strong"]),
    st.sampled_from(["", "vi-en", "ar-fr"]),
)


@given(keys, st.sampled_from(Level))
def test_a_key_is_read_as_it_was_written(key: MetricKey, level: Level) -> None:
    """So it is as the name of a score, and beside the signature that says the profile."""
    signature = sign_score("nrefs:1|version:2.6.0", level=level, alignment="gold", profile=key.profile)

    assert MetricKey.parse(str(key)) == key
    assert MetricKey.of_score(key.metric, signature) == key


@pytest.mark.parametrize("metric", METRICS)
def test_sacrebleus_own_norm_is_no_profile(metric: str) -> None:
    """TER says `norm:no` of itself; the profile is what mt-eval wrote behind the level."""
    own = METRICS[metric].sign()
    signature = sign_score(own, level=Level.SEGMENT, alignment="lines", profile="standard")

    assert ("|norm:no|" in signature) is (metric == "TER")
    assert read_signature(signature).profile == "standard"
    assert MetricKey.of_score(metric, own) == MetricKey(metric)


@pytest.mark.parametrize(
    ("key", "higher_is_better", "lower"),
    [
        ("TER", None, True),
        ("TER@vi-en", None, True),
        ("TER@standard", None, True),
        ("chrF++@vi-en", None, False),
        ("MetricX-24", False, True),
        ("COMET-22", True, False),
    ],
)
def test_which_way_is_better(key: str, higher_is_better: bool | None, lower: bool) -> None:
    """A built-in metric knows it whatever texts it scored; one from outside says it in its signature."""
    parsed = MetricKey.parse(key)
    own = (
        METRICS[parsed.base].sign()
        if higher_is_better is None
        else sign_outside(key, version="1", higher_is_better=higher_is_better, scale=1, is_mean=True)
    )
    signature = sign_score(own, level=Level.SEGMENT, alignment="auto", profile=parsed.profile)

    assert find_metric(parsed, signature).lower_is_better is lower


def test_signatures_differ_in_words() -> None:
    """What a person has to know: which part, and its two values; a part that one lacks is none."""
    one = "nrefs:1|tok:13a|norm:no|version:2.5.1|level:segment|align:gold|norm:none"
    other = "nrefs:1|tok:intl|version:2.6.0|level:segment|align:auto|norm:strong"

    assert compare_signatures(one, one) == []
    assert compare_signatures(one, other) == [
        ("tokenizer", "13a", "intl"),
        ("norm", "no", "none"),
        ("version of the scoring program", "2.5.1", "2.6.0"),
        ("alignment", "gold", "auto"),
        ("normalisation", "none", "strong"),
    ]
