"""Whether the reference of an article pair is fit to score against, by how far both texts say the same.

A run asks before any model is loaded, and refuses a pair that is called a translation and does not look like one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from mt_eval.align.agreement import SUPPORTED, Agreement, knows_words, measure_agreement
from mt_eval.config import ArticlesData, FolderData
from mt_eval.data import DataConfig
from mt_eval.data.corpus import Corpus
from mt_eval.errors import DataError
from mt_eval.types import Kind, Relation, SegmentPair

UNFIT = 0.8
"""Mean agreement below which a reference is refused. On the tuning half of NTREX-128 (Vietnamese and Arabic) documents
and their translations have 1.26 or more, documents aligned with others by force 0.70 or less."""
DOUBTFUL = 1.1
"""Mean agreement below which `mt-eval data pair` calls no two texts a translation."""
LEAST_COVERED = 0.25
"""Share of the source's characters in groups that agree, below which a reference is refused: it leaves out most of the
source. There, translations have 0.33 or more."""
_FEWEST_GROUPS = 4
_FEWEST_CHARACTERS = 400
"""A text of less can be judged by nothing: a headline and a sentence share a name or do not."""


@dataclass(frozen=True, slots=True)
class Fitness:
    """How fit the reference of one article pair is."""

    pair: str
    agreement: Agreement
    aligned_groups: int
    agreeing_groups: int
    judged: bool
    """Texts of a few sentences, and languages of which no words are known, are not judged."""

    @property
    def unfit(self) -> bool:
        return self.judged and (self.agreement.mean < UNFIT or self.agreement.source_share < LEAST_COVERED)

    @property
    def doubtful(self) -> bool:
        return self.judged and not self.unfit and self.agreement.mean < DOUBTFUL

    def describe(self) -> str:
        """What was seen, as part of a sentence."""
        return (
            f"its score is {self.agreement.mean:.2f}, expected {UNFIT} or more; {self.agreeing_groups} of "
            f"{self.aligned_groups} sentence groups agree, which cover {100 * self.agreement.source_share:.0f}% of the "
            f"source, expected {100 * LEAST_COVERED:.0f}% or more"
        )


def judge_pairs(pairs: Sequence[SegmentPair], source_lang: str, reference_lang: str) -> Mapping[str, Fitness]:
    """Article pair id to how fit its reference is, by the segment pairs of all, those of an article together."""
    articles = {name: list(each) for name, each in groupby(pairs, key=lambda pair: pair.article_pair_id)}
    agreements = measure_agreement(list(articles.values()), source_lang, reference_lang)
    known = knows_words(source_lang, reference_lang)
    return {
        name: _judge(name, each, agreement, known)
        for (name, each), agreement in zip(articles.items(), agreements, strict=True)
    }


def refuse_unfit(config: DataConfig, corpus: Corpus, pairs: Sequence[SegmentPair]) -> tuple[str, ...]:
    """Warnings about unfit references that `config` allows; data that is aligned already is taken as it stands.

    A pair that the manifest calls comparable is not judged: it says itself what it is. Nor is an article without a
    reference.

    Raises:
        DataError: A reference is unfit, and `data.allow_unfit` is not set.
    """
    if not isinstance(config, ArticlesData | FolderData):
        return ()
    languages = {
        pair.id: (pair.source.lang, pair.reference.lang)
        for pair in corpus.pairs
        if pair.reference is not None and pair.relation is Relation.TRANSLATION
    }
    meant = [pair for pair in pairs if pair.article_pair_id in languages]
    if not meant:
        return ()
    unfit = [each for each in judge_pairs(meant, *next(iter(languages.values()))).values() if each.unfit]
    if unfit and not config.allow_unfit:
        raise DataError(
            f"article pair {unfit[0].pair}: its reference does not look like a version of its source "
            f"({unfit[0].describe()}), so a score would mean nothing; see `mt-eval data check`, mend the pair, or set "
            "data.allow_unfit=true"
        )
    return tuple(
        f"article pair {each.pair} does not look like a translation ({each.describe()}): its scores mean nothing"
        for each in unfit
    )


def _judge(name: str, pairs: Sequence[SegmentPair], agreement: Agreement, known: bool) -> Fitness:
    aligned = [value for pair, value in zip(pairs, agreement.evidence, strict=True) if pair.kind is Kind.ALIGNED]
    long_enough = len(pairs) >= _FEWEST_GROUPS and sum(len(pair.source_text) for pair in pairs) >= _FEWEST_CHARACTERS
    return Fitness(name, agreement, len(aligned), sum(value >= SUPPORTED for value in aligned), known and long_enough)
