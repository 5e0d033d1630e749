"""The page as text: the question and its answer, places of plots, tables of facts, and the data of the browser."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_runs import Row, make_rows, write_small_run

from mt_eval.cli.main import main
from mt_eval.compare.result import Comparisons, Group, MetricFacts, Speed, SystemScore
from mt_eval.report.html.articles import MOST_ARTICLES, ArticleScores, tabulate_articles
from mt_eval.report.html.facts import list_provenance, list_settings
from mt_eval.report.html.page import render_run_page
from mt_eval.report.html.picture import draw_picture
from mt_eval.report.html.scale import Scale, fit_scale
from mt_eval.report.html.segments import encode_json, encode_segments
from mt_eval.report.html.speed import draw_speeds
from mt_eval.report.html.verdict import judge_comparison, judge_run
from mt_eval.runs.read import read_run
from mt_eval.types import Comparison, Flag, Run


def compare(deltas: dict[str, tuple[float, str]], **changes: Any) -> Comparisons:
    """A comparison of a baseline at 50 points of chrF with candidates: their deltas and verdicts."""
    systems = ("base", *deltas)
    scores = [SystemScore("base", "chrF", 50.0, 49.0, 51.0)]
    scores += [SystemScore(name, "chrF", 50 + delta, 49 + delta, 51 + delta) for name, (delta, _) in deltas.items()]
    made = Comparisons(
        systems=systems,
        metrics=(MetricFacts("chrF", "nc:6|level:segment|norm:none", False, 0.54, True),),
        scores=tuple(scores),
        comparisons=tuple(
            Comparison("chrF", "base", name, delta, delta - 1, delta + 1, 0.01, 0.02, verdict, detectable=0.9)
            for name, (delta, verdict) in deltas.items()
        ),
        groups=(),
        details=(),
        speeds=(),
        contexts=(),
        tests=len(deltas),
        languages=("vi", "ar"),
        level="segment",  # type: ignore[arg-type]
        segments=100,
        articles=10,
        unit="article",
        test="bootstrap",
        samples=1000,
        seed=1,
        notes=(),
    )
    return replace(made, **changes)


# --- the verdict


@pytest.mark.parametrize(
    ("verdict", "answer", "words"),
    [
        ("better", "Yes", "a difference of +2.00 (95% interval +1.00 to +3.00, adjusted p 0.020)"),
        ("worse", "No, worse", "cand has chrF 52.0 and base 50.0"),
        ("tie", "A tie", "The whole interval lies within 0.54 points"),
        (
            "cannot tell",
            "Cannot tell",
            "It may be chance: these data show differences from 0.90 on; about 250 articles",
        ),
    ],
)
def test_two_systems_make_a_question_of_yes_and_no(verdict: str, answer: str, words: str) -> None:
    """The answer is the comparison's verdict, and its numbers are the comparison's."""
    result = compare({"cand": (2.0, verdict)})
    result = replace(result, comparisons=(replace(result.comparisons[0], units_needed=250),))

    found = judge_comparison(result)

    assert found.question == "Does cand translate Vietnamese to Arabic better than base?"
    assert found.answer == answer
    assert words in " ".join(found.sentences)


def test_several_systems_are_sorted_by_what_is_known_of_them() -> None:
    """The better ones are the answer; every candidate is named with its delta, and other metrics that disagree."""
    result = compare({"a": (2.0, "better"), "b": (0.1, "cannot tell"), "c": (-4.0, "worse"), "d": (3.0, "better")})
    other = tuple(replace(each, metric="TER", verdict="worse") for each in result.comparisons)
    result = replace(result, comparisons=result.comparisons + other, metrics=(*result.metrics, result.metrics[0]))

    found = judge_comparison(result)

    assert (found.question, found.answer) == (
        "Which of 4 systems translate Vietnamese to Arabic better than base?",
        "d and a",
    )
    assert found.sentences[:3] == (
        "By chrF, d (+3.00) and a (+2.00) are better than base.",
        "b (+0.10) is not told apart from base by these data.",
        "c (-4.00) is worse than base.",
    )
    assert "Other metrics say otherwise of a: worse by TER." in found.sentences


@pytest.mark.parametrize(("verdict", "answer"), [("cannot tell", "None is shown to be"), ("tie", "None")])
def test_no_better_system_is_no_proof_of_the_opposite(verdict: str, answer: str) -> None:
    """What cannot be told is not called worse."""
    assert judge_comparison(compare({"a": (0.1, verdict), "b": (-4.0, "worse")})).answer == answer


@pytest.mark.parametrize(
    ("groups", "answer"),
    [([("a",), ("base",)], "a"), ([("a", "base")], "a, but not alone")],
)
def test_all_pairs_ask_for_the_best(groups: list[tuple[str, ...]], answer: str) -> None:
    """The best score, unless another system is in its group."""
    result = compare({"a": (2.0, "better")}, groups=tuple(Group("chrF", names) for names in groups))

    found = judge_comparison(result)

    assert found.question == "Which of 2 systems translates Vietnamese to Arabic best?"
    assert found.answer == answer


# --- the picture


def test_the_picture_answers_in_plain_words() -> None:
    """Which are better, as good and worse, and of which it is not sure; the best system stands first."""
    deltas = {
        "a": (2.0, "better"),
        "b": (0.1, "cannot tell"),
        "c": (-4.0, "worse"),
        "d": (3.0, "better"),
        "e": (0.2, "tie"),
    }

    found = draw_picture(compare(deltas))

    assert found.sentences == (
        "d and a are better than base, and that is sure.",
        "e is as good as base: what difference there can be is too small to notice.",
        "Whether b is better or worse than base is not sure: its bar crosses the line.",
        "c is worse than base, and that is sure.",
    )
    assert [mark.system for mark in found.marks] == ["d", "a", "e", "b", "c"]
    assert all(mark.low < mark.at < mark.high for mark in found.marks)
    assert found.marks[0].at > (found.zero or 0) > found.marks[-1].at
    assert found.ends == ("worse", "better")
    assert "5 comparisons counted" in found.reading
    assert "other articles" not in found.reading


def test_a_picture_of_few_articles_promises_nothing_of_others() -> None:
    """What is sure of sentences is not sure of articles; of a metric that falls, the better end is on the left."""
    result = compare({"a": (-2.0, "better")}, unit="segment", articles=1)
    result = replace(result, metrics=(replace(result.metrics[0], lower_is_better=True),))

    found = draw_picture(result)

    assert "of 1 article; other articles may differ" in found.reading
    assert found.ends == ("better", "worse")


def test_systems_that_do_the_same_are_no_small_difference() -> None:
    """Where nothing differs, nobody is told that a difference is hard to notice."""
    result = compare({"a": (0.0, "tie")})
    metric = replace(result.metrics[0], margin=0.0)
    result = replace(result, metrics=(metric,), comparisons=(replace(result.comparisons[0], low=0.0, high=0.0),))

    assert draw_picture(result).sentences == ("a is as good as base: no difference was found.",)
    assert "There is no difference at all." in judge_comparison(result).sentences


def test_a_picture_of_many_systems_shows_both_ends() -> None:
    """The best and the worst are drawn, and it says how many are not; a sentence names a few."""
    found = draw_picture(compare({f"s{n}": (float(n), "better") for n in range(1, 31)}))

    assert [mark.system for mark in found.marks] == [f"s{n}" for n in (*range(30, 22, -1), *range(8, 0, -1))]
    assert found.hidden == 14
    assert found.sentences == ("s30, s29, s28 and 27 others are better than base, and that is sure.",)


@pytest.mark.parametrize(
    ("groups", "sentence"),
    [
        ([("a",), ("base",)], "a is better than every other system, and that is sure."),
        ([("a", "base")], "a comes first, but it is not sure that it is better than base."),
    ],
)
def test_the_picture_of_all_pairs_is_one_of_scores(groups: list[tuple[str, ...]], sentence: str) -> None:
    """Best first, with the groups that tell who is like whom."""
    found = draw_picture(compare({"a": (2.0, "better")}, groups=tuple(Group("chrF", names) for names in groups)))

    assert found.sentences == (sentence,)
    assert [mark.system for mark in found.marks] == ["a", "base"]
    assert found.zero is None


# --- one run


def test_one_run_is_told_by_its_scores_and_flags(tmp_path: Path) -> None:
    """Scores and counts are those of the run."""
    flags = [(Flag("numbers", "x"),), (Flag("numbers", "x"), Flag("length", "y")), *[()] * 4]
    run = read_run(write_small_run(tmp_path, "demo", make_rows(6, articles=2), flags=flags))

    found = judge_run(run)

    value = run.scores[0].value
    assert found.question == "How well does demo translate Vietnamese to Arabic?"
    assert found.answer == f"chrF++ {value:.1f}"
    assert "over 6 segments of 2 articles" in found.sentences[0]
    assert found.sentences[1] == "2 of 6 translations look wrong without a reference: numbers 2, length 1."


# --- plots


@given(st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=1))
def test_an_axis_holds_its_values_in_their_order(values: list[float]) -> None:
    """Every value has a place from 0 to 100, larger ones further on; ticks are on the axis and stand for themselves."""
    scale = fit_scale(values)

    places = [scale.place(value) for value in sorted(values)]
    ticks = scale.list_ticks()
    assert places == sorted(places)
    assert all(0 <= place <= 100 for place in places)
    assert 2 <= len(ticks) <= 7
    for tick in ticks:
        assert -0.01 <= tick.at <= 100.01
        assert scale.place(float(tick.label)) == pytest.approx(tick.at, abs=0.01)


def test_ticks_are_round() -> None:
    """As a person would choose them."""
    assert [tick.label for tick in Scale(0, 100).list_ticks()] == ["0", "20", "40", "60", "80", "100"]
    assert [tick.label for tick in Scale(-0.009, 0.02).list_ticks()] == [
        "-0.005", "0.000", "0.005", "0.010", "0.015", "0.020",
    ]  # fmt: skip


def test_articles_are_sorted_by_loss_and_shaded_by_gain() -> None:
    """The last system's largest loss first; shades are quarters of the largest difference, better is more."""
    scores = [
        ArticleScores("up", 3, (40.0, 48.0)),
        ArticleScores("down", 2, (40.0, 36.0)),
        ArticleScores("none", 1, (None, None)),
    ]

    table = tabulate_articles(scores, "chrF")
    errors = tabulate_articles(scores, "TER", lower_is_better=True)

    assert table is not None
    assert errors is not None
    assert [(row.scores.name, row.shades) for row in table.rows] == [("down", (0, -2)), ("up", (0, 4))]
    assert [(row.scores.name, row.shades) for row in errors.rows] == [("up", (0, -4)), ("down", (0, 2))]


