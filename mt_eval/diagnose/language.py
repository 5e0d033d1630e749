"""Whether a translation is in its target language: by script, by letters, and last by py3langid."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from mt_eval.languages.codes import find_script
from mt_eval.languages.identify import (
    count_persian_letters,
    count_scripts,
    count_vietnamese_letters,
    rank_languages,
)
from mt_eval.languages.letters import LATIN, SMALL_LATIN

# Words that begin with a small letter: no names.
_LATIN_WORD = re.compile(f"(?<![{LATIN}])[{SMALL_LATIN}]\\w+")
_WORD = re.compile(r"[^\W\d_]+")

# Languages taken for one another because they can hardly be told apart in a sentence.
_ALIKE = {"id": "ms", "ms": "id", "no": "da", "da": "no", "cs": "sk", "sk": "cs"}

# Letters below which nothing is decided: names, units and codes stay as they are in any language.
_ENOUGH_FOR_SCRIPT = 4
_ENOUGH_FOR_LETTERS = 12
_ENOUGH_FOR_LANGUAGE = 20
_TARGET_SHARE = 0.4
"""Lowest share of letters in the target's script: 0.62 in the poorest Arabic reference of NTREX, which keeps names."""
_FOREIGN_SHARE = 0.2
"""Highest share of letters in a script that is neither the target's nor Latin."""
_NOT_ARABIC_SHARE = 0.03
"""Letters of Persian or Urdu: 0.016 in the Arabic reference of FLORES richest in them; Persian writes one per yeh."""
_SURE_VIETNAMESE = 0.1
"""Letters only Vietnamese has, from which on nothing else needs asking: their usual share is 0.18."""
_ENOUGH_BESIDE_NAMES = 8
"""Letters of words that are no names, below which a list of names stays in the language that it is in."""
_SURE = 0.9
"""Probability that py3langid has to give other languages together."""


def find_other_language(text: str, lang: str) -> str | None:
    """What tells that `text` is not in `lang`, or None where nothing does.

    Texts of a few letters pass, names in Latin script pass in any language, and a language whose script is not known
    here passes always.
    """
    script = find_script(lang)
    if script is None:
        return None
    # With the letters that presentation forms show: py3langid takes the forms for Uyghur.
    text = unicodedata.normalize("NFKC", text)
    counts = count_scripts(text)
    if (found := _find_other_script(text, counts, script)) is not None:
        return found
    letters = counts[script]
    if letters < _ENOUGH_FOR_LETTERS:
        return None
    if lang == "ar":
        if count_persian_letters(text) > _NOT_ARABIC_SHARE * letters:
            return "letters of Persian or Urdu"
        if "ال" in text:
            return None
    if script == "LATIN":
        vietnamese = count_vietnamese_letters(text) / letters
        if vietnamese >= _SURE_VIETNAMESE:
            return None if lang == "vi" else "the letters of Vietnamese"
    if letters < _ENOUGH_FOR_LANGUAGE or (script == "LATIN" and _holds_names_alone(text)):
        return None
    ranking = rank_languages(text, script)
    if ranking.get(lang, 1.0) + ranking.get(_ALIKE.get(lang, ""), 0.0) > 1 - _SURE:
        return None
    return f"language {max(ranking, key=lambda guess: ranking[guess])} instead of {lang}"


def _holds_names_alone(text: str) -> bool:
    """Whether nearly all words begin with a capital letter and go on with small ones."""
    others = (word for word in _WORD.findall(text) if word[0].islower() or (len(word) > 1 and word.isupper()))
    return sum(map(len, others)) < _ENOUGH_BESIDE_NAMES


def _find_other_script(text: str, counts: Counter[str], script: str) -> str | None:
    letters = sum(counts.values())
    foreign = [name for name in counts if name not in (script, "LATIN")]
    if foreign:
        name = max(foreign, key=counts.__getitem__)
        count = counts[name]
        if count >= _ENOUGH_FOR_SCRIPT and count >= _FOREIGN_SHARE * letters:
            return f"{100 * count / letters:.0f}% of the letters are {name.capitalize()}"
    if letters < _ENOUGH_FOR_LETTERS or counts[script] >= _TARGET_SHARE * letters:
        return None
    words = sum(map(len, _LATIN_WORD.findall(text)))
    if words > counts[script] or (not counts[script] and letters >= _ENOUGH_FOR_LANGUAGE):
        return f"{100 * counts['LATIN'] / letters:.0f}% of the letters are Latin"
    return None
