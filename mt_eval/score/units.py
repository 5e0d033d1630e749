"""What is scored: rows of a translation beside its reference, one per segment pair or one per whole article."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, groupby
from types import MappingProxyType

from mt_eval.errors import DataError
from mt_eval.languages.letters import is_blank
from mt_eval.spool import Collector, skim
from mt_eval.types import Kind, Level, SegmentPair, Translation

LONGEST_ARTICLE = 1_000_000
"""Characters. sacrebleu holds every n-gram of a unit in memory at once, about 0.5 GB for a text of this length, and
nothing that long is an article: it is a file whose documents were not told apart."""


@dataclass(frozen=True, slots=True)
class Units:
    """N units in the order of the data; of many, the texts are not in memory."""

    level: Level
    ids: Sequence[str]
    """Segment pair ids at level segment, article pair ids at level article."""
    translations: Sequence[str]
    references: Sequence[str]
    articles: tuple[int, ...]
    """The article of each unit, as its place in `list_articles`."""


def build_segment_units(pairs: Sequence[SegmentPair], translations: Sequence[Translation | None]) -> Units:
    """One unit per aligned segment pair; an empty translation is a unit like any other."""
    rows = (
        (pair.id, _flatten(translation.text), _flatten(pair.reference_text), place)
        for pair, translation, place in _number_articles(
            skim(pairs, "id", "article_pair_id", "kind", "reference.text"), skim(translations, "text")
        )
        if pair.kind is Kind.ALIGNED and translation is not None
    )
    return _gather(Level.SEGMENT, rows)


def build_translation_units(pairs: Sequence[SegmentPair], translations: Sequence[Translation | None]) -> Units:
    """One unit per translated segment pair, whether it has a reference or not; references are empty texts."""
    rows = (
        (pair.id, _flatten(translation.text), "", place)
        for pair, translation, place in _number_articles(
            skim(pairs, "id", "article_pair_id"), skim(translations, "text")
        )
        if translation is not None
    )
    return _gather(Level.SEGMENT, rows)


def _number_articles(
    pairs: Iterable[SegmentPair], translations: Iterable[Translation | None]
) -> Iterator[tuple[SegmentPair, Translation | None, int]]:
    """Every segment pair with its translation and the place of its article in `list_articles`."""
    places: dict[str, int] = {}
    for pair, translation in zip(pairs, translations, strict=True):
        yield pair, translation, places.setdefault(pair.article_pair_id, len(places))


def build_article_units(
    pairs: Sequence[SegmentPair],
    translations: Sequence[Translation | None],
    outputs: Mapping[str, str] = MappingProxyType({}),
) -> Units:
    """One unit per article pair: all that was translated beside all of the reference, each joined by spaces.

    Of an article pair in `outputs` its text there is what was translated, in the system's order and with what belongs
    to no segment. Source-only and reference-only pairs are part of it. Left out are article pairs that lack a side
    altogether and those longer than `LONGEST_ARTICLE`.
    """
    rows = (
        (article, _join([outputs[article]] if article in outputs else translated), _join(referenced), index)
        for index, (article, translated, referenced) in enumerate(_join_articles(pairs, translations))
        if (translated or article in outputs) and referenced
    )
    return _gather(Level.ARTICLE, (row for row in rows if max(len(row[1]), len(row[2])) <= LONGEST_ARTICLE))


def _join_articles(
    pairs: Sequence[SegmentPair], translations: Sequence[Translation | None]
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Every article with what was translated of it and with its reference, in the order of `list_articles`."""
    names = [name for name, _ in groupby(pair.article_pair_id for pair in skim(pairs, "article_pair_id"))]
    together = len(names) == len(set(names))
    gathered: dict[str, tuple[list[str], list[str]]] = {}
    both = zip(skim(pairs, "article_pair_id", "reference.text"), skim(translations, "text"), strict=True)
    for article, group in groupby(both, key=lambda each: each[0].article_pair_id):
        translated, referenced = gathered.setdefault(article, ([], []))
        for pair, translation in group:
            if translation is not None:
                translated.append(translation.text)
            if pair.reference:
                referenced.append(pair.reference_text)
        if together:
            yield article, *gathered.pop(article)
    for article, sides in gathered.items():
        yield article, *sides


