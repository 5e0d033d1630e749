"""What chat models write around a translation, or instead of one, in English, Vietnamese and Arabic.

Nothing here is known of one model: thoughts in tags, fences, a sentence that announces the translation, quotation marks
around all of it, a note behind it. What the source has itself is the translation's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NOUNS = r"translat(?:ion|ed)|bản dịch|dịch sang|câu dịch|đoạn dịch|dịch như sau|ترجم[ةه]|الترجم[ةه]|ترجمت"
_THOUGHTS = re.compile(r"\s*<(think|thinking|thought|reasoning)>(?:.*?</\1>|.*\Z)\s*", re.DOTALL | re.IGNORECASE)
_UNOPENED = re.compile(r"\A(?:(?!<think).)*?</think(?:ing)?>\s*", re.DOTALL | re.IGNORECASE)
"""Some servers put the opening tag into what is asked, so that only the end of the thoughts is in the answer."""
_FENCE = re.compile(r"\s*(`{3,}|~{3,})[^\n`]*\n(.*?)\n?\s*\1\s*", re.DOTALL)
_ANNOUNCED = re.compile(
    rf"\s*[^\n:：]{{0,40}}(?<!\w)(?:{_NOUNS})(?!\w)[^\n:：]{{0,80}}[:：](?:\*\*|[*_])?(?=\s)\s*", re.IGNORECASE
)
_SPEAKS_OF_IT = re.compile(r"\A(?=.*[:：]).*(?:translat|(?<!\w)dịch(?!\w)|ترجم)", re.DOTALL | re.IGNORECASE)
"""A source that may have such a sentence of its own."""
_POLITE = re.compile(
    r"\s*(?:sure|certainly|of course|chắc chắn rồi|tất nhiên|dạ|بالتأكيد|بالطبع)[!.,،]\s+", re.IGNORECASE
)
_NOTE = re.compile(
    r"\n\s*(?:\*\*|\(|\[|[*_])?\s*(?:translator'?s? notes?|notes?|explanation|let me know|i hope this|"
    r"lưu ý|ghi chú|chú thích|giải thích|ملاحظ(?:ة|ات)|توضيح)(?!\w).*\Z",
    re.DOTALL | re.IGNORECASE,
)
_LONGEST_QUOTE = 60
_QUOTES = {'"': '"', "“": "”", "«": "»", "„": "“", "'": "'", "‘": "’"}
_REFUSES = re.compile(
    r"\s*(?:(?:i(?:['’]m| am) (?:very )?(?:sorry|afraid)|sorry|i apologi[sz]e|my apologies)\b[^.\n]{0,40}?"
    r"\b(?:i (?:can(?:no|['’])t|am (?:not able|unable)|won['’]t)|but)"
    r"|i(?: can(?:no|['’])t|(?: am|['’]m) (?:not able|unable) to| won['’]t)"
    r" (?:help|assist|translate|provide|comply|fulfil|do)"
    r"|as an ai\b"
    r"|(?:rất |tôi )?(?:xin lỗi|tiếc)[^.\n]{0,20} (?:tôi|mình|em) (?:không thể|không được phép)"
    r"|(?:tôi|mình) không thể (?:dịch|hỗ trợ|giúp|cung cấp|thực hiện yêu cầu)"
    r"|(?:عذر[اًا]{1,2}|آسف|نأسف|أعتذر)[^.\n]{0,20} (?:لا|لن) (?:أستطيع|يمكنني|أتمكن)"
    r"|(?:لا أستطيع|لا يمكنني) (?:ترجمة|مساعدت|المساعدة|تقديم|تلبية))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Chatter:
    """What stands around a translation."""

    text: str
    """The translation without it."""
    why: str
    """What it is, in words."""


def find_chatter(source: str, answer: str) -> Chatter | None:
    """What an answer has around the translation of the source; None where that is nothing.

    What has such words or marks in the source, too, is taken for its translation.

    >>> find_chatter("Xin chào.", "Here is the translation:\\n\\nمرحبا.")
    Chatter(text='مرحبا.', why='“Here is the translation:” before it')
    >>> find_chatter("Xin chào.", "مرحبا.") is None
    True
    """
    text, seen = answer, []
    changed = True
    while changed:
        changed = False
        for find in (_drop_thoughts, _open_fence, _drop_announcement, _drop_note, _open_quotes):
            found = find(source, text)
            if found is not None:
                text, changed = found.text, True
                seen.append(found.why)
    return Chatter(text, "; ".join(dict.fromkeys(seen))) if seen else None


def find_refusal(source: str, answer: str) -> str | None:
    """The first words of an answer that refuses to translate; None where it does not, or the source says so itself.

    >>> find_refusal("Xin chào.", "I'm sorry, but I can't help with that.")
    "I'm sorry, but I can't help with that."
    """
    if _REFUSES.match(_drop_all_thoughts(answer)) is None or _REFUSES.search(source) is not None:
        return None
    return _quote(_drop_all_thoughts(answer))


def _drop_all_thoughts(answer: str) -> str:
    found = _drop_thoughts("", answer)
    return answer if found is None else found.text


def _drop_thoughts(source: str, text: str) -> Chatter | None:
    match = (_THOUGHTS.match(text) or _UNOPENED.match(text)) if "<" in text else None
    return None if match is None or "<think" in source else Chatter(text[match.end() :], "thoughts before it")


def _open_fence(source: str, text: str) -> Chatter | None:
    match = _FENCE.fullmatch(text) if "```" in text or "~~~" in text else None
    return None if match is None or match[1] in source else Chatter(match[2].strip(), "a code fence around it")


def _drop_announcement(source: str, text: str) -> Chatter | None:
    if ":" not in text and "：" not in text:
        return None
    polite = _POLITE.match(text)
    start = polite.end() if polite else 0
    match = _ANNOUNCED.match(text, start)
    if match is None or match.end() == len(text) or _SPEAKS_OF_IT.search(source) is not None:
        return None
    return Chatter(text[match.end() :], f"“{_quote(match[0])}” before it")


def _drop_note(source: str, text: str) -> Chatter | None:
    match = _NOTE.search(text) if "\n" in text else None
    if match is None or not text[: match.start()].strip() or _NOTE.search(f"\n{source}") is not None:
        return None
    return Chatter(text[: match.start()].rstrip(), f"“{_quote(match[0])}” behind it")


def _open_quotes(source: str, text: str) -> Chatter | None:
    text = text.strip()
    end = _QUOTES.get(text[:1])
    inner = text[1:-1]
    # “A” and “B” begins and ends with quotation marks that are not around all of it.
    if end is None or len(text) < 3 or not text.endswith(end) or text[0] in inner or end in inner:
        return None
    if any(mark in source for mark in {*_QUOTES, *_QUOTES.values()}):
        return None
    return Chatter(inner.strip(), "quotation marks around it")


def _quote(text: str) -> str:
    short = " ".join(text.split())
    return short if len(short) <= _LONGEST_QUOTE else f"{short[:_LONGEST_QUOTE]}…"
