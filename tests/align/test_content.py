"""Alignment by content: laws, hand-made cases, the seed pair and NTREX."""

from __future__ import annotations

import importlib.util
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mt_eval.align import SegmentedPair, align_by_content, locate_gold, pair_by_content, pair_by_gold, read_gold
from mt_eval.align.weights import Weights
from mt_eval.data.articles import read_article
from mt_eval.data.manifest import read_manifest
from mt_eval.text.clean import clean
from mt_eval.text.segment import split, split_lines
from mt_eval.types import Article, Kind, Segment, SegmentPair


def _lines(name: str, lang: str, texts: Sequence[str]) -> tuple[Segment, ...]:
    return tuple(split_lines(Article(name, lang, "\n".join(texts)))) if texts else ()


def _pair(source: Sequence[str], reference: Sequence[str], langs: tuple[str, str] = ("vi", "ar")) -> list[SegmentPair]:
    (pairs,) = pair_by_content(
        [SegmentedPair("d", _lines("s", langs[0], source), _lines("r", langs[1], reference))], *langs
    )
    return pairs


def _texts(pairs: Sequence[SegmentPair]) -> list[tuple[str, str]]:
    return [(pair.source_text, pair.reference_text) for pair in pairs]


_TEXTS = st.lists(st.text("ab .12اب?", min_size=1, max_size=40).filter(str.strip), max_size=9)


@given(st.lists(st.tuples(_TEXTS, _TEXTS), max_size=3))
@settings(deadline=None)
def test_every_segment_is_paired_once_in_order(texts: list[tuple[list[str], list[str]]]) -> None:
    """Alignment by content keeps order, covers both sides exactly, and makes only groups of the kinds there are."""
    articles = [
        SegmentedPair(f"d{number}", _lines("s", "vi", source), _lines("r", "ar", reference))
        for number, (source, reference) in enumerate(texts)
    ]

    found = align_by_content(articles, "vi", "ar")

    for article, alignment in zip(articles, found, strict=True):
        pairs = alignment.pairs
        assert article.source == tuple(segment for pair in pairs for segment in pair.source)
        assert article.reference == tuple(segment for pair in pairs for segment in pair.reference)
        assert all((len(pair.source), len(pair.reference)) in Weights().priors for pair in pairs)
        assert [f"{article.id}:{number}" for number in range(1, len(pairs) + 1)] == [pair.id for pair in pairs]
        assert len(alignment.costs) == len(pairs)


_SOURCE = [f"Năm {year} có {year % 7}00 người đến dự lễ hội ở thành phố này." for year in range(2015, 2024)]
_REFERENCE = [f"في عام {year} حضر {year % 7}00 شخص المهرجان في هذه المدينة." for year in range(2015, 2024)]


def test_a_sentence_that_is_missing_is_left_alone() -> None:
    """A source sentence without counterpart stands alone where it occurs; its neighbours keep theirs."""
    reference = [*_REFERENCE[:4], *_REFERENCE[5:]]

    pairs = _pair(_SOURCE, reference)

    expected = [*zip(_SOURCE[:4], reference[:4], strict=True), (_SOURCE[4], "")]
    expected += zip(_SOURCE[5:], reference[4:], strict=True)
    assert expected == _texts(pairs)


@pytest.mark.parametrize("joined", [2, 3])
def test_joined_sentences_are_found(joined: int) -> None:
    """Two or three source sentences that became one are one group, also where no full stop shows the joins."""
    one = " و".join(text.rstrip(".") for text in _REFERENCE[3 : 3 + joined]) + "."
    reference = [*_REFERENCE[:3], one, *_REFERENCE[3 + joined :]]

    pairs = _pair(_SOURCE, reference)

    assert (" ".join(_SOURCE[3 : 3 + joined]), one) in _texts(pairs)
    assert all(pair.kind is Kind.ALIGNED for pair in pairs)


def test_swapping_the_sides_swaps_the_alignment() -> None:
    """Neither side is special."""
    reference = [*_REFERENCE[:2], _REFERENCE[2] + " " + _REFERENCE[3], *_REFERENCE[5:]]

    forward = _texts(_pair(_SOURCE, reference))
    backward = _texts(_pair(reference, _SOURCE, ("ar", "vi")))

    assert backward == [(theirs, ours) for ours, theirs in forward]


def test_a_long_gap_is_bridged() -> None:
    """A hundred sentences that only one side has do not put the rest out of reach."""
    source = [f"Câu số {number} nói về con số {number * 7}." for number in range(160)]
    reference = [f"الجملة رقم {number} تتحدث عن العدد {number * 7}." for number in [*range(30), *range(130, 160)]]

    pairs = _pair(source, reference)

    aligned = [pair for pair in pairs if pair.kind is Kind.ALIGNED]
    assert [pair.source[0].id for pair in aligned] == [f"s:{n + 1}" for n in [*range(30), *range(130, 160)]]


