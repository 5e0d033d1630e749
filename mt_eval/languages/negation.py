"""How Vietnamese, Arabic and English deny: words that do, words that stand only beside them, and denials undone or
made by one change that leaves a sentence grammatical.

Changes are few on purpose. Arabic negations govern the mood of their verb: only such are here whose verb is written
alike in both moods, or whose two forms are listed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mt_eval.languages.letters import ARABIC, UNSEEN

NEGATORS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "en": re.compile(
            r"(?<!\w)(?:not|no|never|none|nobody|nothing|neither|nor|nowhere|without|cannot|hardly|barely|unlikely"
            r"|\w+n['’]t)(?!\w)",
            re.IGNORECASE,
        ),
        "vi": re.compile(
            r"(?<!\w)(?<!hàng )(?<!trên )(?<!số )(?:không(?! (?:gian|khí|quân|trung|tặc|phận))|chưa|chẳng|chả|đừng"
            r"|khó có thể|phi pháp|bất hợp pháp|vô)(?!\w)",
            re.IGNORECASE,
        ),
        "ar": re.compile(
            rf"(?<![{ARABIC}])[وف]?(?:لا(?! [يتنأ]زال)|لم|لن|أ?ليس[{ARABIC}]*|غير|بدون|دون|عدم|بلا|كلا|ألا)"
            rf"(?![{ARABIC}])"
        ),
    }
)
"""Words that deny. Vietnamese `không` is also space and zero."""

POLAR: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "en": re.compile(
            r"(?<!\w)(?:any\w*|ever|yet|either|nor|at all|but|until|unless|only|whether|least|much|many|longer)(?!\w)",
            re.IGNORECASE,
        ),
        "vi": re.compile(
            r"(?<!\w)(?:gì|ai|nào|nữa|bất kỳ|bất cứ|bao giờ|đâu|chút|mấy|liệu|mà|trừ khi|cho đến|cho tới|đến khi|ngoài"
            r"|hay|chỉ|mới|nổi|lắm|quá|không)(?!\w)",
            re.IGNORECASE,
        ),
        "ar": re.compile(
            rf"(?<![{ARABIC}])[وفبل]?(?:أي|أية|أحد|إلا|سوى|أبدا|بعد|قط|بل|شيء|شيئا|مطلقا|إطلاقا|الإطلاق|فقط|فحسب|مجرد|حتى|لا|كثيرا"
            rf"|كافية|(?:ما|لا) [يت]زال|(?:ما|لا) زالت?)(?![{ARABIC}])"
        ),
    }
)
"""Words that stand beside a denial, or set it against what follows: without it they make no sense."""


@dataclass(frozen=True, slots=True)
class Change:
    """One way to turn a statement into its denial, or back."""

    rule: str
    pattern: re.Pattern[str]
    replacement: str
    """As `re` expands it."""


def count_negators(text: str, lang: str) -> int:
    """How many words of `text` deny."""
    return len(NEGATORS[lang].findall(UNSEEN.sub("", text)))


def _change(rule: str, pattern: str, replacement: str) -> Change:
    return Change(rule, re.compile(pattern), replacement)


_EN_SUBJECT = r"(?:you|we|they|he|she|it|be able|also|only)\b"
_VI_VERBS = (
    "muốn|đồng ý|hài lòng|thuộc|liên quan|được|bị|cần|nên|biết|tin|hiểu|đưa|quan tâm|tham gia|đề cập|bỏ phiếu|xảy ra"
    "|thấy|nhận|phổ biến|thoải mái|tốt|đúng|đạt|sử dụng|ủng hộ|chấp nhận|đánh giá|trả lời|bình luận|xác nhận|thay đổi"
    "|thông báo|yêu cầu|tranh cử|từ bỏ|trao|xem xét|bền vững|hoạt động|tồn tại|cho phép|có"
)
_VI_NO_VERB = (
    "không|chẳng|chưa|chỉ|còn|luôn|rất|càng|ngày|trên|lớn|như|nhiều|cực|gấp|nhanh|sớm|dần|là|từng|quá|hơn|từ|lâu|và|rồi"
    "|hết|qua|gần|sắp|đang|cố|sẵn|ở|số|phải|có thể|khi|vào|trong|tại|theo|bao|vẫn|trực|ra sao|lại|cùng|đều|cũng|thế"
)
_PAST: Mapping[str, str] = MappingProxyType(
    {
        "يكن": "كان",
        "تكن": "كانت",
        "أكن": "كنت",
        "يكونوا": "كانوا",
        "يتم": "تم",
        "تتم": "تمت",
        "يحدث": "حدث",
        "تحدث": "حدثت",
        "يذكر": "ذكر",
        "تذكر": "ذكرت",
        "يتمكن": "تمكن",
        "تتمكن": "تمكنت",
        "يتمكنوا": "تمكنوا",
        "يستطع": "استطاع",
        "تستطع": "استطاعت",
        "يصل": "وصل",
        "تصل": "وصلت",
        "ينجح": "نجح",
        "تنجح": "نجحت",
        "يعلن": "أعلن",
        "تعلن": "أعلنت",
        "يكشف": "كشف",
        "تكشف": "كشفت",
        "يجد": "وجد",
        "تجد": "وجدت",
        "يعرف": "عرف",
        "تعرف": "عرفت",
        "يسفر": "أسفر",
        "تسفر": "أسفرت",
        "يحصل": "حصل",
        "تحصل": "حصلت",
        "يوافق": "وافق",
        "توافق": "وافقت",
        "يحقق": "حقق",
        "تحقق": "حققت",
        "يلعب": "لعب",
        "تلعب": "لعبت",
        "يشارك": "شارك",
        "تشارك": "شاركت",
        "يفز": "فاز",
        "تفز": "فازت",
        "يشهد": "شهد",
        "تشهد": "شهدت",
        "يستجب": "استجاب",
        "تستجب": "استجابت",
        "يفكر": "فكر",
        "تفكر": "فكرت",
        "يفقد": "فقد",
        "تفقد": "فقدت",
    }
)
"""Verb behind `لم` to the same in the past: alike in meaning but for the denial."""
_A = f"[{ARABIC}]"
_FREE, _ENDS = f"(?<!{_A})", f"(?!{_A})"
_AR_VERBS = (
    f"(?:ي(?!زال|وم|أس|قين|كاد|لبث|عدو|نفك|تجاوز|قتصر|خفى|كف){_A}{{3,}}|(?:توجد|تمثل|تمتلك|تملك|تحظى|تنتمي|تستطيع"
    f"|تحتاج|تتوقع|تعرف|تريد|أعرف|أعتقد|أريد|أحتاج|أستطيع|أرغب|نعرف|نعتقد|نريد|نستطيع|نحتاج))"
)
_AR_FUTURE = (
    "كون|تم|صبح|بدأ|قوم|ؤدي|ستمر|تطلب|لعب|جلب|حصل|شارك|واصل|عود|ظل|بقى|شهد|صل|واجه|علن|ستخدم|ستغرق|توجه|رفض|تضمن|تسبب"
    "|جري|مثل|سافر|ذهب|ضع|عتمد|تغير|حل|ساعد|ركز|ستضيف|شمل|عقد|جتمع|لتقي|زور|وقع|نضم|قدم|نظر|دعم|عمل|سعى|خوض|صوت|راقب"
    "|ستفيد|تمكن|سمح|حدث|تيح|نتهي|نطلق|لقي|تخذ|طلق|حضر|خفف|تحرك|ختلف|نتشر|حقق|عارض|لتزم|نتقل|تزوج|درس|سلك|قوض|فقد"
)
_AR_BEFORE = f"(?<!أن )(?<!كان )(?<!كانت )(?<!قد )(?<!ما )(?<!هل )(?<!كيف )(?<!كما )(?<!لكي )(?<!ممن ){_FREE}"
_AR_FREE_OF_IF = f"(?<!قد )(?<!ما )(?<!إذا )(?<!إن )(?<!لو )(?<!كما )(?<!سواء )(?<!سواءً )(?<!إنما ){_FREE}"

DROPS: Mapping[str, tuple[Change, ...]] = MappingProxyType(
    {
        "en": (
            _change("modal", r"(?<!\w)(will|would|should|could|must|can) not(?= [a-z])", r"\1"),
            _change("cannot", r"(?<!\w)(?:cannot|can['’]t)(?= [a-z])", "can"),
            _change("won't", r"(?<!\w)won['’]t(?= [a-z])", "will"),
            _change("be", r"(?<!\w)(is|are|was|were|has|have|had)(?: not|n['’]t)(?= [a-z])", r"\1"),
            _change("did", r"(?<!\w)(do|does|did)(?: not|n['’]t)(?= [a-z])", r"\1"),
        ),
        "vi": (
            _change("không-thể", r"(?<!không )(?<!\w)không thể(?! (?:không|nào|chối|tránh))(?= \w)", "có thể"),
            _change("không-phải-là", r"(?<!chứ )(?<!\w)không phải là(?= \w)", "là"),
            _change("không-hề", r"(?<!\w)không hề (?=\w)", ""),
            _change("không-còn", r"(?<!\w)không còn(?= (?:là|được|có|muốn)(?!\w))", "vẫn còn"),
            _change(
                "không-verb",
                rf"(?<!mà )(?<!hay )(?<!hoặc )(?<!chứ )(?<!có )(?<!thể )(?<!\w)không (?=(?:{_VI_VERBS})(?!\w))",
                "",
            ),
            _change("chưa-thể", r"(?<!còn )(?<!\w)(?:vẫn )?chưa thể(?= \w)", "đã có thể"),
            _change("chưa-từng", r"(?<!như )(?<!\w)chưa từng(?= \w)", "đã từng"),
            _change(
                "chưa-verb",
                rf"(?<!còn )(?<!\w)(?:vẫn )?chưa(?= (?:{_VI_VERBS}|công bố|xác định|xác minh)(?!\w))",
                "đã",
            ),
        ),
        "ar": (
            _change("lan", rf"{_FREE}([وف]?)لن(?= (?!{_A}*وا{_ENDS}){_A}{{3,}})", r"\1سوف"),
            *(
                _change("lam", rf"(?<!ما )(?<!إن ){_FREE}([وف]?)لم {jussive}{_ENDS}", rf"\1{past}")
                for jussive, past in _PAST.items()
            ),
            _change("la-verb", rf"{_FREE}([وف]?)لا (?={_AR_VERBS}{_ENDS})", r"\1"),
            _change("laysa", rf"{_FREE}([وف]?)(?:ليس|ليست) (?=(?:هناك|لديه|لديها|لديهم|لدينا|لدي|لدى){_ENDS})", r"\1"),
            _change("laysa-min", rf"(?<!{_A} و){_FREE}ليس (?=من ال{_A})", ""),
            _change(
                "ghayr",
                rf"(?<=من )غير (?=ال(?:مرجح|معروف|محتمل|متوقع|واضح|ممكن|مقبول|معقول|ضروري|مسموح){_ENDS})",
                "",
            ),
        ),
    }
)
"""Language to the ways in which a denial becomes a statement."""

ADDITIONS: Mapping[str, tuple[Change, ...]] = MappingProxyType(
    {
        "en": (
            _change("will", rf"(?<!\w)(?<!the )(?<!his )(?<!free )(will|should)(?= (?!{_EN_SUBJECT})[a-z])", r"\1 not"),
            _change("can", rf"(?<!\w)can(?= (?!{_EN_SUBJECT})[a-z])", "cannot"),
        ),
        "vi": (
            _change("sẽ-là", r"(?<!\w)sẽ là(?= \w)", "sẽ không phải là"),
            _change("sẽ", rf"(?<!\w)sẽ(?= (?!(?:{_VI_NO_VERB})(?!\w))[^\W\d_]\w*)", "sẽ không"),
            _change(
                "có-thể",
                r"(?<!không )(?<!chưa )(?<!chỉ )(?<!mới )(?<!để )(?<!rất )(?<!\w)có thể"
                r"(?= (?!(?:là|nói|không|sẽ)(?!\w))[^\W\d_])",
                "không thể",
            ),
            _change("đã", rf"(?<!khi )(?<!sau )(?<!\w)đã(?= (?!(?:{_VI_NO_VERB})(?!\w))[^\W\d_A-Z]\w*)", "đã không"),
        ),
        "ar": (
            _change("sawfa", rf"{_FREE}([وف]?)سوف(?= (?!{_A}*(?:ون|ان|ين){_ENDS}){_A}{{3,}})", r"\1لن"),
            _change("future", rf"(?<!كان )(?<!كانت ){_FREE}([وف]?)س([يت](?:{_AR_FUTURE})){_ENDS}", r"\1لن \2"),
            _change("future-plural", rf"(?<!كانوا ){_FREE}([وف]?)س(ي(?:{_AR_FUTURE})و)ن{_ENDS}", r"\1لن \2ا"),
            _change("yumkin", rf"{_AR_BEFORE}([وف]?)(يمكن(?:نا|ه|ها|هم|ك|كم)?){_ENDS}", r"\1لا \2"),
            _change("yajib", rf"{_AR_BEFORE}([وف]?)يجب{_ENDS}", r"\1لا يجب"),
            _change("hunaka", rf"^([\"«“]?و?)هناك(?= {_A})", r"\1ليس هناك"),
            _change("kana", rf"{_AR_FREE_OF_IF}([وف]?)كان(?= {_A})", r"\1لم يكن"),
            _change("kanat", rf"{_AR_FREE_OF_IF}([وف]?)كانت(?= {_A})", r"\1لم تكن"),
            _change("tamma", rf"(?<!قد )(?<!ما )(?<!إذا )(?<!لقد ){_FREE}([وف]?)تم(?= {_A}{{3,}})", r"\1لم يتم"),
            _change("tammat", rf"(?<!قد )(?<!ما )(?<!إذا )(?<!لقد ){_FREE}([وف]?)تمت(?= {_A}{{3,}})", r"\1لم تتم"),
        ),
    }
)
"""Language to the ways in which a statement becomes a denial."""
