"""What was translated before: `<runs_dir>/.store/<first 16 hex of the leg's identity>/`.

    info.json       the leg's model and settings, written once, replaced whole; its time is when the leg was last read
    preflight.json  what preflight said of the leg: a run that decodes nothing says the same
    <tag>.jsonl     batches, appended by one writer only, which holds a lock on it (see `mt_eval.disk`)

per-line contents of a `.jsonl`:

    {"key": SHA-256 of the source text in UTF-8, then the fields of a `Sentence`}     a record; `key` stands first
    {"batch": N, "sha256": the first 16 digits of that of their lines}                the N records above are a batch

A batch counts once its last line is there, what a killed writer left of one is ignored, and only if its records are as
they were written: what somebody changed is translated again. Batches of older versions have no `sha256` and are
believed. So any number of processes may write at once, also over a shared file system, and a run that goes on after a
kill decodes the very batches that an uninterrupted one would have decoded.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import math
import os
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Any

from mt_eval import __version__
from mt_eval.disk import append_whole, create_locked, is_regular, sync_folder, write_whole
from mt_eval.errors import RunError
from mt_eval.stored import DamagedError, make_decoder, read_record
from mt_eval.translate.system import Sentence

_RECORD = b'{"key": "'
"""How a record's line begins; the 64 hexadecimal digits of the key follow."""
_KEY = slice(len(_RECORD), len(_RECORD) + 64)
_BATCH = b'{"batch": '
_DIGITS = 16
_LONGEST_LINE = 2**25
"""Bytes; what a file without ends of lines would take of memory."""
SUFFIX = ".jsonl"

_FIELDS = tuple(field.name for field in fields(Sentence))
_OPTIONAL = ("refused", "model", "fingerprint", "hypotheses")
"""Fields that a record has only where there is something in them."""

INFO = "info.json"
PREFLIGHT = "preflight.json"


def hash_source(text: str) -> str:
    """The key of a source text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Stored:
    """What a store holds of the wanted texts."""

    sentences: Mapping[str, Sentence]
    """Source text to its translation."""
    warnings: tuple[str, ...]
    """One per damaged record or vanished file, naming file and line."""


def read_store(root: Path, identity: str, texts: Iterable[str], *, touch: bool = True) -> Stored:
    """The translations of `texts` that are in the store; each file is read at most once, whoever wrote it.

    Files are streamed and only wanted lines are parsed: memory grows with `texts`, not with the store. Where a text was
    translated more than once, the file whose name sorts first has it.

    Args:
        touch: Put down that the leg was used now.

    Raises:
        RunError: A file cannot be read.
    """
    folder = store_folder(root, identity)
    if not list_files(folder):
        return Stored({}, ())
    wanted = {hash_source(text).encode(): text for text in texts}
    sentences: dict[str, Sentence] = {}
    warnings: list[str] = []
    seen: set[Path] = set()
    vanished: list[Path] = []
    # Compacting moves records to a new file before it removes the old ones, so the files are listed until none is new.
    while wanted and (files := [path for path in list_files(folder) if path not in seen]):
        vanished = [path for path in files if wanted and not _read_file(path, wanted, sentences, warnings)]
        seen.update(files)
    if wanted:
        warnings += [f"{path} vanished while it was read; what it held is translated again" for path in vanished]
    if sentences and touch:
        with contextlib.suppress(OSError):  # a store that belongs to somebody else
            os.utime(folder / INFO, follow_symlinks=False)
    return Stored(sentences, tuple(warnings))


def store_folder(root: Path, identity: str) -> Path:
    """Where the translations of the leg with this identity are kept."""
    return root / identity[:16]


def list_files(folder: Path) -> list[Path]:
    """The files of one leg's translations, by name."""
    return sorted(path for path in folder.glob(f"*{SUFFIX}") if is_regular(path))


def iterate_records(path: Path, wanted: Container[bytes] | None, warnings: list[str]) -> Iterator[tuple[int, bytes]]:
    """Number and line of every record of `path` that is in a whole batch and, unless that is None, in `wanted`.

    A line that is neither a record nor the end of a batch, and the end of one that is not as it was written, are added
    to `warnings`, unless nothing whole comes after: a power cut may leave anything at the end of a file.

    Raises:
        OSError: The file is not there or cannot be read.
    """
    pending: list[tuple[int, bytes]] = []
    damaged: list[int] = []
    digest, count = hashlib.sha256(), 0
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), b""), start=1):
            if len(line) == _LONGEST_LINE:
                warnings.append(f"{path} line {number} has {_LONGEST_LINE:,} bytes or more; the rest is not read")
                return
            if line.startswith(_RECORD) and line.startswith(b'"', _KEY.stop):
                digest.update(line)
                count += 1
                if wanted is None or line[_KEY] in wanted:
                    pending.append((number, line))
            elif line.startswith(_BATCH) and line.endswith(b"}\n"):
                warnings += [_call_damaged(path, number) for number in damaged]
                if _is_as_written(line, count, digest.hexdigest()):
                    yield from pending
                else:
                    warnings.append(f"{path} line {number} ends a batch that was changed; it is translated again")
                pending.clear()
                damaged.clear()
                digest, count = hashlib.sha256(), 0
            else:
                damaged.append(number)


