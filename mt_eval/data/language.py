"""Whether a text is in the language it is said to be in: by script, then by the letters only that language uses."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from mt_eval.errors import DataError

# First word of a letter's Unicode name, as `unicodedata.name` gives it.
_SCRIPTS = {
    "ARABIC": ("ar", "fa", "ps", "ug", "ur"),
    "ARMENIAN": ("hy",),
    "BENGALI": ("bn",),
    "CJK": ("ja", "zh"),
    "CYRILLIC": ("be", "bg", "kk", "ky", "mk", "mn", "ru", "tg", "tt", "uk"),
    "DEVANAGARI": ("hi", "mr", "ne"),
    "GEORGIAN": ("ka",),
    "GREEK": ("el",),
    "HANGUL": ("ko",),
    "HEBREW": ("he", "yi"),
    "KHMER": ("km",),
    "LAO": ("lo",),
    "LATIN": (
        *("af", "ca", "cs", "da", "de", "en", "eo", "es", "et", "eu", "fi", "fr", "ga", "gl", "hr", "hu", "id"),
        *("is", "it", "lt", "lv", "ms", "mt", "nb", "nl", "nn", "no", "pl", "pt", "ro", "sk", "sl", "sq", "sv"),
        *("sw", "tl", "tr", "vi"),
    ),
    "MYANMAR": ("my",),
    "TAMIL": ("ta",),
    "TELUGU": ("te",),
    "THAI": ("th",),
}
_SCRIPT_OF = {lang: script for script, langs in _SCRIPTS.items() for lang in langs}
_SAME_SCRIPT = {"HIRAGANA": "CJK", "KATAKANA": "CJK"}

# Not ă, â, ê and ô, which Romanian, French and Portuguese have too.
_ONLY_VIETNAMESE = re.compile("[đơưĐƠƯ\u1ea0-\u1ef9]")
_NOT_ARABIC = re.compile("[\u067e\u0686\u0698\u06a9\u06af\u06cc\u06ba\u06d2\u0679\u0688]")

# Fewer letters than this prove nothing: a file may hold `OK` or a name.
_ENOUGH_LETTERS = 30
# Measured shares of letters only Vietnamese uses: 0.18 to 0.19 in the seed articles, NTREX and the interface strings
# (0.026 in the poorest single NTREX line), 0.00 in the English of NTREX.
_VIETNAMESE_SHARE = 0.02
# Letters of Persian and Urdu that Arabic lacks: 0.00 in all Arabic texts at hand; Persian writes one for every yeh.
_NOT_ARABIC_SHARE = 0.03


def check_language(text: str, lang: str, where: str, mend: str) -> None:
    """Nothing, if `text` can be in `lang`; `where` and `mend` complete the message if it cannot.

    Vietnamese and Arabic are told from every other language, further ones by their script only, and languages whose
    script is not known here pass. Texts of fewer than 30 letters pass.

    Raises:
        DataError: The text is in another language.
    """
    if (found := _find_mismatch(unicodedata.normalize("NFC", text), lang)) is not None:
        raise DataError(f"{where}: {found}, expected language {lang}; {mend}")


def _find_mismatch(text: str, lang: str) -> str | None:
    counts: Counter[str] = Counter()
    for letter, count in Counter(filter(str.isalpha, text)).items():
        script = unicodedata.name(letter, "UNKNOWN").split(" ")[0]
        counts[_SAME_SCRIPT.get(script, script)] += count
    letters = counts.total()
    wanted = _SCRIPT_OF.get(lang)
    if wanted is None or letters < _ENOUGH_LETTERS:
        return None
    common, count = counts.most_common(1)[0]
    if common != wanted:
        return f"{100 * count / letters:.0f}% of the letters are {common.capitalize()} script"
    if lang == "ar" and len(_NOT_ARABIC.findall(text)) > _NOT_ARABIC_SHARE * letters:
        return "the text uses letters of Persian or Urdu"
    if wanted == "LATIN":
        vietnamese = len(_ONLY_VIETNAMESE.findall(text)) >= _VIETNAMESE_SHARE * letters
        if vietnamese and lang != "vi":
            return "the text is Vietnamese by its letters"
        if lang == "vi" and not vietnamese:
            return "the text lacks the letters of Vietnamese"
    return None
