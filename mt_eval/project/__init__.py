"""The output of a whole article, with sentence breaks of its own, put beside the segments that it translates.

    words.py       texts as words, in the forms in which they are compared
    evidence.py    what words say about the segment they translate
    lengths.py     what lengths say
    habits.py      how sentences begin and end
    cuts.py        where a segment's translation may begin
    path.py        the likeliest way through the segments
    lessons.py     what one pass teaches the next
    blocks.py      long articles in pieces
    logs.py        logarithms that are the same everywhere
    weights.py     all constants

Evidence is of three kinds: source beside output, through whatever `Bridge` the caller brings; reference beside output,
where there is a reference; and order, lengths and marks. Nothing is dropped: every character of an output is part of
one segment's translation or of an addition.
"""

from __future__ import annotations

from mt_eval.project.lessons import Bridge
from mt_eval.project.project import SIGNATURE, Part, Projection, WholeOutput, project_outputs

__all__ = ["SIGNATURE", "Bridge", "Part", "Projection", "WholeOutput", "project_outputs"]
