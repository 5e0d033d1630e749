"""Projection: every kind of disturbance by hand, laws, and hostile outputs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from bridge_article import FOREIGN, OUTPUT, REFERENCES, SOURCES
from hypothesis import given, settings
from hypothesis import strategies as st

from mt_eval.align.bridge import WordBridge
from mt_eval.project import Projection, WholeOutput, project_outputs
from tests.growth import grows_within


def project(text: str, *, references: tuple[str, ...] = REFERENCES) -> Projection:
    (projection,) = project_outputs([WholeOutput(SOURCES, references, text)], "ar", "vi", WordBridge("ar", "vi"))
    return projection


def replace(**texts: str) -> tuple[str, ...]:
    """The outputs of the sentences, others at places such as `at_3`."""
    changed = {int(place.removeprefix("at_")): text for place, text in texts.items()}
    return tuple(changed.get(place, text) for place, text in enumerate(OUTPUT))


def test_sentences_in_order_stay_where_they_are() -> None:
    """An output of one sentence a segment is put sentence by sentence."""
    projection = project(" ".join(OUTPUT))

    assert (projection.translations, projection.additions, projection.omitted) == (OUTPUT, (), ())


def test_line_breaks_anywhere_change_nothing() -> None:
    """Lines of five words are no sentences."""
    words = " ".join(OUTPUT).split()

    projection = project("\n".join(" ".join(words[start : start + 5]) for start in range(0, len(words), 5)))

    assert projection.translations == OUTPUT


@pytest.mark.parametrize("joint", [", ", ", và ", "; ", " "])
def test_merged_sentences_are_divided_between_words(joint: str) -> None:
    """Two sentences that became one are parted where the second begins, whatever joins them."""
    merged = f"{OUTPUT[3].rstrip('.')}{joint}{OUTPUT[4][0].lower()}{OUTPUT[4][1:]}"

    projection = project(" ".join((*OUTPUT[:3], merged, *OUTPUT[5:])))

    first = len(OUTPUT[3].split())
    words = merged.split()
    assert projection.translations[3:5] == (" ".join(words[:first]), " ".join(words[first:]))


def test_split_sentences_are_joined() -> None:
    """A sentence that became two is one translation."""
    split = "Một công viên nhỏ sẽ mở. Dưới cầu vào mùa xuân năm sau."

    projection = project(" ".join(replace(at_6=split)))

    assert projection.translations == replace(at_6=split)


def test_swapped_neighbours_are_followed() -> None:
    """Each of two sentences that changed places goes to its own segment."""
    projection = project(" ".join((*OUTPUT[:2], OUTPUT[3], OUTPUT[2], *OUTPUT[4:])))

    assert projection.translations == OUTPUT


@pytest.mark.parametrize("place", range(len(OUTPUT) - 1))
def test_text_behind_swapped_neighbours_is_added(place: int) -> None:
    """Behind the second of two that changed places goes what follows both; neither goes on there."""
    before, after = OUTPUT[:place], OUTPUT[place + 2 :]

    projection = project(" ".join((*before, OUTPUT[place + 1], OUTPUT[place], FOREIGN, *after)))

    assert (projection.translations, projection.additions) == (OUTPUT, (FOREIGN,))


@pytest.mark.parametrize("place", range(len(OUTPUT)))
def test_a_sentence_left_out_is_omitted(place: int) -> None:
    """The segment got nothing, and its neighbours what is theirs."""
    projection = project(" ".join(text for other, text in enumerate(OUTPUT) if other != place))

    assert projection.translations == replace(**{f"at_{place}": ""})
    assert (projection.omitted, projection.additions) == ((place,), ())


def test_a_tail_cut_off_leaves_the_rest_untouched() -> None:
    """What an output that ends early has is where it belongs, half a sentence included."""
    projection = project(" ".join((*OUTPUT[:4], "Cây cầu sẽ làm giảm")))

    assert projection.translations == (*OUTPUT[:4], "Cây cầu sẽ làm giảm", "", "", "")


@pytest.mark.parametrize("place", [0, 3, 8])
def test_text_that_belongs_nowhere_is_added(place: int) -> None:
    """At the beginning, in the middle, at the end."""
    projection = project(" ".join((*OUTPUT[:place], FOREIGN, *OUTPUT[place:])))

    assert (projection.translations, projection.additions) == (OUTPUT, (FOREIGN,))


def test_a_sentence_left_untranslated_stays_in_place() -> None:
    """The source's words are evidence of where they belong."""
    projection = project(" ".join(replace(at_2=SOURCES[2])))

    assert projection.translations == replace(at_2=SOURCES[2])


def test_names_tell_where_a_sentence_in_a_third_language_belongs() -> None:
    """Names that the source has, too, put it there, and not where the sentence before was left out."""
    sources = (*REFERENCES[:3], "Evangelos Kalousis đã bị bắt.", "Dilokrit Pattavee đã bị bắt.", *REFERENCES[3:])
    references = (*SOURCES[:3], "اعتُقل إيفانجيلوس كالوسيس.", "اعتُقل ديلوكريت باتافي.", *SOURCES[3:])
    texts = ("Evangelos Kalousis was arrested.", "Dilokrit Pattavee was arrested.")

    found = [
        project_outputs(
            [WholeOutput(sources, references, " ".join((*SOURCES[:3], text, *SOURCES[3:])))],
            "vi",
            "ar",
            WordBridge("vi", "ar"),
        )[0].translations[3:5]
        for text in texts
    ]

    assert found == [(texts[0], ""), ("", texts[1])]