def test_few_or_many_articles() -> None:
    """One is no table; of too many the ends of the order are shown, and it is said how many there are."""
    many = [ArticleScores(str(n), 1, (0.0, float(n))) for n in range(MOST_ARTICLES + 50)]

    table = tabulate_articles(many, "chrF")

    assert tabulate_articles(many[:1], "chrF") is None
    assert table is not None
    assert (table.total, len(table.rows)) == (MOST_ARTICLES + 50, MOST_ARTICLES)
    assert [table.rows[0].scores.name, table.rows[-1].scores.name] == ["0", str(MOST_ARTICLES + 49)]


def test_speeds_are_drawn_where_two_are_known() -> None:
    """A tenfold speed is as far on a logarithmic axis everywhere; labels of neighbours stand apart."""
    speeds = [Speed("cpu", rate, 10.0, 100.0) for rate in (1.0, 10.0, 100.0)]
    result = compare({"a": (0.01, "tie"), "b": (5.0, "better")}, speeds=tuple(speeds))

    plot = draw_speeds(result)

    assert plot is not None
    base, first, second = plot.dots
    assert first.x - base.x == pytest.approx(second.x - first.x, abs=0.02)
    assert second.y < first.y <= base.y
    assert abs(base.label_y - first.label_y) >= 6.9
    assert draw_speeds(replace(result, speeds=(speeds[0], None, None))) is None


