"""decoding=mbr: candidates held against the model step by step and against raw calls, the choice against sacrebleu."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics import CHRF
from transformers import MarianMTModel, MarianTokenizer

import mt_eval
from mt_eval.config import (
    CandidatesFrom,
    Ctranslate2Engine,
    Ctranslate2Type,
    DeviceConfig,
    DeviceKind,
    FastEngine,
    MarianModel,
    MbrDecoding,
    NllbModel,
    PivotModel,
    RunConfig,
    UnitConfig,
    UnitKind,
)
from mt_eval.errors import ConfigError
from mt_eval.sweep.compose import Composer
from mt_eval.translate import locate, translate_pairs
from mt_eval.translate.engines.pool import load_translator
from mt_eval.translate.engines.sampling import draw_numbers
from mt_eval.translate.mbr import choose, expect_utilities
from mt_eval.translate.preflight import run_preflight
from mt_eval.translate.system import Choice, Encoded, Sentence
from mt_eval.types import Translation

pytestmark = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")

CANDIDATES = 6
Configure = Callable[..., RunConfig]


@pytest.fixture
def configure_mbr(configure: Configure) -> Configure:
    """As `configure`, with six candidates; other settings of the choice are the keywords."""

    def make(model: Any, *, engine: Any = None, **settings: Any) -> RunConfig:
        short = {"max_new_tokens_factor": 0.5, "max_new_tokens_offset": 8, "candidates": CANDIDATES}
        config = configure(model)
        return replace(
            config,
            decoding=MbrDecoding(**short | settings),
            device=DeviceConfig(DeviceKind.cpu, threads=1),
            engine=engine or config.engine,
        )

    return make


def limit_tokens(tokens: int) -> int:
    """The length limit of `configure`."""
    return next(limit for limit in range(32, 1000, 32) if limit >= 0.5 * tokens + 8)


def expect_by_sacrebleu(texts: Sequence[str], word_order: int = 0) -> dict[str, float]:
    """The definition: the mean of a text's chrF against every candidate."""
    metric = CHRF(word_order=word_order)
    return {text: float(np.mean([metric.sentence_score(text, [other]).score for other in texts])) for text in texts}


def choose_by_sacrebleu(texts: Sequence[str]) -> str:
    expected = expect_by_sacrebleu(texts)
    return max(texts, key=lambda text: (round(expected[text], 9), -texts.index(text)))


def sample_by_hand(
    model: Any, ids: Sequence[int], *, epsilon: float, seed: int = 0
) -> tuple[list[list[int]], list[float]]:
    """Candidates of one text, one forward pass a token without a cache, and the probability of every token drawn."""
    rows, probabilities = [], []
    config, limit = model.config, limit_tokens(len(ids))
    for candidate in range(CANDIDATES):
        numbers = draw_numbers(Encoded(tuple(ids)), seed, candidate, limit)
        row = [config.decoder_start_token_id]
        while len(row) <= limit and (len(row) == 1 or row[-1] != config.eos_token_id):
            with torch.inference_mode():
                output = model(input_ids=torch.tensor([ids]), decoder_input_ids=torch.tensor([row]))
            logits = output.logits[0, -1].clone()
            for (banned,) in model.generation_config.bad_words_ids or []:
                logits[banned] = -torch.inf
            shares = logits.softmax(-1).double().numpy()
            if len(row) == limit and model.generation_config.forced_eos_token_id is not None:
                row.append(config.eos_token_id)
                break
            kept = np.where((shares >= epsilon) | (shares == shares.max()), shares, 0.0)
            reached = np.cumsum(kept)
            row.append(int(np.searchsorted(reached, numbers[len(row) - 1] * reached[-1], side="right")))
            probabilities.append(float(shares[row[-1]]))
        rows.append(row[1:])
    return rows, probabilities


