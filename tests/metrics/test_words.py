"""Words that are cut once, against sacrebleu cutting whole lines."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from mt_eval.metrics import pieces
from mt_eval.metrics.BLEU import _open_words as open_tokenized
from mt_eval.metrics.chrF import _open_characters as open_characters
from mt_eval.metrics.chrF import _open_words as open_split
from mt_eval.metrics.ngrams import count_ngrams
from mt_eval.metrics.pieces import split_texts
from mt_eval.metrics.words import WordTable

lines = st.text(alphabet="aệ5٣ .,,-–\u060c؟()“”&;%$\u00a0\u3000\tم²½&lt;<skipped>\U0001f600", max_size=25)
"""Marks, digits and white space of several kinds beside each other, and what `13a` replaces."""

TABLES: dict[str, tuple[WordTable, Callable[[str], list[str]]]] = {
    "13a": (open_tokenized("13a"), lambda line: BLEU(tokenize="13a")._preprocess_segment(line).split()),
    "intl": (open_tokenized("intl"), lambda line: BLEU(tokenize="intl")._preprocess_segment(line).split()),
    "chrF++": (open_split(), CHRF(word_order=2)._remove_punctuation),
    "chrF": (open_characters(), lambda line: list("".join(line.split()))),
}


@pytest.mark.parametrize("name", TABLES)
@given(texts=st.lists(lines, max_size=8))
@example(texts=["Năm 2024.", ".5 (6)", " .5", "5) . ", "x", "Năm 2024. Nay", "&amp;lt; -5- a<skipped>b", ""])
def test_words_are_those_of_the_whole_line(name: str, texts: list[str]) -> None:
    """Two words have the same number exactly where sacrebleu gives the same word, whichever text they are in."""
    table, cut = TABLES[name]
    expected = [cut(text) for text in texts]

    gathered = table.gather(split_texts(texts))

    assert [len(words) for words in expected] == gathered.lengths.tolist()
    flat = [word for words in expected for word in words]
    numbers = gathered.tokens.tolist()
    assert len(set(flat)) == len(set(numbers)) == len(set(zip(flat, numbers, strict=True)))


@pytest.mark.parametrize("tokenizer", ["13a", "intl"])
@given(texts=st.lists(st.text(st.characters() | st.sampled_from("a1Ệ٣"), max_size=5), max_size=6))
@example(texts=[f"a{mark}a 1{mark}2{mark} {mark}" for mark in "$+<=>^`|~!\"#%&'()*,-./:;?@[\\]_{}"])
def test_only_words_with_marks_are_cut(tokenizer: str, texts: list[str]) -> None:
    """Words that are not given to sacrebleu, since none of their characters is a mark, are words to it, too."""
    line = " ".join(texts).replace("\n", " ")

    gathered = open_tokenized(tokenizer).gather(split_texts([line]))

    assert gathered.lengths.tolist() == [len(BLEU(tokenize=tokenizer)._preprocess_segment(line).split())]


def test_a_full_table_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept has a bound, and all texts of one call are numbered by the same table whatever it holds."""
    monkeypatch.setattr(pieces, "_MOST_CHARACTERS", 30)
    table = WordTable(str.split)

    for start in range(5):
        texts = [f"{start + place} con mèo" for place in range(4)]
        split = split_texts([*texts, *texts])

        assert count_ngrams(table.gather(split), 2)[:, :, 2].tolist() == [[3, 2]] * 4
        assert split.table.characters <= 30 + sum(len(text) + 3 for text in texts)


def test_older_texts_keep_their_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts that were split before a table was full are cut as they were."""
    monkeypatch.setattr(pieces, "_MOST_CHARACTERS", 0)
    table = WordTable(list)
    older, newer = split_texts(["con mèo"]), split_texts(["mèo con"])

    found = [table.gather(each).tokens.tolist() for each in (older, newer, older)]

    assert found == [[0, 1, 2, 3, 4, 1], [0, 1, 2, 3, 2, 4], [0, 1, 2, 3, 4, 1]]


def test_threads_share_a_table() -> None:
    """Texts that several threads split and cut at the same time have the words they have alone."""
    table = WordTable(str.split)
    texts = [" ".join(f"thread{number * step % 97}" for number in range(60)) for step in range(1, 40)]

    def count(text: str) -> list[list[int]]:
        return count_ngrams(table.gather(split_texts([text, text])), 1)[0].tolist()

    with ThreadPoolExecutor(8) as pool:
        counted = list(pool.map(count, texts * 20))

    assert counted == [[[60, 60, 60]]] * len(counted)
