"""Reading a run directory back, as deep as it is wanted: its head here, its columns in `columns`, or the whole run.

One rule holds for all: a run is read if this version of the layout or an older one wrote it; a key that an older one
did not have is empty.
"""

from __future__ import annotations

import contextlib
import io
import math
import os
import sys
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

from msgspec import Meta, Struct

from mt_eval.disk import is_component
from mt_eval.errors import RunError
from mt_eval.metrics import find_metric
from mt_eval.metrics.key import MetricKey, read_signature
from mt_eval.runs.identity import short_identity
from mt_eval.runs.outputs import list_outputs
from mt_eval.runs.paths import SCHEMA_VERSION, RunPaths
from mt_eval.spool import Collector, keep_numbers
from mt_eval.stored import (
    LARGEST_FILE,
    LARGEST_LIST,
    DamagedError,
    check_depth,
    iterate_lines,
    make_decoder,
    read_arrays,
    read_content,
    read_record,
    read_settings,
)
from mt_eval.types import Flag, HypothesisList, Kind, Level, Run, RunHead, Score, Segment, SegmentPair, Translation

T = TypeVar("T")

_ROUNDING = 1e-6
"""What a score may differ by between processors, and more."""

Span = tuple[str, str, int, int]
"""A segment's id, its article's id, and the half-open span of characters in the cleaned article."""


class SegmentRecord(Struct, frozen=True):
    """A line of `segments.jsonl`. A struct of msgspec is made and filled several times as fast as a dataclass."""

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
    scores: dict[str, float | None] = {}
    source_segments: tuple[Span, ...] = ()
    reference_segments: tuple[Span, ...] = ()


def read_head(folder: Path) -> RunHead:
    """What the run in `folder` says of itself.

    Raises:
        RunError: `folder` is not a run directory, was written by a newer mt-eval, or is damaged.
    """
    run = RunPaths(folder).run
    with explain_damage(run):
        if not run.is_file():
            raise _describe_absence(folder)
        content = read_content(run, LARGEST_LIST)
        version = _decode_version(content).schema_version
        if version > SCHEMA_VERSION:
            raise RunError(
                f"{run}: schema_version is {version}, this mt-eval reads up to {SCHEMA_VERSION}; use the version "
                "of mt-eval that wrote it or run the evaluation again"
            )
        check_depth(content)
        head = _decode_head(content)
        for key, name in (("id", head.id), ("identity", head.identity)):
            if not is_component(name):
                raise DamagedError(f"its {key} {name[:80]!r} is no name of a folder")
    return head


def _describe_absence(folder: Path) -> RunError:
    if not folder.is_dir():
        return RunError(f"{folder}: there is no such folder; `mt-eval run` prints the folder of every run it makes")
    name = RunPaths(folder).run.name
    return RunError(f"{folder}: this is not a run directory, {name} is not in it; `mt-eval run` makes one")


def read_config(folder: Path) -> dict[str, Any]:
    """The configuration of the run in `folder`, as plain data.

    Raises:
        RunError: It is damaged.
    """
    path = RunPaths(folder).config
    with explain_damage(path):
        config, _ = read_settings(path, _Config)
    return config


def read_scores(folder: Path) -> tuple[Score, ...]:
    """The scores of the run in `folder`, in its order, each within the scale of its metric.

    Raises:
        RunError: They are damaged.
    """
    path = RunPaths(folder).scores
    with explain_damage(path):
        scores = read_record(path, tuple[Score, ...], LARGEST_LIST)
        for score in scores:
            key = MetricKey.of_score(score.metric, score.signature)
            _check_range(
                key,
                score.signature,
                [score.value, score.low, score.high, score.chance, score.copied, *score.per_article.values()],
            )
    return scores


def read_statistics(
    folder: Path, scores: Sequence[Score], names: Collection[str] | None, segments: int, aligned: int
) -> dict[str, Any]:
    """`METRIC.LEVEL` to the rows of sufficient statistics that the run in `folder` has: of those in `names`, or all.

    Args:
        scores: The run's own; the rows are theirs only if they come out of their sum.
        segments: How many segment pairs the run has.
        aligned: How many of them have both sides.

    Raises:
        RunError: The file is damaged, or belongs to another run.
    """
    with explain_damage(RunPaths(folder).statistics):
        found = read_arrays(RunPaths(folder).statistics, names, segments)
    scored = {}
    for score in scores:
        key = MetricKey.of_score(score.metric, score.signature)
        scored[key.name_statistics(score.level)] = key, score
    for name, rows in found.items():
        with explain_damage(RunPaths(folder).scores):
            if name not in scored:
                raise DamagedError(f"the score of {name} is not in it")
        with explain_damage(folder):
            _check_rows(name, rows, *scored[name], aligned)
    return found


