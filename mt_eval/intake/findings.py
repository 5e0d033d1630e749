"""What the checks of a folder say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    kind: str
    """What is wrong: `unfit` and `doubtful` (the reference does not, or hardly, say what the source says), `omission`,
    `addition`, `order`, `numbers`, `adapted` (sentences joined and split often), `machine` (signs of machine
    translation), `duplicate`, `near-duplicate`, `encoding` (damaged letters)."""
    where: str
    """Id of the article pair, of its segment pair, or of the article."""
    what: str
    quote: str = ""
    """The sentence it is about."""
    lang: str = ""
    """Of the quote."""
