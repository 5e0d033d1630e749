"""The parts of bench_gpu.py that measure speed: each row is one way to translate the same sentences."""

from __future__ import annotations

import gc
import math
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from gpu_watch import Watch
from gpu_work import BEAMS, Work, ignore, pair_up, tell
from translate_once import load_raw_tokenizer

from mt_eval.config import DecodingConfig, MarianModel, NllbModel, RunConfig
from mt_eval.translate import LoadedModels, locate, translate_pairs
from mt_eval.translate.system import System

LARGE_BUDGETS = (8192, 16384, 32768, 65536)
"""Source tokens of a batch that raw CTranslate2 is tried with; its best counts."""
SMALL_BUDGETS = (8192, 16384, 32768)
"""The same for a larger model."""
_GENERATE_EVERY = 8
"""`model.generate` gets every eighth sentence: its time grows with their number, and all of them would take minutes."""


def configure(work: Work, kind: str, engine: Any) -> tuple[RunConfig, System]:
    """The run of a checkpoint (`opus` or `nllb`), every output as long as its source, rounded up."""
    name = str(work.folder / kind)
    config = RunConfig(
        data=None,
        model=NllbModel(name) if kind == "nllb" else MarianModel(name),
        engine=engine,
        decoding=DecodingConfig(num_beams=BEAMS, max_new_tokens_factor=1.0, max_new_tokens_offset=1),
        device=work.device_config,
        preflight=False,
    )
    system = locate(config)
    legs = tuple(replace(leg, length=replace(leg.length, offset=0, multiple=work.round_to)) for leg in system.legs)
    return config, replace(system, route=legs)


def measure_generate(work: Work) -> None:
    """`model.generate` in float32, 16 sentences a batch in file order: what a person writes."""
    from transformers import AutoModelForSeq2SeqLM

    tokenizer = load_raw_tokenizer(work.folder / "opus", nllb=False)
    model: Any = AutoModelForSeq2SeqLM.from_pretrained(work.folder / "opus")
    model = model.eval().to(work.device)
    texts = work.read_texts()[::_GENERATE_EVERY]

    def translate(some: Sequence[str]) -> int:
        tokens = 0
        for start in range(0, len(some), 16):
            batch = tokenizer(list(some[start : start + 16]), return_tensors="pt", padding=True).to(work.device)
            longest = _round_up(work, int(batch["attention_mask"].sum(dim=1).max()))
            with torch.inference_mode():
                output = model.generate(**batch, num_beams=BEAMS, max_new_tokens=longest)
            tokenizer.batch_decode(output, skip_special_tokens=True)
            tokens += output.shape[0] * longest
        return tokens

    translate(texts[:16])
    _measure(work, "opus_generate_float32", texts, 1, lambda: translate(texts))


def measure_mt_eval(work: Work, kind: str, engine: str, dtype: str, repeats: int) -> None:
    """mt-eval with a loaded model: encoding, decoding, and writing to an empty store."""
    config, system = configure(work, kind, work.make_engine(engine, dtype))
    texts = work.read_texts()
    with LoadedModels() as models:
        models.begin(system.legs, system.engine, config.device)
        models.load(system.legs[0])

        def translate(some: Sequence[str]) -> int:
            with tempfile.TemporaryDirectory() as store:
                done = translate_pairs(config, pair_up(some), Path(store), ignore, system=system, models=models)
            for warning in done.warnings:
                if "length limit" not in warning:
                    tell(note=warning)
            return sum(each.tokens_out or 0 for each in done.translations if each is not None)

        # As much as is measured: allocators ask the device for memory while they see batches that are larger than any.
        translate([f"{text} ." for text in (texts[::16] if work.rehearsal else texts)])
        _measure(work, f"{kind}_{engine}_{dtype}", texts, repeats, lambda: translate(texts))
        tell(note=f"{kind} {engine} {dtype}: {models.load(system.legs[0]).batch_tokens} source tokens a batch")
        if engine == "transformers" and work.device == "cuda":
            retries = torch.cuda.memory_stats()["num_alloc_retries"]
            tell(note=f"{kind} {engine} {dtype}: torch freed all it kept to find memory {retries} times")
    gc.collect()
    if work.device == "cuda":
        torch.cuda.empty_cache()


