"""Whether a translation is in its target language: by script, by letters, and last by py3langid."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from typing import Any

# First word of a letter's Unicode name, as `unicodedata.name` gives it. Japanese mixes three scripts, so they are one.
_SCRIPTS = {
    "ARABIC": ("ar", "fa", "ps", "ug", "ur"),
    "CJK": ("ja", "zh"),
    "CYRILLIC": ("be", "bg", "kk", "mk", "ru", "uk"),
    "DEVANAGARI": ("hi", "mr", "ne"),
    "GREEK": ("el",),
    "HANGUL": ("ko",),
    "HEBREW": ("he",),
    "LATIN": (
        *("cs", "da", "de", "en", "es", "et", "fi", "fr", "hr", "hu", "id", "it", "lt", "lv", "ms", "nl", "no"),
        *("pl", "pt", "ro", "sk", "sl", "sv", "sw", "tl", "tr", "vi"),
    ),
    "THAI": ("th",),
}
_SCRIPT_OF = {lang: script for script, langs in _SCRIPTS.items() for lang in langs}
_SAME_SCRIPT = {"HIRAGANA": "CJK", "KATAKANA": "CJK"}
_COMMON = (re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"), re.compile("[\u0620-\u064a\u066e-\u06d3]"))

# Words that begin with a small letter: no names.
_LATIN_WORD = re.compile("(?<![A-Za-z\u00c0-\u024f\u1e00-\u1eff])[a-z\u00df-\u00ff\u0111\u01b0]\\w+")

# Languages taken for one another because they can hardly be told apart in a sentence.
_ALIKE = {"id": "ms", "ms": "id", "no": "da", "da": "no", "cs": "sk", "sk": "cs"}

# Not ă, â, ê and ô, which Romanian, French and Portuguese have too.
_ONLY_VIETNAMESE = re.compile("[đơưĐƠƯ\u1ea0-\u1ef9]")
_NOT_ARABIC = re.compile("[\u067e\u0686\u0698\u06a9\u06af\u06cc\u06ba\u06d2\u0679\u0688\u0691\u06c1\u06be\u06d5]")
_ONLY_ARABIC = re.compile("[ةىإأؤئ]")

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
_SURE = 0.9
"""Probability that py3langid has to give other languages together."""


def find_other_language(text: str, lang: str) -> str | None:
    """What tells that `text` is not in `lang`, or None where nothing does.

    Texts of a few letters pass, names in Latin script pass in any language, and a language whose script is not known
    here passes always.
    """
    script = _SCRIPT_OF.get(lang)
    if script is None:
        return None
    text = unicodedata.normalize("NFC", text)
    counts = _count_scripts(text)
    letters = counts.total()
    if (found := _find_other_script(text, counts, script)) is not None:
        return found
    letters = counts[script]
    if letters < _ENOUGH_FOR_LETTERS:
        return None
    if lang == "ar":
        if len(_NOT_ARABIC.findall(text)) > _NOT_ARABIC_SHARE * letters:
            return "letters of Persian or Urdu"
        if "ال" in text:
            return None
    if script == "LATIN":
        vietnamese = len(_ONLY_VIETNAMESE.findall(text)) / letters
        if vietnamese >= _SURE_VIETNAMESE:
            return None if lang == "vi" else "the letters of Vietnamese"
    if letters < _ENOUGH_FOR_LANGUAGE:
        return None
    ranking = _rank_languages(text, script)
    if ranking.get(lang, 1.0) + ranking.get(_ALIKE.get(lang, ""), 0.0) > 1 - _SURE:
        return None
    return f"language {max(ranking, key=lambda guess: ranking[guess])} instead of {lang}"


def find_script(lang: str) -> str | None:
    """The script `lang` is written in, as Unicode names it (`LATIN`), or None where it is not known here."""
    return _SCRIPT_OF.get(lang)


def _count_scripts(text: str) -> Counter[str]:
    """Script to its letters in `text`."""
    latin, arabic = (len(pattern.findall(text)) for pattern in _COMMON)
    counts = Counter({"LATIN": latin, "ARABIC": arabic})
    rest = _COMMON[1].sub("", _COMMON[0].sub("", text))
    if not rest.isascii():
        for letter in filter(str.isalpha, rest):
            script = unicodedata.name(letter, "UNKNOWN").split(" ")[0]
            counts[_SAME_SCRIPT.get(script, script)] += 1
    return counts


def _find_other_script(text: str, counts: Counter[str], script: str) -> str | None:
    letters = counts.total()
    foreign = Counter({name: count for name, count in counts.items() if name not in (script, "LATIN")})
    if foreign:
        name, count = foreign.most_common(1)[0]
        if count >= _ENOUGH_FOR_SCRIPT and count >= _FOREIGN_SHARE * letters:
            return f"{100 * count / letters:.0f}% of the letters are {name.capitalize()}"
    if letters < _ENOUGH_FOR_LETTERS or counts[script] >= _TARGET_SHARE * letters:
        return None
    words = sum(map(len, _LATIN_WORD.findall(text)))
    if words > counts[script] or (not counts[script] and letters >= _ENOUGH_FOR_LANGUAGE):
        return f"{100 * counts['LATIN'] / letters:.0f}% of the letters are Latin"
    return None


@cache
def _load_identifier(script: str) -> Any:
    """py3langid among the languages of one script: of all its languages it would find one too many in a sentence."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([lang for lang in _SCRIPTS[script] if lang in identifier.labels])
    return identifier


def _rank_languages(text: str, script: str) -> dict[str, float]:
    """Probability of each language of `script`."""
    return {str(lang): float(probability) for lang, probability in _load_identifier(script).rank(text)}
