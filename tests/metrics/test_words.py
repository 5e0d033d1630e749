"""Words that are cut once, against sacrebleu cutting whole lines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from mt_eval.metrics import words
from mt_eval.metrics.BLEU import _open_words as open_tokenized
from mt_eval.metrics.chrF import _open_words as open_split
from mt_eval.metrics.ngrams import count_ngrams
from mt_eval.metrics.words import WordTable

lines = st.text(alphabet="aệ5٣ .,,-–\u060c؟()“”&;%$\u00a0\u3000\tم²½&lt;<skipped>\U0001f600", max_size=25)
"""Marks, digits and white space of several kinds beside each other, and what `13a` replaces."""

TABLES: dict[str, tuple[WordTable, Callable[[str], list[str]]]] = {
    "13a": (open_tokenized("13a"), lambda line: BLEU(tokenize="13a")._preprocess_segment(line).split()),
    "intl": (open_tokenized("intl"), lambda line: BLEU(tokenize="intl")._preprocess_segment(line).split()),
    "chrF++": (open_split(), CHRF(word_order=2)._remove_punctuation),
}


@pytest.mark.parametrize("name", TABLES)
@given(sides=st.tuples(st.lists(lines, max_size=4), st.lists(lines, max_size=4)))
@example(sides=(["Năm 2024.", ".5 (6)", " .5", "5) . ", "x"], ["Năm 2024. Nay", "&amp;lt; -5- a<skipped>b", ""]))
def test_words_are_those_of_the_whole_line(name: str, sides: tuple[list[str], list[str]]) -> None:
    """Two words have the same number exactly where sacrebleu gives the same word, on either side."""
    table, cut = TABLES[name]
    expected = [[cut(line) for line in side] for side in sides]

    gathered = table.gather(*sides)

    assert [[len(line) for line in side] for side in expected] == [each.lengths.tolist() for each in gathered]
    flat = [word for side in expected for line in side for word in line]
    numbers = [number for each in gathered for number in each.tokens.tolist()]
    assert len(set(flat)) == len(set(numbers)) == len(set(zip(flat, numbers, strict=True)))


def test_a_full_table_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept has a bound, and both sides of one call are numbered by the same table whatever it holds."""
    monkeypatch.setattr(words, "_MOST_KNOWN", 3)
    table = WordTable(str.split)

    for start in range(5):
        texts = [f"{start + place} con mèo" for place in range(4)]
        one, other = table.gather(texts, texts)

        assert count_ngrams(one, other, 2)[:, :, 2].tolist() == [[3, 2]] * 4
        assert len(table._known) <= 3 + 6
