"""Translations and references in; scores, their intervals and the statistics behind them out.

units.py        what is scored: one row per segment pair, one row per whole article
resample.py     sums of statistics over bootstrap resamples, and intervals
level.py        scores and intervals over units of one level
scored.py       both levels: `score_translations`
outside.py      metrics that run as programs of their own
"""
