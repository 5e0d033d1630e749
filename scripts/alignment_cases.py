"""Articles whose sentences were joined, dropped and added on purpose, so that the right alignment is known.

What `validate_alignment.py` and `validate_pairing.py` share.
"""

from __future__ import annotations

import json
import os
import platform
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from mt_eval.align import GoldRow, SegmentedPair, read_gold
from mt_eval.text.segment import split_lines
from mt_eval.types import Article, SegmentPair

SHARES = {(2, 1): 0.08, (1, 2): 0.08, (1, 0): 0.04, (0, 1): 0.04}
"""Share of positions where so many source lines become one with so many reference lines; the others are 1-1."""

Line = tuple[str, str]
Group = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Case:
    source: tuple[str, ...]
    reference: tuple[str, ...]
    groups: frozenset[Group]
    """The right groups that have both sides: indices of source and of reference segments, from 0."""


def make_case(lines: Sequence[Line], rng: random.Random, *, marked: bool = True) -> Case:
    """A case of parallel lines.

    Args:
        marked: Joined lines keep the full stop between them; else it goes, and nothing shows where they were joined.
    """
    source: list[str] = []
    reference: list[str] = []
    groups: set[Group] = set()
    steps, shares = [*SHARES, (1, 1)], [*SHARES.values(), 1 - sum(SHARES.values())]
    position = 0
    while position < len(lines):
        step = rng.choices(steps, shares)[0]
        if max(step) > len(lines) - position:
            step = (1, 1)
        taken = lines[position : position + max(step)]
        ours, theirs = ([line[side] for line in taken] for side in (0, 1))
        new_source = ours if step[0] == len(ours) else [join(ours, marked)][: step[0]]
        new_reference = theirs if step[1] == len(theirs) else [join(theirs, marked)][: step[1]]
        if new_source and new_reference:
            groups.add((count_on(source, new_source), count_on(reference, new_reference)))
        source += new_source
        reference += new_reference
        position += max(step)
    return Case(tuple(source), tuple(reference), frozenset(groups))


def join(texts: Sequence[str], marked: bool) -> str:
    return " ".join(texts if marked else [*(text.rstrip(".؟?! ") for text in texts[:-1]), texts[-1]])


def count_on(before: Sequence[str], new: Sequence[str]) -> tuple[int, ...]:
    return tuple(range(len(before), len(before) + len(new)))


def read_documents(folder: Path, source_lang: str, reference_lang: str) -> list[list[Line]]:
    """The documents of NTREX as parallel lines."""
    names = (folder / "docids.tsv").read_text(encoding="utf-8").split()
    columns = [
        (folder / f"ntrex.{lang}.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n")
        for lang in (source_lang, reference_lang)
    ]
    rows = zip(names, *columns, strict=True)
    return [[(ours, theirs) for _, ours, theirs in group] for _, group in groupby(rows, key=lambda row: row[0])]


def read_gold_lines(path: Path) -> list[Line]:
    """The groups of a gold alignment as parallel lines; those with one side are left out."""
    rows: Sequence[GoldRow] = read_gold(path, "vi", "ar")
    return [(row.source, row.reference) for row in rows if row.source and row.reference]


def take_half(documents: Sequence[list[Line]], half: str) -> list[list[Line]]:
    """Every second document: the first, third, ... for tuning, the others for testing."""
    return list(documents[{"tune": 0, "test": 1}[half] :: 2])


def make_segments(number: int, case: Case, source_lang: str, reference_lang: str) -> SegmentedPair:
    source, reference = (
        tuple(split_lines(Article(f"{number}.{lang}", lang, "\n".join(lines)))) if lines else ()
        for lang, lines in ((source_lang, case.source), (reference_lang, case.reference))
    )
    return SegmentedPair(str(number), source, reference)


def list_groups(pairs: Sequence[SegmentPair]) -> frozenset[Group]:
    """Groups with both sides, as indices from 0 of segments in reading order."""
    groups: set[Group] = set()
    i = j = 0
    for pair in pairs:
        ours, theirs = tuple(range(i, i + len(pair.source))), tuple(range(j, j + len(pair.reference)))
        if ours and theirs:
            groups.add((ours, theirs))
        i, j = i + len(ours), j + len(theirs)
    return frozenset(groups)


def print_figures(figures: Mapping[str, float], targets: Mapping[str, Mapping[str, float]], *, as_json: bool) -> None:
    """A line for each figure, and as JSON on the last line, beside the targets of those that were measured."""
    for name, value in figures.items():
        print(f"{name:20} {value:.3f}")
    known = {name: bounds for name, bounds in targets.items() if name in figures}
    met = all(b.get("min", 0.0) <= figures[name] <= b.get("max", float("inf")) for name, b in known.items())
    if as_json:
        machine = {"cores": os.cpu_count(), "platform": platform.platform()}
        print(json.dumps({"figures": figures, "targets": known, "met": met, "machine": machine}))
