"""Which sentences of a segment have nothing in its translation, and which of the translation stand for nothing.

    pieces.py     texts as sentences, and what each of them shows
    evidence.py   what the words of one side say about the sentences of the other
    path.py       the likeliest way through both sides
    lessons.py    what a run's texts teach: words, how frequent they are, how long translations are
    unmatched.py  the sentences that stand alone: `find_unmatched`
    weights.py    all constants

No stage: it joins `text`, `align` and `project`, whose sentences, words and logarithms it takes. All sums are of whole
numbers, so that nothing depends on the processor.
"""

from __future__ import annotations

from mt_eval.counterparts.pieces import has_several
from mt_eval.counterparts.unmatched import Unmatched, find_unmatched

__all__ = ["Unmatched", "find_unmatched", "has_several"]
