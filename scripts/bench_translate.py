"""How long mt-eval's engines take to translate, beside the loop a person would write and beside raw CTranslate2.

A Marian of OPUS size (--nllb: an NLLB of 600M size) with random weights translates Vietnamese sentences; an output has
as many tokens as its source, rounded up to a multiple of 8, for every engine, so all do the same work:

  a  model.generate in file order, 16 sentences a batch, float32: what a person writes
  b  mt-eval, engine=transformers, float32
  c  mt-eval, engine=transformers, bfloat16
  d  raw ctranslate2.Translator.translate_batch, int8, sorted by length, one worker a core
  e  mt-eval, engine=ctranslate2, int8
  f  mt-eval again when everything is in the store, with another metric: identities, store, scores

Each is measured in a process of its own, in turn, --repeats times; medians and spreads are printed. The slow ones, a
and c, get every fourth sentence where there are 64 or more, and their seconds are multiplied by four; c is measured
once where the processor has no matrix units for bfloat16. With --isa both, d and e are measured again with AVX2 alone.
With --scale the cost of everything but translating is measured instead (scripts/scale.py).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from translate_once import BEAMS, ENGINES, measure_one

AVX2_ALONE = {
    "CT2_FORCE_CPU_ISA": "AVX2",
    # CTranslate2's own setting holds for its own loops; its matrix products are oneDNN's or MKL's.
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",
}
Found = dict[str, list[dict[str, float]]]
"""Engine to what was measured, once a round."""
NAMES = {
    "a": "model.generate, file order, 16 a batch, float32",
    "b": "mt-eval, transformers float32",
    "c": "mt-eval, transformers bfloat16",
    "d": "raw translate_batch, int8",
    "e": "mt-eval, ctranslate2 int8",
    "f": "mt-eval, all in the store, other metrics",
}
TARGETS = {
    "speedup_transformers_float32": {"min": 2.4},
    "speedup_transformers_bfloat16": {"min": 3.5},
    "speedup_ctranslate2_int8": {"min": 5.0},
    "share_of_raw_ctranslate2": {"min": 0.97},
    "share_of_raw_ctranslate2_avx2": {"min": 0.97},
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
        found, limited = {}, {}
        if arguments.isa != "avx2":
            found = measure_all(Path(folder), lines, arguments.repeats, arguments.engines, nllb=arguments.nllb)
        if arguments.isa != "native":
            engines = [engine for engine in arguments.engines if engine in "de"]
            limited = measure_all(
                Path(folder), lines, arguments.repeats, engines, nllb=arguments.nllb, extra=AVX2_ALONE
            )
    report(found, limited, len(texts), json_wanted=arguments.json)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = Path(__file__).resolve().parents[2] / "shared" / "ntrex"
    parser.add_argument("--ntrex", type=Path, default=shared, help="NTREX-128's folder (default: %(default)s)")
    parser.add_argument("--sentences", type=int, default=256, help="how many (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=3, help="how often each is measured (default: %(default)s)")
    parser.add_argument("--engines", default="".join(ENGINES), help="which of them, as letters (default: all)")
    parser.add_argument(
        "--isa",
        choices=("native", "avx2", "both"),
        default="native",
        help="avx2: d and e with AVX2 alone, as on a processor without AVX-512 (default: %(default)s)",
    )
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
    folder: Path,
    lines: Path,
    repeats: int,
    engines: Sequence[str],
    *,
    nllb: bool,
    extra: Mapping[str, str] = MappingProxyType({}),
) -> Found:
    """Engine to its measurements; the first of each round follows the last of the one before.

    Args:
        extra: What the environment of the processes has besides.
    """
    found: Found = {engine: [] for engine in engines}
    matrix_units = "amx_bf16" in read_processor("flags").split()
    for repeat in range(repeats):
        for engine in engines:
            if engine == "c" and repeat and not matrix_units:
                continue
            words = [sys.executable, __file__, "--one", engine, "--folder", str(folder), "--lines", str(lines)]
            if nllb:
                words.append("--nllb")
            done = subprocess.run(words, capture_output=True, text=True, check=False, env={**os.environ, **extra})
            if done.returncode:
                sys.exit(f"{engine} failed: {done.stderr}")
            found[engine].append(json.loads(done.stdout.splitlines()[-1]))
            print(f"round {repeat + 1}: {engine} {found[engine][-1]['seconds']:.2f} s", file=sys.stderr, flush=True)
    return found


def report(found: Found, limited: Found, sentences: int, *, json_wanted: bool) -> None:
    """Print both tables; `limited` holds what was measured with AVX2 alone."""
    figures = print_table(found, f"{sentences} sentences, {BEAMS} beams, {describe_machine()['processor']}")
    figures |= {f"{name}_avx2": value for name, value in print_table(limited, "The same with AVX2 alone").items()}
    targets = {name: bound for name, bound in TARGETS.items() if limited or not name.endswith("_avx2")}
    met = all(figures.get(name, 0.0) >= bound["min"] for name, bound in targets.items())
    for name, bound in targets.items():
        if name in figures:
            print(f"{name}: {figures[name]:.2f} (wanted: at least {bound['min']:g})")
    if json_wanted:
        print(json.dumps({"figures": figures, "targets": targets, "met": met, "machine": describe_machine()}))


def print_table(found: Found, title: str) -> dict[str, float]:
    """The figures of a table, which is printed unless nothing was measured."""
    if not found:
        return {}
    medians = {engine: statistics.median(each["seconds"] for each in runs) for engine, runs in found.items()}
    print(f"\n{title}")
    print("| | seconds | spread | of the processor | times a | tokens/s | peak MB |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    figures: dict[str, float] = {}
    for engine, runs in found.items():
        seconds = [each["seconds"] for each in runs]
        busy = statistics.median(each["processor_seconds"] for each in runs)
        peak = statistics.median(each["peak_mb"] for each in runs)
        figures[f"peak_mb_{engine}"] = round(peak, 1)
        ratio = f"{medians['a'] / medians[engine]:.2f}" if "a" in medians else ""
        rate = f"{runs[0]['tokens'] / medians[engine]:.0f}" if runs[0]["tokens"] else ""
        spread = f"{min(seconds):.2f} to {max(seconds):.2f}"
        row = f"| {engine}: {NAMES[engine]} | {medians[engine]:.2f} | {spread} | {busy:.2f} "
        print(f"{row}| {ratio} | {rate} | {peak:.0f} |")
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
    return figures


def describe_machine() -> dict[str, Any]:
    processor = read_processor("model name") or platform.processor() or platform.machine()
    return {"processor": processor, "cores": os.cpu_count(), "platform": platform.platform()}


def read_processor(wanted: str) -> str:
    """What Linux says of the first core; empty elsewhere."""
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text(encoding="utf-8").splitlines() if cpus.is_file() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(wanted)), "")


if __name__ == "__main__":
    main()
