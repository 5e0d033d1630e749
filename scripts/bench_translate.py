"""How long mt-eval's engines take to translate, beside the loop a person would write and beside raw CTranslate2.

A Marian of OPUS size (--nllb: an NLLB of 600M size) with random weights translates Vietnamese sentences; an output has
as many tokens as its source, rounded up to a multiple of 8, for every engine, so all do the same work:

  a  model.generate in file order, 16 sentences a batch, float32: what a person writes
  b  mt-eval, engine=transformers, float32
  c  mt-eval, engine=transformers, bfloat16
  d  raw ctranslate2.Translator.translate_batch, int8, sorted by length, one worker a core
  e  mt-eval, engine=ctranslate2, int8
  f  mt-eval again when everything is in the store, with another metric: identities, store, scores

Each is measured in a process of its own, in turn, --repeats times; medians and spreads are printed. With --scale the
cost of everything but translating is measured instead (scripts/scale.py).
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
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
NAMES = {
    "a": "model.generate, file order, 16 a batch, float32",
    "b": "mt-eval, transformers float32",
    "c": "mt-eval, transformers bfloat16",
    "d": "raw translate_batch, int8",
    "e": "mt-eval, ctranslate2 int8",
    "f": "mt-eval, all in the store, other metrics",
}
TARGETS = {
    "speedup_transformers_float32": {"min": 2.0},
    "speedup_transformers_bfloat16": {"min": 3.5},
    "speedup_ctranslate2_int8": {"min": 5.0},
    "share_of_raw_ctranslate2": {"min": 0.95},
    "speedup_store": {"min": 100.0},
}


def main() -> None:
    arguments = parse_arguments()
    if arguments.one is not None:
        print(json.dumps(measure_one(arguments.one, arguments.folder, arguments.lines, nllb=arguments.nllb)))
        return
    if arguments.scale:
        sys.exit(subprocess.call([sys.executable, str(Path(__file__).with_name("scale.py")), *arguments.rest]))
    texts = read_texts(arguments.ntrex, arguments.sentences)
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "lines.vi"
        lines.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
        prepare(Path(folder), arguments.ntrex, nllb=arguments.nllb)
        found = measure_all(Path(folder), lines, arguments.repeats, arguments.engines, nllb=arguments.nllb)
    report(found, len(texts), json_wanted=arguments.json)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = Path(__file__).resolve().parents[2] / "shared" / "ntrex"
    parser.add_argument("--ntrex", type=Path, default=shared, help="NTREX-128's folder (default: %(default)s)")
    parser.add_argument("--sentences", type=int, default=256, help="how many (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=3, help="how often each is measured (default: %(default)s)")
    parser.add_argument("--engines", default="".join(ENGINES), help="which of them, as letters (default: all)")
    parser.add_argument("--nllb", action="store_true", help="a model of NLLB-600M's shape")
    parser.add_argument("--scale", action="store_true", help="100,000 segments with model=copy instead")
    parser.add_argument("--quick", action="store_true", help="few short sentences, once")
    parser.add_argument("--json", action="store_true", help="print the figures as a JSON object on the last line")
    parser.add_argument("--one", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--lines", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.rest = [flag for flag in ("--quick", "--json") if getattr(arguments, flag[2:])]
    if arguments.quick:
        arguments.sentences, arguments.repeats = 8, 1
    return arguments


def read_texts(ntrex: Path, count: int) -> list[str]:
    """Vietnamese sentences of NTREX; without it, of the project's own interface strings."""
    if ntrex.is_dir():
        return (ntrex / "ntrex.vi.txt").read_text(encoding="utf-8").split("\n")[:count]
    print(f"{ntrex} is not there: the project's own interface strings are used instead")
    strings = Path(__file__).resolve().parents[1] / "seeds" / "ui" / "ui.vi.txt"
    return [text for text in strings.read_text(encoding="utf-8").split("\n") if text.strip()][:count]


def prepare(folder: Path, ntrex: Path, *, nllb: bool) -> None:
    """Make the checkpoint in a process of its own, so that its memory is not counted."""
    program = (
        "import sys; from pathlib import Path; from random_checkpoints import make_nllb, make_opus\n"
        "lines = [line for file in sys.argv[3:] for line in open(file, encoding='utf-8').read().split('\\n') if line]\n"
        "(make_nllb if sys.argv[1] == 'nllb' else make_opus)(Path(sys.argv[2]), lines)\n"
    )
    files = [ntrex / "ntrex.vi.txt", ntrex / "ntrex.ar.txt"]
    if not ntrex.is_dir():
        seeds = Path(__file__).resolve().parents[1] / "seeds" / "ui"
        files = [seeds / "ui.vi.txt", seeds / "ui.ar.txt"]
    kind = "nllb" if nllb else "opus"
    subprocess.run(
        [sys.executable, "-c", program, kind, str(folder / "model"), *map(str, files)],
        check=True,
        cwd=Path(__file__).parent,
        stderr=subprocess.DEVNULL,
    )


