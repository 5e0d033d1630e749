"""The `numbers` flag, and how numbers are read from three languages."""

from __future__ import annotations

import sys
from collections.abc import Callable
from decimal import Decimal
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.diagnose.numbers import find_changed_numbers
from mt_eval.languages.numbers import read_quantities

ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
MONTHS = {
    1: ("January", "يناير", "كانون الثاني", "tháng một"),
    2: ("February", "فبراير", "شباط", "tháng hai"),
    3: ("March", "مارس", "آذار", "tháng ba"),
    4: ("April", "أبريل", "نيسان", "tháng tư"),
    5: ("May", "مايو", "أيار", "tháng năm"),
    6: ("June", "يونيو", "حزيران", "tháng sáu"),
    7: ("July", "يوليو", "تموز", "tháng bảy"),
    8: ("August", "أغسطس", "آب", "tháng tám"),
    9: ("September", "سبتمبر", "أيلول", "tháng chín"),
    10: ("October", "أكتوبر", "تشرين الأول", "tháng mười"),
    11: ("November", "نوفمبر", "تشرين الثاني", "tháng mười một"),
    12: ("December", "ديسمبر", "كانون الأول", "tháng mười hai"),
}


@pytest.mark.parametrize(
    ("source", "translation", "direction", "why"),
    [
        ("Năm 2023 có 200 người.", "في عام 2023 كان هناك أشخاص.", "vi-ar", "200 is missing; 2023 is there"),
        (
            "Năm 2023 có 200 người.",
            "في عام ٢٠٢٣ كان هناك ٣٠٠ شخص.",
            "vi-ar",
            "200 is missing; 300 was added; 2023 is there",
        ),
        ("Ngày 8/2 họ gặp nhau.", "التقيا في 8 مارس.", "vi-ar", "2 is missing; month 3 was added; 8 is there"),
        (
            "On 8 February they met.",
            "Họ gặp nhau ngày 8 tháng 3.",
            "en-vi",
            "month 2 is missing; 3 was added; 8 is there",
        ),
        ("It cost 5 million euros.", "Giá là 5 tỷ euro.", "en-vi", "5 million is missing; 5 tỷ was added"),
        ("Khoảng 1.200 người.", "حوالي 1.300 شخص.", "vi-ar", "1.200 is missing; 1.300 was added"),
        ("Có 17% đồng ý.", "وافق البعض.", "vi-ar", "17 is missing"),
        ("Họ đến lúc sáng sớm.", "وصلوا الساعة 7:45.", "vi-ar", "7 and 45 were added"),
        # the same digits in another order, or with another unit
        ("Tăng 4,2%.", "ارتفع 2,4%.", "vi-ar", "4,2 is missing; 2,4 was added"),
        ("Cao 1,75 m.", "طوله 75.1 م.", "vi-ar", "1,75 is missing; 75.1 was added"),
        ("Chỉ 0,75 điểm.", "75.0 نقطة فقط.", "vi-ar", "0,75 is missing; 75.0 was added"),
        (
            "Ngày 8/2/2024.",
            "2 أغسطس 2024.",
            "vi-ar",
            "8/2/2024 is missing; 2 أغسطس 2024 was added; 8, 2 and 2024 are there",
        ),
        ("Ngày 3/12.", "في 12 مارس.", "vi-ar", "3/12 is missing; 12 مارس was added; 3 and 12 are there"),
        (
            "1/2/2023, 3/4/2023.",
            "1 أبريل 2023 و3 فبراير 2023.",
            "vi-ar",
            "1/2/2023 and 3/4/2023 are missing; 1 أبريل 2023 and 3 فبراير 2023 were added; "
            "1, 2, 2023, 3 and 4 are there",
        ),
        ("Lúc 6:30.", "الساعة 30:6.", "vi-ar", "6:30 is missing; 30:6 was added; 6 and 30 are there"),
        ("Hợp đồng 5 năm.", "عقد مدته 5 أشهر.", "vi-ar", "5 năm is missing; 5 اشهر was added; 5 is there"),
        (
            "Giá 10.000 đô la.",
            "السعر 10 آلاف يورو.",
            "vi-ar",
            "10.000 đô la is missing; 10 الاف يورو was added; 10.000 is there",
        ),
        ("Nặng 10 kg.", "يزن 10 غرام.", "vi-ar", "10 kg is missing; 10 غرام was added; 10 is there"),
        ("Rộng 25 ha.", "مساحته 25 كيلومترا.", "vi-ar", "25 ha is missing; 25 كيلومترا was added; 25 is there"),
        # another amount in other units, another half of the day, a result the other way round
        ("Trong 80 năm qua.", "على مدى سبعة عقود.", "vi-ar", "80 is missing"),
        ("Cần 500 g đường.", "نحتاج إلى ربع كيلوغرام.", "vi-ar", "500 is missing"),
        ("Anh cao 1,75 m.", "طوله متر و65 سنتيمترا.", "vi-ar", "1,75 is missing; 65 was added"),
        ("Mất 90 phút.", "استغرق ساعتين.", "vi-ar", "90 is missing"),
        (
            "Lúc 7 giờ 30 sáng.",
            "الساعة 7:30 مساء.",
            "vi-ar",
            "7:30 am is missing; 7:30 pm was added; 7 and 30 are there",
        ),
        ("At 7:30 p.m.", "Lúc 7 giờ 30 sáng.", "en-vi", "7:30 pm is missing; 7:30 am was added; 7 and 30 are there"),
        ("Thắng 3-1.", "فاز 1-3.", "vi-ar", "3:1 is missing; 1:3 was added; 3 and 1 are there"),
        # what is lost of a date
        ("Ngày 17 tháng 9 năm 2007.", "17 سبتمبر.", "vi-ar", "2007 is missing; 17 and 9 are there"),
        ("They left on September 20.", "رحلوا في سبتمبر.", "en-ar", "20 is missing; month 9 is there"),
        # the same numbers as another day, another fraction
        (
            "Ngày 5 tháng 11, họ đi.",
            "ذهبوا في 11 مايو.",
            "vi-ar",
            "5 tháng 11 is missing; 11 مايو was added; 5 and 11 are there",
        ),
        ("Khoảng 2/3 dân số.", "نحو ثلث السكان.", "vi-ar", "2/3 is missing"),
        ("Khoảng 1/3 dân số.", "نحو ثلثي السكان.", "vi-ar", "1/3 is missing"),
        ("نحو ثلثي السكان.", "Khoảng 1/3 dân số.", "ar-vi", "1/3 was added"),
        # a Hijri date that is another day
        ("Ngày 10/4/2024.", "في 1 رمضان 1445.", "vi-ar", "10, 4 and 2024 are missing; 1445 was added"),
        ("Ngày 10/4/2024.", "في 1 شوال 1444 هـ.", "vi-ar", "10, 4 and 2024 are missing; 1444 was added"),
    ],
)
def test_changed_numbers_are_named(source: str, translation: str, direction: str, why: str) -> None:
    """The reason lists what is missing, what was added and what was kept."""
    assert find_changed_numbers(source, translation, *direction.split("-")) == why


