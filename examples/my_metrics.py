"""Metrics of one's own: functions that get lists of texts and return a number for each segment."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sacrebleu.metrics import CHRF

SPACES = re.compile(r"\s+")
MARKS = re.compile(r"[^\w\s]|_")
QUESTION = re.compile("[?؟]")


def normalize(text: str) -> str:
    """The text as far as it is to count here: small letters, without marks."""
    return SPACES.sub(" ", MARKS.sub(" ", text.lower())).strip()


def score_loosely(sources: Sequence[str], translations: Sequence[str], references: Sequence[str]) -> list[float]:
    """chrF++ of each segment after a normalisation of one's own, 0 to 100."""
    metric = CHRF(word_order=2)
    return [
        metric.sentence_score(normalize(translation), [normalize(reference)]).score
        for translation, reference in zip(translations, references, strict=True)
    ]


def count_lost_questions(sources: Sequence[str], translations: Sequence[str]) -> list[float]:
    """100 for each segment that asks more or less often than its source, 0 for the others."""
    return [
        100.0 if len(QUESTION.findall(source)) != len(QUESTION.findall(translation)) else 0.0
        for source, translation in zip(sources, translations, strict=True)
    ]
