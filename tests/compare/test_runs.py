"""From run directories to evidence: which runs, their names, whether they can be compared, what they share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_runs import WORDS, Row, make_rows, write_small_run

from mt_eval.compare.chosen import choose_runs
from mt_eval.compare.contrast import Plan, compare_systems
from mt_eval.compare.evidence import Evidence
from mt_eval.compare.gather import gather_runs
from mt_eval.compare.labels import label_runs
from mt_eval.compare.select import find_run_named, select_runs
from mt_eval.errors import RunError
from mt_eval.runs.read import read_run
from mt_eval.types import Flag, Level

ROWS = make_rows(12, articles=3)


def gather(folders: Sequence[Path], **options: Any) -> Evidence:
    runs = select_runs([str(folder) for folder in folders])
    return gather_runs(runs, label_runs(runs), **options)


def change(rows: Sequence[Row], place: int, column: int, text: str) -> list[Row]:
    """The rows with one cell changed."""
    changed = [list(row) for row in rows]
    changed[place][column] = text
    return [(a, b, c, d) for a, b, c, d in changed]


# --- which runs, and their names


def test_folders_and_globs_are_expanded_once(tmp_path: Path) -> None:
    """A folder gives its runs by name, a glob what it matches; a run named twice counts once, hidden ones never."""
    for name in ("b", "a", "c"):
        write_small_run(tmp_path, name, ROWS)
    (tmp_path / "c").rename(tmp_path / ".c.partial")

    runs = select_runs([str(tmp_path / "b"), str(tmp_path), str(tmp_path / "[ab]")])

    assert [run.head.id for run in runs] == ["b", "a"]


def test_the_page_among_the_runs_is_none(tmp_path: Path) -> None:
    """A shell makes `runs/*` the runs and their README.md; any other file is an error, and so is the page alone."""
    folders = [write_small_run(tmp_path, name, ROWS) for name in ("a", "b")]
    page, other = tmp_path / "README.md", tmp_path / "notes.txt"
    page.write_text("What a run directory holds.", encoding="utf-8")
    other.write_text("Mine.", encoding="utf-8")

    runs = select_runs([str(page), *map(str, folders)])

    assert [run.head.id for run in runs] == ["a", "b"]
    for names in ([str(page)], [*map(str, folders), str(other)]):
        with pytest.raises(RunError, match="is a file, expected a run directory"):
            select_runs(names)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nothing", "there is no such folder; `mt-eval run` prints"),
        ("empty", "neither a run directory nor a folder that holds any"),
        ("x*", "no run directory matches"),
    ],
)
def test_what_is_no_run_is_named(name: str, message: str, tmp_path: Path) -> None:
    """A missing folder, a folder without runs and a pattern without matches."""
    (tmp_path / "empty").mkdir()

    with pytest.raises(RunError, match=message):
        select_runs([str(tmp_path / name)])


def test_where_keeps_runs_by_setting_and_by_option(tmp_path: Path) -> None:
    """Settings are given by their dotted names, options by their groups; all conditions must hold."""
    for beams in (1, 4, 8):
        write_small_run(tmp_path, f"beams{beams}", ROWS, config={"decoding": {"num_beams": beams}})
    write_small_run(tmp_path, "other", ROWS, head={"choices": {"model": "nllb"}})

    assert [run.head.id for run in select_runs([str(tmp_path)], ["decoding.num_beams=8"])] == ["beams8"]
    assert [run.head.id for run in select_runs([str(tmp_path)], ["model=demo", "decoding.num_beams=4"])] == ["beams4"]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("beams", "expected KEY=VALUE"),
        ("decoding.beams=4", "no run has a setting decoding.beams; did you mean decoding.num_beams?"),
        ("direction=ar-vi", "no run has this value, expected one of vi-ar"),
    ],
)
def test_conditions_that_keep_nothing_say_why(condition: str, message: str, tmp_path: Path) -> None:
    """Without an equals sign, with a misspelt setting, with a value no run has."""
    write_small_run(tmp_path, "a", ROWS)

    with pytest.raises(RunError, match=message.replace("?", r"\?")):
        select_runs([str(tmp_path)], [condition])


def test_runs_are_called_by_what_differs(tmp_path: Path) -> None:
    """The system where systems differ, the settings where they do; where data and results are kept says nothing."""
    same = {"head": {"system": {"label": "nllb", "kind": "nllb"}}}
    configs: list[dict[str, Any]] = [
        {"decoding": {"num_beams": 1}, "runs_dir": "x"},
        {"decoding": {"num_beams": 8}, "runs_dir": "y"},
    ]
    folders = [write_small_run(tmp_path, f"r{i}", ROWS, config=config, **same) for i, config in enumerate(configs)]

    assert gather(folders).systems == ("num_beams=1", "num_beams=8")
    folders.append(write_small_run(tmp_path, "marian", ROWS, config=configs[0]))
    assert gather(folders).systems == ("nllb num_beams=1", "nllb num_beams=8", "marian num_beams=1")


def test_translations_from_files_lose_what_their_names_share(tmp_path: Path) -> None:
    """`news.google` and `news.nllb` are called `google` and `nllb`."""
    folders = [
        write_small_run(tmp_path, name, ROWS, head={"system": {"label": name, "kind": "hypotheses"}})
        for name in ("news.google", "news.nllb")
    ]

    assert gather(folders).systems == ("google", "nllb")


def test_equal_names_are_told_apart_by_identity(tmp_path: Path) -> None:
    """Two runs that differ in nothing the names show carry the beginning of their identities."""
    system = {"head": {"system": {"label": "demo", "kind": "marian"}}}
    folders = [write_small_run(tmp_path, name, ROWS, **system) for name in ("x", "y")]
    runs = select_runs([str(folder) for folder in folders])

    assert label_runs(runs) == [f"demo ({run.head.identity[:8]})" for run in runs]


def test_two_adapters_of_one_name_are_told_apart_by_their_folders_alone(tmp_path: Path) -> None:
    """What the settings of other systems say of them is not in their labels."""
    models: dict[str, tuple[str, dict[str, Any]]] = {
        "x": ("marian-with-lora", {"name": "marian", "adapter": "x/lora"}),
        "y": ("marian-with-lora", {"name": "marian", "adapter": "y/lora"}),
        "t5": ("madlad", {"name": "madlad", "adapter": None, "language_by": "auto"}),
        "pivot": ("a+b", {"via": "en", "first": {"name": "a"}, "second": {"name": "b", "adapter": None}}),
    }
    for folder, (label, model) in models.items():
        system = {"label": label, "kind": "checkpoint", "identity": folder}
        write_small_run(tmp_path, folder, ROWS, head={"system": system}, config={"model": model})

    labels = label_runs(select_runs([str(tmp_path / folder) for folder in models]))

    assert labels == ["marian-with-lora adapter=x/lora", "marian-with-lora adapter=y/lora", "madlad", "a+b"]


def test_a_baseline_goes_by_folder_name_or_label(tmp_path: Path) -> None:
    """All three find it; a name nobody has lists the labels."""
    folders = [write_small_run(tmp_path, name, ROWS) for name in ("x", "y")]
    runs = select_runs([str(tmp_path)])

    assert [find_run_named(name, runs, ["one", "two"]) for name in (str(folders[1]), "y", "two")] == [1, 1, 1]
    with pytest.raises(RunError, match=r"baseline z: no run of those compared is called so, expected one of one, two"):
        find_run_named("z", runs, ["one", "two"])


# --- whether they can be compared


@pytest.mark.parametrize(
    ("rows", "difference"),
    [
        (ROWS[:8], r"data \(2 articles against 3\)"),
        (ROWS[:11], r"data \(the source text of article a2, 11 segments against 12\)"),
        (change(ROWS, 5, 1, "câu khác"), r"data \(the source text of article a1\)"),
        (change(ROWS, 5, 2, "غيرها"), r"reference \(the text of article a1\)"),
    ],
)
def test_other_texts_are_not_compared(rows: list[Row], difference: str, tmp_path: Path) -> None:
    """The message names both runs, and what differs in which article."""
    folders = [write_small_run(tmp_path, "one", ROWS), write_small_run(tmp_path, "two", rows)]

    with pytest.raises(
        RunError, match=rf"two cannot be compared with \S+one: they differ in {difference}; .*--intersect"
    ):
        gather(folders)


def rewrite_segments(folder: Path, rewrite: Any) -> None:
    file = folder / "segments.jsonl"
    records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    rewrite(records)
    file.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in records), encoding="utf-8")


def test_another_segmentation_is_named(tmp_path: Path) -> None:
    """The same words, cut into sentences elsewhere."""
    folders = [write_small_run(tmp_path, name, ROWS) for name in ("one", "two")]

    def cut(records: list[dict[str, Any]]) -> None:
        records[0]["source_segments"][0][3] -= 1

    rewrite_segments(folders[1], cut)

    with pytest.raises(RunError, match=r"differ in segmentation \(of the source: 12 segments against 12\)"):
        gather(folders)


def test_another_alignment_is_named(tmp_path: Path) -> None:
    """The same sentences, one of them beside the next reference."""
    folders = [write_small_run(tmp_path, name, ROWS) for name in ("one", "two")]

    def move(records: list[dict[str, Any]]) -> None:
        first, second = records[0], records[1]
        second["source"] = f"{first['source']} {second['source']}"
        second["source_segments"] = first["source_segments"] + second["source_segments"]
        first["source"], first["source_segments"], first["kind"] = "", [], "reference-only"

    rewrite_segments(folders[1], move)

    with pytest.raises(RunError, match=r"differ in alignment \(12 segment pairs against 12, or other ones\)"):
        gather(folders)


def test_another_direction_is_named(tmp_path: Path) -> None:
    """Runs of a sweep over directions are kept apart with --where."""
    folders = [write_small_run(tmp_path, "one", ROWS)]
    folders += [write_small_run(tmp_path, "two", ROWS, config={"direction": "ar-vi"})]

    with pytest.raises(
        RunError, match=r"differ in direction \(ar-vi against vi-ar\); keep one with --where direction=vi-ar"
    ):
        gather(folders)


@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [
        ("align:lines", "align:auto", r"alignment \(auto against lines\)"),
        ("version:2.6.0", "version:2.5.1", r"version of the scoring program \(2.5.1 against 2.6.0\)"),
        ("nw:2", "nw:1", r"nw \(1 against 2\)"),
    ],
)
def test_other_signatures_are_not_compared(before: str, after: str, difference: str, tmp_path: Path) -> None:
    """A score under another signature is another score; the message names the part that differs."""
    folders = [write_small_run(tmp_path, name, ROWS, metrics=["chrF++"]) for name in ("one", "two")]
    scores = folders[1] / "scores.json"
    text = scores.read_text()
    scores.write_text(text.replace(before, after))

    with pytest.raises(RunError, match=rf"their signatures of chrF\+\+ differ in {difference}"):
        gather(folders)


def test_profiles_are_metrics_of_their_own(tmp_path: Path) -> None:
    """A normalised score is never held against a raw one: a run without the profile lacks the metric."""
    folders = [write_small_run(tmp_path, name, ROWS, metrics=["chrF++"]) for name in ("one", "two")]
    scores = folders[1] / "scores.json"
    scores.write_text(scores.read_text().replace("norm:none", "norm:standard"))

    with pytest.raises(RunError, match=r"no metric in common at level segment, expected one at least"):
        gather(folders)


def test_a_metric_that_a_run_lacks_is_named(tmp_path: Path) -> None:
    """Asked for, it is an error that lists what there is; not asked for, it is left out with a note."""
    one = write_small_run(tmp_path, "one", ROWS, metrics=["chrF++", "TER"])
    two = write_small_run(tmp_path, "two", ROWS, metrics=["chrF++", "BLEU-13a"])

    with pytest.raises(
        RunError, match=r"--metric TER: \S+two has no such score at level segment, expected one of BLEU-13a, chrF"
    ):
        gather([one, two], metrics=["TER"])
    evidence = gather([one, two])
    assert [str(table.key) for table in evidence.tables] == ["chrF++"]
    assert evidence.notes == ("not compared, because some of the runs lack it: BLEU-13a, TER",)


def test_names_of_articles_do_not_count(tmp_path: Path) -> None:
    """The same texts under other names are the same data, as they are for a run's identity."""
    renamed = [(f"other-{article}", *rest) for article, *rest in ROWS]

    evidence = gather([write_small_run(tmp_path, "one", ROWS), write_small_run(tmp_path, "two", renamed)])

    assert len(evidence.ids) == 12


