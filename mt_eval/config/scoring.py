"""What is scored, and how: groups `normalize` and `metrics`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from enum import Enum

from mt_eval.config.ranges import MISSING, require
from mt_eval.metrics import DEFAULT_METRICS, METRICS


class Profile(Enum):
    """How far both sides are normalised for the second set of scores (the table is in `text/normalize.py`)."""

    none = "none"
    standard = "standard"
    strong = "strong"


@dataclass
class NormalizeConfig:
    profile: Profile = Profile.none
    """How far both sides are normalised for a second set of scores."""


PLACEHOLDERS = ("source", "translation", "reference", "jsonl", "output")
"""What `{...}` in the command of an external metric can stand for."""


@dataclass
class ExternalMetric:
    """A program that reads segments from files and prints or writes one number for each, in their order, or a Python
    function that returns them."""

    name: str = MISSING
    """What its scores are called: letters, digits and `+.-_`."""
    command: list[str] = field(default_factory=list)
    """Program and arguments; no shell reads them. `{source}`, `{translation}` and `{reference}` stand for UTF-8 files
    of one segment a line, `{jsonl}` for a file of one JSON object a line with the keys `source`, `hypothesis` and
    `reference`, `{output}` for a file the command writes its numbers to; without it they are read from what it prints.
    `~` at the beginning of the program's path is expanded."""
    version: str = MISSING
    """What made the numbers, program and model, for the signature: `comet 2.2.7, Unbabel/wmt22-comet-da`."""
    function: str | None = None
    """`PACKAGE.MODULE:FUNCTION` instead of a command. In a Python of its own, started in `folder`, it is called with a
    list of sources, one of translations and one of references, and returns a number for each; without the references
    where none are needed."""
    needs_reference: bool = True
    """Whether it looks at references. One that does not scores every segment with a translation, also in runs that have
    nothing to score against."""
    higher_is_better: bool = True
    scale: float = 1.0
    """Every number is multiplied by it; 100 makes a share a percentage."""
    segment_pattern: str | None = None
    """Regular expression with one group, the number; lines it is not found in do not count. Without it every line
    is a number and nothing else."""
    corpus_pattern: str | None = None
    """The same for the one printed line with the number for the whole run; without it, the mean of the segments."""
    timeout_seconds: float = 3600.0
    folder: str | None = None
    """Where the command runs; the current folder by default. `~` is expanded."""
    install: str | None = None
    """The command that installs the program, for the message that says it is missing."""

    def __post_init__(self) -> None:
        key = f"metrics.external[{self.name}]"
        require(
            re.fullmatch(r"[A-Za-z0-9][\w+.-]*", self.name) is not None and self.name not in METRICS,
            "metrics.external.name",
            self.name,
            f"letters, digits and +.-_, and none of {', '.join(METRICS)}",
        )
        if self.function is not None:
            self._check_function(key, self.function)
        else:
            self._check_command(key)
        require(
            bool(self.version.strip()) and "|" not in self.version, f"{key}.version", self.version, "a text without |"
        )
        for option, pattern in (("segment_pattern", self.segment_pattern), ("corpus_pattern", self.corpus_pattern)):
            require(
                pattern is None or _count_groups(pattern) == 1,
                f"{key}.{option}",
                pattern,
                "a regular expression with one group",
            )
        require(0 < self.timeout_seconds < math.inf, f"{key}.timeout_seconds", self.timeout_seconds, "more than 0")
        require(0 < self.scale < math.inf, f"{key}.scale", self.scale, "more than 0")

    def _check_function(self, key: str, function: str) -> None:
        expected = "PACKAGE.MODULE:FUNCTION, such as my_metrics:score"
        require(re.fullmatch(r"\w+(\.\w+)*:\w+(\.\w+)*", function) is not None, f"{key}.function", function, expected)
        for option, value in (
            ("command", self.command),
            ("segment_pattern", self.segment_pattern),
            ("corpus_pattern", self.corpus_pattern),
        ):
            require(not value, f"{key}.{option}", value, "nothing beside a function")

    def _check_command(self, key: str) -> None:
        require(bool(self.command), f"{key}.command", self.command, "a program and its arguments, or a function")
        for part in self.command:
            # Braces within an argument may mean something to the program; one that is all braces is meant for us.
            named = re.search(r"(?:^|=)\{(\w+)\}$", part)
            require(
                named is None or named[1] in PLACEHOLDERS,
                f"{key}.command",
                part,
                f"placeholders among {', '.join(f'{{{name}}}' for name in PLACEHOLDERS)}",
            )
        require(
            any("{translation}" in part or "{jsonl}" in part for part in self.command),
            f"{key}.command",
            " ".join(self.command),
            "{translation} or {jsonl} among the arguments",
        )
        require(
            self.needs_reference or not any("{reference}" in part for part in self.command),
            f"{key}.command",
            " ".join(self.command),
            "no {reference} where needs_reference is false",
        )


def _count_groups(pattern: str) -> int | None:
    """Groups of a regular expression; None where it is none."""
    try:
        return re.compile(pattern).groups
    except re.error:
        return None


@dataclass
class MetricsConfig:
    names: list[str] = field(default_factory=lambda: list(DEFAULT_METRICS))
    """The first one is the headline."""
    external: list[ExternalMetric] = field(default_factory=list)
    """Metrics that run as programs of their own, after those above."""
    samples: int = 1000
    """Bootstrap resamples behind every 95% interval; 0 leaves the intervals out."""
    seed: int = 1
    """Of the resamples behind intervals."""

    def __post_init__(self) -> None:
        for name in self.names:
            require(name in METRICS, "metrics.names", name, f"some of {', '.join(METRICS)}")
        require(bool(self.names), "metrics.names", self.names, "at least one metric")
        require(len(set(self.names)) == len(self.names), "metrics.names", self.names, "every metric once")
        external = [metric.name for metric in self.external]
        require(len(set(external)) == len(external), "metrics.external", external, "every name once")
        require(0 <= self.samples <= 1_000_000, "metrics.samples", self.samples, "0 to 1,000,000")
        require(self.seed >= 0, "metrics.seed", self.seed, "0 or more")
