"""Normalisation profiles: differences in writing that say nothing about a translation, taken out before scoring.

A profile is applied to the translation and to the reference, for scoring only; nothing that a run keeps is changed by
it. `none` changes nothing, `standard` unifies what a reader does not see or does not mind, and `strong` also spellings
that writers vary and careful readers tell apart.

    profile   text          step           from                             to
    standard  any language  invisible      direction marks, soft hyphen,    nothing
                                           byte order mark
                            quotes         “ ” „ ‟ « » ″ and ‘ ’ ‚ ‛ ‹ › ′  " and '
                            dashes         ‐ ‑ ‒ – — ― −                    -
                            ellipsis       …                                ...
                            composition    any; with ar Arabic script only, NFC
                                           with vi all but Arabic script
    standard  vi            look-alikes    Ð ð Ɖ ɖ                          Đ đ
                            tone marks     hoà khoẻ thuỷ                    hòa khỏe thủy
    standard  ar            presentation   ﻻ ﷲ and other presentation       the letters they show
                                           forms
                            tatweel        كـتاب                            كتاب
                            diacritics     vowel signs, shadda, superscript nothing
                                           alef, Quranic marks
                            joiners        ZWJ and ZWNJ after Arabic        nothing
                            digits         ٠-٩ ۰-۹                          0-9
                            punctuation    ، ؛ ؟ ٪ ٫ ٬ ۔ ٭                  , ; ? % . , . *
    strong    vi            i and y        hy kỹ lý mỹ sỹ tỷ quý            hi kĩ lí mĩ sĩ tỉ quí
    strong    ar            alef           أ إ آ ٱ                          ا
                            alef maqsura   ى and Persian ی                  ي
                            kaf            Persian ک                        ك
                            teh marbuta    ة                                ه

Not done: case, which is the writer's; hamza on waw and yeh (ؤ ئ), which are letters of their own; number formats
(`1.000` beside `1,000`), which can be wrong; kinds and runs of white space, which no metric here counts.

Sources. Composition: Unicode Standard Annex 15. Tone marks: both placements are in use; the one that writers use more
was taken (`hòa`: 134 of 134 such syllables in NTREX-128, 129 of 134 in FLORES-200 dev, 76 of 78 in the interface
strings). i and y: schoolbooks follow a rule (decision 1989/QĐ-BGDĐT, 2018), newspapers their habit, and both spellings
stand in one text (`sĩ` 24 times and `sỹ` 8 in NTREX-128, `lý` 39 and `lí` 3 in FLORES-200 dev). Digits, punctuation,
diacritics and letter variants of Arabic, on both sides before scoring: Sajjad et al., QCRI at IWSLT 2013. The strong
letter classes are those of Lucene's ArabicNormalizer and of `camel_tools.utils.normalize` (Obeid et al. 2020), and the
Persian letters that some keyboards and web pages bring in.
"""

from __future__ import annotations

import re
import unicodedata

from mt_eval.languages.letters import ARABIC_SCRIPT, LATIN
from mt_eval.languages.vietnamese import unify_tones, unify_y

PROFILES = ("none", "standard", "strong")
"""Each does what the one before it does, and more."""


def normalize(text: str, lang: str, profile: str) -> str:
    """`text`, which is said to be in `lang`, with what `profile` unifies for that language unified.

    Doing it twice is doing it once. The steps for Vietnamese change nothing in Arabic script and those for Arabic
    change nothing in Latin script, so a foreign name in a text stays as it is; quotes, dashes and invisible characters
    belong to neither and are unified, unless the text has letters of the other script only. Languages other than `vi`
    and `ar` get the steps for any language; `strong` is `standard` for them.

    >>> normalize("thuỷ “thủ”", "vi", "standard"), normalize("hy vọng", "vi", "strong")
    ('thủy "thủ"', 'hi vọng')

    Raises:
        ValueError: There is no such profile.
    """
    if profile not in PROFILES:
        raise ValueError(f"no normalisation profile {profile!r}; known are {', '.join(PROFILES)}")
    if profile == "none":
        return text
    match lang:
        case "vi":
            return _normalize_vietnamese(text, strong=profile == "strong")
        case "ar":
            return _normalize_arabic(text, strong=profile == "strong")
        case _:
            return unicodedata.normalize("NFC", text.translate(_SHARED))


