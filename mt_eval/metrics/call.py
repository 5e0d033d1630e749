"""The program of a metric that is a Python function: `python -m mt_eval.metrics.call MODULE:FUNCTION JSONL OUTPUT`.

    JSONL     per line an object with source, hypothesis and, where there are any, reference
    OUTPUT    is written: per line the number of that segment

The function gets a list of sources, a list of translations and, where there are any, a list of references, and returns
as many numbers.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any


def call_function(name: str, segments: Path, output: Path) -> None:
    """Write what the function makes of the segments.

    Raises:
        SystemExit: There is no such module or function, or it returns something else than numbers; with a sentence.
    """
    with segments.open(encoding="utf-8", newline="\n") as lines:
        rows = [json.loads(line) for line in lines]
    columns = [[row[key] for row in rows] for key in ("source", "hypothesis", "reference") if key in rows[0]]
    made = _find_function(name)(*columns)
    try:
        numbers = [float(value) for value in made]
    except (TypeError, ValueError) as error:
        sys.exit(f"{name} returned something else than a list of numbers ({error})")
    if len(numbers) != len(rows):
        sys.exit(f"{name} returned {len(numbers)} numbers for {len(rows)} segments, expected one for each")
    if wrong := [place for place, number in enumerate(numbers) if not math.isfinite(number)]:
        sys.exit(f"{name} returned {numbers[wrong[0]]} for segment {wrong[0] + 1}, expected a finite number for each")
    output.write_text("".join(f"{number!r}\n" for number in numbers), encoding="utf-8")


def _find_function(name: str) -> Callable[..., Iterable[Any]]:
    module, _, path = name.partition(":")
    try:
        found: Any = import_module(module)
    except ImportError as error:
        sys.exit(f"{module} cannot be imported ({error})")
    for part in path.split("."):
        if not hasattr(found, part):
            sys.exit(f"{module} has no {path}")
        found = getattr(found, part)
    if not callable(found):
        sys.exit(f"{name} is no function")
    function: Callable[..., Iterable[Any]] = found
    return function


if __name__ == "__main__":
    call_function(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