def test_articles_teach_each_other() -> None:
    """Words without any likeness are learned from other articles of the set: alone, their order cannot be seen."""
    words = {
        **{"sandro": "بيتة", "milofa": "كرومة", "tekula": "شجرة", "gorvan": "نافذة", "pilter": "سحابة"},
        **{"hestom": "قمرة", "dulfin": "زهرة", "varket": "مطرة"},
    }
    rng = random.Random(1)
    articles = []
    for number in range(40):
        chosen = [rng.sample(sorted(words), 3) for _ in range(4)]
        articles.append(
            SegmentedPair(
                f"d{number}",
                _lines("s", "fi", [" ".join(sentence) + "." for sentence in chosen]),
                # The third sentence is missing; nothing but its words says which one it is.
                _lines("r", "ar", [" ".join(words[w] for w in s) + "." for k, s in enumerate(chosen) if k != 2]),
            )
        )

    together = pair_by_content(articles, "fi", "ar")
    alone = [pair_by_content([article], "fi", "ar")[0] for article in articles]

    def count_right(found: Sequence[Sequence[SegmentPair]]) -> int:
        return sum([pair.kind for pair in pairs].index(Kind.SOURCE_ONLY) == 2 for pairs in found if len(pairs) == 4)

    assert count_right(together) >= 35 > count_right(alone)


def _score(found: Sequence[SegmentPair], gold: Sequence[SegmentPair]) -> float:
    """F1 over groups with both sides, equal where both texts are equal."""
    ours, theirs = ({texts for texts in _texts(pairs) if all(texts)} for pairs in (found, gold))
    return 2 * len(ours & theirs) / (len(ours) + len(theirs))


@pytest.mark.parametrize("backward", [False, True])
def test_content_against_gold(repository: Path, backward: bool, record_property: pytest.RecordProperty) -> None:
    """On the seed pair all 20 groups are found where sentences are cut as in the gold file, else 17.

    Measured: F1 1.000 and 0.872. Without the gold file's breaks the headline cannot be split off, nor the credit of the
    picture from the paragraph after it, so 17 right groups of 19 are the best there is.
    """
    manifest = read_manifest(repository / "seeds" / "articles.yaml")
    path = repository / "seeds" / "gold" / "xi-putin-2024.tsv"
    articles = []
    for number in ("002", "000") if backward else ("000", "002"):
        entry = manifest.articles[number]
        raw = read_article(manifest, entry)
        text = clean(raw.text, raw.lang, word_segmented=entry.segmented, furniture=entry.furniture).text
        articles.append(Article(raw.id, raw.lang, text))
    langs = articles[0].lang, articles[1].lang
    spans = locate_gold(path, read_gold(path, *langs), *articles)
    breaks = [[cut for span in side if span for cut in span] for side in zip(*spans, strict=True)]
    cut = [tuple(split(article, places)) for article, places in zip(articles, breaks, strict=True)]
    gold = pair_by_gold("p", spans, *cut)

    with_breaks = _score(pair_by_content([SegmentedPair("p", *cut)], *langs)[0], gold)
    plain = [tuple(split(article)) for article in articles]
    without = _score(pair_by_content([SegmentedPair("p", *plain)], *langs)[0], gold)

    record_property("f1_gold_breaks", with_breaks)
    record_property("f1_no_breaks", without)
    print(f"F1 against gold: {with_breaks:.3f} with its breaks, {without:.3f} without")
    assert with_breaks >= 0.95
    assert without >= 0.87


@pytest.fixture(scope="module")
def cases(repository: Path) -> ModuleType:
    """The maker of cases of `scripts/validate_alignment.py`."""
    spec = importlib.util.spec_from_file_location("alignment_cases", repository / "scripts" / "alignment_cases.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("source_lang", "reference_lang"), [("vi", "ar"), ("ar", "vi"), ("en", "ar")])
def test_known_alignments_are_found(ntrex: Path, cases: ModuleType, source_lang: str, reference_lang: str) -> None:
    """On documents of NTREX with sentences joined, dropped and added, F1 is what the issue asked for."""
    documents = cases.take_half(cases.read_documents(ntrex, source_lang, reference_lang), "test")
    rng = random.Random(7)
    made = [cases.make_case(document, rng) for document in documents]
    articles = [cases.make_segments(number, case, source_lang, reference_lang) for number, case in enumerate(made)]

    found = [cases.list_groups(pairs) for pairs in pair_by_content(articles, source_lang, reference_lang)]

    right = sum(len(groups & case.groups) for groups, case in zip(found, made, strict=True))
    assert 2 * right / (sum(map(len, found)) + sum(len(case.groups) for case in made)) >= 0.95
