"""The flags of a run's translations: what `diagnose` sees in each, and sentences without a counterpart, which all of
them together tell."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten
from types import MappingProxyType
from typing import Any

from mt_eval.counterparts import Unmatched, find_unmatched, has_several
from mt_eval.diagnose import FLAGS, diagnose
from mt_eval.diagnose.flags import ADDED, COPIED, EMPTY, OFF_TARGET, OMITTED
from mt_eval.languages.letters import is_blank
from mt_eval.spool import collect, skim
from mt_eval.types import Flag, SegmentPair, Translation

_NOT_COMPARED = {EMPTY, OFF_TARGET, COPIED}
"""What leaves nothing to compare: that no sentence has a counterpart would only say so again."""
_NONE: Mapping[str, str] = MappingProxyType({})
_LONGEST_QUOTE = 60
_MOST_QUOTES = 3

Texts = tuple[str, str]
"""A source and its translation."""


def flag_translations(
    pairs: Sequence[SegmentPair],
    translations: Sequence[Translation | None],
    source_lang: str,
    target_lang: str,
    *,
    is_placed: bool = False,
    chatter: Mapping[str, str] = _NONE,
    refused: Mapping[str, str] = _NONE,
) -> Sequence[tuple[Flag, ...]]:
    """What looks wrong with each of N translations, in the order of `FLAGS`; nothing where there is none.

    Only segments with several sentences on a side are asked for sentences without a counterpart. All of a run teach
    the words by which these are told, so a segment may be flagged differently in other company.

    Args:
        is_placed: See `diagnose`.
        chatter: Segment pair id to what the system wrote around its translation, where that was seen before.
        refused: Segment pair id to how the system refused, where that was seen before.
    """
    seen = (
        ()
        if translation is None
        else diagnose(
            pair.source_text,
            translation.text,
            source_lang,
            target_lang,
            truncated=translation.truncated,
            source_cut=translation.source_cut,
            is_placed=is_placed,
            chatter=chatter.get(pair.id),
            refused=refused.get(pair.id),
        )
        for pair, translation in zip(
            skim(pairs, "id", "source.text"), skim(translations, "text", "truncated", "source_cut"), strict=True
        )
    )
    texts = _Texts(skim(pairs, "source.text"), skim(translations, "text"))
    return _collect(_add_unmatched(texts, _collect(seen), source_lang, target_lang))


def _collect(flags: Iterable[tuple[Flag, ...]]) -> Sequence[tuple[Flag, ...]]:
    return collect(flags, tuple[Flag, ...])


def flag_text(source: str, translation: str, source_lang: str, target_lang: str) -> tuple[Flag, ...]:
    """What looks wrong with one translation, by what is known of the two languages beforehand."""
    flags = diagnose(source, translation, source_lang, target_lang)
    return next(_add_unmatched([(source, translation)], [flags], source_lang, target_lang))


@dataclass(frozen=True, slots=True)
class _Texts(Sequence[Texts]):
    """Source and translation of segment pairs, read when they are asked for."""

    pairs: Sequence[SegmentPair]
    translations: Sequence[Translation | None]

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, place: Any) -> Any:
        translation = self.translations[place]
        return self.pairs[place].source_text, translation.text if translation else ""


@dataclass(frozen=True, slots=True)
class _Chosen(Sequence[Texts]):
    """Some of them."""

    texts: Sequence[Texts]
    places: Sequence[int]

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, place: Any) -> Any:
        return self.texts[self.places[place]]


def _add_unmatched(
    texts: Sequence[Texts], flags: Sequence[tuple[Flag, ...]], source_lang: str, target_lang: str
) -> Iterator[tuple[Flag, ...]]:
    several, others = array("Q"), array("Q")
    for place, ((source, text), found) in enumerate(zip(texts, flags, strict=True)):
        if not (is_blank(source) or is_blank(text) or _NOT_COMPARED & {flag.name for flag in found}):
            (several if has_several(source) or has_several(text) else others).append(place)
    unmatched = find_unmatched(_Chosen(texts, several), source_lang, target_lang, others=_Chosen(texts, others))
    order = list(FLAGS)
    asked = iter(several)
    following = next(asked, None)
    for place, found in enumerate(flags):
        more = []
        if place == following:
            more = _describe(next(unmatched))
            following = next(asked, None)
        yield tuple(sorted([*found, *more], key=lambda flag: order.index(flag.name)))


def _describe(found: Unmatched) -> list[Flag]:
    flags = []
    if found.omitted:
        flags.append(Flag(OMITTED, f"nothing for {_quote(found.omitted)}"))
    if found.added:
        verb = "stands" if len(found.added) == 1 else "stand"
        flags.append(Flag(ADDED, f"{_quote(found.added)} {verb} for nothing in the source"))
    return flags


def _quote(sentences: Sequence[str]) -> str:
    quotes = [f"“{_shorten(sentence)}”" for sentence in sentences[:_MOST_QUOTES]]
    rest = len(sentences) - len(quotes)
    return ", ".join(quotes) + (f" and {rest} more" if rest else "")


def _shorten(sentence: str) -> str:
    """The first words of a sentence; of one without spaces, its first characters."""
    short = shorten(sentence, _LONGEST_QUOTE, placeholder=" …")
    return short if short != "…" else f"{sentence[:_LONGEST_QUOTE]}…"
