"""Each flag on cases made by hand, in Vietnamese, Arabic and English."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.diagnose import FLAGS, Flag, diagnose
from mt_eval.diagnose.exonyms import is_translated, list_forms
from mt_eval.diagnose.lengths import find_odd_length
from mt_eval.diagnose.names import find_lost_names
from mt_eval.languages.letters import strip_marks

VI = "Chủ tịch Tập Cận Bình hôm nay tiếp ông Sergei Shoigu, thư ký Hội đồng An ninh Liên bang Nga, tại Bắc Kinh."
AR = "استقبل الرئيس شي جين بينغ اليوم في بكين سيرغي شويغو، سكرتير مجلس الأمن الروسي."
EN = "President Xi Jinping today received Sergei Shoigu, the secretary of Russia's Security Council, in Beijing."
TEXTS = {"vi": VI, "ar": AR, "en": EN}


def find_names(source: str, translation: str, direction: str, **engine: bool) -> list[str]:
    return [flag.name for flag in diagnose(source, translation, *direction.split("-"), **engine)]


def find_why(name: str, source: str, translation: str, direction: str) -> str | None:
    found = {flag.name: flag.why for flag in diagnose(source, translation, *direction.split("-"))}
    return found.get(name)


@pytest.mark.parametrize("direction", ["vi-ar", "ar-vi", "en-vi", "vi-en", "en-ar", "ar-en"])
def test_a_good_translation_carries_no_flag(direction: str) -> None:
    """Three human versions of one sentence are good translations of each other."""
    source, target = direction.split("-")

    assert diagnose(TEXTS[source], TEXTS[target], source, target) == ()


def test_a_flag_reads_as_its_name_and_reason() -> None:
    """What a run prints is the name, then what was seen."""
    assert str(Flag("numbers", "200 is missing; 2023 is there")) == "numbers: 200 is missing; 2023 is there"


def test_flags_come_in_the_listed_order_and_once() -> None:
    """A translation with everything wrong carries every flag at most once, in the order of `FLAGS`."""
    names = find_names(VI, "Год Год Год Год Год 2024 год", "vi-ar", truncated=True, source_cut=True)

    assert names == [name for name in FLAGS if name in names]
    assert {"off_target", "repeated", "truncated", "source_cut"} <= set(names)


# --- empty


@pytest.mark.parametrize("translation", ["", "  ", "\n", "\u200f", "...", "؟ …"])
def test_a_translation_without_a_letter_is_empty(translation: str) -> None:
    """White space, direction marks and punctuation alone are no translation, and nothing else is said of it."""
    assert find_names(VI, translation, "vi-ar") == ["empty"]


@pytest.mark.parametrize("source", ["", " ", "***", "—"])
def test_a_source_without_a_letter_asks_for_nothing(source: str) -> None:
    """Where there is nothing to translate, nothing is missing."""
    assert diagnose(source, "", "vi", "ar") == ()


# --- off_target


@pytest.mark.parametrize(
    ("translation", "lang", "why"),
    [
        (EN, "ar", "100% of the letters are Latin"),
        (AR, "vi", "100% of the letters are Arabic"),
        ("Президент принял сегодня секретаря Совета безопасности.", "vi", "100% of the letters are Cyrillic"),
        ("国家主席今天在北京会见了俄罗斯联邦安全会议秘书。", "ar", "100% of the letters are Cjk"),
        (
            "رئیس جمهور امروز در پکن با دبیر شورای امنیت روسیه دیدار کرد و گفتگو کردند.",
            "ar",
            "letters of Persian or Urdu",
        ),
        (EN, "vi", "language en instead of vi"),
        (VI, "en", "the letters of Vietnamese"),
        ("Le président a reçu aujourd'hui le secrétaire du Conseil de sécurité.", "vi", "language fr instead of vi"),
        ("Presiden hari ini menerima sekretaris Dewan Keamanan Rusia di kota itu.", "vi", "language id instead of vi"),
        ("El presidente recibió hoy en la capital al secretario del Consejo.", "en", "language es instead of en"),
    ],
)
def test_another_language_is_off_target(translation: str, lang: str, why: str) -> None:
    """The script is decided first, then the letters, then the language among those of the script."""
    source_lang = "ar" if lang != "ar" else "vi"
    found = find_why("off_target", TEXTS[source_lang], translation, f"{source_lang}-{lang}")

    assert found is not None
    assert found.replace("language ms", "language id") == why


def test_arabic_in_presentation_forms_is_arabic() -> None:
    """A text copied from a printed page may have the shapes of its letters; they are the same letters."""
    shapes = {unicodedata.normalize("NFKC", chr(code)): code for code in range(0xFE80, 0xFEF5)}

    assert find_names(VI, AR.translate(str.maketrans(shapes)), "vi-ar") == find_names(VI, AR, "vi-ar") == []


@pytest.mark.parametrize(
    ("translation", "lang"),
    [
        ("CNN", "ar"),
        ("شركة Microsoft Azure", "ar"),
        ("صرّحت الشرطة أن الحادث وقع في Ballyhackamore.", "ar"),
        ("Ông Kennedy nói.", "vi"),
        ("OK", "vi"),
        ("2024", "ar"),
        ("hop tac quoc te", "vi"),
        ("Hà Nội, Bangkok, Jakarta, Manila, Singapore, Kuala Lumpur", "vi"),
        ("Paris, London, Santiago de Chile, Buenos Aires", "vi"),
        ("Hesperonychus elizabethae هو نوع من عائلة Dromaeosauridae وهو ابن عم Velociraptor.", "ar"),
    ],
)
def test_names_and_short_texts_are_not_off_target(translation: str, lang: str) -> None:
    """A name keeps its letters in any language, and a few words without marks prove nothing."""
    assert find_why("off_target", TEXTS["en"], translation, f"en-{lang}") is None


ALIF = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ابكديفغهيجكلمنوبقرستوفوسيز")
SHORT = str.maketrans("abcdfghjklmnpqrstvwxz", "ابقدفجهجكلمنپكرصتڤوشز", "eiouy")


@pytest.mark.parametrize("letters", [ALIF, SHORT], ids=["with vowels", "without vowels"])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_source_in_arabic_letters_is_off_target(lang: str, letters: dict[int, int | None]) -> None:
    """A model that spells the source in other letters has not translated it, however it spells."""
    spelt = strip_marks(TEXTS[lang]).translate(letters)

    assert find_names(TEXTS[lang], spelt, f"{lang}-ar") == ["off_target"]
    assert "off_target" in find_names(spelt, TEXTS[lang], f"ar-{lang}")


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("Lý Quang Diệu gặp Tập Cận Bình ở Bình Nhưỡng.", "التقى لي كوان يو شي جين بينغ في بيونغ يانغ."),
        ("Saint Helena, Ascension và Tristan da Cunha", "سانت هيلينا وأسينسيون وتريستان دا كونا"),
        ("Cantona, Beckham, Giggs và Scholes đã đến.", "وصل كانتونا وبيكهام وغيغز وسكولز."),
        ("mạng Wi-Fi, Bluetooth, Internet và email", "شبكات واي فاي وبلوتوث وإنترنت وبريد إلكتروني"),
    ],
)
def test_names_by_their_sound_are_a_translation(source: str, translation: str) -> None:
    """Names and loan words are spelt by their sound in good translations."""
    assert find_why("off_target", source, translation, "vi-ar") is None


def test_letters_may_be_composed_or_not() -> None:
    """A file from another system holds the same text."""
    for text in (VI, "Ngày 8/2, ông Müller gặp bà Renée ở Orléans."):
        for translation in (AR, "التقيا في 8 مارس."):
            decomposed = [unicodedata.normalize("NFD", each) for each in (text, translation)]
            assert diagnose(*decomposed, "vi", "ar") == diagnose(text, translation, "vi", "ar")


def test_a_language_of_unknown_script_is_never_off_target() -> None:
    """What cannot be judged is not flagged."""
    assert find_why("off_target", EN, "ᓄᓇᕗᑦ ᐃᓄᒃᑎᑐᑦ ᓄᓇᕗᑦ ᐃᓄᒃᑎᑐᑦ", "en-iu") is None


# --- copied


@given(st.lists(st.sampled_from(["hội", "đồng", "an", "ninh", "hợp", "tác", "quốc", "tế"]), min_size=2, max_size=30))
def test_a_text_against_itself_is_copied(words: list[str]) -> None:
    """The whole source as its own translation is always a copy."""
    text = " ".join(words)

    assert find_why("copied", text, text, "vi-ar") == "the whole source"


@pytest.mark.parametrize("source_lang", ["vi", "ar", "en"])
def test_most_of_the_source_is_copied(source_lang: str) -> None:
    """A translation that starts with three quarters of the source is mostly a copy, in any letter case."""
    words = TEXTS[source_lang].upper().split()
    target_lang = "ar" if source_lang != "ar" else "vi"
    translation = " ".join(words[: 3 * len(words) // 4] + TEXTS[target_lang].split()[-3:]).lower()

    assert "copied" in find_names(TEXTS[source_lang], translation, f"{source_lang}-{target_lang}")


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("BBC News", "BBC News"),
        ("COVID-19", "COVID-19"),
        ("12/05/2024", "12/05/2024"),
        ("Protests took place in Paris, Sofia, Vilnius and Tallinn.", "Biểu tình ở Paris, Sofia, Vilnius và Tallinn."),
    ],
)
def test_names_and_numbers_are_no_copy(source: str, translation: str) -> None:
    """What is the same in both languages does not make a copy."""
    assert find_why("copied", source, translation, "en-vi") is None


# --- repeated


@pytest.mark.parametrize(
    ("translation", "why"),
    [
        ("Hôm nay trời rất rất rất rất đẹp.", "“rất” 4 times in a row"),
        ("وقال إن التلفاز سي سي سي سي سي سي سي", "“سي” 7 times in a row"),
        ("Ông nói sẽ đi sẽ đi sẽ đi.", "“sẽ đi” 3 times in a row"),
        (
            "Hai bên nhất trí tăng cường hợp tác kinh tế. Hai bên nhất trí tăng cường hợp tác kinh tế.",
            "“hai bên nhất trí tăng cường …” 2 times in a row",
        ),
        ("Tiếng cười hahahahahahahaha", "“ha” 8 times in a row"),
        ("Năm 2000000000000000000", "“0” 18 times in a row"),
        ("هذا جيد !!!!!!!!!!!!!!!!", "“!” 16 times in a row"),
    ],
)
def test_loops_are_repeats(translation: str, why: str) -> None:
    """Words, phrases, sentences and letters that loop are named, with how often they come."""
    assert find_why("repeated", "A source that says everything once.", translation, "en-xx") == why


def test_a_clause_that_comes_again_later_is_a_repeat() -> None:
    """A long run of words need not come twice in a row."""
    clause = "hai bên nhất trí tăng cường hợp tác kinh tế"
    why = find_why("repeated", AR, f"Theo đó {clause}, ngoài ra còn nói rằng {clause}.", "ar-vi")

    assert why == "“hai bên nhất trí tăng cường …” twice"


def test_endless_loops_are_found_too() -> None:
    """A loop of thousands of words costs no more than its length."""
    assert find_why("repeated", VI, "نعم لا " * 2_000, "vi-ar") == "“نعم لا” 2000 times in a row"


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("We walk step by step.", "Chúng ta đi từng bước từng bước, ngày ngày."),
        ("He shouted no, no, no, no.", "Ông hét lên không, không, không, không."),
        ("Tỷ số 0 0 0 trong ba hiệp.", "النتيجة 0 0 0 في ثلاثة أشواط."),
    ],
)
def test_reduplication_and_repeats_of_the_source_are_none(source: str, translation: str) -> None:
    """Vietnamese doubles words, and what the source repeats may be repeated."""
    assert find_why("repeated", source, translation, "en-vi") is None


# --- length


@pytest.mark.parametrize("direction", ["vi-ar", "ar-vi", "en-vi", "en-ar"])
def test_a_third_and_the_double_are_out_of_bounds(direction: str) -> None:
    """The translation cut to a third, or followed by as much again, is no longer as long as translations are."""
    source, target = direction.split("-")
    other = {"ar": "وأكد الجانبان أهمية التعاون بينهما في جميع المجالات خلال السنوات المقبلة أيضا", "vi": VI}[target]
    words = TEXTS[target].split()

    assert find_why("length", TEXTS[source], " ".join(words[: len(words) // 3]), direction) is not None
    assert find_why("length", TEXTS[source], f"{TEXTS[target]} {other} {other}", direction) is not None


def test_the_length_flag_names_ratio_and_bounds() -> None:
    """The reason holds both lengths, their ratio and what is expected."""
    why = find_why("length", VI, "استقبله اليوم.", "vi-ar")

    assert why == "14 characters for 106, a ratio of 0.13; expected 0.43 to 1.40"


def test_other_language_pairs_have_wide_bounds() -> None:
    """Where no human translations were measured, a quarter to four times the length passes."""
    source = "abc " * 20

    assert find_why("length", source, "xyz " * 75, "xx-yy") is None
    assert find_why("length", source, "xyz " * 85, "xx-yy") is not None


def test_a_translation_may_be_shorter_sooner_than_longer() -> None:
    """People leave things out: 1.7 times shorter than the usual 107 characters passes, 1.7 times longer does not."""
    source = "x" * 100

    assert find_odd_length(source, "y" * 64, "en", "vi") is None
    assert find_odd_length(source, "y" * 180, "en", "vi") is not None


def test_acronyms_count_as_what_they_stand_for() -> None:
    """`U.S.` is الولايات المتحدة: a short source of acronyms has a long translation."""
    translation = "رئيس الولايات المتحدة"

    assert find_odd_length("U.S. head", translation, "en", "ar") is None
    assert find_odd_length("U.S. head", translation * 3, "en", "ar") is not None


# --- truncated, source_cut


def test_the_engine_is_believed() -> None:
    """What the engine says of limits is passed on, whatever the text looks like."""
    assert find_names(VI, AR, "vi-ar", truncated=True, source_cut=True) == ["truncated", "source_cut"]


def test_a_translation_that_breaks_off_is_truncated() -> None:
    """Half of the words without a full stop are a beginning."""
    words = AR.split()
    why = find_why("truncated", VI, " ".join(words[: 3 * len(words) // 5]), "vi-ar")

    assert why == "breaks off at “بكين”, the source ends its sentence"


@pytest.mark.parametrize("translation", [AR.rstrip("."), AR.replace(".", "؟"), AR.replace(".", '."')])
def test_a_missing_full_stop_alone_is_not_truncated(translation: str) -> None:
    """Some systems leave out full stops; the length tells them from limits."""
    assert find_why("truncated", VI, translation, "vi-ar") is None


@pytest.mark.parametrize("end", [".\u200f", '.\u200f"\u200f', ".\u202c\u2069", ".\u200b\ufeff"])
def test_a_full_stop_counts_before_marks_that_are_not_seen(end: str) -> None:
    """A sentence may end with a mark of direction, and a short one is whole all the same."""
    short = " ".join(AR.rstrip(".").split()[:8])

    assert find_why("truncated", VI, short, "vi-ar") is not None
    assert find_why("truncated", VI, short + end, "vi-ar") is None
    assert find_why("truncated", VI.rstrip(".") + end, short, "vi-ar") is not None


def test_a_headline_may_end_without_a_full_stop() -> None:
    """Where the source does not end a sentence, the translation need not."""
    assert find_why("truncated", VI.rstrip("."), "استقبل الرئيس شي اليوم", "vi-ar") is None


# --- names


@pytest.mark.parametrize(
    ("source", "translation", "direction", "why"),
    [
        (
            "Hôm qua ông Patrushev gặp Obama tại đây.",
            "Yesterday he met Obama here in the city.",
            "vi-en",
            "Patrushev is missing; Obama is there",
        ),
        (
            "قالت شركة Toyota إن Lexus تنمو.",
            "Công ty cho biết Lexus tăng trưởng.",
            "ar-vi",
            "Toyota is missing; Lexus is there",
        ),
        ("Hôm nay ông Kavanaugh rời Manchester.", "غادر كافانو اليوم هذه المدينة.", "vi-ar", "Manchester is missing"),
    ],
)
def test_a_lost_name_is_named(source: str, translation: str, direction: str, why: str) -> None:
    """The reason holds what is missing and what is kept."""
    found = find_why("names", source, translation, direction)

    assert found is not None
    assert found.startswith(why.split(" is missing")[0])
    assert found == why or direction == "vi-ar"


@pytest.mark.parametrize(
    ("source", "translation", "direction"),
    [
        ("Hôm nay ông Donald Trump đến Manchester.", "وصل دونالد ترامب اليوم إلى مانشستر.", "vi-ar"),
        ("Hôm nay ông Winston Churchill gặp Gorbachev.", "التقى ونستون تشرشل اليوم بغورباتشوف.", "vi-ar"),
        ("Hôm nay họ họp ở Brussels.", "اجتمعوا اليوم في بروكسل.", "vi-ar"),
        ("Hãng Renault rời Casablanca.", "غادرت رينو الدار البيضاء.", "vi-ar"),
        ("Hãng Microsoft và Facebook hợp tác.", "تتعاون شركتا مايكروسوفت وفيسبوك.", "vi-ar"),
        ("Hãng Microsoft và Facebook hợp tác.", "تتعاون شركتا Microsoft و Facebook.", "vi-ar"),
        ("On Monday the United Nations met in Geneva.", "Thứ Hai, Liên Hợp Quốc họp tại Giơ-ne-vơ.", "en-vi"),
        ("Afghan refugees fled Afghanistan.", "فرّ اللاجئون الأفغان من البلاد.", "en-ar"),
        ("Chủ tịch nước thăm Hà Nội và Huế.", "زار الرئيس هانوي وهوي.", "vi-ar"),
        ("He met Barack Obama there.", "Ông gặp Obama ở đó.", "en-vi"),
        ("The team flew to Moscow.", "Đội bay tới Mát-xcơ-va.", "en-vi"),
        ("They trained for the Olympic Games.", "Họ tập luyện cho Thế vận hội.", "en-vi"),
        ("They trained for the Olympic Games.", "تدربوا للألعاب الأولمبية.", "en-ar"),
        ("He spoke about the Supreme Court.", "Ông nói về Tòa án Tối cao.", "en-vi"),
        ("The games are held in Zhangjiakou.", "Các trận đấu diễn ra ở Trương Gia Khẩu.", "en-vi"),
        ("The film asks who Captain America is.", "Bộ phim hỏi Đội trưởng Mỹ là ai.", "en-vi"),
    ],
)
def test_names_by_letter_sound_or_meaning_are_kept(source: str, translation: str, direction: str) -> None:
    """Names in the same letters, in a transliteration, translated ones, and shortened ones are not lost."""
    assert find_why("names", source, translation, direction) is None


@pytest.mark.parametrize(("source_lang", "target_lang"), [("de", "vi"), ("fr", "ar"), ("en", "fr"), ("vi", "ru")])
def test_names_are_judged_where_they_can_be_told(source_lang: str, target_lang: str) -> None:
    """German capitalises all nouns, and nobody listed the exonyms of French: nothing is said there."""
    assert find_lost_names("We met Kavanaugh there.", "", source_lang, target_lang) is None


def test_an_english_word_is_lost_only_where_nothing_may_be_its_translation() -> None:
    """`Apple` may be translated, so capitalised words of the translation's own speak for it."""
    source = "Analysts say Apple will grow."

    assert find_why("names", source, "Các nhà phân tích nói công ty sẽ tăng trưởng.", "en-vi") == "Apple is missing"
    assert find_why("names", source, "Các nhà phân tích nói hãng Quả Táo sẽ tăng trưởng.", "en-vi") is None


