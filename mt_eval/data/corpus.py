"""What loading data gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mt_eval.files import TextFile
from mt_eval.types import ArticlePair


@dataclass(frozen=True, slots=True)
class Corpus:
    """Article pairs as they were found, and what the later stages must know about them."""

    pairs: tuple[ArticlePair, ...]
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