def measure_all(
    folder: Path, lines: Path, repeats: int, engines: Sequence[str], *, nllb: bool
) -> dict[str, list[dict[str, float]]]:
    """Engine to its measurements; the first of each round follows the last of the one before."""
    found: dict[str, list[dict[str, float]]] = {engine: [] for engine in engines}
    for repeat in range(repeats):
        for engine in engines:
            words = [sys.executable, __file__, "--one", engine, "--folder", str(folder), "--lines", str(lines)]
            done = subprocess.run([*words, *(["--nllb"] if nllb else [])], capture_output=True, text=True, check=False)
            if done.returncode:
                sys.exit(f"{engine} failed: {done.stderr}")
            found[engine].append(json.loads(done.stdout.splitlines()[-1]))
            print(f"round {repeat + 1}: {engine} {found[engine][-1]['seconds']:.2f} s", file=sys.stderr, flush=True)
    return found


def measure_one(engine: str, folder: Path, lines: Path, *, nllb: bool) -> dict[str, float]:
    """Seconds of translating all lines with a loaded model, peak memory, and tokens out."""
    texts = lines.read_text(encoding="utf-8").split("\n")[:-1]
    os.environ["HF_HUB_OFFLINE"] = "1"
    if engine == "a":
        return generate_as_people_do(folder / "model", texts, nllb=nllb)
    if engine == "d":
        return translate_raw(folder, texts, nllb=nllb)
    return translate_with_mt_eval(engine, folder, texts, nllb=nllb)


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
    started, tokens = time.perf_counter(), 0
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
    started = time.perf_counter()
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
    from mt_eval.types import Kind, Segment, SegmentPair

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
    pairs = [
        SegmentPair(
            str(number),
            str(number),
            (Segment(str(number), "a", 0, len(text), text),),
            (Segment(str(number), "b", 0, len(text), text),),
            Kind.ALIGNED,
        )
        for number, text in enumerate(texts)
    ]
    # The same lengths as the others': factor 1, no offset, a finer step than the default.
    system = locate(config)
    legs = tuple(replace(leg, length=replace(leg.length, offset=0, multiple=ROUND_TO)) for leg in system.legs)
    system = replace(system, route=legs)
    store = folder / "store"
    if engine == "f":
        started = time.perf_counter()
        locate(config)
        translated = translate_pairs(config, pairs, store, ignore, system=system)
        metrics = MetricsConfig(names=["chrF"])
        score_translations(pairs, translated.translations, "ar", metrics, alignment="lines", normalization="none")
        return finish(started, 0)
    with LoadedModels() as models, tempfile.TemporaryDirectory() as empty:
        models.begin(system.legs, system.engine, config.device)
        models.load(system.legs[0])
        started = time.perf_counter()
        where = store if engine == "e" and not store.is_dir() else Path(empty)
        translated = translate_pairs(config, pairs, where, ignore, system=system, models=models)
        return finish(started, sum(each.tokens_out or 0 for each in translated.translations if each is not None))


def ignore(done: int, total: int) -> None:
    """Nobody looks at the progress."""


def finish(started: float, tokens: int) -> dict[str, float]:
    seconds = time.perf_counter() - started
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
    return {"seconds": seconds, "tokens": tokens, "peak_mb": peak}


def report(found: dict[str, list[dict[str, float]]], sentences: int, *, json_wanted: bool) -> None:
    medians = {engine: statistics.median(each["seconds"] for each in runs) for engine, runs in found.items()}
    print(f"\n{sentences} sentences, {BEAMS} beams, {describe_machine()['processor']}")
    print("| | seconds | spread | times a | tokens/s | peak MB |\n|---|---:|---:|---:|---:|---:|")
    figures: dict[str, float] = {}
    for engine, runs in found.items():
        seconds = [each["seconds"] for each in runs]
        peak = statistics.median(each["peak_mb"] for each in runs)
        figures[f"peak_mb_{engine}"] = round(peak, 1)
        ratio = f"{medians['a'] / medians[engine]:.2f}" if "a" in medians else ""
        rate = f"{runs[0]['tokens'] / medians[engine]:.0f}" if runs[0]["tokens"] else ""
        print(
            f"| {engine}: {NAMES[engine]} | {medians[engine]:.2f} | {min(seconds):.2f} to {max(seconds):.2f} | {ratio} "
            f"| {rate} | {peak:.0f} |"
        )
    pairs = {
        "speedup_transformers_float32": ("a", "b"),
        "speedup_transformers_bfloat16": ("a", "c"),
        "speedup_ctranslate2_int8": ("a", "e"),
        "share_of_raw_ctranslate2": ("d", "e"),
        "speedup_store": ("a", "f"),
    }
    for name, (one, other) in pairs.items():
        if one in medians and other in medians:
            figures[name] = round(medians[one] / medians[other], 3)
    met = all(figures.get(name, 0.0) >= bound["min"] for name, bound in TARGETS.items())
    for name, bound in TARGETS.items():
        if name in figures:
            print(f"{name}: {figures[name]:.2f} (wanted: at least {bound['min']:g})")
    if json_wanted:
        print(json.dumps({"figures": figures, "targets": TARGETS, "met": met, "machine": describe_machine()}))


def describe_machine() -> dict[str, Any]:
    processor = platform.processor() or platform.machine()
    cpus = Path("/proc/cpuinfo")
    if cpus.is_file():
        names = [line for line in cpus.read_text(encoding="utf-8").splitlines() if line.startswith("model name")]
        processor = names[0].split(":", 1)[1].strip() if names else processor
    return {"processor": processor, "cores": os.cpu_count(), "platform": platform.platform()}


if __name__ == "__main__":
    main()
