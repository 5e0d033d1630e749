"""Names across scripts: how Latin names and Arabic words sound, and which may be the same.

Vowels come and go between the scripts, so a word counts by its consonants, and those by where they are spoken, since
spelling agrees on little more (`Bush` is بوش, `George` جورج, `Chicago` شيكاغو). Sounds are the letters B F T S K G R L
M N; G stands for what wavers between k and s (g, j, ch).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain, product, zip_longest

from mt_eval.languages.arabic import strip_prefix
from mt_eval.languages.letters import LATIN, strip_marks
from mt_eval.languages.vietnamese import may_be_syllable

_LATIN_WORD = re.compile(f"[{LATIN}]+")
_SHORTEST_NAME = 3
_LONGEST_NAME = 40
"""Letters; a longer word is no name, and takes long to compare."""
_ARABIC_SOUNDS = str.maketrans(
    {
        letter: sound
        for sound, letters in (
            *(("B", "بپ"), ("F", "فڤ"), ("T", "تطدضثذ"), ("S", "سصزشظژ"), ("K", "كقغخگک"), ("G", "جچ")),
            *(("R", "ر"), ("L", "ل"), ("M", "م"), ("N", "ن"), ("", "ءاأإآؤئىيوهةحعی")),
        )
        for letter in letters
    }
)
# Longest first, each read as one sound before single letters are.
_LATIN_CLUSTERS = (
    *(("chr", "KR"), ("cz", "S"), ("tch", "S"), ("sch", "S"), ("sh", "S"), ("ch", "G"), ("ph", "F"), ("th", "T")),
    *(("ck", "K"), ("gh", "K"), ("kh", "K"), ("zh", "S"), ("x", "KS"), ("qu", "K"), ("ce", "S"), ("ci", "S")),
    ("cy", "S"),
)
_LATIN_SOUNDS = str.maketrans(
    {
        letter: sound
        for sound, letters in (
            *(("B", "bp"), ("F", "fv"), ("T", "td"), ("S", "sz"), ("K", "kcq"), ("G", "gj")),
            *(("R", "r"), ("L", "l"), ("M", "m"), ("N", "n"), ("", "aeiouyhw")),
        )
        for letter in letters
    }
)
_MOST_WAVERING = 4


def list_names(text: str, lang: str) -> frozenset[str]:
    """The words of `text` that may be names and are kept by sound: capitalised, and in Vietnamese no syllables of it.

    In lower case.
    """
    found: set[str] = set()
    for word in _LATIN_WORD.findall(unicodedata.normalize("NFC", text)):
        plain = strip_marks(word)
        if word[0].isupper() and _SHORTEST_NAME <= len(plain) <= _LONGEST_NAME:
            found |= set() if lang == "vi" and may_be_syllable(plain) else {word.lower()}
    return frozenset(found)


def match_names(
    names: Iterable[str], words: Iterable[str], likelihoods: Mapping[int, float], near: float
) -> dict[str, dict[str, float]]:
    """Name to the Arabic words that may spell it, with the chance that it is spelt so.

    Args:
        likelihoods: Consonants of a name to the chance where they agree; a name of more has that of the most.
        near: The chance where one consonant of four or more is missing, added or another.
    """
    longest = max(likelihoods)
    by_sound: dict[str, set[str]] = defaultdict(set)
    for word in words:
        if len(word) > _LONGEST_NAME:
            continue
        for form in {word, strip_prefix(word)}:
            by_sound[spell_arabic(form)].add(word)
    by_part: dict[str, set[str]] = defaultdict(set)
    for sound in by_sound:
        if len(sound) > _SHORTEST_NAME:
            for part in _drop_one(sound):
                by_part[part].add(sound)
    found: dict[str, dict[str, float]] = {}
    for name in names:
        sound = spell_latin(name)
        chances: dict[str, float] = {}
        readings = _read_wavering(sound)
        for reading in readings:
            if len(reading) > _SHORTEST_NAME:
                for part in {reading, *_drop_one(reading)}:
                    for other in (*by_part.get(part, ()), part):
                        chances.update(dict.fromkeys(by_sound.get(other, ()), near))
        for reading in readings:
            if likelihood := likelihoods.get(min(len(reading), longest)):
                chances.update(dict.fromkeys(by_sound.get(reading, ()), likelihood))
        if chances:
            found[name] = chances
    return found


@lru_cache(maxsize=100_000)
def spell_latin(name: str) -> str:
    """The sounds of `name`, given in lower case."""
    plain = strip_marks(name)
    for cluster, sound in _LATIN_CLUSTERS:
        plain = plain.replace(cluster, sound)
    return _undouble("".join(letter for letter in plain.translate(_LATIN_SOUNDS) if letter.isupper()))


@lru_cache(maxsize=100_000)
def spell_arabic(word: str) -> str:
    """The sounds of `word`, given folded."""
    # تش spells English ch, as in تشرشل, Churchill.
    return _undouble(word.replace("تش", "ش").translate(_ARABIC_SOUNDS))


def _read_wavering(sound: str) -> set[str]:
    """All that `sound` may be in Arabic, each G being any of three; of many G all the same."""
    parts = sound.split("G")
    choices = (
        product("GSK", repeat=len(parts) - 1)
        if len(parts) <= _MOST_WAVERING
        else ([g] * (len(parts) - 1) for g in "GSK")
    )
    return {_undouble("".join(chain.from_iterable(zip_longest(parts, choice, fillvalue="")))) for choice in choices}


def _undouble(sound: str) -> str:
    return "".join([letter for letter, before in zip(sound, f" {sound}", strict=False) if letter != before])


def _drop_one(sound: str) -> set[str]:
    return {sound[:place] + sound[place + 1 :] for place in range(len(sound))}
