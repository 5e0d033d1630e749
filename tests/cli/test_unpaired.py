"""Runs on articles without a human version, from the command line to every reader of what they leave."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import mt_eval
from mt_eval.cli.main import main
from mt_eval.runs.read import read_run

_METRIC = Path(__file__).parents[1] / "metrics" / "kept_words.py"
_REASON = "no article has a human version to score against"
_ALONE = ("data.unpaired=true", "data.pairs=[]")


def _run(folder: Path, *words: str) -> Path:
    """The one run directory that the command leaves in `folder`."""
    assert main(["run", "model=copy", "metrics.samples=50", f"runs_dir={folder}", *words]) == 0
    [run] = [path for path in folder.iterdir() if not path.name.startswith(".")]
    return run


def _read_scores(run: Path) -> list[dict[str, object]]:
    scores: list[dict[str, object]] = json.loads((run / "scores.json").read_text(encoding="utf-8"))
    return scores


@pytest.mark.parametrize(
    ("words", "articles", "unscored"),
    [
        (("data.unpaired=true",), ["xi-putin-2024", "001", "004"], ["001", "004"]),
        (("data.unpaired=true", "direction=ar-vi"), ["xi-putin-2024", "003"], ["003"]),
        (_ALONE, ["001", "004"], ["001", "004"]),
        (("data=ui", "data.reference_path=null", "limit=9"), None, None),
    ],
)
def test_what_can_be_scored_is(
    tmp_path: Path, words: Sequence[str], articles: list[str] | None, unscored: list[str] | None
) -> None:
    """Every source is translated and flagged; a score is null, with its reason, where nothing is there to compare."""
    run = read_run(_run(tmp_path, *words))

    names = list(dict.fromkeys(pair.article_pair_id for pair in run.pairs))
    assert articles is None or names == articles
    missing = names if unscored is None else unscored
    assert all(
        translation is not None for pair, translation in zip(run.pairs, run.translations, strict=True) if pair.source
    )
    assert any(run.flags)
    for score in run.scores:
        assert [name for name, value in score.per_article.items() if value is None] == missing
        assert (score.value is None, score.reason) == ((True, _REASON) if missing == names else (False, None))
    for values in run.segment_scores.values():
        assert all(
            value is None
            for pair, value in zip(run.pairs, values, strict=True)
            if pair.article_pair_id in missing or not pair.reference
        )


def test_the_scores_of_the_true_pair_stay_and_the_rest_is_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mixed run has the scores, to the last digit and with the signatures, of the run without the other articles."""
    alone = _read_scores(_run(tmp_path / "alone"))
    said = capsys.readouterr().err
    mixed = _run(tmp_path / "mixed", "data.unpaired=true")

    kept = ("metric", "value", "low", "high", "level", "signature")
    assert [[each[key] for key in kept] for each in _read_scores(mixed)] == [
        [each[key] for key in kept] for each in alone
    ]
    assert [line for line in said.splitlines() if "left out" in line] == [
        "left out: 001 (003 is comparable), 004, of which there is no human version to score against; "
        "data.unpaired=true translates them, too; where a comparable text is a translation after all, mend `relation` "
        "in the manifest"
    ]
    assert any(line.startswith("2 of 3 articles have no human version") for line in read_run(mixed).warnings)


def test_a_metric_that_needs_no_reference_scores_all_articles(tmp_path: Path) -> None:
    """Option files may name one as a program or as a function; the identities of other runs do not know of either."""
    options = tmp_path / "options" / "metrics"
    options.mkdir(parents=True)
    common = "version: kept 1\n    needs_reference: false\n    scale: 100\n"
    command = json.dumps([sys.executable, str(_METRIC), "{source}", "{translation}"])
    (options / "kept.yaml").write_text(
        "defaults: [metrics_schema]\nexternal:\n"
        f"  - name: program\n    command: {command}\n    {common}"
        f"  - name: function\n    function: kept_words:measure\n    folder: {_METRIC.parent}\n    {common}",
        encoding="utf-8",
    )

    run = _run(tmp_path / "runs", "data.unpaired=true", "metrics=kept", "--config-dir", str(options.parent))

    outside = {str(each["metric"]): each for each in _read_scores(run)[-2:]}
    assert list(outside) == ["program", "function"]
    for score in outside.values():
        assert (score["value"], score["reason"]) == (100.0, None)
        assert score["per_article"] == {"xi-putin-2024": 100.0, "001": 100.0, "004": 100.0}
        assert "|references:none|" in str(score["signature"])