@pytest.mark.parametrize(
    ("source", "translation", "direction"),
    [
        # Hijri days, a month with a comma behind it, thirds
        ("Ngày 11/3/2024.", "غرة رمضان 1445.", "vi-ar"),
        ("Ngày 11/3/2024.", "في غرة شهر رمضان 1445.", "vi-ar"),
        ("Ngày 5 tháng 11, họ đi.", "ذهبوا في 5 نوفمبر.", "vi-ar"),
        ("Khoảng 2/3 dân số.", "ثلثا السكان.", "vi-ar"),
        ("Khoảng 2/3 dân số.", "نحو ثلثي السكان.", "vi-ar"),
        ("Khoảng 1/3 dân số.", "نحو ثلث السكان.", "vi-ar"),
        ("About 2/3 of the people.", "Khoảng hai phần ba dân số.", "en-vi"),
        ("Từ 1/3 đến 2/3 dân số.", "من الثلث إلى الثلثين.", "vi-ar"),
        ("Ngày 2/3 ông nhận một phần ba.", "في 2 مارس تسلم الثلث من السكان.", "vi-ar"),
        ("2/3 trong số họ đồng ý, một phần ba phản đối.", "وافق ثلثاهم ورفض ثلث الحاضرين.", "vi-ar"),
        ("وافق ثلثيها ورفض ثلث الحاضرين.", "2/3 đồng ý, một phần ba phản đối.", "ar-vi"),
        ("2/3 số nghị sĩ ủng hộ nhiệm kỳ thứ ba.", "Two of every three lawmakers support a third term.", "vi-en"),
        # digits, separators, percent
        ("Có 1.234.567 người.", "هناك ١٬٢٣٤٬٥٦٧ شخصا.", "vi-ar"),
        ("Tăng 3,5%.", "ارتفع 3.5 في المائة.", "vi-ar"),
        ("Tăng 3,5%.", "ارتفع ٣٫٥ بالمئة.", "vi-ar"),
        ("About 10,000 people.", "Khoảng 10 000 người.", "en-vi"),
        ("About 104,500 barrels.", "حوالي 500 104 برميل.", "en-ar"),
        ("He is 21.", "Anh &#50;&#49; tuổi.", "en-vi"),
        # dates, times, years
        ("Ngày 8/2/2024.", "8 فبراير/شباط 2024.", "vi-ar"),
        ("Ngày 8 tháng 2 năm 2024.", "في الثامن من شباط عام 2024.", "vi-ar"),
        ("في 11 تشرين الثاني 2020.", "Ngày 11/11/2020.", "ar-vi"),
        ("On Monday, March 20.", "Thứ 2, ngày 20 tháng 3.", "en-vi"),
        ("At 11:30 pm.", "Lúc 23 giờ 30.", "en-vi"),
        ("In the 1990s.", "Trong thập niên 90.", "en-vi"),
        ("In the 1990s.", "في التسعينيات.", "en-ar"),
        ("In the 19th century.", "في القرن التاسع عشر.", "en-ar"),
        ("Since 1995-96.", "منذ 1995-1996.", "en-ar"),
        ("World War II.", "Thế chiến 2.", "en-vi"),
        ("8/2/2024", "في 2024/2/8.", "vi-ar"),
        ("Ngày 8.2.2024.", "8 شباط 2024.", "vi-ar"),
        ("Ngày 5/10/2024.", "5 تشرين 1 2024.", "vi-ar"),
        ("Ngày 5/11/2024.", "5 تشرين ثاني 2024.", "vi-ar"),
        ("On 2/8/2024.", "Ngày 8/2/2024.", "en-vi"),
        ("Lúc 22h.", "في العاشرة ليلا.", "vi-ar"),
        ("Sau 6 tháng.", "بعد نصف عام.", "vi-ar"),
        ("Lúc 8h30.", "الساعة الثامنة والنصف.", "vi-ar"),
        ("Lúc 7.30 tối.", "الساعة 19:30.", "vi-ar"),
        # Hijri dates of the same day
        ("Ngày 10/4/2024.", "في 1 شوال 1445.", "vi-ar"),
        ("Ngày 8/2/2024.", "27 رجب 1445هـ الموافق 8 فبراير 2024.", "vi-ar"),
        ("في 1 محرم 1446 هـ الموافق 7 يوليو 2024.", "Ngày 7/7/2024.", "ar-vi"),
        ("Năm 2024.", "عام 1445 هـ.", "vi-ar"),
        # units
        ("5 năm, 25 tuổi, 8 giờ.", "5 سنوات، 25 عاما، الساعة 8.", "vi-ar"),
        ("10.000 USD, 120 km.", "10 آلاف دولار، 120 كيلومترا.", "vi-ar"),
        ("Nặng 1.200 g, dày 5 mm, rộng 25 ha.", "يزن 1.2 كغ وسمكه 5 مليمترات ومساحته 25 هكتارا.", "vi-ar"),
        ("Lúc 7 giờ 45.", "الساعة الثامنة إلا ربعا.", "vi-ar"),
        ("Lúc 7 giờ 40.", "الساعة الثامنة إلا الثلث.", "vi-ar"),
        # units that turn into one another
        ("Trong 80 năm qua.", "على مدى ثمانية عقود.", "vi-ar"),
        ("Sau 14 ngày.", "بعد أسبوعين.", "vi-ar"),
        ("Có 2/5 dân số.", "خمسا السكان.", "vi-ar"),
        ("3/5 số phiếu.", "ثلاثة أخماس الأصوات.", "vi-ar"),
        ("Cần 500 g đường.", "نحتاج إلى نصف كيلوغرام من السكر.", "vi-ar"),
        ("Anh cao 1,75 m.", "طوله متر و75 سنتيمترا.", "vi-ar"),
        ("Mất 90 phút.", "استغرق ساعة ونصف الساعة.", "vi-ar"),
        ("بعد 6 أشهر.", "Sau nửa năm.", "ar-vi"),
        ("يزن طنا ونصف.", "Nặng 1.500 kg.", "ar-vi"),
        ("Mất 1 giờ 45 phút.", "It took 105 minutes.", "vi-en"),
        ("Two and 18 months.", "Hai và 1,5 năm.", "en-vi"),
        # halves of the day, results and ranges
        ("Lúc 7 giờ 30 sáng và 19 giờ 30.", "الساعة 7:30 صباحا و7:30 مساء.", "vi-ar"),
        ("At 7:30 p.m.", "Lúc 7 giờ 30 tối.", "en-vi"),
        ("Lúc 1 giờ sáng.", "الساعة 1 بعد منتصف الليل.", "vi-ar"),
        ("Thắng 3-1.", "فاز 3-1.", "vi-ar"),
        ("Từ 5-7 ngày.", "من 5 إلى 7 أيام.", "vi-ar"),
        ("On September 17, 2007.", "Ngày 17 - 9 - 2007.", "en-vi"),
        # amounts and words
        ("Worth 1.5 million.", "Trị giá 1,5 triệu.", "en-vi"),
        ("Worth 1.5 million.", "Trị giá 1.500.000.", "en-vi"),
        ("Trị giá 5 tỷ.", "بقيمة خمسة مليارات.", "vi-ar"),
        ("Trị giá 5 nghìn tỷ.", "بقيمة 5 تريليون.", "vi-ar"),
        ("Trị giá 2 triệu.", "بقيمة مليوني دولار.", "vi-ar"),
        ("Hơn 1.200.000 người.", "أكثر من مليون و200 ألف شخص.", "vi-ar"),
        ("Có 25 người.", "هناك خمسة وعشرون شخصا.", "vi-ar"),
        ("Có 345 người.", "هناك ثلاثمائة وخمسة وأربعون شخصا.", "vi-ar"),
        ("هناك 25 شخصا.", "Có hai mươi lăm người.", "ar-vi"),
        ("هناك 230 شخصا.", "Có hai trăm ba mươi người.", "ar-vi"),
        ("Twenty-five of 12 teams.", "25 trong một tá 12 đội.", "en-vi"),
        ("He had 2 goals.", "سجل هدفين.", "en-ar"),
        ("1 người.", "شخص واحد.", "vi-ar"),
        ("Half of them.", "50% trong số đó.", "en-vi"),
        # codes
        ("Chiếc A320 và COVID-19.", "طائرة إيرباص وكوفيد-19.", "vi-ar"),
    ],
)
def test_the_same_number_written_otherwise_is_kept(source: str, translation: str, direction: str) -> None:
    """Digits, separators, months, scales and number words of the three languages are read alike."""
    assert find_changed_numbers(source, translation, *direction.split("-")) is None


