"""Cleaning: what it undoes, what it must not touch, and that doing it twice changes nothing."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.text.clean import Change, clean
from mt_eval.text.unsegment import close_gaps, split_words

_TOKENS = st.lists(
    st.sampled_from(
        [
            *("hợp_tác", "AFP_Giới_chức", "snake_case", "a", "x", "link", "8/2", "3", "2", "_", "بوتن", "،"),
            *(":", ",", ".", '"', "'", "(", ")", "“", "”", "-", "...", "! ?", "/.", '".'),
            *("\t", "  ", "\n", "\u2028"),
        ]
    ),
    max_size=25,
)
_RULES = st.lists(
    st.sampled_from(["line: x", "line: x , a", "prefix: link", "start: x", "end: /.", "end: a, x"]), max_size=4
)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("hợp_tác chiến_lược", "hợp tác chiến lược"),
        ("Ảnh : AFP_Giới_chức Trung_Quốc", "Ảnh: AFP Giới chức Trung Quốc"),
        ("Thế_vận_hội_Mùa đông", "Thế vận hội Mùa đông"),
        ("Tổng_thống Vladimir_Putin", "Tổng thống Vladimir Putin"),
        ("tham_gia xung_quanh gia_tăng", "tham gia xung quanh gia tăng"),
        ("hôm 8/2 , Chủ_tịch", "hôm 8/2, Chủ tịch"),
        ('chống lại " các hành_động " .', 'chống lại "các hành động".'),
        ("đẩy ' hợp_tác chiến_lược ' với", "đẩy 'hợp tác chiến lược' với"),
        ('" a " và " b "', '"a" và "b"'),
        ("Cận_Bình ( trái ) và", "Cận Bình (trái) và"),
        ("( Theo CNN , Reuters )", "(Theo CNN, Reuters)"),
        ("“ hợp_tác ” !", "“hợp tác”!"),
        ("ho\u031b\u0323p_ta\u0301c", "ho\u031b\u0323p ta\u0301c"),
        ("kể ._Taylor Swift", "kể. Taylor Swift"),
        ("ông ,_bà ,_Hà_Nội", "ông, bà, Hà Nội"),
        ("ngày 1 / 8 / 2014 , tăng 5 % .", "ngày 1/8/2014, tăng 5%."),
        ("1 / 2 số dân , 3,5 % ) và 0,2 ‰", "1/2 số dân, 3,5%) và 0,2‰"),
        ("Mr._ABC và TP._HCM", "Mr. ABC và TP. HCM"),
        ("kết_thúc_. Ông", "kết thúc. Ông"),
    ],
)
def test_word_segmentation_is_undone(found: str, expected: str) -> None:
    """Joined syllables and spaced punctuation read as Vietnamese is written."""
    actual = clean(found, "vi", word_segmented=True, furniture=()).text

    assert expected == actual


@pytest.mark.parametrize(
    "text",
    [
        *("snake_case", "max_len", "user_name", "set_to", "get_it", "file_1", "MAX_LEN", "HTTP_STATUS", "X_Y", "a_o"),
        *("__init__", "_private", "hợp_tác@vidu.vn", "nguyen_van@vidu.vn", "`hợp_tác`", "#hợp_tác", "@hợp_tác"),
        *("https://vi.wikipedia.org/wiki/Trung_Quốc", "www.vidu.vn/tin_tức", "thư_mục/tệp", "hợp_tác.txt", "a _ b"),
        *("self._name", "Nga / Ukraine", "% dân số", "1 /", "/ 2", "foo()._bar", "a._b.c", "http://a.vn/_x"),
        *("Israel - Palestine", "Nga – Ukraine", "tỷ số 3 : 2", 'một dấu " lẻ', "C++ .NET là", "العالم ، بما"),
    ],
)
def test_what_is_not_segmentation_stays(text: str) -> None:
    """Code, addresses, handles, dashes, ratios, a lone quotation mark and Arabic keep underscores and spaces."""
    actual = clean(text, "vi", word_segmented=True, furniture=())

    assert (text, ()) == (actual.text, actual.changes)


@pytest.mark.parametrize("text", ["hợp_tác , ( a )", ' date 2019-12 a  b\n\n\n"  x "'])
def test_articles_that_are_not_word_segmented_stay(text: str) -> None:
    """Underscores and spaces are touched only where the manifest says that an article is word-segmented."""
    actual = clean(text, "vi", word_segmented=False, furniture=())

    assert (text, ()) == (actual.text, actual.changes)


@given(st.text(alphabet='حعالم ،؟." ()_\n', max_size=60))
def test_word_segmentation_steps_never_touch_arabic(text: str) -> None:
    """An Arabic article keeps every character whatever is said of its segmentation."""
    actual = clean(text, "ar", word_segmented=True, furniture=())

    assert (text, ()) == (actual.text, actual.changes)


@given(_TOKENS, _RULES)
def test_cleaning_twice_is_cleaning_once(tokens: list[str], rules: list[str]) -> None:
    """Cleaning is idempotent, with and without furniture."""
    once = clean(" ".join(tokens), "vi", word_segmented=True, furniture=rules)

    twice = clean(once.text, "vi", word_segmented=True, furniture=rules)

    assert (once.text, ()) == (twice.text, twice.changes)


@given(_TOKENS)
def test_only_underscores_and_white_space_change(tokens: list[str]) -> None:
    """Undoing segmentation adds and removes nothing but white space and underscores, and says so if it does."""
    text = " ".join(tokens)

    cleaned = clean(text, "vi", word_segmented=True, furniture=())

    assert "".join(text.replace("_", " ").split()) == "".join(cleaned.text.replace("_", " ").split())
    assert (text == cleaned.text) == (not cleaned.changes)


def test_furniture_is_removed_and_recorded() -> None:
    """Each kind of rule removes its text with the white space around it; the lines keep their raw numbers."""
    text = " ngày 1 Mở đầu.\n\nliên kết: abc\nKết thúc./.\n\n [qc] \n"
    rules = ("start: ngày 1", "prefix: liên kết:", "line: [qc]", "end: /.")

    actual = clean(text, "vi", word_segmented=False, furniture=rules)

    assert actual.text == "Mở đầu.\n\nKết thúc."
    assert actual.changes == (
        Change("furniture", 3, "liên kết: abc", ""),
        Change("furniture", 6, " [qc] ", ""),
        Change("furniture", 1, " ngày 1 ", ""),
        Change("furniture", 4, "/.", ""),
    )


def test_furniture_in_the_text_stays() -> None:
    """A rule for the ends or for whole lines leaves the same words elsewhere."""
    text = "Theo /. và [qc] ngày 1\nhết"

    actual = clean(text, "vi", word_segmented=False, furniture=("start: ngày 1", "line: [qc]", "end: /."))

    assert (text, ()) == (actual.text, actual.changes)


def test_changes_name_the_words() -> None:
    """A change shows the words before and after, so a reader can judge it."""
    assert split_words("AFP_Giới_chức nói") == ("AFP Giới chức nói", [("AFP_Giới_chức", "AFP Giới chức")])
    assert close_gaps("Putin , nói") == ("Putin, nói", [("Putin ,", "Putin,")])


def test_the_seed_article_reads_as_written(repository: Path) -> None:
    """Article 000 comes out without underscores, spaced punctuation or halves of quotations."""
    raw = (repository / "seeds" / "000_193f0ae1a5184359.txt").read_text(encoding="utf-8")

    text = clean(raw, "vi", word_segmented=True, furniture=()).text

    assert not [mark for mark in ("_", " ,", " .", '" ,', "( ", " )", "' h") if mark in text]
    assert text.startswith("Trung Quốc muốn thúc đẩy 'hợp tác chiến lược' với Nga Chủ tịch Tập Cận Bình điện đàm")
    assert 'nên "tăng cường hợp tác chiến lược, bảo vệ chủ quyền quốc gia' in text
    assert "tháng 3/2023. Ảnh: AFP Giới chức Trung Quốc" in text
    assert "Israel - Palestine" in text
    assert text.endswith("Phạm Giang (Theo CNN, Reuters)")


@pytest.mark.parametrize(("text_form", "rule_form"), [("NFC", "NFD"), ("NFD", "NFC"), ("NFD", "NFD")])
def test_furniture_is_found_in_either_form(text_form: str, rule_form: str) -> None:
    """macOS decomposes letters: rules and texts need not be in one form, and what is kept stays as it was."""
    text = unicodedata.normalize(text_form, "Thứ bảy, 3/2 Ông Tập gặp ông Tần.\nXem thêm: kinh tế\nẢnh đẹp\nHết bài./.")
    rules = ["start: Thứ bảy, 3/2", "prefix: Xem thêm:", "line: Ảnh đẹp", "end: bài./."]

    cleaned = clean(text, "vi", word_segmented=False, furniture=[unicodedata.normalize(rule_form, r) for r in rules])

    assert cleaned.text == unicodedata.normalize(text_form, "Ông Tập gặp ông Tần.\nHết")
    assert cleaned.unused_rules == ()


def test_a_rule_ends_between_letters() -> None:
    """`a` is not the beginning of a decomposed `á`."""
    cleaned = clean("a\u0301o dài", "vi", word_segmented=False, furniture=["start: a"])

    assert cleaned.unused_rules == ("start: a",)