# --- what they say


def test_scores_are_those_of_the_runs(tmp_path: Path) -> None:
    """At both levels the score of a system is the number its run holds, to the last digit."""
    folders = [
        write_small_run(tmp_path, name, make_rows(12, articles=3, lost=lost)) for name, lost in (("x", 3), ("y", 5))
    ]

    for level in Level:
        found = compare_systems(gather(folders, level=level), Plan(samples=100))
        expected = [
            (label, score.metric, score.value)
            for metric in ("chrF++", "BLEU-13a")
            for label, folder in zip(found.systems, folders, strict=True)
            for score in read_run(folder).scores
            if score.metric == metric and score.level is level
        ]
        assert [(each.system, each.metric, each.value) for each in found.scores] == expected


def test_segments_without_a_reference_are_not_counted(tmp_path: Path) -> None:
    """They have no row, and texts of the other segments are still found."""
    rows = change(ROWS, 0, 2, "")

    evidence = gather([write_small_run(tmp_path, name, rows) for name in ("one", "two")])

    assert len(evidence.ids) == evidence.tables[0].rows.shape[1] == 11
    assert evidence.read_texts(1, [0, 10]) == [ROWS[1][3], ROWS[11][3]]


DOCUMENTS = [
    (f"d{n}", f"câu số {n} của bài", f"{WORDS[n]} {WORDS[n + 1]} {WORDS[n + 2]}", f"{WORDS[n]} {WORDS[n + 1]}")
    for n in range(4)
]
"""Articles of one segment each: article, source, reference, translation."""


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [((0, 1, 2), (2, 0, 1), 3), ((0, 1), (2, 1, 0), 2), ((1, 2, 3), (0, 3, 2, 1), 3), ((0, 2, 3), (3, 1, 0), 2)],
)
def test_whole_articles_are_paired_by_their_texts(
    first: tuple[int, ...], second: tuple[int, ...], shared: int, tmp_path: Path
) -> None:
    """Whatever their order, number and names in each run, equal translations of an article differ in nothing."""
    one = write_small_run(tmp_path, "one", [DOCUMENTS[n] for n in first])
    two = write_small_run(tmp_path, "two", [(f"other{n}", *DOCUMENTS[n][1:]) for n in second])

    evidence = gather([one, two], level=Level.ARTICLE, intersect=True)

    assert len(evidence.ids) == shared
    for table in evidence.tables:
        assert table.rows[0].tolist() == table.rows[1].tolist()


