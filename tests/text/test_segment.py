"""Segments are spans of the article that lose nothing, and end where sentences end."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.text.segment import find_paragraphs, split, split_lines
from mt_eval.types import Article
from tests.growth import grows_within

_TEXTS = st.lists(
    st.sampled_from(
        [
            *("Ông N.P. Patrushev", "TP. Huế", "đến. ", "Đi! ", "«قال» ", "نعم؟ ", "د. محمد", "1. ", "5.3", "e\u0301"),
            *("/.", "...", '"', "”", "😀", "\n", " \n\n", "\u2028", "\u00a0", "\r", " "),
        ]
    ),
    max_size=20,
).map("".join)


def _cut(text: str, lang: str = "vi") -> list[str]:
    return [segment.text for segment in split(Article("a", lang, text))]


@given(_TEXTS, st.sampled_from(["vi", "ar", "en"]), st.lists(st.integers(-2, 80), max_size=5))
def test_segments_slice_back_and_lose_only_white_space(text: str, lang: str, breaks: list[int]) -> None:
    """Segments are in order, apart, equal to their slices, cross no line feed and no break, and cover the text."""
    segments = split(Article("a", lang, text), breaks)

    assert [segment.text for segment in segments] == [text[segment.start : segment.end] for segment in segments]
    assert all(segment.text and segment.text == segment.text.strip() for segment in segments)
    assert all("\n" not in segment.text for segment in segments)
    assert not [cut for cut in breaks for segment in segments if segment.start < cut < segment.end]
    edges = [edge for segment in segments for edge in (segment.start, segment.end)]
    assert edges == sorted(edges)
    assert "".join("".join(segment.text for segment in segments).split()) == "".join(text.split())
    assert [segment.id for segment in segments] == [f"a:{number}" for number in range(1, len(segments) + 1)]


@pytest.mark.parametrize(
    ("lang", "sentences"),
    [
        (
            "vi",
            ["Ông N.P. Patrushev đến TP. Hồ Chí Minh ngày 8.2.2024.", "Giá 1.200.000 đồng (khoảng 3.5 USD).", "Hết"],
        ),
        ("vi", ['"Chúng ta đã vượt qua. Nhìn về tương lai", ông nói.', "Bà cười."]),
        ("vi", ["TS. Nguyễn Văn A và GS.TS. Trần B gặp ThS. Nam.", "Họ đi."]),
        ("vi", ["1. Mở đầu.", "2. Kết thúc."]),
        ("vi", ["Vũ khí hạt nhân...", "Rồi sao?"]),
        ("vi", ["Hết./."]),
        ("ar", ["هل ذهبت؟", "نعم!", "السعر 3.5 دولار.", "و٣٫٥ أيضا."]),
        ("ar", ["قال د. محمد إن أ. د. علي وصل.", "ثم مضى؛ وعاد."]),
        ("ar", ["وصل في الساعة ٧.٥٥ صباحا.", "ثم غادر ١.٥ كيلومتر."]),
        ("ar", ["بلغ النمو ٢٫١.", "وقال الوزير ٨.٢.٢٠٢٤."]),
        ("fa", ["نسخه ۱.۵ منتشر شد.", "خوب است."]),
        ("ar", ["وفقا للمادة 5.2. من القانون يعاقب.", "وانتهى."]),
        ("vi", ["Theo Điều 5.2. của luật này, ông thắng.", "Hết."]),
        ("vi", ["Điều 5.2. Người dân phải nộp thuế.", "Khoản 3. Hiệu lực ngay."]),
        ("vi", ["Lãi suất 5.25%.", "Năm 2024.", "Ông đi lúc 7.55."]),
        ("ar", ['وأكد: "لقد تجاوزنا المحن. وبالنظر إلى المستقبل، فرص".', "ثم مضى."]),
    ],
)
def test_sentences(lang: str, sentences: list[str]) -> None:
    """Abbreviations, initials, numbers and quotations do not end a sentence; full stops and question marks do."""
    actual = _cut(" ".join(sentences), lang)

    assert sentences == actual


def test_paragraphs_come_first() -> None:
    """A line feed ends a segment where no full stop does; U+2028 and other separators do not."""
    actual = _cut("Tiêu đề\n\nMột\u2028hai. Ba.")

    assert actual == ["Tiêu đề", "Một\u2028hai.", "Ba."]


@given(st.text("ab. \n\t\u2028", max_size=40))
def test_every_paragraph_begins_with_a_segment(text: str) -> None:
    """There are as many as lines with something visible, and each begins where a segment does."""
    found = find_paragraphs(text)

    assert len(found) == sum(bool(line.strip()) for line in text.split("\n"))
    assert set(found) <= {segment.start for segment in split(Article("a", "vi", text))}


def test_breaks_cut_where_no_sentence_ends() -> None:
    """A break splits a headline from the sentence it runs into."""
    text = "Tiêu đề của bài Chủ tịch nói."

    actual = split(Article("a", "vi", text), [text.index("Chủ"), 0, len(text)])

    assert [segment.text for segment in actual] == ["Tiêu đề của bài", "Chủ tịch nói."]


@pytest.mark.parametrize(("number", "lang", "expected"), [("000", "vi", 19), ("002", "ar", 23), ("004", "vi", 10)])
def test_seed_articles(repository: Path, number: str, lang: str, expected: int) -> None:
    """The seed articles have as many sentences as a reader counts (002 with its three lines of furniture)."""
    [path] = (repository / "seeds").glob(f"{number}_*.txt")

    actual = _cut(path.read_text(encoding="utf-8"), lang)

    assert expected == len(actual)


@given(st.lists(st.sampled_from(["", " ", "a", " b. C. ", "\u2028", "d\r"]), min_size=1, max_size=8))
def test_every_line_is_a_segment(lines: list[str]) -> None:
    """Line segments are as many as the lines, also the empty ones, and slice back to the text."""
    article = Article("a", "vi", "\n".join(lines))

    segments = split_lines(article)

    assert [line.strip() for line in lines] == [segment.text for segment in segments]
    assert all(article.text[segment.start : segment.end] == segment.text for segment in segments)
    assert [f"a:{number}" for number in range(1, len(lines) + 1)] == [segment.id for segment in segments]


@pytest.mark.parametrize("lang", ["ar", "vi", "en", "fa"])
@given(
    st.sampled_from(["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "0123456789", "०१२३४५६७८९"]), st.text("0123456789.,:٫٬", max_size=12)
)
def test_no_sentence_ends_between_two_digits(lang: str, digits: str, written: str) -> None:
    """Digits of any script with a mark between stay in one segment."""
    number = f"1{written}5".translate(str.maketrans("0123456789", digits))
    pieces = _cut(f"Abc {number} abc.", lang)

    assert not [one for one, other in pairwise(pieces) if re.search(r"\d[.,:٫٬]$", one) and other[0].isdecimal()]


def test_decomposed_letters_are_cut_as_composed_ones_are() -> None:
    """A numbered heading in NFD is no sentence of its own either."""
    text = "Điều 5.2. Người dân phải nộp thuế. Khoản 3. Hiệu lực ngay."

    assert [unicodedata.normalize("NFC", piece) for piece in _cut(unicodedata.normalize("NFD", text))] == _cut(text)


@pytest.mark.parametrize(
    ("unit", "lang"), [("TS. ", "vi"), ("د. ", "ar"), ("1. ", "vi"), ("٧.٥ ", "ar"), ("... ", "vi")]
)
def test_time_grows_with_the_length(unit: str, lang: str) -> None:
    """Thousands of abbreviations or numbers in one line: twice as many take about twice as long, not four times."""
    assert grows_within(lambda times: _cut(unit * times, lang), 2000, 16_000, most=24)
