"""Whether a text is in the language it is said to be in: by script, then by the letters only that language uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from mt_eval.errors import DataError
from mt_eval.languages.arabic import PERSIAN_KEYS
from mt_eval.languages.codes import find_script
from mt_eval.languages.identify import (
    count_persian_letters,
    count_scripts_of_many,
    count_small_words,
    count_vietnamese_letters,
)

# Fewer letters than this prove nothing: a file may hold `OK` or a name.
_ENOUGH_LETTERS = 30
# Measured shares of letters only Vietnamese uses: 0.18 to 0.19 in the seed articles, NTREX and the interface strings
# (0.026 in the poorest single NTREX line), 0.00 in the English of NTREX.
_VIETNAMESE_SHARE = 0.02
# Letters of Persian and Urdu that Arabic lacks: 0.00 in all Arabic texts at hand; Persian writes one for every yeh.
_NOT_ARABIC_SHARE = 0.03
_JOINED = 1000


def check_language(text: str, lang: str, where: str, mend: str, *, asked: bool | None = None) -> None:
    """Nothing, if `text` can be in `lang`; `where` and `mend` complete the message if it cannot.

    Vietnamese and Arabic are told from every other language, further ones by their script only, and languages whose
    script is not known here pass. Texts of fewer than 30 letters pass.

    Args:
        asked: What `data.check_language` says; None where there is no such setting.

    Raises:
        DataError: The text is in another language.
    """
    check_languages([text], lang, where, mend, asked=asked)


def check_languages(texts: Sequence[str], lang: str, where: str, mend: str, *, asked: bool | None = None) -> None:
    """As `check_language`, of all texts together.

    Raises:
        DataError: They are in another language.
    """
    if asked is not False and (found := _find_mismatch(texts, lang)) is not None:
        way_round = "" if asked is None else f", or set data.check_language=false if it is {lang} all the same"
        raise DataError(f"{where}: {found}, expected language {lang}; {mend}{way_round}")


def _is_persian(texts: Sequence[str], letters: int) -> bool:
    """Whether the texts are in Persian or Urdu: Arabic, too, is typed with their yeh and kaf by many a keyboard."""
    if sum(map(count_persian_letters, texts)) <= _NOT_ARABIC_SHARE * letters:
        return False
    typed = [text.translate(PERSIAN_KEYS) for text in texts]
    small = count_small_words(texts)
    return (
        sum(map(count_persian_letters, typed)) > _NOT_ARABIC_SHARE * letters
        or count_small_words(typed)["ar"] <= small["fa"] + small["ur"]
    )


def _join(texts: Sequence[str]) -> Iterator[str]:
    """The texts in a few long ones, which are looked at faster."""
    for start in range(0, len(texts), _JOINED):
        yield "\n".join(texts[start : start + _JOINED])


def _reach(least: float, counts: Iterable[int]) -> bool:
    """Whether the counts come to `least` together; no more of them are made than tell."""
    return any(total >= least for total in accumulate(counts))


def _find_mismatch(texts: Sequence[str], lang: str) -> str | None:
    counts = count_scripts_of_many(_join(texts))
    letters = counts.total()
    wanted = find_script(lang)
    if wanted is None or letters < _ENOUGH_LETTERS:
        return None
    common, count = counts.most_common(1)[0]
    if common != wanted:
        return f"{100 * count / letters:.0f}% of the letters are {common.capitalize()} script"
    if lang == "ar" and _is_persian(texts, letters):
        return "the text uses letters of Persian or Urdu"
    if wanted == "LATIN":
        vietnamese = _reach(_VIETNAMESE_SHARE * letters, map(count_vietnamese_letters, _join(texts)))
        if vietnamese and lang != "vi":
            return "the text is Vietnamese by its letters"
        if lang == "vi" and not vietnamese:
            return "the text lacks the letters of Vietnamese"
    return None
