"""What a metric gives for texts that translate nothing, held against sacrebleu."""

from __future__ import annotations

import pytest
import sacrebleu
from hypothesis import given, settings
from hypothesis import strategies as st

from mt_eval.score.floors import MOST_UNITS, measure_floors
from mt_eval.score.units import Units
from mt_eval.types import Level

SOURCES = ("Chủ tịch Tập Cận Bình", "Năm 2024 bắt đầu", "Hai nước hợp tác", "Thủ đô Hà Nội")
TRANSLATIONS = ("الرئيس شي جين بينغ", "بدأ عام 2024", "تعاون البلدين", "العاصمة هانوي")
REFERENCES = ("الرئيس الصيني شي جين بينغ", "بدأت سنة 2024", "يتعاون البلدان", "مدينة هانوي العاصمة")


def make_units(translations: tuple[str, ...], references: tuple[str, ...]) -> Units:
    ids = tuple(map(str, range(len(translations))))
    return Units(Level.SEGMENT, ids, translations, references, (0,) * len(ids))


def test_floors_are_scores_of_sacrebleu() -> None:
    """Chance has references of like length exchanged; copied has the sources where translations were."""
    floors = measure_floors(make_units(TRANSLATIONS, REFERENCES), SOURCES.__getitem__, ["chrF++", "BLEU-13a"])

    moved = [REFERENCES[place] for place in (3, 2, 1, 0)]  # lengths 27, 14, 16, 19
    chrf, bleu = sacrebleu.CHRF(word_order=2), sacrebleu.BLEU(tokenize="13a")
    assert floors["chrF++"].chance == pytest.approx(chrf.corpus_score(TRANSLATIONS, [moved]).score, abs=1e-9)
    assert floors["chrF++"].copied == pytest.approx(chrf.corpus_score(SOURCES, [REFERENCES]).score, abs=1e-9)
    assert floors["BLEU-13a"].chance == pytest.approx(bleu.corpus_score(TRANSLATIONS, [moved]).score, abs=1e-9)


def test_one_segment_has_no_chance() -> None:
    """There is no other segment to stand beside; no segment at all has no floor."""
    alone = measure_floors(make_units(TRANSLATIONS[:1], REFERENCES[:1]), SOURCES.__getitem__, ["chrF++"])["chrF++"]
    none = measure_floors(make_units((), ()), ().__getitem__, ["chrF++"])["chrF++"]

    assert alone.chance is None
    assert alone.copied is not None
    assert (none.chance, none.copied) == (None, None)


@given(st.integers(2, 3 * MOST_UNITS))
@settings(max_examples=20, deadline=None)
def test_no_translation_stands_beside_its_own_reference(count: int) -> None:
    """A system that is always right scores nothing by chance where no two texts share a letter."""
    texts = tuple(chr(0x4E00 + number) * 3 for number in range(count))

    floors = measure_floors(make_units(texts, texts), texts.__getitem__, ["chrF"])["chrF"]

    assert (floors.chance, floors.copied) == (0.0, 100.0)
