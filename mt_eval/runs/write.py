"""Writing a run directory: into a temporary sibling, then renamed, so that it appears whole or not at all."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import yaml

from mt_eval.disk import make_component, make_folder_whole
from mt_eval.errors import RunError
from mt_eval.runs.paths import RunPaths
from mt_eval.runs.read import read_head
from mt_eval.stored import convert_record
from mt_eval.types import Flag, Run, RunHead, Score, Segment, SegmentPair, Translation

_NULL = msgspec.Raw("null")


def write_run(
    run: Run,
    runs_dir: Path,
    *,
    overrides: Sequence[str] = (),
    log: str = "",
    report: str | None = None,
    replace: bool = False,
) -> RunPaths:
    """Write `run` to the directory `runs_dir / run.id` and tell where its files are.

    If another process finished the same run in the meantime, its directory stays and this one is dropped, unless
    `replace` is set. Where only the page `report` cannot be written, the directory is whole without it.

    Raises:
        RunError: The folder cannot be written, the disk is full, or something else has the name; nothing half-written
            is left.
    """
    final = check_place(runs_dir, run.id)
    try:
        with make_folder_whole(final.folder, replacing=RunPaths.list_names() if replace else None) as partial:
            _write_files(RunPaths(partial), run, overrides, log)
            if report is not None:
                _write_if_possible(RunPaths(partial).report, report)
    except OSError as error:
        if replace or not final.exists():
            raise _unwritable(runs_dir, error) from error
        _check_same_run(final, run)
    return final


def check_place(runs_dir: Path, name: str) -> RunPaths:
    """Where the run of this name goes.

    Raises:
        RunError: Something is there that is no run.
    """
    final = RunPaths(runs_dir / make_component(name))
    if os.path.lexists(final.folder) and not final.exists():
        raise RunError(f"{final.folder}: is there and holds no run, so it is left alone; move it away")
    return final


def encode_run(run: Run) -> dict[str, Any]:
    """A whole run but for its statistics as one plain object: run.json with the configuration, scores and segments."""
    return {
        **encode_head(run.head),
        "config": dict(run.config),
        "scores": [encode_score(score) for score in run.scores],
        "segments": list(encode_segments(run)),
        **({"n_best": [asdict(each) for each in run.hypotheses]} if run.hypotheses else {}),
    }


def make_head(record: Mapping[str, Any]) -> RunHead:
    """The head of a run out of plain data."""
    return convert_record(record, RunHead)


def encode_head(head: RunHead) -> dict[str, Any]:
    """A head as `run.json` keeps it; what is None is left out."""
    record = asdict(head)
    for part in (record["system"], *record["translation"]["legs"]):
        for key in [key for key, value in part.items() if value is None]:
            del part[key]
    return record


def encode_score(score: Score) -> dict[str, Any]:
    """A score as `scores.json` keeps it."""
    return {
        "metric": score.metric,
        "value": score.value,
        "reason": score.reason,
        "signature": score.signature,
        "level": score.level.value,
        "low": score.low,
        "high": score.high,
        "chance": score.chance,
        "copied": score.copied,
        "resampled": score.resampled,
        "per_article": dict(score.per_article),
    }


def _write_files(paths: RunPaths, run: Run, overrides: Sequence[str], log: str) -> None:
    _write_text(paths.run, _to_json(encode_head(run.head), 2))
    _write_text(paths.config, _to_yaml(dict(run.config)))
    _write_text(paths.overrides, _to_yaml(list(overrides)))
    with paths.segments.open("w", encoding="utf-8", errors="replace", newline="\n") as lines:
        lines.writelines(map(_to_line, encode_segments(run)))
    if run.hypotheses:
        with paths.n_best.open("w", encoding="utf-8", errors="replace", newline="\n") as lines:
            lines.writelines(_to_json(asdict(each)) for each in run.hypotheses)
    _write_text(paths.scores, _to_json([encode_score(score) for score in run.scores], 2))
    np.savez_compressed(paths.statistics, **run.statistics)
    _write_text(paths.log, log)


def encode_segments(run: Run) -> Iterator[dict[str, Any]]:
    """Every segment pair as one line of `segments.jsonl` keeps it."""
    columns = list(run.segment_scores)
    rows = zip(*run.segment_scores.values(), strict=True) if columns else (() for _ in run.pairs)
    for pair, translation, flags, values in zip(run.pairs, run.translations, run.flags, rows, strict=True):
        yield _encode_segment(pair, translation, flags, dict(zip(columns, values, strict=True)))


def _encode_segment(
    pair: SegmentPair, translation: Translation | None, flags: Sequence[Flag], scores: Mapping[str, float | None]
) -> dict[str, Any]:
    """A segment pair as one line of `segments.jsonl` keeps it."""
    return {
        "id": pair.id,
        "article_pair_id": pair.article_pair_id,
        "kind": pair.kind.value,
        "source": pair.source_text,
        "reference": pair.reference_text,
        "translation": translation.text if translation else None,
        "pivot_text": translation.pivot_text if translation else None,
        "tokens_in": translation.tokens_in if translation else None,
        "tokens_out": translation.tokens_out if translation else None,
        "decoder_score": translation.score if translation else None,
        "truncated": translation.truncated if translation else None,
        "source_cut": translation.source_cut if translation else None,
        "flags": [{"name": flag.name, "why": flag.why} for flag in flags],
        "scores": dict(scores),
        "source_segments": [_encode_segment_span(segment) for segment in pair.source],
        "reference_segments": [_encode_segment_span(segment) for segment in pair.reference],
    }


def _encode_segment_span(segment: Segment) -> list[str | int]:
    return [segment.id, segment.article_id, segment.start, segment.end]


def _to_json(value: object, indent: int | None = None) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False) + "\n"
    except ValueError:
        return json.dumps(_make_plain(value), ensure_ascii=False, indent=indent) + "\n"


def _to_line(record: Mapping[str, Any]) -> str:
    """A segment pair as `_to_json` writes it, several times as fast."""
    scores = {name: _write_number(value) for name, value in record["scores"].items()}
    plain = {**record, "decoder_score": _write_number(record["decoder_score"]), "scores": scores}
    try:
        compact = msgspec.json.encode(plain)
    except (msgspec.MsgspecError, ValueError):
        return _to_json(record)
    return msgspec.json.format(compact, indent=0).decode() + "\n"


def _write_number(value: float | None) -> msgspec.Raw:
    """A number as `json` writes it, which msgspec does in another way where it is very large or small."""
    if type(value) is float and math.isfinite(value):
        return msgspec.Raw(repr(value))
    return _NULL if value is None else msgspec.Raw(_to_json(value).rstrip())


def _to_yaml(value: object) -> str:
    return yaml.safe_dump(_make_plain(value), allow_unicode=True, sort_keys=False)


def _make_plain(value: Any) -> Any:
    """The same with what JSON and UTF-8 have no word for left out: None for no number, ? for half of a character."""
    if isinstance(value, Mapping):
        return {_make_plain(key): _make_plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_make_plain(each) for each in value]
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", errors="replace", newline="\n")


def _write_if_possible(path: Path, text: str) -> None:
    """Write a file that can be made again from the others, or none."""
    try:
        _write_text(path, text)
    except OSError:
        path.unlink(missing_ok=True)


def _check_same_run(paths: RunPaths, run: Run) -> None:
    identity = read_head(paths.folder).identity
    if identity != run.identity:
        raise RunError(
            f"{paths.folder}: another run has this name (identity {identity}, here {run.identity}); "
            "name another folder with runs_dir=DIR"
        )


def _unwritable(runs_dir: Path, error: OSError) -> RunError:
    reason = os.strerror(error.errno).lower() if error.errno else str(error)
    return RunError(
        f"{runs_dir}: the run directory could not be written ({reason}); what was translated is kept in the "
        "translation store where it could be, so mend the cause and give the same command again"
    )
