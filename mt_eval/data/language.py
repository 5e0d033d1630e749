"""Whether a text is in the language it is said to be in: by script, then by the letters only that language uses."""

from __future__ import annotations

from mt_eval.errors import DataError
from mt_eval.languages.arabic import PERSIAN_KEYS
from mt_eval.languages.codes import find_script
from mt_eval.languages.identify import count_persian_letters, count_scripts, count_small_words, count_vietnamese_letters

# Fewer letters than this prove nothing: a file may hold `OK` or a name.
_ENOUGH_LETTERS = 30
# Measured shares of letters only Vietnamese uses: 0.18 to 0.19 in the seed articles, NTREX and the interface strings
# (0.026 in the poorest single NTREX line), 0.00 in the English of NTREX.
_VIETNAMESE_SHARE = 0.02
# Letters of Persian and Urdu that Arabic lacks: 0.00 in all Arabic texts at hand; Persian writes one for every yeh.
_NOT_ARABIC_SHARE = 0.03


def check_language(text: str, lang: str, where: str, mend: str, *, asked: bool | None = None) -> None:
    """Nothing, if `text` can be in `lang`; `where` and `mend` complete the message if it cannot.

    Vietnamese and Arabic are told from every other language, further ones by their script only, and languages whose
    script is not known here pass. Texts of fewer than 30 letters pass.

    Args:
        asked: What `data.check_language` says; None where there is no such setting.

    Raises:
        DataError: The text is in another language.
    """
    if asked is not False and (found := _find_mismatch(text, lang)) is not None:
        way_round = "" if asked is None else f", or set data.check_language=false if it is {lang} all the same"
        raise DataError(f"{where}: {found}, expected language {lang}; {mend}{way_round}")


def _is_persian(text: str, letters: int) -> bool:
    """Whether the text is in Persian or Urdu: Arabic, too, is typed with their yeh and kaf by many a keyboard."""
    if count_persian_letters(text) <= _NOT_ARABIC_SHARE * letters:
        return False
    typed = text.translate(PERSIAN_KEYS)
    small = count_small_words([text])
    return (
        count_persian_letters(typed) > _NOT_ARABIC_SHARE * letters
        or count_small_words([typed])["ar"] <= small["fa"] + small["ur"]
    )


def _find_mismatch(text: str, lang: str) -> str | None:
    counts = count_scripts(text)
    letters = counts.total()
    wanted = find_script(lang)
    if wanted is None or letters < _ENOUGH_LETTERS:
        return None
    common, count = counts.most_common(1)[0]
    if common != wanted:
        return f"{100 * count / letters:.0f}% of the letters are {common.capitalize()} script"
    if lang == "ar" and _is_persian(text, letters):
        return "the text uses letters of Persian or Urdu"
    if wanted == "LATIN":
        vietnamese = count_vietnamese_letters(text) >= _VIETNAMESE_SHARE * letters
        if vietnamese and lang != "vi":
            return "the text is Vietnamese by its letters"
        if lang == "vi" and not vietnamese:
            return "the text lacks the letters of Vietnamese"
    return None