# --- any language

_SHARED = {
    **dict.fromkeys(map(ord, "“”„‟«»″＂"), '"'),
    **dict.fromkeys(map(ord, "‘’‚‛‹›′＇`´"), "'"),
    **dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-"),
    ord("…"): "...",
    # Direction marks, embeddings and isolates, then byte order mark and soft hyphen. Not the zero width joiner, which
    # makes emoji, and not the zero width space, which parts words in some scripts.
    **dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0x00AD]),
}

_MARKS = "\u0300-\u036f"
_LATIN_LETTER = re.compile(f"[{LATIN}]")
_ARABIC_LETTER = re.compile(
    "[\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u0750-\u077f\ufb50-\ufdff\ufe80-\ufefc]"
)
_ARABIC_STRETCH = re.compile(f"([{ARABIC_SCRIPT}][{ARABIC_SCRIPT}{_MARKS}]*)")
"""Arabic script and the marks on it, as a group, so that splitting keeps it."""


def _unify_shared(text: str, own: re.Pattern[str], foreign: re.Pattern[str]) -> str:
    """`text` with quotes, dashes and invisible characters unified, unless its letters are foreign ones alone."""
    return text if foreign.search(text) and not own.search(text) else text.translate(_SHARED)


# --- Vietnamese

_LOOK_ALIKES = str.maketrans("ÐðƉɖ", "ĐđĐđ")


def _normalize_vietnamese(text: str, *, strong: bool) -> str:
    text = _unify_shared(text, _LATIN_LETTER, _ARABIC_LETTER)
    pieces = _ARABIC_STRETCH.split(text)
    pieces[::2] = [unicodedata.normalize("NFC", piece).translate(_LOOK_ALIKES) for piece in pieces[::2]]
    text = unify_tones("".join(pieces))
    return unify_y(text) if strong else text


# --- Arabic

_PRESENTATION_FORM = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")
_NOT_WRITTEN = {
    0x0640: None,  # tatweel
    **dict.fromkeys(
        [
            *range(0x0610, 0x061B),
            *range(0x064B, 0x0653),
            *range(0x0656, 0x0660),
            0x0670,
            *range(0x06D6, 0x06DD),
            *range(0x06DF, 0x06E9),
            *range(0x06EA, 0x06EE),
            *range(0x08D3, 0x08E2),
            *range(0x08E3, 0x0900),
        ]
    ),
}
_JOINERS = re.compile(f"(?<=[{ARABIC_SCRIPT}])[\u200c\u200d]+")
_DIGITS_AND_PUNCTUATION = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹،؛؟٪٫٬۔٭", "01234567890123456789,;?%.,.*")
_LETTER_VARIANTS = {
    **str.maketrans("أإآٱىیکة", "ااااييكه"),
    # Hamza and madda signs that no letter took up.
    **dict.fromkeys([0x0653, 0x0654, 0x0655]),
}


def _normalize_arabic(text: str, *, strong: bool) -> str:
    text = _unify_shared(text, _ARABIC_LETTER, _LATIN_LETTER)
    text = _PRESENTATION_FORM.sub(lambda match: _format_letters(match[0]), text).translate(_NOT_WRITTEN)
    text = _JOINERS.sub("", text).translate(_DIGITS_AND_PUNCTUATION)
    text = _compose_arabic(text)
    return _compose_arabic(text.translate(_LETTER_VARIANTS)) if strong else text


def _compose_arabic(text: str) -> str:
    return _ARABIC_STRETCH.sub(lambda match: unicodedata.normalize("NFC", match[0]), text)


def _format_letters(form: str) -> str:
    # The isolated form of a mark decomposes into a space that carries it, and the mark is removed afterwards.
    return unicodedata.normalize("NFKC", form).lstrip(" ")