# --- facts


def test_settings_that_differ_come_first(tmp_path: Path) -> None:
    """Dotted, as they are typed; a setting that one run lacks differs."""
    runs = [
        read_run(write_small_run(tmp_path, str(beams), make_rows(2), config={"decoding": {"num_beams": beams}, **more}))
        for beams, more in ((1, {}), (8, {"new": None}))
    ]

    facts = list_settings(runs)

    assert [(fact.key, fact.values) for fact in facts if fact.differs] == [
        ("decoding.num_beams", ("1", "8")),
        ("new", ("", "null")),
    ]
    assert [fact.differs for fact in facts] == sorted((fact.differs for fact in facts), reverse=True)


def test_provenance_is_flat_and_hashes_stand_together(tmp_path: Path) -> None:
    """Legs are counted from 1, files with their hashes are one fact, and of cleaning only counts are told."""
    made = {
        "system": {"label": "x", "legs": [{"files": {"a.bin": "12", "b.json": "34"}}]},
        "cleaning": {"000": [{"step": "x"}, {"step": "y"}]},
        "notes": ["elsewhere"],
    }
    facts = {
        fact.key: fact.values[0]
        for fact in list_provenance([read_run(write_small_run(tmp_path, "r", make_rows(2), head=made))])
    }

    assert facts["system.legs.1.files"] == "a.bin 12\nb.json 34"
    assert facts["cleaning.000"] == "2 changes"
    assert "notes" not in facts


