"""What mt-eval's engines do on one CUDA GPU, beside `model.generate` and raw CTranslate2, and whether they are right.

    python scripts/bench_gpu.py [--json] [--quick] [--out FILE]     # under 8 minutes on a data centre's card
    python scripts/bench_gpu.py --rehearse                          # whole, with tiny models, on the CPU

2,048 Vietnamese sentences, 4 beams, random weights in the shape of OPUS-MT models and of NLLB-600M; an output has as
many tokens as its source, rounded up to a multiple of 32 (the step of a real run), for every engine. `model.generate`
gets every eighth sentence, 16 a batch in file order, as people write it: a batch runs to its longest output.

speedup_*                       source characters a second, times those of model.generate in float32
share_of_raw_ctranslate2        seconds of raw translate_batch (its best batch size) / of engine=ctranslate2
nllb_source_characters_per_second
same_text_share_*               segments the demo model translates as the same engine does in float32 on the CPU
same_text_share_back_off_*      the same in too little memory, where batches become smaller
fit_batch_tokens_share_*        tokens that engine=transformers allows a batch / tokens that fit: below 1

Every part is a process of its own with a time limit; one that fails says why, and the others run.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench_translate import describe_machine
from gpu_work import make_texts

SCRIPTS = Path(__file__).resolve().parent
PARTS = {
    "same_text": 120,
    "back_off": 60,
    "opus_ctranslate2": 70,
    "nllb_ctranslate2": 90,
    "batch_boundary": 45,
    "opus_transformers": 120,
    "nllb_transformers": 60,
}
"""Part to the seconds it may take, in the order in which they run."""
UNTIMED = ("same_text", "back_off")
"""Parts that tell nothing of speed and need no made checkpoints: they run while those are made."""
PREPARING = {"prepare_opus": 120, "prepare_nllb": 180}
"""Seconds that making each checkpoint may take."""
TARGETS = {
    "speedup_ctranslate2_float16": {"min": 9.0},
    "share_of_raw_ctranslate2": {"min": 0.95},
    "nllb_source_characters_per_second": {"min": 47_000.0},
    "same_text_share_transformers_float32": {"min": 0.99},
    "same_text_share_ctranslate2_float32": {"min": 0.99},
}
CUBLAS = "libcublas.so.12"
"""What CTranslate2's wheels load on a GPU."""