def test_every_command_reads_such_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is printed and exported has the reason and the flags, and never a number that is none."""
    run = str(_run(tmp_path / "runs", *_ALONE))
    made = capsys.readouterr().out
    outputs = {}
    for words in (
        ["show", run],
        ["status", str(tmp_path / "runs")],
        ["status", str(tmp_path / "runs"), "--json"],
        ["report", run, "-o", str(tmp_path / "page.html")],
        *(["export", run, "--to", form, "-o", str(tmp_path / f"x.{form}")] for form in ("csv", "tsv", "jsonl", "tmx")),
        ["export", run, "--to", "txt", "-o", str(tmp_path / "txt")],
    ):
        assert main(words) == 0, words
        outputs[" ".join(words[:2])] = capsys.readouterr().out

    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()]
    assert _REASON in " ".join(made.split())
    assert _REASON in page
    assert "No score" in page
    assert len(rows) == 19
    assert {row["chrF++"] for row in rows} == {None}
    assert {row["reference"] for row in rows} == {""}
    assert "nan" not in " ".join([made, *outputs.values()]).lower().split()
    assert len((tmp_path / "txt" / "source.txt").read_text(encoding="utf-8").splitlines()) == 19
    assert not (tmp_path / "txt" / "reference.txt").exists()


def test_whole_translations_find_their_place_without_a_reference(tmp_path: Path) -> None:
    """A file per article is put in its place by the source alone; here it is the source, sentence by sentence."""
    first = _run(tmp_path / "copied", *_ALONE)
    texts: dict[str, list[str]] = {}
    for pair in read_run(first).pairs:
        texts.setdefault(pair.article_pair_id, []).append(pair.source_text)
    (tmp_path / "outputs").mkdir()
    for name, sentences in texts.items():
        (tmp_path / "outputs" / f"{name}.txt").write_text("\n".join(sentences), encoding="utf-8")
    (tmp_path / "outputs" / "004.txt").write_text("\n".join(texts["004"][:-4]), encoding="utf-8")

    placed = read_run(_run(tmp_path / "placed", "model=articles", f"model.path={tmp_path / 'outputs'}", *_ALONE))

    expected = [pair.source_text for pair in placed.pairs]
    assert [each and each.text for each in placed.translations] == [*expected[:-4], "", "", "", ""]
    assert placed.warnings[0] == "as far as projection can tell, the system omitted 4 of 19 segments"
    assert {score.value for score in placed.scores} == {None}


def test_a_search_needs_a_score(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing can be the best of runs without scores, which the first of them shows."""
    pytest.importorskip("optuna", reason="mt-eval[tune] is not installed")
    words = ["-m", "hydra/sweeper=tune", "hydra.sweeper.trials=9", "normalize=none,standard", "model=copy", *_ALONE]

    status = main(["run", f"runs_dir={tmp_path}", *words])

    assert status == 1
    assert "hydra.sweeper.metric=chrF++: the runs have no such score" in (said := capsys.readouterr().err)
    assert _REASON in said


def test_the_library_says_why(tmp_path: Path) -> None:
    """Values are None with a reason, in the run, in frames, and in a notebook."""
    config = mt_eval.compose("model=copy", f"runs_dir={tmp_path}", *_ALONE)

    run = mt_eval.evaluate(config)

    frame = mt_eval.frame_runs(tmp_path)
    assert {(score.value, score.reason) for score in run.scores} == {(None, _REASON)}
    assert frame["chrF++"].isna().all()
    assert frame["flagged"].tolist() == [19]
    assert _REASON in run._repr_html_()


def test_a_page_on_two_such_runs_says_what_it_rests_on(tmp_path: Path) -> None:
    """Its question, its picture and its first warning say that no human version was there."""
    assert main(["data", "source", *_ALONE, "-o", str(tmp_path / "sources.tsv")]) == 0
    header, *rows = (tmp_path / "sources.tsv").read_text(encoding="utf-8").splitlines()
    lines = [header, *(f"{row.partition(chr(9))[0]}\tقال الرئيس ذلك اليوم." for row in rows)]
    (tmp_path / "other.tsv").write_text("\n".join(lines), encoding="utf-8")
    runs = [
        _run(tmp_path / "copied", *_ALONE),
        _run(tmp_path / "other", "model=hypotheses", f"model.path={tmp_path / 'other.tsv'}", *_ALONE),
    ]

    status = main(["report", *map(str, runs), "-o", str(tmp_path / "page.html")])

    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert status == 0
    assert "as far as that shows without a human version?" in page
    assert "better means better by flagged:any, and no more" in page
    assert "nothing was compared with a human version" in page
