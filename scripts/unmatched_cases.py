"""Segments of two to four sentences with one left out of their translation or added to it.

`validate_diagnostics.py` has `omitted` and `added` find them.

Neighbouring lines of one document are joined. Each is a sentence of its own, so that it is known what a segment holds;
headlines are left out. Nothing here looks at how the flags are found.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mt_eval.text.segment import split
from mt_eval.types import Article

FEWEST, MOST = 2, 4
"""Sentences of a segment."""
APART = 30
"""Lines between a segment and a sentence that is added to it."""
KINDS = ("untouched", "omitted", "added")
ENDS = re.compile(r"[.!?؟…۔:;؛][\s\"'”“»«)\]’‘،]*$")
# Written for this script: what a model makes up.
INVENTED = {
    "ar": (
        "وأضاف أن الحكومة ستعلن عن مزيد من التفاصيل في الأسابيع المقبلة.",
        "وقال الخبراء إن هذه النتائج تحتاج إلى مزيد من البحث.",
    ),
    "en": (
        "He added that the government would give more details in the coming weeks.",
        "Experts said that these results needed further study.",
    ),
    "vi": (
        "Ông nói thêm rằng chính phủ sẽ công bố thêm chi tiết trong những tuần tới.",
        "Các chuyên gia cho rằng những kết quả này cần được nghiên cứu thêm.",
    ),
}


@dataclass(frozen=True, slots=True)
class Lines:
    """N source lines and their translations by one system or by people."""

    label: str
    source: Sequence[str]
    translation: Sequence[str]
    source_lang: str
    target_lang: str
    documents: Sequence[Sequence[int]]
    """The places of the lines of each document."""
    is_good: Callable[[int], bool]
    """Whether the translation of a line is good by an independent measure."""
    by_people: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    source: str
    translation: str
    kind: str
    """One of `KINDS`."""
    sentence: str
    """What was left out of the source's translation, or added to it; empty where nothing was."""
    good: bool


def make_cases(lines: Lines, turn: int, *, half: bool = False) -> list[Case]:
    """One run's segments, a third of each kind; in three turns every segment is of every kind once.

    Args:
        half: Half a sentence is left out or added.
    """
    rng = random.Random(f"{lines.label} {turn}")
    groups = _group(lines)
    places = [place for group in groups for place in group]
    cases = []
    for number, group in enumerate(groups):
        kind = KINDS[(number + turn) % 3]
        source = [lines.source[place].strip() for place in group]
        texts = [lines.translation[place].strip() for place in group]
        sentence = ""
        chosen = rng.randrange(len(group))
        if kind == "omitted":
            sentence = source[chosen]
            texts[chosen : chosen + 1] = [_halve(texts[chosen], rng)] if half else []
        elif kind == "added":
            far = [place for place in places if abs(place - group[0]) > APART] or places
            strange = lines.translation[rng.choice(far)].strip()
            sentence = rng.choice([strange, strange, texts[chosen], rng.choice(INVENTED[lines.target_lang])])
            sentence = _halve(sentence, rng) if half else sentence
            texts.insert(rng.randrange(len(texts) + 1), sentence)
        good = all(lines.is_good(place) for place in group)
        cases.append(Case(" ".join(source), " ".join(texts), kind, sentence, good))
    return cases


def _group(lines: Lines) -> list[tuple[int, ...]]:
    rng = random.Random(lines.label)
    groups = []
    for document in lines.documents:
        fit = [place for place in document if _is_sentence(lines.source[place], lines.source_lang)]
        start = 0
        while len(fit) - start >= FEWEST:
            size = rng.randint(FEWEST, MOST)
            groups.append(tuple(fit[start : start + size]))
            start += size
    return [group for group in groups if len(group) >= FEWEST]


def _is_sentence(line: str, lang: str) -> bool:
    return ENDS.search(line) is not None and len(split(Article("", lang, line))) == 1


def _halve(sentence: str, rng: random.Random) -> str:
    """The first or the second half of a sentence's words."""
    words = sentence.split()
    middle = len(words) // 2
    return " ".join(rng.choice([words[:middle], words[middle:]]))
