"""How much of an article a model is given at once: group `unit`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from mt_eval.config.ranges import require


class UnitKind(Enum):
    """What goes into a model together; what comes out is put in its place afterwards."""

    sentence = "sentence"
    """Every sentence alone."""
    window = "window"
    """So many neighbouring sentences, whatever paragraphs they are of."""
    paragraph = "paragraph"
    """The sentences of a paragraph; where the data tells no paragraphs apart, an article is one."""
    article = "article"


@dataclass
class UnitConfig:
    kind: UnitKind = UnitKind.sentence
    """What goes into a model together."""
    sentences: int | None = None
    """How many sentences a window has, the last one of an article perhaps fewer; nothing to the other kinds."""

    def __post_init__(self) -> None:
        if self.kind is not UnitKind.window:
            # So that the same way of translating is the same setting, also in a sweep over kinds and numbers.
            self.sentences = None
            return
        require(
            self.sentences is not None and self.sentences >= 2,
            "unit.sentences",
            "null" if self.sentences is None else self.sentences,
            "2 or more; unit=sentence gives a model one at a time",
        )
