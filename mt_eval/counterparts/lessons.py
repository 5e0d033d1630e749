"""What a run's texts teach: which words translate which, how frequent they are, how long translations are."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from mt_eval.align.lexicon import Lexicon, Table, learn_lexicon, merge_lexicons, read_lexicon
from mt_eval.align.words import list_words
from mt_eval.counterparts.evidence import Vocabulary, weigh
from mt_eval.counterparts.path import find_steps
from mt_eval.counterparts.pieces import Piece, cut
from mt_eval.counterparts.weights import Step, Weights
from mt_eval.diagnose.lengths import expect_log_ratio
from mt_eval.languages import arabic
from mt_eval.languages.names import list_names, match_names
from mt_eval.project.logs import take_log_of

Pieces = tuple[Piece, ...]

_MOST_CELLS = 10_000
"""Sentences of the source times those of the translation, of a segment that is looked at."""
_REACH = 8
_FAR, _SHORT = 4, 50
"""A translation more than so many times as long as is expected of its source (of one of so many characters, if it has
fewer) tells nothing of how long translations are."""
_SMOOTHING = 500
"""Source characters, and as many of a translation as is usual, that are added to what the ratio is measured on."""
_FEWEST_GROUPS = 2


@dataclass(frozen=True, slots=True)
class Both:
    """A segment's source and translation as sentences, with what is the same on both sides."""

    source: tuple[Piece, ...]
    translation: tuple[Piece, ...]
    source_tokens: tuple[frozenset[str], ...]
    """Words, and what both sides have as it is."""
    translation_tokens: tuple[frozenset[str], ...]
    names: Table
    """Words of the translation to words of the source that may be the same name."""
    names_back: Table


@dataclass(frozen=True, slots=True)
class Lessons:
    source: Vocabulary
    translation: Vocabulary
    log_ratio: int
    """Logarithm of translation characters for a source character, in `logs.UNIT`s."""


def read_both(source: str, translation: str, langs: tuple[str, str], weights: Weights) -> Both:
    """Both texts of a segment, cut and read."""
    ours, theirs = (cut(text, lang) for text, lang in zip((source, translation), langs, strict=True))
    shared = _join(piece.kept for piece in ours) & _join(piece.kept for piece in theirs)
    names, back = _match_names(source, translation, langs, weights)
    return Both(ours, theirs, _list_tokens(ours, shared), _list_tokens(theirs, shared), names, back)


def _list_tokens(pieces: Pieces, shared: frozenset[str]) -> tuple[frozenset[str], ...]:
    """The words and numbers of each sentence, and those of its Latin words that both sides have."""
    return tuple(piece.words | {each for each in piece.kept if each[0] == "#" or each in shared} for piece in pieces)


def find_path(both: Both, lessons: Lessons, weights: Weights) -> list[Step] | None:
    """The steps through a segment; None where it has too many sentences, or none on one side."""
    rows, columns = len(both.source), len(both.translation)
    if not rows or not columns or rows * columns > _MOST_CELLS:
        return None
    reach = _REACH + abs(rows - columns)
    of_source = weigh(both.source_tokens, both.translation_tokens, both.names_back, lessons.source, reach)
    of_translation = weigh(both.translation_tokens, both.source_tokens, both.names, lessons.translation, reach)
    return find_steps(both.source, both.translation, of_source, of_translation, lessons.log_ratio, reach, weights)


def learn(segments: Sequence[Both], langs: tuple[str, str], weights: Weights) -> Lessons:
    """What `segments` teach, in rounds: each looks for a path and learns words from what it puts together."""
    counts = [Counter[str](), Counter[str]()]
    for both in segments:
        for count, side in zip(counts, (both.source_tokens, both.translation_tokens), strict=True):
            count.update(token for tokens in side for token in tokens)
    known = _read_known(*langs, weights.known)
    paths: list[list[Step] | None] = [
        [(len(both.source), len(both.translation))] if both.source and both.translation else None for both in segments
    ]
    lessons = _make_lessons(known, counts, _list_groups(segments, paths), langs, weights)
    for _ in range(weights.rounds if len(segments) > 1 else 0):
        paths = [
            path if len(both.source) == len(both.translation) == 1 else find_path(both, lessons, weights)
            for both, path in zip(segments, paths, strict=True)
        ]
        groups = list(_list_groups(segments, paths))
        learned = learn_lexicon(
            _drop_rare([(_join(p.words for p in ours), _join(p.words for p in theirs)) for ours, theirs in groups]),
            iterations=weights.iterations,
            discount=weights.discount,
        )
        lessons = _make_lessons(merge_lexicons(known, learned), counts, groups, langs, weights)
    return lessons


def _list_groups(segments: Sequence[Both], paths: Sequence[list[Step] | None]) -> Iterator[tuple[Pieces, Pieces]]:
    """The sentences that belong together."""
    for both, path in zip(segments, paths, strict=True):
        row = column = 0
        for down, right in path or ():
            if down and right:
                yield both.source[row : row + down], both.translation[column : column + right]
            row, column = row + down, column + right


def _make_lessons(
    lexicon: Lexicon,
    counts: Sequence[Counter[str]],
    groups: Iterable[tuple[Pieces, Pieces]],
    langs: tuple[str, str],
    weights: Weights,
) -> Lessons:
    expected = math.exp(expect_log_ratio(*langs))
    ours, theirs = _SMOOTHING, round(_SMOOTHING * expected)
    for own, other in groups:
        size, others_size = (sum(piece.characters for piece in pieces) for pieces in (own, other))
        if others_size <= _FAR * max(size, _SHORT) * expected:  # one loop would outweigh all other segments
            ours += size
            theirs += others_size
    tables = lexicon.of_source, lexicon.of_reference
    source, translation = (
        Vocabulary(table, count, count.total(), weights) for table, count in zip(tables, counts, strict=True)
    )
    return Lessons(source, translation, take_log_of(theirs / ours))


@cache
def _read_known(source_lang: str, target_lang: str, chance: float) -> Lexicon:
    return read_lexicon(source_lang, target_lang, chance)


def _match_names(source: str, translation: str, langs: tuple[str, str], weights: Weights) -> tuple[Table, Table]:
    """Words of the translation to words of the source that may be the same name, and the reverse."""
    forward: dict[str, dict[str, float]] = defaultdict(dict)
    back: dict[str, dict[str, float]] = defaultdict(dict)
    for (text, lang), other, to_other, to_own in (
        ((source, langs[0]), translation, back, forward),
        ((translation, langs[1]), source, forward, back),
    ):
        words = arabic.list_words(other)
        if not words:
            continue
        matched = match_names(sorted(list_names(text, lang)), words, weights.name_by_sounds, weights.name_nearly)
        for name, spelt in matched.items():
            for form in list_words(name, lang):
                for word, chance in spelt.items():
                    stem = arabic.stem(word)
                    to_other[form][stem] = to_own[stem][form] = max(chance, to_other[form].get(stem, 0.0))
    return forward, back


def _drop_rare(groups: Sequence[tuple[frozenset[str], frozenset[str]]]) -> list[tuple[frozenset[str], frozenset[str]]]:
    """`groups` without the words that only one of them has, of which nothing is learned."""
    counts = [Counter(word for group in groups for word in group[side]) for side in (0, 1)]
    kept = [frozenset(word for word, count in each.items() if count >= _FEWEST_GROUPS) for each in counts]
    return [(source & kept[0], target & kept[1]) for source, target in groups]


def _join(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*sets)
