"""What chat models write around a translation is found and taken away, and translations are left alone."""

from __future__ import annotations

import pytest
from corruptions import FRAMES, REFUSALS
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.languages.chatter import find_chatter, find_refusal

SOURCE = "Hôm 8/2, Chủ tịch Trung Quốc điện đàm với Tổng thống Nga."
TRANSLATION = "أجرى الرئيس الصيني اتصالا هاتفيا مع الرئيس الروسي في 8 فبراير."


@pytest.mark.parametrize("frame", FRAMES)
def test_a_frame_is_taken_away(frame: str) -> None:
    """The translation alone is left, and what was around it is said."""
    found = find_chatter(SOURCE, frame.replace("TEXT", TRANSLATION))

    assert found is not None
    assert found.text == TRANSLATION
    assert found.why


def test_frames_within_frames_are_taken_away() -> None:
    """Thoughts, then an announcement, then a fence with quotation marks in it."""
    answer = f"<think>Hm.</think>\nSure! Here is the translation:\n\n```\n“{TRANSLATION}”\n```"

    found = find_chatter(SOURCE, answer)

    assert found is not None
    assert found.text == TRANSLATION
    assert found.why.count(";") == 3


@pytest.mark.parametrize("answer", REFUSALS)
def test_a_refusal_is_told(answer: str) -> None:
    """By its first words, also behind thoughts."""
    found = [find_refusal(SOURCE, each) for each in (answer, f"<think>Hm.</think>{answer}")]

    assert found[0] == found[1]
    assert found[0] is not None
    assert answer.startswith(found[0].removesuffix("…"))


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("“Chúng tôi sẽ đi.”", "«سنذهب»"),
        ('Ông nói: "Chúng tôi sẽ đi."', '"Chúng tôi sẽ đi," ông nói: "vâng."'),
        ("Bản dịch: chờ", "الترجمة: انتظر"),
        ("Lưu ý\nkhông có gì", "ملاحظة\nلا شيء"),
        ("Xin lỗi, tôi không thể giúp bạn.", "عذرا، لا أستطيع مساعدتك."),
        ("```x```", "```x```"),
        ("", ""),
        ("Ông nói rằng dịch rất khó: phải mất nhiều thời gian.", "وقال إن الترجمة صعبة: فهي تحتاج إلى وقت طويل."),
    ],
)
def test_what_the_source_says_itself_is_its_translation(source: str, translation: str) -> None:
    """Quotations, notes, apologies and the word translation are news, too."""
    found = find_chatter(source, translation)

    assert (found, find_refusal(source, translation)) == (None, None)


@given(st.text(), st.text())
def test_what_is_left_has_nothing_around_it(source: str, answer: str) -> None:
    """Whatever the answer: what is left stands in it, and looking again finds nothing."""
    found = find_chatter(source, answer)

    if found is not None:
        assert found.text.strip() in answer
        assert find_chatter(source, found.text) is None