def measure_raw(work: Work, kind: str, repeats: int, budgets: Sequence[int]) -> None:
    """`ctranslate2.Translator.translate_batch` called with care: sorted by length, batches given out in advance."""
    import ctranslate2  # type: ignore[import-untyped]

    _, system = configure(work, kind, work.make_engine("ctranslate2", work.half.value))
    (model,) = (work.folder / "cache").glob(f"{system.legs[0].label}-*/model.bin")
    tokenizer = load_raw_tokenizer(work.folder / kind, nllb=kind == "nllb")
    cores = len(os.sched_getaffinity(0))
    translator = ctranslate2.Translator(
        str(model.parent),
        work.device,
        compute_type=work.half.value,
        inter_threads=cores if work.rehearsal else 1,
        intra_threads=1,
    )
    texts = work.read_texts()

    def translate(some: Sequence[str], budget: int) -> int:
        sources = [tokenizer.convert_ids_to_tokens(ids) for ids in tokenizer(list(some))["input_ids"]]
        waiting = []
        for length in sorted({_round_up(work, len(source)) for source in sources}, reverse=True):
            group = sorted((each for each in sources if _round_up(work, len(each)) == length), key=len, reverse=True)
            rows = max(1, budget // length)
            for start in range(0, len(group), rows):
                batch = group[start : start + rows]
                waiting += translator.translate_batch(
                    batch,
                    [["arb_Arab"]] * len(batch) if kind == "nllb" else None,
                    beam_size=BEAMS,
                    max_decoding_length=length,
                    min_decoding_length=length,
                    max_input_length=0,
                    asynchronous=True,
                )
        hypotheses = [result.result().hypotheses[0] for result in waiting]
        for tokens in hypotheses:
            tokenizer.decode(tokenizer.convert_tokens_to_ids(tokens), skip_special_tokens=True)
        return sum(map(len, hypotheses)) - (len(hypotheses) if kind == "nllb" else 0)

    translate(texts[::16], budgets[0])
    seconds: dict[int, float] = {}
    for budget in budgets:
        started = time.perf_counter()
        try:
            translate(texts, budget)
        except RuntimeError as error:
            tell(note=f"{kind}: raw CTranslate2, {budget} tokens: {error}")
            break
        seconds[budget] = time.perf_counter() - started
    best = min(seconds, key=seconds.__getitem__)
    tried = ", ".join(f"{budget} tokens {value:.2f} s" for budget, value in seconds.items())
    tell(note=f"{kind}: raw CTranslate2 by batch size: {tried}")
    _measure(work, f"{kind}_raw_ctranslate2", texts, repeats, lambda: translate(texts, best))
    translator.unload_model()


def _round_up(work: Work, tokens: int) -> int:
    return math.ceil(tokens / work.round_to) * work.round_to


def _measure(work: Work, row: str, texts: Sequence[str], repeats: int, translate: Callable[[], int]) -> None:
    seconds, tokens = [], 0
    with Watch(work.device) as watch:
        for _ in range(1 if work.quick or work.rehearsal else repeats):
            started = time.perf_counter()
            tokens = translate()
            seconds.append(round(time.perf_counter() - started, 3))
    characters = sum(map(len, texts))
    tell(
        row=row,
        seconds=seconds,
        characters_per_second=round(characters / statistics.median(seconds), 1),
        tokens_per_second=round(tokens / statistics.median(seconds), 1),
        peak_mb=round(watch.peak_mb, 1),
        busy=None if watch.busy is None else round(watch.busy, 3),
    )
