"""Scores of whole corpora: laws, levels, intervals, warnings, and other people's numbers."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import sacrebleu
from hypothesis import given, settings
from hypothesis import strategies as st

from mt_eval.config import MetricsConfig
from mt_eval.metrics import METRICS
from mt_eval.score.interval import expanded_intervals
from mt_eval.score.scored import Scored, score_translations
from mt_eval.types import Level, Score

WORDS = ["con", "mèo", "hội đàm", "“Nga”,", "قال", "الرئيس،", "٢٠٢٤", "26.3%", "(AFP)", "?"]
texts = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)
rows = st.lists(st.tuples(st.sampled_from("abc"), texts, texts), min_size=1, max_size=6)


def score(corpus: tuple, *, lang: str = "ar", samples: int = 0, complete: bool = True, **metrics: object) -> Scored:
    """Scores with all metrics and without intervals, if not told otherwise."""
    config = MetricsConfig(**{"names": list(METRICS), "samples": samples, **metrics})
    return score_translations(*corpus, lang, config, alignment="gold", normalization="none", complete_articles=complete)


def find(scored: Scored, metric: str, level: Level = Level.SEGMENT) -> Score:
    return next(s for s in scored.scores if (s.metric, s.level) == (metric, level))


def make_rows(articles: int, segments: int, seed: int = 0) -> list[tuple[str, str, str]]:
    """Rows of random words, the translation being the reference with some words changed."""
    generator = random.Random(seed)
    made = []
    for index in range(articles * segments):
        reference = generator.choices(WORDS, k=generator.randint(5, 15))
        translation = [generator.choice(WORDS) if generator.random() < 0.3 else word for word in reference]
        made.append((f"a{index // segments}", " ".join(translation), " ".join(reference)))
    return made


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=4, max_size=9).map(" ".join), min_size=1, max_size=5))
def test_a_text_against_itself_is_perfect(make_corpus: Callable, lines: list[str]) -> None:
    """Every metric is 100 and TER 0, at both levels and for every segment."""
    scored = score(make_corpus([("a", line, line) for line in lines]))

    assert [s.value for s in scored.scores] == pytest.approx(
        [0.0 if s.metric == "TER" else 100.0 for s in scored.scores]
    )
    for metric, values in scored.segment_scores.items():
        assert values == pytest.approx([0.0 if metric == "TER" else 100.0] * len(lines))


@settings(deadline=None)
@given(rows, st.randoms(use_true_random=False))
def test_order_does_not_matter_to_segment_scores(make_corpus: Callable, lines: list, shuffler: random.Random) -> None:
    """Shuffled segment pairs have the same corpus scores and the same scores per article."""
    shuffled = shuffler.sample(lines, len(lines))

    first, second = score(make_corpus(lines)), score(make_corpus(shuffled))

    for metric in METRICS:
        assert find(first, metric).value == find(second, metric).value
        assert dict(find(first, metric).per_article) == dict(find(second, metric).per_article)


@settings(deadline=None)
@given(rows)
def test_an_article_scores_as_if_alone(make_corpus: Callable, lines: list) -> None:
    """A score per article is the score of a corpus of that article only, at both levels."""
    scored = score(make_corpus(lines))

    for article in {line[0] for line in lines}:
        alone = score(make_corpus([line for line in lines if line[0] == article]))
        for whole in scored.scores:
            assert whole.per_article[article] == find(alone, whole.metric, whole.level).value


def test_statistics_reproduce_every_score(make_corpus: Callable) -> None:
    """Summed rows of the stored statistics give the scores, and units say which row is whose."""
    corpus = make_corpus([*make_rows(2, 3), ("a1", "thừa", None), ("a1", None, "thiếu")])

    scored = score(corpus)

    assert dict(scored.units) == {"segment": ("p0", "p1", "p2", "p3", "p4", "p5"), "article": ("a0", "a1")}
    assert set(scored.statistics) == {f"{s.metric}.{s.level}" for s in scored.scores}
    for s in scored.scores:
        table = scored.statistics[f"{s.metric}.{s.level}"]
        assert table.dtype == np.int32
        assert len(table) == len(scored.units[s.level])
        assert s.value == float(METRICS[s.metric].score(table.sum(axis=0)))


def test_segments_that_lack_a_side_are_none_and_counted(make_corpus: Callable) -> None:
    """They have no score, change none at level segment, and a warning tells their number."""
    lines = make_rows(1, 3)

    scored = score(make_corpus([lines[0], ("a0", "thừa", None), *lines[1:], ("a0", None, "thiếu")]))

    assert [value is None for value in scored.segment_scores["chrF"]] == [False, True, False, False, True]
    assert find(scored, "chrF").value == find(score(make_corpus(lines)), "chrF").value
    assert scored.warnings == ("2 of 5 segment pairs have no counterpart and are not scored at the segment level",)


def test_an_empty_translation_scores_as_empty(make_corpus: Callable) -> None:
    """It is 0 (TER 100), is counted in a warning, and lowers the corpus score."""
    lines = [*make_rows(1, 3), ("a0", "", "một hai ba")]

    scored = score(make_corpus(lines))

    assert [scored.segment_scores[metric][3] for metric in METRICS] == [0.0, 0.0, 0.0, 0.0, 100.0]
    assert find(scored, "chrF").value < find(score(make_corpus(lines[:3])), "chrF").value
    assert scored.warnings == ("1 of 4 translations is empty and scores as empty",)


def test_what_cannot_be_scored_is_none(make_corpus: Callable) -> None:
    """Without any aligned pair there is no score at level segment, while the article still has one."""
    scored = score(make_corpus([("a", "một hai", None), ("a", None, "một hai")]), samples=50)

    assert [s.value for s in scored.scores if s.level is Level.SEGMENT] == [None] * len(METRICS)
    assert find(scored, "chrF", Level.ARTICLE).value == 100.0
    assert dict(find(scored, "chrF").per_article) == {"a": None}
    assert scored.segment_scores["chrF"] == (None, None)
    assert scored.warnings == (
        "no segment pair has both a source and a reference: there is no score at the segment level",
    )


def test_an_article_without_reference_is_none_and_counted(make_corpus: Callable) -> None:
    """It has no score at either level, and the others' article score is unchanged."""
    scored = score(make_corpus([("a", "một hai", "một hai"), ("b", "ba", None)]))

    assert dict(find(scored, "chrF", Level.ARTICLE).per_article) == {"a": 100.0, "b": None}
    assert scored.warnings[0].startswith("1 of 2 articles has no human version and no score")