def list_articles(pairs: Sequence[SegmentPair]) -> tuple[str, ...]:
    """The ids of all article pairs, each once, in the order of the data."""
    return tuple(dict.fromkeys(pair.article_pair_id for pair in skim(pairs, "article_pair_id")))


@dataclass(frozen=True, slots=True)
class Outline:
    """What is told of N segment pairs without their texts."""

    articles: tuple[str, ...]
    """As `list_articles` has them."""
    unreferenced: int
    """How many of them have no reference at all."""
    pairs: int
    """How many segment pairs the other articles have."""
    aligned: int
    """How many of these have both sides."""
    scored: bytes
    """Per segment pair 1 where it is a unit at level segment, else 0."""


def outline_pairs(pairs: Sequence[SegmentPair], translations: Sequence[Translation | None]) -> Outline:
    """What is told of N segment pairs and their translations.

    Raises:
        DataError: As `check_translations`.
    """
    _check_number(pairs, translations)
    places: dict[str, int] = {}
    sizes, aligned, referenced, scored = array("q"), array("q"), bytearray(), bytearray()
    known = skim(pairs, "id", "article_pair_id", "kind", "reference.id")
    for pair, translation in zip(known, skim(translations, "segment_pair_id"), strict=True):
        _check_translation(pair, translation)
        place = places.setdefault(pair.article_pair_id, len(places))
        if place == len(sizes):
            for column in (sizes, aligned, referenced):
                column.append(0)
        is_aligned = pair.kind is Kind.ALIGNED
        sizes[place] += 1
        aligned[place] += is_aligned
        referenced[place] |= bool(pair.reference)
        scored.append(is_aligned and translation is not None)
    return Outline(
        articles=tuple(places),
        unreferenced=referenced.count(0),
        pairs=sum(compress(sizes, referenced)),
        aligned=sum(compress(aligned, referenced)),
        scored=bytes(scored),
    )


def check_translations(pairs: Sequence[SegmentPair], translations: Sequence[Translation | None]) -> None:
    """Check that the i-th translation is that of the i-th pair's source, and missing only where there is no source.

    Raises:
        DataError: They differ in number, in order, or in what is missing.
    """
    _check_number(pairs, translations)
    for pair, translation in zip(skim(pairs, "id", "kind"), skim(translations, "segment_pair_id"), strict=True):
        _check_translation(pair, translation)


def _check_number(pairs: Sequence[SegmentPair], translations: Sequence[Translation | None]) -> None:
    if len(pairs) != len(translations):
        raise DataError(
            f"translations: got {len(translations)} for {len(pairs)} segment pairs, expected one each (None where a "
            "pair has no source); translate the pairs that are to be scored"
        )


def _check_translation(pair: SegmentPair, translation: Translation | None) -> None:
    expected = None if pair.kind is Kind.REFERENCE_ONLY else pair.id
    got = None if translation is None else translation.segment_pair_id
    if got != expected:
        raise DataError(
            f"translations: segment pair {pair.id} ({pair.kind}) stands beside "
            f"{'no translation' if got is None else f'the translation of {got}'}, expected "
            f"{'none' if expected is None else 'its own'}; keep translations in the order of the segment pairs"
        )


NO_REFERENCE = "no article has a human version to score against"


def explain_absence(pairs: Sequence[SegmentPair], level: Level) -> str:
    """Why no unit of this level is there to be scored."""
    if not any(pair.reference for pair in pairs):
        return NO_REFERENCE
    if level is Level.SEGMENT:
        return "no segment pair has both a source and a reference"
    return "no article has both sides, or each is far longer than an article"


def _gather(level: Level, rows: Iterable[tuple[str, str, str, int]]) -> Units:
    ids, translations, references = (Collector[str](str) for _ in range(3))
    articles = []
    for name, translation, reference, article in rows:
        ids.add(name)
        translations.add(translation)
        references.add(reference)
        articles.append(article)
    return Units(level, ids.close(), translations.close(), references.close(), tuple(articles))


def _join(texts: Sequence[str]) -> str:
    # A line break counts as a space, as it has to in the line files that the sacrebleu command reads: 13a would join
    # the halves of a word hyphenated at the end of a line.
    return " ".join(text for text in texts if not is_blank(text)).replace("\n", " ")


def _flatten(text: str) -> str:
    """What `_join` makes of one text."""
    return "" if is_blank(text) else text.replace("\n", " ")
