"""Translate segment pairs with one leg, or with two in a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from mt_eval.config import RunConfig, UnitKind, list_settings
from mt_eval.config.leg_names import name_in_leg, naming_leg, pair_legs
from mt_eval.languages.codes import name_language
from mt_eval.translate.engines.batching import limit_new_tokens
from mt_eval.translate.engines.pool import LoadedModels
from mt_eval.translate.sentences import translate_texts
from mt_eval.translate.server.leg import translate_with_server
from mt_eval.translate.server.locate import Server
from mt_eval.translate.system import Leg, LegResult, Sentence, System, Translated, TranslatedUnit
from mt_eval.translate.units import Fits, Unit, divide_text, divide_unit, make_units, write_paragraphs
from mt_eval.types import HypothesisList, SegmentPair, Translation

Split = Callable[[str, str], Sequence[str]]
"""A text and its language to its sentences."""


@dataclass(frozen=True, slots=True)
class Chain:
    """What all legs made of one unit: per leg the sentences of its texts, several where one did not fit."""

    legs: tuple[tuple[Sentence, ...], ...]

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(_space(sentence.text for sentence in leg) for leg in self.legs)

    def list_facts(self) -> dict[str, Any]:
        """Tokens in are the first leg's, tokens out and score the last one's; truncated or cut if any leg's is."""
        sentences = [sentence for leg in self.legs for sentence in leg]
        return {
            "tokens_in": sum(sentence.tokens_in for sentence in self.legs[0]),
            "tokens_out": sum(sentence.tokens_out for sentence in self.legs[-1]),
            "truncated": any(sentence.truncated for sentence in sentences),
            "source_cut": any(sentence.source_cut for sentence in sentences),
            "score": _sum_scores(sentence.score for sentence in self.legs[-1]),
        }


def translate_with_legs(
    system: System,
    config: RunConfig,
    pairs: Sequence[SegmentPair],
    store_dir: Path,
    progress: Callable[[int, int], None],
    models: LoadedModels | None,
    *,
    paragraphs: Mapping[str, Sequence[int]],
    split: Split,
) -> Translated:
    """The pairs' translations by the system's legs, each of which translates what the one before it made.

    Without `models`, which keeps the models for further runs, the second leg is loaded when the first one is done and
    freed.

    Args:
        paragraphs: See `make_units`.
        split: Finds the sentences of what one leg made and the next cannot take.
    """
    route = system.route
    if models is not None and system.legs:
        models.begin(system.legs, system.engine, config.device)
    alone = config.unit.kind is UnitKind.sentence
    wholes = [[unit] for unit in make_units(pairs, config.unit, paragraphs)]
    if not alone and isinstance(route[0], Leg):
        fits = _measure_with(route[0])
        wholes = [divide_unit(unit, fits) for (unit,) in wholes]
    units = [unit for each in wholes for unit in each]
    names = [pairs[unit.places[0]].id for unit in units]
    texts = _write_texts(route[0], units, paragraphs)
    total = len(units) * len(route)

    def translate(leg: Leg | Server, given: Sequence[str], tell: Callable[[int], None]) -> LegResult:
        if isinstance(leg, Server):
            return translate_with_server(leg, given, store_dir, tell, on_one_line=alone, preflight=config.preflight)
        with nullcontext(models) if models is not None else LoadedModels() as held:
            if models is None:
                held.begin([leg], system.engine, config.device)
            return translate_texts(leg, given, held, store_dir, tell, preflight=config.preflight)

    settings = pair_legs(config.model)
    found: list[list[tuple[Sentence, ...]]] = []
    facts: list[dict[str, Any]] = []
    warnings = [*(warning for leg in system.legs for warning in leg.warnings), *_warn_of_choice(system.legs)]
    chatter: dict[str, str] = {}
    refused: dict[str, str] = {}
    for number, leg in enumerate(route):
        parts = [[text] for text in texts]
        if number and isinstance(leg, Leg) and not alone:
            parts = _divide_texts(texts, leg, split)
            if isinstance(route[number - 1], Server):
                parts = [_put_on_one_line(each) for each in parts]
        given = [part for each in parts for part in each]
        tell = _spread(progress, number * len(units), len(units), total, len(given))
        name, model = settings[number]
        with naming_leg(name, type(model)):
            result = translate(leg, given, tell)
        found.append([tuple(result.sentences[part] for part in each) for each in parts])
        divided = sum(len(each) > 1 for each in (parts if number else wholes))
        whole = _gather(result.whole, texts, names)
        facts.append(
            {
                **result.facts,
                **({} if alone else {"units_divided": divided}),
                **({"whole_answers": {name: "\n".join(answers) for name, answers in whole.items()}} if whole else {}),
            }
        )
        where = "" if number + 1 == len(route) else f"in {_name_target(leg)}: "
        for said, ours in ((result.chatter, chatter), (result.refused, refused)):
            for name, (why, *_) in _gather(said, texts, names).items():
                ours[name] = "; ".join(filter(None, (ours.get(name), where + why)))
        texts = [_space(sentence.text for sentence in each) for each in found[-1]]
        warnings += [name_in_leg(each, name, list_settings(type(model))) for each in result.warnings]
        if isinstance(leg, Leg):
            warnings += _warn(leg, [sentence for each in found[-1] for sentence in each])
            if divided:
                warnings.append(
                    f"{leg.name}: {divided} of {len(parts if number else wholes)} {config.unit.kind.value}s have more "
                    f"than the model's {leg.length.positions} positions and were divided at ends of sentences"
                )
    chains = [Chain(legs) for legs in zip(*found, strict=True)]
    work = {"segments": sum(len(pair.source) for pair in pairs), "legs": facts}
    hypotheses = tuple(_list_hypotheses(units, parts, found[-1]))
    seen: dict[str, Any] = {"hypotheses": hypotheses, "chatter": chatter, "refused": refused}
    if alone:
        return Translated(join_pairs(pairs, units, chains), work, tuple(warnings), **seen)
    described = tuple(describe_unit(*each, has_pivot=len(route) > 1) for each in zip(units, chains, strict=True))
    return Translated((), {**work, "units": len(units)}, tuple(warnings), described, **seen)


