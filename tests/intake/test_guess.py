"""What is guessed of a text nobody described."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from mt_eval.intake.guess import guess_articles, guess_language

_BODY = "Chủ tịch Trung Quốc điện đàm với Tổng thống Nga về quan hệ hợp tác giữa hai nước."
_ARABIC = "تحدث الرئيس الصيني هاتفيا مع الرئيس الروسي عن التعاون بين البلدين في هذا العام."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_BODY, "vi"),
        (_ARABIC, "ar"),
        ("The president of China spoke by telephone with the president of Russia about their countries.", "en"),
        ("Le président chinois a parlé au téléphone avec le président russe de leurs deux pays.", "fr"),
        ("Президент Китая поговорил по телефону с президентом России об отношениях двух стран.", "ru"),
        ("12 + 30", None),
    ],
)
def test_languages_are_told(text: str, expected: str | None) -> None:
    """By script, letters and words; too few letters tell nothing."""
    assert guess_language(text) == expected


@pytest.mark.parametrize(
    ("name", "first", "expected"),
    [
        ("a.txt", "Hà Nội, ngày 8 tháng 2 năm 2024", "2024-02-08"),
        ("a.txt", "بكين 11 فبراير 2020 (شينخوا)", "2020-02-11"),
        ("a.txt", "بكين 11 فبراير/شباط 2020 (شينخوا)", "2020-02-11"),
        ("a.txt", "Thứ Năm, 08/02/2024", "2024-02-08"),
        ("2023-11-30-tin.txt", "Thứ Năm, 08/02/2024", "2023-11-30"),
        ("a.txt", "date 2019-12", "2019-12"),
        ("a.txt", "ngày 31 tháng 2 năm 2024", None),
    ],
)
def test_dates_are_found(name: str, first: str, expected: str | None) -> None:
    """In the file's name, else at the text's ends, in both languages; a date that cannot be is none."""
    (guess,) = guess_articles({name: f"{first}\n{_BODY}"}).values()

    assert guess.date == expected


def test_titles_look_like_headlines() -> None:
    """A short first line without a full stop is one; a sentence, or the only line, is none."""
    texts = {"a": f"Trung Quốc và Nga\n{_BODY}", "b": f"{_BODY}\n{_BODY}", "c": "Tin trong ngày"}

    titles = [guess.title for guess in guess_articles(texts).values()]

    assert titles == ["Trung Quốc và Nga", None, None]


def test_furniture_is_what_pages_share() -> None:
    """Lines that two texts share at their ends, known lines of pages and end marks become rules."""
    texts = {"a": f"Tin nóng 24h\n{_BODY}/.", "b": f"Tin nóng 24h\n{_BODY} Hết.\nChia sẻ"}

    rules = [guess.furniture for guess in guess_articles(texts).values()]

    assert rules == [("line: Tin nóng 24h", "end: /."), ("line: Tin nóng 24h", "line: Chia sẻ")]


def test_guesses_of_the_seed_articles(repository: Path) -> None:
    """Languages, word segmentation and furniture are what the manifest, written by hand, says."""
    from mt_eval.data.manifest import read_manifest

    manifest = read_manifest(repository / "seeds" / "articles.yaml")
    texts = {e.file: (repository / "seeds" / e.file).read_text(encoding="utf-8") for e in manifest.articles.values()}

    guesses = guess_articles(texts)

    for entry in manifest.articles.values():
        guess = guesses[entry.file]
        assert (guess.language, guess.segmented, guess.furniture) == (entry.language, entry.segmented, entry.furniture)


def test_a_decomposed_article_is_read_like_a_composed_one() -> None:
    """macOS decomposes letters: title, date, furniture and language are found all the same."""
    text = (
        "Ông Tập gặp ông Putin\nNgày 8 tháng 2 năm 2024, hai nguyên thủ điện đàm về hợp tác.\n"
        "Bình luận (3)\nXem thêm:\n"
    )

    composed = guess_articles({"tin tức.vi.txt": text})
    decomposed = guess_articles({"x": unicodedata.normalize("NFD", text)})

    assert decomposed["x"] == composed["tin tức.vi.txt"]
    assert decomposed["x"].date == "2024-02-08"
    assert decomposed["x"].furniture == ("line: Bình luận (3)", "line: Xem thêm:")
