"""`mt-eval run` from the outside: what it leaves, what it says, and with which status it ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tiny_checkpoints import make_marian

from mt_eval import pipeline
from mt_eval.cli.main import main
from mt_eval.runs.read import read_run
from mt_eval.types import Level

VIETNAMESE = ["Xin chào các bạn.", "Hôm nay trời đẹp.", "Tổng thống Putin thăm Bắc Kinh."]
ARABIC = ["مرحبا أيها الأصدقاء.", "الطقس جميل اليوم.", "الرئيس بوتين يزور بكين."]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with three parallel lines, news.vi and news.ar."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "news.vi", VIETNAMESE)
    write(tmp_path / "news.ar", ARABIC)
    return tmp_path


def write(path: Path, lines: list[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


LINES = ["data=lines", "data.source_path=news.vi", "data.reference_path=news.ar", "metrics.samples=20"]


def run_folders(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "runs").glob("*") if not path.name.startswith("."))


def test_a_hypothesis_file_is_scored(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The reference as its own translation gives 100 everywhere, in a run directory that is whole."""
    status = main(["run", *LINES, "model=hypotheses", "model.path=news.ar"])

    (made,) = run_folders(folder)
    found = read_run(made)
    assert status == 0
    assert [score.value for score in found.scores] == pytest.approx([100.0] * len(found.scores))
    assert [pair.source_text for pair in found.pairs] == VIETNAMESE
    assert f"run directory: runs/{made.name}" in capsys.readouterr().out


