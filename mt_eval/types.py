"""The nouns of mt-eval, frozen. Standard library only; everyone may import this module.

An **article** is a text in one language. An **article pair** is two of them, the second being the human version of the
first; or one alone, which can be translated and not be scored. Both are cut into **segments** (sentences), which are
joined into **segment pairs**: the unit that is translated and scored. A **translation** is what a system made of a
segment pair's source. A **score** is one number over translations and references, with the signature that made it. A
**run** is all of this for one configuration; a **comparison** is what two runs say about their systems.

Spans are half-open: `text[start:end]`. Languages are two-letter ISO 639-1 codes (`vi`, `ar`). Percent-type metrics are
0-100. What cannot be scored is `None`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class Relation(StrEnum):
    """How the two articles of a pair relate."""

    TRANSLATION = "translation"
    """One is the human translation of the other, or both are of a third text: fit to score against."""
    COMPARABLE = "comparable"
    """The same story or people in another text: a score against it means nothing."""


class Kind(StrEnum):
    """Which sides a segment pair has."""

    ALIGNED = "aligned"
    SOURCE_ONLY = "source-only"
    REFERENCE_ONLY = "reference-only"


class Level(StrEnum):
    """What one unit of a corpus score is."""

    SEGMENT = "segment"
    ARTICLE = "article"
    """All segments of an article concatenated into one unit (d-BLEU, d-chrF)."""


@dataclass(frozen=True, slots=True)
class Article:
    id: str
    lang: str
    text: str
    title: str | None = None
    url: str | None = None
    date: str | None = None
    """ISO 8601, as precise as it is known: `2024-02-08`, `2019-12`."""
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class ArticlePair:
    id: str
    source: Article
    reference: Article | None
    """None of an article that has no human version, or none that is fit to score against."""
    relation: Relation = Relation.TRANSLATION
    """How the two relate, where there are two."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence: the span `[start, end)` of its cleaned article's text, and that text."""

    id: str
    article_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class SegmentPair:
    """Source segments beside the reference segments that say the same; either side may be empty, never both."""

    id: str
    article_pair_id: str
    source: tuple[Segment, ...]
    reference: tuple[Segment, ...]
    kind: Kind

    @property
    def source_text(self) -> str:
        """The source segments joined by a space; empty where the reference stands alone."""
        return " ".join(segment.text for segment in self.source)

    @property
    def reference_text(self) -> str:
        """The reference segments joined by a space; empty where the source stands alone."""
        return " ".join(segment.text for segment in self.reference)


@dataclass(frozen=True, slots=True)
class Translation:
    """What a system made of one segment pair's source: the translations of its segments joined by a space."""

    segment_pair_id: str
    text: str
    pivot_text: str | None = None
    tokens_in: int | None = None
    """Source tokens given to the model, special tokens included, summed over the segments."""
    tokens_out: int | None = None
    """Tokens generated, without padding, start and forced language tokens, summed over the segments."""
    truncated: bool = False
    """The output was stopped by the length limit, not by the model."""
    source_cut: bool = False
    """The source was longer than the model's positions, so only its beginning was translated."""
    score: float | None = None
    """The decoder's own score (length-normalised log-probability), summed over the segments."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One of several translations of a text that a model held for possible."""

    text: str
    score: float | None = None
    """The decoder's own (length-normalised log-probability)."""


@dataclass(frozen=True, slots=True)
class HypothesisList:
    """The best hypotheses for one text that was given to a model: a sentence, or a unit of several."""

    segments: tuple[str, ...]
    """Ids of the source segments that the text is, or is made of."""
    source: str
    """The text itself; in a pivot, what was given to the last leg."""
    hypotheses: tuple[Hypothesis, ...]
    """Best first; the first is in the translation."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that looks wrong with one segment's translation."""

    name: str
    """One of those that `mt_eval.diagnose.FLAGS` explains."""
    why: str
    """What was seen, in words: `200 is missing; 2023 is there`."""

    def __str__(self) -> str:
        return f"{self.name}: {self.why}"


