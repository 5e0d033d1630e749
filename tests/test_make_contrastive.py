"""`scripts/make_contrastive.py` makes translations wrong in one point, and leaves them grammatical."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from contrastive_numbers import list_numbers, make_plain
from hypothesis import given
from hypothesis import strategies as st
from make_contrastive import KINDS, list_wrong, make_pairs

from mt_eval.contrast_sets import read_contrast_set
from mt_eval.errors import ConfigError
from mt_eval.languages.places import find_places
from mt_eval.types import Kind, Segment, SegmentPair

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "scripts" / "make_contrastive.py"
CLASSES = (range(3, 11), range(11, 100))
"""Numbers behind which an Arabic noun stands alike: in the plural, and in the singular of the accusative."""


def find_wrong(source: str, target: str, direction: str, kind: str) -> dict[str, str]:
    """Rule to the wrong version, the last one of each rule."""
    langs = (direction[:2], direction[3:])
    return {rule: wrong for of, rule, wrong in list_wrong(source, target, langs, random.Random(1)) if of == kind}


@pytest.mark.parametrize(
    ("source", "target", "direction", "kind", "rule", "expected"),
    [
        ("لن يتم البيع.", "Việc bán sẽ không được thực hiện.", "ar-vi", "negation-dropped", "không-verb", "sẽ được"),
        ("لا يمكنه ذلك.", "Ông không thể làm điều đó.", "ar-vi", "negation-dropped", "không-thể", "Ông có thể làm"),
        ("زار بكين.", "Ông đã thăm Bắc Kinh.", "ar-vi", "negation-added", "đã", "Ông đã không thăm"),
        ("سيزور بكين.", "Ông sẽ thăm Bắc Kinh.", "ar-vi", "negation-added", "sẽ", "Ông sẽ không thăm"),
        ("Họ sẽ không đến.", "لن يصل الوفد.", "vi-ar", "negation-dropped", "lan", "سوف يصل الوفد."),
        ("Họ đã không đến.", "لم يصل الوفد.", "vi-ar", "negation-dropped", "lam", "وصل الوفد."),
        ("Không thể làm thế.", "ولا يمكن ذلك.", "vi-ar", "negation-dropped", "la-verb", "ويمكن ذلك."),
        ("Họ sẽ thắng.", "سوف يفوز الفريق.", "vi-ar", "negation-added", "sawfa", "لن يفوز الفريق."),
        ("Họ sẽ tham gia.", "إنهم سيشاركون فيه.", "vi-ar", "negation-added", "future-plural", "إنهم لن يشاركوا فيه."),
        ("Ông từng là thủ tướng.", "كان رئيسا للوزراء.", "vi-ar", "negation-added", "kana", "لم يكن رئيسا للوزراء."),
        ("Ông sẽ không tới.", "He will not come.", "vi-en", "negation-dropped", "modal", "He will come."),
        ("وقال إنه سيعود.", "Ông nói rằng ông sẽ trở lại.", "ar-vi", "gender", "pronoun", "Bà nói rằng bà sẽ trở lại."),
        ("Bà nói rằng bà sẽ về.", "وقالت إنها ستعود.", "vi-ar", "gender", "verb", "وقال إنها ستعود."),
        (
            "صدرت الصين سيارات أكثر من ألمانيا.",
            "Trung Quốc bán nhiều xe hơn Đức.",
            "ar-vi",
            "name",
            "country",
            "Đức bán",
        ),
        ("Cha ông là thợ mộc.", "كان والده نجارا.", "vi-ar", "gender", "owner", "كان والدها نجارا."),
        ("Her life changed.", "تغيرت حياتها.", "en-ar", "gender", "owner", "تغيرت حياته."),
        (
            "Jones trước đây tin Baldwin.",
            "Hôm qua Jones đã nhắc đến tên Baldwin.",
            "vi-vi",
            "name",
            "run",
            "Hôm qua Baldwin",
        ),
        ("Ngày 8 tháng 2", "في 8 فبراير", "vi-ar", "date", "month", "في 8 "),
        ("يوم الثلاثاء", "Vào thứ Ba", "ar-vi", "date", "weekday", "Vào thứ "),
        ("2,8 tỷ đô la", "2.8 مليار دولار", "vi-ar", "number", "scale", "2.8 مليون دولار"),
        ("ba người", "ثلاثة أشخاص", "vi-ar", "number", "word", " أشخاص"),
        ("15 quốc gia", "١٥ دولة", "vi-ar", "number", "digits", " دولة"),
    ],
)
def test_rules(source: str, target: str, direction: str, kind: str, rule: str, expected: str) -> None:
    """Each rule changes its word, and nothing else."""
    found = find_wrong(source, target, direction, kind)

    assert expected in found[rule]
    assert target not in found.values()


@pytest.mark.parametrize(
    ("source", "target", "direction", "kind"),
    [
        ("Không ai biết gì.", "لا يعرف أحد شيئا.", "vi-ar", "negation-dropped"),
        ("Họ vẫn ở đó.", "لا يزال الوفد هناك.", "vi-ar", "negation-dropped"),
        ("Thật vậy sao?", "هل كان رئيسا؟", "vi-ar", "negation-added"),
        ("سيعود أو لا يعود.", "Ông có trở lại hay không.", "ar-vi", "negation-dropped"),
        ("قال ترامب وقالت ماي إنها.", "Ông nói với bà ấy.", "ar-vi", "gender"),
        ("Ông nói ngắn.", "لكنه قال إن الوقت قصير.", "vi-ar", "gender"),
        ("ثلاثة أرباع", "ba phần tư", "vi-ar", "number"),
        ("Hai người", "في عام 2019 وقع الحادث", "vi-ar", "number"),
        ("Năm 2019", "من 3 إلى 5 سنوات", "vi-ar", "number"),
        ("ngày mai", "في 8 فبراير", "vi-ar", "date"),
        ("5mm (1/5 inch)", "5 مم (1/5 بوصة)", "vi-ar", "date"),
        ("Ông gặp bà ấy.", "التقى والده بها.", "vi-ar", "gender"),
        ("Người phụ nữ mà chồng cô đã chết.", "السيدة التي توفي بعد ذلك والدها.", "vi-ar", "gender"),
        ("Anh thắng.", "فازت إنجلترا.", "vi-ar", "name"),
        ("Ông đọc tờ Washington Post.", "قرأ صحيفة واشنطن بوست.", "vi-ar", "name"),
        ("Họ tới Pháp và Đức.", "زاروا روسيا.", "vi-ar", "name"),
    ],
)
def test_rules_stay_away(source: str, target: str, direction: str, kind: str) -> None:
    """Nothing is changed where a change would be ungrammatical, or wrong of nothing that the source says."""
    assert not find_wrong(source, target, direction, kind)


@pytest.mark.parametrize(
    ("source", "target", "direction"),
    [
        ("Họ sống ở Pháp.", "يعيشون في فرنسا.", "vi-ar"),
        ("يعيشون في فرنسا.", "Họ sống ở Pháp.", "ar-vi"),
        ("Họ tới Paris.", "وصلوا إلى باريس.", "vi-ar"),
        ("Pháp và Đức sẽ họp.", "سيجتمع وفدا فرنسا وألمانيا.", "vi-ar"),
    ],
)
def test_another_place(source: str, target: str, direction: str) -> None:
    """Where no two can change places, one is another of its kind that neither text names, and all else stays."""
    ((rule, wrong),) = find_wrong(source, target, direction, "name").items()

    langs = direction.split("-")
    before, after = find_places(target, langs[1]), find_places(wrong, langs[1])
    assert [place.kind for place in before] == [place.kind for place in after]
    assert rule == f"other-{before[0].kind}"
    assert after[0].key not in {place.key for place in (*before, *find_places(source, langs[0]))}
    assert wrong.endswith(target[before[0].end :])
    assert wrong.startswith(target[: before[0].start])


@given(number=st.integers(1, 10**9), lang=st.sampled_from(["ar", "vi", "en"]))
def test_numbers_keep_their_class(number: int, lang: str) -> None:
    """A changed number is another of as many digits, and an Arabic noun behind it may stay as it is."""
    for changed in map(int, list_numbers(str(number), lang)):
        assert changed != number
        if lang == "ar":
            assert len(str(changed)) == len(str(number)) or {changed, number} <= set(range(3, 11))
            within = [each for each in CLASSES if number in each]
            assert changed in within[0] if within else changed % 100 == number % 100
        else:
            assert changed > 1


@given(year=st.integers(1500, 2029))
def test_years_keep_their_century(year: int) -> None:
    """A changed year is another of the same century that is not far ahead."""
    for changed in map(int, list_numbers(str(year), "vi", is_year=True)):
        assert changed // 100 == year // 100
        assert year != changed < 2030


@given(text=st.text(st.sampled_from("aB1٣ًي 9."), max_size=20))
def test_plain_text_knows_its_places(text: str) -> None:
    """Replacing any letter of the plain text by itself gives the original, marks between letters aside."""
    plain = make_plain(text)

    for place in range(len(plain.text)):
        begin = plain.places[place]
        assert text[:begin] == plain.replace(place, place + 1, "x")[:begin]
        assert text[begin + 1 :] == plain.replace(place, place + 1, "x")[begin + 1 :]


WORDS = st.sampled_from(
    re.findall(
        r"\S+",
        "Ông ông bà sẽ đã không có thể thăm Nga Pháp và thứ Ba ngày 8 tháng 2 năm 2024 ba 15 triệu Trump Biden nói . ,",
    )
)
ARABIC_WORDS = st.sampled_from(
    re.findall(r"\S+", "قال إن لا يمكن لن يتم كان سوف في روسيا فرنسا يوم الثلاثاء 8 فبراير عام 2024 ثلاثة 15 مليون")
)


@given(st.lists(WORDS, min_size=3, max_size=14), st.lists(ARABIC_WORDS, min_size=3, max_size=14), st.integers(0, 3))
def test_laws(vietnamese: list[str], arabic: list[str], seed: int) -> None:
    """Whatever the texts: a wrong version differs from the correct one, and the same seed gives the same."""
    for langs, source, target in (
        (("vi", "ar"), " ".join(vietnamese), " ".join(arabic)),
        (("ar", "vi"), " ".join(arabic), " ".join(vietnamese)),
    ):
        found = list(list_wrong(source, target, langs, random.Random(seed)))

        assert found == list(list_wrong(source, target, langs, random.Random(seed)))
        for kind, _, wrong in found:
            assert kind in KINDS
            assert wrong != target
            assert wrong.strip()


def make_segment(number: int, source: str, reference: str) -> SegmentPair:
    sides = (
        (Segment(f"{side}{number}", side, 0, len(text), text),) for side, text in (("s", source), ("r", reference))
    )
    return SegmentPair(f"doc:{number}", "doc", *sides, Kind.ALIGNED)


def test_at_most_so_many() -> None:
    """A segment gives at most as many pairs of a kind as are asked for, each with an id of its own."""
    segment = make_segment(1, "15 người, 20 nhà, 30 xe", "15 شخصا في 20 بيتا على 30 سيارة")

    counts = {most: make_pairs([segment], "vi-ar", most=most, kinds=["number"]) for most in (1, 2, 9)}

    assert [len(counts[most]) for most in (1, 2, 9)] == [1, 2, 3]
    assert len({pair.id for pair in counts[9]}) == 3


def test_unknown_language() -> None:
    """A language without rules is told."""
    with pytest.raises(ConfigError, match="direction=vi-fr: the rules know ar, en, vi"):
        make_pairs([make_segment(1, "a", "b")], "vi-fr")


def run_script(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, SCRIPT, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=False)


def test_script_makes_a_set_that_is_read(tmp_path: Path) -> None:
    """Of the project's own strings it makes a set that `score-given` reads, with the texts and ids of the segments."""
    file = tmp_path / "set.jsonl"

    output = run_script("data=ui", "--direction", "ar-vi", "--out", file)
    found = read_contrast_set(file)

    assert output.returncode == 0, output.stderr
    assert found.direction == "ar-vi"
    assert f"{len(found.pairs)} pairs" in output.stdout
    assert {"number", "negation-added"} <= {pair.kind for pair in found.pairs}
    assert {f"{pair.segment}:{pair.kind}" for pair in found.pairs} == {pair.id for pair in found.pairs}


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["data=nowhere"], "data=nowhere"),
        (["--per-segment", "0"], "--per-segment 0: expected 1 or more"),
        (["--run", "runs/A", "data=ui"], "--run: a run brings its own data"),
        (["data=ui", "--kind", "number", "--out", "no/such/folder/set.jsonl"], "cannot be written (no such file or"),
    ],
)
def test_script_tells_what_is_wrong(arguments: list[str], error: str, tmp_path: Path) -> None:
    """What cannot be done ends the script with one sentence."""
    output = run_script("--out", tmp_path / "set.jsonl", *arguments)

    assert output.returncode in (1, 2)
    assert "error: " in output.stderr
    assert error in output.stderr
    assert "Traceback" not in output.stderr


