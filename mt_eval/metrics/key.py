"""What a score is called, and what its signature says. Nothing else reads or writes either.

A score's **key** names the metric and, behind an `@`, which texts were scored: those of the first leg of a pivot
(`chrF++@vi-en`) or those normalised by a profile (`chrF++@standard`). Its **signature** is what the metric's own
program says of itself, and how the texts were made:

    nrefs:1|case:mixed|eff:yes|nc:6|nw:2|space:no|version:2.6.0|level:segment|align:gold|norm:none
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from mt_eval.types import Level

NO_PROFILE = "none"
"""The normalisation profile of texts scored as they are."""

ALIGNMENT = "alignment"
"""What `compare_signatures` calls how segments were paired."""
PROJECTION = "projection"
"""What `compare_signatures` calls how whole outputs were put in their place."""

_OUTSIDE = "external:"
_NO_REFERENCES = "references:none"
_KNOWN = 1000
"""Signatures that are remembered: thousands of runs have the same few."""


@dataclass(frozen=True, slots=True)
class MetricKey:
    """Which numbers are meant: those of one metric on one kind of texts."""

    base: str
    """The metric's name."""
    profile: str = NO_PROFILE
    """How the texts were normalised."""
    leg: str = ""
    """Languages of a pivot's first leg, `vi-en`, where its output was scored; empty for a system's own output."""

    def __str__(self) -> str:
        profile = "" if self.profile == NO_PROFILE else self.profile
        return "@".join(part for part in (self.base, self.leg, profile) if part)

    @classmethod
    def parse(cls, text: str) -> MetricKey:
        """The key written as `text`.

        >>> MetricKey.parse("chrF++@standard"), MetricKey.parse("TER@vi-en").leg
        (MetricKey(base='chrF++', profile='standard', leg=''), 'vi-en')
        """
        base, *parts = text.split("@")
        # The two languages of a leg are joined by a hyphen, which no profile has in its name.
        legs = [part for part in parts if "-" in part]
        profiles = [part for part in parts if "-" not in part]
        return cls(base, profiles[0] if profiles else NO_PROFILE, legs[0] if legs else "")

    @classmethod
    @lru_cache(maxsize=_KNOWN)
    def of_score(cls, metric: str, signature: str) -> MetricKey:
        """The key of a score as a run keeps it: its metric names the leg, its signature the profile."""
        key = cls.parse(metric)
        return cls(key.base, read_signature(signature).profile, key.leg)

    @property
    def metric(self) -> str:
        """The key without the profile: what a run keeps as the metric of a score."""
        return str(MetricKey(self.base, leg=self.leg))

    def name_statistics(self, level: Level) -> str:
        """What a run calls the rows of statistics of this key.

        >>> MetricKey("chrF++", "standard").name_statistics(Level.SEGMENT)
        'chrF++.segment@standard'
        """
        _, at, rest = str(self).partition("@")
        return f"{self.base}.{level}{at}{rest}"


@dataclass(frozen=True, slots=True)
class Signature:
    """What a signature says."""

    own: str
    """What the metric's program says of itself."""
    level: str = ""
    alignment: str = ""
    profile: str = NO_PROFILE
    projection: str = ""
    """How whole outputs were put in their place, `words-2`; empty where every segment was translated on its own."""

    @property
    def is_from_outside(self) -> bool:
        """Whether a program of its own made the score."""
        return self.own.startswith(_OUTSIDE)

    @property
    def lower_is_better(self) -> bool:
        """What a metric from outside says of itself; sacrebleu's signatures do not say it."""
        return "better:lower" in self.own.split("|")

    @property
    def needs_reference(self) -> bool:
        """Whether the score rests on references; only metrics from outside may do without."""
        return not (self.is_from_outside and _NO_REFERENCES in self.own.split("|"))

    @property
    def is_mean(self) -> bool:
        """Whether the score of a metric from outside is the mean of its segments'."""
        return self.is_from_outside and "corpus:mean" in self.own.split("|")

    def list_facts(self) -> dict[str, str]:
        """Every part by its name in words, or by the short one that it has in the signature."""
        facts = {_PROGRAM_PARTS.get(key, key): value for key, value in _split(self.own)}
        facts |= {"level": self.level, ALIGNMENT: self.alignment, "normalisation": self.profile}
        return facts | ({PROJECTION: self.projection} if self.projection else {})


_PROGRAM_PARTS = {"tok": "tokenizer", "version": "version of the scoring program"}


def sign_score(own: str, *, level: Level, alignment: str, profile: str, projection: str = "") -> str:
    """The signature of a score, from that of the metric's program.

    Args:
        alignment: How segments were paired: `gold`, `auto`, `lines`, or several of them joined by `+`.
        profile: The normalisation profile that was applied to both sides.
        projection: How whole outputs were put in their place, `proj:words-2`; empty where there were none.
    """
    return f"{own}|level:{level}|align:{alignment}|norm:{profile}" + (f"|{projection}" if projection else "")


def sign_outside(
    name: str, *, version: str, higher_is_better: bool, scale: float, is_mean: bool, needs_reference: bool = True
) -> str:
    """What a metric from outside says of itself.

    Args:
        is_mean: Whether the score of a corpus is the mean of its segments; else the program says it.
    """
    better, corpus = "higher" if higher_is_better else "lower", "mean" if is_mean else "program"
    alone = "" if needs_reference else f"|{_NO_REFERENCES}"
    return f"{_OUTSIDE}{name}|version:{version}|better:{better}|scale:{scale:g}|corpus:{corpus}{alone}"


@lru_cache(maxsize=_KNOWN)
def read_signature(text: str) -> Signature:
    """What the signature of a score says; parts that are missing count as none."""
    # Behind the level stands what `sign_score` wrote. Before it, TER has a `norm` of its own.
    own, _, rest = text.partition("|level:")
    parts = dict(_split(f"level:{rest}"))
    return Signature(own, parts["level"], parts.get("align", ""), parts.get("norm", NO_PROFILE), parts.get("proj", ""))


def compare_signatures(one: str, other: str) -> list[tuple[str, str, str]]:
    """What two signatures differ in: its name in words, its value in the first, and in the other."""
    facts = [read_signature(text).list_facts() for text in (one, other)]
    return [
        (name, facts[0].get(name, "none"), facts[1].get(name, "none"))
        for name in {**facts[0], **facts[1]}
        if facts[0].get(name) != facts[1].get(name)
    ]


def _split(text: str) -> list[tuple[str, str]]:
    return [(key, value) for key, _, value in (part.partition(":") for part in text.split("|"))]