def _list_hypotheses(
    units: Sequence[Unit], parts: Sequence[Sequence[str]], sentences: Sequence[Sequence[Sentence]]
) -> Iterator[HypothesisList]:
    """What the last leg held for possible, of each part of each unit that it was given.

    Lists are not joined into one of a segment pair: that a sentence's second hypothesis goes with the second one of its
    neighbour is nothing that any model said.
    """
    for unit, texts, found in zip(units, parts, sentences, strict=True):
        segments = tuple(segment.id for segment in unit.segments)
        for text, sentence in zip(texts, found, strict=True):
            if sentence.hypotheses:
                yield HypothesisList(segments, text, sentence.hypotheses)


def list_texts(
    system: System, config: RunConfig, pairs: Sequence[SegmentPair], paragraphs: Mapping[str, Sequence[int]]
) -> list[str]:
    """What the first leg would be given, repeats included; units that do not fit into a checkpoint are not divided."""
    return _write_texts(system.route[0], make_units(pairs, config.unit, paragraphs), paragraphs)


def _write_texts(leg: Leg | Server, units: Sequence[Unit], paragraphs: Mapping[str, Sequence[int]]) -> list[str]:
    """The text of each unit; a server is told of paragraphs, too."""
    return [write_paragraphs(unit, paragraphs) if isinstance(leg, Server) else unit.text for unit in units]


def _gather(said: Mapping[str, str], texts: Sequence[str], names: Sequence[str]) -> dict[str, list[str]]:
    """Segment pair id to what is said of the texts that it begins with, in their order; pairs without any left out."""
    found: dict[str, list[str]] = {}
    for text, name in zip(texts, names, strict=True):
        if text in said:
            found.setdefault(name, []).append(said[text])
    return found


def _name_target(leg: Leg | Server) -> str:
    """The language that a leg translates into, in English."""
    return name_language(str(leg.facts["direction"]).split("-")[1])


def _put_on_one_line(texts: Sequence[str]) -> list[str]:
    """The texts as checkpoints know them; `Unit.text` says why."""
    return [" ".join(text.split()) for text in texts]


