"""What was translated before: `<runs_dir>/.store/<first 16 hex of the leg's identity>/`.

    info.json                    the leg's model and settings, written once, replaced whole
    <host>-<pid>-<random>.jsonl  translations, one record a line, appended by one writer only

Every record is one line written by one call, so any number of processes may write at once, also over a shared file
system: each appends to a file of its own. What a killed writer left unfinished is the last line of its file and is
ignored. A record's key is the SHA-256 of the source text in UTF-8.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import secrets
import socket
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from mt_eval.errors import RunError
from mt_eval.translate.nouns import Sentence


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


def read_store(root: Path, identity: str, texts: Iterable[str]) -> Stored:
    """The translations of `texts` that are in the store; each file is read once, whoever wrote it.

    The last line of a file may be half a record: a writer is at it, or was killed. Nothing is said about that.
    """
    wanted = {hash_source(text): text for text in texts}
    sentences: dict[str, Sentence] = {}
    warnings: list[str] = []
    for path in sorted(store_folder(root, identity).glob("*.jsonl")):
        try:
            lines = path.read_bytes().split(b"\n")
        except FileNotFoundError:
            warnings.append(f"{path} vanished while it was read; what it held is translated again")
            continue
        except OSError as error:
            raise RunError(f"{path} cannot be read ({error.strerror}); mend its permissions or remove it") from error
        del lines[-1]  # empty, or the beginning of a record
        for number, line in enumerate(lines, start=1):
            record = _parse(line)
            if record is None:
                if number < len(lines):
                    warnings.append(f"{path} line {number} is damaged; it is skipped and translated again")
                continue
            key, sentence = record
            if key in wanted:
                sentences.setdefault(wanted[key], sentence)
    return Stored(sentences, tuple(warnings))


def store_folder(root: Path, identity: str) -> Path:
    """Where the translations of the leg with this identity are kept."""
    return root / identity[:16]


class StoreWriter:
    """Appends translations to a file of its own, made when the first one comes."""

    def __init__(self, root: Path, identity: str, info: Mapping[str, Any]) -> None:
        self._folder = store_folder(root, identity)
        self._info = {"identity": identity, **info}
        self._path: Path | None = None
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
            RunError: They cannot be written; earlier batches are kept, and no half record of this one is.
        """
        try:
            if self._descriptor is None:
                self._descriptor = self._open()
            for text, sentence in sentences.items():
                self._write(self._descriptor, _format(text, sentence))
            os.fsync(self._descriptor)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                reason = "no space is left on the disk; free some and run the same command again"
            else:
                reason = f"{error.strerror}; choose another runs_dir or mend its permissions"
            raise RunError(
                f"the translation store {self._folder} cannot be written: {reason} (finished batches are kept)"
            ) from error

    def _open(self) -> int:
        self._folder.mkdir(parents=True, exist_ok=True)
        info = self._folder / "info.json"
        if not info.exists():
            temporary = info.with_name(f".info-{secrets.token_hex(4)}.tmp")
            try:
                temporary.write_text(json.dumps(self._info, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
                temporary.replace(info)
            finally:
                temporary.unlink(missing_ok=True)
        host = re.sub(r"[^\w.-]", "-", socket.gethostname())
        self._path = self._folder / f"{host}-{os.getpid()}-{secrets.token_hex(4)}.jsonl"
        return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o644)

    def _write(self, descriptor: int, line: bytes) -> None:
        """One line by one call; where the disk takes only a part of it, the rest follows or the part is undone."""
        start = os.fstat(descriptor).st_size
        try:
            written = os.write(descriptor, line)
            while written < len(line):
                written += os.write(descriptor, line[written:])
        except OSError:
            os.ftruncate(descriptor, start)
            raise


def _format(text: str, sentence: Sentence) -> bytes:
    record = {"key": hash_source(text), **asdict(sentence)}
    return (json.dumps(record, ensure_ascii=False) + "\n").encode("utf-8")


_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "tokens_in": (int,),
    "tokens_out": (int,),
    "truncated": (bool,),
    "source_cut": (bool,),
    "score": (float, int, type(None)),
}


def _parse(line: bytes) -> tuple[str, Sentence] | None:
    """The key and translation of a record; None if it is not one."""
    try:
        record = json.loads(line)
    except ValueError:
        return None
    if not isinstance(record, dict) or not isinstance(record.get("key"), str):
        return None
    if not all(name in record and isinstance(record[name], types) for name, types in _TYPES.items()):
        return None
    return record["key"], Sentence(**{name: record[name] for name in _TYPES})
