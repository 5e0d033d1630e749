"""The words that a report uses, explained in words of its own; headings of the page link here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mt_eval.compare.result import Comparisons
from mt_eval.metrics import find_metric
from mt_eval.metrics.key import NO_PROFILE, MetricKey
from mt_eval.spool import skim
from mt_eval.types import Run


@dataclass(frozen=True, slots=True)
class Word:
    anchor: str
    """What a link says behind `#word-`."""
    term: str
    meaning: str


def list_words(runs: Sequence[Run], result: Comparisons | None = None) -> list[Word]:
    """The words of a page on these runs, those that other explanations use first."""
    words = [*_TEXTS, *_explain_metrics(runs, result), *_SCORES]
    if result is not None:
        words += [*_DIFFERENCES, *(_GROUPS if result.groups else ())]
        words += [_NO_VERDICT] if any(each.favoured for each in result.metrics) else []
    words += _FLAGS
    if any(run.head.projection for run in runs):
        words += _WHOLE
    translations = (each for run in runs for each in skim(run.translations, "pivot_text"))
    if any(each and each.pivot_text for each in translations):
        words.append(_PIVOT)
    return words


def _explain_metrics(runs: Iterable[Run], result: Comparisons | None) -> Iterator[Word]:
    """Each metric once, those that are compared first, then what may stand behind its name."""
    signatures = {MetricKey.parse(each.name): each.signature for each in (result.metrics if result else ())}
    for run in runs:
        for each in run.scores:
            signatures.setdefault(MetricKey.of_score(each.metric, each.signature), each.signature)
    keys = list(signatures)
    metrics = {key.base: find_metric(key, signature) for key, signature in signatures.items()}
    for name, metric in metrics.items():
        yield Word(f"metric-{name}", name, metric.meaning)
    if any(key.profile not in ("", NO_PROFILE) for key in keys):
        yield _NORMALIZED
    if any(key.leg for key in keys):
        yield _LEG


_TEXTS = (
    Word("source", "source", "The text that was translated."),
    Word(
        "reference",
        "reference",
        "What a person made of the source. Scores say how close a translation comes to it; a good translation may "
        "still differ from it.",
    ),
    Word(
        "segment",
        "segment",
        "A sentence, or a few that belong together: what is translated and scored as one. Its id is that of its "
        "article and a number.",
    ),
    Word("system", "system", "What translates: a model with its settings, or a file of translations."),
)
_NORMALIZED = Word(
    "normalised",
    "normalised",
    "Before scoring, spellings that mean the same are made equal: hoà and hòa, ٢ and 2. By what a score rises, the "
    "translation was merely spelt otherwise.",
)
_LEG = Word("leg", "METRIC@vi-en", "The score of the first leg of a pivot, against a reference in that language.")
_SCORES = (
    Word(
        "interval",
        "95% interval",
        "The data is drawn again at random many times; in 95 of 100 draws the number lies in this range. Few data make "
        "it wide.",
    ),
    Word(
        "articles",
        "whole articles",
        "The score with every article as one piece of text, not sentence by sentence. Never compare it with the other.",
    ),
    Word(
        "signature",
        "signature",
        "How exactly a score was computed. Two scores can be compared only if their signatures are equal.",
    ),
)
_DIFFERENCES = (
    Word("baseline", "baseline", "The system that the others are held against."),
    Word("delta", "delta", "The score of a system minus that of the baseline."),
    Word(
        "p",
        "p, adjusted",
        "How often chance alone makes a difference as large: 0.01 is once in 100. Adjusted: made larger where several "
        "systems are compared, since one of many may win by chance.",
    ),
    Word(
        "shows",
        "shows",
        "The smallest difference that these data show in 80% of cases. A smaller one needs more articles.",
    ),
    Word(
        "people",
        "people",
        "How often people put two systems that far apart in the same order, over many languages (Kocmi et al. 2024).",
    ),
    Word(
        "verdict",
        "verdict",
        "Better or worse: the adjusted p is below 0.05. Tie: the whole interval is too small to notice. Cannot tell: "
        "neither; it is no proof that systems are alike.",
    ),
)
_NO_VERDICT = Word(
    "no-verdict",
    "no verdict",
    "A system chose each translation among many by this metric or one that counts nearly the same. That puts it ahead "
    "by the metric, whether or not people would prefer it.",
)
_GROUPS = (Word("group", "group", "Systems with a letter in common are not told apart by these data."),)
_FLAGS = (
    Word(
        "flag",
        "flag",
        "Something in a translation that looks wrong without any reference. It can be mistaken: look at the segment.",
    ),
    Word("left-out", "left out", "A sentence of the source that has no translation, or only one of a part of it."),
    Word("added", "added", "Text of a translation that translates nothing of the source."),
)
_WHOLE = (
    Word(
        "projection",
        "projection",
        "Finding out which part of a whole article's translation belongs to which segment, by the words of source and "
        "reference and by the order.",
    ),
)
_PIVOT = Word(
    "pivot", "pivot", "A language in between: the source is translated into it first, and from it into the target."
)
