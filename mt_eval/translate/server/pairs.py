"""Segment pairs translated by a server: alone, or as many at once as the unit says, an article with its paragraphs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from mt_eval.config import RunConfig, UnitKind
from mt_eval.languages.chatter import find_chatter, find_refusal
from mt_eval.translate.chain import Chain, describe_unit, join_pairs
from mt_eval.translate.server.ask import ask_texts
from mt_eval.translate.server.locate import Server
from mt_eval.translate.system import Sentence, Translated
from mt_eval.translate.units import Unit, make_units
from mt_eval.types import SegmentPair


def translate_with_server(
    server: Server,
    config: RunConfig,
    pairs: Sequence[SegmentPair],
    store_dir: Path,
    progress: Callable[[int, int], None],
    *,
    paragraphs: Mapping[str, Sequence[int]],
) -> Translated:
    """The pairs' translations by the server, with what it says around and instead of them.

    Args:
        paragraphs: See `make_units`; what is given at once has an empty line between paragraphs.
    """
    alone = config.unit.kind is UnitKind.sentence
    units = make_units(pairs, config.unit, paragraphs)
    texts = [write_unit(unit, paragraphs) for unit in units]
    asked = ask_texts(server, texts, store_dir, lambda done: progress(done, len(units)), preflight=config.preflight)
    chatter: dict[str, str] = {}
    refused: dict[str, str] = {}
    whole: dict[str, str] = {}
    chains = []
    for unit, text in zip(units, texts, strict=True):
        sentence = asked.sentences[text]
        name = pairs[unit.places[0]].id
        if refusal := sentence.refused or find_refusal(text, sentence.text):
            refused.setdefault(name, refusal)
        if found := find_chatter(text, sentence.text):
            chatter.setdefault(name, found.why)
            if server.model.strip:
                whole[name] = f"{whole[name]}\n{sentence.text}" if name in whole else sentence.text
                sentence = replace(sentence, text=found.text)
        chains.append(Chain(((_lay_out(sentence, alone=alone),),)))
    leg = {**asked.facts, **({"whole_answers": whole} if whole else {})}
    facts = {"segments": sum(len(pair.source) for pair in pairs), "legs": [leg]}
    warnings = (*asked.warnings, *_warn_about_examples(server, texts))
    if alone:
        translations = join_pairs(pairs, units, chains)
        return Translated(translations, facts, warnings, chatter=chatter, refused=refused)
    described = tuple(describe_unit(*each, has_pivot=False) for each in zip(units, chains, strict=True))
    return Translated((), {**facts, "units": len(units)}, warnings, described, chatter=chatter, refused=refused)


def list_texts(config: RunConfig, pairs: Sequence[SegmentPair], paragraphs: Mapping[str, Sequence[int]]) -> list[str]:
    """The texts that would be asked for, repeats included."""
    return [write_unit(unit, paragraphs) for unit in make_units(pairs, config.unit, paragraphs)]


def write_unit(unit: Unit, paragraphs: Mapping[str, Sequence[int]]) -> str:
    """The unit's text with an empty line wherever a paragraph begins in it: chat models know what that means."""
    begins = paragraphs.get(unit.segments[0].article_id, ())
    text = unit.segments[0].text
    for before, after in pairwise(unit.segments):
        ends = bisect_right(begins, before.start) != bisect_right(begins, after.start)
        text += ("\n\n" if ends else "" if before.end == after.start else " ") + after.text
    return text


def _lay_out(sentence: Sentence, *, alone: bool) -> Sentence:
    """An answer to one sentence on one line, as all systems give it."""
    return replace(sentence, text=" ".join(sentence.text.split())) if alone else sentence


def _warn_about_examples(server: Server, texts: Sequence[str]) -> tuple[str, ...]:
    shown = {source.strip() for source, _ in server.prompt.examples}
    known = sum(text.strip() in shown for text in texts)
    if not known:
        return ()
    return (f"{server.name}: {known} of {len(texts)} texts are among model.examples, where the server sees an answer",)
