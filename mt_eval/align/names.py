"""Names across scripts: which Arabic words may be which names in Latin letters, by their consonants.

Vowels come and go between the scripts, so a word counts by its consonants, and those by where they are spoken, since
spelling agrees on little more (`Bush` is بوش, `George` جورج, `Chicago` شيكاغو). Neighbouring classes are one where
transliteration wavers: g, j and ch may stand for k or s.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain, product, zip_longest

from mt_eval.align.words import fold_arabic, strip_prefix

_LATIN_WORD = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+")
_ARABIC_WORD = re.compile("[\u0621-\u064a\u067e\u0686\u0698\u06a4\u06a9\u06af\u06cc]+")
# The shape of a Vietnamese syllable, marks taken off: what has it may be an ordinary word, and names that have it are
# spelt by meaning in Arabic as often as by sound.
_SYLLABLE = re.compile(
    "(?:ngh|ch|gh|gi|kh|ng|nh|ph|qu|th|tr|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ch|ng|nh|[cimnoptuy])?"
)
_SHORTEST_NAME = 3
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
    *(("chr", "KR"), ("tch", "S"), ("sch", "S"), ("sh", "S"), ("ch", "G"), ("ph", "F"), ("th", "T"), ("ck", "K")),
    *(("gh", "K"), ("kh", "K"), ("zh", "S"), ("x", "KS"), ("qu", "K"), ("ce", "S"), ("ci", "S"), ("cy", "S")),
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
_DOUBLED = re.compile(r"(.)\1+")


def list_names(text: str, lang: str) -> frozenset[str]:
    """The words of `text` that may be names and are kept by sound: capitalised, and in Vietnamese no syllables of it.

    In lower case.
    """
    found = set()
    for word in _LATIN_WORD.findall(unicodedata.normalize("NFC", text)):
        plain = _strip_marks(word)
        if len(plain) < _SHORTEST_NAME or not word[0].isupper() or (lang == "vi" and _SYLLABLE.fullmatch(plain)):
            continue
        found.add(word.lower())
    return frozenset(found)


def list_arabic_words(text: str) -> frozenset[str]:
    """The words of `text` in Arabic script, in the folded spelling of `words.fold_arabic`."""
    return frozenset(_ARABIC_WORD.findall(fold_arabic(text)))


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
        for form in {word, strip_prefix(word)}:
            by_sound[_sound_arabic(form)].add(word)
    by_part: dict[str, set[str]] = defaultdict(set)
    for sound in by_sound:
        if len(sound) > _SHORTEST_NAME:
            for part in _drop_one(sound):
                by_part[part].add(sound)
    found: dict[str, dict[str, float]] = {}
    for name in names:
        sound = _sound_latin(name)
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
def _sound_latin(name: str) -> str:
    plain = _strip_marks(name)
    for cluster, sound in _LATIN_CLUSTERS:
        plain = plain.replace(cluster, sound)
    return _undouble("".join(letter for letter in plain.translate(_LATIN_SOUNDS) if letter.isupper()))


@lru_cache(maxsize=100_000)
def _sound_arabic(word: str) -> str:
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
    return _DOUBLED.sub(r"\1", sound)


def _drop_one(sound: str) -> set[str]:
    return {sound[:place] + sound[place + 1 :] for place in range(len(sound))}


def _strip_marks(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).replace("đ", "d")