def test_a_wrong_translation_stays_where_it_stands() -> None:
    """It is not dropped, and not put where it scores better."""
    projection = project(" ".join(replace(at_3=FOREIGN)))

    assert projection.translations == replace(at_3=FOREIGN)


def test_a_loop_stays_with_its_segment() -> None:
    """A sentence that goes round is its segment's, to the last round."""
    loop = OUTPUT[4].rstrip(".") + ", ùn tắc" + " ùn tắc" * 200

    projection = project(" ".join(replace(at_4=loop)))

    assert projection.translations == replace(at_4=loop)


def test_without_a_reference_the_source_shows_the_place() -> None:
    """Numbers, known words, lengths and order find what was left out."""
    references = ("",) * len(SOURCES)

    projection = project(" ".join(text for place, text in enumerate(OUTPUT) if place != 2), references=references)

    assert projection.translations == replace(at_2="")


def test_a_segment_without_a_source_gets_nothing() -> None:
    """What only the reference says is no place for a translation."""
    output = WholeOutput(("", *SOURCES[1:]), REFERENCES, " ".join(OUTPUT[1:]))

    (projection,) = project_outputs([output], "ar", "vi", WordBridge("ar", "vi"))

    assert projection.translations == ("", *OUTPUT[1:])


texts = st.lists(st.one_of(st.sampled_from([*OUTPUT, *SOURCES, FOREIGN]), st.text(max_size=30)), max_size=12).map(
    lambda pieces: " ".join(pieces)
)


@given(text=texts, referenced=st.booleans())
@settings(max_examples=60, deadline=None)
def test_every_character_is_in_one_part(text: str, referenced: bool) -> None:
    """Parts are the output, cut; what segments got and what was added are their texts."""
    projection = project(text, references=REFERENCES if referenced else ("",) * len(SOURCES))

    assert "".join(text[part.start : part.end] for part in projection.parts) == text
    words = sorted(word for each in (*projection.translations, *projection.additions) for word in each.split())
    assert words == sorted(text.split())


@given(order=st.permutations(range(3)))
@settings(max_examples=6, deadline=None)
def test_the_order_of_articles_changes_nothing(order: list[int]) -> None:
    """Articles teach each other the same, whichever comes first."""
    wholes = [
        WholeOutput(SOURCES, REFERENCES, text)
        for text in (" ".join(OUTPUT), " ".join(OUTPUT[2:]), " ".join((*OUTPUT[:3], FOREIGN, *OUTPUT[4:])))
    ]
    bridge = WordBridge("ar", "vi")

    straight = project_outputs(wholes, "ar", "vi", bridge)

    assert project_outputs([wholes[place] for place in order], "ar", "vi", bridge) == [
        straight[place] for place in order
    ]


@pytest.mark.parametrize("text", ["", " \n ", "。", "...", "\u200f\u200f", "\x00" * 50])
def test_an_output_that_says_nothing_omits_everything(text: str) -> None:
    """Nothing is lost of it either."""
    projection = project(text)

    assert "".join(text[part.start : part.end] for part in projection.parts) == text


def test_no_segments_and_no_outputs() -> None:
    """An article without segments gets its text as added; no articles give no projections."""
    bridge = WordBridge("ar", "vi")

    (projection,) = project_outputs([WholeOutput((), (), FOREIGN)], "ar", "vi", bridge)

    assert (projection.translations, projection.additions) == ((), (FOREIGN,))
    assert project_outputs([], "ar", "vi", bridge) == []


def test_another_language_and_the_source_copied() -> None:
    """A copy is put sentence by sentence; a text in another language is kept whole."""
    english = "The city opened a new bridge today. The mayor said that it took three years. It cost 45 million dollars."

    copied, other = project(" ".join(SOURCES)), project(english)

    assert copied.translations == SOURCES
    assert sorted(" ".join((*other.translations, *other.additions)).split()) == sorted(english.split())


def test_fifty_times_as_long_on_one_line() -> None:
    """None of the text is lost."""
    text = " ".join(OUTPUT * 50)

    projection = project(text)

    assert sorted(" ".join((*projection.translations, *projection.additions)).split()) == sorted(text.split())


def test_long_articles_take_linear_time() -> None:
    """Four times as many sentences take about four times as long, and are where they belong."""
    right: dict[int, int] = {}

    def work(rounds: int) -> None:
        sources, references, outputs = (
            [f"{text[:-1]} {number * 7919 % 10_007}." for number in range(rounds) for text in texts]
            for texts in (SOURCES, REFERENCES, OUTPUT)
        )
        (projection,) = project_outputs(
            [WholeOutput(tuple(sources), tuple(references), " ".join(outputs))], "ar", "vi", WordBridge("ar", "vi")
        )
        right[rounds] = sum(one == other for one, other in zip(projection.translations, outputs, strict=True))

    assert grows_within(work, 25, 100, most=8)
    assert right[100] >= 0.97 * 800


def test_results_do_not_depend_on_the_order_of_sets() -> None:
    """Python orders sets differently in every process, unless told not to."""
    program = (
        "import sys; sys.path.append('tests')\n"
        "from tests.project.test_project import OUTPUT, SOURCES, project\n"
        "print(project(' '.join((OUTPUT[1], OUTPUT[0], SOURCES[2], *OUTPUT[4:]))))\n"
    )
    root = Path(__file__).resolve().parents[2]

    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
        ).stdout
        for seed in ("1", "2")
    }

    assert len(printed) == 1
