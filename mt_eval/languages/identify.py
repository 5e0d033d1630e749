"""In which script and language a text is, by its letters, its small words, and py3langid.

Nothing is decided here: letters, words and probabilities are counted, and callers bring thresholds.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from mt_eval.languages.codes import find_script

_SAME_SCRIPT = {"HIRAGANA": "CJK", "KATAKANA": "CJK"}

# Not ă, â, ê and ô, which Romanian, French and Portuguese have too.
_ONLY_VIETNAMESE = re.compile("[đơưĐƠƯ\u1ea0-\u1ef9]")
_NOT_ARABIC = re.compile("[\u067e\u0686\u0698\u06a9\u06af\u06cc\u06ba\u06d2\u0679\u0688\u0691\u06c1\u06be\u06d5]")

_RANKED = (
    *("ar", "be", "bg", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu", "id", "it"),
    *("ja", "kk", "ko", "lt", "lv", "mk", "mr", "ms", "ne", "nl", "no", "pl", "ps", "pt", "ro", "ru", "sk", "sl", "sv"),
    *("sw", "th", "tl", "tr", "ug", "uk", "ur", "vi", "zh"),
)
"""Languages that py3langid chooses from. Among more, it finds smaller relatives (`af`, `gl`) in single sentences."""

_SMALL_WORDS = {
    "ar": "في من على إلى أن عن التي الذي هذا هذه ما لا مع كان بعد قد كل لم بين أو هو هي تم إن يوم معه منذ الى",
    "de": "der die das und den von zu mit ist des auf für im dem ein eine nicht sich hat am wurde werden sie auch",
    "en": "the of and to is for that on with was by at from has have are it be been this had will an not which",
    "es": "el los las y del que con por para una su al se lo como más fue han sobre este esta entre desde ha",
    "fa": "و در به که این را با است برای شد بود آن های می کرد شده یک خود تا بر هم دو",
    "fr": "le les et des du une est que qui dans pour par sur au aux il ne pas ce cette avec ont sont plus été",
    "it": "il di e che per della è i gli al dei da nel nella sono ha hanno alla delle dalla degli si le più anche",
    "ru": "и в на не с что по из к о для от за это как был его они мы она он или также",
    "uk": "і та в у на не з що до за це як для від його вони ми вона він або також",
    "ur": "کے میں کی ہے اور سے کا کو نے پر یہ ہیں ایک بھی کر تھا اس گیا",
    "vi": "và của là có trong được cho với các một không ở này những đã người về tại để từ cùng ông khi phải",
}
SMALL_WORDS: Mapping[str, frozenset[str]] = {lang: frozenset(words.split()) for lang, words in _SMALL_WORDS.items()}

_LONG = 10_000
"""Characters of a text that is worth what numpy takes to start."""

_WORD = re.compile(r"[^\W\d_]+")


def count_scripts(text: str) -> Counter[str]:
    """Script to its letters in `text`, by the first word of their Unicode names; `CJK` for all scripts of Japanese."""
    counts: Counter[str] = Counter()
    characters = Counter(unicodedata.normalize("NFKC", text))
    for script, count in zip(map(_find_script, characters), characters.values(), strict=True):
        if script:
            counts[script] = counts.get(script, 0) + count
    return counts


def count_scripts_of_many(texts: Iterable[str]) -> Counter[str]:
    """The same of all texts together, many times as fast where they are long; Hangul in parts counts by its parts."""
    characters = sum(map(_count_characters, texts), Counter[str]())
    counts: Counter[str] = Counter()
    for character, count in characters.items():
        for script, letters in count_scripts(character).items():
            counts[script] += count * letters
    return counts


def count_vietnamese_letters(text: str) -> int:
    """How many letters of `text` only Vietnamese has."""
    return len(_ONLY_VIETNAMESE.findall(unicodedata.normalize("NFC", text)))


def count_persian_letters(text: str) -> int:
    """How many letters of `text` Persian, Urdu or Pashto has and Arabic has not."""
    return len(_NOT_ARABIC.findall(text))


def count_small_words(texts: Iterable[str]) -> dict[str, int]:
    """How many words of the texts are small words of each language and of no other in the table.

    >>> counts = count_small_words(["Der Präsident und die Minister"])
    >>> counts["de"], counts["en"]
    (3, 0)
    """
    words = [word for text in texts for word in _WORD.findall(text.lower())]
    owners: dict[str, list[str]] = {}
    for lang, known in SMALL_WORDS.items():
        for word in known:
            owners.setdefault(word, []).append(lang)
    counts = dict.fromkeys(SMALL_WORDS, 0)
    for word in words:
        if len(owners.get(word, ())) == 1:
            counts[owners[word][0]] += 1
    return counts


def rank_languages(text: str, script: str) -> dict[str, float]:
    """Language to the probability that py3langid gives it, among common languages of one script; empty without any."""
    identifier = _load_identifier(script)
    return {str(lang): float(probability) for lang, probability in identifier.rank(text)} if identifier else {}


def _count_characters(text: str) -> Counter[str]:
    if len(text) < _LONG:
        return Counter(text)
    import numpy as np

    counts = np.bincount(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4"))
    found = np.flatnonzero(counts)
    return Counter(dict(zip(map(chr, found.tolist()), counts[found].tolist(), strict=True)))


@cache
def _find_script(character: str) -> str:
    """The script of a letter; empty for other characters."""
    script = unicodedata.name(character, "UNKNOWN").split(" ")[0] if character.isalpha() else ""
    return _SAME_SCRIPT.get(script, script)


@cache
def _load_identifier(script: str) -> Any:
    """A classifier among the ranked languages of `script`, or None where there is none of them."""
    identifier = copy.copy(_load_any_identifier())  # what `set_languages` sets is the copy's own
    asked = [lang for lang in identifier.labels if lang in _RANKED and find_script(lang) == script]
    if asked:
        identifier.set_languages(asked)
    return identifier if asked else None


@cache
def _load_any_identifier() -> Any:
    """The classifier among all languages, whose file is unpacked once for all scripts."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # type: ignore[import-untyped]

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