def _divide_texts(texts: Sequence[str], leg: Leg, split: Split) -> list[list[str]]:
    fits = _measure_with(leg)
    lang = str(leg.facts["direction"]).split("-")[0]
    return [divide_text(text, fits, lambda text: split(text, lang)) for text in texts]


def _measure_with(leg: Leg) -> Fits:
    """Whether a text fits into the leg's positions, by its own tokenizer."""
    from mt_eval.translate.checkpoints.tokenizer import encode_texts, load_tokenizer

    tokenizer, _ = load_tokenizer(leg)
    return lambda text: not encode_texts(leg, tokenizer, [text])[0].cut


def _spread(
    progress: Callable[[int, int], None], begin: int, units: int, total: int, texts: int
) -> Callable[[int], None]:
    """Texts done as units done: a leg may have more texts than there are units."""
    return lambda done: progress(begin + (done * units // texts if texts else 0), total)


def join_pairs(
    pairs: Sequence[SegmentPair], units: Sequence[Unit], chains: Sequence[Chain]
) -> tuple[Translation | None, ...]:
    """One translation per pair from those of its source segments, each of which was translated alone."""
    of_pair: dict[int, list[Chain]] = {}
    for unit, chain in zip(units, chains, strict=True):
        of_pair.setdefault(unit.places[0], []).append(chain)
    return tuple(_join(pair.id, of_pair[place]) if place in of_pair else None for place, pair in enumerate(pairs))


def _join(pair_id: str, chains: Sequence[Chain]) -> Translation:
    facts = [chain.list_facts() for chain in chains]
    return Translation(
        segment_pair_id=pair_id,
        text=_space(chain.texts[-1] for chain in chains),
        pivot_text=_space(chain.texts[0] for chain in chains) if len(chains[0].legs) > 1 else None,
        tokens_in=sum(each["tokens_in"] for each in facts),
        tokens_out=sum(each["tokens_out"] for each in facts),
        truncated=any(each["truncated"] for each in facts),
        source_cut=any(each["source_cut"] for each in facts),
        score=_sum_scores(each["score"] for each in facts),
    )


def describe_unit(unit: Unit, chain: Chain, *, has_pivot: bool) -> TranslatedUnit:
    """What was made of a unit, and which part of its source is each pair's."""
    runs = [(place, sum(1 for _ in group)) for place, group in groupby(unit.places)]
    sources, start = [], 0
    for _, count in runs:
        sources.append(" ".join(segment.text for segment in unit.segments[start : start + count]))
        start += count
    return TranslatedUnit(
        places=tuple(place for place, _ in runs),
        text=chain.texts[-1],
        pivot_text=chain.texts[0] if has_pivot else None,
        sources=tuple(sources),
        **chain.list_facts(),
    )


def _sum_scores(scores: Iterable[float | None]) -> float | None:
    known = list(scores)
    return None if any(score is None for score in known) else sum(score for score in known if score is not None)


def _space(texts: Iterable[str]) -> str:
    return " ".join(text for text in texts if text)


def _warn_of_choice(legs: Sequence[Leg]) -> list[str]:
    """What to know of scores by the metric that translations were chosen by."""
    return [
        f"decoding=mbr chose every translation by {utility}: this run's chrF and chrF++ are higher than its "
        "translations are good; judge it by another metric, such as BLEU"
        for utility in dict.fromkeys(leg.choice.utility for leg in legs if leg.choice is not None)
    ]


def _warn(leg: Leg, sentences: Sequence[Sentence]) -> list[str]:
    warnings = []
    cut = sum(sentence.source_cut for sentence in sentences)
    truncated = [sentence for sentence in sentences if sentence.truncated]
    if cut:
        warnings.append(
            f"{leg.name}: {cut} of {len(sentences)} sources are longer than the model's {leg.length.positions} "
            "positions; only their beginning was translated"
        )
    if truncated:
        at_end = sum(limit_new_tokens(each.tokens_in, leg.length) == leg.length.positions for each in truncated)
        last = f"; {at_end} of them by the model's {leg.length.positions} positions, which nothing raises"
        warnings.append(
            f"{leg.name}: {len(truncated)} of {len(sentences)} translations were stopped by the length limit "
            f"(decoding.max_new_tokens_factor, decoding.max_new_tokens_offset){last if at_end else ''}"
        )
    return warnings
