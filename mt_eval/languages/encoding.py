"""How the bytes of a file that is no UTF-8 may be read: a guess for a message, on which nothing else rests."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mt_eval.languages.codes import find_script
from mt_eval.languages.identify import count_scripts, count_small_words, count_vietnamese_letters
from mt_eval.languages.letters import compose

_DOCUMENTS = (
    (b"PK\x03\x04", "a document of a word processor or another archive (.docx, .odt, .zip)"),
    (b"\xd0\xcf\x11\xe0", "a document of an old word processor (.doc)"),
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "rich text (.rtf)"),
    (b"\x1f\x8b", "packed (gzip)"),
    (b"\xfd7zXZ\x00", "packed (xz)"),
    (b"BZh91AY&SY", "packed (bzip2)"),
    (b"\x28\xb5\x2f\xfd", "packed (Zstandard)"),
)
"""What such files begin with (their specifications), and what they are."""
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f]")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_ENCODINGS = {
    "UTF-16LE": ("ar", "vi"),
    "UTF-16BE": ("ar", "vi"),
    "WINDOWS-1256": ("ar",),
    "ISO-8859-6": ("ar",),
    "WINDOWS-1258": ("vi",),
}
"""Encodings, in the order in which they are tried, and the languages that are written in them."""
_LOOKED_AT = 10_000
_SURE = 0.6
"""Share of the letters that have to be of the script of the language."""
_VIETNAMESE_SHARE = 0.02
"""Share of the letters that only Vietnamese has, from which on a text is taken for Vietnamese."""


def name_document(content: bytes) -> str | None:
    """What kind of document `content` is that is no plain text; None if it begins like none that is known."""
    return next((name for mark, name in _DOCUMENTS if content.startswith(mark)), None)


def guess_encoding(content: bytes) -> str | None:
    """The encoding, as `iconv` calls it, in which `content` is Vietnamese or Arabic, or UTF-16 by its mark; else None.

    >>> guess_encoding("في هذا العام".encode("cp1256")), guess_encoding("Tiếng Việt của tôi".encode("utf-16-le"))
    ('WINDOWS-1256', 'UTF-16LE')
    """
    if content.startswith(_UTF16_MARKS):
        return "UTF-16"
    content = content[:_LOOKED_AT]
    counts = {
        encoding: _count_words(compose(content.decode(encoding, "ignore")), langs)
        for encoding, langs in _ENCODINGS.items()
    }
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] else None


def _count_words(text: str, langs: Sequence[str]) -> int:
    """How many small words of one of `langs` are in `text`, if it is in that language by the script of its letters, its
    small words and, if Vietnamese, its own letters; else 0.
    """
    if _NO_TEXT.search(text) is not None:
        return 0
    scripts, small = count_scripts(text), count_small_words([text])
    for lang in langs:
        script = find_script(lang)
        if (
            script is not None
            and scripts[script] > _SURE * scripts.total()
            and small[lang] == max(small.values())
            and (lang != "vi" or count_vietnamese_letters(text) > _VIETNAMESE_SHARE * scripts.total())
        ):
            return small[lang]
    return 0
