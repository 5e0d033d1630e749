"""What judges said of a run's texts, kept in its directory beside what the run itself left, which it never changes.

`given-JUDGE-HEX.json`, `.jsonl`:           references, outputs and other texts: the summary, and a record per segment
`contrast-SET-JUDGE-HEX.json`, `.jsonl`:    a contrastive set: the summary, and a record per pair

HEX begins the judge's identity, in the second name that of judge and set. The records are written first, and the
summary has their hash: a summary that is there belongs to its records. Judging again with the same judge replaces both,
also where the set's file has another name now.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from mt_eval.disk import check_writable, make_component, write_whole
from mt_eval.errors import RunError
from mt_eval.likelihoods import Contrast, Given, GivenRecord, GivenScore, Judge, JudgedPair, Likelihood
from mt_eval.runs.paths import RunPaths
from mt_eval.stored import LARGEST_FILE, DamagedError, make_decoder, read_content, read_record

SCHEMA_VERSION = 1
"""Raised whenever a reader of the previous version could misread what is written."""

_MOST = 2**53
"""Tokens; a larger number is no count, and cannot be divided by."""

T = TypeVar("T", Given, Contrast)
R = TypeVar("R", GivenRecord, JudgedPair)


def hash_segments(folder: Path) -> str:
    """SHA-256 of the segments of the run in `folder`: judgements are of these very texts.

    Raises:
        RunError: They cannot be read.
    """
    path = RunPaths(folder).segments
    try:
        return hashlib.sha256(read_content(path, LARGEST_FILE)).hexdigest()
    except DamagedError as error:
        raise RunError(f"{path}: the run directory is damaged ({error}); run the evaluation again") from error


def check_place(folder: Path) -> None:
    """Make `folder` if it is not there, and check that it can be written before anything is judged.

    Raises:
        RunError: It cannot.
    """
    try:
        check_writable(folder)
    except OSError as error:
        raise _unwritable(folder, error) from error


def write_given(folder: Path, given: Given, records: Sequence[GivenRecord]) -> Path:
    """The summary of what a judge said of the texts of the run in `folder`, written beside its records.

    The hash of the records is filled in here.

    Raises:
        RunError: They cannot be written.
    """
    return _write(folder, name_given(given.judge), asdict(given), map(asdict, records))


def write_contrast(folder: Path, contrast: Contrast, records: Sequence[JudgedPair]) -> Path:
    """The same of a contrastive set.

    Raises:
        RunError: They cannot be written.
    """
    name = name_contrast(contrast.judge, contrast.name, contrast.sha256)
    path = _write(folder, name, asdict(contrast), map(asdict, records))
    for other in folder.glob(f"contrast-*-{name.rpartition('-')[2]}.json"):
        if other.stem != name:
            for file in (other, other.with_suffix(".jsonl")):
                with suppress(OSError):
                    file.unlink()
    return path


def read_given(folder: Path) -> tuple[Given, ...]:
    """What judges said of the texts of the run in `folder`, one entry per judge by name; none of other segments than
    the run has now.

    Raises:
        RunError: A file is damaged, or was written by a newer mt-eval.
    """
    paths = sorted(folder.glob("given-*.json"))
    segments = hash_segments(folder) if paths else ""
    return tuple(each for each in (_read_summary(path, Given) for path in paths) if each.segments == segments)


def read_contrasts(folder: Path) -> tuple[Contrast, ...]:
    """Which contrastive sets were judged for the run in `folder`, by the names of their files.

    Raises:
        RunError: A file is damaged, or was written by a newer mt-eval.
    """
    return tuple(_read_summary(path, Contrast) for path in sorted(folder.glob("contrast-*.json")))


def read_given_records(folder: Path, given: Given) -> tuple[GivenRecord, ...]:
    """The record of every segment that a judge has judged, in the order of the run.

    Raises:
        RunError: They are damaged, or not those of the summary.
    """
    return _read_records(folder / f"{name_given(given.judge)}.jsonl", given.records, GivenRecord)


def read_contrast_records(folder: Path, contrast: Contrast) -> tuple[JudgedPair, ...]:
    """The record of every pair of a contrastive set, in its order.

    Raises:
        RunError: They are damaged, or not those of the summary.
    """
    name = name_contrast(contrast.judge, contrast.name, contrast.sha256)
    return _read_records(folder / f"{name}.jsonl", contrast.records, JudgedPair)


def name_given(judge: Judge) -> str:
    """What the files of a judge are called, without the ending."""
    return make_component(f"given-{judge.label}-{judge.identity[:8]}")


def name_contrast(judge: Judge, name: str, sha256: str) -> str:
    """What the files of a judge and a contrastive set are called, without the ending."""
    both = hashlib.sha256(f"{judge.identity} {sha256}".encode()).hexdigest()
    return make_component(f"contrast-{name}-{judge.label}-{both[:8]}")


def encode_records(records: Iterable[object]) -> str:
    """Plain objects as JSON Lines."""
    return "".join(json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n" for record in records)


def _write(folder: Path, name: str, summary: dict[str, object], records: Iterable[object]) -> Path:
    lines, path = encode_records(records), folder / f"{name}.json"
    summary["records"] = hashlib.sha256(lines.encode()).hexdigest()
    try:
        write_whole(folder / f"{name}.jsonl", lines)
        write_whole(path, json.dumps(summary, ensure_ascii=False, indent=2, allow_nan=False) + "\n")
    except OSError as error:
        raise _unwritable(path, error) from error
    return path


def _unwritable(path: Path, error: OSError) -> RunError:
    reason = os.strerror(error.errno or 0).lower()
    return RunError(f"{path}: cannot be written ({reason}); mend that and give the same command again")


def _read_summary(path: Path, kind: type[T]) -> T:
    try:
        found = read_record(path, kind)
        if isinstance(found, Given):
            for score in found.scores:
                _check_score(score)
    except DamagedError as error:
        raise _describe_damage(path, error) from error
    if found.schema_version > SCHEMA_VERSION:
        raise RunError(
            f"{path}: schema_version is {found.schema_version}, this mt-eval reads up to {SCHEMA_VERSION}; use the "
            "version of mt-eval that wrote it or delete it"
        )
    return found


def _read_records(path: Path, sha256: str, kind: type[R]) -> tuple[R, ...]:
    decode = make_decoder(kind)
    try:
        content = read_content(path, LARGEST_FILE)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise DamagedError("its content is not what the summary beside it is of")
        records = tuple(decode(line) for line in content.splitlines())
        for record in records:
            both = record.texts.values() if isinstance(record, GivenRecord) else (record.correct, record.wrong)
            for each in both:
                _check_likelihood(each)
        return records
    except DamagedError as error:
        raise _describe_damage(path, error) from error


def _check_score(score: GivenScore) -> None:
    counts = (score.segments, score.tokens, score.unknown, score.characters)
    if min(counts) < 0 or max(counts) > _MOST or score.unknown > score.tokens:
        raise DamagedError(f"the counts of {score.text!r} cannot be")
    if (score.low is None) != (score.high is None):
        raise DamagedError(f"the interval of {score.text!r} has one end")


def _check_likelihood(each: Likelihood) -> None:
    if each.log_probability is not None and not (1 <= each.tokens <= _MOST and 0 <= each.unknown <= each.tokens):
        raise DamagedError(f"a log-probability of {each.log_probability} is of {each.tokens} tokens")


def _describe_damage(path: Path, error: DamagedError) -> RunError:
    both = f"{path.stem}.json and {path.stem}.jsonl"
    return RunError(f"{path}: is damaged ({error}); delete {both} there, and give `mt-eval score-given` again")
