"""Translations and references in; scores, their intervals and the statistics behind them out.

    units.py        what is scored: one row per segment pair, one row per whole article
    statistics.py   sufficient statistics of every row, as sacrebleu counts them, and signatures
    ngrams.py       n-grams of many texts counted at once
    corpus.py       scores from sums of statistics, for one sum or a million at once
    resample.py     sums of statistics over bootstrap resamples, and intervals
    scored.py       the four joined: `score_translations`
    external.py     metrics that run as programs of their own

`corpus` and `resample` need numpy alone: neither sacrebleu nor a configuration is imported with them.
"""

from __future__ import annotations

from mt_eval.score.external import leave_unscored, score_external
from mt_eval.score.scored import Scored, score_translations

__all__ = ["Scored", "leave_unscored", "score_external", "score_translations"]
