"""Settings and provenance of runs side by side: what differs first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mt_eval.runs.settings import flatten, format_setting
from mt_eval.runs.write import encode_head
from mt_eval.types import Run

_ELSEWHERE = ("schema_version", "status", "warnings", "notes", "articles")
"""Parts of the head that say nothing, or that the page shows in other places."""

_HASHES = ("files", "inputs")
"""Mappings of file names to hashes: one fact, a line per file."""

_ANSWERS = "whole_answers"
"""A mapping with as many texts as a server wrote something around."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One setting, or one fact of how runs were made."""

    key: str
    values: tuple[str, ...]
    """One per run, as it is typed on a command line; empty where a run does not have it."""

    @property
    def differs(self) -> bool:
        return len(set(self.values)) > 1


def list_settings(runs: Sequence[Run]) -> list[Fact]:
    """Every setting of the configurations by its dotted name, those that differ between runs first."""
    return _line_up([flatten(run.config) for run in runs])


def list_provenance(runs: Sequence[Run]) -> list[Fact]:
    """How the runs were made: choices, models, inputs, seconds, versions; what differs first.

    Of what cleaning changed only the number of changes is told, article by article.
    """
    return _line_up([_flatten_head(encode_head(run.head)) for run in runs])


def _line_up(columns: Sequence[Mapping[str, Any]]) -> list[Fact]:
    keys = dict.fromkeys(key for each in columns for key in each)
    facts = [Fact(key, tuple(format_setting(each[key]) if key in each else "" for each in columns)) for key in keys]
    return sorted(facts, key=lambda fact: not fact.differs)


def _flatten_head(head: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in head.items() if key not in _ELSEWHERE}
    if cleaning := kept.pop("cleaning", None):
        kept["cleaning"] = {name: f"{len(changes)} changes" for name, changes in cleaning.items()}
    return dict(_walk("", kept))


def _walk(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Dotted keys down to plain values; entries of a list of objects are counted from 1."""
    if key.rpartition(".")[2] == _ANSWERS and isinstance(value, dict):
        yield key, f"{len(value)} answers"
    elif key.rpartition(".")[2] in _HASHES and isinstance(value, dict):
        yield key, "\n".join(f"{name} {digest}" for name, digest in value.items())
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _walk(f"{key}.{name}" if key else name, inner)
    elif isinstance(value, list | tuple) and any(isinstance(each, dict) for each in value):
        for number, inner in enumerate(value, start=1):
            yield from _walk(f"{key}.{number}", inner)
    else:
        yield key, value
