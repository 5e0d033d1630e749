"""Systems that are no model: translations from a file, and the source as its own translation."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

from mt_eval import bundled
from mt_eval.config import HypothesesModel
from mt_eval.errors import DataError
from mt_eval.translate.nouns import System, Translated
from mt_eval.types import SegmentPair, Translation


def locate_hypotheses(model: HypothesesModel) -> System:
    """The file of translations, identified by its contents.

    Raises:
        DataError: There is no such file.
    """
    path = bundled.resolve(model.path)
    digest = hashlib.sha256(_read(path)).hexdigest()
    label = re.sub(r"[^\w.-]+", "-", path.stem).strip("-.") or "hypotheses"
    facts = {"kind": "hypotheses", "name": model.path, "files": {path.name: digest}, "legs": []}
    return System(digest, label, facts)


def read_hypotheses(model: HypothesesModel, pairs: Sequence[SegmentPair], total_pairs: int) -> Translated:
    """The file's lines as translations of the pairs.

    Line i belongs to the i-th of the data's `total_pairs` segment pairs, of which `pairs` are the first N. A pair
    without a source has a line too, which is not used. Lines end at `\\n` (or `\\r\\n`) and nowhere else; a last line
    without an end counts. An empty line is an empty translation.

    Raises:
        DataError: The file is missing, not UTF-8, holds a NUL, or its number of lines is not `total_pairs`.
    """
    path = bundled.resolve(model.path)
    lines = _decode(path, _read(path))
    if len(lines) != total_pairs:
        raise DataError(
            f"{path} has {len(lines)} lines, but the data has {total_pairs} segment pairs; expected one line per "
            "segment pair in the data's order, an empty one where there is nothing to translate"
        )
    translations = tuple(
        Translation(pair.id, line) if pair.source else None
        for pair, line in zip(pairs, lines[: len(pairs)], strict=True)
    )
    return Translated(translations, {"lines": len(lines)})


def copy_sources(pairs: Sequence[SegmentPair]) -> Translated:
    """Every pair's source text as its translation."""
    return Translated(tuple(Translation(pair.id, pair.source_text) if pair.source else None for pair in pairs), {})


def locate_copy() -> System:
    return System(hashlib.sha256(b"mt-eval copy").hexdigest(), "copy", {"kind": "copy", "name": "copy", "legs": []})


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise DataError(
            f"model.path={path}: there is no such file; expected a UTF-8 file, one translation a line"
        ) from error
    except IsADirectoryError as error:
        raise DataError(f"model.path={path} is a folder; expected a UTF-8 file, one translation a line") from error
    except OSError as error:
        raise DataError(f"model.path={path} cannot be read ({error.strerror}); mend its permissions") from error


def _decode(path: Path, data: bytes) -> list[str]:
    lines = data.split(b"\n")
    if lines[-1] == b"":
        del lines[-1]
    texts = []
    for number, line in enumerate(lines, start=1):
        try:
            text = line.removesuffix(b"\r").decode("utf-8")
        except UnicodeDecodeError as error:
            raise DataError(
                f"{path} line {number} is not UTF-8: byte {error.start + 1} of the line is 0x{line[error.start]:02x}; "
                "save the file as UTF-8"
            ) from error
        if "\0" in text:
            raise DataError(f"{path} line {number} holds a NUL character; expected text, one translation a line")
        if number == 1 and text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}"):
            raise DataError(f"{path} starts with a byte order mark; save the file as UTF-8 without one")
        texts.append(text)
    return texts
