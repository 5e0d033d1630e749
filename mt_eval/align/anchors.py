"""What a sentence and its translation share whatever the languages: numbers, dates, words in Latin script."""

from __future__ import annotations

import re
import unicodedata

from mt_eval.languages.dates import read_dates
from mt_eval.languages.letters import LATIN, UNSEEN, fold_digits

_NUMBER = re.compile(r"\d+(?:[.,٬٫\u00a0]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:[.,٬\u00a0]\d{3})+")
_LATIN_WORD = re.compile(f"[{LATIN}]{{2,}}")


def find_anchors(text: str, lang: str) -> frozenset[str]:
    """The anchors in `text`, which is in `lang`: `number:2023`, `month:2`, `word:cnn`.

    Digits of all scripts count as ASCII ones, `1.200`, `1,200` and `١٬٢٠٠` as 1200, a date as its day, month and year,
    so that `8 فبراير/شباط` and `8/2` share a day and a month.
    """
    text = fold_digits(unicodedata.normalize("NFKC", UNSEEN.sub("", text)).lower())
    anchors = {f"word:{word}" for word in _LATIN_WORD.findall(text)}
    pieces, end = [], 0
    for date in read_dates(text, lang):
        day, month, year = date.readings[0]
        # `may` alone is a verb of English.
        if not date.is_hijri and (lang != "en" or day or year):
            anchors |= {f"month:{month}", *(f"number:{number}" for number in (day, year) if number is not None)}
            pieces.append(text[end : date.start])
            end = date.end
    pieces.append(text[end:])
    return frozenset(anchors | {f"number:{_normalise_number(n)}" for n in _NUMBER.findall(" ; ".join(pieces))})


def _normalise_number(number: str) -> str:
    if _GROUPED.fullmatch(number):
        return re.sub(r"\D", "", number)
    return re.sub("[,٫٬\u00a0]", ".", number)
