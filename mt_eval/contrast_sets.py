"""Contrastive sets: JSON Lines, one pair of a correct and a wrong text a line, as `scripts/make_contrastive.py` makes
them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from pathlib import Path

from mt_eval.cells import find_format, read_objects
from mt_eval.errors import DataError
from mt_eval.files import check_characters, read_file
from mt_eval.languages.letters import is_blank
from mt_eval.likelihoods import ALL_KINDS, ContrastPair

_KEYS = tuple(field.name for field in fields(ContrastPair))
_NAMES = ("kind", "rule")
"""Keys that stand in tables; ids are as long as the data has them."""
_LONGEST_NAME = 200
"""Characters; a row of a table has to hold a kind."""


@dataclass(frozen=True, slots=True)
class ContrastSet:
    """Contrast pairs of one direction, in the order of their file."""

    name: str
    """The file's name without the ending."""
    sha256: str
    """Of its lines in UTF-8, each with its line feed: the same for a file that is packed, has CR LF or a byte order
    mark."""
    pairs: tuple[ContrastPair, ...]

    @property
    def direction(self) -> str:
        return f"{self.pairs[0].source_language}-{self.pairs[0].target_language}"


def read_contrast_set(path: Path) -> ContrastSet:
    """The contrastive set in a file.

    Raises:
        DataError: It cannot be read, is empty, or a line is no pair, names an id twice, is of another direction than
            the first, or has the same text twice.
    """
    # `/dev/stdin` and its like say nothing by their names.
    if find_format(path) not in ("", ".jsonl"):
        raise DataError(f"{path}: is no contrastive set by its name, expected JSON Lines, a name that ends in .jsonl")
    file = read_file(path)
    pairs: dict[str, ContrastPair] = {}
    for where, row in read_objects(path, file.text):
        values = {key: row.get(key) for key in _KEYS}
        for key, value in values.items():
            if not isinstance(value, str) or is_blank(value):
                raise DataError(
                    f"{where}: has no text for {key}, expected one for each of {', '.join(_KEYS)}; "
                    "`scripts/make_contrastive.py` writes such lines"
                )
            check_characters(value, where)
            if key in _NAMES:
                _check_name(key, value, where)
        pair = ContrastPair(**{key: str(value) for key, value in values.items()})
        first = next(iter(pairs.values()), pair)
        if pair.id in pairs:
            raise DataError(f"{where}: the id {pair.id} is there again, expected every id once; delete one")
        if (pair.source_language, pair.target_language) != (first.source_language, first.target_language):
            raise DataError(
                f"{where}: is from {pair.source_language} into {pair.target_language}, expected "
                f"{first.source_language} into {first.target_language} as in the first line; put it into another file"
            )
        if pair.correct == pair.wrong:
            raise DataError(f"{where}: correct and wrong are the same text, expected two; delete the line")
        pairs[pair.id] = pair
    if not pairs:
        raise DataError(f"{path}: holds no pair, expected one a line; `scripts/make_contrastive.py` makes a set")
    name = path.name.removesuffix(".gz").removesuffix(".jsonl")
    return ContrastSet(name, hashlib.sha256(file.text.encode()).hexdigest(), tuple(pairs.values()))


def _check_name(key: str, value: str, where: str) -> None:
    """Check what stands in tables."""
    if "\n" in value or len(value) > _LONGEST_NAME:
        raise DataError(
            f"{where}: {key} is a text of {len(value):,} characters, expected a name of one line and at most "
            f"{_LONGEST_NAME} characters; shorten it"
        )
    if key == "kind" and value == ALL_KINDS:
        raise DataError(f"{where}: the kind is called {ALL_KINDS!r}, as all of them together are; call it otherwise")
