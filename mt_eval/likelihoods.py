"""The nouns of judging given texts, frozen: how likely a model finds a text that somebody else made.

A **judge** is a model that is run in forced decoding: it is given a source and a text, and says for every token of the
text how likely it finds this token behind those before it. Their logarithms, summed, are the **log-probability** of the
text, in natural logarithms (nats). A **contrast pair** is a correct text and a wrong one for the same source; the judge
is right where it finds the correct one more likely.

What is counted: the tokens of the text and the one that ends it. What the model is given anyway is not: a start token,
and the code of the target language that NLLB and its like begin every output with.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

ALL_KINDS = "all kinds"
"""What all kinds of a contrastive set together are called; no kind of its own is."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """How likely a judge finds one text as the translation of one source."""

    log_probability: float | None
    """Natural logarithm, the sum over all tokens; None where the judge could not be asked."""
    tokens: int = 0
    """How many tokens were counted, the one that ends the text included."""
    unknown: int = 0
    """How many of them stand for something that is not in the judge's vocabulary."""
    characters: int = 0
    """Of the text: judges with other vocabularies have other tokens and the same characters."""
    reason: str = ""
    """Why there is no log-probability; empty where there is one."""

    @property
    def per_token(self) -> float | None:
        """Mean log-probability of a token; None where there is none."""
        return self.log_probability / self.tokens if self.log_probability is not None and self.tokens else None


@dataclass(frozen=True, slots=True)
class Judge:
    """A model that judges, and everything that can change what it says."""

    label: str
    """Short and fit for a file name: `demo`."""
    identity: str
    """SHA-256 over weights, tokenizer, languages, engine and numeric type; nothing of how a translation is searched."""
    name: str
    """As the configuration names it."""
    kind: str
    """`marian`, `nllb`, ..."""
    direction: str
    engine: str
    dtype: str
    device: str = ""


@dataclass(frozen=True, slots=True)
class GivenScore:
    """What a judge says of one text per segment: of all references, or of all outputs of a system."""

    text: str
    """Which text: `reference`, `output`, or the label of another run or file."""
    segments: int
    """How many were judged."""
    log_probability: float
    """The sum over all tokens of all these."""
    tokens: int
    unknown: int = 0
    characters: int = 0
    low: float | None = None
    """Lower end of the 95% interval of `per_token`."""
    high: float | None = None
    resampled: str | None = None
    """The unit the interval's resamples were drawn from: `article` or `segment`; None where there is no interval."""
    per_article: Mapping[str, float | None] = field(default_factory=dict)
    """Article pair id to the mean log-probability of a token of that article."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Why segments were not judged, and how many."""

    @property
    def per_token(self) -> float | None:
        """Mean log-probability of a token; None where nothing was judged."""
        return self.log_probability / self.tokens if self.tokens else None

    @property
    def per_character(self) -> float | None:
        """The sum divided by the characters of the texts; None where there are none."""
        return self.log_probability / self.characters if self.characters else None

    @property
    def perplexity(self) -> float | None:
        """e to the power of minus `per_token`; None where nothing was judged, or where it is too large a number."""
        if self.per_token is None or -self.per_token > 700:
            return None
        return math.exp(-self.per_token)


@dataclass(frozen=True, slots=True)
class Given:
    """All texts of a run that one judge has judged."""

    schema_version: int
    judge: Judge
    scores: tuple[GivenScore, ...]
    records: str
    """SHA-256 of the file with a record per segment."""
    segments: str
    """SHA-256 of the run's segments as they were when they were judged."""


@dataclass(frozen=True, slots=True)
class GivenRecord:
    """What a judge says of the texts of one segment pair."""

    id: str
    article_pair_id: str
    texts: dict[str, Likelihood]
    """Which text to how likely it is."""


@dataclass(frozen=True, slots=True)
class ContrastPair:
    """A source with a correct and a wrong text that differ in one point; a line of a contrastive set."""

    id: str
    article: str
    """Article pair id: pairs of one article are not independent."""
    segment: str
    """Segment pair id that the pair was made of."""
    source_language: str
    target_language: str
    kind: str
    """What was made wrong: `number`, `negation`, ..."""
    rule: str
    """How."""
    source: str
    correct: str
    wrong: str


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """What a judge says of a contrast pair."""

    id: str
    article: str
    segment: str
    kind: str
    rule: str
    correct: Likelihood
    wrong: Likelihood

    @property
    def is_right(self) -> bool | None:
        """Whether the correct text is the more likely one, by the sum over its tokens; a tie is wrong, None unknown.

        Sums are what ContraPro (Müller et al. 2018) and LingEval97 (Sennrich 2017) hold against each other.
        """
        first, second = self.correct.log_probability, self.wrong.log_probability
        return None if first is None or second is None else first > second

    @property
    def is_right_per_token(self) -> bool | None:
        """The same by the mean of a token, which does not favour the shorter text."""
        first, second = self.correct.per_token, self.wrong.per_token
        return None if first is None or second is None else first > second


@dataclass(frozen=True, slots=True)
class Contrast:
    """A contrastive set that one judge has judged for a run."""

    schema_version: int
    judge: Judge
    name: str
    """Of the set: its file's name without the ending."""
    sha256: str
    """Of the set's content."""
    pairs: int
    records: str
    """SHA-256 of the file with a record per pair."""
