"""One part of bench_gpu.py in a process of its own: `gpu_parts.py PART --folder F --device cuda|cpu`.

What it finds out it prints as gpu_work.py says.
"""

from __future__ import annotations

import argparse
import math
import random
import tempfile
from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from gpu_speed import LARGE_BUDGETS, SMALL_BUDGETS, configure, measure_generate, measure_mt_eval, measure_raw
from gpu_watch import leave_memory
from gpu_work import BEAMS, Work, ignore, pair_up, read_training_lines, tell, tell_figure
from random_checkpoints import NLLB_600M, OPUS, TINY, make_nllb, make_opus
from score_demo import evaluate, read_score

from mt_eval.config import DecodingConfig, MarianModel, RunConfig
from mt_eval.translate import LoadedModels, locate, translate_pairs
from mt_eval.translate.checkpoints.tokenizer import load_tokenizer
from mt_eval.translate.engines.batching import fit_batch_tokens
from mt_eval.translate.engines.conversion import convert_leg
from mt_eval.translate.engines.transformers import TransformersTranslator
from mt_eval.translate.system import Batch, Encoded, LengthRule

SAME_TEXT = (
    ("transformers", "float32"),
    ("ctranslate2", "float16"),
    ("ctranslate2", "float32"),
    ("transformers", "bfloat16"),
    ("transformers", "float16"),
    ("ctranslate2", "bfloat16"),
)
"""Engines whose translations on the GPU are compared. Not CTranslate2's int8: with the link to cuBLAS 13 that
bench_gpu.py makes where 12 is missing, it hung."""
ON_A_CPU = ("float32", "bfloat16", "int8_float32")
"""Types that a rehearsal can compute in, whatever the engine; CTranslate2 has no bfloat16 there."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=("prepare_opus", "prepare_nllb", *PARTS))
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--device", choices=("cuda", "cpu"), required=True)
    parser.add_argument("--round-to", type=int, default=32)
    parser.add_argument("--ntrex", type=Path, required=True)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    work = Work(arguments.folder, arguments.device, arguments.quick, arguments.round_to)
    if arguments.part.startswith("prepare_"):
        prepare(work, arguments.part.removeprefix("prepare_"), arguments.ntrex)
    else:
        PARTS[arguments.part](work)


def prepare(work: Work, kind: str, ntrex: Path) -> None:
    """The checkpoint `opus` or `nllb`, also as CTranslate2 reads it."""
    lines = read_training_lines(ntrex)
    if kind == "opus":
        make_opus(work.folder / kind, lines, shape=TINY if work.rehearsal else OPUS)
    else:
        make_nllb(work.folder / kind, lines, shape=TINY if work.rehearsal else NLLB_600M)
    _, system = configure(work, kind, work.make_engine("ctranslate2", work.half.value))
    (leg,) = system.legs
    convert_leg(leg, load_tokenizer(leg)[0], str(work.folder / "cache"))
    tell(note=f"{kind}: the checkpoint is made and converted")


def measure_opus_ctranslate2(work: Work) -> None:
    measure_raw(work, "opus", 3, LARGE_BUDGETS)
    measure_mt_eval(work, "opus", "ctranslate2", work.half.value, 3)


def measure_opus_transformers(work: Work) -> None:
    measure_generate(work)
    for dtype in ("float32", "bfloat16", "float16"):
        with noted(f"opus_transformers_{dtype}"):
            measure_mt_eval(work, "opus", "transformers", dtype, 2)


def measure_nllb_ctranslate2(work: Work) -> None:
    measure_mt_eval(work, "nllb", "ctranslate2", work.half.value, 2)
    measure_raw(work, "nllb", 2, SMALL_BUDGETS)


def measure_nllb_transformers(work: Work) -> None:
    measure_mt_eval(work, "nllb", "transformers", "bfloat16", 1)


def compare_devices(work: Work) -> None:
    """The demo model on its held-out strings: the same engine's texts and scores on this device and on the CPU."""
    common = ["data=ui", "direction=vi-ar", "model=demo", "metrics.names=[chrF++]", "report=false"]
    common += ["limit=8"] if work.rehearsal else ["limit=100"] if work.quick else []

    def run(device: str, engine: str, dtype: str) -> Any:
        words = [f"engine={engine}", f"engine.dtype={dtype}", f"device={device}"]
        if engine == "ctranslate2":
            words.append(f"engine.cache_dir='{work.folder}/cache'")
        with tempfile.TemporaryDirectory() as folder:  # a store of its own: the device is no part of an identity
            return evaluate([*common, *words], Path(folder))

    on_cpu = {engine: run("cpu", engine, "float32") for engine in ("transformers", "ctranslate2")}
    for engine, dtype in SAME_TEXT:
        name = f"{engine}_{dtype}"
        if work.rehearsal and (dtype not in ON_A_CPU or (engine, dtype) == ("ctranslate2", "bfloat16")):
            tell(note=f"{name}: not on a CPU")
            continue
        with noted(name):
            found, expected = run(work.device, engine, dtype), on_cpu[engine]
            same = [
                one.text == other.text for one, other in zip(found.translations, expected.translations, strict=True)
            ]
            tell_figure(f"same_text_share_{name}", sum(same) / len(same))
            tell_figure(f"chrf_pp_change_{name}", read_score(found, "chrF++") - read_score(expected, "chrF++"))