@pytest.mark.parametrize("number", MONTHS)
@pytest.mark.parametrize("column", range(4))
def test_every_month_is_its_number(number: int, column: int) -> None:
    """English names, both Arabic sets and Vietnamese names stand for `8/5`, and for no other month."""
    lang = ("en", "ar", "ar", "vi")[column]
    written = f"8 {MONTHS[number][column]} 2024"
    other = 3 if number != 3 else 9

    assert find_changed_numbers(f"Ngày 8/{number}/2024", written, "vi", lang) is None
    assert find_changed_numbers(f"8/{other}/2024 xyz", written, "xx", lang) is not None


@given(st.text(alphabet="0123456789 .,/-abc", max_size=40), st.sampled_from([ARABIC_INDIC, PERSIAN]))
def test_a_change_of_digits_alone_is_no_change(text: str, digits: dict[int, int]) -> None:
    """The same text in Arabic-Indic or Persian digits has the same numbers, either way round."""
    assert find_changed_numbers(text, text.translate(digits), "vi", "vi") is None
    assert find_changed_numbers(text.translate(digits), text, "en", "en") is None


@given(st.text(max_size=60), st.sampled_from(["vi", "ar", "en", "fr"]))
def test_a_text_keeps_its_own_numbers(text: str, lang: str) -> None:
    """No text lacks a number of its own."""
    assert find_changed_numbers(text, text, lang, lang) is None


