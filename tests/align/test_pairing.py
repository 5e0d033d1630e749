"""Which texts are versions of each other."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from mt_eval.align.pairing import Proposal, Text, propose_pairs
from mt_eval.intake.folder import open_folder, segment_article
from mt_eval.text.segment import split
from mt_eval.types import Article, Relation


@pytest.fixture(scope="module")
def proposals(repository: Path) -> dict[str, Proposal]:
    """What is proposed for the five seed articles, by article."""
    manifest = open_folder(str(repository / "seeds"))
    sides: dict[str, list[Text]] = {"vi": [], "ar": []}
    for entry in manifest.articles.values():
        sides[entry.language].append(Text(entry.id, tuple(segment_article(manifest, entry)[1])))
    return {each.text: each for each in propose_pairs(sides["vi"], sides["ar"], "vi", "ar")}


def test_seed_articles_are_told_apart(proposals: dict[str, Proposal]) -> None:
    """000 and 002 are a translation; 001 and 003 tell like stories; 004 has no counterpart."""
    assert {name: each.relation for name, each in proposals.items()} == {
        "000": Relation.TRANSLATION,
        "002": Relation.TRANSLATION,
        "001": Relation.COMPARABLE,
        "003": Relation.COMPARABLE,
        "004": None,
    }
    assert (proposals["000"].counterpart, proposals["002"].counterpart) == ("002", "000")
    assert proposals["000"].mutual


def test_evidence_is_told_in_words(proposals: dict[str, Proposal]) -> None:
    """Agreeing sentences, lengths, numbers, months and names across scripts are named."""
    evidence = "; ".join(proposals["000"].evidence)

    assert "19 of 19 sentence groups agree" in evidence
    assert "numbers in both: 2022, 2023, 2024, 200, 8" in evidence
    assert "months in both: February, March, October" in evidence
    assert "carlson = كارلسون" in evidence
    assert "no names in both" in proposals["001"].evidence


def _text(name: str, lang: str, *lines: str) -> Text:
    return Text(name, tuple(split(Article(name, lang, "\n".join(lines)))))


def test_a_translation_is_nobody_elses_counterpart() -> None:
    """Of two texts that fit one text, the better one takes it, and the other is told so."""
    lines = [
        "Tổng thống Nga Vladimir Putin đến Bắc Kinh hôm 8/2.",
        "Kim ngạch thương mại vượt 240 tỷ USD năm 2023.",
        "Quân đội Israel tấn công Gaza vào sáng thứ bảy.",
    ]
    arabic = [
        "وصل الرئيس الروسي فلاديمير بوتين إلى بكين يوم 8 فبراير.",
        "تجاوز حجم التجارة 240 مليار دولار عام 2023.",
        "هاجم الجيش الإسرائيلي غزة صباح السبت.",
    ]

    found = propose_pairs(
        [_text("one", "vi", *lines), _text("two", "vi", *lines[:2])], [_text("x", "ar", *arabic)], "vi", "ar"
    )

    one, two, x = found
    assert (one.relation, one.counterpart, x.counterpart) == (Relation.TRANSLATION, "x", "one")
    assert (two.relation, two.mutual, two.evidence[0]) == (None, False, "x is the translation of one")


@pytest.mark.parametrize(
    ("side", "times"), [("source", 200), ("reference", 200), ("source", 20)], ids=["book", "Arabic book", "report"]
)
def test_one_long_text_keeps_no_other_from_its_translation(ntrex: Path, side: str, times: int) -> None:
    """A text many times as long as all others changes nothing of how those are paired."""
    documents = _read_documents(ntrex)[:6]
    sides = [
        [_text(f"{lang}{k}", lang, *each[i]) for k, each in enumerate(documents)] for i, lang in ((0, "vi"), (1, "ar"))
    ]
    alone = {each.text: each for each in propose_pairs(*sides, "vi", "ar")}
    long = [line for each in documents[:3] for line in each[side == "reference"]] * (times // 3)
    place = int(side == "reference")
    sides[place].append(_text("long", ("vi", "ar")[place], *long))

    found = {each.text: each for each in propose_pairs(*sides, "vi", "ar")}

    assert found.pop("long").relation is None
    assert {name: (each.counterpart, each.relation) for name, each in found.items()} == {
        name: (each.counterpart, each.relation) for name, each in alone.items()
    }
    assert sum(each.relation is Relation.TRANSLATION for each in found.values()) == 12


def _read_documents(ntrex: Path) -> list[tuple[list[str], list[str]]]:
    """The lines of each document of NTREX, in Vietnamese and in Arabic."""
    texts = [(ntrex / f"ntrex.{name}").read_text(encoding="utf-8").splitlines() for name in ("vi.txt", "ar.txt")]
    found: dict[str, tuple[list[str], list[str]]] = {}
    for name, *both in zip((ntrex / "docids.tsv").read_text().splitlines(), *texts, strict=True):
        for lines, line in zip(found.setdefault(name, ([], [])), both, strict=True):
            lines.append(line)
    return list(found.values())


def test_nothing_shared_is_nothing_found() -> None:
    """A text that shares no word, number or name with any other has no counterpart; so has one without others."""
    found = propose_pairs([_text("a", "vi", "Mèo ngủ.")], [_text("b", "ar", "زهرة.")], "vi", "ar")

    assert [(each.text, each.counterpart, each.relation) for each in found] == [("a", None, None), ("b", None, None)]
    assert propose_pairs([], [_text("b", "ar", "زهرة.")], "vi", "ar")[0].counterpart is None


def test_documents_are_paired(ntrex: Path, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 21 documents of NTREX, half without a counterpart, every true pair is found and no false one."""
    monkeypatch.syspath_prepend(str(repository / "scripts"))
    spec = importlib.util.spec_from_file_location("validate_pairing", repository / "scripts" / "validate_pairing.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = script
    spec.loader.exec_module(script)

    figures = script.measure(script.load(ntrex)[::3], seed=5)

    assert (figures["recall"], figures["false_rate"], figures["seed_articles_right"]) == (1.0, 0.0, 1.0)
