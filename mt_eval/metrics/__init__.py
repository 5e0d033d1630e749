"""What is known of metrics, and nothing of what they are used for.

    key.py      what a score is called (`chrF++@standard`) and what its signature says
    metric.py   what a metric is: counts of texts, a score of their sums, and how to read it
    chrF.py     chrF and chrF++
    BLEU.py     BLEU with either tokenizer
    TER.py      TER
    outside.py  metrics whose numbers a program gives
    flagged.py  how many segments look wrong, out of the flags of runs
    program.py  running such a program
    call.py     the program of a metric that is a Python function
    chunks.py   texts beside references, so many at a time as are counted together
    pieces.py   texts as what stands between white space, split once for all metrics
    words.py    texts as words and characters, each piece cut once
    ngrams.py   n-grams of many texts counted at once
    pairs.py    n-grams of texts that are all held against each other

numpy and sacrebleu are imported where something is counted or scored: to say which of two scores is better costs
neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from mt_eval.metrics.BLEU import BLEU_13A, BLEU_INTL
from mt_eval.metrics.chrF import CHRF, CHRF_PLUS_PLUS, ChrF
from mt_eval.metrics.chunks import cut_chunks
from mt_eval.metrics.flagged import Flagged, is_flagged
from mt_eval.metrics.key import MetricKey, read_signature
from mt_eval.metrics.metric import Metric, TextMetric
from mt_eval.metrics.outside import Outside
from mt_eval.metrics.TER import EDIT_RATE

if TYPE_CHECKING:
    from mt_eval.metrics.metric import Rows
    from mt_eval.types import Score

METRICS: Mapping[str, TextMetric] = MappingProxyType(
    {metric.name: metric for metric in (CHRF_PLUS_PLUS, CHRF, BLEU_INTL, BLEU_13A, EDIT_RATE)}
)
"""Every metric that is built in, by its name."""

UTILITIES: Mapping[str, ChrF] = MappingProxyType(
    {name: metric for name, metric in METRICS.items() if isinstance(metric, ChrF)}
)
"""Those that can choose among candidates, which takes many scores of single texts."""

DEFAULT_METRICS = tuple(name for name in METRICS if name != EDIT_RATE.name)
"""What is scored if nothing is said."""

HEADLINE = DEFAULT_METRICS[0]
"""The metric that decides if nothing is said."""


def find_metric(key: MetricKey, signature: str) -> Metric:
    """The metric that made the scores with this key and signature: a built-in one, one that counts flags, or one from
    outside."""
    if is_flagged(key.base):
        return Flagged(key.base)
    return METRICS.get(key.base) or Outside(key.base, lower_is_better=read_signature(signature).lower_is_better)


def are_kin(one: str, other: str) -> bool:
    """Whether two metrics, by their names, count nearly the same: what is chosen by one is ahead by the other, too.

    >>> are_kin("chrF", "chrF++"), are_kin("chrF", "BLEU-intl"), are_kin("BLEU-13a", "BLEU-intl")
    (True, False, True)
    """
    known = [METRICS.get(name) for name in (one, other)]
    return one == other or (None not in known and type(known[0]) is type(known[1]))


def list_metrics(scores: Iterable[Score]) -> dict[str, Metric]:
    """Key to metric, of scores that a run keeps, each once in their order."""
    keys = {MetricKey.of_score(score.metric, score.signature): score.signature for score in scores}
    return {str(key): find_metric(key, signature) for key, signature in keys.items()}


def count_texts(names: Sequence[str], translations: Sequence[str], references: Sequence[str]) -> dict[str, Rows]:
    """Built-in metric to its `(N, K)` sufficient statistics, one row per translation and its reference.

    N translations beside N references, each one line. Memory does not grow with N but for the result.

    Raises:
        ValueError: The sides differ in number (sacrebleu would drop the rest of the longer one).
    """
    import numpy as np

    if len(translations) != len(references):
        raise ValueError(f"{len(translations)} translations cannot be scored against {len(references)} references")
    # chrF++ counts what chrF counts, then words: its first columns are those of chrF.
    shared = {CHRF.name, CHRF_PLUS_PLUS.name} <= set(names)
    metrics = [METRICS[name] for name in names if not (shared and name == CHRF.name)]
    counted = {metric.name: np.empty((len(references), metric.columns), dtype=np.int32) for metric in metrics}
    start = 0
    for chunk in cut_chunks(translations, references):
        end = start + len(chunk.references)
        for metric in metrics:
            counted[metric.name][start:end] = metric.count(chunk)
        start = end
    if shared:
        counted[CHRF.name] = counted[CHRF_PLUS_PLUS.name][:, : CHRF.columns]
    return {name: counted[name] for name in names}
