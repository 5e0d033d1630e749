"""What a model is given at once: a sentence, or neighbouring sentences of one article joined into one text.

A **unit** is N source segments that go into a model as one text. Units are cut from the article alone, never by how its
segments were paired: what a model is given must not depend on the reference. So the segments of one pair may go into
two units.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from mt_eval.config import UnitConfig, UnitKind
from mt_eval.types import Segment, SegmentPair

Fits = Callable[[str], bool]
"""Whether a model takes a text whole; a beginning of one that it takes, too."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Neighbouring source segments of one article, and the place of the pair that each is of."""

    segments: tuple[Segment, ...]
    places: tuple[int, ...]

    @property
    def text(self) -> str:
        """The segments on one line, with a space where the article has white space of any kind.

        Line breaks become spaces, too. Models were trained on lines, and SentencePiece's usual normalisation (nmt_nfkc,
        the demo model's, too) takes a line break for a space; one that keeps it would give the model a token that it
        never learned.
        """
        glued = [before.end == after.start for before, after in pairwise(self.segments)]
        rest = zip(glued, self.segments[1:], strict=True)
        return self.segments[0].text + "".join(each.text if glue else f" {each.text}" for glue, each in rest)

    def cut(self, start: int, end: int) -> Unit:
        """Its segments from `start` up to `end`."""
        return Unit(self.segments[start:end], self.places[start:end])


def make_units(pairs: Sequence[SegmentPair], config: UnitConfig, paragraphs: Mapping[str, Sequence[int]]) -> list[Unit]:
    """The source segments of N segment pairs in units, each in one, in their order.

    Args:
        paragraphs: Article id to the offsets at which its paragraphs begin; an article that is not there is one.
    """
    units: list[Unit] = []
    for _, group in groupby(enumerate(pairs), key=lambda item: item[1].article_pair_id):
        sources = [(segment, place) for place, pair in group for segment in pair.source]
        start = 0
        for size in _measure([segment for segment, _ in sources], config, paragraphs):
            segments, places = zip(*sources[start : start + size], strict=True)
            units.append(Unit(segments, places))
            start += size
    return units


def write_paragraphs(unit: Unit, paragraphs: Mapping[str, Sequence[int]]) -> str:
    """The unit's text with an empty line wherever a paragraph begins in it: chat models know what that means.

    Args:
        paragraphs: See `make_units`.
    """
    begins = paragraphs.get(unit.segments[0].article_id, ())
    text = unit.segments[0].text
    for before, after in pairwise(unit.segments):
        ends = bisect_right(begins, before.start) != bisect_right(begins, after.start)
        text += ("\n\n" if ends else "" if before.end == after.start else " ") + after.text
    return text


def name_unit(config: UnitConfig) -> str:
    """The unit as part of the names of run directories: `window-4`, `article`."""
    return config.kind.value if config.sentences is None else f"{config.kind.value}-{config.sentences}"


def warn_about_units(units: Sequence[Unit], config: UnitConfig, alignment: str) -> tuple[str, ...]:
    """Where units are not what their name says, as the data does not tell.

    Args:
        alignment: How the segments were paired; `lines` where each is a line of the data.
    """
    articles = len({unit.segments[0].article_id for unit in units})
    if config.kind is UnitKind.sentence or not units:
        return ()
    warnings = []
    if config.kind is UnitKind.paragraph and len(units) == articles:
        why = "its lines are segments" if alignment == "lines" else "each article is on one line"
        warnings.append(f"the data tells no paragraphs apart ({why}): unit=paragraph is unit=article here")
    if articles == 1 and alignment == "lines":
        warnings.append(
            f"unless all segments are of one article, which the data does not say, a {config.kind.value} joins "
            "sentences of several"
        )
    return tuple(warnings)


def divide_unit(unit: Unit, fits: Fits) -> list[Unit]:
    """The unit if its text fits, else parts of it: each with as many segments as fit, one at least, in their order."""
    if len(unit.segments) == 1 or fits(unit.text):
        return [unit]
    spans = _divide(len(unit.segments), lambda start, end: fits(unit.cut(start, end).text))
    return [unit.cut(*span) for span in spans]


def divide_text(text: str, fits: Fits, split: Callable[[str], Sequence[str]]) -> list[str]:
    """The text if it fits, else parts of it: each with as many sentences as fit, one at least, joined by spaces.

    Args:
        split: A text to its sentences.
    """
    if fits(text):
        return [text]
    sentences = split(text)
    spans = _divide(len(sentences), lambda start, end: fits(" ".join(sentences[start:end])))
    return [" ".join(sentences[start:end]) for start, end in spans]


def _divide(total: int, fits: Callable[[int, int], bool]) -> list[tuple[int, int]]:
    """Spans of `total` things, each as long as fits, one thing at least.

    Longer ones are tried step by step: to find out that very long texts do not fit would take most of the time.
    """
    spans = []
    start = 0
    while start < total:
        low, high = start + 1, start + 2
        while high <= total and fits(start, high):
            low, high = high, start + 2 * (high - start)
        ends = range(low + 1, min(high, total + 1))
        end = low + bisect_left(ends, True, key=lambda end, start=start: not fits(start, end))  # type: ignore[misc]
        spans.append((start, end))
        start = end
    return spans


def _measure(segments: Sequence[Segment], config: UnitConfig, paragraphs: Mapping[str, Sequence[int]]) -> list[int]:
    """How many of an article's segments each unit has."""
    total = len(segments)
    match config.kind:
        case UnitKind.article:
            return [total] if total else []
        case UnitKind.paragraph:
            numbers = [bisect_right(paragraphs.get(each.article_id, ()), each.start) for each in segments]
            return [len(list(group)) for _, group in groupby(numbers)]
        case UnitKind.window if config.sentences is not None:
            whole, rest = divmod(total, config.sentences)
            return [config.sentences] * whole + [rest] * (rest > 0)
        case _:
            return [1] * total
