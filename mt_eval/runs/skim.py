"""What comparing needs of a run directory, read fast: no translation becomes an object before somebody looks at it.

Runs on the same data repeat its texts, ids and spans in every `segments.jsonl`. A line of a second run that begins and
ends with the same bytes as that of the first need not be parsed again: up to the translation and from the source spans
on it holds the same values. Where a line differs, or is laid out in another way, it is parsed like any JSON.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from mt_eval.errors import RunError
from mt_eval.metrics.key import MetricKey
from mt_eval.runs.paths import SCHEMA_VERSION, RunPaths
from mt_eval.types import Kind, Level

_HEAD_ENDS = b', "translation": '
_TAIL_BEGINS = b', "source_segments": '
_FLAGS_BEGIN = b', "flags": '
_FLAGS_END = b', "scores": '
"""None of them can stand inside a JSON string, where a quotation mark has a backslash before it."""


Spans = tuple[tuple[int, int], ...]
"""Half-open spans of characters in a cleaned article."""


@dataclass(frozen=True, slots=True)
class Segments:
    """N segment pairs as columns, in the order of the data. Runs on the same data share one object."""

    ids: tuple[str, ...]
    articles: tuple[str, ...]
    """Article pair ids."""
    kinds: tuple[Kind, ...]
    sources: tuple[str, ...]
    references: tuple[str, ...]
    spans: tuple[tuple[Spans, Spans], ...]
    """The source and the reference segments each pair is made of."""
    aligned: tuple[int, ...]
    """The places of the pairs that have both sides: the rows of the statistics at level segment."""
    heads: tuple[bytes, ...] = field(default=(), repr=False, compare=False)
    """Each line up to the translation; empty where lines are not laid out as mt-eval writes them."""
    tails: tuple[bytes, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One entry of `scores.json`."""

    key: MetricKey
    level: Level
    value: float | None
    signature: str
    scored_articles: tuple[str, ...]
    """Article pair ids that have a score of their own, in the order of the data."""

    @property
    def metric(self) -> str:
        """The key as it is typed."""
        return str(self.key)


@dataclass(frozen=True, slots=True)
class Skim:
    """A run as a comparison sees it."""

    folder: Path
    id: str
    identity: str
    config: Mapping[str, Any]
    provenance: Mapping[str, Any]
    """All of `run.json`."""
    scores: tuple[ScoreLine, ...]
    segments: Segments
    flags: tuple[tuple[str, ...], ...]
    """Names of the flags of each pair's translation."""
    offsets: tuple[int, ...] = field(repr=False)
    """Where each line of `segments.jsonl` begins, in bytes."""


