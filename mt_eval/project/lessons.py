"""What one pass over a run's outputs teaches the next: words, habits, and how often translations say something else."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Protocol

from mt_eval.project.evidence import Knowledge, Table, Target, measure_frequencies
from mt_eval.project.habits import Before, Habits, learn_habits, learn_odds
from mt_eval.project.path import Role, Way
from mt_eval.project.weights import Weights
from mt_eval.project.words import Words

Group = tuple[AbstractSet[str], AbstractSet[str]]
"""Words of two texts that say the same."""


class Bridge(Protocol):
    """What words of one language say about words of another one."""

    def read(self, source: str) -> AbstractSet[str]:
        """The words of a source text, in the form in which the tables below have them."""
        ...

    def learn_crossing(self, groups: Sequence[Group]) -> Table:
        """Target words to the source words that may have brought them, from texts and from what is known beforehand."""
        ...

    def learn_within(self, groups: Sequence[Group]) -> Table:
        """Words of the second texts to words of the first that may have brought them, both of the target language."""
        ...

    def match_names(self, sources: Sequence[str], output: str) -> Table:
        """Words of the output to words of the sources that may be the same name."""
        ...


@dataclass(frozen=True, slots=True)
class Passage:
    """A block of an article: what is projected at once."""

    text: Words
    """The words of this passage, whose places are in the whole output."""
    kinds: tuple[Before, ...]
    """What stands before each of them."""
    targets: tuple[Target, ...]
    names: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is known when a way is looked for."""

    knowledge: Knowledge
    habits: Habits


def begin(passages: Sequence[Passage], bridge: Bridge) -> Lessons:
    """What sources and references teach before anything is known of the outputs."""
    references = _list_references(passages)
    knowledge = measure_frequencies([*(passage.text.drop_repeated() for passage in passages), *references])
    knowledge = replace(knowledge, by_source=bridge.learn_crossing(list(_pair_references(passages))))
    return Lessons(knowledge, learn_habits(references, {}))


def learn(
    passages: Sequence[Passage], ways: Sequence[Way], before: Lessons, bridge: Bridge, weights: Weights
) -> Lessons:
    """What the outputs teach where they were put."""
    references = _list_references(passages)
    # Where references show what is wrong, that teaches nothing; without them it is not known.
    least = Role.WRONG if references else Role.ADDED
    found = [
        (target, text)
        for passage, way in zip(passages, ways, strict=True)
        for target, text in _collect(passage, way, least)
    ]
    crossing = [*_pair_references(passages), *((target.source, text.features) for target, text in found)]
    within = [(target.reference.features, text.features) for target, text in found if target.reference.words]
    knowledge = replace(
        before.knowledge, by_source=bridge.learn_crossing(crossing), by_reference=bridge.learn_within(within)
    )
    seen = []
    for passage, way in zip(passages, ways, strict=True):
        owners = [None if role == Role.ADDED else each for each, role in zip(way.segments, way.roles, strict=True)]
        seen += [(kind, owners[place] != owners[place - 1]) for place, kind in enumerate(passage.kinds) if place]
    return Lessons(
        knowledge, learn_habits([*references, *(text.drop_repeated() for _, text in found)], learn_odds(seen, weights))
    )


def estimate_wrong(passages: Sequence[Passage], ways: Sequence[Way], weights: Weights) -> float:
    """Log chance that a segment's translation says something else, as often as it seems to in `ways`.

    Added text beside a segment that was left out looks like a wrong translation. How often that happens by chance
    follows from how often either happens alone; what is not clearly more is taken for it.
    """
    added = omitted = wrong = 0
    for passage, way in zip(passages, ways, strict=True):
        spans = [key for key, _ in groupby(zip(way.segments, way.roles, strict=True))]
        added += sum(role == Role.ADDED for _, role in spans)
        wrong += sum(role == Role.WRONG for _, role in spans)
        omitted += len(passage.targets) - len({segment for segment, role in spans if role != Role.ADDED})
    total = max(1, sum(len(passage.targets) for passage in passages))
    chance = 0.0
    for _ in range(20):
        # Added text can stand on either side of the segment that is not there.
        chance = min(float(wrong), 2 * (omitted + chance) * (added + chance) / total)
    excess = wrong - chance - 2 * math.sqrt(chance)
    return max(weights.least_wrong, math.log(excess / total)) if excess > 0 else weights.least_wrong


def _list_references(passages: Iterable[Passage]) -> list[Words]:
    return [target.reference for passage in passages for target in passage.targets if target.reference.words]


def _pair_references(passages: Iterable[Passage]) -> Iterator[Group]:
    for passage in passages:
        for target in passage.targets:
            if target.reference.words:
                yield target.source, target.reference.features


def _collect(passage: Passage, way: Way, least: Role) -> Iterator[tuple[Target, Words]]:
    """Each segment that got something, with what it got in a role before `least`."""
    words: dict[int, list[int]] = {}
    for place, (segment, role) in enumerate(zip(way.segments, way.roles, strict=True)):
        if role < least:
            words.setdefault(segment, []).append(place)
    for segment, places in words.items():
        yield passage.targets[segment], Words.of([passage.text.words[place] for place in places])
