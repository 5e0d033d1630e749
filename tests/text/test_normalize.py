"""Normalisation profiles: what they unify, what they must not touch, and that they settle at once."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
import sacrebleu
from hypothesis import example, given
from hypothesis import strategies as st

from mt_eval.config import Profile
from mt_eval.text.normalize import PROFILES, normalize

CHANGING = [profile for profile in PROFILES if profile != "none"]

_ARABIC_CHARACTERS = st.characters(min_codepoint=0x0600, max_codepoint=0x06FF, categories=("L", "M", "N", "P", "S"))
_ARABIC_FORMS = st.sampled_from("ﻻﷲﹰﹱﱞﷺ\u0654\u0655\u0653\u064e\u0651\u0640أإآٱىیکة١۲،؛؟٪٫٬")
_LATIN_CHARACTERS = st.sampled_from(
    "aeoouuyyhkqlmstTHQđĐơƯăâêôàáảãạòóỏõọùúỳýỷỹỵỲÁé\u0300\u0301\u0309\u0303\u0323\u0302\u031b0189.,!?"
)
_SHARED_CHARACTERS = st.sampled_from("“”«»‘’–—…\"'-.,:!?()\u00a0\u200e\u200f\u202b\u200c\u200d\u00ad\ufeff \n_/0")
_OTHER_CHARACTERS = st.sampled_from("Ðð\u212b\u212a한\u1100\u1161中Ωя😀＂")
_MIXED = st.text(
    st.one_of(_ARABIC_CHARACTERS, _ARABIC_FORMS, _LATIN_CHARACTERS, _SHARED_CHARACTERS, _OTHER_CHARACTERS), max_size=30
)
# A letter of the script in front, so that what follows is a text in it.
_ARABIC_TEXT = st.text(st.one_of(_ARABIC_CHARACTERS, _ARABIC_FORMS, _SHARED_CHARACTERS), max_size=30).map("ك{}".format)
_LATIN_TEXT = st.text(st.one_of(_LATIN_CHARACTERS, _SHARED_CHARACTERS), max_size=30).map("a{}".format)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("hoà hoá hoả hoã hoạ", "hòa hóa hỏa hõa họa"),
        ("loè khoé khoẻ xoẽ toẹt", "lòe khóe khỏe xõe toẹt"),
        ("thuỳ tuý thuỷ luỹ luỵ", "thùy túy thủy lũy lụy"),
        ("HOÀ BÌNH, Hoà Bình", "HÒA BÌNH, Hòa Bình"),
        ("quý quỳ quỷ quỹ quỵ Quý", "quý quỳ quỷ quỹ quỵ Quý"),
        ("hoàn toán ngoài thuỳnh huỳnh khuỷu quà", "hoàn toán ngoài thuỳnh huỳnh khuỷu quà"),
        ("ngheo\u0301 ho\u0061\u0300 tiê\u0301ng", "ngheó hòa tiếng"),
        ("Ðà Nẵng, ðường, Ɖồng Nai", "Đà Nẵng, đường, Đồng Nai"),
        ("“a” „b‟ «c» ‘d’ ‹e› 5′", '"a" "b" "c" \'d\' \'e\' 5\''),
        ("1990–2000 — a\u2011b −3 …", "1990-2000 - a-b -3 ..."),
        ("a\u00adb\u200e c\ufeff", "ab c"),
        ("hòa_bình hoà_bình (hoà)", "hòa_bình hòa_bình (hòa)"),
        ("lý kỹ hy", "lý kỹ hy"),
    ],
)
def test_standard_unifies_vietnamese(found: str, expected: str) -> None:
    """Tone marks get one place, letters one code, quotes and dashes one form; spelling stays."""
    assert normalize(found, "vi", "standard") == expected


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("كـــتاب", "كتاب"),
        ("كِتَابٌ هٰذا مُحَمَّد", "كتاب هذا محمد"),
        ("ﻻ ﺳﻼﻡ ﷲ", "لا سلام الله"),
        ("٠١٢٣٤٥٦٧٨٩ ۴۵۶", "0123456789 456"),
        ("٣٫٥٪ و١٬٠٠٠", "3.5% و1,000"),
        ("نعم، لا؛ لماذا؟", "نعم, لا; لماذا?"),
        ("«نعم» “لا”", '"نعم" "لا"'),
        ("ا\u0654حمد ا\u0640\u064e\u0654حمد", "أحمد أحمد"),
        ("\u200fقال\u200e مي\u200cخواهد", "قال ميخواهد"),
        ("أإآ ى ة ؤئء", "أإآ ى ة ؤئء"),
        ("شركة Résumé hoa\u0300 “X”", 'شركة Résumé hoa\u0300 "X"'),
        ("Nokia \ufe70ك", "Nokia ك"),
    ],
)
def test_standard_unifies_arabic(found: str, expected: str) -> None:
    """What is not written by everyone goes, digits and punctuation get one form; letters and foreign names stay."""
    assert normalize(found, "ar", "standard") == expected


@pytest.mark.parametrize(
    ("lang", "found", "expected"),
    [
        ("ar", "أحمد إلى آسيا ٱلله", "احمد الي اسيا الله"),
        ("ar", "مدرسة على یکی ؤئء", "مدرسه علي يكي ؤئء"),
        ("ar", "كِتَابٌ،", "كتاب,"),
        ("vi", "hy vọng, Mỹ, kỹ sư, lý, sỹ, tỷ, quý, Quỳ", "hi vọng, Mĩ, kĩ sư, lí, sĩ, tỉ, quí, Quì"),
        ("vi", "y tế, tay, thuỷ, yêu, thy, My's, huýt", "y tế, tay, thủy, yêu, thy, Mi's, huýt"),
    ],
)
def test_strong_unifies_spellings_too(lang: str, found: str, expected: str) -> None:
    """Letter classes of Arabic and i and y of Vietnamese open syllables, on top of `standard`."""
    assert normalize(found, lang, "strong") == expected


def test_every_open_syllable_has_one_form() -> None:
    """Both placements of every tone on oa, oe and uy, after every initial and in either case, become the same."""
    for initial in ["", *"bcdđghklmnprstvx", "ch", "gh", "kh", "ng", "ngh", "nh", "ph", "th", "tr"]:
        for first, second in ("oa", "oe", "uy"):
            for tone in "\u0300\u0301\u0303\u0309\u0323":
                old = unicodedata.normalize("NFC", initial + first + tone + second)
                new = unicodedata.normalize("NFC", initial + first + second + tone)
                for change in (str.lower, str.upper, str.capitalize):
                    assert normalize(change(new), "vi", "standard") == change(old)
                    assert normalize(change(old), "vi", "standard") == change(old)


@example("«\u0620\u212a", "vi", "standard")  # the kelvin sign becomes a Latin letter
@given(_MIXED | st.text(max_size=20), st.sampled_from(["vi", "ar", "en"]), st.sampled_from(PROFILES))
def test_twice_is_once(text: str, lang: str, profile: str) -> None:
    """A normalised text is normal."""
    once = normalize(text, lang, profile)

    assert normalize(once, lang, profile) == once


@given(_ARABIC_TEXT, st.sampled_from(PROFILES))
def test_vietnamese_profiles_leave_arabic_alone(text: str, profile: str) -> None:
    """An Arabic text comes out of every Vietnamese profile as it went in."""
    assert normalize(text, "vi", profile) == text


@given(_LATIN_TEXT, st.sampled_from(PROFILES))
def test_arabic_profiles_leave_vietnamese_alone(text: str, profile: str) -> None:
    """A Vietnamese text, composed or not, comes out of every Arabic profile as it went in."""
    assert normalize(text, "ar", profile) == text


@given(
    st.lists(
        st.sampled_from(["ĐỒNG", "hoà", "ho\u0061\u0300", "lý", "قَالَ", "٢٠٢٤،", "إلى", "ﻻ"]), min_size=2, max_size=6
    )
)
def test_in_a_mixed_text_each_profile_changes_its_own_words(words: list[str]) -> None:
    """Word by word, what is in the other script stays and what is in the language's own is normalised."""
    for lang in ("vi", "ar"):
        expected = [word if _is_latin(word) != (lang == "vi") else normalize(word, lang, "strong") for word in words]

        assert normalize(" ".join(words), lang, "strong") == " ".join(expected)


