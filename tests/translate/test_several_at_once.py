"""Several sentences given to a model at once: held against raw calls, and put in their place in runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import tiny_checkpoints
from transformers import M2M100ForConditionalGeneration, MarianMTModel, MarianTokenizer, NllbTokenizer

import mt_eval
from mt_eval.config import MarianModel, NllbModel, PivotModel, UnitConfig, UnitKind
from mt_eval.errors import ConfigError
from mt_eval.runs.outputs import list_outputs
from mt_eval.sweep.compose import Composer
from mt_eval.translate import translate_pairs
from mt_eval.types import Kind, Run, Segment, SegmentPair

pytestmark = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")

Configure = Callable[..., Any]


def run_raw(model: Any, tokenizer: Any, text: str, **settings: Any) -> str:
    """What the library makes of one text with four beams and the length limit of `configure`."""
    inputs = tokenizer([text], return_tensors="pt")
    wanted = 0.5 * inputs["input_ids"].shape[1] + 8
    limit = next(limit for limit in range(32, 1000, 32) if limit >= wanted)
    output = model.generate(**inputs, num_beams=4, length_penalty=1.0, max_new_tokens=limit, **settings)
    return str(tokenizer.decode(output[0], skip_special_tokens=True))


def lay_out(groups: list[list[str]], gap: int = 1) -> list[SegmentPair]:
    """Segment pairs of one article whose segments stand behind each other with a gap between them."""
    pairs, offset = [], 0
    for number, texts in enumerate(groups):
        source = []
        for text in texts:
            source.append(Segment(f"a:{offset}", "a", offset, offset + len(text), text))
            offset += len(text) + gap
        pairs.append(SegmentPair(str(number), "p", tuple(source), (Segment("r", "r", 0, 1, "x"),), Kind.ALIGNED))
    return pairs


def test_a_window_is_what_generate_makes_of_the_joined_text(
    tiny_marian: Path, sentences: list[str], configure: Configure, silent: Any, tmp_path: Path
) -> None:
    """Three sentences a time, the last window shorter, however they are paired."""
    config = replace(configure(MarianModel(str(tiny_marian))), unit=UnitConfig(UnitKind.window, 3))
    model, tokenizer = MarianMTModel.from_pretrained(tiny_marian), MarianTokenizer.from_pretrained(tiny_marian)
    one, two, three, four, five = sentences[:5]

    translated = translate_pairs(config, lay_out([[one], [two], [], [three, four], [five]]), tmp_path, silent)

    assert translated.units is not None
    assert [unit.places for unit in translated.units] == [(0, 1, 3), (3, 4)]
    assert [unit.sources for unit in translated.units] == [(one, two, three), (four, five)]
    expected = [run_raw(model, tokenizer, f">>ara<< {text}") for text in (f"{one} {two} {three}", f"{four} {five}")]
    assert [unit.text for unit in translated.units] == expected
    assert (translated.facts["segments"], translated.facts["units"]) == (5, 2)


def test_a_unit_beyond_the_positions_is_divided_at_a_sentence(
    tmp_path: Path, sentences: list[str], configure: Configure, silent: Any
) -> None:
    """An article of 16 sentences goes into 64 positions in parts, as raw calls on these parts give them; it is said."""
    folder = tiny_checkpoints.make_nllb(tmp_path / "small", positions=64)
    config = replace(configure(NllbModel(str(folder))), unit=UnitConfig(UnitKind.article))
    tokenizer = NllbTokenizer.from_pretrained(folder, src_lang="vie_Latn")
    model = M2M100ForConditionalGeneration.from_pretrained(folder)
    forced = tokenizer.convert_tokens_to_ids("arb_Arab")

    translated = translate_pairs(config, lay_out([[text] for text in sentences]), tmp_path / "store", silent)

    assert translated.units is not None
    assert [source for unit in translated.units for source in unit.sources] == sentences
    for number, unit in enumerate(translated.units):
        text = " ".join(unit.sources)
        assert unit.tokens_in == len(tokenizer(text)["input_ids"]) <= 64
        assert unit.text == run_raw(model, tokenizer, text, forced_bos_token_id=forced)
        if number + 1 < len(translated.units):
            longer = f"{text} {translated.units[number + 1].sources[0]}"
            assert len(tokenizer(longer)["input_ids"]) > 64
    assert translated.facts["legs"][0]["units_divided"] == 1
    (said,) = [warning for warning in translated.warnings if "divided" in warning]
    assert said.endswith(
        "1 of 1 articles have more than the model's 64 positions and were divided at ends of sentences"
    )


def test_a_single_sentence_beyond_the_positions_is_cut(
    tmp_path: Path, sentences: list[str], configure: Configure, silent: Any
) -> None:
    """It stands alone, cut as it is in a run by sentences, and its neighbours are whole."""
    folder = tiny_checkpoints.make_nllb(tmp_path / "small", positions=64)
    config = replace(configure(NllbModel(str(folder))), unit=UnitConfig(UnitKind.article))
    endless = " ".join(sentences)

    translated = translate_pairs(config, lay_out([[sentences[0]], [endless], [sentences[1]]]), tmp_path / "s", silent)

    assert translated.units is not None
    assert [(unit.sources, unit.source_cut) for unit in translated.units] == [
        ((sentences[0],), False),
        ((endless,), True),
        ((sentences[1],), False),
    ]


def test_a_unit_goes_through_both_legs_of_a_pivot(
    tiny_marian: Path, tiny_marian_plain: Path, sentences: list[str], configure: Configure, silent: Any, tmp_path: Path
) -> None:
    """What the first leg made of a window is given to the second in one piece."""
    pivot = PivotModel("en", MarianModel(str(tiny_marian_plain)), MarianModel(str(tiny_marian)))
    config = replace(configure(pivot), unit=UnitConfig(UnitKind.window, 2))
    first = MarianMTModel.from_pretrained(tiny_marian_plain), MarianTokenizer.from_pretrained(tiny_marian_plain)
    second = MarianMTModel.from_pretrained(tiny_marian), MarianTokenizer.from_pretrained(tiny_marian)

    translated = translate_pairs(config, lay_out([[text] for text in sentences[:2]]), tmp_path, silent)

    assert translated.units is not None
    (unit,) = translated.units
    assert unit.pivot_text == run_raw(*first, " ".join(sentences[:2]))
    assert unit.text == run_raw(*second, f">>ara<< {unit.pivot_text}")


def test_what_the_second_leg_cannot_take_is_divided(
    tiny_marian_plain: Path, sentences: list[str], configure: Configure, silent: Any, tmp_path: Path
) -> None:
    """The first leg's text is cut at the sentences that are found in it, and counted."""
    small = tiny_checkpoints.make_marian(tmp_path / "small", positions=16)
    pivot = PivotModel("en", MarianModel(str(tiny_marian_plain)), MarianModel(str(small)))
    config = replace(configure(pivot), unit=UnitConfig(UnitKind.window, 2))
    seen = []

    def split(text: str, lang: str) -> list[str]:
        seen.append(lang)
        return text.split()

    translated = translate_pairs(
        config, lay_out([[text] for text in sentences[:2]]), tmp_path / "store", silent, split=split
    )

    assert set(seen) == {"en"}
    assert [leg["units_divided"] for leg in translated.facts["legs"]] == [0, 1]