def test_no_data_at_all_scores_none(make_corpus: Callable) -> None:
    """No pairs give scores without a value, and no error."""
    scored = score(([], []), samples=10)

    assert {s.value for s in scored.scores} == {None}


def test_cut_articles_are_told(make_corpus: Callable) -> None:
    """When pairs of the data are missing, a warning says what article scores then compare."""
    scored = score(make_corpus(make_rows(1, 2)), complete=False)

    assert scored.warnings[0].startswith("only part of the data was translated")


@pytest.mark.parametrize(("lang", "told"), [("ar", False), ("vi", False), ("zh", True), ("th", True)])
def test_languages_without_spaces_are_told(make_corpus: Callable, lang: str, told: bool) -> None:
    """Metrics that count words are said to be unfit where words are not separated; chrF is not."""
    scored = score(make_corpus(make_rows(1, 2)), lang=lang)

    assert [w for w in scored.warnings if w.startswith("BLEU-intl, BLEU-13a, TER: ")] == list(scored.warnings)[
        : int(told)
    ]


def test_ter_exists_for_segments_only(make_corpus: Callable) -> None:
    """Scores come in the order asked for, level segment first, and TER has no level article."""
    scored = score(make_corpus(make_rows(1, 2)), names=["TER", "BLEU-13a"])

    assert [(s.metric, s.level) for s in scored.scores] == [
        ("TER", "segment"),
        ("BLEU-13a", "segment"),
        ("BLEU-13a", "article"),
    ]


def test_signature_says_level_alignment_and_normalization(make_corpus: Callable) -> None:
    """sacrebleu's signature comes first, what else decides the number after it."""
    signatures = [s.signature for s in score(make_corpus(make_rows(1, 2)), names=["BLEU-intl"]).scores]

    assert signatures == [
        f"nrefs:1|case:mixed|eff:no|tok:intl|smooth:exp|version:{sacrebleu.__version__}|level:{level}|align:gold|norm:none"
        for level in ("segment", "article")
    ]


@pytest.mark.parametrize(
    ("articles", "segments", "samples", "expected"),
    [
        (9, 3, 50, ("segment", None)),
        (10, 3, 50, ("article", "article")),
        (1, 1, 50, (None, None)),
        (1, 2, 50, ("segment", None)),
        (10, 1, 0, (None, None)),
    ],
)
def test_unit_of_resampling(
    make_corpus: Callable, articles: int, segments: int, samples: int, expected: tuple[str | None, str | None]
) -> None:
    """Articles from ten on, else segments at level segment, else nothing; without a unit there is no interval."""
    scored = score(make_corpus(make_rows(articles, segments)), samples=samples, names=["chrF", "BLEU-13a"])

    assert expected == (find(scored, "chrF").resampled, find(scored, "chrF", Level.ARTICLE).resampled)
    for s in scored.scores:
        assert (s.low is None) == (s.high is None) == (s.resampled is None)
        if s.low is not None:
            assert s.low <= s.value <= s.high


