"""Reading a run directory back, and finding run directories."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from mt_eval.errors import RunError
from mt_eval.metrics.key import MetricKey
from mt_eval.runs.identity import short_identity
from mt_eval.runs.paths import SCHEMA_VERSION, RunPaths
from mt_eval.types import Flag, Kind, Level, Run, Score, Segment, SegmentPair, Translation

_OWN_KEYS = ("schema_version", "id", "identity", "status", "warnings")
"""What of `run.json` is a field of `Run`; the rest is provenance."""


def read_run(folder: Path) -> Run:
    """The run kept in `folder`, equal to the one that was written.

    Raises:
        RunError: `folder` is not a run directory, was written by a newer mt-eval, or is damaged.
    """
    paths = RunPaths(folder)
    if not folder.is_dir():
        raise RunError(f"{folder}: there is no such folder; `mt-eval run` prints the folder of every run it makes")
    if not paths.exists():
        raise RunError(f"{folder}: this is not a run directory, {paths.run.name} is not in it")
    head = _read_json(paths.run)
    if not isinstance(head, dict):
        raise _damaged(paths.run, "an object was expected")
    version = head.get("schema_version")
    if version != SCHEMA_VERSION:
        raise RunError(
            f"{paths.run}: schema_version is {version!r}, this mt-eval reads {SCHEMA_VERSION}; "
            "use the version of mt-eval that wrote it or run the evaluation again"
        )
    try:
        pairs, translations, flags, segment_scores = _read_segments(paths.segments)
        run = Run(
            schema_version=version,
            id=head["id"],
            identity=head["identity"],
            config=_read_yaml(paths.config),
            provenance={key: value for key, value in head.items() if key not in _OWN_KEYS},
            pairs=pairs,
            translations=translations,
            scores=tuple(_decode_score(record) for record in _read_json(paths.scores)),
            segment_scores=segment_scores,
            flags=flags,
            warnings=tuple(head["warnings"]),
            statistics=_read_statistics(paths.statistics),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _damaged(folder, f"{type(error).__name__}: {error}") from error
    _cross_check(folder, run)
    return run


def _cross_check(folder: Path, run: Run) -> None:
    """Whether the files of the run belong together, as far as counting tells."""
    if not isinstance(run.config, dict):
        raise _damaged(RunPaths(folder).config, "it holds no configuration")
    aligned = sum(pair.kind is Kind.ALIGNED for pair in run.pairs)
    scored = {
        MetricKey.of_score(score.metric, score.signature).name_statistics(score.level): score.level
        for score in run.scores
    }
    for name, rows in run.statistics.items():
        if name not in scored:
            raise _damaged(RunPaths(folder).scores, f"the score of {name} is not in it")
        if scored[name] is Level.SEGMENT and len(rows) != aligned:
            raise _damaged(
                folder, f"{name} has statistics of {len(rows)} segments, but {aligned} segments have both sides"
            )


def find_run(runs_dir: Path, identity: str) -> Path | None:
    """The finished run of this identity below `runs_dir`, whatever it is called; None if there is none.

    Raises:
        RunError: A directory with the identity's short form in its name cannot be read.
    """
    for folder in sorted(runs_dir.glob(f"*-{short_identity(identity)}")):
        paths = RunPaths(folder)
        if paths.exists():
            head = _read_json(paths.run)
            if isinstance(head, dict) and head.get("identity") == identity:
                return folder
    return None


def _read_segments(
    path: Path,
) -> tuple[
    tuple[SegmentPair, ...],
    tuple[Translation | None, ...],
    tuple[tuple[Flag, ...], ...],
    dict[str, tuple[float | None, ...]],
]:
    pairs: list[SegmentPair] = []
    translations: list[Translation | None] = []
    flags: list[tuple[Flag, ...]] = []
    scores: dict[str, list[float | None]] = {}
    with _open(path) as lines:
        for number, line in enumerate(lines, start=1):
            try:
                record = json.loads(line)
            except json.JSONDecodeError as error:
                raise _damaged(path, f"line {number} is not JSON: {error}") from error
            pairs.append(
                SegmentPair(
                    id=record["id"],
                    article_pair_id=sys.intern(record["article_pair_id"]),
                    source=_decode_segments(record["source"], record["source_segments"]),
                    reference=_decode_segments(record["reference"], record["reference_segments"]),
                    kind=Kind(record["kind"]),
                )
            )
            translations.append(_decode_translation(record))
            flags.append(tuple(Flag(flag["name"], flag["why"]) for flag in record["flags"]))
            for metric, value in record["scores"].items():
                scores.setdefault(metric, []).append(value)
    segment_scores = {metric: tuple(values) for metric, values in scores.items()}
    return tuple(pairs), tuple(translations), tuple(flags), segment_scores


def _decode_segments(text: str, spans: list[list[Any]]) -> tuple[Segment, ...]:
    """Segments out of their texts joined by one space each."""
    segments, position = [], 0
    for name, article_id, start, end in spans:
        segments.append(Segment(name, sys.intern(article_id), start, end, text[position : position + end - start]))
        position += end - start + 1
    return tuple(segments)


def _decode_translation(record: Mapping[str, Any]) -> Translation | None:
    if record["translation"] is None:
        return None
    return Translation(
        segment_pair_id=record["id"],
        text=record["translation"],
        pivot_text=record["pivot_text"],
        tokens_in=record["tokens_in"],
        tokens_out=record["tokens_out"],
        truncated=record["truncated"],
        source_cut=record["source_cut"],
        score=record["decoder_score"],
    )


def _decode_score(record: Mapping[str, Any]) -> Score:
    return Score(
        metric=record["metric"],
        value=record["value"],
        signature=record["signature"],
        low=record["low"],
        high=record["high"],
        level=Level(record["level"]),
        per_article=dict(record["per_article"]),
        resampled=record["resampled"],
    )


def _read_statistics(path: Path) -> dict[str, Any]:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            # Wide enough for any sum of rows, however it is computed.
            return {name: arrays[name].astype(np.int64, casting="safe") for name in arrays.files}
    except (OSError, EOFError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise _damaged(path, str(error)) from error


def _open(path: Path) -> Any:
    try:
        return path.open(encoding="utf-8", newline="\n")
    except OSError as error:
        raise _damaged(path, "it is missing or cannot be read") from error


def _read_json(path: Path) -> Any:
    try:
        with _open(path) as file:
            return json.load(file)
    except ValueError as error:
        raise _damaged(path, f"not JSON: {error}") from error


def _read_yaml(path: Path) -> Any:
    try:
        with _open(path) as file:
            return yaml.safe_load(file)
    except (ValueError, yaml.YAMLError) as error:
        raise _damaged(path, f"not YAML: {error}") from error


def _damaged(path: Path, reason: str) -> RunError:
    return RunError(f"{path}: the run directory is damaged ({reason}); run the evaluation again with force=true")
