"""Runs in; what they say about their systems out.

    select.py      which runs: paths, folders, globs, filters
    labels.py      what to call them: by what differs between their configurations
    guard.py       whether they can be compared at all
    gather.py      runs -> `Evidence`: statistics of all systems over the same units
    flags.py       shares of flagged segments, and what is compared without references
    files.py       plain text files -> `Evidence`
    swaps.py       pairs of systems with their outputs swapped at random
    differences.py pairs of systems: their figures and verdicts
    inference.py   p values, Holm, the smallest difference the data could have shown
    judgement.py   the verdict in words
    favoured.py    metrics that cannot judge a system, since it chose its translations by them
    groups.py      systems that cannot be told apart
    details.py     where a difference comes from: articles, buckets, segments
    speed.py       decoding speed and memory, on the same device
    chosen.py      runs or files as they are named -> `Evidence`, and the baseline
    contrast.py    all of it joined: `compare_systems`
    result.py      the nouns that come out

A **system** is what a run evaluated; the **baseline** is the one all others, the **candidates**, are held against. A
**unit** is what is resampled: an article or a segment. No configuration class, model or data file is needed.
"""
