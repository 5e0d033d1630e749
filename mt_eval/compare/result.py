"""What a comparison finds: plain data for the reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mt_eval.likelihoods import Given
from mt_eval.types import Comparison, Level

if TYPE_CHECKING:
    from pandas import DataFrame
BOOTSTRAP, RANDOMIZATION = "bootstrap", "randomization"
"""Tests."""


@dataclass(frozen=True, slots=True)
class MetricFacts:
    """How one metric's figures are to be read."""

    name: str
    signature: str
    lower_is_better: bool
    margin: float
    """Differences whose whole interval is no larger count as a tie; in the metric's points."""
    decides: bool
    """Whether it is the headline; the others are shown as support. None is where the first one favours a system."""
    favoured: tuple[str, ...] = ()
    """Systems that chose their translations by it or by one of its kind: it gives no verdict on them."""


@dataclass(frozen=True, slots=True)
class SystemScore:
    system: str
    metric: str
    value: float
    low: float
    """Lower end of the 95% interval."""
    high: float


@dataclass(frozen=True, slots=True)
class Group:
    """Systems of one metric of which none can be told from another."""

    metric: str
    systems: tuple[str, ...]
    """Best first."""


@dataclass(frozen=True, slots=True)
class Part:
    """How baseline and candidate differ on some of the segments."""

    kind: str
    """What the segments share: `article`, `source length`, `flagged`, `alignment`."""
    name: str
    segments: int
    baseline: float
    candidate: float
    delta: float
    share: float
    """By how much the difference over all segments shrinks if the candidate does here what the baseline did."""
    title: str = ""
    """Of an article that has one."""


@dataclass(frozen=True, slots=True)
class SegmentContrast:
    """One segment that baseline and candidate translate differently."""

    id: str
    source: str
    reference: str
    texts: tuple[str, str]
    """The translations of baseline and candidate."""
    scores: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Details:
    """Where the difference between two systems comes from, by one metric."""

    metric: str
    baseline: str
    candidate: str
    parts: tuple[Part, ...]
    worse: tuple[SegmentContrast, ...]
    """Segments on which the candidate loses most, the largest loss first."""
    better: tuple[SegmentContrast, ...]


@dataclass(frozen=True, slots=True)
class Speed:
    """What decoding took; sentences found in the translation store do not count."""

    device: str
    segments_per_second: float
    tokens_per_second: float
    """Tokens generated, by the last leg of a pivot."""
    peak_memory_mb: float


@dataclass(frozen=True, slots=True)
class Context:
    """What became of the data when a model was given so much of it at once."""

    system: str
    model: str
    """The system's name, which says nothing of the unit; empty where all that is compared is this one."""
    unit: str
    """`sentence`, `window of 4`, `paragraph` or `article`."""
    metric: str
    segment: float | None
    """The score at level segment."""
    article: float | None
    """The score of whole articles, in the order of the output and with what was added."""
    omitted: float
    """Percent of the segments with a source that got no translation."""
    added: float
    """Percent of the output's characters that belong to no segment."""
    seconds: float | None
    """Decoding; None where nothing was decoded."""
    stored: float
    """Percent of what was translated that was found in the translation store."""


@dataclass(frozen=True, slots=True)
class JudgedTexts:
    """What one model says of the texts of one system: its references, its outputs, and others."""

    system: str
    given: Given


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How often one judge is right about the pairs of one kind."""

    system: str
    """Empty where there is only one."""
    kind: str
    pairs: int
    right: int
    value: float
    """Percent."""
    low: float | None
    """Lower end of the 95% interval; None of a single article or segment."""
    high: float | None
    unit: str
    """What the interval's resamples were drawn from: `article` or `segment`."""
    per_token: float
    """Percent by the mean of a token in the place of the sum, which does not favour the shorter text."""


@dataclass(frozen=True, slots=True)
class Accuracies:
    """What M judges find of one contrastive set."""

    name: str
    systems: tuple[str, ...]
    """The systems whose runs keep it, the baseline first."""
    judges: tuple[str, ...]
    """Which model judged, one per system."""
    pairs: int
    """Those that all of them judged."""
    left_out: int
    """Those that one of them could not judge."""
    chance: float
    """Percent of pairs that are right by chance."""
    accuracies: tuple[Accuracy, ...]
    """Kind by kind, systems in their order; before them those of all kinds, where there are several."""
    comparisons: tuple[Comparison, ...]
    """Kind by kind, which stands for the metric: every candidate against the baseline, or all pairs. None of kinds
    with pairs of one segment alone."""
    tests: int
    """How many tests the p values of the kinds are adjusted for; those of all kinds are for the pairs of systems."""


@dataclass(frozen=True, slots=True)
class Comparisons:
    """M systems held against each other."""

    systems: tuple[str, ...]
    """The baseline first."""
    metrics: tuple[MetricFacts, ...]
    scores: tuple[SystemScore, ...]
    """Metric by metric, systems in their order."""
    comparisons: tuple[Comparison, ...]
    """Metric by metric: every candidate against the baseline, or all pairs."""
    groups: tuple[Group, ...]
    """Empty unless all pairs are compared."""
    details: tuple[Details, ...]
    speeds: tuple[Speed | None, ...]
    """One per system; empty where there is nothing to compare: no speeds, or different devices."""
    contexts: tuple[Context, ...]
    """One per system, the least given at once first; empty unless the systems differ in how much that was."""
    languages: tuple[str | None, str]
    level: Level
    segments: int
    """Rows scored: segments, or whole articles at level article."""
    articles: int
    unit: str
    """What was resampled: `article` or `segment`."""
    test: str
    """`bootstrap` or `randomization`."""
    samples: int
    seed: int
    tests: int
    """How many p values of a metric were adjusted together: pairs of systems whose translations differ."""
    notes: tuple[str, ...]
    referenced: bool = True
    """Whether any metric held the translations against a human version."""
    judged: tuple[JudgedTexts, ...] = ()
    """Of the systems whose runs keep what `mt-eval score-given` found, in their order."""
    accuracies: tuple[Accuracies, ...] = ()
    """One per contrastive set that a system's run keeps."""

    def render(self, form: str = "table") -> str:
        """The comparison as a document: `table` as a terminal has it, `markdown`, `csv`, `json` or `latex`.

        Raises:
            ConfigError: There is no such form.
        """
        from mt_eval.report.comparison_forms import render_comparisons

        return render_comparisons(self, form)

    def frame(self) -> DataFrame:
        """The comparisons as a pandas frame, with the columns of the CSV."""
        from mt_eval.export.frames import frame_comparisons

        return frame_comparisons(self)

    def _repr_markdown_(self) -> str:
        return self.render("markdown")
