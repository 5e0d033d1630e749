"""How far paired texts say the same."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mt_eval.align.agreement import SUPPORTED, knows_words, measure_agreement
from mt_eval.types import Kind, Segment, SegmentPair


def _pair(number: int, source: str, reference: str) -> SegmentPair:
    sides = [
        (Segment(f"{name}:{number}", name, 0, len(text), text),) if text else ()
        for name, text in (("s", source), ("r", reference))
    ]
    kind = Kind.ALIGNED if all(sides) else Kind.SOURCE_ONLY if source else Kind.REFERENCE_ONLY
    return SegmentPair(f"p:{number}", "p", sides[0], sides[1], kind)


def _pairs(texts: Sequence[tuple[str, str]]) -> list[SegmentPair]:
    return [_pair(number, *each) for number, each in enumerate(texts, start=1)]


_SAME = (
    ("Tổng thống Nga Vladimir Putin đến Bắc Kinh hôm 8/2.", "وصل الرئيس الروسي فلاديمير بوتين إلى بكين يوم 8 فبراير."),
    ("Kim ngạch thương mại vượt 240 tỷ USD năm 2023.", "تجاوز حجم التجارة 240 مليار دولار عام 2023."),
    ("Quân đội Israel tấn công Gaza vào sáng thứ bảy.", "هاجم الجيش الإسرائيلي غزة صباح السبت."),
)


def test_translations_agree_and_other_sentences_do_not() -> None:
    """Every sentence beside its translation has evidence, beside another's translation next to none."""
    turned = [(source, _SAME[(number + 1) % 3][1]) for number, (source, _) in enumerate(_SAME)]

    right, wrong = measure_agreement([_pairs(_SAME), _pairs(turned)], "vi", "ar")

    assert min(right.evidence) > 2 * SUPPORTED > 2 * max(wrong.evidence)
    assert (right.source_share, right.reference_share, wrong.source_share) == (1.0, 1.0, 0.0)


def test_what_stands_alone_has_no_evidence_but_counts() -> None:
    """A sentence without a counterpart lowers the mean and the share of its side alone."""
    whole, longer = measure_agreement([_pairs(_SAME), _pairs([*_SAME, ("x" * 100, "")])], "vi", "ar")

    assert longer.evidence[3] == 0.0
    assert longer.mean < whole.mean
    assert longer.source_share == pytest.approx(sum(len(s) for s, _ in _SAME) / (sum(len(s) for s, _ in _SAME) + 100))
    assert longer.reference_share == 1.0


def test_agreement_does_not_depend_on_company() -> None:
    """An article pair has the same figures alone and beside others."""
    alone = measure_agreement([_pairs(_SAME)], "vi", "ar")
    beside = measure_agreement([_pairs(_SAME), _pairs(_SAME[:2]), _pairs(_SAME[1:])], "vi", "ar")

    assert beside[0] == alone[0]


def test_swapping_the_sides_changes_nothing() -> None:
    """Agreement is the same from either side."""
    (forward,) = measure_agreement([_pairs(_SAME)], "vi", "ar")
    (backward,) = measure_agreement([_pairs([(theirs, ours) for ours, theirs in _SAME])], "ar", "vi")

    assert backward.mean == pytest.approx(forward.mean)


def test_known_languages() -> None:
    """Words come along for Vietnamese and Arabic, in both directions, and for no other two languages."""
    assert knows_words("vi", "ar")
    assert knows_words("ar", "vi")
    assert not knows_words("en", "ar")