def test_intersection_keeps_common_segments_and_says_so(tmp_path: Path) -> None:
    """Segments with the same two texts, once each, whatever their order; statistics go with them."""
    rows = [*ROWS[6:], ROWS[2], ROWS[2]]
    folders = [write_small_run(tmp_path, "one", ROWS), write_small_run(tmp_path, "two", rows)]

    evidence = gather(folders, intersect=True, metrics=["chrF++"])

    assert evidence.ids == ("a0:2", *(f"a{1 + (i > 7)}:{i}" for i in range(6, 12)))
    assert evidence.tables[0].rows[0].tolist() == evidence.tables[0].rows[1].tolist()
    assert evidence.read_texts(1, [0, 1]) == [ROWS[2][3], ROWS[6][3]]
    assert evidence.notes == (
        "compared on the 7 segments with the same source and reference that all runs share (one has 12, two has 8): "
        "scores are of these alone",
    )


def test_nothing_in_common_is_an_error(tmp_path: Path) -> None:
    """An intersection of no segments cannot be scored."""
    folders = [write_small_run(tmp_path, "one", ROWS[:4]), write_small_run(tmp_path, "two", ROWS[4:])]

    with pytest.raises(RunError, match="the runs share no segment with the same source and reference text"):
        gather(folders, intersect=True)


