"""Texts of other systems for the segments of a run: from other runs, or from files of translations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mt_eval.errors import ConfigError, DataError, RunError
from mt_eval.files import read_file
from mt_eval.runs.paths import RunPaths
from mt_eval.runs.read import read_run
from mt_eval.translate.hypotheses import read_hypotheses
from mt_eval.types import Run, SegmentPair

_DEVICES = ("/dev", "/proc")


@dataclass(frozen=True, slots=True)
class OtherTexts:
    """Where texts are, and what they are to be called."""

    path: Path
    """A run directory, or a file as `model=hypotheses` takes it."""
    name: str | None = None
    """None where their run or file tells."""


def name_texts(paths: Sequence[Path], labels: Mapping[str, str]) -> tuple[OtherTexts, ...]:
    """The texts at these paths with the names that some of them were given.

    Args:
        labels: One of the paths, as it may be written, to a name.

    Raises:
        ConfigError: A label is of another path.
    """
    known = {path.resolve() for path in paths}
    names = {Path(path).resolve(): name for path, name in labels.items()}
    for path, name in labels.items():
        if Path(path).resolve() not in known:
            raise ConfigError(f"--label {path}={name}: {path} is not behind --texts; name one that is")
    return tuple(OtherTexts(path, names.get(path.resolve())) for path in paths)


def read_others(
    others: Sequence[OtherTexts], pairs: Sequence[SegmentPair], total_pairs: int, taken: Collection[str]
) -> dict[str, tuple[str | None, ...]]:
    """Name to one text per segment pair, None where there is none, in the order of `others`.

    A run is called as `mt-eval compare` calls it, a file by its name without the ending. Where that is taken or two
    would be called alike, they have longer names: the run's id or the file's whole name, then the path as it was given.

    Args:
        total_pairs: How many segment pairs the data has, of which `pairs` are the first.
        taken: Names that no other texts may have.

    Raises:
        ConfigError: A path is there twice, or a name that was given is taken.
        DataError: A file cannot be read or does not fit the segments.
        RunError: A run cannot be read, or is of other segments.
    """
    for place, other in enumerate(others):
        if other.path.resolve() in {each.path.resolve() for each in others[:place]}:
            raise ConfigError(f"--texts {other.path}: is named twice, expected each run or file once; leave one out")
    read = [_read(other.path, pairs, total_pairs) for other in others]
    names = [(other.name,) if other.name is not None else found for other, (found, _) in zip(others, read, strict=True)]
    given = [other.name for other in others if other.name is not None]
    for name in given:
        if name in taken or given.count(name) > 1:
            raise ConfigError(
                f"--label: {name!r} is what other texts are called, expected a name of its own for each; give another"
            )
    chosen = _tell_apart(names, taken)
    return dict(zip(chosen, (texts for _, texts in read), strict=True))


def _read(path: Path, pairs: Sequence[SegmentPair], total_pairs: int) -> tuple[tuple[str, ...], tuple[str | None, ...]]:
    """What the texts may be called, the shortest name first, and the texts."""
    if RunPaths(path).exists():
        run = read_run(path)
        return (str(run.config.get("name") or run.head.label), run.id, str(path)), _match_run(run, path, pairs)
    if path.is_dir():
        raise RunError(f"{path}: is a folder and no run directory, expected a run or a file of translations; name one")
    translated = read_hypotheses(read_file(path, allow_empty=True), pairs, total_pairs)
    texts = tuple(None if each is None else each.text for each in translated.translations)
    if any(path.is_relative_to(each) for each in _DEVICES):  # a pipe: its name is a number
        return ("given", str(path)), texts
    return (Path(path.name.removesuffix(".gz")).stem, path.name, str(path)), texts


def _tell_apart(names: Sequence[Sequence[str]], taken: Collection[str]) -> list[str]:
    """The first name of each that no other one has."""
    places = [0] * len(names)
    while True:
        chosen = [each[place] for each, place in zip(names, places, strict=True)]
        counts = Counter(chosen)
        alike = [index for index, name in enumerate(chosen) if counts[name] > 1 or name in taken]
        longer = [index for index in alike if places[index] + 1 < len(names[index])]
        if not alike:
            return chosen
        if not longer:
            raise DataError(f"--texts: other texts are called {chosen[alike[0]]} already; name them with --label")
        for index in longer:
            places[index] += 1


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
