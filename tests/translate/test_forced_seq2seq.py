"""Forced decoding of `model=seq2seq` in tiny, beside raw `model(...)`, and CTranslate2 beside transformers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import tiny_seq2seq
import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from mt_eval.config import Ctranslate2Engine, Ctranslate2Type, RunConfig, Seq2seqModel
from mt_eval.translate import LoadedModels, locate
from mt_eval.translate.forced import judge_texts

Configure = Callable[..., RunConfig]


@pytest.mark.parametrize("kind", ["madlad", "t5", "mbart50", "mbart25"])
def test_the_texts_are_as_likely_as_the_library_says(
    kind: str, sentences: list[str], configure: Configure, tmp_path: Path
) -> None:
    """The prefix is before the source; a code that is forced, or that the decoder starts from, is not counted."""
    pytest.importorskip("ctranslate2", reason="CTranslate2 is an extra: mt-eval[ct2]")
    folder = tmp_path / kind
    if kind.startswith("mbart"):
        tiny_seq2seq.make_mbart(folder, "MBart50Tokenizer" if kind == "mbart50" else "MBartTokenizer")
    else:
        tiny_seq2seq.make_madlad(folder, tied=kind == "t5")
        tiny_seq2seq.add_tokenizer_json(folder)
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModelForSeq2SeqLM.from_pretrained(folder).eval()
    front, start = "<2ar> ", [int(model.config.decoder_start_token_id)]
    if kind.startswith("mbart"):
        tokenizer.src_lang, front = "vi_VN", ""
        code = tokenizer.convert_tokens_to_ids("ar_AR")
        start = [*start, code] if kind == "mbart50" else [code]
    texts = sentences[::-1]
    expected = []
    for source, text in zip(sentences, texts, strict=True):
        ids = [*tokenizer(text, add_special_tokens=False)["input_ids"], int(tokenizer.eos_token_id)]
        with torch.inference_mode():
            scores = model(
                input_ids=torch.tensor([tokenizer(f"{front}{source}")["input_ids"]]),
                decoder_input_ids=torch.tensor([[*start, *ids[:-1]]]),
            ).logits[0, len(start) - 1 :]
        each = scores.log_softmax(-1).gather(-1, torch.tensor(ids).unsqueeze(-1))
        expected.append((float(each.double().sum()), len(ids)))
    config = configure(Seq2seqModel(str(folder)))
    fast = replace(config, engine=Ctranslate2Engine(Ctranslate2Type.float32, cache_dir=str(tmp_path / "cache")))

    for each_config in (config, fast):
        system = locate(each_config)
        with LoadedModels() as models:
            models.begin(system.legs, system.engine, each_config.device)
            found = judge_texts(system.legs[0], models.load(system.legs[0]), sentences, texts, lambda done: None)
        assert [each.tokens for each in found] == [tokens for _, tokens in expected]
        for likelihood, (total, tokens) in zip(found, expected, strict=True):
            assert abs((likelihood.log_probability or 0) - total) <= 1e-4 * tokens
