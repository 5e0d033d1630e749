"""Systems that are no model: translations from a file, and the source as its own translation."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from mt_eval import bundled
from mt_eval.config import HypothesesModel
from mt_eval.errors import DataError
from mt_eval.files import hash_file, read_lines
from mt_eval.languages.letters import is_blank
from mt_eval.translate.system import System, Translated
from mt_eval.types import SegmentPair, Translation

LONGEST_LABEL = 60
"""Characters of a label, so that the name of a run directory stays one that file systems take."""


def locate_hypotheses(model: HypothesesModel) -> System:
    """The file of translations, identified by its contents.

    Raises:
        DataError: There is no such file.
    """
    path = bundled.resolve(model.path)
    digest = hash_file(path)
    label = re.sub(r"[^\w.-]+", "-", path.stem).strip("-.")[:LONGEST_LABEL] or "hypotheses"
    facts = {"kind": "hypotheses", "name": model.path, "files": {path.name: digest}, "legs": []}
    return System(digest, label, facts)


def read_hypotheses(model: HypothesesModel, pairs: Sequence[SegmentPair], total_pairs: int) -> Translated:
    """The file's lines as translations of the pairs.

    Line i belongs to the i-th of the data's `total_pairs` segment pairs, of which `pairs` are the first N. A pair
    without a source has a line too, which is not used. Lines end at `\\n` (or `\\r\\n`) and nowhere else; a last line
    without an end counts. An empty line is an empty translation; text beside an empty source is warned about.

    Raises:
        DataError: The file is missing, not UTF-8, holds control characters, or has not `total_pairs` lines.
    """
    path = bundled.resolve(model.path)
    lines = read_lines(path, allow_empty=True)
    if len(lines) != total_pairs:
        raise DataError(
            f"{path} has {len(lines)} lines, but the data has {total_pairs} segment pairs; expected one line per "
            "segment pair in the data's order, an empty one where there is nothing to translate"
        )
    translations = tuple(
        Translation(pair.id, line) if pair.source else None
        for pair, line in zip(pairs, lines[: len(pairs)], strict=True)
    )
    unused = sum(not is_blank(line) and not pair.source for pair, line in zip(pairs, lines, strict=False))
    warnings = (f"{path}: {unused} lines stand beside an empty source and are not used",) if unused else ()
    return Translated(translations, {"lines": len(lines)}, warnings)


def copy_sources(pairs: Sequence[SegmentPair]) -> Translated:
    """Every pair's source text as its translation."""
    return Translated(tuple(Translation(pair.id, pair.source_text) if pair.source else None for pair in pairs), {})


def locate_copy() -> System:
    return System(hashlib.sha256(b"mt-eval copy").hexdigest(), "copy", {"kind": "copy", "name": "copy", "legs": []})