def test_metrics_from_outside_go_by_their_segment_scores(tmp_path: Path) -> None:
    """Their score is the mean over segments, resampled like any other; lower is better where the signature says so."""
    values = {"one": [1.5 + i for i in range(12)], "two": [1.0 + i for i in range(12)]}
    folders = [write_small_run(tmp_path, name, ROWS, outside={"MetricX": values[name]}) for name in values]

    evidence = gather(folders, metrics=["MetricX"])
    found = compare_systems(evidence, Plan(samples=200))

    assert evidence.tables[0].metric.score(evidence.tables[0].rows[0]).tolist() == pytest.approx(values["one"])
    assert [score.value for score in found.scores] == [7.0, 6.5]
    (comparison,) = found.comparisons
    assert (comparison.delta, comparison.low, comparison.high) == (-0.5, pytest.approx(-0.5), pytest.approx(-0.5))
    assert comparison.verdict == "better"


def test_speed_is_compared_on_one_device_only(tmp_path: Path) -> None:
    """Two legs add up their seconds a sentence; another device brings a note instead of speeds."""

    def decoded(device: str, seconds: float) -> dict[str, Any]:
        leg = {
            "device": "cpu", "device_name": device, "threads": 2, "decode_seconds": seconds, "segments_decoded": 10,
            "decoded_tokens_out": 120, "peak_memory_mb": 900.0,
        }  # fmt: skip
        return {"translation": {"legs": [leg, leg]}}

    fast = write_small_run(tmp_path, "fast", ROWS, head=decoded("EPYC", 5.0))
    slow = write_small_run(tmp_path, "slow", ROWS, head=decoded("EPYC", 20.0))
    elsewhere = write_small_run(tmp_path, "elsewhere", ROWS, head=decoded("Xeon", 5.0))

    speeds = gather([fast, slow]).speeds
    assert [each and (each.segments_per_second, each.tokens_per_second) for each in speeds] == [
        (1.0, 24.0),
        (0.25, 6.0),
    ]
    apart = gather([fast, elsewhere])
    assert apart.speeds == ()
    assert apart.notes == (
        "decoding speeds are not compared, because devices differ (fast: EPYC cpu, 2 threads; "
        "elsewhere: Xeon cpu, 2 threads)",
    )


