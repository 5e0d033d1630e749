"""Runs that chose their translations by a metric: it warns, gives no verdict, and lets nothing pass or fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_runs import make_rows, write_small_run

import mt_eval
from mt_eval.cli.main import main
from mt_eval.compare.labels import label_runs
from mt_eval.errors import ConfigError
from mt_eval.metrics import METRICS, are_kin
from mt_eval.report.html.page import render_run_page
from mt_eval.report.html.picture import draw_picture
from mt_eval.report.html.verdict import judge_comparison, judge_run
from mt_eval.runs.columns import read_columns
from mt_eval.runs.read import read_run
from mt_eval.sweep.compose import Composer
from mt_eval.sweep.watch import SILENT

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A run over 24 segments that loses every `lost`-th word, and chose by `utility` if one is given."""

    def make(name: str, lost: int, utility: str | None = None, **config: Any) -> Path:
        legs = [{"name": name, "choice": {"utility": utility, "n_best": 1, "seed": 0}}] if utility else []
        return write_small_run(
            tmp_path,
            name,
            make_rows(24, articles=3, lost=lost),
            head={"system": {"label": "demo", "kind": "marian", "legs": legs}},
            config=config or {"name": name},
        )

    return make


def test_chrf_and_its_kin_are_one_family_and_bleu_another() -> None:
    """Every built-in metric is its own kin; a metric from outside is nobody's."""
    families = {frozenset(other for other in METRICS if are_kin(name, other)) for name in METRICS}

    assert families == {
        frozenset({"chrF", "chrF++"}), frozenset({"BLEU-intl", "BLEU-13a"}), frozenset({"TER"}),
    }  # fmt: skip
    assert not are_kin("COMET", "chrF")
    assert are_kin("COMET", "COMET")


@pytest.mark.parametrize("chooser", ["baseline", "candidate", "both"])
def test_another_metric_decides(make: Make, chooser: str) -> None:
    """BLEU comes first and decides; chrF++ shows its figures, says nothing about people, and gives no verdict."""
    weak = make("weak", 2, "chrF" if chooser != "candidate" else None)
    strong = make("strong", 9, "chrF" if chooser != "baseline" else None)

    result = mt_eval.compare([weak, strong], samples=200)

    assert [(each.name, each.decides) for each in result.metrics] == [("BLEU-13a", True), ("chrF++", False)]
    assert [each.verdict for each in result.comparisons] == ["better", "no verdict"]
    assert result.comparisons[1].delta > 20
    assert result.comparisons[1].agreement is None
    names = {"baseline": ["weak"], "candidate": ["strong"], "both": ["weak", "strong"]}[chooser]
    assert [note.partition(" ")[0] for note in result.notes if "chose its translations by chrF" in note] == names
    assert all("BLEU-13a decides" in note for note in result.notes if "chose its translations" in note)
    verdict = judge_comparison(result)
    assert verdict.answer == "Yes"
    assert "no verdict by chrF++" in " ".join(verdict.sentences)


