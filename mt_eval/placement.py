"""From translations of whole articles, or of windows of them, to one translation per segment pair.

Systems give back what they were given at once; projection finds out which part of it belongs to which segment pair, by
sources, references and order. Only this module joins `translate`, `project` and `align` for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from mt_eval.align.bridge import WordBridge
from mt_eval.project import SIGNATURE as PROJECTION
from mt_eval.project import Part, Projection, WholeOutput, project_outputs
from mt_eval.project.weights import Weights
from mt_eval.runs.outputs import OutputPart, write_order
from mt_eval.translate.system import TranslatedUnit
from mt_eval.types import SegmentPair, Translation

Number = TypeVar("Number", int, float)

_OF_MODELS = Weights(least_wrong=Weights().wrong)
"""A model says something about what it was given, if not the right thing: however often text seems to be added, one
that stands in a segment's place is taken for its bad translation. With good models that changes nothing (measured)."""

__all__ = ["PROJECTION", "Placement", "place_units"]


@dataclass(frozen=True, slots=True)
class Placement:
    """What belongs to each of N segment pairs, and what belongs to none."""

    translations: Sequence[Translation | None]
    """None where the pair has no source; without a text where it was omitted."""
    projection: str = ""
    """The method, as signatures say it; empty where every pair was translated on its own."""
    additions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Article pair id to texts that belong to no segment pair, in the output's order; only where there are any."""
    order: Mapping[str, str] = field(default_factory=dict)
    """Article pair id to the order of its output; see `mt_eval.runs.outputs`."""
    outputs: Mapping[str, str] = field(default_factory=dict)
    """Article pair id to its whole output, with single spaces for white space."""
    warnings: tuple[str, ...] = ()


def place_units(
    pairs: Sequence[SegmentPair],
    units: Sequence[TranslatedUnit],
    source_lang: str,
    target_lang: str,
    *,
    kept: int | None = None,
    via: str | None = None,
    pivot_references: Sequence[str] = (),
) -> Placement:
    """The units of one system put in their place, all at once, since they teach each other.

    Every character of a unit is in the translation of one pair or in one addition; only white space changes. Of an
    article that `kept` divides, what comes behind the last text of a kept pair is left out.

    Args:
        units: In reading order, each within one article, each pair with a source in one of them; or in several, each of
            which was given a part of its source.
        kept: Give the translations of the first so many pairs; the others only show which text is theirs.
        via: The language of `pivot_text`, which is put in its place, too.
        pivot_references: Per pair a human version in that language; none where there is none at all.
    """
    kept = len(pairs) if kept is None else kept
    references = [pair.reference_text for pair in pairs]
    projections = _project(pairs, units, [unit.text for unit in units], references, (source_lang, target_lang))
    pivots: list[Projection | None] = [None] * len(units)
    if via is not None:
        human = [*pivot_references, *[""] * (len(pairs) - len(pivot_references))]
        pivots = [*_project(pairs, units, [unit.pivot_text or "" for unit in units], human, (source_lang, via))]
    translations = [Translation(pair.id, "") if pair.source else None for pair in pairs]
    parts: dict[str, list[OutputPart]] = defaultdict(list)
    placed: set[int] = set()
    for unit, projection, pivot in zip(units, projections, pivots, strict=True):
        for place, translation in zip(unit.places, _divide(unit, projection, pivot, pairs), strict=True):
            earlier = translations[place] if place in placed else None
            translations[place] = translation if earlier is None else _join(earlier, translation)
            placed.add(place)
        if unit.places:
            parts[pairs[unit.places[0]].article_pair_id] += _list_parts(unit, projection)
    return _gather(pairs, translations, parts, kept)


def _project(
    pairs: Sequence[SegmentPair],
    units: Sequence[TranslatedUnit],
    texts: Sequence[str],
    references: Sequence[str],
    langs: tuple[str, str],
) -> list[Projection]:
    """The projection of each unit's text.

    Units without text teach nothing and get nothing. What was made of one source alone is its translation, as it is
    wherever sentences are translated one by one. A part of a source has no reference: what the reference says of the
    other part would mislead.
    """
    wholes = [
        _describe_whole([pairs[place] for place in unit.places], unit, [references[p] for p in unit.places], text)
        for unit, text in zip(units, texts, strict=True)
        if text.strip() and len(unit.sources) != 1
    ]
    weights = _OF_MODELS if any(unit.sources for unit in units) else None
    found = iter(project_outputs(wholes, *langs, WordBridge(*langs), weights) if wholes else ())
    projections = []
    for unit, text in zip(units, texts, strict=True):
        if not text.strip():
            projections.append(Projection((), ("",) * len(unit.places), ()))
        elif len(unit.sources) == 1:
            projections.append(Projection((Part(0, len(text), 0),), (" ".join(text.split()),), ()))
        else:
            projections.append(next(found))
    return projections


