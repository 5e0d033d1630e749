"""Translations and references in; scores, their intervals and the statistics behind them out.

    units.py        what is scored: one row per segment pair, one row per whole article
    statistics.py   sufficient statistics of every row, as sacrebleu counts them, and signatures
    ngrams.py       n-grams of many texts counted at once
    corpus.py       scores from sums of statistics, for one sum or a million at once
    resample.py     sums of statistics over bootstrap resamples, and intervals
    scored.py       the four joined: `score_translations`
    external.py     metrics that run as programs of their own

Nothing is imported here: whoever needs sums and resamples alone (`corpus`, `resample`) pays for neither sacrebleu nor a
configuration.
"""
