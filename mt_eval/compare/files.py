"""Plain text files -> `Evidence`: systems that no run was made of, line beside line of one reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from mt_eval.compare.evidence import Evidence, Table
from mt_eval.compare.labels import shorten
from mt_eval.errors import DataError
from mt_eval.files import read_lines
from mt_eval.languages.letters import describe_forms, is_blank
from mt_eval.metrics import DEFAULT_METRICS, METRICS, count_texts
from mt_eval.metrics.key import NO_PROFILE, MetricKey, sign_score
from mt_eval.metrics.metric import TextMetric
from mt_eval.types import Level


@dataclass(frozen=True, slots=True)
class Files:
    """M + 1 or more text files whose i-th lines belong together."""

    hypotheses: tuple[Path, ...]
    """One file of translations per system."""
    reference: Path
    source: Path | None = None
    docids: Path | None = None
    """One document id per line; without it all lines are of one article."""
    lang: str = ""
    """Language of reference and translations."""


def gather_files(files: Files, metrics: Sequence[str] = ()) -> Evidence:
    """What the files say at level segment. A line without a reference, or beside an empty source, is not counted.

    Raises:
        DataError: A file cannot be read, has another number of lines than the reference, no line has a reference, or
            there is no such metric.
    """
    names = list(metrics) or list(DEFAULT_METRICS)
    if unknown := [name for name in names if name not in METRICS]:
        raise DataError(
            f"--metric {unknown[0]}: there is no such metric for plain files, expected one of {', '.join(METRICS)}"
        )
    references = [line.strip() for line in read_lines(files.reference)]
    systems = [_read_beside(path, files, len(references), allow_empty=True) for path in files.hypotheses]
    sources = _read_beside(files.source, files, len(references)) if files.source else None
    documents = _read_beside(files.docids, files, len(references)) if files.docids else None
    for number, name in enumerate(documents or (), start=1):
        if is_blank(name):
            raise DataError(
                f"{files.docids} line {number}: the document id is empty, expected one for each line; mend the file"
            )
    kept = [row for row, text in enumerate(references) if not (is_blank(text) or (sources and is_blank(sources[row])))]
    if not kept:
        raise DataError(
            f"{files.reference}: no line can be scored, expected text beside text; check that the files belong together"
        )

    # All systems at once, so that every reference is tokenised once.
    counted = count_texts(
        names, [system[row] for row in kept for system in systems], [references[row] for row in kept for _ in systems]
    )
    left_out = len(references) - len(kept)
    counted_references = [references[row] for row in kept]
    forms = {
        name: describe_forms([system[row] for row in kept], counted_references)
        for name, system in zip(_name_systems(files.hypotheses), systems, strict=True)
    }
    return Evidence(
        systems=tuple(_name_systems(files.hypotheses)),
        identities=(None,) * len(systems),
        level=Level.SEGMENT,
        tables=tuple(_make_table(METRICS[name], counted[name], len(systems)) for name in names),
        ids=tuple(str(row + 1) for row in kept),
        articles=tuple(documents[row] if documents else files.reference.name for row in kept),
        sources=tuple(sources[row] for row in kept) if sources else (),
        references=tuple(counted_references),
        shapes=(),
        flags=(),
        read_texts=lambda system, rows: [systems[system][kept[row]] for row in rows],
        languages=(None, files.lang),
        notes=(
            *([f"{left_out} of {len(references)} lines lack a side and are not counted"] if left_out else []),
            *(f"{name}: {said}" for name, said in forms.items() if said),
        ),
    )


def _make_table(metric: TextMetric, rows: npt.NDArray[np.int32], systems: int) -> Table:
    """The table of M systems, from `(N * M, K)` rows in which those of a line stand together."""
    signature = sign_score(metric.sign(), level=Level.SEGMENT, alignment="lines", profile=NO_PROFILE)
    parted = rows.reshape(-1, systems, rows.shape[1]).transpose(1, 0, 2)
    return Table(MetricKey(metric.name), metric, signature, np.ascontiguousarray(parted, dtype=np.int64))


def _read_beside(path: Path, files: Files, expected: int, *, allow_empty: bool = False) -> list[str]:
    lines = read_lines(path, allow_empty=allow_empty)
    if len(lines) != expected:
        raise DataError(
            f"{path} has {len(lines)} lines and {files.reference} has {expected}, expected as many in both; mend the "
            "files so that their i-th lines belong together"
        )
    return lines


def _name_systems(paths: Sequence[Path]) -> list[str]:
    names = shorten([path.name for path in paths])
    return names if len(set(names)) == len(names) else [str(path) for path in paths]
