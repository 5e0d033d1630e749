"""Sequences that may be longer than memory: short ones are tuples, long ones are kept in a temporary file.

Runs of a million segments are read, scored and written in their order, several times. A **spool** keeps such a sequence
in blocks of a file that has no name and goes with the process; in memory are where the blocks begin, and the one that
was read last. So reading in order is fast, and reading at a place costs a block. Whoever needs few fields of each item
says so (`skim`): to make objects of all the others takes most of the time.
"""

from __future__ import annotations

import math
import os
import weakref
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import is_dataclass
from functools import cache
from itertools import chain, islice
from types import UnionType
from typing import IO, Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints, overload

import msgspec

from mt_eval.disk import open_unnamed
from mt_eval.errors import RunError

T = TypeVar("T")

FEW = 2**14
"""A sequence of no more is a tuple."""
_BLOCK = 2**8


class Collector(Generic[T]):
    """What a sequence is made with, one item after the other."""

    def __init__(self, kind: Any) -> None:
        """Nothing collected yet.

        Args:
            kind: The type of the items: a frozen dataclass, plain data, or tuples of these.
        """
        self._kind = kind
        self._recent: list[T] = []
        self._spool: Spool[T] | None = None

    def add(self, item: T) -> None:
        """Put one more behind the others.

        Raises:
            RunError: The temporary file cannot be written.
        """
        self._recent.append(item)
        if len(self._recent) > (FEW if self._spool is None else _BLOCK):
            self._flush(_BLOCK)

    def extend(self, items: Iterable[T]) -> None:
        waiting = iter(items)
        while block := list(islice(waiting, _BLOCK)):
            self._recent += block
            if len(self._recent) > (FEW if self._spool is None else _BLOCK):
                self._flush(_BLOCK)

    def close(self) -> Sequence[T]:
        """All that was collected. Nothing is added afterwards."""
        if self._spool is None:
            return tuple(self._recent)
        self._flush(1)
        return self._spool

    def _flush(self, least: int) -> None:
        """Write out whole blocks; the last one may be shorter."""
        if self._spool is None:
            self._spool = Spool(self._kind)
        whole = len(self._recent) if least == 1 else len(self._recent) // _BLOCK * _BLOCK
        for start in range(0, whole, _BLOCK):
            self._spool._append(self._recent[start : start + _BLOCK])
        del self._recent[:whole]


def collect(items: Iterable[T], kind: Any) -> Sequence[T]:
    """The items as a sequence: a tuple, or of more than `FEW` a spool.

    Args:
        kind: As `Collector` takes it.

    Raises:
        RunError: The temporary file cannot be written.
    """
    collector: Collector[T] = Collector(kind)
    collector.extend(items)
    return collector.close()


def skim(items: Sequence[T], *fields: str) -> Sequence[T]:
    """The items, of which no other fields than these may be asked for; a spool reads them several times as fast.

    Args:
        fields: Names of fields, and below a dot those of the dataclasses in a field: `kind`, `source.text`. Properties
            work that need no others.
    """
    return items.skim(fields) if isinstance(items, Spool) else items