def find_key(line: bytes) -> bytes:
    """The key in a record's line, as hexadecimal digits."""
    return line[_KEY]


def close_batch(lines: Sequence[bytes]) -> bytes:
    """The line that follows the records of a batch."""
    digest = hashlib.sha256(b"".join(lines)).hexdigest()
    return _BATCH + f'{len(lines)}, "sha256": "{digest[:_DIGITS]}"}}\n'.encode()


def recall_preflight(root: Path, identity: str) -> tuple[str, ...]:
    """The warnings of the last preflight of this leg by this version of mt-eval; none where there was none."""
    try:
        found = read_record(store_folder(root, identity) / PREFLIGHT, _Preflight)
    except DamagedError:
        return ()
    return found.warnings if found.version == __version__ else ()


def remember_preflight(root: Path, identity: str, warnings: Sequence[str]) -> None:
    """Keep the warnings of a preflight that ended well.

    Raises:
        RunError: They cannot be written.
    """
    folder = store_folder(root, identity)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / PREFLIGHT, _to_json({"version": __version__, "warnings": list(warnings)}))
    except OSError as error:
        raise _unwritable(folder, error) from error


class StoreWriter:
    """Appends translations to a file of its own, made when the first ones come."""

    def __init__(self, root: Path, identity: str, info: Mapping[str, Any]) -> None:
        self._folder = store_folder(root, identity)
        self._info = {"identity": identity, **info}
        self._descriptor: int | None = None

    def __enter__(self) -> StoreWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def append(self, sentences: Mapping[str, Sentence]) -> None:
        """Add the translations of a batch; when this returns, they are on the disk.

        Raises:
            RunError: They cannot be written; earlier batches are kept, and nothing of this one is.
        """
        lines = [_format(text, sentence) for text, sentence in sentences.items()]
        try:
            if self._descriptor is None:
                self._descriptor = self._open()
            append_whole(self._descriptor, b"".join([*lines, close_batch(lines)]))
        except OSError as error:
            raise _unwritable(self._folder, error) from error

    def _open(self) -> int:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor, _ = create_locked(self._folder, SUFFIX)
        except FileNotFoundError:  # a prune found the folder empty in between
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor, _ = create_locked(self._folder, SUFFIX)
        try:
            if not (self._folder / INFO).exists():
                write_whole(self._folder / INFO, _to_json(self._info))
            sync_folder(self._folder)
            sync_folder(self._folder.parent)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor


def _to_json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _read_file(path: Path, wanted: dict[bytes, str], sentences: dict[str, Sentence], warnings: list[str]) -> bool:
    """Move what `path` holds of `wanted` to `sentences`; False if the file is not there any more."""
    try:
        for number, line in iterate_records(path, wanted, warnings):
            sentence = parse_record(line)
            if sentence is None:
                warnings.append(_call_damaged(path, number))
            elif (key := find_key(line)) in wanted:
                sentences[wanted.pop(key)] = sentence
            if not wanted:
                break
    except FileNotFoundError:
        return False
    except OSError as error:
        raise RunError(f"{path} cannot be read ({error.strerror}); mend its permissions or remove it") from error
    return True


def _call_damaged(path: Path, number: int) -> str:
    return f"{path} line {number} is damaged; it is skipped and translated again"


def _unwritable(folder: Path, error: OSError) -> RunError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        reason = "no space is left on the disk; free some and run the same command again"
    else:
        reason = f"{error.strerror}; choose another runs_dir or mend its permissions"
    return RunError(f"the translation store {folder} cannot be written: {reason} (finished batches are kept)")


def _format(text: str, sentence: Sentence) -> bytes:
    record = {"key": hash_source(text), **{name: getattr(sentence, name) for name in _FIELDS}}
    if sentence.score is not None and not math.isfinite(sentence.score):  # which JSON has no word for
        record["score"] = None
    record["hypotheses"] = tuple(asdict(each) for each in sentence.hypotheses)
    record = {key: value for key, value in record.items() if value not in (None, ()) or key not in _OPTIONAL}
    return (json.dumps(record, ensure_ascii=False) + "\n").encode("utf-8")


def parse_record(line: bytes) -> Sentence | None:
    """The translation in a record's line; None if it is not one."""
    try:
        return _decode_sentence(line)
    except DamagedError:
        return None


@dataclass(frozen=True, slots=True)
class _Preflight:
    version: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _End:
    batch: int
    sha256: str | None = None


_decode_end = make_decoder(_End)
_decode_sentence = make_decoder(Sentence)


def _is_as_written(line: bytes, count: int, digest: str) -> bool:
    """Whether the line that ends a batch fits the records that were read."""
    try:
        end = _decode_end(line)
    except DamagedError:
        return False
    return end.sha256 is None or (end.batch == count and end.sha256 == digest[:_DIGITS])
