"""Sufficient statistics against sacrebleu's public scores, and signatures against its command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics.base import Metric
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER

from mt_eval.metrics import METRICS, count_texts

SACREBLEU: dict[str, Metric] = {
    "chrF++": CHRF(word_order=2),
    "chrF": CHRF(),
    "BLEU-intl": BLEU(tokenize="intl", force=True),
    "BLEU-13a": BLEU(tokenize="13a", force=True),
    "TER": TER(),
}
FOR_SENTENCES: dict[str, Metric] = SACREBLEU | {
    "BLEU-intl": BLEU(tokenize="intl", effective_order=True),
    "BLEU-13a": BLEU(tokenize="13a", effective_order=True),
}

WORDS = ["con", "mèo", "hội đàm", "“Nga”,", "قال", "الرئيس،", "٢٠٢٤", "26.3%", "(AFP)", "?", "&amp;", "."]
texts = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
sides = st.lists(st.tuples(texts, texts), min_size=1, max_size=6)

# Expected: sacrebleu 2.6.0, `python -m sacrebleu REFERENCES -i TRANSLATIONS -b -w 10` with, in the order of METRICS,
# `-m chrf --chrf-word-order 2`, `-m chrf`, `-m bleu -tok intl`, `-m bleu -tok 13a`, `-m ter`.
GOLDEN = {
    "Vietnamese": (
        [
            "Chủ tịch Tập Cận Bình đã điện đàm với Tổng thống Putin.",
            "Hai bên thảo luận về hợp tác.",
            "Ông nói: “Không thể tách rời”.",
        ],
        [
            "Chủ tịch Tập Cận Bình hội đàm qua điện thoại với Tổng thống Putin.",
            "Hai nhà lãnh đạo thảo luận về quan hệ hợp tác.",
            "Ông nói: “Không thể chia cắt”.",
        ],
        (59.8989720404, 58.8771555011, 44.5606265508, 42.7085332494, 35.4838709677),
    ),
    "Arabic": (
        ["قال الرئيس، أمس، إن التجارة زادت بنسبة 26.3٪.", "هل وافق الطرفان؟"],
        ["قال الرئيس أمس إن التجارة ارتفعت بنسبة 26.3٪.", "هل وافق الجانبان؟"],
        (59.874430826, 62.0538491767, 27.0541134527, 22.9574884666, 36.3636363636),
    ),
    "same text, spaced punctuation": (
        ["نعم ، هذا صحيح ؛ أليس كذلك ؟"],
        ["نعم، هذا صحيح؛ أليس كذلك؟"],
        (79.6178343949, 100.0, 100.0, 6.5672747361, 120.0),
    ),
    "an empty translation": (
        ["", "the cat sat on the mat ."],
        ["nothing came", "the cat sat on a mat."],
        (52.0424739493, 47.9102256881, 36.7414549422, 36.7414549422, 62.5),
    ),
    "only empty translations": (["", ""], ["one two", "three"], (0.0, 0.0, 0.0, 0.0, 100.0)),
    "nothing in common": (["aaa bbb ccc"], ["xyz xyz"], (0.0, 0.0, 0.0, 0.0, 150.0)),
    "shorter than four words": (["con mèo"], ["con mèo"], (100.0, 100.0, 0.0, 0.0, 0.0)),
}


@pytest.mark.parametrize("case", GOLDEN)
def test_scores_of_summed_statistics_are_those_of_the_command(case: str) -> None:
    """Counting, summing and scoring gives what the sacrebleu command printed for the same lines."""
    translations, references, expected = GOLDEN[case]

    counted = count_texts(tuple(METRICS), translations, references)
    actual = [round(float(METRICS[name].score(rows.sum(axis=0))), 10) for name, rows in counted.items()]

    assert list(expected) == actual


@settings(deadline=None)
@given(sides)
def test_corpus_scores_are_sacrebleus(lines: list[tuple[str, str]]) -> None:
    """Every metric of summed rows equals sacrebleu's `corpus_score` on the same texts."""
    translations, references = map(list, zip(*lines, strict=True))
    expected = [SACREBLEU[name].corpus_score(translations, [references]).score for name in METRICS]

    counted = count_texts(tuple(METRICS), translations, references)

    assert expected == pytest.approx([float(METRICS[m].score(r.sum(axis=0))) for m, r in counted.items()], rel=1e-13)


@settings(deadline=None)
@given(sides)
def test_row_scores_are_sacrebleus_sentence_scores(lines: list[tuple[str, str]]) -> None:
    """Every row scores as sacrebleu's `sentence_score` of its texts, BLEU with effective order."""
    expected = {m: [FOR_SENTENCES[m].sentence_score(h, [r]).score for h, r in lines] for m in METRICS}

    counted = count_texts(tuple(METRICS), [h for h, _ in lines], [r for _, r in lines])

    for metric, rows in counted.items():
        assert expected[metric] == pytest.approx(METRICS[metric].score_segments(rows).tolist(), rel=1e-13)