def test_script_prints_a_set(tmp_path: Path) -> None:
    """`--out -` prints what a file would hold, and nothing else there."""
    file = tmp_path / "set.jsonl"
    run_script("--out", file)

    printed = run_script("--out", "-")

    assert printed.returncode == 0, printed.stderr
    assert printed.stdout == file.read_text(encoding="utf-8")
    assert "pairs of" in printed.stderr


def test_judgements_are_what_the_docs_say() -> None:
    """The table of docs/contrastive.md counts the judgements that are kept beside the rules."""
    lines = (ROOT / "scripts" / "contrastive_judged.tsv").read_text(encoding="utf-8").splitlines()[2:]
    rows = [line.split("\t") for line in lines]
    read = Counter((row[2][-2:], row[4]) for row in rows if row[0] == "final")
    good = Counter((row[2][-2:], row[4]) for row in rows if row[0] == "final" and row[6] == "yes")
    page = (ROOT / "docs" / "contrastive.md").read_text(encoding="utf-8")

    told = {
        (lang, kind): cell
        for kind, *cells in re.findall(r"^\| ([\w-]+) \| (\d+/\d+) \| (\d+/\d+) \|", page, re.MULTILINE)
        for lang, cell in zip(("vi", "ar"), cells, strict=True)
    }

    assert {key: f"{good[key]}/{read[key]}" for key in read} == told
