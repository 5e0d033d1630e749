"""Whole outputs in runs: put in their place, kept to the last character, scored, and said."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
import sacrebleu
from bridge_article import FOREIGN, OUTPUT, REFERENCES, SOURCES
from hypothesis import given, settings
from hypothesis import strategies as st

import mt_eval
from mt_eval.bundled import bundled_path
from mt_eval.placement import place_units
from mt_eval.runs.outputs import list_outputs
from mt_eval.runs.paths import SCHEMA_VERSION
from mt_eval.runs.read import read_run
from mt_eval.runs.write import make_head, write_run
from mt_eval.translate.system import TranslatedUnit
from mt_eval.types import Flag, Kind, Run, Segment, SegmentPair


@pytest.fixture
def data(tmp_path: Path) -> list[str]:
    """The article in two halves, as parallel lines, and what `mt-eval run` is given for them."""
    lines = {"source": SOURCES, "reference": REFERENCES, "docids": ["cầu"] * 4 + ["a/b"] * 4}
    for name, texts in lines.items():
        (tmp_path / name).write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return ["data=lines", "direction=ar-vi", *(f"data.{name}_path={tmp_path / name}" for name in lines)]


def write_folder(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def run(tmp_path: Path, data: list[str], files: dict[str, str], *words: Any) -> Run:
    folder = write_folder(tmp_path / "system", files)
    overrides = [*data, "model=articles", f"model.path={folder}", f"runs_dir={tmp_path / 'runs'}", "report=false"]
    return mt_eval.evaluate(mt_eval.compose(*overrides, "metrics.samples=0", *words))


def test_a_folder_of_articles_is_a_system(tmp_path: Path, data: list[str]) -> None:
    """Left out, added and swapped text is found, flagged and kept; ids are written as file names take them."""
    one, two, _, four, *others = OUTPUT
    files = {"cầu.txt": f"{one}\n{four} {two}\n", "a%2Fb.txt": " ".join([others[0], FOREIGN, *others[1:]])}

    made = run(tmp_path, data, files)

    assert [each and each.text for each in made.translations] == [one, two, "", four, *others]
    assert [[flag.name for flag in flags] for flags in made.flags] == [[], [], ["omitted"], *[[]] * 5]
    assert made.head.additions == {"a/b": (FOREIGN,)}
    assert made.head.order == {"cầu": "1 | 4 2", "a/b": "1 + 2-4"}
    assert all(score.signature.endswith("|proj:words-2") for score in made.scores)
    outputs = list_outputs(made.pairs, made.translations, made.head.additions, made.head.order)
    assert [part.text for part in outputs["a/b"]] == [others[0], FOREIGN, *others[1:]]


def test_a_limit_divides_an_article(tmp_path: Path, data: list[str]) -> None:
    """The pairs beyond it show which text is theirs; it is left out, and another output is another run."""
    files = {"cầu.txt": " ".join(OUTPUT[:4]), "a%2Fb.txt": " ".join([FOREIGN, *OUTPUT[4:]])}

    made = run(tmp_path, data, files, "limit=6")
    other = run(tmp_path, data, files, "limit=5")

    assert [each and each.text for each in made.translations] == list(OUTPUT[:6])
    assert made.head.additions == {"a/b": (FOREIGN,)}
    assert made.head.order == {"a/b": "+ 1-2"}
    assert [each and each.text for each in other.translations] == list(OUTPUT[:5])
    assert made.identity != other.identity


def test_articles_are_scored_as_they_were_written(tmp_path: Path, data: list[str]) -> None:
    """At level article the whole output counts, in its order and with what was added; of no segment is it a part."""
    texts = [" ".join([OUTPUT[1], OUTPUT[0], *OUTPUT[2:4]]), " ".join([OUTPUT[4], FOREIGN, *OUTPUT[5:]])]
    files = dict(zip(("cầu.txt", "a%2Fb.txt"), texts, strict=True))

    made = run(tmp_path, data, files, "normalize=standard")

    references = [" ".join(REFERENCES[:4]), " ".join(REFERENCES[4:])]
    expected = sacrebleu.corpus_chrf(texts, [references], word_order=2).score
    alone = sacrebleu.corpus_chrf(list(OUTPUT), [list(REFERENCES)], word_order=2).score
    scores = {(score.metric, str(score.level), "standard" in score.signature): score.value for score in made.scores}
    assert scores["chrF++", "article", False] == pytest.approx(expected)
    assert scores["chrF++", "article", True] == pytest.approx(expected)
    assert scores["chrF++", "segment", False] == pytest.approx(alone)


def test_files_that_are_none_of_this_data_are_said(tmp_path: Path, data: list[str]) -> None:
    """The source copied, another language and an output fifty times as long stop no run, and are no secret."""
    english = "The city opened a new bridge today. It took three years to build and it cost a lot of money."

    copied = run(tmp_path, data, {"cầu.txt": " ".join(SOURCES[:4]), "a%2Fb.txt": english})
    long = run(tmp_path, data, {"cầu.txt": f"{FOREIGN}\n" * 250, "a%2Fb.txt": " ".join(OUTPUT[4:])})

    assert {
        "in 1 of 2 articles the translation is the source, or mostly runs of its words (cầu: the whole source); check "
        "that they are translations of this data",
        "in 1 of 2 articles the translation is not in vi, so that projection finds little in it (a/b: language en "
        "instead of vi); check that they are translations of this data",
    } <= set(copied.warnings)
    assert any(
        "the translation is far longer than the source (cầu: 79 times as long)" in each for each in long.warnings
    )
    assert not any(
        "translations of this data" in each for each in run(tmp_path, data, {"cầu.txt": " ".join(OUTPUT[:4])}).warnings
    )


def test_a_system_without_any_fitting_text_is_scored(tmp_path: Path, data: list[str]) -> None:
    """An article without a file is empty: every segment of it is omitted, and the missing name is told."""
    made = run(tmp_path, data, {"cầu.txt": " ".join(OUTPUT[:4])})

    assert [[flag.name for flag in flags] for flags in made.flags] == [*[[]] * 4, *[["omitted"]] * 4]
    assert made.head.system.missing == ("a/b",)
    assert any("no file for 1 of 2 articles" in each and "(a%2Fb.txt)" in each for each in made.warnings)
    assert sum("empty" in each for each in made.warnings) == 1


def test_runs_placed_otherwise_are_compared(tmp_path: Path, data: list[str]) -> None:
    """Sentence by sentence against whole articles is what people want to know; that one was placed is said."""
    run(tmp_path, data, {"cầu.txt": " ".join(OUTPUT[:4]), "a%2Fb.txt": " ".join(OUTPUT[4:])})
    lines = tmp_path / "lines"
    lines.write_text("".join(f"{text}\n" for text in OUTPUT), encoding="utf-8")
    runs_dir = f"runs_dir={tmp_path / 'runs'}"
    mt_eval.evaluate(mt_eval.compose(*data, "model=hypotheses", f"model.path={lines}", runs_dir, "report=false"))

    compared = mt_eval.compare(tmp_path / "runs")

    assert [difference.delta for difference in compared.comparisons] == [0.0] * 4
    assert (
        sum("put in their place by projection for system (words-2) and not for all" in n for n in compared.notes) == 1
    )


PIECES = ("؟", "|", "+", " ", "\n", "\n\n", "\u200b", "😀", "e\u0302", "3-7", "1", "\u2028", "٣", *OUTPUT, *SOURCES[:3])

letters = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=9)
outputs = st.lists(st.sampled_from(PIECES) | letters, max_size=9).map("".join)


@settings(max_examples=25, deadline=None)
@given(st.lists(outputs, min_size=2, max_size=2))
def test_no_character_is_lost_or_made(texts: list[str]) -> None:
    """In the run as it is read back, every character of an output is in one segment or in one addition, in order."""
    pairs = [
        SegmentPair(
            f"{name}:{number}",
            name,
            (Segment(f"s{number}", name, 0, len(source), source),),
            (Segment(f"r{number}", name, 0, len(reference), reference),),
            Kind.ALIGNED,
        )
        for number, (name, source, reference) in enumerate(zip(["a"] * 4 + ["b"] * 4, SOURCES, REFERENCES, strict=True))
    ]
    units = [TranslatedUnit(tuple(range(4)), texts[0]), TranslatedUnit(tuple(range(4, 8)), texts[1])]

    placement = place_units(pairs, units, "ar", "vi")

    head = {"schema_version": SCHEMA_VERSION, "id": "r", "identity": "i", "projection": placement.projection}
    head |= {"additions": placement.additions, "order": placement.order}
    none: tuple[Flag, ...] = ()
    made = Run(make_head(head), {"direction": "ar-vi"}, tuple(pairs), placement.translations, (), {}, (none,) * 8)
    with tempfile.TemporaryDirectory() as folder:
        kept = read_run(write_run(made, Path(folder)).folder)
    found = list_outputs(kept.pairs, kept.translations, kept.head.additions, kept.head.order)
    said = {name: " ".join(part.text for part in parts) for name, parts in found.items()}
    assert said == {name: " ".join(text.split()) for name, text in zip("ab", texts, strict=True)}
    segments = [each.text for each in kept.translations if each]
    assert sorted("".join([*segments, *sum(kept.head.additions.values(), ())]).replace(" ", "")) == sorted(
        "".join("".join(texts).split())
    )


def test_what_a_model_says_of_two_sentences_is_theirs() -> None:
    """Where a weak model leaves out every third sentence, the others are bad translations, not foreign text in gaps."""
    sources, texts = (
        bundled_path(f"seeds/ui/ui.{lang}.txt").read_text(encoding="utf-8").splitlines()[:40] for lang in ("vi", "ar")
    )
    pairs = [
        SegmentPair(
            str(n), "a", (Segment(f"s{n}", "s", 0, 1, one),), (Segment(f"r{n}", "r", 0, 1, other),), Kind.ALIGNED
        )
        for n, (one, other) in enumerate(zip(sources, texts, strict=True))
    ]
    others = texts[7:] + texts[:7]
    units = [
        TranslatedUnit(
            (n, n + 1), " ".join(others[k] for k in (n, n + 1) if k % 3), sources=(sources[n], sources[n + 1])
        )
        for n in range(0, 40, 2)
    ]

    placed = place_units(pairs, units, "vi", "ar")

    kept = sum(bool(each and each.text) for each in placed.translations)
    assert kept > 20
    assert sum(map(len, placed.additions.get("a", ()))) < 0.2 * sum(map(len, others))
