"""Whole articles' outputs, with sentence breaks of their own, put in their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from mt_eval.project.blocks import Block, divide
from mt_eval.project.cuts import find_sentences, list_kinds, weigh_cuts
from mt_eval.project.evidence import Judge, Table, Target
from mt_eval.project.lengths import Lengths, expect_lengths, weigh_lengths
from mt_eval.project.lessons import Bridge, Lessons, Passage, begin, estimate_wrong, learn
from mt_eval.project.path import Field, Role, Way, find_way
from mt_eval.project.weights import Weights
from mt_eval.project.words import Words, read_words

SIGNATURE = "proj:words-2"
"""The method and its version, for signatures and identities; another number where results may differ."""


@dataclass(frozen=True, slots=True)
class WholeOutput:
    """What a system made of a whole article of N segments."""

    sources: tuple[str, ...]
    """N source texts in reading order; one that is empty gets nothing."""
    references: tuple[str, ...]
    """N reference texts; empty where there is none."""
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """The characters from `start` up to `end` of an output, white space behind them included."""

    start: int
    end: int
    segment: int | None
    """Which segment they translate, from 0; None where they belong to none."""


@dataclass(frozen=True, slots=True)
class Projection:
    """Where every character of an output belongs."""

    parts: tuple[Part, ...]
    """In reading order; together they are the whole output."""
    translations: tuple[str, ...]
    """What each of N segments got, joined by spaces and with single spaces for white space; empty where it was
    omitted."""
    additions: tuple[str, ...]
    """Text between segments that translates none, in reading order, with single spaces for white space."""

    @property
    def omitted(self) -> tuple[int, ...]:
        """The segments that got nothing, those without a source included."""
        return tuple(segment for segment, text in enumerate(self.translations) if not text)


def project_outputs(
    outputs: Sequence[WholeOutput], source_lang: str, target_lang: str, bridge: Bridge, weights: Weights | None = None
) -> list[Projection]:
    """The projection of each output of one system.

    All outputs together teach words and habits, so that an article may be projected differently in other company.
    Time is about linear in the number of segments.
    """
    weights = weights or Weights()
    kept = [[place for place, source in enumerate(output.sources) if source.strip()] for output in outputs]
    sources = [[output.sources[place] for place in places] for output, places in zip(outputs, kept, strict=True)]
    references = [
        [output.references[place].strip() for place in places] for output, places in zip(outputs, kept, strict=True)
    ]
    expected = expect_lengths(sources, references, [output.text for output in outputs])
    lexicon = bridge.learn_crossing([])
    passages: list[Passage] = []
    lengths: list[Lengths] = []
    blocks: list[list[Block]] = []
    for output, ours, theirs, sizes in zip(outputs, sources, references, expected, strict=True):
        text = read_words(output.text, target_lang)
        targets = [
            # The source's words as they would stand in the output, where they are kept.
            Target(bridge.read(source), read_words(source, target_lang), read_words(reference, target_lang))
            for source, reference in zip(ours, theirs, strict=True)
        ]
        blocks.append(divide(output.text, text, targets, lexicon))
        for block in blocks[-1]:
            passages.append(_make_passage(output.text, text, targets, ours, block, bridge))
            lengths.append(weigh_lengths(sizes[block.segment_start : block.segment_end], weights))
    ways = iter(_find_ways(passages, lengths, target_lang, bridge, weights))
    return [
        _build(output, places, [(block, next(ways)) for block in each], target_lang)
        for output, places, each in zip(outputs, kept, blocks, strict=True)
    ]


def _make_passage(
    raw: str, text: Words, targets: Sequence[Target], sources: Sequence[str], block: Block, bridge: Bridge
) -> Passage:
    words = text.words[block.word_start : block.word_end]
    here = slice(block.segment_start, block.segment_end)
    names: Table = bridge.match_names(sources[here], raw[words[0].start : words[-1].end]) if words else {}
    passage = Words.of(words)
    return Passage(passage, tuple(list_kinds(raw, passage)), tuple(targets[here]), names)


def _find_ways(
    passages: Sequence[Passage], lengths: Sequence[Lengths], lang: str, bridge: Bridge, weights: Weights
) -> list[Way]:
    """The way of each passage, found in rounds that teach each other."""
    lessons = begin(passages, bridge)
    alone = not any(target.reference.words for passage in passages for target in passage.targets)
    rounds = weights.rounds_alone if alone else weights.rounds

    def find(passage: Passage, sizes: Lengths, wrong: float) -> Way:
        # A field is made twice rather than kept: those of a long article take more memory than all else.
        return find_way(_make_field(passage, sizes, lessons, lang, weights), weights, wrong)

    for remaining in reversed(range(rounds)):
        ways = [find(*each, weights.wrong) for each in zip(passages, lengths, strict=True)]
        if remaining:
            lessons = learn(passages, ways, lessons, bridge, weights)
    wrong = estimate_wrong(passages, ways, weights)
    # Where nothing seems wrong, that wrong translations are less likely changes nothing.
    return [
        find(passage, sizes, wrong) if wrong > weights.wrong or Role.WRONG in way.roles else way
        for passage, sizes, way in zip(passages, lengths, ways, strict=True)
    ]


def _make_field(passage: Passage, lengths: Lengths, lessons: Lessons, lang: str, weights: Weights) -> Field:
    judge = Judge(passage.targets, passage.names, lang, weights)
    openings, closings = judge.weigh_edges(passage.text)
    begins, stays = weigh_cuts(passage.text, passage.kinds, lang, lessons.habits, weights)
    sentences = np.array(find_sentences(passage.text, passage.kinds), dtype=bool)
    words, loops = passage.text.words, passage.text.find_loops()
    # A loop does not make its segment's translation too long to be one.
    follows = [*(word.start for word in words[1:]), words[-1].end if words else 0]
    sizes = [after - word.start if loop else 0 for word, after, loop in zip(words, follows, loops, strict=False)]
    looping = np.cumsum([0, *sizes])
    starts = np.array([word.start for word in words]) - looping[:-1]
    ends = np.array([word.end for word in words]) - looping[1:]
    return Field(
        judge.weigh(passage.text, lessons.knowledge),
        openings,
        closings,
        begins,
        stays,
        sentences,
        starts,
        ends,
        lengths,
    )


def _build(output: WholeOutput, kept: Sequence[int], found: Sequence[tuple[Block, Way]], lang: str) -> Projection:
    owners = [
        None if role == Role.ADDED else kept[block.segment_start + segment]
        for block, way in found
        for segment, role in zip(way.segments, way.roles, strict=True)
    ]
    words = read_words(output.text, lang).words
    bounds = [0, *(word.start for word in words[1:]), len(output.text)]
    parts = []
    place = 0
    for owner, run in groupby(owners):
        count = len(list(run))
        parts.append(Part(bounds[place], bounds[place + count], owner))
        place += count
    if not parts and output.text:
        parts = [Part(0, len(output.text), None)]
    texts: list[list[str]] = [[] for _ in output.sources]
    additions = []
    for part in parts:
        text = " ".join(output.text[part.start : part.end].split())
        if part.segment is not None:
            texts[part.segment].append(text)
        elif text:
            additions.append(text)
    return Projection(tuple(parts), tuple(" ".join(each) for each in texts), tuple(additions))