def test_statistics_that_do_not_fit_are_damage(tmp_path: Path) -> None:
    """A run whose statistics have fewer rows than its segments is not compared by guess."""
    folders = [write_small_run(tmp_path, name, ROWS) for name in ("one", "two")]
    with np.load(folders[1] / "statistics.npz") as arrays:
        kept = {name: arrays[name][:-1] for name in arrays.files}
    np.savez(folders[1] / "statistics.npz", **kept)

    with pytest.raises(
        RunError, match=r"two: the run directory is damaged \(chrF\+\+.segment has 11 rows of statistics, expected 12"
    ):
        gather(folders)


def test_runs_of_an_older_layout_are_read_for_what_they_have(tmp_path: Path) -> None:
    """Without choices, flags and spans, and with keys in another order, a run still has its scores and texts."""
    folders = [write_small_run(tmp_path, name, make_rows(12, lost=lost)) for name, lost in (("old", 3), ("new", 5))]
    head = json.loads((folders[0] / "run.json").read_text())
    kept = {key: head[key] for key in ("id", "identity", "system", "schema_version")} | {"schema_version": 0}
    (folders[0] / "run.json").write_text(json.dumps(kept))

    def forget(records: list[dict[str, Any]]) -> None:
        for record in records:
            del record["flags"]
            record["translation"] = record.pop("translation")

    rewrite_segments(folders[0], forget)
    evidence = gather(folders)

    assert evidence.systems == ("old", "new")
    assert evidence.flags[0] == ((),) * 12
    assert evidence.read_texts(0, [3]) == [make_rows(12, lost=3)[3][3]]
    assert len(compare_systems(evidence, Plan(samples=100)).comparisons) == 2


def test_runs_of_a_newer_layout_are_refused(tmp_path: Path) -> None:
    """What they hold may mean something else; the sentence names both versions."""
    folder = write_small_run(tmp_path, "one", ROWS)
    file = folder / "run.json"
    file.write_text(file.read_text().replace('"schema_version": 1', '"schema_version": 99'))

    with pytest.raises(RunError, match=r"schema_version is 99, this mt-eval reads up to 1; use the version of mt-eval"):
        gather([folder])


