"""Texts of other systems for the segments of a run: from another run, or from a file of translations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from mt_eval.errors import DataError, RunError
from mt_eval.files import read_file
from mt_eval.runs.paths import RunPaths
from mt_eval.runs.read import read_run
from mt_eval.translate.hypotheses import read_hypotheses
from mt_eval.types import Run, SegmentPair


def read_texts(
    path: Path, pairs: Sequence[SegmentPair], total_pairs: int, taken: Collection[str]
) -> tuple[str, tuple[str | None, ...]]:
    """What the texts are called, and one text per segment pair; None where there is none.

    Args:
        path: A run directory, or a file as `model=hypotheses` takes it.
        total_pairs: How many segment pairs the data has, of which `pairs` are the first.
        taken: Names that other texts have.

    Raises:
        DataError: The file cannot be read or does not fit the segments.
        RunError: The run cannot be read, or is of other segments.
    """
    if RunPaths(path).exists():
        run = read_run(path)
        return _name_apart((run.head.label, run.id), taken, path), _match_run(run, path, pairs)
    if path.is_dir():
        raise RunError(f"{path}: is a folder and no run directory, expected a run or a file of translations; name one")
    translated = read_hypotheses(read_file(path, allow_empty=True), pairs, total_pairs)
    texts = tuple(None if each is None else each.text for each in translated.translations)
    return _name_apart((path.stem, path.name), taken, path), texts


def _match_run(run: Run, path: Path, pairs: Sequence[SegmentPair]) -> tuple[str | None, ...]:
    found = {pair.id: (pair, each) for pair, each in zip(run.pairs, run.translations, strict=True)}
    texts: list[str | None] = []
    for pair in pairs:
        other, translation = found.get(pair.id, (None, None))
        if other is not None and other.source_text != pair.source_text:
            raise RunError(
                f"{path}: its segment {pair.id} has another source, so that its outputs are not of these "
                "segments; name a run on the same data"
            )
        texts.append(None if translation is None else translation.text)
    if all(text is None for text in texts):
        raise RunError(f"{path}: has none of these segments; name a run on the same data")
    return tuple(texts)


def _name_apart(names: Sequence[str], taken: Collection[str], path: Path) -> str:
    for name in names:
        if name not in taken:
            return name
    raise DataError(f"--texts {path}: other texts are called {names[-1]} already; name each file and run once")
