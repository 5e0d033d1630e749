"""Undo what was done to a text on its way here: page furniture around it, word segmentation in it.

Nothing else is touched: no Unicode normalisation, no spaces collapsed, no typography mended. What a human wrote stays
as written, also where it is odd (`العالم ،`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mt_eval.text.furniture import remove_furniture
from mt_eval.text.unsegment import close_gaps, split_words


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that cleaning did: in line `line` of the raw text (from 1), `before` became `after`."""

    step: str
    """`furniture`, `words` or `spaces`."""
    line: int
    before: str
    after: str
    """Empty where `before` was removed."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    text: str
    changes: tuple[Change, ...]
    """In the order they were made."""
    unused_rules: tuple[str, ...] = ()
    """Furniture rules that removed nothing."""


def clean(text: str, lang: str, *, word_segmented: bool, furniture: Sequence[str]) -> Cleaned:
    """`text` without its furniture and, where `word_segmented` holds of a Vietnamese text, without word segmentation.

    `furniture` holds rules as seeds/README.md specifies them. Cleaning what is clean changes nothing. Texts in other
    languages than Vietnamese keep their spaces and underscores whatever `word_segmented` says.
    """
    lines = list(enumerate(text.split("\n"), start=1))
    changes: list[Change] = []
    used: set[str] = set()
    # One round nearly always does; another is needed where removing one thing uncovers the next (`/././.`).
    while True:
        done = len(changes)
        lines, removed = remove_furniture(lines, furniture)
        changes.extend(Change("furniture", number, before, "") for number, before, _ in removed)
        used.update(rule for _, _, rule in removed)
        if word_segmented and lang == "vi":
            lines = _rewrite(lines, "words", split_words, changes)
            lines = _rewrite(lines, "spaces", close_gaps, changes)
        if len(changes) == done:
            unused = tuple(rule for rule in furniture if rule not in used)
            return Cleaned("\n".join(line for _, line in lines), tuple(changes), unused)


def _rewrite(
    lines: Sequence[tuple[int, str]],
    step: str,
    rewrite_line: Callable[[str], tuple[str, list[tuple[str, str]]]],
    changes: list[Change],
) -> list[tuple[int, str]]:
    rewritten = []
    for number, line in lines:
        after, edits = rewrite_line(line)
        rewritten.append((number, after))
        changes.extend(Change(step, number, old, new) for old, new in edits)
    return rewritten