def _describe_whole(
    pairs: Sequence[SegmentPair], unit: TranslatedUnit, references: Sequence[str], text: str
) -> WholeOutput:
    sources = unit.sources or tuple(pair.source_text for pair in pairs)
    known = zip(pairs, sources, references, strict=True)
    return WholeOutput(
        sources, tuple(reference if source == pair.source_text else "" for pair, source, reference in known), text
    )


def _divide(
    unit: TranslatedUnit, projection: Projection, pivot: Projection | None, pairs: Sequence[SegmentPair]
) -> list[Translation]:
    """The translations of a unit's pairs. What was counted of several pairs together is nobody's own.

    An output that was stopped was stopped behind the last text; of a source that was cut the last pair is lost.
    """
    alone = len(unit.places) == 1
    stopped = max((index for index, text in enumerate(projection.translations) if text), default=0)
    return [
        Translation(
            pairs[place].id,
            text,
            None if pivot is None or unit.pivot_text is None else pivot.translations[index],
            unit.tokens_in if alone else None,
            unit.tokens_out if alone else None,
            unit.truncated and index >= stopped,
            unit.source_cut and index == len(unit.places) - 1,
            unit.score if alone else None,
        )
        for index, (place, text) in enumerate(zip(unit.places, projection.translations, strict=True))
    ]


def _join(one: Translation, other: Translation) -> Translation:
    """The translation of a pair from those of two parts of its source; `_divide` says what of it is known."""
    texts = [each.text for each in (one, other) if each.text]
    pivots = [each.pivot_text for each in (one, other) if each.pivot_text]
    return Translation(
        one.segment_pair_id,
        " ".join(texts),
        None if one.pivot_text is None else " ".join(pivots),
        _add(one.tokens_in, other.tokens_in),
        _add(one.tokens_out, other.tokens_out),
        one.truncated or other.truncated,
        one.source_cut or other.source_cut,
        _add(one.score, other.score),
    )


def _add(one: Number | None, other: Number | None) -> Number | None:
    return None if one is None or other is None else one + other


def _list_parts(unit: TranslatedUnit, projection: Projection) -> list[OutputPart]:
    """The parts of a unit, each with its place among all pairs."""
    found = []
    for part in projection.parts:
        raw = unit.text[part.start : part.end]
        text = " ".join(raw.split())
        if text:
            ends_line = "\n" in raw[len(raw.rstrip()) :]
            found.append(OutputPart(None if part.segment is None else unit.places[part.segment], text, ends_line))
    return found


def _gather(
    pairs: Sequence[SegmentPair],
    translations: Sequence[Translation | None],
    parts: Mapping[str, Sequence[OutputPart]],
    kept: int,
) -> Placement:
    begins: dict[str, int] = {}
    sizes: dict[str, int] = defaultdict(int)
    for place, pair in enumerate(pairs[:kept]):
        begins.setdefault(pair.article_pair_id, place)
        sizes[pair.article_pair_id] += 1
    additions, order, outputs = {}, {}, {}
    for article, begin in begins.items():
        own = list(parts.get(article, ()))
        if any(pair.article_pair_id == article for pair in pairs[kept:]):
            own = _cut(own, kept)
        own = [OutputPart(None if p.place is None else p.place - begin, p.text, p.ends_line) for p in own]
        outputs[article] = " ".join(part.text for part in own)
        if added := tuple(part.text for part in own if part.place is None):
            additions[article] = added
        if signs := write_order(own, sizes[article]):
            order[article] = signs
    made = tuple(translations[:kept])
    return Placement(made, PROJECTION, additions, order, outputs, _describe(pairs, made, additions, outputs))


def _cut(parts: Sequence[OutputPart], kept: int) -> list[OutputPart]:
    """The parts of the first `kept` pairs, and what was added before the last of them."""
    own = [part for part in parts if part.place is None or part.place < kept]
    last = max((index for index, part in enumerate(own) if part.place is not None), default=-1)
    return own[: last + 1]


def _describe(
    pairs: Sequence[SegmentPair],
    translations: Sequence[Translation | None],
    additions: Mapping[str, Sequence[str]],
    outputs: Mapping[str, str],
) -> tuple[str, ...]:
    """How much was omitted and added, where anything was."""
    made = [translation for translation in translations if translation is not None]
    omitted = sum(not translation.text for translation in made)
    added = sum(len(text) for texts in additions.values() for text in texts)
    if not omitted and not added:
        return ()
    share = 100 * added / (sum(map(len, outputs.values())) or 1)
    scored = any(pair.reference for pair in pairs)
    empty, alone = (", which score as empty", ", which counts at the article level only") if scored else ("", "")
    seen = [f"omitted {omitted} of {len(made)} segments{empty}"] if omitted else []
    seen += [f"added {f'{share:.1f}' if share >= 0.05 else 'less than 0.1'}% of what it says{alone}"] if added else []
    return (f"as far as projection can tell, the system {', and '.join(seen)}",)