# --- the data of the browser


def decode(runs: Sequence[Run], **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(encode_segments(runs, [run.id for run in runs], **options).json)
    return found


def test_segments_are_those_of_the_runs(tmp_path: Path) -> None:
    """Texts as they are, scores to the decimal that is shown, flags by segment, languages with their direction."""
    rows = make_rows(6, articles=2)
    flags = [(), (Flag("numbers", "5 missing"),), *[()] * 4]
    runs = [
        read_run(write_small_run(tmp_path, "one", rows, flags=flags)),
        read_run(write_small_run(tmp_path, "two", make_rows(6, articles=2, lost=3), metrics=["chrF++"])),
    ]

    data = decode(runs)

    assert data["sources"] == [row[1] for row in rows]
    assert data["systems"][1]["translations"] == [each and each.text for each in runs[1].translations]
    assert [metric["name"] for metric in data["metrics"]] == ["chrF++"]
    assert data["systems"][0]["scores"] == [[round(value or 0, 1) for value in runs[0].segment_scores["chrF++"]]]
    assert data["systems"][0]["flags"] == {"1": [[0, "5 missing"]]}
    assert [data["articles"][number] for number in data["article"]] == ["a0"] * 3 + ["a1"] * 3
    assert (data["source"]["dir"], data["target"]["dir"]) == ("ltr", "rtl")


def test_only_shared_segments_are_shown_by_text(tmp_path: Path) -> None:
    """Under --intersect runs may have other segments in another order; equal texts are paired one to one."""
    rows: list[Row] = [("a", "x", "y", "t1"), ("a", "x", "y", "t2"), ("a", "u", "v", "t3"), ("a", "own", "z", "t4")]
    one = read_run(write_small_run(tmp_path, "one", rows))
    two = read_run(
        write_small_run(tmp_path, "two", [("b", "u", "v", "s3"), ("b", "x", "y", "s1"), ("b", "x", "y", "s2")])
    )

    data = decode([one, two])

    assert data["sources"] == ["x", "x", "u"]
    assert [system["translations"] for system in data["systems"]] == [["t1", "t2", "t3"], ["s1", "s2", "s3"]]


def test_of_too_much_text_the_worst_is_kept(tmp_path: Path) -> None:
    """By the first metric, in the order of the data, and the page says how many there are."""
    run = read_run(write_small_run(tmp_path, "r", make_rows(40)))
    size = sum(len(text.encode()) for pair in run.pairs for text in (pair.source_text, pair.reference_text))

    browser = encode_segments([run], ["r"], most_bytes=size // 2)
    ids = json.loads(browser.json)["ids"]

    scores = run.segment_scores["chrF++"]
    worst = sorted(range(40), key=lambda place: scores[place] or 0.0)[: len(ids)]
    assert 0 < len(ids) < 40
    assert ids == [run.pairs[place].id for place in sorted(worst)]
    assert (browser.shown, browser.total) == (len(ids), 40)
    assert f"{len(ids)} of 40 segments are in this page" in render_run_page(run, most_bytes=size // 2)


@given(st.text())
def test_no_text_ends_a_script_element(text: str) -> None:
    """Neither a tag nor a comment can begin, and JSON gives the text back."""
    encoded = encode_json({"text": text})

    assert not re.search("[<>&\u2028\u2029]", encoded)
    assert json.loads(encoded) == {"text": text}


# --- the command


def test_a_run_gets_its_page_in_its_directory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The page is named, is whole, and made again it is the same to the byte."""
    folder = write_small_run(tmp_path, "r", make_rows(5))
    status = main(["report", str(folder)])
    first = (folder / "report.html").read_bytes()

    again = main(["report", str(folder), "--json"])

    said = capsys.readouterr().out.splitlines()
    assert (status, again) == (0, 0)
    assert said[0] == f"report: {folder / 'report.html'}"
    assert json.loads(said[1]) == {"report": str(folder / "report.html"), "bytes": len(first), "runs": [str(folder)]}
    assert (folder / "report.html").read_bytes() == first
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


def test_the_page_has_the_numbers_of_compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Deltas and p values are those that `mt-eval compare` gives for the same runs."""
    folders = [str(write_small_run(tmp_path, f"s{lost}", make_rows(30, articles=12, lost=lost))) for lost in (3, 5)]
    options = ["--samples", "500", "--baseline", "s5"]
    main(["compare", *folders, *options, "--json"])
    compared = json.loads(capsys.readouterr().out)

    main(["report", *folders, *options, "-o", str(tmp_path / "x.html")])

    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert "Does s3 translate Vietnamese to Arabic better than s5?" in page
    for each in compared["comparisons"]:
        assert f"{each['delta']:+.1f}" in page or f"{each['delta']:+.2f}" in page


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--samples", "10"], "samples=10 is not possible: expected 100 or more"),
        (["-o", "missing/x.html"], "missing/x.html: cannot be written (no such file or directory)"),
        (["nothing"], "nothing: there is no such folder"),
    ],
)
def test_what_cannot_be_reported_is_said(
    words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence and status 1."""
    monkeypatch.chdir(tmp_path)
    write_small_run(tmp_path, "r", make_rows(2))

    assert main(["report", "r", *words]) == 1
    assert message in capsys.readouterr().err


def test_a_page_that_cannot_be_made_costs_no_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The run is whole without it, and it is said; `report=false` makes none and says nothing."""
    monkeypatch.chdir(tmp_path)
    for lang, text in (("vi", "Xin chào"), ("ar", "مرحبا")):
        (tmp_path / f"x.{lang}").write_text(f"{text}\n", encoding="utf-8")
    words = [
        "run",
        "data=lines",
        "data.source_path=x.vi",
        "data.reference_path=x.ar",
        "model=copy",
        "metrics.samples=0",
    ]

    def fail(run: Run) -> str:
        raise ValueError("broken")

    monkeypatch.setattr("mt_eval.report.html.page.render_run_page", fail)
    status = main(words)
    said = capsys.readouterr()
    (made,) = Path("runs").glob("lines-*")
    assert status == 0
    assert "report.html could not be made (ValueError: broken)" in said.err
    assert "report:" not in said.out
    assert not (made / "report.html").exists()
    assert read_run(made).scores

    assert main([*words, "report=false", "force=true"]) == 0
    assert "report.html" not in capsys.readouterr().err


# --- the glossary

FLAG = Flag("numbers", "1 is missing")


@pytest.mark.parametrize(
    "words", [["first"], ["first", "second"], ["first", "second", "--all-pairs"], ["first-alone", "second-alone"]]
)
def test_every_word_that_is_linked_is_explained(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And has a meaning, once each; of one run, of two, and of all pairs."""
    monkeypatch.chdir(tmp_path)
    for name, lost in (("first", 3), ("second", 4)):
        write_small_run(tmp_path, name, make_rows(12, articles=3, lost=lost), outside={"COMET": [0.5] * 12})
        alone = [(*row[:2], "", row[3]) for row in make_rows(12, articles=3, lost=lost)]
        write_small_run(tmp_path, f"{name}-alone", alone, flags=[(FLAG,)] * lost + [()] * (12 - lost))

    assert main(["report", *words, "-o", "x.html", "--samples", "100"]) == 0

    page = Path("x.html").read_text(encoding="utf-8")
    linked = set(re.findall(r'href="#(word-[^"]+)"', page))
    explained = re.findall(r'<dt id="(word-[^"]+)">[^<]+</dt><dd>[^<]+</dd>', page)
    first = "word-metric-flagged:any" if "first-alone" in words else "word-metric-chrF++"
    assert {first, "word-segment", "word-left-out"} <= linked <= set(explained)
    assert len(set(explained)) == len(explained)
    assert page.count("A metric from outside") == (first == "word-metric-chrF++")