def main() -> None:
    arguments = parse_arguments()
    missing = find_missing(rehearse=arguments.rehearse)
    if missing:
        sys.exit("\n".join(missing))
    slack = 5 if arguments.rehearse else 1  # a rehearsal tells nothing of time, and may share its processor
    deadline = time.monotonic() + 60 * arguments.minutes * slack
    found: dict[str, Any] = {"rows": {}, "figures": {}, "notes": [], "failed": {}}
    if arguments.merge:
        earlier = json.loads(arguments.merge.read_text(encoding="utf-8"))
        found |= {"rows": earlier["rows"], "figures": earlier["figures"]}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = os.environ | {"HF_HUB_OFFLINE": "1", "PYTHONPATH": join_paths(SCRIPTS.parent, "PYTHONPATH")}
        # A rehearsal's matrices are so small that threads only wait for each other.
        environment |= {"OMP_NUM_THREADS": "1"} if arguments.rehearse else bring_cublas(folder)
        count = 16 if arguments.rehearse else 256 if arguments.quick else 2048
        texts = make_texts(arguments.ntrex, count)
        (folder / "texts.vi").write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
        words = ["--folder", name, "--device", "cpu" if arguments.rehearse else "cuda"]
        words += ["--ntrex", str(arguments.ntrex), "--round-to", str(arguments.round_to)]
        words += ["--quick"] if arguments.quick else []
        preparing = [
            start_part(part, words, environment, found, slack * seconds) for part, seconds in PREPARING.items()
        ]
        for part, seconds in PARTS.items():
            if arguments.parts and part not in arguments.parts:
                continue
            if part not in UNTIMED:
                wait(preparing)
            left = deadline - time.monotonic()
            if left < 5:
                found["failed"][part] = "no time was left"
                continue
            start_part(part, words, environment, found, min(left, slack * seconds)).join()
            write_out(arguments.out, found)
        wait(preparing)
    figures = compute_figures(found)
    print_table(found, figures)
    report = {
        "figures": figures,
        "targets": {name: bound for name, bound in TARGETS.items() if name in figures},
        "met": all(figures.get(name, 0.0) >= bound["min"] for name, bound in TARGETS.items()),
        "machine": describe_machine() | {"gpu": None if arguments.rehearse else name_gpu()},
    }
    write_out(arguments.out, found | report)
    if arguments.json:
        print(json.dumps(report))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = SCRIPTS.parents[1] / "shared" / "ntrex"
    parser.add_argument("--ntrex", type=Path, default=shared, help="NTREX-128's folder (default: %(default)s)")
    parser.add_argument("--minutes", type=float, default=8.0, help="parts end by then (default: %(default)s)")
    parser.add_argument("--round-to", type=int, default=32, help="step of output lengths (default: %(default)s)")
    parser.add_argument("--parts", nargs="*", choices=PARTS, help="only these parts")
    parser.add_argument("--rehearse", action="store_true", help="tiny models on the CPU: shows that it runs")
    parser.add_argument("--quick", action="store_true", help="256 sentences, each way once")
    parser.add_argument("--json", action="store_true", help="print the figures as a JSON object on the last line")
    parser.add_argument("--merge", type=Path, help="an earlier --out: its figures count where none is measured now")
    parser.add_argument("--out", type=Path, help="write what was found there as JSON after every part")
    return parser.parse_args()


def find_missing(*, rehearse: bool) -> list[str]:
    """What this machine lacks, a sentence each with what brings it."""
    modules = [
        *("torch", "transformers", "sentencepiece", "safetensors", "ctranslate2", "filelock", "platformdirs"),
        *("hydra", "omegaconf", "msgspec", "sacrebleu", "py3langid", "sentencex", "jinja2", "rich", "yaml"),
    ]
    absent = [module for module in modules if find_spec(module) is None]
    if absent:
        return [f"{', '.join(absent)} cannot be imported: pip install -c constraints.txt -e '.[models,ct2]'"]
    if rehearse:
        return []
    import ctranslate2  # type: ignore[import-untyped]
    import torch

    missing = []
    if not torch.cuda.is_available():
        missing.append(f"torch {torch.__version__} finds no GPU: install a torch with CUDA, or give --rehearse")
    if not ctranslate2.get_cuda_device_count():
        missing.append("CTranslate2 finds no GPU: its wheels have CUDA on x86-64 Linux and Windows; is a driver there?")
    return missing