@given(_MIXED, st.sampled_from(["vi", "ar"]))
def test_none_changes_nothing(text: str, lang: str) -> None:
    """The profile `none` is the identity."""
    assert normalize(text, lang, "none") == text


@given(_MIXED, st.sampled_from(["vi", "ar", "en"]))
def test_strong_does_all_that_standard_does(text: str, lang: str) -> None:
    """Whether a text went through `standard` first makes no difference to `strong`."""
    assert normalize(normalize(text, lang, "standard"), lang, "strong") == normalize(text, lang, "strong")


def test_other_languages_get_what_belongs_to_no_language() -> None:
    """English is composed and its quotes unified; Arabic digits in it stay."""
    assert normalize("Cafe\u0301 “٣” hoà", "en", "strong") == 'Café "٣" hoà'


def test_an_unknown_profile_is_refused() -> None:
    """A profile that does not exist is not taken for `none`."""
    with pytest.raises(ValueError, match="no normalisation profile 'light'; known are none, standard, strong"):
        normalize("a", "vi", "light")


def test_the_configuration_knows_the_profiles() -> None:
    """What can be configured is what exists."""
    assert tuple(profile.value for profile in Profile) == PROFILES


@pytest.mark.parametrize(
    ("lang", "translation", "reference"),
    [
        ("vi", unicodedata.normalize("NFD", "Chủ tịch nước tiếp tổng thống Nga"), "Chủ tịch nước tiếp tổng thống Nga"),
        ("vi", "Hoà bình và thuỷ lợi", "Hòa bình và thủy lợi"),
        ("ar", "في عام ٢٠٢٤، زار الرئيس موسكو", "في عام 2024, زار الرئيس موسكو"),
    ],
)
def test_what_only_looks_different_scores_100(lang: str, translation: str, reference: str) -> None:
    """sacrebleu finds the two texts far apart as they are and equal once normalised."""
    chrf = sacrebleu.CHRF(word_order=2)
    both = [normalize(text, lang, "standard") for text in (translation, reference)]

    assert chrf.sentence_score(translation, [reference]).score < 75
    assert chrf.sentence_score(both[0], [both[1]]).score == pytest.approx(100)


