"""Laws of the batches."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.translate.engines.batching import limit_new_tokens, make_batches
from mt_eval.translate.system import LengthRule

RULE = LengthRule(factor=2.0, offset=32, positions=512)

lengths = st.lists(st.integers(1, 300), max_size=60)


@given(lengths, st.integers(1, 2000))
def test_every_source_is_in_one_batch(tokens_in: list[int], batch_tokens: int) -> None:
    """Putting the batches one behind the other is a permutation, so restoring the order loses nothing."""
    limits = [limit_new_tokens(length, RULE) for length in tokens_in]

    batches = make_batches(tokens_in, limits, batch_tokens)

    assert sorted(index for batch in batches for index in batch) == list(range(len(tokens_in)))


@given(lengths, st.integers(1, 2000), st.none() | st.integers(1, 40))
def test_batches_fit_and_share_a_limit(tokens_in: list[int], batch_tokens: int, most: int | None) -> None:
    """Padded, a batch stays within the budget unless it is a single source; longest sources come first."""
    limits = [limit_new_tokens(length, RULE) for length in tokens_in]

    batches = make_batches(tokens_in, limits, batch_tokens, most)

    for batch in batches:
        assert most is None or len(batch) <= most
        assert len(batch) == 1 or len(batch) * max(tokens_in[index] for index in batch) <= batch_tokens
        assert len({limits[index] for index in batch}) == 1
    order = [tokens_in[index] for batch in batches for index in batch]
    assert order == sorted(order, reverse=True)


@pytest.mark.parametrize(
    ("tokens_in", "rule", "expected"),
    [
        (1, RULE, 64),  # 34, up to a multiple of 32
        (16, RULE, 64),
        (17, RULE, 96),
        (240, RULE, 512),
        (500, RULE, 512),  # the model's positions
        (10, LengthRule(0.0, 1, 512), 32),
        (10, LengthRule(0.25, 31, 512), 64),  # 33.5
        (10, LengthRule(2.0, 32, 20), 20),
    ],
)
def test_limit_follows_the_rule(tokens_in: int, rule: LengthRule, expected: int) -> None:
    """Factor times tokens plus offset, rounded up, capped."""
    assert limit_new_tokens(tokens_in, rule) == expected