def test_the_same_run_is_not_made_twice(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Asking again says the run exists and leaves it alone; `force=true` replaces it."""
    main(["run", *LINES, "model=copy"])
    (made,) = run_folders(folder)
    before = (made / "run.json").stat().st_mtime_ns
    capsys.readouterr()

    again = main(["run", *LINES, "model=copy"])
    said = capsys.readouterr().err
    untouched = (made / "run.json").stat().st_mtime_ns
    forced = main(["run", *LINES, "model=copy", "force=true"])

    assert (again, forced) == (0, 0)
    assert "exists and answers this; force=true runs it again" in said
    assert untouched == before != (made / "run.json").stat().st_mtime_ns
    assert run_folders(folder) == [made]


def test_what_cannot_change_the_result_is_not_identity(folder: Path) -> None:
    """Other paths to the same content, and another device, are the same run; other metrics are another."""
    main(["run", *LINES, "model=copy"])
    (folder / "news.vi").rename(folder / "other.vi")

    main(["run", *LINES, "data.source_path=other.vi", "model=copy", "device=cpu"])
    same = len(run_folders(folder))
    main(["run", *LINES, "data.source_path=other.vi", "model=copy", "metrics=all"])

    assert (same, len(run_folders(folder))) == (1, 2)


def test_a_sweep_leaves_one_directory_each(folder: Path) -> None:
    """`-m` runs every combination, and nothing of Hydra's own stands beside the runs."""
    status = main(["run", "-m", *LINES[:1], "data.source_path=news.%src", "data.reference_path=news.%tgt",
                   "model=copy", "direction=vi-ar,ar-vi", "metrics.samples=0"])  # fmt: skip

    assert status == 0
    assert [path.name.rsplit("-", 1)[0] for path in run_folders(folder)] == ["lines-copy-ar-vi", "lines-copy-vi-ar"]
    assert sorted(path.name for path in folder.iterdir()) == ["news.ar", "news.vi", "runs"]
    assert [path.name for path in (folder / "runs").glob(".*")] == []


def test_one_failing_run_does_not_stop_a_sweep(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The run that can be made is made, the other is explained, and the status is 1."""
    status = main(["run", "-m", *LINES, "model=hypotheses", "model.path=missing.ar,news.ar"])

    assert status == 1
    assert len(run_folders(folder)) == 1
    assert "missing.ar" in capsys.readouterr().err


def manifest(folder: Path, *, furniture: str = "line: Quảng cáo") -> str:
    """Two article pairs, A and B, of one sentence each; the Vietnamese one of A with a line of advertisement."""
    write(folder / "a.vi", [VIETNAMESE[2], "Quảng cáo"])
    write(folder / "a.ar", [ARABIC[2]])
    write(folder / "b.vi", [VIETNAMESE[1]])
    write(folder / "b.ar", [ARABIC[1]])
    entries = [
        f"  - {{id: {name}-{lang}, file: {name}.{lang}, language: {lang}"
        + (f', furniture: ["{furniture}"]}}' if (name, lang) == ("a", "vi") else "}")
        for name in "ab"
        for lang in ("vi", "ar")
    ]
    pairs = [
        f"  - {{id: {n.upper()}, articles: [{n}-vi, {n}-ar], relation: translation, reason: made so}}" for n in "ab"
    ]
    write(folder / "articles.yaml", ["articles:", *entries, "pairs:", *pairs])
    return "data.manifest=articles.yaml"


def test_the_order_of_the_data_is_identity(folder: Path) -> None:
    """The same articles in another order are another experiment: a file of translations fits one order only."""
    write(folder / "out.ar", [ARABIC[2], ARABIC[1]])
    words = [manifest(folder), "model=hypotheses", "model.path=out.ar", "metrics.samples=0"]

    main(["run", *words, "data.pairs=[A,B]"])
    main(["run", *words, "data.pairs=[B,A]"])

    scores = sorted(read_run(made).scores[0].value or 0.0 for made in run_folders(folder))
    assert len(scores) == 2
    assert scores[0] < 50 < 99 < scores[1]


def test_settings_without_effect_are_not_identity(folder: Path) -> None:
    """Decoding, batch size and a limit beyond the data change nothing for `model=copy`, so there is one run."""
    for extra in ([], ["decoding=greedy"], ["engine.batch_tokens=99"], ["limit=3"], ["limit=99"]):
        main(["run", *LINES, "model=copy", *extra])

    assert len(run_folders(folder)) == 1


def test_a_last_line_that_is_empty_on_one_side_stays_a_pair(folder: Path) -> None:
    """A segment without a counterpart at the very end is paired with nothing, not an error."""
    write(folder / "news.ar", [*ARABIC[:2], ""])

    status = main(["run", *LINES, "model=copy"])

    (made,) = run_folders(folder)
    assert status == 0
    assert [pair.kind for pair in read_run(made).pairs] == ["aligned", "aligned", "source-only"]


def test_the_worst_segments_by_an_error_rate_are_those_with_most_errors(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """TER counts errors, so the highest comes first among the worst."""
    write(folder / "out.ar", [ARABIC[0], ARABIC[1], "كلام آخر تماما"])

    main(["run", *LINES, "model=hypotheses", "model.path=out.ar", "metrics.names=[TER]"])

    said = capsys.readouterr().out
    assert said.index("worst segments by TER") < said.index("news:3") < said.index("best segments by TER")


@pytest.mark.parametrize(
    ("furniture", "message"),
    [
        ("line: Quảng", "the furniture rule `line: Quảng` of its manifest removes nothing"),
        ("prefix: T", "nothing is left of its text when the furniture is removed"),
    ],
)
def test_furniture_rules_are_held_to_their_word(
    furniture: str, message: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A rule that removes nothing, and rules that remove everything, are errors that name the article."""
    words = [manifest(folder, furniture=furniture), "model=copy"]
    write(folder / "a.vi", [VIETNAMESE[2]] if furniture.startswith("prefix") else [VIETNAMESE[2], "Quảng cáo"])

    status = main(["run", *words])

    said = capsys.readouterr().err
    assert status == 1
    assert message in said
    assert "article a-vi" in said


def test_names_that_look_like_numbers_stay_as_typed(folder: Path) -> None:
    """A folder called 2024_01_15 is not the number 20240115."""
    main(["run", *LINES, "model=copy", "runs_dir=2024_01_15"])

    assert (folder / "2024_01_15").is_dir()
    assert not (folder / "20240115").exists()


def test_limit_translates_the_first_segments(folder: Path) -> None:
    """`limit=2` leaves two segments, and the whole hypothesis file still fits."""
    main(["run", *LINES, "model=hypotheses", "model.path=news.ar", "limit=2"])

    (made,) = run_folders(folder)
    assert [pair.source_text for pair in read_run(made).pairs] == VIETNAMESE[:2]


def test_a_model_runs_from_checkpoint_to_scores(folder: Path) -> None:
    """A Marian checkpoint in a folder goes all the way, and its settings, hashes and times are on record."""
    make_marian(folder / "tiny")

    status = main(
        ["run", *LINES, "model=marian", "model.name=tiny", "preflight=off", "device.threads=1", "decoding.num_beams=2"]
    )

    (made,) = run_folders(folder)
    found = read_run(made)
    (leg,) = found.head.translation.legs
    assert status == 0
    assert made.name.startswith("lines-tiny-vi-ar-")
    assert {score.level for score in found.scores} == {Level.SEGMENT, Level.ARTICLE}
    assert all(translation and translation.tokens_in for translation in found.translations)
    assert (leg.device, leg.segments_decoded, leg.generation["num_beams"]) == ("cpu", 3, 2)
    assert "model.safetensors" in str(found.head.system)
    assert {"translate", "score", "align"} <= set(found.head.seconds)


def test_the_seed_pair_runs_by_default(folder: Path) -> None:
    """Without any data option the true pair of the seed articles is scored, by its gold alignment."""
    main(["run", "model=copy", "metrics.samples=0"])

    (made,) = run_folders(folder)
    found = read_run(made)
    assert {pair.article_pair_id for pair in found.pairs} == {"xi-putin-2024"}
    assert found.head.alignment == "gold"
    assert any("data.unpaired=true" in note for note in found.head.notes)
    assert any("proves little" in warning for warning in found.warnings)
    assert found.head.cleaning["002"], "the removed page furniture is on record"
    starts = {segment.start for pair in found.pairs for segment in pair.reference}
    assert found.head.articles["000"].title.startswith("Trung Quốc muốn")
    assert len(found.head.articles["002"].paragraphs) > 3
    assert set(found.head.articles["002"].paragraphs) <= starts


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["model=nlb_600m"], "model=nlb_600m: there is no such option; did you mean nllb_600m?"),
        (["modle=nllb"], "modle: there is no such setting; did you mean model?"),
        (["limt=3"], "limt: there is no such setting; did you mean limit?"),
        (["decoding.num_beam=4"], "decoding.num_beam: there is no such setting; did you mean decoding.num_beams?"),
        (["decoding.num_beams=four"], "decoding.num_beams: Value 'four' of type 'str' could not be converted"),
        (["decoding.num_beams=0"], "decoding.num_beams=0 is not possible: expected 1 to 64"),
        (["engine.dtype=int8"], "engine.dtype: Invalid value 'int8', expected one of [float32, bfloat16, float16]"),
        (["direction=vi_ar"], "such as vi-ar; did you mean vi-ar?"),
        (["direction=VI-AR"], "such as vi-ar; did you mean vi-ar?"),
        (["direction=vie_Latn-arb_Arab"], "such as vi-ar; did you mean vi-ar?"),
        (["direction=vi"], "direction=vi is not possible: expected two two-letter language codes"),
        (["direction=vi-vi"], "direction=vi-vi is not possible: expected two different languages"),
        (["direction=vi-ar,ar-vi"], "several values are a sweep; add -m"),
        (["tags=good"], "tags: expected a list; put brackets around it, such as tags=[A,B]"),
        (["metrics.names=[chrf]"], "expected some of chrF++, chrF, BLEU-intl, BLEU-13a, TER"),
        (["limit=-1"], "limit=-1 is not possible: expected 1 or more"),
        (["data=lines"], "data.source_path must be given; add data.source_path=..."),
        (["decoding.num_beams"], "this cannot be read as GROUP=OPTION or KEY=VALUE"),
        (["+colour=red"], "colour: there is no such setting"),
        (["model=copy", "model.adapter=a"], "model.adapter: there is no such setting; there are none here"),
        (["--colour"], "--colour: there is no such flag"),
        (["model=null"], "model=null: an option is needed; known are articles, copy, demo"),
        (["direction=null"], "direction"),
        (["metrics.names=chrF"], "metrics.names"),
        (["data=null"], "data=null: an option is needed"),
        (["--cfg"], "--cfg: its value is missing"),
        (["hydra/launcher=jolib"], "hydra/launcher=jolib: there is no such option; did you mean joblib?"),
        (["-m", *LINES, "model=copy", "runs_dir=news.vi"], "run directories cannot be written here"),
        ([*LINES, "align=gold", "model=copy"], "line-parallel data is aligned already; leave align=best"),
        ([*LINES, "data.source_path=missing.vi", "model=copy"], "missing.vi"),
        ([*LINES, "model=hypotheses", "model.path=missing.ar"], "missing.ar"),
        ([*LINES, "model=copy", "runs_dir=news.vi/runs"], "run directories cannot be written here"),
        ([*LINES, "model=marian", "model.name=./nowhere"], "nowhere"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_explained(
    words: list[str], message: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sentence on standard error, status 1, no traceback, no run directory."""
    status = main(["run", *words])

    said = capsys.readouterr().err
    assert status == 1
    assert message in said
    assert said.splitlines()[-1].startswith("error: ")
    assert "Traceback" not in said
    assert run_folders(folder) == []


@pytest.mark.parametrize(
    ("name", "content", "words", "message"),
    [
        ("news.ar", "واحد\nاثنان\n".encode(), ["model=copy"], ["news.vi", "3", "news.ar", "2"]),
        ("news.vi", b"Xin ch\xe0o\nhai\nba\n", ["model=copy"], ["news.vi", "line 1", "UTF-8"]),
        ("news.vi", "Một\nHai\x00\nBa\n".encode(), ["model=copy"], ["news.vi", "line 2", "U+0000"]),
        ("news.vi", "Một\nHai\x07\nBa\n".encode(), ["model=copy"], ["news.vi", "line 2", "U+0007"]),
        ("news.vi", b"", ["model=copy"], ["news.vi", "empty"]),
        ("out.ar", "واحد\n".encode(), ["model=hypotheses", "model.path=out.ar"], ["out.ar", "1", "3"]),
        ("out.ar", "واحد\n".encode() * 4, ["model=hypotheses", "model.path=out.ar"], ["out.ar", "4", "3"]),
        ("out.ar", b"\xff\n" * 3, ["model=hypotheses", "model.path=out.ar"], ["out.ar", "line 1", "UTF-8"]),
    ],
)
def test_a_bad_file_is_named(
    name: str, content: bytes, words: list[str], message: list[str], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message names the file, where in it, what was found and what was expected; the status is 1."""
    (folder / name).write_bytes(content)

    status = main(["run", *LINES, *words])

    said = capsys.readouterr().err
    assert status == 1
    assert [part for part in message if part not in said] == []
    assert "Traceback" not in said
    assert run_folders(folder) == []


def test_swapped_languages_are_found(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files given in the wrong order are an error that names the file and both languages."""
    status = main(["run", *LINES, "direction=ar-vi", "model=copy"])

    said = capsys.readouterr().err
    assert status == 1
    assert "news.vi" in said
    assert "ar" in said


def test_ctrl_c_keeps_what_was_translated(folder: Path) -> None:
    """Interrupted while translating, a run leaves no directory, says how to go on, and goes on from there."""
    make_marian(folder / "tiny")
    many = [f"{line} {number}" for number in range(100) for line in VIETNAMESE]
    write(folder / "news.vi", many)
    write(folder / "news.ar", [line for _ in range(100) for line in ARABIC])
    words = [*LINES, "model=marian", "model.name=tiny", "preflight=off", "device.threads=1", "engine.batch_tokens=64"]
    process = subprocess.Popen(
        [sys.executable, "-m", "mt_eval", "run", *words], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    store = folder / "runs" / ".store"
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        if sum(file.stat().st_size for file in store.rglob("*.jsonl")) > 2000:
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=60)[1]

    interrupted = run_folders(folder)
    ends = [line for file in store.rglob("*.jsonl") for line in file.read_text().splitlines() if '"batch"' in line[:10]]
    kept = sum(json.loads(line)["batch"] for line in ends)
    status = main(["run", *words])

    assert process.returncode == 130
    assert "give the same command again to go on from there" in said
    assert "Traceback" not in said
    assert interrupted == []
    assert status == 0
    (made,) = run_folders(folder)
    (leg,) = read_run(made).head.translation.legs
    assert leg.segments_from_store == kept > 0


def test_an_error_nobody_foresaw_keeps_its_traceback_in_a_file(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug is reported in one sentence with the file that holds its traceback."""

    def fail(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(pipeline, "evaluate", fail)

    status = main(["run", *LINES, "model=copy"])

    said = capsys.readouterr().err
    report = Path(said.strip().rsplit(" ", 1)[1])
    assert status == 1
    assert "ZeroDivisionError: division by zero" in said
    assert "Traceback" not in said
    assert "Traceback" in report.read_text()
    report.unlink()


def test_every_job_is_a_line_of_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """--json prints folder, state, seconds, scores and error of each job, and nothing else on standard output."""
    monkeypatch.chdir(tmp_path)
    words = ["run", "-m", "--json", "--quiet", "model=copy", "data=ui", "limit=3", "metrics.samples=0"]

    status = main([*words, "direction=vi-ar,ar-en"])

    said = capsys.readouterr()
    made, failed = (json.loads(line) for line in said.out.splitlines())
    kept = json.loads((tmp_path / made["folder"] / "scores.json").read_text(encoding="utf-8"))
    assert status == 1
    assert set(made) == {"folder", "state", "seconds", "scores", "error"}
    assert made["scores"]["chrF++"] == next(score["value"] for score in kept if score["metric"] == "chrF++")
    assert (failed["state"], failed["folder"], failed["scores"]) == ("failed", None, {})
    assert "en" in failed["error"]


def test_one_run_as_json_says_why_it_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line has the error, which stands on standard error too; the exit status is 1."""
    monkeypatch.chdir(tmp_path)

    status = main(["run", "--json", "model=hypotheses", "model.path=missing.ar", "data=ui"])

    said = capsys.readouterr()
    assert status == 1
    assert json.loads(said.out)["error"] in said.err


@pytest.mark.parametrize("words", [["model=nosuch"], ["limit=abc"], ["decoding.num_beams=0"]])
def test_settings_that_cannot_be_are_a_line_of_json_too(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A program that reads standard output learns why there is no run, in the words that a person reads."""
    assert main(["run", "--json", "data=ui", *words]) == 1

    said = capsys.readouterr()
    record = json.loads(said.out)
    assert (record["folder"], record["state"]) == (None, "failed")
    assert said.err == f"error: {record['error']}\n"


def test_a_quiet_run_prints_its_folder_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """So that a script can take it; nothing stands on standard error."""
    monkeypatch.chdir(tmp_path)

    status = main(["run", "--quiet", "model=copy", "data=ui", "limit=3", "metrics.samples=0"])

    said = capsys.readouterr()
    assert (status, said.err) == (0, "")
    assert (tmp_path / said.out.strip() / "run.json").is_file()
