"""What systems are called in a table: their own names where these fit, else letters and a legend."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from mt_eval.report.comparison import letter
from mt_eval.report.visible import format_name

_PIECES = re.compile(r"[^\s._/=-]*[\s._/=-]*")
"""A name may be broken behind these characters."""


@dataclass(frozen=True, slots=True)
class Names:
    short: Mapping[str, str]
    """System to what stands in a table, its lines joined by line feeds."""
    legend: tuple[tuple[str, str], ...]
    """Letter and system; empty where systems stand under their own names."""


def choose_names(systems: Sequence[str], room: int, most_lines: int) -> Names:
    """Names that take at most `most_lines` lines of `room` cells each, one rule for all systems."""
    broken = [_break_name(format_name(system), room) for system in systems]
    if all(len(lines) <= most_lines and max(map(cell_len, lines), default=0) <= room for lines in broken):
        return Names({system: "\n".join(lines) for system, lines in zip(systems, broken, strict=True)}, ())
    legend = tuple((letter(place), system) for place, system in enumerate(systems))
    return Names({system: name for name, system in legend}, legend)


def _break_name(name: str, room: int) -> list[str]:
    """The name in lines that are as full as they can be; a piece without a place to break is longer than `room`."""
    lines = [""]
    for piece in _PIECES.findall(name):
        if lines[-1] and cell_len((lines[-1] + piece).rstrip()) > room:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]