@given(st.integers(2101, 10**9), st.integers(2101, 10**9), st.sampled_from(["vi", "ar", "en"]))
def test_another_number_is_always_seen(one: int, other: int, lang: str) -> None:
    """Two different numbers above the years are never taken for each other, nor the same one for two."""
    why = find_changed_numbers(f"abc {one} xyz", f"abc {other} xyz", lang, lang)

    assert (why is None) == (one == other)


@given(st.integers(1000, 10**9))
def test_grouping_is_no_change(number: int) -> None:
    """A number keeps its value with commas, points, spaces or no separators."""
    for separator in ",. ٬":
        assert find_changed_numbers(f"abc {number}.", f"abc {number:,}.".replace(",", separator), "vi", "ar") is None


@pytest.mark.parametrize(
    ("text", "lang", "value"),
    [
        ("two hundred and fifty-three", "en", 253),
        ("three thousand five hundred", "en", 3500),
        ("một trăm hai mươi lăm", "vi", 125),
        ("ba nghìn năm trăm", "vi", 3500),
        ("một triệu rưỡi", "vi", 1_500_000),
        ("ثلاثة آلاف وخمسمئة", "ar", 3500),
        ("مئة وخمسة وعشرون", "ar", 125),
        ("مليون ونصف", "ar", 1_500_000),
        ("ستة عشر", "ar", 16),
    ],
)
def test_number_words_are_added_up(text: str, lang: str, value: int) -> None:
    """Phrases of small numbers, hundreds, scales and halves have one value among their readings."""
    read = read_quantities(text, lang)

    assert Decimal(value) in read.known
    assert read.written == ()


