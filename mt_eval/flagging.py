"""The flags of a run's translations: what `diagnose` sees in each, and sentences without a counterpart, which all of
them together tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from textwrap import shorten
from types import MappingProxyType

from mt_eval.counterparts import Unmatched, find_unmatched, has_several
from mt_eval.diagnose import FLAGS, diagnose
from mt_eval.diagnose.flags import ADDED, COPIED, EMPTY, OFF_TARGET, OMITTED
from mt_eval.languages.letters import is_blank
from mt_eval.types import Flag, SegmentPair, Translation

_NOT_COMPARED = {EMPTY, OFF_TARGET, COPIED}
"""What leaves nothing to compare: that no sentence has a counterpart would only say so again."""
_NONE: Mapping[str, str] = MappingProxyType({})
_LONGEST_QUOTE = 60
_MOST_QUOTES = 3


def flag_translations(
    pairs: Sequence[SegmentPair],
    translations: Sequence[Translation | None],
    source_lang: str,
    target_lang: str,
    *,
    is_placed: bool = False,
    chatter: Mapping[str, str] = _NONE,
    refused: Mapping[str, str] = _NONE,
) -> tuple[tuple[Flag, ...], ...]:
    """What looks wrong with each of N translations, in the order of `FLAGS`; nothing where there is none.

    Only segments with several sentences on a side are asked for sentences without a counterpart. All of a run teach
    the words by which these are told, so a segment may be flagged differently in other company.

    Args:
        is_placed: See `diagnose`.
        chatter: Segment pair id to what the system wrote around its translation, where that was seen before.
        refused: Segment pair id to how the system refused, where that was seen before.
    """
    sources = [pair.source_text for pair in pairs]
    flags = [
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
        for pair, translation in zip(pairs, translations, strict=True)
    ]
    texts = [each.text if each else "" for each in translations]
    return tuple(_add_unmatched(sources, texts, flags, source_lang, target_lang))


def flag_text(source: str, translation: str, source_lang: str, target_lang: str) -> tuple[Flag, ...]:
    """What looks wrong with one translation, by what is known of the two languages beforehand."""
    flags = diagnose(source, translation, source_lang, target_lang)
    return next(_add_unmatched([source], [translation], [flags], source_lang, target_lang))


def _add_unmatched(
    sources: Sequence[str],
    texts: Sequence[str],
    flags: Sequence[tuple[Flag, ...]],
    source_lang: str,
    target_lang: str,
) -> Iterator[tuple[Flag, ...]]:
    compared = [
        not (is_blank(source) or is_blank(text) or _NOT_COMPARED & {flag.name for flag in found})
        for source, text, found in zip(sources, texts, flags, strict=True)
    ]
    several = [
        fit and (has_several(source) or has_several(text))
        for fit, source, text in zip(compared, sources, texts, strict=True)
    ]
    both = list(zip(sources, texts, strict=True))
    unmatched = find_unmatched(
        [each for each, chosen in zip(both, several, strict=True) if chosen],
        source_lang,
        target_lang,
        others=[each for each, fit, chosen in zip(both, compared, several, strict=True) if fit and not chosen],
    )
    order = list(FLAGS)
    for found, chosen in zip(flags, several, strict=True):
        more = _describe(next(unmatched)) if chosen else []
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