def bring_cublas(folder: Path) -> dict[str, str]:
    """The environment in which CTranslate2 finds cuBLAS 12, also where pip installed it or only cuBLAS 13 is there.

    Version 13 has the same dozen functions that CTranslate2 calls for floating-point numbers; so a link to it serves.
    """
    try:
        ctypes.CDLL(CUBLAS)
        return {}
    except OSError:
        spec = find_spec("nvidia")
    roots = [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    for root in roots:
        for library in sorted(root.rglob("libcublas.so.1[23]")):
            links = folder / "cublas"
            links.mkdir(exist_ok=True)
            (links / CUBLAS).symlink_to(library)
            print(f"CTranslate2 gets {library} as {CUBLAS}", flush=True)
            return {"LD_LIBRARY_PATH": join_paths(f"{links}:{library.parent}", "LD_LIBRARY_PATH")}
    return {}


def join_paths(first: str | Path, variable: str) -> str:
    return ":".join(filter(None, (str(first), os.environ.get(variable))))


def start_part(
    part: str, words: list[str], environment: dict[str, str], found: dict[str, Any], seconds: float
) -> threading.Thread:
    """The thread that runs a part; what it says is printed and kept as it comes."""
    thread = threading.Thread(target=run_part, args=(part, words, environment, found, seconds))
    thread.start()
    return thread


def wait(threads: Sequence[threading.Thread]) -> None:
    for thread in threads:
        thread.join()


def run_part(part: str, words: list[str], environment: dict[str, str], found: dict[str, Any], seconds: float) -> None:
    started = time.monotonic()
    command = [sys.executable, str(SCRIPTS / "gpu_parts.py"), part, *words]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment)
        timer = threading.Timer(seconds, process.kill)
        timer.start()
        for facts in read_facts(process):
            print(f"  {part}: {json.dumps(facts, ensure_ascii=False)}", flush=True)
            if "row" in facts:
                found["rows"][facts.pop("row")] = facts
            elif "figure" in facts:
                found["figures"][facts["figure"]] = facts["value"]
            else:
                found["notes"].append(facts["note"])
        status = process.wait()
        timer.cancel()
        took = time.monotonic() - started
        if status:
            errors.seek(0)
            lines = errors.read().strip().splitlines()
            why = f"was ended after {took:.0f} s" if took >= seconds else f"status {status}: " + " | ".join(lines[-12:])
            found["failed"][part] = why
            print(f"  {part} FAILED: {why}", flush=True)
    print(f"{part}: {took:.1f} s", flush=True)


def read_facts(process: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("{"):
            yield json.loads(line)


def compute_figures(found: dict[str, Any]) -> dict[str, float]:
    """The parts' own figures, and those that are made of two rows."""
    rates = {row: facts["characters_per_second"] for row, facts in found["rows"].items()}
    figures = dict(found["figures"])
    base = rates.get("opus_generate_float32")
    if base is not None:
        for row, rate in rates.items():
            if row.startswith(("opus_transformers", "opus_ctranslate2")):
                figures[row.replace("opus", "speedup", 1)] = round(rate / base, 3)
    for kind, name in (("opus", "share_of_raw_ctranslate2"), ("nllb", "nllb_share_of_raw_ctranslate2")):
        own = [rate for row, rate in rates.items() if row.startswith(f"{kind}_ctranslate2")]
        raw = rates.get(f"{kind}_raw_ctranslate2")
        if own and raw is not None:
            figures[name] = round(own[0] / raw, 3)
    nllb = [rate for row, rate in rates.items() if row.startswith("nllb_ctranslate2")]
    if nllb:
        figures["nllb_source_characters_per_second"] = nllb[0]
    return figures


def print_table(found: dict[str, Any], figures: dict[str, float]) -> None:
    base = found["rows"].get("opus_generate_float32", {}).get("characters_per_second")
    print(
        "\n| | source characters/s | tokens/s | times generate | peak MB | GPU busy |\n|---|---:|---:|---:|---:|---:|"
    )
    for row, facts in found["rows"].items():
        times = f"{facts['characters_per_second'] / base:.2f}" if base and row.startswith("opus") else ""
        busy = "" if facts["busy"] is None else f"{facts['busy']:.0%}"
        print(
            f"| {row} | {facts['characters_per_second']:,.0f} | {facts['tokens_per_second']:,.0f} | {times} "
            f"| {facts['peak_mb']:,.0f} | {busy} |"
        )
    for name, value in figures.items():
        wanted = f" (wanted: at least {TARGETS[name]['min']:g})" if name in TARGETS else ""
        print(f"{name}: {value:g}{wanted}")
    for part, why in found["failed"].items():
        print(f"{part} FAILED: {why}")


def name_gpu() -> str:
    import torch

    return torch.cuda.get_device_name()


def write_out(path: Path | None, facts: dict[str, Any]) -> None:
    if path is not None:
        path.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