@pytest.mark.parametrize("before", ["the", "The minister of", "Their"])
def test_english_words_behind_an_article_are_no_names(before: str) -> None:
    """Offices and institutions stand behind an article or possessive, and are translated."""
    assert (
        find_why("names", f"We heard that {before} Cabinet resigned.", "Chúng tôi nghe nói nội các từ chức.", "en-vi")
        is None
    )


@pytest.mark.parametrize(
    ("name", "lang", "translated", "forms"),
    [
        ("germany", "ar", True, ()),
        ("jordan", "ar", True, ()),
        ("jordan", "vi", False, ()),
        ("olympic", "vi", False, ("the van hoi",)),
        ("viking", "vi", False, ()),
        ("zhangjiakou", "vi", True, ()),
        ("obama", "vi", False, ()),
    ],
)
def test_exonyms_belong_to_a_language(name: str, lang: str, translated: bool, forms: tuple[str, ...]) -> None:
    """A name may be another word in one language and stay in the next, or stand in either form."""
    assert (is_translated(name, lang), list_forms(name, lang)) == (translated, forms)


def test_exonyms_are_written_as_they_are_looked_up() -> None:
    """Names are looked up in lower case without marks, so another spelling in the list would never be found."""
    lines = (files("mt_eval.diagnose") / "exonyms.txt").read_text(encoding="utf-8").splitlines()
    names = [line for line in lines if not line.startswith(("#", "["))]

    assert [strip_marks(line) for line in names] == names


def test_the_english_words_come_with_their_license() -> None:
    """SCOWL may be passed on with its notice only."""
    folder = files("mt_eval.diagnose")

    assert "Copyright 2000-2011 by Kevin Atkinson" in (folder / "english_words.LICENSE").read_text(encoding="utf-8")


# --- what it costs to import


def test_py3langid_is_loaded_only_when_it_is_needed() -> None:
    """Importing the diagnostics, and judging Arabic and Vietnamese that are what they should be, loads no model."""
    program = (
        "import sys; from mt_eval.diagnose import diagnose\n"
        f"diagnose({VI!r}, {AR!r}, 'vi', 'ar'); diagnose({AR!r}, {VI!r}, 'ar', 'vi')\n"
        "sys.exit('py3langid' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