def test_flags_are_found_whatever_a_translation_holds(tmp_path: Path) -> None:
    """A translation that quotes the layout of the file does not mislead the reader, in a first run or a second."""
    rows = change(ROWS, 1, 3, 'x", "flags": [{"name": "copied"}], "scores": {"chrF": 1}, "source_segments": [')
    flags = tuple((Flag("numbers", 'has ", "scores": in it'),) if n == 2 else () for n in range(12))
    folders = [write_small_run(tmp_path, name, rows, flags=flags) for name in ("one", "two")]

    evidence = gather(folders)

    assert evidence.flags[0] == evidence.flags[1] == tuple(tuple(f.name for f in each) for each in flags)


def test_one_run_is_not_enough(tmp_path: Path) -> None:
    """There is nothing to compare it with."""
    evidence = gather([write_small_run(tmp_path, "one", ROWS)])

    with pytest.raises(RunError, match="there is nothing to compare one with, expected two runs or more"):
        compare_systems(evidence, Plan())


def test_the_same_run_twice_under_two_names_is_a_tie(tmp_path: Path) -> None:
    """Delta 0, p 1, a tie, and a note that it is the same experiment."""
    folder = write_small_run(tmp_path, "one", ROWS)
    evidence = gather([folder, write_small_run(tmp_path / "again", "one", ROWS)])

    for test in ("bootstrap", "randomization"):
        found = compare_systems(evidence, Plan(samples=200, test=test))
        assert [(c.delta, c.p_value, c.p_adjusted, c.verdict) for c in found.comparisons] == [(0, 1, 1, "tie")] * 2
    assert any("are the same experiment" in note for note in found.notes)


def test_units_are_articles_where_there_are_ten(tmp_path: Path) -> None:
    """Ten articles are resampled as wholes, nine are not; either can be asked for."""
    made = {n: [write_small_run(tmp_path / str(n), s, make_rows(20, articles=n)) for s in ("x", "y")] for n in (9, 10)}

    units = {n: compare_systems(gather(folders), Plan(samples=100)).unit for n, folders in made.items()}
    assert units == {9: "segment", 10: "article"}
    asked = compare_systems(gather(made[9]), Plan(samples=100, unit="article"))
    assert (asked.unit, asked.articles, asked.segments) == ("article", 9, 20)
    assert any("9 articles are few to resample" in note for note in asked.notes)
    one = gather([write_small_run(tmp_path / "1", s, make_rows(20)) for s in ("x", "y")])
    with pytest.raises(RunError, match=r"only one article to resample, expected two or more.*--unit segment"):
        compare_systems(one, Plan(unit="article"))
    with pytest.raises(RunError, match=r"only one article to resample.*give --level segment --unit segment"):
        compare_systems(replace(one, level=Level.ARTICLE), Plan())


@pytest.mark.parametrize("test", ["bootstrap", "randomization"])
def test_few_resamples_do_not_hide_a_large_difference(test: str, tmp_path: Path) -> None:
    """Adjusted for 12 tests, a difference of many standard errors is still shown by 100 resamples."""
    rows = [make_rows(60, lost=lost) for lost in (2, 3, 4, 12)]
    evidence = gather([write_small_run(tmp_path, f"s{i}", each) for i, each in enumerate(rows)])

    found = compare_systems(evidence, Plan(samples=100, all_pairs=True, test=test))

    far = [each for each in found.comparisons if (each.baseline, each.candidate) == ("s0", "s3")]
    assert [each.verdict for each in far] == ["better", "better"]
    assert all(1e-9 <= each.p_value <= 11 / 101 for each in far)


def test_verdicts_do_not_depend_on_the_order_of_runs(tmp_path: Path) -> None:
    """Every pair has the same delta, interval and p value whichever way the runs are named; signs turn."""
    folders = [write_small_run(tmp_path, f"s{lost}", make_rows(14, lost=lost)) for lost in (2, 3, 5)]
    plan = Plan(samples=300, all_pairs=True)

    there = compare_systems(gather(folders, metrics=["chrF++"]), plan)
    back = compare_systems(gather(folders[::-1], metrics=["chrF++"]), plan)

    turned = {(c.candidate, c.baseline): c for c in back.comparisons}
    for each in there.comparisons:
        other = turned[each.baseline, each.candidate]
        assert (each.delta, each.low, each.high) == pytest.approx((-other.delta, -other.high, -other.low))
        assert (each.p_value, each.p_adjusted, each.detectable) == pytest.approx(
            (other.p_value, other.p_adjusted, other.detectable)
        )
    assert there.groups == back.groups


