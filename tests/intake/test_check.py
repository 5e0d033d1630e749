"""Whether references are fit, and what is found in them."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest

from mt_eval.align import SegmentedPair, pair_by_content
from mt_eval.intake.articles import check_articles
from mt_eval.intake.check import check_pairs
from mt_eval.intake.folder import open_folder, segment_article
from mt_eval.text.segment import split, split_lines
from mt_eval.types import Article, SegmentPair


@pytest.fixture(scope="module")
def articles(repository: Path) -> dict[str, Article]:
    """The five seed articles, cleaned."""
    manifest = open_folder(str(repository / "seeds"))
    return {name: segment_article(manifest, entry)[0] for name, entry in manifest.articles.items()}


@pytest.fixture(scope="module")
def parallel(repository: Path) -> tuple[list[str], list[str]]:
    """The texts of the gold groups of the seed pair: 20 Vietnamese ones and the Arabic ones that say the same."""
    rows = (repository / "seeds" / "gold" / "xi-putin-2024.tsv").read_text(encoding="utf-8").splitlines()[1:]
    cells = [row.split("\t") for row in rows]
    return [cell[0] for cell in cells if cell[1]], [cell[1] for cell in cells if cell[1]]


def _align(source: Sequence[str], reference: Sequence[str]) -> list[SegmentPair]:
    sides = [
        tuple(split_lines(Article(name, lang, "\n".join(lines))))
        for name, lang, lines in (("s", "vi", source), ("r", "ar", reference))
    ]
    (pairs,) = pair_by_content([SegmentedPair("p", *sides)], "vi", "ar")
    return pairs


def _find(pairs: Sequence[SegmentPair], kind: str) -> list[str]:
    _, findings = check_pairs(pairs, "vi", "ar")
    return [finding.quote for finding in findings if finding.kind == kind]


def test_the_seed_translation_is_fit_and_the_comparable_pair_is_not(articles: dict[str, Article]) -> None:
    """Verdicts follow the texts, whatever the manifest calls them."""
    verdicts = {}
    for one, other in (("000", "002"), ("001", "003"), ("004", "003")):
        (pairs,) = pair_by_content(
            [SegmentedPair(one, tuple(split(articles[one])), tuple(split(articles[other])))], "vi", "ar"
        )
        fitness, _ = check_pairs(pairs, "vi", "ar")
        verdicts[one] = (fitness[one].judged, fitness[one].unfit)

    assert verdicts == {"000": (True, False), "001": (True, True), "004": (True, True)}


def test_nothing_is_found_where_nothing_is_wrong(parallel: tuple[list[str], list[str]]) -> None:
    """The seed pair, group by group, has no finding."""
    assert check_pairs(_align(*parallel), "vi", "ar")[1] == []


def test_omissions_and_additions_are_cited(parallel: tuple[list[str], list[str]]) -> None:
    """A sentence that the reference lacks, and one that it adds, are quoted."""
    source, reference = parallel

    pairs = _align([*source[:6], *source[7:]], [*reference[:12], *reference[13:]])

    assert _find(pairs, "addition") == [reference[6]]
    assert _find(pairs, "omission") == [source[12]]


def test_a_sentence_that_moved_is_order_not_omission(parallel: tuple[list[str], list[str]]) -> None:
    """A sentence whose counterpart stands elsewhere is told with both places, and not as missing."""
    source, reference = parallel

    pairs = _align(source, [*reference[:5], *reference[6:16], reference[5], *reference[16:]])

    assert sorted(_find(pairs, "order")) == sorted([source[5], reference[5]])
    assert _find(pairs, "omission") == _find(pairs, "addition") == []


def test_changed_numbers_are_cited(parallel: tuple[list[str], list[str]]) -> None:
    """A number that differs is named with its sentence."""
    source, reference = parallel
    changed = [text.replace("200 مليار", "700 مليار") for text in reference]

    _, findings = check_pairs(_align(source, changed), "vi", "ar")

    (found,) = findings
    assert (found.kind, found.quote) == ("numbers", changed[9])
    assert "700" in found.what


@pytest.mark.parametrize("damage", ["⁇", "&quot;"])
def test_artefacts_of_machines_are_cited(parallel: tuple[list[str], list[str]], damage: str) -> None:
    """Marks that models and web pages leave behind are quoted."""
    source, reference = parallel

    pairs = _align(source, [f"{reference[0]} {damage}", *reference[1:]])

    assert [quote.endswith(damage) for quote in _find(pairs, "machine")] == [True]


def test_adapted_references_are_told() -> None:
    """Where most groups join or split sentences, the reference counts as adapted; where few do, it does not."""
    numbers = range(2000, 2048)
    source = [f"Năm {number} có {number * 3} người đến dự lễ hội." for number in numbers]
    reference = [f"في عام {number} حضر {number * 3} شخص المهرجان." for number in numbers]
    joined = [f"{one} {other}" for one, other in zip(reference[::2], reference[1::2], strict=True)]

    _, adapted = check_pairs(_align(source, joined), "vi", "ar")
    _, plain = check_pairs(_align(source[::2], reference[::2]), "vi", "ar")

    assert [finding.what for finding in adapted if finding.kind == "adapted"] == [
        "only 0 of 24 groups are one sentence to one"
    ]
    assert [finding for finding in plain if finding.kind == "adapted"] == []


def test_punctuation_kept_by_all_is_a_sign_of_machines(parallel: tuple[list[str], list[str]]) -> None:
    """Forty sentences with exactly the punctuation of their sources are told; the seed pair's twenty say nothing."""
    source, reference = parallel
    literal = [f"Năm {number}, có {number * 3} người." for number in range(2000, 2040)]
    machine = [f"في عام {number}، حضر {number * 3} شخص." for number in range(2000, 2040)]

    told = [check_pairs(_align(*sides), "vi", "ar")[1] for sides in ((literal, machine), (source * 2, reference * 2))]

    assert [[finding.where for finding in each if "punctuation" in finding.what] for each in told] == [
        ["all pairs"],
        [],
    ]