@pytest.mark.parametrize(("number", "name"), [(8, "غشت"), (9, "شتنبر"), (11, "نونبر"), (12, "دجنبر"), (7, "يوليوز")])
def test_maghrebi_months_are_known(number: int, name: str) -> None:
    """Moroccan names stand for their month, and for no other."""
    assert find_changed_numbers(f"Ngày 5/{number}/2024.", f"5 {name} 2024.", "vi", "ar") is None
    assert find_changed_numbers(f"Ngày 6/{number - 3}/2024.", f"6 {name} 2024.", "vi", "ar") is not None


@pytest.mark.parametrize(
    ("unit", "lang"),
    [
        ("một ", "vi"),
        ("hai mươi ", "vi"),
        ("8 tháng 2 ", "vi"),
        ("8/2/2024 ", "vi"),
        ("1,2 ", "vi"),
        ("ألف ومئة ", "ar"),
        ("مليونين ونصف ", "ar"),
        ("5 فبراير ", "ar"),
        ("500 104 ", "ar"),
        ("1.", "ar"),
        ("1 giờ 5 phút ", "vi"),
        ("ساعة و5 دقائق ", "ar"),
        ("3-1, 7:30 am ", "en"),
    ],
)
def test_time_grows_with_the_length(unit: str, lang: str) -> None:
    """A loop of number words or dates, eight times as long, takes about eight times as many steps, not 64 or 512."""
    short, long = (count_steps(lambda n=n: find_changed_numbers(unit * n, "5", lang, "en")) for n in (100, 800))

    assert long < 12 * short


def count_steps(work: Callable[[], object]) -> int:
    """Calls of functions, built-in ones included, that `work` makes."""
    steps = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal steps
        steps += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return steps


def test_only_digits_are_read_without_a_vocabulary() -> None:
    """In a language without a vocabulary, numbers up to twelve may stand in words and are not missed."""
    assert find_changed_numbers("Có 3 người và 40 xe.", "watu na magari 40", "vi", "sw") is None
    assert find_changed_numbers("Có 3 người và 40 xe.", "watu na magari", "vi", "sw") == "40 is missing"
