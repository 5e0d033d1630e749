"""Everything that looks wrong with one segment's translation."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from mt_eval.diagnose.flags import (
    CHATTER,
    COPIED,
    EMPTY,
    LENGTH,
    NAMES,
    NUMBERS,
    OFF_TARGET,
    OMITTED,
    REFUSED,
    REPEATED,
    SOURCE_CUT,
    TRUNCATED,
)
from mt_eval.diagnose.language import find_other_language
from mt_eval.diagnose.lengths import find_break, find_odd_length
from mt_eval.diagnose.names import find_lost_names
from mt_eval.diagnose.numbers import find_changed_numbers
from mt_eval.diagnose.overlap import find_copy, find_repeats
from mt_eval.diagnose.spelt import find_spelt_source
from mt_eval.languages.chatter import find_chatter, find_refusal
from mt_eval.languages.letters import is_blank
from mt_eval.types import Flag

_KEPT = 2**12
_LONGEST_KEPT = 2000
"""Characters of both texts together. Runs of one sweep translate many a sentence the same way."""


def diagnose(
    source: str,
    translation: str,
    source_lang: str,
    target_lang: str,
    *,
    truncated: bool = False,
    source_cut: bool = False,
    is_placed: bool = False,
    chatter: str | None = None,
    refused: str | None = None,
) -> tuple[Flag, ...]:
    """What looks wrong, in the order of `FLAGS`, each flag at most once; nothing for an empty source.

    No reference is looked at. Letters may be composed or not. Lengths, numbers, names and endings are not judged in a
    translation that is empty, copied or in another language: they would only say so again.

    Args:
        truncated: The engine stopped the output at the length limit.
        source_cut: The engine translated only the beginning of the source.
        is_placed: The translation is the part of a whole article's translation that was found to belong to the source.
        chatter: What the system wrote around the translation, where that is known; else it is looked for.
        refused: How it said that it does not translate this; else that is looked for.
    """
    judge = _judge_once if len(source) + len(translation) <= _LONGEST_KEPT else _judge
    return judge(source, translation, source_lang, target_lang, truncated, source_cut, is_placed, chatter, refused)


def _judge(
    source: str,
    translation: str,
    source_lang: str,
    target_lang: str,
    truncated: bool,
    source_cut: bool,
    is_placed: bool,
    chatter: str | None,
    refused: str | None,
) -> tuple[Flag, ...]:
    source, translation = (unicodedata.normalize("NFC", text) for text in (source, translation))
    if not _has_content(source):
        return ()
    engine_cut = Flag(SOURCE_CUT, "only the beginning of the source was given to the model") if source_cut else None
    found: list[Flag | None] = []
    if not _has_content(translation):
        if is_placed and is_blank(translation):
            found += [Flag(OMITTED, "no part of the article's translation belongs to it")]
        else:
            what = "no translation" if is_blank(translation) else f"nothing but “{translation.strip()}”"
            found += [Flag(EMPTY, what)]
        found += [_flag(REFUSED, refused), _flag(CHATTER, chatter)]
        found += [Flag(TRUNCATED, _STOPPED) if truncated else None, engine_cut]
        return tuple(flag for flag in found if flag)
    if chatter is None and (seen := find_chatter(source, translation)) is not None:
        chatter = seen.why
    found += [_flag(REFUSED, refused or find_refusal(source, translation)), _flag(CHATTER, chatter)]
    langs = source_lang, target_lang
    elsewhere = find_other_language(translation, target_lang) or find_spelt_source(source, translation, *langs)
    copied = find_copy(source, translation) if source_lang != target_lang else None
    found += [_flag(OFF_TARGET, elsewhere), _flag(COPIED, copied)]
    found += [_flag(REPEATED, find_repeats(source, translation))]
    cut = _STOPPED if truncated else None
    if elsewhere is None and copied is None:
        found += [_flag(LENGTH, find_odd_length(source, translation, *langs))]
        found += [_flag(NUMBERS, find_changed_numbers(source, translation, *langs))]
        cut = cut or find_break(source, translation, *langs)
    found += [_flag(TRUNCATED, cut), engine_cut]
    if elsewhere is None and copied is None:
        found += [_flag(NAMES, find_lost_names(source, translation, *langs))]
    return tuple(flag for flag in found if flag)


_judge_once = lru_cache(_KEPT)(_judge)

_LONGEST_WHY = 500
"""Characters of a reason: of a loop, thousands of numbers or a word of thousands of letters would be told."""
_STOPPED = "the output was stopped by the length limit"


def _flag(name: str, why: str | None) -> Flag | None:
    if why is None:
        return None
    return Flag(name, why if len(why) <= _LONGEST_WHY else f"{why[:_LONGEST_WHY]} …")


def _has_content(text: str) -> bool:
    return any(map(str.isalnum, text)) and not is_blank(text)
