"""What a run translates and scores: segment pairs of its data, made once for all runs that have the same."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from mt_eval import data
from mt_eval.config import PivotModel, RunConfig, to_plain
from mt_eval.errors import MtEvalError
from mt_eval.intake.fitness import refuse_unfit
from mt_eval.runs.identity import encode_pairs
from mt_eval.segment_pairs import UNALIGNED, clean_articles, describe_articles, pair_segments
from mt_eval.spool import skim
from mt_eval.text.clean import Change
from mt_eval.types import ArticleFacts, SegmentPair


@dataclass(slots=True)
class Stopwatch:
    """Seconds per stage."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Material:
    """Segment pairs and what is known of them, whatever translates them."""

    pairs: Sequence[SegmentPair]
    left_out: Sequence[SegmentPair]
    """The pairs behind `limit`."""
    articles: tuple[str, ...]
    """The ids of all article pairs that have a segment pair, in the order of the data."""
    pivot_references: tuple[str, ...]
    """Per segment pair the human version in the language of a pivot; empty where there is none."""
    alignment: str
    """How the pairs were made: `gold`, `auto`, `lines`, or several of these joined by `+`; `none` where no
    article has a reference."""
    cleaning: Mapping[str, tuple[Change, ...]]
    """Article id to what cleaning did."""
    facts: Mapping[str, ArticleFacts]
    """Article id to its title and paragraphs."""
    inputs: Mapping[str, str]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: Mapping[str, float]
    encoded: bytes | None = field(default=None, repr=False)
    """The pairs as identities take them, where many runs have them; made anew for each otherwise."""

    def encode_pairs(self) -> Iterable[bytes]:
        """The pairs as the identity of a run takes them."""
        return encode_pairs(self.pairs) if self.encoded is None else (self.encoded,)


def gather(config: RunConfig) -> Material:
    """Load, clean, segment and align the data.

    Raises:
        MtEvalError: Anything in the inputs that cannot be used.
    """
    watch = Stopwatch()
    with watch.stage("data"):
        corpus = data.load(config.data, config.source_lang, config.target_lang, _find_via(config))
    with watch.stage("clean"):
        cleaning = clean_articles(corpus, segmentation=config.clean.segmentation, furniture=config.clean.furniture)
    with watch.stage("align"):
        methods, pairs = pair_segments(corpus, cleaning, config.align.method)
        unfit = refuse_unfit(config.data, corpus, pairs)
    kept = pairs[: config.limit]
    return Material(
        pairs=kept,
        left_out=pairs[len(kept) :],
        articles=tuple(dict.fromkeys(pair.article_pair_id for pair in skim(pairs, "article_pair_id"))),
        pivot_references=tuple(line for pair in corpus.pairs for line in corpus.pivot.get(pair.id, ()))[: config.limit],
        # Scores rest on the articles that have a reference; how the others are cut is in the identity by their texts.
        alignment="+".join(dict.fromkeys(each for each in methods if each != UNALIGNED)) or UNALIGNED,
        cleaning=cleaning.changes,
        facts=describe_articles(corpus, cleaning, kept),
        inputs=corpus.inputs,
        notes=corpus.notes,
        warnings=(*corpus.warnings, *unfit),
        seconds=watch.seconds,
    )


class SharedMaterial:
    """The material of the jobs of one sweep: what several of them have is made once, and is the same for all."""

    def __init__(self, gather: Callable[[RunConfig], Material] = gather) -> None:
        self._gather = gather
        self._made: dict[str, Material] = {}
        self._failed: dict[str, MtEvalError] = {}

    def gather(self, config: RunConfig) -> Material:
        """As `gather`; of what was made before, no time is on record, and what failed is not tried again.

        Raises:
            MtEvalError: Anything in the inputs that cannot be used.
        """
        key = _describe(config)
        if key in self._failed:
            raise self._failed[key]
        made = self._made.get(key)
        if made is None:
            try:
                made = self._made[key] = self._gather(config)
            except MtEvalError as error:
                self._failed[key] = error
                raise
            return made
        if made.encoded is None:
            nothing = dict.fromkeys(made.seconds, 0.0)
            made = self._made[key] = replace(made, encoded=b"".join(encode_pairs(made.pairs)), seconds=nothing)
        return made


def _describe(config: RunConfig) -> str:
    """Everything of a configuration that its material depends on."""
    parts = [config.data, config.clean, config.segment, config.align]
    plain = [[type(part).__name__, to_plain(part)] for part in parts]
    return json.dumps([*plain, config.direction, _find_via(config), config.limit], sort_keys=True)


def _find_via(config: RunConfig) -> str | None:
    """The language of a pivot model."""
    return config.model.via if isinstance(config.model, PivotModel) else None
