"""Forced decoding beside raw `model(labels=...)`, CTranslate2 beside transformers, and batches that change nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import tiny_checkpoints
import torch
from transformers import (
    AutoModelForSeq2SeqLM,
    M2M100ForConditionalGeneration,
    M2M100Tokenizer,
    MarianMTModel,
    MarianTokenizer,
    NllbTokenizer,
)

from mt_eval.bundled import bundled_path
from mt_eval.config import Ctranslate2Engine, Ctranslate2Type, M2m100Model, MarianModel, NllbModel, RunConfig
from mt_eval.errors import ModelError
from mt_eval.likelihoods import Likelihood
from mt_eval.translate import LoadedModels, locate
from mt_eval.translate.engines.base import LegTranslator
from mt_eval.translate.engines.batching import split_given
from mt_eval.translate.forced import LONG_SOURCE, LONG_TEXT, NO_SOURCE, identify_judge, judge_texts
from mt_eval.translate.system import Encoded, GivenBatch, GivenTokens

pytestmark = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")

Configure = Callable[..., RunConfig]
TOLERANCE = 1e-4
"""Of the mean log-probability of a token, in float32."""


def judge(config: RunConfig, sources: Sequence[str], texts: Sequence[str]) -> list[Likelihood]:
    system = locate(config)
    with LoadedModels() as models:
        models.begin(system.legs, system.engine, config.device)
        leg = system.legs[0]
        return judge_texts(leg, models.load(leg), sources, texts, lambda done: None)


def check(actual: Sequence[Likelihood], expected: Sequence[tuple[float, int]]) -> None:
    assert [each.tokens for each in actual] == [tokens for _, tokens in expected]
    for each, (total, tokens) in zip(actual, expected, strict=True):
        assert each.log_probability is not None
        assert abs(each.log_probability - total) <= TOLERANCE * tokens


@pytest.mark.parametrize("which", ["tiny", "demo"])
def test_marian_equals_the_loss_of_its_labels(
    which: str, tiny_marian: Path, sentences: list[str], configure: Configure
) -> None:
    """The log-probability is minus the loss times the number of labels, one sentence at a time; `>>ara<<` in front."""
    folder = tiny_marian if which == "tiny" else bundled_path("models/demo")
    token = ">>ara<<"
    tokenizer = MarianTokenizer.from_pretrained(folder)
    model = MarianMTModel.from_pretrained(folder, dtype=torch.float32).eval()
    texts = sentences[::-1]
    expected = []
    for source, text in zip(sentences, texts, strict=True):
        batch = tokenizer([f"{token} {source}"], text_target=[text], return_tensors="pt")
        with torch.inference_mode():
            loss = float(model(**batch).loss)
        expected.append((-loss * batch["labels"].shape[1], batch["labels"].shape[1]))

    check(judge(configure(MarianModel(str(folder))), sentences, texts), expected)


@pytest.mark.parametrize("kind", ["nllb", "m2m100"])
def test_the_forced_code_is_given_and_not_counted(
    kind: str, tiny_nllb: Path, sentences: list[str], configure: Configure, tmp_path: Path
) -> None:
    """What is counted is every label but the first, the code of the target language, which the model is given."""
    texts = sentences[::-1]
    if kind == "nllb":
        folder, schema = tiny_nllb, NllbModel
        tokenizer: Any = NllbTokenizer.from_pretrained(folder, src_lang="vie_Latn", tgt_lang="arb_Arab")
    else:
        folder, schema = tiny_checkpoints.make_m2m100(tmp_path / "m2m100"), M2m100Model
        tokenizer = M2M100Tokenizer.from_pretrained(folder, src_lang="vi", tgt_lang="ar")
    model = M2M100ForConditionalGeneration.from_pretrained(folder).eval()
    expected = []
    for source, text in zip(sentences, texts, strict=True):
        batch = tokenizer([source], text_target=[text], return_tensors="pt")
        with torch.inference_mode():
            scores = model(**batch).logits.log_softmax(-1)
        labels = batch["labels"][0]
        each = scores[0].gather(-1, labels.unsqueeze(-1)).squeeze(-1)
        expected.append((float(each[1:].double().sum()), len(labels) - 1))

    check(judge(configure(schema(str(folder))), sentences, texts), expected)


@pytest.mark.parametrize("kind", ["marian", "separate", "nllb"])
def test_ctranslate2_says_the_same(
    kind: str, tiny_marian: Path, tiny_nllb: Path, sentences: list[str], configure: Configure, tmp_path: Path
) -> None:
    """In float32 both engines agree; of a Marian but for its padding, which CTranslate2's model does not have."""
    pytest.importorskip("ctranslate2", reason="CTranslate2 is an extra: mt-eval[ct2]")
    separate = tmp_path / "separate"
    model: Any = NllbModel(str(tiny_nllb))
    if kind != "nllb":
        folder = tiny_marian if kind == "marian" else tiny_checkpoints.make_separate_marian(separate)
        model = MarianModel(str(folder))
    config, texts = configure(model), sentences[::-1]
    fast = replace(config, engine=Ctranslate2Engine(Ctranslate2Type.float32, cache_dir=str(tmp_path / "cache")))
    slow = judge(config, sentences, texts)
    lost = [0.0] * len(texts)
    if kind != "nllb":
        lost = [measure_padding(config, *each) for each in zip(sentences, texts, strict=True)]

    expected = [(float(each.log_probability or 0) - gone, each.tokens) for each, gone in zip(slow, lost, strict=True)]
    check(judge(fast, sentences, texts), expected)


