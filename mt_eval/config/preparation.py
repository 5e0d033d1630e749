"""How segment pairs are made of articles: groups `clean`, `segment` and `align`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass
class CleanConfig:
    segmentation: bool = True
    """Undo word segmentation (`hợp_tác`, spaced punctuation and quotes) in articles that show it."""
    furniture: bool = True
    """Remove the page furniture named in the manifest."""


@dataclass
class SegmentConfig:
    """Paragraphs, then the sentences that `sentencex` finds in them."""


class AlignMethod(Enum):
    best = "best"
    """The gold alignment where the manifest names one, else `auto`; line-parallel data is taken as it stands."""
    gold = "gold"
    auto = "auto"


@dataclass
class AlignConfig:
    method: AlignMethod = AlignMethod.best
    """Where the pairs of sentences come from."""