@dataclass(frozen=True, slots=True)
class Score:
    metric: str
    """`chrF++`, `chrF`, `BLEU-intl`, `BLEU-13a`, `TER`; with `@vi-en` behind it, of the first leg of a pivot."""
    value: float | None
    signature: str
    """sacrebleu's own signature, extended by level, alignment and normalisation."""
    low: float | None
    """Lower end of the 95% interval."""
    high: float | None
    level: Level
    per_article: Mapping[str, float | None] = field(default_factory=dict)
    """Article pair id to the score of that article alone."""
    resampled: str | None = None
    """The unit the interval's resamples were drawn from: `article` or `segment`; None where there is no interval."""
    chance: float | None = None
    """The score of the same translations, each beside the reference of another segment."""
    copied: float | None = None
    """The score of the sources themselves, as if they were the translations."""
    reason: str | None = None
    """Why there is no value; None where there is one."""


@dataclass(frozen=True, slots=True)
class SystemFacts:
    """What a run evaluated."""

    label: str = ""
    identity: str = ""
    """SHA-256 over everything that can change a translation."""
    kind: str = ""
    name: str = ""
    via: str | None = None
    """The language between two legs."""
    files: Mapping[str, str] | None = None
    """Files of translations to their SHA-256, where no model made them here."""
    missing: tuple[str, ...] = ()
    """Article pairs without a file of their own, where there should be one for each; they count as empty."""
    legs: tuple[Mapping[str, Any], ...] = ()
    """Per leg: name, revision asked for and used, SHA-256 of every file, settings, engine and numeric type."""


@dataclass(frozen=True, slots=True)
class LegWork:
    """What one leg of a system did; from `device` on None where all was found in the translation store."""

    name: str = ""
    identity: str = ""
    generation: Mapping[str, Any] = field(default_factory=dict)
    """Every generation setting in effect."""
    segments_from_store: int = 0
    segments_decoded: int = 0
    """Distinct texts: sentences, or units of several."""
    units_divided: int = 0
    """Units of several sentences that did not fit into the model's positions."""
    preflight_seconds: float | None = None
    device: str | None = None
    device_name: str | None = None
    dtype: str | None = None
    threads: int | None = None
    workers: int | None = None
    batch_tokens: int | None = None
    ctranslate2: str | None = None
    """Version."""
    batches: int | None = None
    load_seconds: float | None = None
    decode_seconds: float | None = None
    peak_memory_mb: float | None = None
    decoded_tokens_in: int | None = None
    decoded_tokens_out: int | None = None
    cost: float | None = None
    """What a server was paid, or may have been paid at most, in the currency of its prices."""
    retries: int | None = None
    """Requests to a server that were made again."""
    answered_by: tuple[str, ...] | None = None
    """What a server says has answered: models, with the states they were in."""
    asked_again: int | None = None
    """Texts that a server was asked for several times."""
    answered_otherwise: int | None = None
    """How many of these it did not answer the same each time."""
    whole_answers: Mapping[str, str] | None = None
    """Segment pair id to the whole answer that begins with its translation, where what stands around it was taken
    away."""


