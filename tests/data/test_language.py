"""Texts in another language than they are said to be in are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from mt_eval.config import ArticlesData, FolderData, LinesData, TableData
from mt_eval.data import load
from mt_eval.data.language import check_language
from mt_eval.errors import DataError

_TEXTS = {
    "vi": "Chủ tịch Trung Quốc và Tổng thống Nga đã ca ngợi quan hệ hợp tác thương mại giữa hai nước.",
    "ar": "أشاد الرئيسان الصيني والروسي أيضا بالتعاون التجاري بين البلدين في هذا العام.",
    "fa": "رئیس جمهور چین گفت که همکاری‌های دو کشور در سال گذشته گسترش یافته و پیشرفت کرده است.",
    "en": "The president praised the cooperation in trade between the two countries in the past year.",
    "fr": "Le président a loué la coopération commerciale entre les deux États, déjà très étroite.",
    "ru": "Председатель Китая и президент России высоко оценили торговое сотрудничество двух стран.",
    "zh": "中国国家主席和俄罗斯总统高度评价两国之间的贸易合作中国国家主席和俄罗斯总统高度评价两国之间的贸易合作",
}


@pytest.mark.parametrize("lang", _TEXTS)
def test_a_text_in_its_language_passes(lang: str) -> None:
    """Every text is taken for what it is."""
    check_language(_TEXTS[lang], lang, "x", "y")


@pytest.mark.parametrize(
    ("said", "found", "message"),
    [
        ("vi", "ar", "100% of the letters are Arabic script"),
        ("vi", "en", "the text lacks the letters of Vietnamese"),
        ("vi", "fr", "the text lacks the letters of Vietnamese"),
        ("ar", "vi", "100% of the letters are Latin script"),
        ("ar", "fa", "the text uses letters of Persian or Urdu"),
        ("en", "vi", "the text is Vietnamese by its letters"),
        ("ru", "zh", "100% of the letters are Cjk script"),
    ],
)
def test_another_language_is_an_error(said: str, found: str, message: str) -> None:
    """The message says what was found and what was expected."""
    with pytest.raises(DataError, match=f"^here: {message}, expected language {said}; mend it$"):
        check_language(_TEXTS[found], said, "here", "mend it")


@pytest.mark.parametrize(("text", "lang"), [("OK, Tokyo", "vi"), (_TEXTS["ar"], "xx"), ("1234567890" * 9, "ar")])
def test_what_proves_nothing_passes(text: str, lang: str) -> None:
    """Short texts, numbers and unknown languages are not judged."""
    check_language(text, lang, "x", "y")


def test_decomposed_vietnamese_passes(ntrex: Path) -> None:
    """Vietnamese with combining marks (NFD) is Vietnamese."""
    import unicodedata

    text = (ntrex / "ntrex.vi.txt").read_text(encoding="utf-8")

    check_language(unicodedata.normalize("NFD", text), "vi", "x", "y")


def test_every_document_of_ntrex_is_told_apart(ntrex: Path) -> None:
    """Of 62 documents in three languages each passes as its own language and as no other."""
    documents: dict[tuple[str, str], list[str]] = {}
    names = (ntrex / "docids.tsv").read_text(encoding="utf-8").splitlines()
    for lang in ("vi", "ar", "en"):
        lines = (ntrex / f"ntrex.{lang}.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n")
        for name, line in zip(names, lines, strict=True):
            documents.setdefault((name, lang), []).append(line)

    for (_, lang), lines in documents.items():
        text = "\n".join(lines)
        check_language(text, lang, "x", "y")
        for other in {"vi", "ar", "en"} - {lang}:
            with pytest.raises(DataError):
                check_language(text, other, "x", "y")


def test_arabic_typed_on_a_persian_keyboard_is_arabic() -> None:
    """Persian yeh and kaf alone make no Persian; its small words and the letters that Arabic lacks do."""
    typed = _TEXTS["ar"].replace("ي", "ی").replace("ك", "ک")
    long = "قال الرئیس الروسی فی موسکو إن العلاقات بین البلدین قویة، وأکد أن التعاون فی مجال الطاقة مستمر منذ سنوات."

    check_language(typed + " " + long, "ar", "x", "y")
    check_language(long, "ar", "x", "y")
    for other in (_TEXTS["fa"], "یہ ایک خبر ہے کہ چین کے صدر نے روس کا دورہ کیا اور دونوں ممالک کے تعلقات پر بات کی۔"):
        with pytest.raises(DataError, match="Persian or Urdu"):
            check_language(other, "ar", "x", "y")


def test_there_is_a_way_round(tmp_path: Path) -> None:
    """The message names the setting that takes a text for what it is said to be, in every format of data."""
    words = {"vi": "Hom nay Chu tich nuoc tham Nga va ky ket hiep dinh moi.", "ar": _TEXTS["ar"]}
    for lang, text in words.items():
        (tmp_path / f"n.{lang}.txt").write_text(f"{text}\n", encoding="utf-8")
    (tmp_path / "n.tsv").write_text("vi\tar\n" + "\t".join(words.values()) + "\n", encoding="utf-8")
    (tmp_path / "articles.yaml").write_text(
        "articles:\n  - {id: v, file: n.vi.txt, language: vi}\n  - {id: a, file: n.ar.txt, language: ar}\n"
        "pairs:\n  - {id: p, articles: [v, a], relation: translation, reason: known}\n"
    )
    sides = f"{tmp_path}/n.vi.txt", f"{tmp_path}/n.ar.txt"

    for make, arguments in (
        (LinesData, sides),
        (FolderData, (str(tmp_path),)),
        (TableData, (f"{tmp_path}/n.tsv",)),
        (ArticlesData, (f"{tmp_path}/articles.yaml",)),
    ):
        with pytest.raises(DataError, match=r"lacks the letters of Vietnamese.* set data\.check_language=false"):
            load(make(*arguments), "vi", "ar")
        assert len(load(make(*arguments, check_language=False), "vi", "ar").pairs) == 1
