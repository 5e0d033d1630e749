"""What loading data gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mt_eval.files import TextFile
from mt_eval.types import ArticlePair


@dataclass(frozen=True, slots=True)
class Corpus:
    """Article pairs as they were found, and what the later stages must know about them."""

    pairs: Sequence[ArticlePair]
    """Raw text; the source side is in the direction's source language."""
    segmented: bool
    """Every line of a text is one segment, and i-th lines belong together."""
    furniture: Mapping[str, tuple[str, ...]]
    """Article id to the rules that name its page furniture, as `KIND: TEXT`; see seeds/README.md."""
    word_segmented: frozenset[str]
    """Ids of the articles whose words are joined by underscores."""
    gold: Mapping[str, TextFile]
    """Article pair id to its hand-made alignment, where there is one."""
    inputs: Mapping[str, str]
    """Name of every file read to its SHA-256.

    For a manifest: paths relative to its folder; for parallel lines: the configuration's keys (`source_path`).
    """
    pivot: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Article pair id to its segments in a third language, the pivot's, where the data has them."""
    notes: tuple[str, ...] = ()
    """What was left out, and why."""
    warnings: tuple[str, ...] = ()
    """What makes scores on this corpus doubtful."""


_NAMED = 5
"""Articles that a note names; of more it tells the number."""


def note_unpaired(names: Sequence[str]) -> tuple[str, ...]:
    """One note on the articles that are left out because they have no human version, and on how to take them in.

    >>> note_unpaired(["001", "004"])[0]
    'left out: 001, 004, of which there is no human version to score against; data.unpaired=true translates them, too'
    """
    if not names:
        return ()
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    them = "it" if len(names) == 1 else "them"
    return (
        f"left out: {', '.join(names[:_NAMED])}{more}, of which there is no human version to score against; "
        f"data.unpaired=true translates {them}, too",
    )
