"""How a model's translation of a text is found: group `decoding`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from mt_eval.config.ranges import require
from mt_eval.metrics import UTILITIES


@dataclass
class DecodingConfig:
    """How the best translation is searched. A length limit belongs to the source: factor * its tokens + offset."""

    num_beams: int = 4
    """Hypotheses kept at every step; 1 is greedy search."""
    length_penalty: float = 1.0
    """Exponent of the length that a score is divided by; 1 is the mean, more favours long outputs."""
    no_repeat_ngram_size: int = 0
    """0 forbids nothing."""
    max_new_tokens_factor: float = 2.0
    """An output has at most this many times the source tokens, plus the offset."""
    max_new_tokens_offset: int = 32
    """Tokens; see the factor."""
    n_best: int = 1
    """How many of the best hypotheses are kept with their scores; the best of them is the translation."""

    def __post_init__(self) -> None:
        require(1 <= self.num_beams <= 64, "decoding.num_beams", self.num_beams, "1 to 64")
        require(-10 <= self.length_penalty <= 10, "decoding.length_penalty", self.length_penalty, "-10 to 10")
        require(self.no_repeat_ngram_size >= 0, "decoding.no_repeat_ngram_size", self.no_repeat_ngram_size, "0 or more")
        require(
            0 <= self.max_new_tokens_factor <= 100,
            "decoding.max_new_tokens_factor",
            self.max_new_tokens_factor,
            "0 to 100",
        )
        require(1 <= self.n_best <= 64, "decoding.n_best", self.n_best, "1 to 64")
        require(
            self.max_new_tokens_offset >= 1, "decoding.max_new_tokens_offset", self.max_new_tokens_offset, "1 or more"
        )


class CandidatesFrom(Enum):
    """Where the candidates of `decoding=mbr` come from."""

    sample = "sample"
    beam = "beam"


@dataclass
class MbrDecoding(DecodingConfig):
    """Minimum Bayes risk (Eikema and Aziz 2020): of many candidates the one that is most like all of them is chosen."""

    num_beams: int = 1
    """Of the beam search whose hypotheses are the candidates; 1 where they are sampled."""
    candidates: int = 32
    """How many translations of each text are made to choose from."""
    candidates_from: CandidatesFrom = CandidatesFrom.sample
    """sample draws them by the model's own probabilities; beam takes the best hypotheses of a beam search."""
    utility: str = "chrF"
    """The metric by which each candidate is compared with all others: chrF or chrF++. It cannot judge the run."""
    temperature: float = 1.0
    """Of sampling: below 1 likely tokens become likelier."""
    epsilon: float = 0.02
    """Tokens with a lower probability are never drawn (Hewitt et al. 2022); 0 draws from all."""
    top_p: float = 1.0
    """Draws only from the likeliest tokens that have this probability together; 1 draws from all."""
    seed: int = 0
    """With the source text it fixes what is drawn for that text, whatever else is translated."""

    def __post_init__(self) -> None:
        super().__post_init__()
        require(2 <= self.candidates <= 256, "decoding.candidates", self.candidates, "2 to 256")
        require(self.utility in UTILITIES, "decoding.utility", self.utility, f"one of {', '.join(UTILITIES)}")
        require(0 < self.temperature <= 10, "decoding.temperature", self.temperature, "above 0, at most 10")
        require(0 <= self.epsilon < 1, "decoding.epsilon", self.epsilon, "0 to below 1")
        require(0 < self.top_p <= 1, "decoding.top_p", self.top_p, "above 0, at most 1")
        require(0 <= self.seed < 2**32, "decoding.seed", self.seed, "0 to 4294967295")

    @property
    def samples(self) -> bool:
        """Whether candidates are drawn."""
        return self.candidates_from is CandidatesFrom.sample