def provoke_back_off(work: Work) -> None:
    """Batches far too large for the memory that is left: they become smaller, and the translations stay the same."""
    texts = join_strings(64 if work.rehearsal else 500 if work.quick else 1500)
    for engine in ("transformers", "ctranslate2"):
        with noted(f"back-off, {engine}"):
            enough = translate_in(work, engine, texts, 1024 if work.rehearsal else 4096, None)
            little = translate_in(work, engine, texts, 10**6, (16 << 20) if work.rehearsal else (256 << 20))
            pairs = zip(enough.translations, little.translations, strict=True)
            warnings = [warning for warning in little.warnings if "ran out of memory" in warning]
            tell_figure(f"same_text_share_back_off_{engine}", sum(a.text == b.text for a, b in pairs) / len(texts))
            tell_figure(f"back_offs_{engine}", len(warnings))
            tell(
                note=f"back-off, {engine}: {warnings[-1] if warnings else 'the memory sufficed: nothing was provoked'}"
            )


def translate_in(work: Work, engine: str, texts: list[str], batch_tokens: int, bytes_left: int | None) -> Any:
    """The demo model's translations, cut short to save time, in the memory that is left once it is loaded."""
    config = RunConfig(
        data=None,
        model=MarianModel("bundled:models/demo"),
        engine=work.make_engine(engine, "float32", batch_tokens),
        decoding=DecodingConfig(num_beams=BEAMS),
        device=work.device_config,
        preflight=False,
    )
    system = locate(config)
    factor = 0.1 if work.rehearsal else 0.5
    legs = tuple(replace(leg, length=replace(leg.length, factor=factor, offset=0, multiple=8)) for leg in system.legs)
    system = replace(system, route=legs)
    with LoadedModels() as models, tempfile.TemporaryDirectory() as store:
        models.begin(legs, system.engine, config.device)
        models.load(legs[0])
        with nullcontext() if bytes_left is None else leave_memory(work.device, bytes_left):
            return translate_pairs(config, pair_up(texts), Path(store), ignore, system=system, models=models)


def find_boundary(work: Work) -> None:
    """What `fit_batch_tokens` allows, as a share of the largest batch that fits into the memory that is left."""
    bytes_left = (64 << 20) if work.rehearsal else (6 << 30)
    for kind in ("opus", "nllb"):
        dtype = "float32" if work.rehearsal else "float16"
        config, system = configure(work, kind, work.make_engine("transformers", dtype))
        (leg,) = system.legs
        for length in (16,) if work.quick or work.rehearsal else (16, 64):
            rule = LengthRule(factor=1.0, offset=0, positions=leg.length.positions, multiple=16)
            translator = TransformersTranslator(replace(leg, length=rule), config.engine, config.device)
            fits = partial(decodes, translator, length)
            fits(length)
            with leave_memory(work.device, bytes_left):
                allowed = fit_batch_tokens(
                    bytes_left,
                    translator._model.config,
                    bytes_per_number=translator._model.dtype.itemsize,
                    beams=BEAMS,
                    length=rule,
                )
                boundary = search_boundary(fits, allowed)
            translator.close()
            tell_figure(f"fit_batch_tokens_share_{kind}_{length}", allowed / boundary)
            tell(note=f"{kind}, sources of {length} tokens: {allowed} tokens allowed, about {boundary:.0f} fit")


def decodes(translator: TransformersTranslator, length: int, tokens: int) -> bool:
    """Whether the device has memory for a batch of `tokens` source tokens, `length` each."""
    chance = random.Random(tokens)
    rows = max(1, tokens // length)
    sources = tuple(Encoded(tuple(chance.choices(range(10, 1000), k=length))) for _ in range(rows))
    try:
        translator._generate(Batch(tuple(range(rows)), sources, length))  # `decode` would go on with smaller ones
    except RuntimeError as error:
        if "memory" not in str(error):
            raise
        return False
    finally:
        if translator.device == "cuda":
            torch.cuda.empty_cache()
    return True


def search_boundary(fits: Callable[[int], bool], start: int) -> float:
    """The largest number that `fits`, to a fifth."""
    low, high = float(start), float(start)
    if fits(start):
        while fits(int(high := high * 2)):
            low = high
            if high > 64 * start:
                return low
    else:
        while not fits(int(low := low / 2)):
            high = low
            if low < 2:
                return low
    while high > low * 1.2:
        middle = math.sqrt(low * high)
        low, high = (middle, high) if fits(int(middle)) else (low, middle)
    return low


def join_strings(count: int) -> list[str]:
    """Different texts for the demo model: two of its held-out strings each."""
    file = Path(__file__).resolve().parents[1] / "seeds" / "ui" / "ui.vi.txt"
    lines = [line for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]
    texts = [
        f"{line} {lines[(number * step) % len(lines)]}" for step in range(1, 30) for number, line in enumerate(lines)
    ]
    return list(dict.fromkeys(texts))[:count]


@contextmanager
def noted(name: str) -> Any:
    """What fails in the block is said, and the rest of the part goes on."""
    try:
        yield
    except (Exception, SystemExit) as error:
        tell(note=f"{name} FAILED: {type(error).__name__}: {error}")


PARTS: dict[str, Callable[[Work], None]] = {
    "same_text": compare_devices,
    "opus_ctranslate2": measure_opus_ctranslate2,
    "opus_transformers": measure_opus_transformers,
    "nllb_ctranslate2": measure_nllb_ctranslate2,
    "back_off": provoke_back_off,
    "batch_boundary": find_boundary,
    "nllb_transformers": measure_nllb_transformers,
}

if __name__ == "__main__":
    main()