def test_samples_are_those_of_the_model_step_by_step(
    tiny_marian: Path, sentences: list[str], configure_mbr: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """Each candidate is what its own numbers pick among the model's probabilities; no unlikely token is drawn."""
    model, tokenizer = MarianMTModel.from_pretrained(tiny_marian).eval(), MarianTokenizer.from_pretrained(tiny_marian)
    config = configure_mbr(MarianModel(str(tiny_marian)), epsilon=0.05, n_best=CANDIDATES)

    translated = translate_pairs(config, pair_up(sentences[:5]), tmp_path, silent)

    for found, text in zip(translated.hypotheses, sentences[:5], strict=True):
        rows, probabilities = sample_by_hand(model, tokenizer(f">>ara<< {text}")["input_ids"], epsilon=0.05)
        texts = [each.strip() for each in tokenizer.batch_decode(rows, skip_special_tokens=True)]
        expected = expect_by_sacrebleu(texts)
        assert {each.text: each.score for each in found.hypotheses} == pytest.approx(expected, abs=1e-9)
        assert found.hypotheses[0].text == choose_by_sacrebleu(texts)
        assert min(probabilities) >= 0.05
    assert [each.text for each in translated.translations] == [
        each.hypotheses[0].text for each in translated.hypotheses
    ]
    assert {each.score for each in translated.translations} == {None}


@pytest.mark.parametrize("number", [0, 1])
def test_a_token_is_drawn_as_often_as_it_is_likely(number: int) -> None:
    """The numbers of 20,000 candidates are spread evenly, at whichever step."""
    numbers = np.array([draw_numbers(Encoded((5, 6)), 0, candidate, 2)[number] for candidate in range(20_000)])

    shares, _ = np.histogram(numbers, bins=20, range=(0, 1))

    assert np.abs(shares / 1000 - 1).max() < 0.15
    assert 0 <= numbers.min() <= numbers.max() < 1


def test_numbers_belong_to_seed_text_and_candidate() -> None:
    """Another one of them gives others; more numbers begin as fewer do."""
    text = Encoded((5, 6))
    rows = [draw_numbers(text, 0, 0, 4), draw_numbers(text, 1, 0, 4), draw_numbers(text, 0, 1, 4)]
    rows.append(draw_numbers(Encoded((5, 7)), 0, 0, 4))

    assert len({tuple(row.tolist()) for row in rows}) == 4
    assert draw_numbers(text, 0, 0, 9)[:4].tolist() == rows[0].tolist()
    # Written down: they must be the same with every numpy.
    assert rows[0].tolist() == NUMBERS


NUMBERS = [0.4690202029887587, 0.3482169434428215, 0.5252021201886237, 0.4049391334410757]


@pytest.mark.parametrize("change", ["order", "alone", "threads", "seed of torch", "batches"])
def test_a_text_has_the_same_translation_whatever_else_is_done(
    change: str,
    tiny_marian: Path,
    sentences: list[str],
    configure_mbr: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
) -> None:
    """In another order, by itself, on two threads, behind other random numbers, in batches of another size."""
    config = configure_mbr(MarianModel(str(tiny_marian)), n_best=CANDIDATES)
    texts = sentences[:8]
    expected = {
        each.source: each.hypotheses
        for each in translate_pairs(config, pair_up(texts), tmp_path / "usual", silent).hypotheses
    }
    match change:
        case "order":
            texts = texts[::-1]
        case "alone":
            texts = texts[4:5]
        case "threads":
            config = replace(config, device=DeviceConfig(DeviceKind.cpu, threads=2))
        case "seed of torch":
            torch.manual_seed(7)
        case "batches":
            config = replace(config, engine=replace(config.engine, batch_tokens=400))

    actual = translate_pairs(config, pair_up(texts), tmp_path / "other", silent)

    assert {each.source: each.hypotheses for each in actual.hypotheses} == {text: expected[text] for text in texts}


@pytest.mark.parametrize("engine", ["transformers", "ctranslate2"])
def test_hypotheses_of_a_beam_are_candidates(
    engine: str,
    tiny_marian: Path,
    sentences: list[str],
    configure: Configure,
    configure_mbr: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
) -> None:
    """The choice is sacrebleu's among what the same engine keeps with n_best, the likeliest of equal ones first."""
    if engine == "ctranslate2":
        pytest.importorskip("ctranslate2", reason="CTranslate2 is an extra: mt-eval[ct2]")
    model = MarianModel(str(tiny_marian))
    chosen = configure_mbr(model, num_beams=CANDIDATES, candidates_from=CandidatesFrom.beam)
    beam = configure(model, decoding={"num_beams": CANDIDATES, "n_best": CANDIDATES})
    if engine == "ctranslate2":
        fast = Ctranslate2Engine(Ctranslate2Type.float32, cache_dir=str(tmp_path / "cache"))
        chosen, beam = replace(chosen, engine=fast), replace(beam, engine=fast)

    actual = translate_pairs(chosen, pair_up(sentences), tmp_path, silent)
    lists = translate_pairs(beam, pair_up(sentences), tmp_path, silent).hypotheses

    expected = [choose_by_sacrebleu([each.text for each in found.hypotheses]) for found in lists]
    assert [each.text for each in actual.translations] == expected
    assert sum(text != found.hypotheses[0].text for text, found in zip(expected, lists, strict=True)) > 2


@given(st.lists(st.text(st.sampled_from("abc ,.نعم"), max_size=9), min_size=1, max_size=8), st.sampled_from([0, 2]))
def test_expected_utilities_are_sacrebleus(texts: list[str], word_order: int) -> None:
    """Whatever the texts are, and counted as often as they are there."""
    expected = expect_by_sacrebleu(texts, word_order)

    actual = expect_utilities(texts, "chrF++" if word_order else "chrF")

    assert actual == pytest.approx(expected, abs=1e-9)
    assert list(actual) == list(Counter(texts))


def test_what_was_drawn_more_often_counts_more() -> None:
    """By hand: two of three candidates say the same, so that is chosen, and of equal ones the first."""
    twice = [Sentence("b c", 1, 2), Sentence("a", 1, 1, truncated=True, score=-1.0), Sentence("a", 1, 1)]
    even = [Sentence("x", 1, 1), Sentence("y", 1, 1)]

    best, first = choose(twice, Choice("chrF", 2, None)), choose(even, Choice("chrF", 1, 0))

    assert (best.text, best.truncated, best.score) == ("a", True, None)
    assert [(each.text, each.score) for each in best.hypotheses] == [("a", pytest.approx(200 / 3)), ("b c", 100 / 3)]
    assert (first.text, first.hypotheses) == ("x", ())


def test_the_choice_is_that_of_mbrs() -> None:
    """The library `mbrs` gives the same expected utilities and the same order; it needs transformers below 5."""
    metrics = pytest.importorskip("mbrs.metrics", reason="mbrs does not run here", exc_type=ImportError)
    decoders = pytest.importorskip("mbrs.decoders", reason="mbrs does not run here", exc_type=ImportError)
    texts = ["قال الرئيس اليوم", "قال رئيس اليوم", "قال الرئيس أمس", "قال الرئيس اليوم", "ذهب الوزير"]
    decoder = decoders.DecoderMBR(decoders.DecoderMBR.Config(), metrics.MetricChrF(metrics.MetricChrF.Config()))

    theirs = decoder.decode(texts, texts, nbest=len(texts))

    ours = expect_utilities(texts, "chrF")
    assert theirs.score == pytest.approx([ours[text] for text in theirs.sentence], abs=1e-4)
    assert theirs.sentence[0] == max(ours, key=lambda text: ours[text])


def test_the_store_gives_the_choice_back(
    tiny_marian: Path, sentences: list[str], configure_mbr: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """A run that was interrupted goes on to what one run makes; the second time nothing is decoded."""
    config = configure_mbr(MarianModel(str(tiny_marian)), n_best=2)

    translate_pairs(config, pair_up(sentences[:3]), tmp_path / "halves", silent)
    halves = translate_pairs(config, pair_up(sentences[:6]), tmp_path / "halves", silent)
    again = translate_pairs(config, pair_up(sentences[:6]), tmp_path / "halves", silent)
    whole = translate_pairs(config, pair_up(sentences[:6]), tmp_path / "whole", silent)

    assert halves.facts["legs"][0]["segments_from_store"] == 3
    assert again.facts["legs"][0]["segments_decoded"] == 0
    assert again.translations == halves.translations == whole.translations
    assert again.hypotheses == whole.hypotheses
    assert any("judge it by another metric, such as BLEU" in warning for warning in again.warnings)


def test_each_leg_of_a_pivot_chooses_and_a_window_is_one_text(
    tiny_marian: Path,
    tiny_nllb: Path,
    sentences: list[str],
    configure_mbr: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
) -> None:
    """The pivot text is the first leg's choice, and what the last leg is given; a window's choice is of its whole."""
    pivot = PivotModel("en", NllbModel(str(tiny_nllb)), MarianModel(str(tiny_marian)))
    config, texts = configure_mbr(pivot), sentences[8:11]

    both = translate_pairs(config, pair_up(texts), tmp_path, silent)
    first = translate_pairs(
        replace(config, model=pivot.first, direction="vi-en"), pair_up(texts), tmp_path / "1", silent
    )
    pivots = list_texts(first.translations)
    second = translate_pairs(
        replace(config, model=pivot.second, direction="en-ar"), pair_up(pivots), tmp_path / "2", silent
    )
    window = replace(configure_mbr(pivot.second), unit=UnitConfig(UnitKind.window, 2))
    together = translate_pairs(window, pair_up([texts[:2]]), tmp_path, silent)
    joined = translate_pairs(configure_mbr(pivot.second), pair_up([" ".join(texts[:2])]), tmp_path, silent)

    assert [each.pivot_text for each in both.translations if each] == pivots
    assert list_texts(both.translations) == list_texts(second.translations)
    assert together.units is not None
    assert [unit.text for unit in together.units] == list_texts(joined.translations)


def list_texts(translations: Sequence[Translation | None]) -> list[str]:
    return [each.text for each in translations if each is not None]


def test_identity_holds_what_changes_the_choice(
    tiny_marian: Path, configure: Configure, configure_mbr: Configure
) -> None:
    """Each setting makes another system, a device and a batch size asked for too; beams stay as they were."""
    model = MarianModel(str(tiny_marian))
    usual = configure_mbr(model)
    settings: list[dict[str, Any]] = [
        *({"candidates": 7}, {"utility": "chrF++"}, {"seed": 1}, {"epsilon": 0.1}, {"top_p": 0.9}),
        *({"temperature": 0.7}, {"n_best": 2}, {"candidates_from": CandidatesFrom.beam, "num_beams": CANDIDATES}),
    ]
    configs = [usual, *(configure_mbr(model, **each) for each in settings)]
    configs.append(replace(usual, engine=replace(usual.engine, batch_tokens=64)))

    identities = [locate(config).identity for config in configs]
    beam = locate(configure(model)).legs[0]

    assert len(set(identities)) == len(identities)
    assert locate(usual).legs[0].facts["choice"]["device"] == "cpu"
    assert beam.choice is None
    assert "choice" not in beam.facts


def test_preflight_stays_greedy() -> None:
    """It says of the demo model what it says before any other search, and leaves the model set to sample."""
    doubts = []
    for decoding in ("greedy", "mbr"):
        config = mt_eval.compose("data=ui", "device=cpu", f"decoding={decoding}")
        (leg,) = locate(config).legs
        translator = load_translator(leg, config.engine, config.device)
        doubts.append(run_preflight(leg, translator))

    assert doubts[0] == doubts[1] != ()
    assert translator.batch_tokens == 1


def test_the_fast_engine_is_one_that_samples(tiny_marian: Path, configure: Configure, configure_mbr: Configure) -> None:
    """engine=fast takes transformers for samples and says why, and what it takes for everything else for a beam."""
    model = MarianModel(str(tiny_marian))
    sampled = locate(configure_mbr(model, engine=FastEngine()))
    from_beam = configure_mbr(model, candidates_from=CandidatesFrom.beam, num_beams=CANDIDATES)
    usual = locate(replace(configure(model), engine=FastEngine(), device=from_beam.device))

    assert sampled.legs[0].engine == "transformers"
    assert any("samples" in note or "not installed" in note for note in sampled.notes)
    assert locate(replace(from_beam, engine=FastEngine())).legs[0].engine == usual.legs[0].engine


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["engine=ctranslate2"], r"engine=ctranslate2 has none .* use engine=transformers, or .*_from=beam .*=32"),
        (["decoding.num_beams=4"], r"num_beams=4 has no meaning where candidates are sampled; leave it 1"),
        (["decoding.candidates_from=beam"], r"candidates=32 are more than decoding\.num_beams=1"),
        (["decoding.n_best=33"], r"n_best=33 keeps more hypotheses than decoding\.candidates=32"),
        (["decoding.candidates=1"], r"candidates=1 is not possible: expected 2 to 256"),
        (["decoding.utility=BLEU"], r"utility=BLEU is not possible: expected one of chrF\+\+, chrF"),
        (["decoding.epsilon=1"], r"epsilon=1\.0 is not possible"),
        (["decoding.top_p=0"], r"top_p=0\.0 is not possible"),
        (["decoding.temperature=0"], r"temperature=0\.0 is not possible"),
        (["decoding.seed=-1"], r"seed=-1 is not possible"),
        (["model=copy"], r"model=copy gives one translation of each text; leave decoding=beam"),
        (["model=hypotheses", "model.path=x"], r"model=hypotheses gives one translation"),
        (["model=articles", "model.path=x"], r"model=articles gives one translation"),
        (
            [
                "decoding.n_best=2",
                "model=pivot",
                "model.first.name=x",
                "model@model.second=server",
                "model.second.url=http://127.0.0.1:1/v1",
                "model.second.name=x",
            ],
            r"n_best=2 keeps hypotheses .* the last leg of model=pivot gives one translation",
        ),
        (["model=server", "model.url=http://127.0.0.1:1/v1", "model.name=x"], r"model=server gives one translation"),
    ],
)
def test_what_cannot_be_is_refused(words: list[str], message: str) -> None:
    """One sentence says why and what to change."""
    with pytest.raises(ConfigError, match=message):
        mt_eval.compose("data=ui", "decoding=mbr", *words)


def test_a_sweep_takes_what_goes_together() -> None:
    """Beside beams it is one more job; experiment=decoding keeps what samples can have; copies are left out."""
    beside = Composer().read_request(["data=ui", "decoding=greedy,beam,mbr", "model=demo,copy"], sweep=True)
    penalties = Composer().read_request(["experiment=decoding", "data=ui", "decoding=mbr"], sweep=True)

    names = [(job.config.choices["decoding"], job.config.choices["model"]) for job in beside.jobs]
    assert names.count(("mbr", "demo")) == 1
    assert ("mbr", "copy") not in names
    assert {job.config.decoding.num_beams for job in penalties.jobs} == {1}
