"""The best hypotheses of a search, held against raw calls of both engines; kept, read back and refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import M2M100ForConditionalGeneration, MarianMTModel, MarianTokenizer, NllbTokenizer

import mt_eval
from mt_eval.config import Ctranslate2Engine, Ctranslate2Type, MarianModel, NllbModel, PivotModel, UnitConfig, UnitKind
from mt_eval.errors import ConfigError
from mt_eval.sweep.compose import Composer
from mt_eval.translate import locate, translate_pairs
from mt_eval.types import Hypothesis, HypothesisList

pytestmark = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")

Configure = Callable[..., Any]


def limit_tokens(tokens: int) -> int:
    """The length limit of `configure`."""
    return next(limit for limit in range(32, 1000, 32) if limit >= 0.5 * tokens + 8)


def generate_raw(model: Any, tokenizer: Any, text: str, count: int, **settings: Any) -> list[Hypothesis]:
    """What `generate` gives of one text by itself, with its scores."""
    inputs = tokenizer([text], return_tensors="pt")
    with torch.inference_mode():
        output = model.generate(
            **inputs,
            num_beams=4,
            num_return_sequences=count,
            length_penalty=1.0,
            max_new_tokens=limit_tokens(inputs["input_ids"].shape[1]),
            return_dict_in_generate=True,
            output_scores=True,
            **settings,
        )
    texts = tokenizer.batch_decode(output.sequences, skip_special_tokens=True)
    return [Hypothesis(*each) for each in zip(texts, output.sequences_scores.tolist(), strict=True)]


def assert_alike(actual: HypothesisList, expected: list[Hypothesis]) -> None:
    assert [each.text for each in actual.hypotheses] == [each.text for each in expected]
    assert [each.score for each in actual.hypotheses] == pytest.approx([each.score for each in expected], abs=1e-4)


def test_marian_keeps_what_generate_returns(
    tiny_marian: Path, sentences: list[str], configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """Texts and scores of three hypotheses, in order; the best is the translation of a run that keeps one."""
    model, tokenizer = MarianMTModel.from_pretrained(tiny_marian), MarianTokenizer.from_pretrained(tiny_marian)
    config = configure(MarianModel(str(tiny_marian)), decoding={"n_best": 3})

    translated = translate_pairs(config, pair_up(sentences), tmp_path, silent)
    usual = translate_pairs(configure(MarianModel(str(tiny_marian))), pair_up(sentences), tmp_path, silent)

    assert [each.source for each in translated.hypotheses] == sentences
    for found, text in zip(translated.hypotheses, sentences, strict=True):
        assert_alike(found, generate_raw(model, tokenizer, f">>ara<< {text}", 3))
    assert translated.translations == usual.translations
    assert usual.hypotheses == ()


def test_nllb_keeps_what_generate_returns(
    tiny_nllb: Path, sentences: list[str], configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """The same where the target language is forced."""
    model = M2M100ForConditionalGeneration.from_pretrained(tiny_nllb)
    tokenizer = NllbTokenizer.from_pretrained(tiny_nllb, src_lang="vie_Latn")
    forced = tokenizer.convert_tokens_to_ids("arb_Arab")
    config = configure(NllbModel(str(tiny_nllb)), decoding={"n_best": 4})

    translated = translate_pairs(config, pair_up(sentences[:6]), tmp_path, silent)

    for found, text in zip(translated.hypotheses, sentences[:6], strict=True):
        assert_alike(found, generate_raw(model, tokenizer, text, 4, forced_bos_token_id=forced))


@pytest.mark.parametrize("kind", ["marian", "nllb"])
def test_ctranslate2_keeps_what_translate_batch_returns(
    tiny_marian: Path,
    tiny_nllb: Path,
    sentences: list[str],
    configure: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
    kind: str,
) -> None:
    """Hypotheses and scores of raw CTranslate2, one sentence at a time, on a conversion by hand."""
    ctranslate2 = pytest.importorskip("ctranslate2", reason="CTranslate2 is an extra: mt-eval[ct2]")
    folder = tiny_marian if kind == "marian" else tiny_nllb
    ctranslate2.converters.TransformersConverter(str(folder)).convert(str(tmp_path / "raw"), quantization="float32")
    raw = ctranslate2.Translator(str(tmp_path / "raw"), "cpu", compute_type="float32", intra_threads=1)
    tokenizer: Any
    if kind == "marian":
        tokenizer, start = MarianTokenizer.from_pretrained(folder), []
    else:
        tokenizer, start = NllbTokenizer.from_pretrained(folder, src_lang="vie_Latn"), ["arb_Arab"]
    engine = Ctranslate2Engine(Ctranslate2Type.float32, cache_dir=str(tmp_path / "cache"))
    model = MarianModel(str(folder)) if kind == "marian" else NllbModel(str(folder))
    config = replace(configure(model, decoding={"n_best": 3}), engine=engine)

    translated = translate_pairs(config, pair_up(sentences[:8]), tmp_path, silent)

    for found, text in zip(translated.hypotheses, sentences[:8], strict=True):
        ids = tokenizer(f">>ara<< {text}" if kind == "marian" else text)["input_ids"]
        (result,) = raw.translate_batch(
            [tokenizer.convert_ids_to_tokens(ids)],
            [start] if start else None,
            beam_size=4,
            num_hypotheses=3,
            # Marian's forced end token needs a place of its own.
            max_decoding_length=limit_tokens(len(ids)) - (kind == "marian"),
            min_decoding_length=0,
            return_scores=True,
        )
        rows = [tokenizer.convert_tokens_to_ids(tokens[len(start) :]) for tokens in result.hypotheses]
        texts = [tokenizer.decode(row, skip_special_tokens=True).strip() for row in rows]
        assert_alike(found, [Hypothesis(*each) for each in zip(texts, result.scores, strict=True)])


def test_the_store_gives_them_back(
    tiny_marian: Path, sentences: list[str], configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """What was half done goes on; the second time nothing is decoded, and a record without them stays as it was."""
    config = configure(MarianModel(str(tiny_marian)), decoding={"n_best": 2})

    translate_pairs(config, pair_up(sentences[:5]), tmp_path, silent)
    first = translate_pairs(config, pair_up(sentences), tmp_path, silent)
    second = translate_pairs(config, pair_up(sentences), tmp_path, silent)
    translate_pairs(configure(MarianModel(str(tiny_marian))), pair_up(sentences[:1]), tmp_path / "usual", silent)

    assert first.facts["legs"][0]["segments_from_store"] == 5
    assert second.facts["legs"][0]["segments_decoded"] == 0
    assert second.hypotheses == first.hypotheses
    (file,) = (tmp_path / "usual").glob("*/*.jsonl")
    assert "hypotheses" not in json.loads(file.read_text(encoding="utf-8").split("\n")[0])


def test_every_text_that_a_model_is_given_has_its_own(
    tiny_marian: Path, sentences: list[str], configure: Configure, pair_up: Any, silent: Any, tmp_path: Path
) -> None:
    """Two sentences of one pair have a list each, a blank one has none; a window of them has one of its own."""
    config = configure(MarianModel(str(tiny_marian)), decoding={"n_best": 2})
    pairs = pair_up([[sentences[8], sentences[9]], [" "], [], [sentences[8]]])
    windows = replace(config, unit=UnitConfig(UnitKind.window, 2))

    alone = translate_pairs(config, pairs, tmp_path, silent)
    together = translate_pairs(windows, pairs[:1], tmp_path, silent)

    assert [each.segments for each in alone.hypotheses] == [("0.0",), ("0.1",), ("3.0",)]
    best = [each.hypotheses[0].text for each in alone.hypotheses]
    assert alone.translations[0] is not None
    assert alone.translations[0].text == " ".join(best[:2])
    assert [(each.segments, each.source) for each in together.hypotheses] == [
        (("0.0", "0.1"), f"{sentences[8]} {sentences[9]}")
    ]


def test_of_a_pivot_the_last_leg_keeps_them(
    tiny_marian: Path,
    tiny_nllb: Path,
    sentences: list[str],
    configure: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
) -> None:
    """They are those of the pivot text; the first leg is the one of a run that keeps one, so its store is shared."""
    pivot = PivotModel("en", NllbModel(str(tiny_nllb)), MarianModel(str(tiny_marian)))
    pairs = pair_up(sentences[:4])

    usual = translate_pairs(configure(pivot), pairs, tmp_path, silent)
    kept = translate_pairs(configure(pivot, decoding={"n_best": 3}), pairs, tmp_path, silent)

    assert kept.facts["legs"][0]["segments_decoded"] == 0
    # What the first leg says nothing of is not given to the last.
    assert [each.source for each in kept.hypotheses] == [
        each.pivot_text for each in usual.translations if each and each.pivot_text
    ]
    assert kept.translations == usual.translations


def test_only_what_keeps_more_is_another_system(tiny_marian: Path, configure: Configure) -> None:
    """Keeping one leaves the identity as it was; how many are kept is part of it."""
    one, two, three = (
        locate(configure(MarianModel(str(tiny_marian)), decoding={"n_best": count})) for count in (1, 2, 3)
    )

    assert one.legs[0].generation["num_return_sequences"] == 1
    assert len({one.identity, two.identity, three.identity}) == 3


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["decoding.n_best=5"], r"n_best=5 keeps more .*num_beams=4 has 4; raise decoding\.num_beams to 5"),
        (["decoding=greedy", "decoding.n_best=2"], r"greedy search \(decoding\.num_beams=1\) has 1"),
        (["decoding.n_best=0"], r"decoding\.n_best=0 is not possible: expected 1 to 64"),
        (["model=copy", "decoding.n_best=2"], r"model=copy gives one translation of each text"),
        (
            [
                *("model=pivot", "model.first.name=x", "model@model.second=server", "model.second.name=x"),
                *("model.second.url=http://127.0.0.1:9/v1", "decoding.n_best=2"),
            ],
            r"the last leg of model=pivot gives one translation of each text",
        ),
    ],
)
def test_what_cannot_be_kept_is_refused(words: list[str], message: str) -> None:
    """One sentence says what there is and what to change."""
    with pytest.raises(ConfigError, match=message):
        mt_eval.compose("data=ui", *words)


def test_a_sweep_leaves_out_what_has_fewer() -> None:
    """`experiment=decoding` with two best leaves out its greedy jobs, and says so."""
    request = Composer().read_request(["experiment=decoding", "data=ui", "decoding.n_best=2"], sweep=True)

    assert {job.config.decoding.num_beams for job in request.jobs} == {4, 8}
    assert "greedy search" in " ".join(request.notes)
