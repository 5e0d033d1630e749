"""What comparing needs of a run directory, read fast: no translation becomes an object before somebody looks at it.

Runs on the same data repeat its texts, ids and spans in every `segments.jsonl`. A line of a second run that begins and
ends with the same bytes as that of the first need not be parsed again: up to the translation and from the source spans
on it holds the same values. Where a line differs, or is laid out in another way, it is parsed like any JSON.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from msgspec import Struct

from mt_eval.metrics.key import MetricKey
from mt_eval.runs.paths import RunPaths
from mt_eval.runs.read import Span, check_articles, explain_damage, read_config, read_head, read_scores
from mt_eval.spool import Collector, keep_places
from mt_eval.stored import LARGEST_FILE, DamagedError, iterate_lines, make_decoder
from mt_eval.types import Kind, Level, RunHead, Score

_HEAD_ENDS = b', "translation": '
_TAIL_BEGINS = b', "source_segments": '
_FLAGS_BEGIN = b', "flags": '
_FLAGS_END = b', "scores": '
"""None of them can stand inside a JSON string, where a quotation mark has a backslash before it."""


Spans = tuple[tuple[int, int], ...]
"""Half-open spans of characters in a cleaned article."""


@dataclass(frozen=True, slots=True)
class Segments:
    """N segment pairs as columns, in the order of the data. Runs on the same data share one object.

    Where there are many, the texts are read from disk as they are asked for.
    """

    ids: Sequence[str]
    articles: tuple[str, ...]
    """Article pair ids."""
    kinds: tuple[Kind, ...]
    sources: Sequence[str]
    references: Sequence[str]
    spans: Sequence[tuple[Spans, Spans]]
    """The source and the reference segments each pair is made of."""
    aligned: Sequence[int]
    """The places of the pairs that have both sides: the rows of the statistics at level segment."""
    translated: Sequence[int]
    """The places of the pairs that have a source, whether a reference or not."""
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)
    """Article pair id to the ids of its articles, those of sources first."""
    heads: Sequence[bytes] = field(default=(), repr=False, compare=False)
    """Each line up to the translation; empty where lines are not laid out as mt-eval writes them."""
    tails: Sequence[bytes] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One entry of `scores.json`."""

    score: Score

    @property
    def key(self) -> MetricKey:
        return MetricKey.of_score(self.score.metric, self.score.signature)

    @property
    def metric(self) -> str:
        """The key as it is typed."""
        return str(self.key)

    @property
    def level(self) -> Level:
        return self.score.level

    @property
    def value(self) -> float | None:
        return self.score.value

    @property
    def signature(self) -> str:
        return self.score.signature

    @property
    def scored_articles(self) -> tuple[str, ...]:
        """Article pair ids that have a score of their own, in the order of the data."""
        return tuple(name for name, value in self.score.per_article.items() if value is not None)


@dataclass(frozen=True, slots=True)
class RunColumns:
    """A run as a comparison sees it."""

    folder: Path
    head: RunHead
    config: Mapping[str, Any]
    scores: tuple[ScoreLine, ...]
    segments: Segments
    flags: tuple[tuple[str, ...], ...]
    """Names of the flags of each pair's translation."""
    offsets: Sequence[int] = field(repr=False)
    """Where each line of `segments.jsonl` begins, in bytes."""


def read_columns(folder: Path, like: RunColumns | None = None) -> RunColumns:
    """The run in `folder`, its texts shared with those of `like` if they are the same.

    Raises:
        RunError: As `read_head`.
    """
    head, config, scores = read_head(folder), read_config(folder), read_scores(folder)
    path = RunPaths(folder).segments
    with explain_damage(path):
        segments, flags, offsets = _read_segments(path, like.segments if like else None)
    check_articles(folder, scores, frozenset(segments.articles))
    return RunColumns(
        folder=folder,
        head=head,
        config=config,
        scores=tuple(map(ScoreLine, scores)),
        segments=segments,
        flags=flags,
        offsets=offsets,
    )


def read_translations(run: RunColumns, places: Sequence[int]) -> list[str]:
    """The translations of the segment pairs at these places; empty where there is nothing to translate."""
    return [record.translation or "" for record in _read_results(run, places)]


def read_segment_scores(run: RunColumns, metric: str, places: Sequence[int]) -> list[float | None]:
    """The scores that `metric` gave the segment pairs at these places; None where it gave none."""
    return [record.scores.get(metric) for record in _read_results(run, places)]


class _Flagged(Struct, frozen=True):
    name: str


class _Line(Struct, frozen=True):
    """What is read of a line whose texts are not known yet."""

    id: str
    article_pair_id: str
    kind: Kind
    source: str
    reference: str
    flags: tuple[_Flagged, ...] = ()
    source_segments: tuple[Span, ...] = ()
    reference_segments: tuple[Span, ...] = ()


