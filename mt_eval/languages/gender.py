"""Who is spoken of, a man or a woman: pronouns of Vietnamese and English, and Arabic verbs whose subject is unsaid."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from mt_eval.languages.letters import ARABIC, UNSEEN

_A = f"[{ARABIC}]"
SAID = "قال|أضاف|ذكر|أوضح|أكد|أشار|أعلن|صرح|زعم|اعترف|أخبر|كتب|علق|شدد|تابع|كشف"
"""Pattern of Arabic verbs of saying, in the third person of the past; the feminine adds a `ت`."""
_WHO = rf"(?=\s(?:أيضا|أيضًا،?|إنه?|أنه?|إنها|أنها|إنهم|أنهم|بأنه?|بأنها|إن|أن|إلى أنه?|إلى أنها|لي){_A}{{0}}(?!{_A}))"

VERBS = {
    "m": re.compile(rf"(?<!{_A})(?P<and>[وف]?)(?P<verb>{SAID}){_WHO}"),
    "f": re.compile(rf"(?<!{_A})(?P<and>[وف]?)(?P<verb>{SAID})ت{_WHO}"),
}
"""Arabic verbs of saying of one man, and of one woman, that name no subject: what was said follows at once."""

_OWNED = (
    "والد|والدت|والدي|أم|أبي|أخي|أخت|ابن|ابنت|شقيق|شقيقت|عائلت|أسرت|أبنائ|أبناؤ|أطفال|أصدقائ|أصدقاؤ|صديق|صديقت|زميل|زميلت|زملائ"
    "|زملاؤ|محامي|حيات|منزل|وفات|موت|مقتل|اعتقال|اغتيال|محاكمت|استقالت|طفولت|مسيرت|مهنت|منصب|خطاب|كلمت|تصريحات|تعليقات"
    "|تغريدت|مذكرات|جسد|وجه|رأس|اسم"
)
"""Arabic nouns of what a person has, up to the pronoun: family, body, life, work, words."""
OWNERS = {
    "m": re.compile(rf"(?<!{_A})(?P<noun>[وفبلك]?(?:{_OWNED}))ه(?!{_A})"),
    "f": re.compile(rf"(?<!{_A})(?P<noun>[وفبلك]?(?:{_OWNED}))ها(?!{_A})"),
}
"""Such nouns with the pronoun of one man, and of one woman."""
OWNER_BOUND = re.compile(rf"(?<!{_A})[وف]?(?:الذي|التي) (?:{_A}+ ){{0,4}}[وفبلك]?(?:{_OWNED})(?:ه|ها)(?!{_A})")
"""Such a noun right behind a relative pronoun, with which its own pronoun may have to agree."""

_NO_PRONOUN = {
    "ông": "(?! (?:bà|chủ|trùm|già|nội|ngoại|vua|cha|bố|lão))",
    "bà": "(?! (?:con|mẹ|chủ|già|nội|ngoại|nội trợ|lão|đỡ|xơ))",
    "anh": "(?! (?:em|hùng|trai|rể|họ|chàng|chị|đào|minh|tài|bạn))",
    "cô": "(?! (?:gái|giáo|bé|đơn|dâu|lập|đọng|nàng|đặc|độc|nhi|ta và|em|con))",
}
PRONOUNS: Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]] = MappingProxyType(
    {
        "vi": (
            re.compile(
                rf"(?<!đàn )(?<!\w)(?:[Ôô]ng{_NO_PRONOUN['ông']}|anh{_NO_PRONOUN['anh']}|Anh (?:ấy|ta)|cậu)(?!\w)"
            ),
            re.compile(rf"(?<!phụ )(?<!\w)(?:[Bb]à{_NO_PRONOUN['bà']}|[Cc]ô{_NO_PRONOUN['cô']}|chị)(?!\w)"),
        ),
        "en": (
            re.compile(r"(?<!\w)(?:he|him|his|himself|mr)(?!\w)", re.IGNORECASE),
            re.compile(r"(?<!\w)(?:she|her|hers|herself|mrs|ms)(?!\w)", re.IGNORECASE),
        ),
        "ar": (
            re.compile(rf"{VERBS['m'].pattern}|(?<!{_A})[وفلب]?(?:السيد|زوجته|والده|والدته)(?!{_A})"),
            re.compile(
                rf"{VERBS['f'].pattern}|(?<!{_A})[وفلب]?(?:السيدة|زوجها|والدها|والدتها)(?!{_A})|(?<!{_A})[وف]?(?:{SAID})ت(?!{_A})"
            ),
        ),
    }
)
"""What shows a man, and what shows a woman."""

EXCHANGES: Mapping[str, Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "vi": {
            "m": {"ông": "bà", "anh ấy": "cô ấy", "anh ta": "cô ta"},
            "f": {"bà": "ông", "cô ấy": "anh ấy", "cô ta": "anh ta"},
        },
        "en": {"m": {"he": "she", "him": "her", "his": "her", "himself": "herself"}, "f": {}},
    }
)
"""Language and gender to pronouns and those of the other gender that stand where they do. English `her` is two."""


def read_gender(text: str, lang: str) -> str:
    """`m` or `f` where `text` shows only men or only women, and nothing where it shows both or none."""
    plain = UNSEEN.sub("", text)
    man, woman = (pattern.search(plain) is not None for pattern in PRONOUNS[lang])
    return "" if man == woman else "m" if man else "f"


def exchange_pronouns(text: str, lang: str, gender: str) -> str:
    """`text` with those of the other gender for all pronouns of one, `m` or `f`; itself where there are none."""
    table = EXCHANGES.get(lang, {}).get(gender, {})
    if not table:
        return text
    guard = "(?<!đàn )" if lang == "vi" else ""
    words = "|".join(f"{word}{_NO_PRONOUN.get(word, '') if lang == 'vi' else ''}" for word in table)
    return re.sub(rf"{guard}(?<!\w)(?:{words})(?!\w)", lambda match: _like(match[0], table), text, flags=re.IGNORECASE)


def exchange_owners(text: str, gender: str) -> str:
    """Arabic `text` in which all that one man has, or one woman, is the other's; itself where nothing is."""
    return OWNERS[gender].sub(r"\g<noun>ها" if gender == "m" else r"\g<noun>ه", text)


def _like(word: str, table: Mapping[str, str]) -> str:
    other = table[word.lower()]
    return other[0].upper() + other[1:] if word[0].isupper() else other