def test_interval_is_that_of_scores_of_redrawn_articles(make_corpus: Callable) -> None:
    """The interval is that of the scores of corpora put together anew from drawn articles and scored one by one."""
    lines = make_rows(12, 2)
    generator = np.random.Generator(np.random.PCG64(0))
    redrawn = []
    for _ in range(40):
        drawn = [line for article in generator.integers(12, size=12) for line in lines[2 * article : 2 * article + 2]]
        redrawn.append(find(score(make_corpus(drawn), names=["chrF++"]), "chrF++").value)

    actual = find(score(make_corpus(lines), names=["BLEU-13a", "chrF++"], samples=40, seed=0), "chrF++")

    sizes = [sum(len(line[2].replace(" ", "")) for line in lines[place : place + 2]) for place in range(0, 24, 2)]
    low, high = expanded_intervals(np.array(redrawn), sum(sizes) ** 2 / sum(size**2 for size in sizes))
    assert (actual.low, actual.high) == pytest.approx((low, high))


def test_interval_depends_on_the_seed_only(make_corpus: Callable) -> None:
    """The same seed gives the same interval whatever other metrics are asked for; another seed another one."""
    corpus = make_corpus(make_rows(1, 20))

    zero, again, one = (
        find(score(corpus, samples=60, seed=seed, names=names), "chrF")
        for seed, names in ((0, ["chrF"]), (0, list(METRICS)), (1, ["chrF"]))
    )

    assert (zero.low, zero.high) == (again.low, again.high)
    assert (zero.low, zero.high) != (one.low, one.high)


def run_sacrebleu(folder: Path, translations: Sequence[str], references: Sequence[str], *options: str) -> list[dict]:
    """What the sacrebleu command prints for texts written one a line."""
    for name, lines in (("translations", translations), ("references", references)):
        (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    command = [sys.executable, "-m", "sacrebleu", str(folder / "references"), "-i", str(folder / "translations")]
    finished = subprocess.run([*command, *options, "-w", "10"], capture_output=True, text=True, check=True)
    printed = json.loads(finished.stdout)
    return printed if isinstance(printed, list) else [printed]


def test_scores_are_those_of_the_command(make_corpus: Callable, tmp_path: Path) -> None:
    """Exported text files give the same digits and signatures with the sacrebleu command, at both levels."""
    lines = [*make_rows(3, 5), ("a0", "", "một hai ba"), ("a1", "Ông nói - «không». ", "Ông nói: “không”.")]
    scored = score(make_corpus(lines))
    joined = [[" ".join(line[side] for line in lines if line[0] == a) for a in ("a0", "a1", "a2")] for side in (1, 2)]
    intl = ("-tok", "intl", "--chrf-word-order", "2")
    printed = {}
    for level, sides in (("segment", ([s[1] for s in lines], [s[2] for s in lines])), ("article", joined)):
        printed["BLEU-intl", level], printed["chrF++", level] = run_sacrebleu(
            tmp_path, *sides, "-m", "bleu", "chrf", *intl
        )
        printed["BLEU-13a", level], printed["chrF", level] = run_sacrebleu(tmp_path, *sides, "-m", "bleu", "chrf")
        if level == "segment":
            (printed["TER", level],) = run_sacrebleu(tmp_path, *sides, "-m", "ter")

    assert {key: line["score"] for key, line in printed.items()} == {
        (s.metric, s.level): round(s.value, 10) for s in scored.scores
    }
    for s in scored.scores:
        assert s.signature.startswith(printed[s.metric, s.level]["signature"] + "|level:")


PUBLISHED = [
    ("ar", ("argos", "bergamot-base", "bergamot-base-memory", "google", "microsoft", "nllb", "opusmt")),
    ("vi", ("google", "microsoft", "nllb", "opusmt")),
]


@pytest.mark.parametrize(("lang", "system"), [(lang, system) for lang, systems in PUBLISHED for system in systems])
def test_published_bleu_is_reproduced(make_corpus: Callable, flores_systems: Path, lang: str, system: str) -> None:
    """BLEU with 13a equals, as rounded there, what mozilla/firefox-translations-models (e7957fc) published."""
    folder = flores_systems / f"en-{lang}"
    output = folder / f"flores-dev.{system}.{lang}"
    reference, translation = (
        path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
        for path in (folder / f"flores-dev.{lang}", output)
    )
    published = Path(f"{output}.bleu").read_text(encoding="utf-8").strip()
    corpus = make_corpus([("flores", t, r) for t, r in zip(translation, reference, strict=True)])

    scored = score(corpus, lang=lang, names=["BLEU-13a"])

    assert published == f"{find(scored, 'BLEU-13a').value:.1f}"


@pytest.mark.parametrize(("forms", "side"), [(("NFD", "NFC"), "translations"), (("NFC", "NFD"), "references")])
def test_different_forms_of_the_sides_are_warned_about(
    make_corpus: Callable, forms: tuple[str, str], side: str
) -> None:
    """Decomposed letters beside composed ones score low for no reason that a reader sees."""
    text = "Ông Tập gặp ông Putin."
    rows = [("a", *(unicodedata.normalize(form, text) for form in forms)), ("a", "x y", "x y")]

    different, alike = score(make_corpus(rows)), score(make_corpus([("a", rows[0][1], rows[0][1])]))

    said = f"1 of 2 {side} have decomposed letters"
    assert [said in warning for warning in different.warnings].count(True) == 1
    assert "decomposed" not in str(alike.warnings)