def test_alone_it_gives_no_verdict_anywhere(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    """Terminal, Markdown, LaTeX, JSON, pull request and page say that there is none, and what would decide."""
    runs = [str(make("weak", 2)), str(make("strong", 9, "chrF++"))]
    result = mt_eval.compare(runs, metrics=["chrF++"], samples=200)
    verdict = judge_comparison(result)

    (comparison,) = result.comparisons
    assert comparison.verdict == "no verdict"
    assert (verdict.answer, verdict.style) == ("No verdict", "no-verdict")
    assert "only another metric can decide, such as BLEU" in " ".join(verdict.sentences)
    assert "add one, such as --metric BLEU-intl" in " ".join(result.notes)
    assert not result.metrics[0].decides
    for form in ("table", "markdown", "csv", "json"):
        assert "no verdict" in result.render(form), form
    assert "$+$" not in result.render("latex")
    assert json.loads(result.render("json"))["metrics"][0]["favoured"] == ["strong"]
    summary = Path(runs[0]).parent / "summary.md"
    assert main(["compare", *runs, "--metric", "chrF++", "--samples", "200", "--markdown", str(summary)]) == 0
    assert "**No verdict.**" in summary.read_text(encoding="utf-8")
    assert main(["report", *runs, "--metric", "chrF++", "--samples", "200", "-o", str(summary)]) == 0
    page = summary.read_text(encoding="utf-8")
    assert "is not judged here" in page
    assert "better, sure" not in page
    capsys.readouterr()


def test_nothing_marks_it_as_the_best(make: Make) -> None:
    """No bold score in LaTeX, no green mark in the picture, and no metric without a verdict "says otherwise"."""
    runs = [make("weak", 2), make("strong", 5), make("chosen", 9, "chrF")]

    one, pairs = (mt_eval.compare(runs, samples=200, all_pairs=each) for each in (False, True))

    for result in (one, pairs):
        latex = [line.split(" & ") for line in result.render("latex").splitlines() if line.startswith("chosen")]
        assert [["textbf" in cell for cell in row[1:]] for row in latex] == [[True, False]]
    assert not any("no verdict" in sentence for sentence in judge_comparison(one).sentences)
    picture = draw_picture(mt_eval.compare(runs, metrics=["chrF++"], samples=200, all_pairs=True))
    assert {mark.style for mark in picture.marks} == {"no-verdict"}


def test_verdicts_on_others_stay(make: Make) -> None:
    """Of three systems one chose by chrF: the two others are judged by it as ever, but it does not lead."""
    runs = [make("weak", 2), make("strong", 9), make("chosen", 5, "chrF")]

    result = mt_eval.compare(runs, metrics=["chrF++"], samples=200)
    pairs = mt_eval.compare(runs, metrics=["chrF++"], samples=200, all_pairs=True)

    assert {each.candidate: each.verdict for each in result.comparisons} == {"strong": "better", "chosen": "no verdict"}
    assert judge_comparison(pairs).answer == "No verdict"
    told_apart = {frozenset((each.baseline, each.candidate)): each.verdict for each in pairs.comparisons}
    assert told_apart[frozenset(("weak", "strong"))] == "better"
    assert any({"chosen", "strong"} <= set(group.systems) for group in pairs.groups)
    assert "no verdict" in pairs.render()
    assert judge_comparison(result).answer == "strong"


@pytest.mark.parametrize(
    "words", [["worse"], ["not-better"], ["below:chrF++=1"], ["above:chrF++=99"]], ids=lambda words: words[0]
)
def test_nothing_passes_or_fails_by_it(make: Make, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    """The command stops with a sentence, status 1, unless --trust-utility says that it may decide."""
    runs = [str(make("weak", 2)), str(make("strong", 9, "chrF"))]
    command = ["compare", *runs, "--samples", "200", "--fail-if", *words]

    refused = main([*command, "--metric", "chrF++"])
    said = capsys.readouterr().err
    trusted = main([*command, "--metric", "chrF++", "--trust-utility"])
    warned = capsys.readouterr().out
    fair = main([*command[:-1], words[0].replace("chrF++", "BLEU-13a")])
    decided = capsys.readouterr().err

    assert refused == 1
    assert "chrF++ cannot decide, because strong chose its translations by it or by a metric of its kind" in said
    assert trusted in (0, 3)
    assert "that was asked for, and prove nothing" in " ".join(warned.split())
    assert fair in (0, 3)
    assert "BLEU-13a" in decided


def test_plain_runs_are_judged_as_before(make: Make) -> None:
    """Nobody chose: the first metric decides, and nothing is said."""
    result = mt_eval.compare([make("weak", 2), make("strong", 9)], samples=200)

    assert [(each.name, each.decides, each.favoured) for each in result.metrics] == [
        ("chrF++", True, ()),
        ("BLEU-13a", False, ()),
    ]
    assert not any("chose" in note for note in result.notes)


@pytest.mark.parametrize("choice", [None, 7, "x", [], {"utility": 3}, {"utility": "\x1b[2J"}, {}])
def test_whatever_a_run_says_of_its_choice(make: Make, tmp_path: Path, choice: Any) -> None:
    """A file that anybody may have written makes no command fall over."""
    run = make("odd", 2, "chrF")
    head = json.loads((run / "run.json").read_text(encoding="utf-8"))
    head["system"]["legs"][0]["choice"] = choice
    (run / "run.json").write_text(json.dumps(head), encoding="utf-8")

    result = mt_eval.compare([run, make("other", 4)], samples=200)

    assert result.comparisons[0].verdict != "no verdict"


def test_a_run_alone_is_introduced_by_another_score(make: Make) -> None:
    """Its page begins with BLEU, and the chosen score follows."""
    run = read_run(make("chosen", 5, "chrF"))

    verdict = judge_run(run)

    assert verdict.answer.startswith("BLEU-13a ")
    assert "chrF++" in verdict.sentences[0]
    assert verdict.answer in render_run_page(run)


def test_labels_say_who_chose(make: Make) -> None:
    """By the way of decoding; settings of a choice tell choices apart and nobody else."""
    mbr = {"num_beams": 1, "candidates": 32, "candidates_from": "sample", "seed": 0}
    settings = [{"num_beams": 4}, {"num_beams": 1}, mbr, {**mbr, "seed": 1}]
    runs = [read_columns(make(f"r{number}", 2 + number, decoding=each)) for number, each in enumerate(settings)]

    assert label_runs(runs[:2]) == ["num_beams=4", "num_beams=1"]
    assert label_runs([runs[0], runs[2]]) == ["decoding=beam", "decoding=mbr"]
    assert label_runs(runs[2:]) == ["seed=0", "seed=1"]
    assert label_runs(runs) == [
        *("decoding=beam num_beams=4", "decoding=greedy num_beams=1", "decoding=mbr seed=0", "decoding=mbr seed=1")
    ]


def test_a_search_for_settings_is_not_led_by_it(tmp_path: Path) -> None:
    """hydra/sweeper=tune by chrF++ refuses decoding=mbr before anything is translated, and names another metric."""
    pytest.importorskip("optuna", reason="Optuna is an extra: mt-eval[tune]")
    from mt_eval.sweep.tune import tune

    composer = Composer()
    request = composer.read_request(
        [
            *("data=ui", "hydra/sweeper=tune", "hydra.sweeper.trials=1", f"runs_dir={tmp_path}"),
            *("decoding=mbr", "decoding.num_beams=1", "decoding.epsilon=interval(0.01,0.1)"),
        ],
        sweep=True,
    )

    with pytest.raises(ConfigError, match=r"metric=chrF\+\+: decoding=mbr chooses .* hydra\.sweeper\.metric=BLEU-intl"):
        tune(request, composer.compose_job, SILENT)


def test_a_list_of_runs_warns_too(make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`status` names who is ahead by which scores; of one run, and of runs that chose nothing, it says nothing."""
    make("plain", 2)
    main(["status", str(tmp_path)])
    before = capsys.readouterr().out
    run = make("chosen", 9, "chrF")

    main(["status", str(tmp_path), "--sort", "chrF++"])
    both = capsys.readouterr().out
    main(["status", str(run)])
    alone = capsys.readouterr().out

    assert "warning: chosen chose translations by chrF" in both
    assert "ahead by chrF++; mt-eval compare lets another metric decide" in " ".join(both.split())
    assert "chose" not in before.replace("chosen", "") + alone.replace("chosen", "")
