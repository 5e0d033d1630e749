"""Running the program of a metric from outside, in an environment of its own (COMET, MetricX, a script).

The segments are written to files in a temporary folder, the command of the metric is run on them without a shell, and
one number per segment is read back:

    source.txt, translation.txt, reference.txt    UTF-8, one segment a line, the same number of lines in each
    segments.jsonl                                one JSON object a line: source, hypothesis, reference

A metric that needs no references gets none: there is no reference.txt, and no such key. A metric that is a Python
function is called by a program like any other (`call.py`).

A line break inside a segment becomes a space there, and one at its end is left out, whatever Unicode character it is:
tools differ in which of them they take for the end of a line. What goes in is the text as it is, never normalised:
learned metrics were trained on such text.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mt_eval.bundled import expand_home
from mt_eval.disk import open_scratch
from mt_eval.errors import MetricError
from mt_eval.metrics.key import sign_outside

if TYPE_CHECKING:
    from mt_eval.config import ExternalMetric


@dataclass(frozen=True, slots=True)
class ProgramScores:
    """What a metric's program made of N segments, multiplied by the metric's `scale`."""

    values: tuple[float, ...]
    """One number per segment, in their order."""
    corpus: float | None
    """The number for the whole run: what the program says where the metric has a `corpus_pattern`, else the mean of
    `values`; None where there are no segments."""


def sign_program(metric: ExternalMetric) -> str:
    """What a metric from outside says of itself: program, model, scale, and which way is better."""
    return sign_outside(
        metric.name,
        version=metric.version,
        higher_is_better=metric.higher_is_better,
        scale=metric.scale,
        is_mean=metric.corpus_pattern is None,
        needs_reference=metric.needs_reference,
    )


def run_program(
    metric: ExternalMetric, sources: Sequence[str], translations: Sequence[str], references: Sequence[str] | None
) -> ProgramScores:
    """The numbers that the command of `metric` gives N segments; without segments it is not run.

    Sources, translations and references are N each and belong together by place; any of them may be empty. References
    are None for a metric that needs none.

    Raises:
        MetricError: The program is missing, ends with an error or too late, or does not give N numbers.
    """
    columns = {"source": sources, "translation": translations}
    if references is not None:
        columns["reference"] = references
    if not sources:
        return ProgramScores((), None)
    with open_scratch("mt-eval-metric-") as folder:
        files = {name: Path(folder, file) for name, file in _FILES.items()}
        _write_segments(files, columns)
        command = _list_command(metric)
        printed = _run_command(metric, command, files, Path(folder))
        writes = any("{output}" in part for part in command)
        origin = "its output file" if writes else "its output"
        lines = _split_lines(_read_output(metric, files["output"])) if writes else printed
        corpus = _find_corpus(metric, printed)
        if not writes and metric.segment_pattern is None and metric.corpus_pattern is not None:
            lines = [line for line in lines if not re.search(metric.corpus_pattern, line)]
        values = _find_values(metric, lines, len(sources), origin)
    return ProgramScores(values, math.fsum(values) / len(values) if corpus is None else corpus)


_FILES = {
    "source": "source.txt",
    "translation": "translation.txt",
    "reference": "reference.txt",
    "jsonl": "segments.jsonl",
    "output": "output",
}
"""Placeholder in a command to the file it stands for."""


_KEYS = {"source": "source", "translation": "hypothesis", "reference": "reference"}
"""Column to its key in the lines of segments.jsonl."""


def _write_segments(files: Mapping[str, Path], columns: Mapping[str, Sequence[str]]) -> None:
    flat = {name: [" ".join(text.splitlines()) for text in texts] for name, texts in columns.items()}
    for name, texts in flat.items():
        files[name].write_text("".join(f"{text}\n" for text in texts), encoding="utf-8", newline="\n")
    keys = [_KEYS[name] for name in flat]
    objects = (dict(zip(keys, row, strict=True)) for row in zip(*flat.values(), strict=True))
    text = "".join(f"{json.dumps(item, ensure_ascii=False)}\n" for item in objects)
    files["jsonl"].write_text(text, encoding="utf-8", newline="\n")


def _list_command(metric: ExternalMetric) -> list[str]:
    if metric.function is None:
        return metric.command
    return [sys.executable, "-m", "mt_eval.metrics.call", metric.function, "{jsonl}", "{output}"]


def _run_command(metric: ExternalMetric, meant: Sequence[str], files: Mapping[str, Path], scratch: Path) -> list[str]:
    """The lines the command printed to standard output, after it ended well."""
    command = [_fill(part, files) for part in meant]
    command[0] = os.path.expanduser(command[0])
    folder = None if metric.folder is None else expand_home(metric.folder)
    if folder is not None and not folder.is_dir():
        raise _missing(metric, f"there is no folder {metric.folder}")
    # Into files, not pipes: what a stopped command leaves running could keep a pipe open for ever.
    printed, complained = scratch / "stdout", scratch / "stderr"
    with printed.open("wb") as out, complained.open("wb") as err:
        try:
            process = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True
            )
        except OSError as error:
            raise _missing(metric, f"the program {meant[0]} cannot be started ({error.strerror})") from error
        try:
            status = process.wait(metric.timeout_seconds)
        except BaseException as error:
            # In a session of its own the command hears neither Ctrl-C nor the end of this process.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if isinstance(error, subprocess.TimeoutExpired):
                raise MetricError(
                    f"metric {metric.name}: the command was stopped after {metric.timeout_seconds:g} seconds, expected "
                    "it to end by then; raise timeout_seconds or score fewer segments (limit=...)"
                ) from error
            raise
    if status != 0:
        ended = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with exit status {status}"
        said = _last_line(complained) or _last_line(printed)
        raise MetricError(
            f"metric {metric.name}: the command {ended} and {f'said {said!r}' if said else 'said nothing'}, expected "
            f"exit status 0; mend what it complains of (the command is `{shlex.join(meant)}`)"
        )
    return _split_lines(printed.read_bytes())


def _fill(part: str, files: Mapping[str, Path]) -> str:
    # Not str.format: an argument may hold braces of its own.
    for name, path in files.items():
        part = part.replace(f"{{{name}}}", str(path))
    return part


def _missing(metric: ExternalMetric, what: str) -> MetricError:
    mend = "name where it is in metrics.external" if metric.install is None else f"install it with `{metric.install}`"
    return MetricError(f"metric {metric.name}: {what}, expected a program in an environment of its own; {mend}")


def _read_output(metric: ExternalMetric, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise MetricError(
            f"metric {metric.name}: the command ended well but wrote no {{output}}, expected a file with its numbers; "
            "check where its arguments make it write"
        ) from error


def _split_lines(output: bytes) -> list[str]:
    text = output.decode("utf-8", errors="replace").removesuffix("\n")
    return [line.removesuffix("\r") for line in text.split("\n")] if text else []


def _last_line(path: Path) -> str:
    lines = [line.strip() for line in path.read_text(encoding="utf-8", errors="replace").splitlines()]
    return next((line for line in reversed(lines) if line), "")


def _find_values(metric: ExternalMetric, lines: Sequence[str], expected: int, origin: str) -> tuple[float, ...]:
    found: list[tuple[int, str]]
    if metric.segment_pattern is None:
        found, hint = list(enumerate(lines, start=1)), "set segment_pattern if the numbers stand among other text"
    else:
        matches = [(number, re.search(metric.segment_pattern, line)) for number, line in enumerate(lines, start=1)]
        found, hint = [(number, match[1]) for number, match in matches if match], "check segment_pattern"
    values = tuple(_parse(metric, text, f"line {number} of {origin}", hint) for number, text in found)
    if len(values) != expected:
        raise MetricError(
            f"metric {metric.name}: got {len(values)} numbers from {origin}, expected {expected}, one per segment; "
            f"{hint}"
        )
    return values


def _find_corpus(metric: ExternalMetric, printed: Sequence[str]) -> float | None:
    if metric.corpus_pattern is None:
        return None
    found = [match[1] for line in printed if (match := re.search(metric.corpus_pattern, line))]
    if len(found) != 1:
        raise MetricError(
            f"metric {metric.name}: {len(found)} printed lines hold the number for the whole run, expected one; check "
            "corpus_pattern"
        )
    return _parse(metric, found[0], "the line for the whole run", "check corpus_pattern")


def _parse(metric: ExternalMetric, text: str | None, where: str, hint: str) -> float:
    """A finite number, scaled; `text` is None where the group of a pattern took no part in the match."""
    try:
        value = float(text or "") * metric.scale
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        shown = repr((text or "")[:60])
        raise MetricError(f"metric {metric.name}: {where} says {shown}, expected a finite number; {hint}")
    return value