def test_half_a_translation_is_fit_and_a_quarter_is_not(parallel: tuple[list[str], list[str]]) -> None:
    """What share of the source has a counterpart decides, with a threshold between."""
    source, reference = parallel

    judged = [check_pairs(_align(source, reference[:count]), "vi", "ar")[0]["p"] for count in (10, 3)]

    assert [(each.unfit, each.judged) for each in judged] == [(False, True), (True, True)]


def test_a_headline_and_a_sentence_are_not_judged(parallel: tuple[list[str], list[str]]) -> None:
    """Too little text says nothing, and is not refused."""
    source, reference = parallel

    fitness = check_pairs(_align(source[:2], reference[4:6]), "vi", "ar")[0]["p"]

    assert (fitness.judged, fitness.unfit) == (False, False)


def test_references_are_told_from_other_texts(ntrex: Path) -> None:
    """Of the documents of NTREX at most one is refused beside its own translation; with another's all are."""
    names = (ntrex / "docids.tsv").read_text(encoding="utf-8").split()
    sides = [(ntrex / f"ntrex.{lang}.txt").read_text(encoding="utf-8").splitlines() for lang in ("vi", "ar")]
    documents: dict[str, tuple[list[str], list[str]]] = {}
    for name, ours, theirs in zip(names, *sides, strict=True):
        source, reference = documents.setdefault(name, ([], []))
        source.append(ours)
        reference.append(theirs)
    chosen = random.Random(3).sample(sorted(documents), 8)

    own = [check_pairs(_align(*documents[name]), "vi", "ar")[0]["p"] for name in chosen]
    others = [
        check_pairs(_align(documents[one][0], documents[other][1]), "vi", "ar")[0]["p"]
        for one, other in zip(chosen, [*chosen[1:], chosen[0]], strict=True)
    ]

    # One document of NTREX-128 has lost the spaces of its Arabic.
    assert sum(each.unfit for each in own) <= 1
    assert all(each.unfit or not each.judged for each in others)


# --- articles


def _check(text: str, lang: str = "vi") -> list[str]:
    return [finding.what for finding in check_articles([Article("a", lang, text)])]


def test_damaged_letters_are_found(articles: dict[str, Article]) -> None:
    """Text read as Windows-1252, replacement characters, lost letters and decomposed ones; sound text has nothing."""
    text = articles["001"].text
    misread = text.encode("utf-8").decode("cp1252", errors="ignore")
    lost = text.replace("ả", "?").replace("ế", "?")

    assert "read as Windows-1252" in _check(misread)[0]
    assert "U+FFFD" in _check(f"{text[:20]}\ufffd{text[20:]}")[0]
    assert "question marks inside words" in _check(lost)[0]
    assert "NFD" in _check(unicodedata.normalize("NFD", text))[0]
    assert "spaces were lost" in _check(articles["002"].text.replace("ال ", "ال").replace(" ", ""), "ar")[0]
    assert check_articles(list(articles.values())) == []


def test_copies_are_found(articles: dict[str, Article]) -> None:
    """The same text twice, and half of a text in another, are told with words they share."""
    text = articles["003"].text
    again, half = Article("again", "ar", text), Article("half", "ar", text[len(text) // 2 :])

    found = {(f.where, f.kind): f for f in check_articles([articles["003"], again, half, articles["002"]])}

    assert set(found) == {("003", "duplicate"), ("003", "near-duplicate"), ("again", "near-duplicate")}
    assert found["003", "duplicate"].what == "is again again"
    assert found["003", "near-duplicate"].quote in " ".join(half.text.split())