def test_details_add_up(tmp_path: Path) -> None:
    """Buckets of a kind hold every segment once; a part that is all of the difference has all of its share."""
    rows = make_rows(12, articles=3)
    better = [*rows[:4], *[(a, s, r, r) for a, s, r, _ in rows[4:8]], *rows[8:]]
    evidence = gather([write_small_run(tmp_path, "one", rows), write_small_run(tmp_path, "two", better)])

    found = compare_systems(replace(evidence, flags=()), Plan(samples=100))

    (details,) = found.details
    articles = [part for part in details.parts if part.kind == "article"]
    assert [(part.name, part.segments) for part in articles] == [("a0", 4), ("a1", 4), ("a2", 4)]
    assert [part.share for part in articles] == pytest.approx([0, found.comparisons[0].delta, 0], abs=1e-9)
    assert articles[1].candidate == 100
    assert sum(part.segments for part in details.parts if part.kind == "source length") == 12
    assert details.worse == ()
    assert {segment.id for segment in details.better} <= {f"a1:{i}" for i in range(4, 8)}
    assert all(segment.texts[1] == segment.reference for segment in details.better)


# --- names that were given


def test_a_run_is_called_as_it_was_told(tmp_path: Path) -> None:
    """A name is given by folder, by the folder's name, or by the present label; the others keep theirs."""
    folders = [write_small_run(tmp_path, name, ROWS) for name in ("a", "b", "c")]
    given = {str(folders[0]): "first", "b": "second"}

    chosen = choose_runs([str(folder) for folder in folders], names=given, baseline="second")

    assert chosen.evidence.systems[:2] == ("first", "second")
    assert chosen.evidence.systems[2] not in ("first", "second")


@pytest.mark.parametrize(
    ("given", "said"),
    [({"z": "new"}, "no run of those compared"), ({"a": "same", "b": "same"}, "two systems"), ({"a": " "}, "empty")],
)
def test_a_name_that_fits_no_run_is_an_error(tmp_path: Path, given: dict[str, str], said: str) -> None:
    """The message says which name, and what was expected."""
    folders = [write_small_run(tmp_path, name, ROWS) for name in ("a", "b")]

    with pytest.raises(RunError, match=said):
        choose_runs([str(folder) for folder in folders], names=given)


def test_what_was_translated_elsewhere_has_no_decoding_in_its_name(tmp_path: Path) -> None:
    """Beams and units differ between models; a file of translations heeds neither, and is called by its name."""
    for name, kind, beams in (("demo1", "marian", 1), ("demo4", "marian", 4), ("file", "articles", 4)):
        config = {"decoding": {"num_beams": beams}}
        head = {"system": {"label": name[:4], "kind": kind}}
        write_small_run(tmp_path, name, ROWS, config=config, head=head)

    labels = label_runs(select_runs([str(tmp_path / name) for name in ("demo1", "demo4", "file")]))

    assert labels == ["demo num_beams=1", "demo num_beams=4", "file"]


def test_names_that_all_runs_were_given_are_their_labels(tmp_path: Path) -> None:
    """Nothing is added to them where they differ; where they do not, settings tell the runs apart."""
    for folder, name, beams in (("a", "first", 1), ("b", "second", 4), ("c", "first", 4)):
        write_small_run(tmp_path, folder, ROWS, config={"name": name, "decoding": {"num_beams": beams}})

    two, three = (label_runs(select_runs([str(tmp_path / name) for name in names])) for names in ("ab", "abc"))

    assert two == ["first", "second"]
    assert three == ["first num_beams=1", "second num_beams=4", "first num_beams=4"]


def test_a_score_that_is_null_everywhere_is_no_unknown_setting(tmp_path: Path) -> None:
    """Without a reference chrF++ is null: a condition on it says so, and does not ask whether chrF++ was meant."""
    write_small_run(tmp_path, "a", [("a", "câu", "", "قال")])

    with pytest.raises(RunError, match=r"chrF\+\+ is null in all of these runs"):
        select_runs([str(tmp_path)], ["chrF++>40"])
