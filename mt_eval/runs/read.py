"""Reading a run directory back, as deep as it is wanted: its head here, its columns in `columns`, or the whole run.

One rule holds for all: a run is read if this version of the layout or an older one wrote it; a key that an older one
did not have is empty.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mt_eval.errors import RunError
from mt_eval.metrics.key import MetricKey
from mt_eval.runs.identity import short_identity
from mt_eval.runs.paths import SCHEMA_VERSION, RunPaths
from mt_eval.stored import DamagedError, make_decoder, read_arrays, read_content, read_record, read_settings
from mt_eval.types import Flag, Kind, Level, Run, RunHead, Score, Segment, SegmentPair, Translation

Span = tuple[str, str, int, int]
"""A segment's id, its article's id, and the half-open span of characters in the cleaned article."""


@dataclass(frozen=True, slots=True)
class SegmentRecord:
    """A line of `segments.jsonl`."""

    id: str
    article_pair_id: str
    kind: Kind
    source: str
    reference: str
    translation: str | None
    pivot_text: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    decoder_score: float | None = None
    truncated: bool | None = None
    source_cut: bool | None = None
    flags: tuple[Flag, ...] = ()
    scores: dict[str, float | None] = field(default_factory=dict)
    source_segments: tuple[Span, ...] = ()
    reference_segments: tuple[Span, ...] = ()


def read_head(folder: Path) -> RunHead:
    """What the run in `folder` says of itself.

    Raises:
        RunError: `folder` is not a run directory, was written by a newer mt-eval, or is damaged.
    """
    paths = RunPaths(folder)
    if not folder.is_dir():
        raise RunError(f"{folder}: there is no such folder; `mt-eval run` prints the folder of every run it makes")
    if not paths.exists():
        raise RunError(f"{folder}: this is not a run directory, {paths.run.name} is not in it; `mt-eval run` makes one")
    with explain_damage(paths.run):
        content = read_content(paths.run)
        version = _decode_version(content).schema_version
        if version > SCHEMA_VERSION:
            raise RunError(
                f"{paths.run}: schema_version is {version}, this mt-eval reads up to {SCHEMA_VERSION}; use the version "
                "of mt-eval that wrote it or run the evaluation again"
            )
        return _decode_head(content)


def read_config(folder: Path) -> dict[str, Any]:
    """The configuration of the run in `folder`, as plain data.

    Raises:
        RunError: It is damaged.
    """
    path = RunPaths(folder).config
    with explain_damage(path):
        return read_settings(path)


def read_scores(folder: Path) -> tuple[Score, ...]:
    """The scores of the run in `folder`, in its order.

    Raises:
        RunError: They are damaged.
    """
    path = RunPaths(folder).scores
    with explain_damage(path):
        return read_record(path, tuple[Score, ...])


def read_statistics(folder: Path, names: Sequence[str] | None = None) -> dict[str, Any]:
    """`METRIC.LEVEL` to the rows of sufficient statistics that the run in `folder` has: of those in `names`, or all.

    Raises:
        RunError: The file is damaged.
    """
    path = RunPaths(folder).statistics
    with explain_damage(path):
        return read_arrays(path, names)


def read_run(folder: Path) -> Run:
    """The run kept in `folder`, equal to the one that was written.

    Raises:
        RunError: `folder` is not a run directory, was written by a newer mt-eval, or is damaged.
    """
    head = read_head(folder)
    path = RunPaths(folder).segments
    with explain_damage(path):
        records = [_decode_line(path, *line) for line in enumerate(split_lines(read_content(path)), start=1)]
    metrics = dict.fromkeys(name for record in records for name in record.scores)
    run = Run(
        head=head,
        config=read_config(folder),
        pairs=tuple(map(_decode_pair, records)),
        translations=tuple(map(_decode_translation, records)),
        scores=read_scores(folder),
        segment_scores={name: tuple(record.scores.get(name) for record in records) for name in metrics},
        flags=tuple(record.flags for record in records),
        statistics=read_statistics(folder),
    )
    _cross_check(folder, run)
    return run


def find_run(runs_dir: Path, identity: str) -> Path | None:
    """The finished run of this identity below `runs_dir`, whatever it is called; None if there is none.

    Raises:
        RunError: A directory with the identity's short form in its name cannot be read.
    """
    for folder in sorted(runs_dir.glob(f"*-{short_identity(identity)}")):
        if RunPaths(folder).exists() and read_head(folder).identity == identity:
            return folder
    return None


@contextmanager
def explain_damage(path: Path) -> Iterator[None]:
    """Raise what is wrong with a file of a run as a `RunError` that says so."""
    try:
        yield
    except DamagedError as error:
        raise RunError(
            f"{path}: the run directory is damaged ({error}); run the evaluation again with force=true or delete it"
        ) from error


def split_lines(content: bytes) -> list[bytes]:
    """The lines of a file, line feeds included."""
    return content.splitlines(keepends=True)


@dataclass(frozen=True, slots=True)
class _Version:
    schema_version: int


_decode_version = make_decoder(_Version)
_decode_head = make_decoder(RunHead)
_decode_segment = make_decoder(SegmentRecord)


def _decode_line(path: Path, number: int, line: bytes) -> SegmentRecord:
    try:
        return _decode_segment(line)
    except DamagedError as error:
        raise DamagedError(f"line {number} is {error}") from error


def _decode_pair(record: SegmentRecord) -> SegmentPair:
    return SegmentPair(
        id=record.id,
        article_pair_id=sys.intern(record.article_pair_id),
        source=_decode_segments(record.source, record.source_segments),
        reference=_decode_segments(record.reference, record.reference_segments),
        kind=record.kind,
    )


def _decode_segments(text: str, spans: Sequence[Span]) -> tuple[Segment, ...]:
    """Segments out of their texts joined by one space each."""
    segments, position = [], 0
    for name, article_id, start, end in spans:
        segments.append(Segment(name, sys.intern(article_id), start, end, text[position : position + end - start]))
        position += end - start + 1
    return tuple(segments)


def _decode_translation(record: SegmentRecord) -> Translation | None:
    if record.translation is None:
        return None
    return Translation(
        segment_pair_id=record.id,
        text=record.translation,
        pivot_text=record.pivot_text,
        tokens_in=record.tokens_in,
        tokens_out=record.tokens_out,
        truncated=bool(record.truncated),
        source_cut=bool(record.source_cut),
        score=record.decoder_score,
    )


def _cross_check(folder: Path, run: Run) -> None:
    """Whether the files of the run belong together, as far as counting tells."""
    aligned = sum(pair.kind is Kind.ALIGNED for pair in run.pairs)
    scored = {
        MetricKey.of_score(score.metric, score.signature).name_statistics(score.level): score.level
        for score in run.scores
    }
    for name, rows in run.statistics.items():
        with explain_damage(RunPaths(folder).scores):
            if name not in scored:
                raise DamagedError(f"the score of {name} is not in it")
        with explain_damage(folder):
            if scored[name] is Level.SEGMENT and len(rows) != aligned:
                raise DamagedError(
                    f"{name} has statistics of {len(rows)} segments, but {aligned} segments have both sides"
                )
