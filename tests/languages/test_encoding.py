"""What bytes that are no UTF-8 may be: a guess that a message passes on."""

from __future__ import annotations

import unicodedata

import pytest

from mt_eval.languages.encoding import guess_encoding, name_document

_VI = "Chủ tịch nước cho biết hai bên đã ký các thỏa thuận trong năm 2024."
_AR = "قال الرئيس في هذا اليوم إن الحرب على المدينة انتهت، وفق ما جاء من وزارة الدفاع."


def _encode_1258(text: str) -> bytes:
    """Windows-1258 has tone marks as letters of their own, behind the vowels."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    pieces = []
    for letter in text:
        decomposed = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in tones))
        pieces.append(base + "".join(mark for mark in decomposed if mark in tones))
    return "".join(pieces).encode("cp1258")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (_AR.encode("cp1256"), "WINDOWS-1256"),
        (_AR.encode("iso8859-6"), "ISO-8859-6"),
        (_encode_1258(_VI), "WINDOWS-1258"),
        (_AR.encode("utf-16-le"), "UTF-16LE"),
        (_VI.encode("utf-16-be"), "UTF-16BE"),
        (_VI.encode("utf-16"), "UTF-16"),
        ("Le président français a été réélu là où il était très aimé.".encode("latin-1"), None),
        ("Президент России сказал, что он в Москве.".encode("cp1251"), None),
        ("日本語の文章です。".encode("shift-jis"), None),
        (bytes(range(256)), None),
        (b"", None),
    ],
)
def test_encodings_of_vietnamese_and_arabic_are_told(content: bytes, encoding: str | None) -> None:
    """The encoding in which the bytes are a text of either language, and none for other languages and no text."""
    assert guess_encoding(content) == encoding


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04\x14\0", ".docx"),
        (b"%PDF-1.7\n", "PDF"),
        (b"{\\rtf1\\ansi", ".rtf"),
        (b"\xd0\xcf\x11\xe0\xa1", ".doc"),
    ],
)
def test_documents_of_other_programs_are_named(content: bytes, said: str) -> None:
    """A file that begins like a document of a word processor is told by it; a text is none."""
    assert said in str(name_document(content))
    assert name_document(_VI.encode()) is None