class _Result(Struct, frozen=True):
    """What is read of a line whose translation or score is wanted."""

    translation: str | None = None
    scores: dict[str, float | None] = {}


_decode_line = make_decoder(_Line)
_decode_result = make_decoder(_Result)
_decode_flags = make_decoder(tuple[_Flagged, ...])


def _read_results(run: RunColumns, places: Sequence[int]) -> Iterator[_Result]:
    path = RunPaths(run.folder).segments
    with explain_damage(path):
        try:
            with path.open("rb") as file:
                for place in places:
                    file.seek(run.offsets[place])
                    yield _decode_result(file.readline())
        except OSError as error:
            raise DamagedError(f"it cannot be read: {error.strerror}") from error


_Read = tuple[Segments, tuple[tuple[str, ...], ...], Sequence[int]]
"""Segments, the flags of their translations, and where their lines begin."""


def _read_segments(path: Path, like: Segments | None) -> _Read:
    return (None if like is None else _read_alike(path, like)) or _read_anew(path)


def _read_alike(path: Path, like: Segments) -> _Read | None:
    """What a run on the same data has beside it; None where the data is another, or laid out in another way."""
    flags, offsets, position = _FlagNames(), array("Q"), 0
    known = zip(like.heads, like.tails, strict=True)
    for line in iterate_lines(path, LARGEST_FILE):
        head, tail = next(known, (None, b""))
        if head is None or not (line.startswith(head + _HEAD_ENDS) and line.endswith(tail)):
            return None
        flags.add(_find_flags(line))
        offsets.append(position)
        position += len(line)
    return (like, flags.close(), offsets) if next(known, None) is None else None


def _read_anew(path: Path) -> _Read:
    texts = ids, sources, references = [Collector[str](str) for _ in range(3)]
    spans = Collector[tuple[Spans, Spans]](tuple[Spans, Spans])
    heads, tails = Collector[bytes](bytes), Collector[bytes](bytes)
    aligned, translated, offsets, position = array("Q"), array("Q"), array("Q"), 0
    articles: list[str] = []
    kinds: list[Kind] = []
    members: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    flags = _FlagNames()
    whole = True
    for place, line in enumerate(iterate_lines(path, LARGEST_FILE)):
        record = _decode_line(line)
        for column, text in zip(texts, (record.id, record.source, record.reference), strict=True):
            column.add(text)
        articles.append(sys.intern(record.article_pair_id))
        kinds.append(record.kind)
        spans.add((_cut(record.source_segments), _cut(record.reference_segments)))
        flags.add(_name_flags(record.flags))
        if record.kind is Kind.ALIGNED:
            aligned.append(place)
        if record.kind is not Kind.REFERENCE_ONLY:
            translated.append(place)
        sides = members.setdefault(articles[-1], ({}, {}))
        for side, made_of in zip(sides, (record.source_segments, record.reference_segments), strict=True):
            side.update((span[1], None) for span in made_of)
        head, tail = line.find(_HEAD_ENDS), line.rfind(_TAIL_BEGINS)
        whole = whole and head > 0 and tail > 0
        if whole:
            heads.add(line[:head])
            tails.add(line[tail:])
        offsets.append(position)
        position += len(line)
    segments = Segments(
        ids=ids.close(),
        articles=tuple(articles),
        kinds=tuple(kinds),
        sources=sources.close(),
        references=references.close(),
        spans=spans.close(),
        aligned=keep_places(aligned),
        translated=keep_places(translated),
        members={name: (*ours, *theirs) for name, (ours, theirs) in members.items()},
        heads=heads.close() if whole else (),
        tails=tails.close() if whole else (),
    )
    return segments, flags.close(), offsets


class _FlagNames:
    """The names of flags, segment by segment: few different ones, each of which is kept once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._names: list[tuple[str, ...]] = []

    def add(self, names: tuple[str, ...]) -> None:
        self._names.append(self._known.setdefault(names, names))

    def close(self) -> tuple[tuple[str, ...], ...]:
        return tuple(self._names)


def _cut(spans: Sequence[Span]) -> Spans:
    return tuple((start, end) for _, _, start, end in spans)


def _find_flags(line: bytes) -> tuple[str, ...]:
    """The flags of a line of the usual layout, without parsing the rest of it."""
    begins, ends = line.find(_FLAGS_BEGIN), line.rfind(_FLAGS_END)
    if not 0 < begins < ends:
        return _name_flags(_decode_line(line).flags)
    written = line[begins + len(_FLAGS_BEGIN) : ends]
    return () if written == b"[]" else _name_flags(_decode_flags(written))


def _name_flags(flags: Sequence[_Flagged]) -> tuple[str, ...]:
    return tuple(flag.name for flag in flags)