@pytest.mark.parametrize("lang", ["vi", "ar"])
def test_standard_keeps_every_letter_of_human_text(ntrex: Path, lang: str) -> None:
    """NTREX keeps its base letters in their order, counted by Unicode category alone; only marks and signs change."""
    for line in _read(ntrex, lang):
        assert _letters(normalize(line, lang, "standard")) == _letters(line)


@pytest.mark.parametrize(("lang", "other"), [("vi", "ar"), ("ar", "vi")])
@pytest.mark.parametrize("profile", CHANGING)
def test_human_text_passes_the_other_languages_profile(ntrex: Path, lang: str, other: str, profile: str) -> None:
    """Lines in one script come out whole; in those with names in the other, quotes and dashes alone change."""
    for line in _read(ntrex, lang):
        changed = normalize(line, other, profile)
        if lang == "ar" and any(map(_is_latin, line)):
            assert _letters(changed) == _letters(line)
        else:
            assert changed == line


def _read(ntrex: Path, lang: str) -> list[str]:
    return (ntrex / f"ntrex.{lang}.txt").read_text(encoding="utf-8").split("\n")


def _letters(text: str) -> str:
    """Base letters: Vietnamese tone marks and quality marks off, no tatweel, no presentation forms."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if unicodedata.category(char) in ("Lu", "Ll", "Lo"))


def _is_latin(word: str) -> bool:
    """Whether the first character is a Latin letter by its Unicode name."""
    return unicodedata.name(word[0], "").startswith("LATIN")