def skim_run(folder: Path, like: Skim | None = None) -> Skim:
    """The run in `folder`, its texts shared with those of `like` if they are the same.

    Runs of an older `schema_version` are read for what they have: a key that is missing counts as empty.

    Raises:
        RunError: `folder` is not a run directory, was written by a newer mt-eval, or is damaged.
    """
    paths = RunPaths(folder)
    if not paths.exists():
        raise RunError(f"{folder}: this is not a run directory, {paths.run.name} is not in it; `mt-eval run` makes one")
    try:
        head = json.loads(_read(paths.run))
        version = head.get("schema_version")
        if not isinstance(version, int) or version > SCHEMA_VERSION:
            raise RunError(
                f"{paths.run}: schema_version is {version!r}, this mt-eval reads up to {SCHEMA_VERSION}; use the "
                "version of mt-eval that wrote it or run the evaluation again"
            )
        segments, flags, offsets = _read_segments(paths.segments, like.segments if like else None)
        return Skim(
            folder=folder,
            id=head["id"],
            identity=head["identity"],
            config=_read_config(paths.config),
            provenance=head,
            scores=tuple(_decode_score(record) for record in json.loads(_read(paths.scores))),
            segments=segments,
            flags=flags,
            offsets=offsets,
        )
    except (AttributeError, KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise _damaged(folder, f"{type(error).__name__}: {error}") from error


def read_statistics(run: Skim, names: Sequence[str]) -> dict[str, npt.NDArray[np.int64]]:
    """`METRIC.LEVEL` to its rows of statistics, for those of `names` that the run has.

    Raises:
        RunError: The file is damaged.
    """
    path = RunPaths(run.folder).statistics
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return {name: np.asarray(arrays[name], dtype=np.int64) for name in names if name in arrays.files}
    except (OSError, EOFError, ValueError, zipfile.BadZipFile) as error:
        raise _damaged(path, str(error)) from error


def read_translations(run: Skim, places: Sequence[int]) -> list[str]:
    """The translations of the segment pairs at these places; empty where there is nothing to translate."""
    return [record["translation"] or "" for record in _read_records(run, places)]


def read_segment_scores(run: Skim, metric: str, places: Sequence[int]) -> list[float | None]:
    """The scores that `metric` gave the segment pairs at these places; None where it gave none."""
    return [record["scores"].get(metric) for record in _read_records(run, places)]


def _read_records(run: Skim, places: Sequence[int]) -> Iterator[dict[str, Any]]:
    path = RunPaths(run.folder).segments
    try:
        with path.open("rb") as file:
            for place in places:
                file.seek(run.offsets[place])
                yield json.loads(file.readline())
    except (OSError, ValueError) as error:
        raise _damaged(path, str(error)) from error


def _read_segments(path: Path, like: Segments | None) -> tuple[Segments, tuple[tuple[str, ...], ...], tuple[int, ...]]:
    lines = _read(path).splitlines(keepends=True)
    offsets, position = [], 0
    for line in lines:
        offsets.append(position)
        position += len(line)
    if like is not None and _is_same_data(lines, like):
        flags = tuple(map(_find_flags, lines))
        return like, flags, tuple(offsets)
    records = [json.loads(line) for line in lines]
    cuts = [(line.find(_HEAD_ENDS), line.rfind(_TAIL_BEGINS)) for line in lines]
    whole = all(head > 0 and tail > 0 for head, tail in cuts)
    segments = Segments(
        ids=tuple(record["id"] for record in records),
        articles=tuple(record["article_pair_id"] for record in records),
        kinds=tuple(Kind(record["kind"]) for record in records),
        sources=tuple(record["source"] for record in records),
        references=tuple(record["reference"] for record in records),
        spans=tuple((_decode_spans(record, "source"), _decode_spans(record, "reference")) for record in records),
        aligned=tuple(place for place, record in enumerate(records) if record["kind"] == Kind.ALIGNED),
        heads=tuple(line[:head] for line, (head, _) in zip(lines, cuts, strict=True)) if whole else (),
        tails=tuple(line[tail:] for line, (_, tail) in zip(lines, cuts, strict=True)) if whole else (),
    )
    return segments, tuple(_name_flags(record) for record in records), tuple(offsets)


def _decode_spans(record: Mapping[str, Any], side: str) -> Spans:
    return tuple((start, end) for _, _, start, end in record.get(f"{side}_segments", ()))


def _is_same_data(lines: Sequence[bytes], like: Segments) -> bool:
    return len(lines) == len(like.heads) == len(like.tails) and all(
        line.startswith(head + _HEAD_ENDS) and line.endswith(tail)
        for line, head, tail in zip(lines, like.heads, like.tails, strict=True)
    )


def _find_flags(line: bytes) -> tuple[str, ...]:
    """The flags of a line of the usual layout, without parsing the rest of it."""
    begins, ends = line.find(_FLAGS_BEGIN), line.rfind(_FLAGS_END)
    if not 0 < begins < ends:
        return _name_flags(json.loads(line))
    written = line[begins + len(_FLAGS_BEGIN) : ends]
    return () if written == b"[]" else _name_flags({"flags": json.loads(written)})


def _name_flags(record: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(flag["name"] for flag in record.get("flags", ()))


def _decode_score(record: Mapping[str, Any]) -> ScoreLine:
    return ScoreLine(
        key=MetricKey.of_score(record["metric"], record["signature"]),
        level=Level(record["level"]),
        value=record["value"],
        signature=record["signature"],
        scored_articles=tuple(name for name, value in record["per_article"].items() if value is not None),
    )


def _read_config(path: Path) -> Mapping[str, Any]:
    # libyaml's loader, where PyYAML was built with it, is ten times as fast.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    config = yaml.load(_read(path), Loader=loader)  # a safe loader either way
    if not isinstance(config, dict):
        raise _damaged(path, "it holds no configuration")
    return config


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _damaged(path, "it is missing or cannot be read") from error


def _damaged(path: Path, reason: str) -> RunError:
    return RunError(f"{path}: the run directory is damaged ({reason}); run the evaluation again with force=true")