def read_run(folder: Path) -> Run:
    """The run kept in `folder`, equal to the one that was written.

    Raises:
        RunError: `folder` is not a run directory, was written by a newer mt-eval, or is damaged.
    """
    head, config, scores = read_head(folder), read_config(folder), read_scores(folder)
    path = RunPaths(folder).segments
    with explain_damage(path):
        segments = _read_segments(path)
        known = {MetricKey.of_score(each.metric, each.signature): each.signature for each in scores}
        if unknown := segments.scores.keys() - set(map(str, known)):
            raise DamagedError(f"it has scores of {min(unknown)!r}, which the run has not")
        for key, signature in known.items():
            _check_range(key, signature, segments.scores.get(str(key), ()))
        for score in scores:
            check_mean(score, segments.scores.get(score.metric, ()))
    check_articles(folder, scores, segments.articles)
    with explain_damage(RunPaths(folder).run):
        # In all other articles the translations follow each other as the segment pairs do.
        placed = {*head.additions, *head.order}
        list_outputs(segments.pairs, segments.translations, head.additions, head.order, articles=placed)
    return Run(
        head=head,
        config=config,
        pairs=segments.pairs,
        translations=segments.translations,
        scores=scores,
        segment_scores=segments.scores,
        flags=segments.flags,
        hypotheses=_read_hypotheses(folder, segments.pairs),
        statistics=read_statistics(folder, scores, None, len(segments.pairs), segments.aligned),
    )


@dataclass(frozen=True, slots=True)
class _Segments:
    """What `segments.jsonl` holds, as a run has it."""

    pairs: Sequence[SegmentPair]
    translations: Sequence[Translation | None]
    flags: Sequence[tuple[Flag, ...]]
    scores: Mapping[str, Sequence[float | None]]
    articles: Collection[str]
    """Article pair ids."""
    aligned: int
    """How many pairs have both sides."""


def _read_segments(path: Path) -> _Segments:
    """All lines, one after the other: there may be more of them than memory holds."""
    pairs = Collector[SegmentPair](SegmentPair)
    translations = Collector[Translation | None](Translation | None)
    flags = Collector[tuple[Flag, ...]](tuple[Flag, ...])
    scores: dict[str, array[float]] = {}
    articles: set[str] = set()
    aligned = 0
    for number, line in enumerate(iterate_lines(path, LARGEST_FILE), start=1):
        record = _decode_line(number, line, _decode_segment)
        if number == 1:
            scores = {name: array("d") for name in record.scores}
        if record.scores.keys() != scores.keys():
            raise DamagedError(f"line {number} has other scores than line 1")
        for name, value in record.scores.items():
            scores[name].append(math.nan if value is None else value)
        pairs.add(_decode_pair(record))
        translations.add(_decode_translation(record))
        flags.add(record.flags)
        articles.add(record.article_pair_id)
        aligned += record.kind is Kind.ALIGNED
    columns = {name: keep_numbers(values) for name, values in scores.items()}
    return _Segments(pairs.close(), translations.close(), flags.close(), columns, articles, aligned)


def _read_hypotheses(folder: Path, pairs: Sequence[SegmentPair]) -> tuple[HypothesisList, ...]:
    path = RunPaths(folder).n_best
    if not os.path.lexists(path):
        return ()
    segments = {segment.id for pair in pairs for segment in pair.source}
    with explain_damage(path):
        lists = [
            _decode_line(number, line, _decode_hypotheses)
            for number, line in enumerate(split_lines(read_content(path, LARGEST_FILE)), start=1)
        ]
        for number, each in enumerate(lists, start=1):
            if not each.segments or not each.hypotheses:
                raise DamagedError(f"line {number} has no segments or no hypotheses")
            if unknown := set(each.segments) - set(segments):
                raise DamagedError(f"line {number} is of the segment {min(unknown)!r}, which the run has not")
    return tuple(lists)