@dataclass(frozen=True, slots=True)
class Work:
    """What translating took."""

    segments: int = 0
    units: int | None = None
    """How many texts the segments were given in, where several went in together."""
    legs: tuple[LegWork, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """What a run keeps of an article besides its segments."""

    title: str = ""
    """Empty where the data has none."""
    paragraphs: tuple[int, ...] = ()
    """Where its paragraphs begin: character offsets into the cleaned article; empty where the data tells none."""


@dataclass(frozen=True, slots=True)
class RunHead:
    """What a run says of itself, field by field as `run.json` has it."""

    schema_version: int
    id: str
    """The name of the run directory."""
    identity: str
    """SHA-256 over everything that can change the result; two runs with equal identities are the same experiment."""
    status: str = "finished"
    started: str = ""
    """UTC in ISO 8601, as `finished`; empty where it is not known."""
    finished: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    """Config group to the option chosen."""
    system: SystemFacts = SystemFacts()
    translation: Work = Work()
    alignment: str = "unknown"
    projection: str = ""
    """How whole outputs were put in their place, as signatures say it (`proj:words-2`); empty where none were."""
    additions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Article pair id to what a whole output says that belongs to no segment pair, in its order."""
    order: Mapping[str, str] = field(default_factory=dict)
    """Article pair id to the order in which a whole output says it all, where that is not the order of the segment
    pairs; `mt_eval.runs.outputs` reads it."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Input file to the SHA-256 of its content."""
    cleaning: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    """Article id to everything that cleaning changed."""
    articles: Mapping[str, ArticleFacts] = field(default_factory=dict)
    """Article id to its title and paragraphs; articles without either are not in it."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    """Stage to what it took."""
    environment: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """What was left out of the data, and why."""
    warnings: tuple[str, ...] = ()
    """What to know before believing the scores."""

    @property
    def label(self) -> str:
        """What the system is called; the run's own name where it has none."""
        return self.system.label or self.id


@dataclass(frozen=True, slots=True)
class Run:
    """Everything one evaluation leaves; `runs/README.md` says in which file each field is kept."""

    head: RunHead
    config: Mapping[str, Any]
    pairs: Sequence[SegmentPair]
    """Tuples, as all sequences of a run; of a long one they are read from disk as they are asked for."""
    translations: Sequence[Translation | None]
    """One per segment pair, in the same order; None where there is no source to translate."""
    scores: tuple[Score, ...]
    segment_scores: Mapping[str, Sequence[float | None]]
    """Metric name to one score per segment pair; None where a side is missing."""
    flags: Sequence[tuple[Flag, ...]]
    """What looks wrong, per segment pair; empty where nothing does or there is no translation."""
    hypotheses: tuple[HypothesisList, ...] = ()
    """One per text given to the last model, in reading order; empty where only the best hypotheses were kept."""
    statistics: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """`METRIC.LEVEL` to an integer array, one row of sufficient statistics per scored unit."""
    folder: Path | None = field(default=None, compare=False)
    """The run directory it was read from."""

    @property
    def id(self) -> str:
        return self.head.id

    @property
    def identity(self) -> str:
        return self.head.identity

    @property
    def warnings(self) -> tuple[str, ...]:
        return self.head.warnings

    def _repr_html_(self) -> str:
        """The run in a notebook: its name, its scores with their intervals, and its warnings."""
        from html import escape

        rows = "".join(
            f"<tr><td>{escape(score.metric)}</td><td>{score.level}</td><td>{_format(score.value)}</td>"
            f"<td>{_format(score.low)}</td><td>{_format(score.high)}</td><td><code>{escape(score.signature)}</code></td></tr>"
            for score in self.scores
        )
        reasons = dict.fromkeys(score.reason for score in self.scores if score.reason)
        header = "".join(f"<th>{name}</th>" for name in ("metric", "level", "score", "low", "high", "signature"))
        warnings = "".join(f"<li>{escape(warning)}</li>" for warning in self.warnings)
        return (
            f"<p><b>{escape(self.id)}</b>, {len(self.pairs):,} segments</p>"
            f"<table><thead><tr>{header}</tr></thead><tbody>{rows}</tbody></table>"
            + "".join(f"<p>{escape(reason)}</p>" for reason in reasons)
            + (f"<ul>{warnings}</ul>" if warnings else "")
        )


def _format(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


@dataclass(frozen=True, slots=True)
class Comparison:
    metric: str
    baseline: str
    candidate: str
    delta: float
    """Candidate minus baseline, in the metric's points."""
    low: float
    """Lower end of the 95% interval of the delta."""
    high: float
    p_value: float
    """How often a difference as large arises by chance: two-sided."""
    p_adjusted: float
    """The same adjusted for all tests of the metric: one per pair of systems that differ (Holm 1979)."""
    verdict: str
    """What it says of the candidate: `better`, `worse`, `tie` or `cannot tell`."""
    detectable: float | None = None
    """The smallest difference that these data show in 80% of cases; None where they cannot show any."""
    units_needed: int | None = None
    """About how many articles or segments would show this difference in 80% of cases, where these cannot."""
    agreement: float | None = None
    """Percent of system pairs this far apart that people rank the same way; None where that is not known."""
    p_sacrebleu: float | None = None
    """What `sacrebleu --paired-bs` would call p: about half of `p_value`; None after randomization."""
