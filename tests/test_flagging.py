"""Sentences left out of a translation or added to it, told by the sentences of a whole run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

import pytest
from bridge_article import FOREIGN, OUTPUT, SOURCES
from hypothesis import given
from hypothesis import strategies as st

import mt_eval
from mt_eval.counterparts import find_unmatched
from mt_eval.diagnose import FLAGS
from mt_eval.flagging import flag_text, flag_translations
from mt_eval.types import Flag, Kind, Segment, SegmentPair, Translation

PAIRS = list(zip(SOURCES, OUTPUT, strict=True))


def flag(sources: Sequence[str], texts: Sequence[str | None]) -> tuple[tuple[Flag, ...], ...]:
    pairs = [
        SegmentPair(str(place), "a", (Segment(str(place), "a", 0, len(source), source),), (), Kind.SOURCE_ONLY)
        for place, source in enumerate(sources)
    ]
    translations = [
        None if text is None else Translation(pair.id, text) for pair, text in zip(pairs, texts, strict=True)
    ]
    return flag_translations(pairs, translations, "ar", "vi")


def join(*texts: str) -> str:
    return " ".join(texts)


def test_an_article_two_sentences_a_segment_carries_no_flag() -> None:
    """Nothing is left out of a translation that is whole, nor added to it."""
    sources, texts = ([join(*each[place : place + 2]) for place in range(0, 8, 2)] for each in (SOURCES, OUTPUT))

    flags = flag(sources, texts)

    assert flags == ((),) * 4


@pytest.mark.parametrize("place", range(0, len(PAIRS) - 1))
@pytest.mark.parametrize("lacking", [0, 1])
def test_a_sentence_left_out_is_named(place: int, lacking: int) -> None:
    """Of two neighbouring sentences the one that the translation lacks is told, by its words."""
    (one, first), (other, second) = PAIRS[place : place + 2]

    found = list(find_unmatched([(join(one, other), (second, first)[lacking]), *PAIRS], "ar", "vi"))

    assert found[0].omitted == ((one, other)[lacking],)
    assert found[0].added == ()
    assert all(each.omitted == each.added == () for each in found[1:])


@pytest.mark.parametrize(
    "loop", ["và " * 40_000, " ".join(OUTPUT) * 60, "A" * 100_000], ids=["words", "sentences", "letters"]
)
def test_one_loop_flags_no_other_segment(loop: str) -> None:
    """An output many times as long as its source does not tell how long translations are."""
    sources, texts = ([join(*each[place : place + 2]) for place in range(0, 8, 2)] for each in (SOURCES, OUTPUT))

    flags = flag([*sources, SOURCES[0]], [*texts, loop])

    assert flags[:-1] == ((),) * 4
    assert flags[-1]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_sentence_from_elsewhere_is_named(place: int) -> None:
    """A sentence that stands for nothing is told wherever it is put."""
    texts = list(OUTPUT[:2])
    texts.insert(place, FOREIGN)

    flags = flag([join(*SOURCES[:2]), *SOURCES], [join(*texts), *OUTPUT])

    assert [each.name for each in flags[0]] == ["added"]
    assert flags[0][0].why.startswith(f"“{FOREIGN[:30]}")
    assert flags[0][0].why.endswith("stands for nothing in the source")
    assert not any(flags[1:])


def test_a_sentence_said_twice_is_added() -> None:
    """A repeated sentence has a counterpart, but only once."""
    (flags, *_) = flag([join(*SOURCES[:3])], [join(*OUTPUT[:2], *OUTPUT[1:3])])

    assert "added" in [each.name for each in flags]


def test_who_said_a_sentence_is_none_itself() -> None:
    """`“…!” he said.` is one sentence, though the mark within it ends one."""
    source = f"{SOURCES[0]} {SOURCES[1]} قال."
    flags = flag([source, *SOURCES], [f"{OUTPUT[0]} “{OUTPUT[1]}” ông chia sẻ với mọi người.", *OUTPUT])

    assert "added" not in [each.name for each in flags[0]]


def test_what_is_empty_copied_or_in_another_language_is_said_once() -> None:
    """No sentence of such a translation has a counterpart; its own flag says so already."""
    source = join(*SOURCES[:2])
    texts = ["", source, "The government announced yesterday that the bridge was finished. It took four years.", None]

    flags = flag([source] * 4, texts)

    names = [{each.name for each in found} for found in flags]
    assert [found & {"empty", "off_target", "copied"} for found in names] != [set()] * 4
    assert not any(found & {"omitted", "added"} for found in names)
    assert flags[3] == ()


def test_flags_stand_in_their_order() -> None:
    """`omitted` and `added` stand where `FLAGS` has them, before what else is wrong."""
    (flags, *_) = flag(["Năm 2024. " + join(*SOURCES[:2]), *SOURCES], ["Năm 2023. " + OUTPUT[0], *OUTPUT])

    names = [each.name for each in flags]
    assert "omitted" in names
    assert names == [name for name in FLAGS if name in names]


def test_one_translation_is_judged_by_what_is_known_beforehand() -> None:
    """The library's `diagnose` gives the same flags of a single text."""
    source, text = join(*SOURCES[:3]), join(OUTPUT[0], OUTPUT[2])

    flags = mt_eval.diagnose(source, text, "ar", "vi")

    assert flags[0].name == "omitted"
    assert flags[0].why.startswith(f"nothing for “{SOURCES[1][:20]}")


sentences = st.text(st.characters(exclude_characters=".!?؟…۔。！？\n\r", exclude_categories=["Cs", "Cc", "Zl", "Zp"]))


@given(sentences, sentences)
def test_single_sentences_are_not_compared(source: str, text: str) -> None:
    """Where neither side has a second sentence, none is left out or added."""
    assert not {"omitted", "added"} & {each.name for each in flag_text(source, text, "vi", "ar")}


@given(st.text(max_size=200), st.text(max_size=200), st.sampled_from([("vi", "ar"), ("en", "zh"), ("xx", "vi")]))
def test_any_text_is_judged(source: str, text: str, langs: tuple[str, str]) -> None:
    """Whatever stands in them, no more is left out than the source has, or added than the translation has."""
    (found,) = find_unmatched([(source, text)], *langs)

    assert len(found.omitted) <= len(source)
    assert len(found.added) <= len(text)


def test_a_segment_of_too_many_sentences_is_not_judged() -> None:
    """A book on one line takes no time."""
    book, text = (join(*each) + " " for each in (SOURCES, OUTPUT))

    found = [*find_unmatched([(book * 40, text * 39), (book * 40, text)], "ar", "vi")]

    assert all(each.omitted == each.added == () for each in found[:1])
    assert found[1].added == ()


def test_flags_do_not_depend_on_the_order_of_sets() -> None:
    """Python's hashes differ from process to process; what is flagged does not."""
    program = (
        "import sys; sys.path.insert(0, 'tests'); from bridge_article import OUTPUT, SOURCES\n"
        "from mt_eval.counterparts import find_unmatched\n"
        "texts = [(' '.join(SOURCES[i : i + 3]), ' '.join(OUTPUT[i : i + 2])) for i in range(6)]\n"
        "print(*find_unmatched(texts, 'ar', 'vi'), sep='\\n')"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(said) == 1
