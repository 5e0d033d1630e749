"""What each engine of bench_translate.py does, once, with its time and memory."""

from __future__ import annotations

import math
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

BEAMS = 4
ROUND_TO = 8
ENGINES = ("a", "b", "c", "d", "e", "f")
PARTS = {"a": 4, "c": 4}
"""Engines that get every n-th sentence of 64 or more."""


def measure_one(engine: str, folder: Path, lines: Path, *, nllb: bool) -> dict[str, float]:
    """Seconds of translating all lines with a loaded model, by the clock and of the processor, tokens, peak memory."""
    texts = lines.read_text(encoding="utf-8").split("\n")[:-1]
    some = texts[:: PARTS.get(engine, 1)] if len(texts) >= 64 else texts
    os.environ["HF_HUB_OFFLINE"] = "1"
    if engine == "a":
        found = generate_as_people_do(folder / "model", some, nllb=nllb)
    elif engine == "d":
        found = translate_raw(folder, some, nllb=nllb)
    else:
        found = translate_with_mt_eval(engine, folder, some, nllb=nllb)
    times = len(texts) / len(some)
    return {name: value if name == "peak_mb" else value * times for name, value in found.items()}


def limit(tokens_in: int) -> int:
    return math.ceil(tokens_in / ROUND_TO) * ROUND_TO


def load_raw_tokenizer(model: Path, *, nllb: bool) -> Any:
    import warnings

    from transformers import MarianTokenizer, NllbTokenizer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if nllb:
            return NllbTokenizer.from_pretrained(model, src_lang="vie_Latn")
        return MarianTokenizer.from_pretrained(model)


def generate_as_people_do(model: Path, texts: Sequence[str], *, nllb: bool) -> dict[str, float]:
    import torch
    from transformers import AutoModelForSeq2SeqLM

    tokenizer = load_raw_tokenizer(model, nllb=nllb)
    loaded: Any = AutoModelForSeq2SeqLM.from_pretrained(model)
    forced = {"forced_bos_token_id": tokenizer.convert_tokens_to_ids("arb_Arab")} if nllb else {}
    device = "cuda" if torch.cuda.is_available() else "cpu"
    loaded = loaded.eval().to(device)
    started, tokens = start_clocks(), 0
    for start in range(0, len(texts), 16):
        some = list(texts[start : start + 16])
        batch = tokenizer(some, return_tensors="pt", padding=True).to(device)
        longest = max(limit(int(count)) for count in batch["attention_mask"].sum(dim=1))
        with torch.inference_mode():
            output = loaded.generate(**batch, num_beams=BEAMS, max_new_tokens=longest, **forced)
        tokenizer.batch_decode(output, skip_special_tokens=True)
        tokens += output.shape[0] * longest
    return finish(started, tokens)


def translate_raw(folder: Path, texts: Sequence[str], *, nllb: bool) -> dict[str, float]:
    import ctranslate2  # type: ignore[import-untyped]

    converted = folder / "raw-ct2"
    if not converted.is_dir():
        from ctranslate2.converters import TransformersConverter  # type: ignore[import-untyped]

        TransformersConverter(str(folder / "model")).convert(str(converted), quantization="int8_float32")
    tokenizer = load_raw_tokenizer(folder / "model", nllb=nllb)
    cores = len(os.sched_getaffinity(0))
    device = "cuda" if ctranslate2.get_cuda_device_count() else "cpu"
    workers = 1 if device == "cuda" else cores
    translator = ctranslate2.Translator(str(converted), device, inter_threads=workers, intra_threads=1)
    started = start_clocks()
    sources = [tokenizer.convert_ids_to_tokens(ids) for ids in tokenizer(list(texts))["input_ids"]]
    prefix = {"target_prefix": [["arb_Arab"]]} if nllb else {}
    waiting = []
    for length in sorted({limit(len(source)) for source in sources}, reverse=True):
        group = [source for source in sources if limit(len(source)) == length]
        for start in range(0, len(group), 16):
            some = group[start : start + 16]
            waiting += translator.translate_batch(
                some,
                [prefix["target_prefix"][0]] * len(some) if nllb else None,
                beam_size=BEAMS,
                max_decoding_length=length,
                min_decoding_length=length,
                asynchronous=True,
            )
    results = [result.result() for result in waiting]
    for result in results:
        tokenizer.decode(tokenizer.convert_tokens_to_ids(result.hypotheses[0]), skip_special_tokens=True)
    return finish(started, sum(len(result.hypotheses[0]) for result in results))


def translate_with_mt_eval(engine: str, folder: Path, texts: Sequence[str], *, nllb: bool) -> dict[str, float]:
    from gpu_work import pair_up

    from mt_eval.config import (
        Ctranslate2Engine,
        DecodingConfig,
        Dtype,
        MarianModel,
        MetricsConfig,
        NllbModel,
        RunConfig,
        TransformersEngine,
    )
    from mt_eval.score.scored import score_translations
    from mt_eval.translate import LoadedModels, locate, translate_pairs

    name = str(folder / "model")
    engines = {
        "b": TransformersEngine(),
        "c": TransformersEngine(Dtype.bfloat16),
        "e": Ctranslate2Engine(cache_dir=str(folder / "cache")),
    }
    config = RunConfig(
        data=None,
        model=NllbModel(name) if nllb else MarianModel(name),
        engine=engines.get(engine, engines["e"]),
        decoding=DecodingConfig(num_beams=BEAMS, max_new_tokens_factor=1.0, max_new_tokens_offset=1),
        preflight=False,
    )
    pairs = pair_up(texts)
    # The same lengths as the others': factor 1, no offset, a finer step than the default.
    system = locate(config)
    legs = tuple(replace(leg, length=replace(leg.length, offset=0, multiple=ROUND_TO)) for leg in system.legs)
    system = replace(system, route=legs)
    store = folder / "store"
    if engine == "f":
        started = start_clocks()
        locate(config)
        translated = translate_pairs(config, pairs, store, ignore, system=system)
        metrics = MetricsConfig(names=["chrF"])
        score_translations(pairs, translated.translations, "ar", metrics, alignment="lines", normalization="none")
        return finish(started, 0)
    with LoadedModels() as models, tempfile.TemporaryDirectory() as empty:
        models.begin(system.legs, system.engine, config.device)
        models.load(system.legs[0])
        started = start_clocks()
        where = store if engine == "e" and not store.is_dir() else Path(empty)
        translated = translate_pairs(config, pairs, where, ignore, system=system, models=models)
        return finish(started, sum(each.tokens_out or 0 for each in translated.translations if each is not None))


def ignore(done: int, total: int) -> None:
    """Nobody looks at the progress."""


def start_clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def finish(started: tuple[float, float], tokens: int) -> dict[str, float]:
    seconds, processor_seconds = time.perf_counter() - started[0], time.process_time() - started[1]
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
    return {"seconds": seconds, "processor_seconds": processor_seconds, "tokens": tokens, "peak_mb": peak}