@settings(deadline=None)
@given(sides)
def test_statistics_do_not_depend_on_what_else_is_asked_for(lines: list[tuple[str, str]]) -> None:
    """chrF beside chrF++, whose first columns it takes, has the rows that chrF has alone."""
    translations, references = map(list, zip(*lines, strict=True))

    together = count_texts(tuple(METRICS), translations, references)

    assert list(together) == list(METRICS)
    for metric, rows in together.items():
        assert rows.tolist() == count_texts([metric], translations, references)[metric].tolist()


any_texts = st.text(st.characters(), max_size=40)


@settings(deadline=None)
@given(st.lists(st.tuples(any_texts, any_texts) | st.tuples(texts, texts), min_size=1, max_size=6))
def test_every_count_is_sacrebleus(lines: list[tuple[str, str]]) -> None:
    """Row by row and column by column, the integers are those sacrebleu counts, whatever the characters."""
    translations, references = map(list, zip(*lines, strict=True))

    for metric, rows in count_texts(tuple(METRICS), translations, references).items():
        assert rows.tolist() == SACREBLEU[metric]._extract_corpus_statistics(translations, [references])


@pytest.mark.parametrize("lines_per_unit", [1, 40])
def test_every_count_of_real_text_is_sacrebleus(ntrex: Path, lines_per_unit: int) -> None:
    """So they are for news, line by line and article by article, and for a translation in another alphabet."""
    sides = {}
    for lang in ("vi", "ar"):
        lines = (ntrex / f"ntrex.{lang}.txt").read_text(encoding="utf-8").split("\n")[:200]
        units = [" ".join(lines[i : i + lines_per_unit]) for i in range(0, len(lines), lines_per_unit)]
        sides[lang] = units, [" ".join(unit.split()[::2]) for unit in units]
    copied, shortened = sides["vi"][0], sides["ar"][1]
    references = sides["ar"][0]

    for translations in (copied, shortened):
        counted = count_texts(("chrF++", "BLEU-intl", "BLEU-13a"), translations, references)
        for metric, rows in counted.items():
            assert rows.tolist() == SACREBLEU[metric]._extract_corpus_statistics(translations, [references])


def test_what_sacrebleu_keeps_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """After counting many words, sacrebleu's memory of what it cut is not full of them, and no count is other."""
    lines = [f"{word}.bound{number}" for number in range(100) for word in WORDS]
    references = lines[1:] + lines[:1]
    monkeypatch.setattr("mt_eval.metrics.BLEU._KEPT_LINES", 100)

    for metric, rows in count_texts(("BLEU-intl", "BLEU-13a"), lines, references).items():
        assert type(SACREBLEU[metric].tokenizer).__call__.cache_info().currsize <= 101
        assert rows.tolist() == SACREBLEU[metric]._extract_corpus_statistics(lines, [references])


def test_statistics_are_whole_numbers_with_a_column_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are int32, as many columns as the metric says, and the same however many units sacrebleu gets at once."""
    translations = [f"{word} một hai ba {n}" for n, word in enumerate(WORDS)]
    references = [f"một hai {word}" for word in WORDS]
    whole = count_texts(tuple(METRICS), translations, references)

    monkeypatch.setattr("mt_eval.metrics.chunks._MOST_CHARACTERS", 30)
    in_chunks = count_texts(tuple(METRICS), translations, references)

    for metric, rows in whole.items():
        assert (rows.dtype, rows.shape) == (np.int32, (len(WORDS), METRICS[metric].columns))
        assert rows.tolist() == in_chunks[metric].tolist()


def test_no_units_are_no_rows() -> None:
    """Nothing to score gives tables without rows."""
    counted = count_texts(tuple(METRICS), [], [])

    assert {name: (0, metric.columns) for name, metric in METRICS.items()} == {m: r.shape for m, r in counted.items()}


def test_sides_of_different_length_are_refused() -> None:
    """3 translations against 1 reference is an error, where sacrebleu gives BLEU 100."""
    with pytest.raises(ValueError, match="3 translations cannot be scored against 1 references"):
        count_texts(["BLEU-13a"], ["a b c d", "x", "y"], ["a b c d"])


@pytest.mark.parametrize(
    ("metric", "options"),
    [
        ("chrF++", ["-m", "chrf", "--chrf-word-order", "2"]),
        ("chrF", ["-m", "chrf"]),
        ("BLEU-intl", ["-m", "bleu", "-tok", "intl"]),
        ("BLEU-13a", ["-m", "bleu", "-tok", "13a"]),
        ("TER", ["-m", "ter"]),
    ],
)
def test_signature_is_the_one_the_command_prints(metric: str, options: list[str], tmp_path: Path) -> None:
    """sacrebleu's command, given the options of the metric, prints the same signature."""
    lines = tmp_path / "lines.txt"
    lines.write_text("một hai ba bốn\n", encoding="utf-8")
    command = [sys.executable, "-m", "sacrebleu", str(lines), "-i", str(lines), *options]

    printed = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    assert printed["signature"] == METRICS[metric].sign()
