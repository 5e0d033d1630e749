"""Which texts of a folder are versions of each other: every text's best counterpart, how they relate, and why.

Texts that share rare words, numbers and names are aligned, and what the alignment finds decides: a translation agrees
sentence by sentence, a text about the same people does not.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mt_eval.align.agreement import SUPPORTED, Agreement, knows_words, measure_agreement
from mt_eval.align.content import SegmentedPair, build_alignment, find_paths
from mt_eval.align.describe import describe_evidence
from mt_eval.align.evidence import Side, make_sides, match_sides
from mt_eval.align.lexicon import read_lexicon
from mt_eval.align.signals import read_signals
from mt_eval.align.weights import Weights
from mt_eval.types import Relation, Segment, SegmentPair

_CANDIDATES = 4
"""Counterparts of each text that are looked at sentence by sentence."""
_LEAST = {True: (1.1, 0.65), False: (0.45, 0.3)}
"""Whether words of both languages are known, to the least mean agreement of a translation and of a comparable text. On
the tuning half of NTREX-128, Vietnamese and Arabic, translations have 1.26 or more, documents aligned with others by
force 0.70 or less; without words, English and Arabic, half of the translations 0.59 or more, others 0.26 or less."""


@dataclass(frozen=True, slots=True)
class Text:
    """An article to be paired, in segments."""

    id: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a text is to its best counterpart in the other language."""

    text: str
    counterpart: str | None
    """None where no text of the other language shares anything with it."""
    relation: Relation | None
    """None where the two have nothing to do with each other, as far as can be seen."""
    mutual: bool
    """The counterpart has no better counterpart."""
    score: float
    """Mean agreement; see `agreement.Agreement`."""
    evidence: tuple[str, ...]
    """What speaks for and against it, in words."""


def propose_pairs(
    sources: Sequence[Text], references: Sequence[Text], source_lang: str, reference_lang: str
) -> list[Proposal]:
    """A proposal for each of `sources`, then for each of `references`; their ids differ from each other.

    A text has one translation. What is taken by it is no other text's counterpart, unless nothing else is left to show.
    """
    weights = Weights()
    judged = _judge(sources, references, source_lang, reference_lang, weights)
    judged.sort(key=lambda each: (-each.agreement.mean, each.names))
    known = knows_words(source_lang, reference_lang)
    taken: dict[str, str] = {}
    best: dict[str, _Judged] = {}
    for each in judged:
        source, reference = each.names
        if source not in taken and reference not in taken and _relate(each, known=known) is Relation.TRANSLATION:
            taken |= {source: reference, reference: source}
            best |= {source: each, reference: each}
    for free in (True, False):
        for each in judged:
            for name, other in (each.names, each.names[::-1]):
                if name not in best and (other not in taken) is free:
                    best[name] = each
    proposals = []
    for text in (*sources, *references):
        if (found := best.get(text.id)) is None:
            proposals.append(Proposal(text.id, None, None, False, 0.0, ("shares nothing with any text",)))
            continue
        counterpart = found.names[found.names[0] == text.id]
        elsewhere = taken.get(counterpart, text.id)
        evidence = (_describe_agreement(found), *describe_evidence(found.pairs, source_lang, reference_lang))
        if elsewhere != text.id:
            evidence = (f"{counterpart} is the translation of {elsewhere}", *evidence)
        proposals.append(
            Proposal(
                text.id,
                counterpart,
                _relate(found, known=known) if elsewhere == text.id else None,
                best[counterpart] is found,
                found.agreement.mean,
                evidence,
            )
        )
    return proposals


def _relate(judged: _Judged, *, known: bool) -> Relation | None:
    return relate(judged.agreement.mean, known=known)


def relate(mean: float, *, known: bool) -> Relation | None:
    """What texts of a mean agreement are to each other; `known` tells whether words of both languages are known."""
    translation, comparable = _LEAST[known]
    if mean >= translation:
        return Relation.TRANSLATION
    return Relation.COMPARABLE if mean >= comparable else None


@dataclass(frozen=True, slots=True)
class _Judged:
    names: tuple[str, str]
    pairs: tuple[SegmentPair, ...]
    agreement: Agreement


def _judge(
    sources: Sequence[Text], references: Sequence[Text], source_lang: str, reference_lang: str, weights: Weights
) -> list[_Judged]:
    """The pairs of texts worth a closer look, aligned."""
    signals = [
        [[read_signals(segment.text, lang) for segment in text.segments] for text in texts]
        for texts, lang in ((sources, source_lang), (references, reference_lang))
    ]
    wholes = make_sides(*([each for text in side for each in text] for side in signals))
    lexicon = read_lexicon(source_lang, reference_lang, weights.known)
    candidates = _list_candidates(
        [_list_tokens(wholes[side], texts) for side, texts in enumerate((sources, references))],
        match_sides(*wholes, lexicon, weights)[0].explain,
    )
    paths = find_paths([make_sides(signals[0][i], signals[1][j]) for i, j in candidates], lexicon, weights)
    aligned = [
        build_alignment(
            SegmentedPair(f"{sources[i].id}+{references[j].id}", sources[i].segments, references[j].segments), path
        ).pairs
        for (i, j), path in zip(candidates, paths, strict=True)
    ]
    agreements = measure_agreement(aligned, source_lang, reference_lang, weights)
    return [
        _Judged((sources[i].id, references[j].id), pairs, agreement)
        for (i, j), pairs, agreement in zip(candidates, aligned, agreements, strict=True)
    ]


def _list_tokens(whole: Side, texts: Sequence[Text]) -> list[frozenset[str]]:
    """The tokens of each text, whose segments stand in `whole` one text after the other."""
    found, start = [], 0
    for text in texts:
        end = start + len(text.segments)
        found.append(frozenset(token for tokens in whole.tokens[start:end] for token in tokens))
        start = end
    return found


def _list_candidates(
    tokens: Sequence[Sequence[frozenset[str]]], explain: Callable[[str], Mapping[str, float]]
) -> list[tuple[int, int]]:
    """The pairs of a source and a reference that share most, a rare word weighing more: some for each text."""
    sources, references = tokens
    counts = Counter(token for text in references for token in text)
    places: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(references):
        for token in text:
            places[token].append(number)
    shared: dict[tuple[int, int], float] = {}
    for i, text in enumerate(sources):
        weights: dict[int, float] = defaultdict(float)
        for token in {cause for own in text for cause in explain(own)}:
            for j in places.get(token, ()):
                weights[j] += math.log((len(references) + 1) / counts[token])
        for j, weight in weights.items():
            shared[i, j] = weight / math.sqrt(len(references[j]))
    ranked = sorted(shared, key=lambda pair: (-shared[pair], pair))
    taken: Counter[tuple[int, int]] = Counter()
    chosen = []
    for i, j in ranked:
        if min(taken[0, i], taken[1, j]) < _CANDIDATES:
            chosen.append((i, j))
            taken[0, i] += 1
            taken[1, j] += 1
    return sorted(chosen)


def _describe_agreement(judged: _Judged) -> str:
    both = [
        each
        for pair, each in zip(judged.pairs, judged.agreement.evidence, strict=True)
        if pair.source and pair.reference
    ]
    agreeing = sum(each >= SUPPORTED for each in both)
    return f"{agreeing} of {len(judged.pairs)} sentence groups agree"