class Lasting(Sequence[T]):
    """What long sequences have in common: they are equal to any sequence of equal items, and slices are sequences."""

    def _read(self, place: int) -> T:
        raise NotImplementedError

    def _collect(self, items: Iterable[T]) -> Sequence[T]:
        raise NotImplementedError

    @overload
    def __getitem__(self, place: int) -> T: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...

    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        if isinstance(place, slice):
            places = range(*place.indices(len(self)))
            return self if len(places) == len(self) and places.step == 1 else self._collect(map(self._read, places))
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        return self._read(place % len(self))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or len(self) != len(other):
            return False
        return all(one == another for one, another in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (list(self),)


class _Blocks(Lasting[T]):
    """N items in blocks of a file."""

    def __init__(self, kind: Any, decode: Callable[[bytes], list[T]], file: IO[bytes], borders: array[int], size: int):
        self._kind = kind
        self._decode = decode
        self._file = file
        self._borders = borders
        self._size = size
        self._last: tuple[int, list[T]] = (-1, [])

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[T]:
        return chain.from_iterable(map(self._load, range(len(self._borders) - 1)))

    def _load(self, number: int) -> list[T]:
        if self._last[0] == number:
            return self._last[1]
        start, end = self._borders[number], self._borders[number + 1]
        block = self._decode(os.pread(self._file.fileno(), end - start, start))
        self._last = (number, block)
        return block

    def _read(self, place: int) -> T:
        number, index = divmod(place, _BLOCK)
        return self._load(number)[index]

    def _collect(self, items: Iterable[T]) -> Sequence[T]:
        return collect(items, self._kind)


class Spool(_Blocks[T]):
    """N items in a temporary file, which goes with them."""

    def __init__(self, kind: Any) -> None:
        super().__init__(kind, _find_decoder(kind), open_unnamed(), array("Q", [0]), 0)
        weakref.finalize(self, self._file.close)

    def skim(self, fields: Sequence[str]) -> Sequence[T]:
        """The items with these fields; see the function `skim`."""
        return _Skimmed(self, fields)

    def _append(self, block: Sequence[T]) -> None:
        content = _encode(block)
        try:
            self._file.write(content)
            self._file.flush()
        except OSError as error:
            reason = os.strerror(error.errno).lower() if error.errno else str(error)
            raise RunError(
                f"the segments of a large run could not be set aside ({reason}); make room in the folder for temporary "
                "files, or name another one with TMPDIR=DIR in front of the command"
            ) from error
        self._borders.append(self._borders[-1] + len(content))
        self._size += len(block)


class _Skimmed(_Blocks[T]):
    """The items of a spool with some of their fields."""

    def __init__(self, spool: Spool[T], fields: Sequence[str]) -> None:
        kind = _narrow(spool._kind, tuple(fields))
        super().__init__(kind, _find_decoder(kind), spool._file, spool._borders, len(spool))
        self._spool = spool  # without it the file would go


_encode = msgspec.msgpack.Encoder().encode


@cache
def _find_decoder(kind: Any) -> Callable[[bytes], list[Any]]:
    return msgspec.msgpack.Decoder(list[kind]).decode


@cache
def _narrow(kind: Any, fields: tuple[str, ...]) -> Any:
    """A type like `kind` in which every dataclass has only these fields, and its properties."""
    if isinstance(kind, type) and is_dataclass(kind):
        below: dict[str, list[str]] = {}
        for name in fields:
            own, _, rest = name.partition(".")
            below.setdefault(own, []).extend([rest] if rest else [])
        types = get_type_hints(kind)
        properties = {name: each for name, each in vars(kind).items() if isinstance(each, property)}
        narrowed = [(name, _narrow(types[name], tuple(rest)) if rest else types[name]) for name, rest in below.items()]
        # Without references to themselves they are nothing that the garbage collector must look at.
        return msgspec.defstruct(kind.__name__, narrowed, namespace=properties, frozen=True, gc=False)
    if get_origin(kind) in (tuple, Union, UnionType):
        parts = tuple(each if each in (..., type(None)) else _narrow(each, fields) for each in get_args(kind))
        whole: Any = tuple if get_origin(kind) is tuple else Union
        return whole[parts]
    return kind


class Numbers(Lasting["float | None"]):
    """N numbers or None as 8 bytes each."""

    def __init__(self, numbers: array[float]) -> None:
        """None where it is no number."""
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __iter__(self) -> Iterator[float | None]:
        return (None if math.isnan(number) else number for number in self._numbers)

    def _read(self, place: int) -> float | None:
        number = self._numbers[place]
        return None if math.isnan(number) else number

    def _collect(self, items: Iterable[float | None]) -> Sequence[float | None]:
        return collect_numbers(items)


def keep_places(places: array[int]) -> Sequence[int]:
    """Whole numbers of at least 0 as a sequence: a tuple, or of more than `FEW` 8 bytes for each."""
    return tuple(places) if len(places) <= FEW else places


def collect_numbers(numbers: Iterable[float | None]) -> Sequence[float | None]:
    """The numbers as a sequence: a tuple, or of more than `FEW` 8 bytes for each."""
    return keep_numbers(array("d", (math.nan if number is None else number for number in numbers)))


def keep_numbers(numbers: array[float]) -> Sequence[float | None]:
    """The numbers as `collect_numbers` gives them; None where they are no number."""
    return tuple(Numbers(numbers)) if len(numbers) <= FEW else Numbers(numbers)