def test_a_window_is_found_in_the_store_by_its_text(
    tiny_marian: Path, sentences: list[str], configure: Configure, silent: Any, tmp_path: Path
) -> None:
    """The store knows texts, not units: a sentence that says what a window says was translated already."""
    by_sentence = configure(MarianModel(str(tiny_marian)))
    by_window = replace(by_sentence, unit=UnitConfig(UnitKind.window, 2))

    first = translate_pairs(by_sentence, lay_out([[" ".join(sentences[:2])], [sentences[2]]]), tmp_path, silent)
    second = translate_pairs(by_window, lay_out([[text] for text in sentences[:3]]), tmp_path, silent)

    assert second.units is not None
    assert [unit.text for unit in second.units] == [each and each.text for each in first.translations]
    assert second.facts["legs"][0]["segments_from_store"] == 2


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two documents of four and three lines, and what `mt-eval run` is given for them."""
    folder = tmp_path_factory.mktemp("lines")
    lines = [line[:40] for line in tiny_checkpoints.read_seed_lines()[4:11]]
    for name, texts in {"source": lines, "reference": lines[::-1], "docids": list("aaaabbb")}.items():
        (folder / name).write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    names = ("source", "reference", "docids")
    return ["data=lines", "data.check_language=false", *(f"data.{name}_path={folder / name}" for name in names)]


def evaluate(tmp_path: Path, data: list[str], model: Path, *words: str) -> Run:
    settings = ["model=marian", f"model.name={model}", "preflight=false", "report=false", "metrics.samples=0"]
    return mt_eval.evaluate(mt_eval.compose(*data, *settings, f"runs_dir={tmp_path / 'runs'}", *words))


@pytest.mark.parametrize("unit", [["unit=window_2"], ["unit=window", "unit.sentences=3"], ["unit=article"]])
def test_nothing_that_a_model_made_of_units_is_lost(
    tmp_path: Path, data: list[str], tiny_marian: Path, unit: list[str]
) -> None:
    """All words of the units are in the run, in their order, as translations or additions."""
    config = mt_eval.compose(*data, "model=marian", f"model.name={tiny_marian}", "preflight=false", *unit)

    run = evaluate(tmp_path, data, tiny_marian, *unit)

    made = translate_pairs(config, run.pairs, tmp_path / "again", lambda done, total: None).units
    assert made is not None
    outputs = list_outputs(run.pairs, run.translations, run.head.additions, run.head.order)
    words = [word for parts in outputs.values() for part in parts for word in part.text.split()]
    assert words == [word for unit in made for word in unit.text.split()]
    assert run.head.translation.units == len(made)


def test_a_unit_of_one_sentence_is_that_sentence(tmp_path: Path, data: list[str], tiny_marian: Path) -> None:
    """The last window of an article with an odd sentence has the very translation of a run by sentences."""
    by_sentence = evaluate(tmp_path, data, tiny_marian)

    by_window = evaluate(tmp_path, data, tiny_marian, "unit=window_2")

    assert by_window.translations[-1] == by_sentence.translations[-1]


def test_runs_differ_by_unit(tmp_path: Path, data: list[str], tiny_marian: Path) -> None:
    """Each unit has an identity of its own, also windows of different numbers, and a label that says it."""
    units = [[], ["unit=window_2"], ["unit=window", "unit.sentences=3"], ["unit=article"], ["unit=paragraph"]]

    runs = [evaluate(tmp_path, data, tiny_marian, *unit) for unit in units]

    assert len({run.identity for run in runs}) == len(units)
    assert ["-window-2-" in run.id for run in runs] == [False, True, False, False, False]
    assert evaluate(tmp_path, data, tiny_marian, "unit=window", "unit.sentences=2").identity == runs[1].identity
    (said,) = [warning for warning in runs[4].warnings if "paragraphs" in warning]
    assert said == "the data tells no paragraphs apart (its lines are segments): unit=paragraph is unit=article here"
    compared = mt_eval.compare(mt_eval.find_runs(tmp_path / "runs"), samples=100)
    expected = ["sentence", "window of 2", "window of 3", "paragraph", "article"]
    assert compared.systems == tuple(f"unit={unit}" for unit in expected)
    assert [context.unit for context in compared.contexts] == expected
    assert compared.contexts[0].omitted == 0


def test_a_shard_takes_whole_articles(tmp_path: Path, data: list[str], tiny_marian: Path) -> None:
    """Two shards of windows leave in the store all that the run needs."""
    settings = ["model=marian", f"model.name={tiny_marian}", "preflight=false", "report=false", "unit=window_2"]
    mt_eval.sweep(*data, *settings, f"runs_dir={tmp_path / 'runs'}", "data.shard=0/2,1/2")

    run = evaluate(tmp_path, data, tiny_marian, "unit=window_2")

    assert run.head.translation.legs[0].segments_decoded == 0


def test_systems_that_are_given_nothing_have_no_unit() -> None:
    """One such run is refused with what mends it; a sweep leaves such combinations out, in one line."""
    with pytest.raises(ConfigError, match=r"^model=copy copies the source.*; leave unit=sentence$"):
        mt_eval.compose("model=copy", "unit=window_2")

    request = Composer().read_request(["experiment=context", "model=demo,copy"], sweep=True)

    units = ["sentence", "window_2", "window", "window_8", "paragraph", "article"]
    expected = ["unit=sentence model=copy", *(f"unit={unit} model=demo" for unit in units)]
    assert sorted(job.label for job in request.jobs) == sorted(expected)
    assert [job.number for job in request.jobs] == list(range(7))
    (note,) = request.notes
    assert note.startswith("left out: unit=window_2 model=copy and 4 more, because model=copy copies")


@pytest.mark.parametrize(
    ("words", "sentences"),
    [(["unit=window"], 4), (["unit=window", "unit.sentences=5"], 5), (["unit=article", "unit.sentences=5"], None)],
)
def test_only_windows_have_a_number_of_sentences(words: list[str], sentences: int | None) -> None:
    """So that a sweep over kinds and numbers makes no unit twice."""
    assert mt_eval.compose(*words).unit.sentences == sentences


@pytest.mark.parametrize("words", [["unit=window", "unit.sentences=1"], ["unit.kind=window"]])
def test_a_window_has_two_sentences_or_more(words: list[str]) -> None:
    """One sentence a window is a unit that has a name already."""
    with pytest.raises(ConfigError, match=r"^unit\.sentences=(1|null) is not possible: expected 2 or more; unit=sent"):
        mt_eval.compose(*words)