def measure_padding(config: RunConfig, source: str, text: str) -> float:
    """The logarithm of what padding leaves of the probability at every token, summed."""
    system = locate(config)
    with LoadedModels() as models:
        models.begin(system.legs, system.engine, config.device)
        translator: Any = models.load(system.legs[0])
        (row,), (target,) = translator.encode([source]), translator.encode_given([text])
    model = AutoModelForSeq2SeqLM.from_pretrained(system.legs[0].folder).eval()
    start = model.config.decoder_start_token_id
    with torch.inference_mode():
        scores = model(
            input_ids=torch.tensor([row.ids]), decoder_input_ids=torch.tensor([[start, *target.ids[:-1]]])
        ).logits[0]
    return float(torch.log1p(-scores.double().softmax(-1)[:, start]).sum())


@pytest.mark.parametrize("kind", ["marian", "nllb"])
def test_what_spells_a_special_token_is_text(
    kind: str, tiny_marian: Path, tiny_nllb: Path, configure: Configure
) -> None:
    """An end token or a code inside a text ends nothing: it is several tokens, and the text goes on behind it."""
    config = configure(MarianModel(str(tiny_marian)) if kind == "marian" else NllbModel(str(tiny_nllb)))
    system = locate(config)
    with LoadedModels() as models:
        models.begin(system.legs, system.engine, config.device)
        translator = models.load(system.legs[0])
        plain, *steered = translator.encode_given(["a a", "a </s> a", "a <pad> a", "a arb_Arab a", "a >>vie<< a"])

    for each in steered:
        assert len(each.ids) > len(plain.ids) + 1
        assert each.ids.count(plain.ids[-1]) == 1


def test_batches_change_nothing(tiny_nllb: Path, sentences: list[str], configure: Configure) -> None:
    """One text at a time and all together come to the same, but for rounding."""
    texts = sentences[::-1]
    together = judge(configure(NllbModel(str(tiny_nllb))), sentences, texts)
    alone = judge(configure(NllbModel(str(tiny_nllb)), engine={"batch_tokens": 1}), sentences, texts)

    check(together, [(float(each.log_probability or 0), each.tokens) for each in alone])


def test_what_does_not_fit_is_said_and_not_cut(tmp_path: Path, configure: Configure) -> None:
    """A source or a text beyond the model's positions has no number but a reason; an empty text has its end token."""
    folder = tiny_checkpoints.make_nllb(tmp_path / "short", positions=24)
    long = 3 * "Tổng thống Nga gặp Chủ tịch Trung Quốc "
    system = locate(configure(NllbModel(str(folder))))
    with LoadedModels() as models:
        models.begin(system.legs, system.engine, configure(NllbModel(str(folder))).device)
        (fitting,) = models.load(system.legs[0]).encode_given(["م" * 22])
    assert len(fitting.ids) == 23  # and the code in front of them: 24 positions

    found = judge(
        configure(NllbModel(str(folder))),
        [long, "Xin chào", " \u200b", "Xin chào", "Xin chào"],
        ["مرحبا", "م" * 23, "مرحبا", "", "م" * 22],
    )

    assert [each.reason for each in found] == [LONG_SOURCE, LONG_TEXT, NO_SOURCE, "", ""]
    assert [each.log_probability is None for each in found] == [True, True, True, False, False]
    assert [each.tokens for each in found] == [0, 0, 0, 1, 23]


def test_the_search_is_no_part_of_a_judge(tiny_nllb: Path, configure: Configure) -> None:
    """Beams change a run's system and not its judge; the numeric type and the direction change both."""
    model = NllbModel(str(tiny_nllb))
    plain, beams = configure(model), configure(model, decoding={"num_beams": 1})
    others = (configure(model, engine={"dtype": plain.engine.dtype.bfloat16}), configure(model, direction="ar-vi"))
    legs = [locate(config).legs[0] for config in (plain, beams, *others)]

    assert legs[0].identity != legs[1].identity
    assert identify_judge(legs[0]) == identify_judge(legs[1])
    assert len({identify_judge(leg) for leg in legs}) == 3


class _SmallMemory(LegTranslator):
    """An engine whose device holds so many texts at a time."""

    device = "cpu"

    def __init__(self, most: int, ahead: int) -> None:
        self._most = most
        self._ahead = ahead
        self._leg: Any = SimpleNamespace(name="small")
        self._warnings = []

    def _choose_given_budget(self) -> int:
        return 1000

    def _submit_given(self, batch: GivenBatch) -> Callable[[], list[tuple[float, ...]]]:
        def collect() -> list[tuple[float, ...]]:
            if len(batch.indices) > self._most:
                raise RuntimeError("CUDA out of memory")
            return [tuple(-1.0 for _ in target.ids) for target in batch.targets]

        return collect


@pytest.mark.parametrize("ahead", [0, 3])
def test_memory_that_runs_out_makes_batches_smaller(ahead: int) -> None:
    """Every text is judged once, in parts that fit; a single one that does not fit is an error."""
    whole = GivenBatch(tuple(range(16)), (Encoded((1, 2, 3)),) * 16, (GivenTokens((4, 5)),) * 16)
    translator = _SmallMemory(3, ahead)

    found = [(batch.indices, rows) for batch, rows in translator.judge(split_given(whole, 24))]

    assert sorted(index for indices, _ in found for index in indices) == list(range(16))
    assert all(rows == [(-1.0, -1.0)] * len(indices) for indices, rows in found)
    assert all("went on with batches of" in warning for warning in translator.warnings)
    assert translator.given_tokens < 12
    with pytest.raises(ModelError, match="a single text of 3 tokens"):
        list(_SmallMemory(0, ahead).judge([whole]))