def check_articles(folder: Path, scores: Sequence[Score], articles: Collection[str]) -> None:
    """Check that scores are of articles that the run in `folder` has.

    Raises:
        RunError: They are not.
    """
    with explain_damage(RunPaths(folder).scores):
        if unknown := {name for score in scores for name in score.per_article if name not in articles}:
            raise DamagedError(f"it has scores of the article {min(unknown)!r}, which the run has not")


def index_runs(runs_dir: Path) -> dict[str, list[Path]]:
    """Short form of an identity to what may be its run directories: everything that is called so, by name."""
    found: dict[str, list[Path]] = {}
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        for name in sorted(os.listdir(runs_dir)):
            rest, _, short = name.rpartition("-")
            if rest:
                found.setdefault(short, []).append(runs_dir / name)
    return found


def find_run(
    runs_dir: Path, identity: str, *, skip_damaged: bool = False, folders: Sequence[Path] | None = None
) -> Path | None:
    """The finished run of this identity below `runs_dir`, whatever it is called; None if there is none.

    Args:
        skip_damaged: Take one that cannot be read for none: it is to be replaced.
        folders: Where to look, as `index_runs` has it; `runs_dir` is listed anew if it is not given.

    Raises:
        RunError: A directory with the identity's short form in its name cannot be read.
    """
    if folders is None:
        folders = index_runs(runs_dir).get(short_identity(identity), ())
    for folder in folders:
        try:
            if RunPaths(folder).exists() and read_head(folder).identity == identity:
                return folder
        except RunError:
            if not skip_damaged:
                raise
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
    return io.BytesIO(content).readlines()


class _Version(Struct, frozen=True):
    schema_version: int


class _Decoding(Struct, frozen=True):
    num_beams: Annotated[int, Meta(ge=1, le=10**6)] = 1


class _Config(Struct, frozen=True):
    """What every reader of a configuration relies on."""

    direction: Annotated[str, Meta(pattern=r"^[^\s-]+-[^\s-]+$", max_length=50)]
    decoding: _Decoding = _Decoding()
    engine: dict[str, Any] = {}
    model: dict[str, Any] = {}
    tracker: dict[str, Any] | None = None


_decode_version = make_decoder(_Version)
_decode_head = make_decoder(RunHead)
_decode_segment = make_decoder(SegmentRecord)
_decode_hypotheses = make_decoder(HypothesisList)


def _decode_line(number: int, line: bytes, decode: Callable[[bytes], T]) -> T:
    try:
        return decode(line)
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


def _check_range(key: MetricKey, signature: str, values: Iterable[float | None]) -> None:
    """Whether scores can be those of their metric."""
    metric = find_metric(key, signature)
    for value in values:
        if value is not None and not (
            math.isfinite(value) and metric.lowest - _ROUNDING <= value <= metric.highest + _ROUNDING
        ):
            raise DamagedError(f"{value} is no score of {key}")


def check_mean(score: Score, values: Iterable[float | None]) -> None:
    """Whether the score of a metric from outside comes from those of all segments; some have none.

    Raises:
        DamagedError: It does not.
    """
    if score.value is None or not read_signature(score.signature).is_mean:
        return
    known = [value for value in values if value is not None]
    if not known or abs(math.fsum(known) / len(known) - score.value) > _ROUNDING * max(1, abs(score.value)):
        raise DamagedError(f"the segments' scores of {score.metric} are not those of its score {score.value:.4f}")


def _check_rows(name: str, rows: Any, key: MetricKey, score: Score, aligned: int) -> None:
    """Whether a score came from these rows of statistics."""
    metric = find_metric(key, score.signature)
    expected = aligned if score.level is Level.SEGMENT else sum(each is not None for each in score.per_article.values())
    if len(rows) != expected and not key.leg:  # a pivot's first leg has references of its own
        raise DamagedError(f"{name} has {len(rows)} rows of statistics, expected {expected}")
    if rows.shape[1] != metric.columns:
        raise DamagedError(f"{name} has {rows.shape[1]} columns of statistics, expected {metric.columns}")
    if score.value is not None and abs(float(metric.score(rows.sum(axis=0))) - score.value) > _ROUNDING:
        raise DamagedError(f"the statistics of {name} are not those of its score {score.value:.4f}")
