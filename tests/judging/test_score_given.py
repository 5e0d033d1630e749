"""`mt-eval score-given` on runs and on data, with the bundled model, as a user gives it."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from chat_server import ChatServer
from transformers import MarianMTModel, MarianTokenizer

import mt_eval
from mt_eval.bundled import bundled_path
from mt_eval.cli.main import main
from mt_eval.errors import ConfigError, RunError
from mt_eval.runs.judgements import read_contrast_records, read_contrasts, read_given, read_given_records
from mt_eval.runs.read import read_run

pytestmark = [pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses"), pytest.mark.extra("models")]

LIMIT = 4
COMMON = ("metrics.samples=0", "decoding=greedy", "report=false", f"limit={LIMIT}", "device.threads=1")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with runs of the bundled model and of the copied source, called `own-...` and `copied-...`."""
    folder = tmp_path_factory.mktemp("made")
    for name, model in (("own", "demo"), ("copied", "copy")):
        assert main(["run", "data=ui", f"model={model}", f"name={name}", f"runs_dir={folder}", *COMMON]) == 0
    return folder


@pytest.fixture
def runs(made: Path, tmp_path: Path) -> dict[str, Path]:
    """Fresh copies of both, by name."""
    shutil.copytree(made, tmp_path / "runs")
    return {path.name.partition("-")[0]: path for path in (tmp_path / "runs").iterdir() if path.name[0] != "."}


def call(capsys: pytest.CaptureFixture[str], *words: str | Path) -> Any:
    """What the command says as JSON."""
    capsys.readouterr()
    status = main(["score-given", *map(str, words), "--json"])
    said = capsys.readouterr()
    assert status == 0, said.err
    return json.loads(said.out)


def refuse(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    """The sentence with which the command fails."""
    capsys.readouterr()
    assert main(["score-given", *map(str, words)]) == 1
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    return line


def test_a_run_is_judged_by_its_own_model(runs: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """References and outputs come to what raw `model(labels=...)` says, and are kept beside the run, which stays."""
    before = {path.name: path.read_bytes() for path in runs["own"].iterdir()}
    found = call(capsys, runs["own"])
    folder = bundled_path("models/demo")
    tokenizer = MarianTokenizer.from_pretrained(folder)
    model = MarianMTModel.from_pretrained(folder, dtype=torch.float32).eval()
    run = read_run(runs["own"])
    texts = {
        "reference": [pair.reference_text for pair in run.pairs],
        "output": [t.text for t in run.translations if t],
    }
    sums = {}
    for name, column in texts.items():
        sums[name] = 0.0
        for pair, text in zip(run.pairs, column, strict=True):
            batch = tokenizer([f">>ara<< {pair.source_text}"], text_target=[text], return_tensors="pt")
            with torch.inference_mode():
                sums[name] -= float(model(**batch).loss) * batch["labels"].shape[1]

    for score in found["scores"]:
        assert abs(score["log_probability"] - sums[score["text"]]) < 1e-4 * score["tokens"]
        assert math.isclose(score["per_token"], score["log_probability"] / score["tokens"])
        assert math.isclose(score["perplexity"], math.exp(-score["per_token"]))
        assert score["low"] < score["per_token"] < score["high"]
    assert [score["text"] for score in found["scores"]] == ["reference", "output"]
    assert found["scores"][1]["per_token"] > found["scores"][0]["per_token"]  # it prefers what it wrote
    (given,) = read_given(runs["own"])
    assert Path(found["file"]).parent == runs["own"]
    assert [record.id for record in read_given_records(runs["own"], given)] == [pair.id for pair in run.pairs]
    assert {name: (runs["own"] / name).read_bytes() for name in before} == before


def test_it_is_shown(runs: dict[str, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`show`, `compare` and the report have what was found, and their JSON has it field by field."""
    call(capsys, runs["own"])
    shown = []
    for words in (["show", str(runs["own"])], ["compare", *map(str, runs.values()), "--samples", "100"]):
        assert main(words) == 0
        shown.append(capsys.readouterr().out)
    page = tmp_path / "page.html"
    assert main(["report", str(runs["own"]), "-o", str(page)]) == 0
    capsys.readouterr()
    assert main(["show", str(runs["own"]), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)

    perplexity = f"{read_given(runs['own'])[0].scores[0].perplexity:.4g}"
    assert all(perplexity in text and "how likely models find given texts" in text for text in shown)
    assert perplexity in page.read_text(encoding="utf-8")
    assert data["given"][0]["judge"]["label"] == "demo"


def test_another_judge_and_other_texts(
    runs: dict[str, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A run without a model is judged by one that is named, with another run's outputs and those of a file."""
    lines = tmp_path / "by hand.txt"
    lines.write_text("مرحبا\n" * LIMIT, encoding="utf-8")

    found = call(capsys, runs["copied"], "model=demo", "--texts", runs["own"], "--texts", lines)
    own = call(capsys, runs["own"])

    sums = {score["text"]: score["log_probability"] for score in found["scores"]}
    assert list(sums) == ["reference", "output", "own", "by hand"]
    assert math.isclose(list(sums.values())[2], own["scores"][1]["log_probability"], abs_tol=1e-3)
    assert math.isclose(sums["reference"], own["scores"][0]["log_probability"], abs_tol=1e-3)
    assert found["judge"]["identity"] == own["judge"]["identity"]


def test_what_other_texts_are_called(runs: dict[str, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Files by their names without endings, runs as in a comparison; longer where two are alike; or as is said."""
    content = "مرحبا\n" * LIMIT
    files = [tmp_path / name for name in ("المرجع ١.txt", "a/copied.ar", "b/copied.ar", "reference.txt")]
    for file in files:
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, encoding="utf-8")
    packed = tmp_path / "packed.ar.gz"
    packed.write_bytes(gzip.compress(content.encode()))

    words = [word for path in (*files, packed, runs["copied"]) for word in ("--texts", path)]
    found = call(capsys, runs["own"], *words)
    named = call(capsys, runs["own"], *words, "--label", f"{files[1]}=our=own", "--label", f"{runs['copied']}=floor")

    paths = [str(file) for file in files]
    assert [score["text"] for score in found["scores"]][2:] == [
        *("المرجع ١", paths[1], paths[2], "reference.txt", "packed", runs["copied"].name)
    ]
    assert [score["text"] for score in named["scores"]][2:] == [
        *("المرجع ١", "our=own", "copied", "reference.txt", "packed", "floor")
    ]
    twice = ["--label", f"{paths[0]}=floor", "--label", f"{paths[1]}=floor"]
    assert "'floor' is what other texts are called" in refuse(capsys, runs["own"], *words, *twice)
    assert "'output' is what" in refuse(capsys, runs["own"], *words, "--label", f"{packed}=output")
    assert "expected RUN=NAME" in refuse(capsys, runs["own"], *words, "--label", f"{packed}= ")
    assert "is not behind --texts" in refuse(capsys, runs["own"], "--texts", packed, "--label", "runs/C=x")


def test_data_is_judged_without_a_run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A table of the references alone; nothing is kept but where a folder is named, under the names that runs have."""
    words = ("data=ui", "model=demo", "limit=3", "device.threads=1", f"runs_dir={tmp_path / 'runs'}")

    found = call(capsys, *words, "-o", tmp_path / "kept")

    assert [score["text"] for score in found["scores"]] == ["reference"]
    assert {path.suffix for path in (tmp_path / "kept").iterdir()} == {".json", ".jsonl"}
    assert not (tmp_path / "runs").exists()
    assert main(["score-given", *words]) == 0
    assert "per token" in capsys.readouterr().out


def write_set(path: Path, **changes: str) -> Path:
    """A contrastive set of two pairs of which the second is told apart by its number alone."""
    pair = {
        "id": "1",
        "article": "a",
        "segment": "a:1",
        "source_language": "vi",
        "target_language": "ar",
        "kind": "number",
        "rule": "other digit",
        "source": "Mở tệp",
        "correct": "فتح ملف",
        "wrong": "فتح ملف ملف ملف ملف ملف",
    }
    pairs = [pair, {**pair, "id": "2", "wrong": "صصصصص صصصص"} | changes]
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in pairs), encoding="utf-8")
    return path


def test_a_contrastive_set(runs: dict[str, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Each text of each pair is judged; the run keeps it, and says where the correct one is the more likely."""
    found = call(capsys, runs["own"], "--contrast", write_set(tmp_path / "numbers.jsonl"))

    (contrast,) = read_contrasts(runs["own"])
    records = read_contrast_records(runs["own"], contrast)
    assert [pair["is_right"] for pair in found["pairs"]] == [True, True] == [record.is_right for record in records]
    assert (contrast.name, contrast.pairs) == ("numbers", 2)
    (tmp_path / "numbers.jsonl").rename(tmp_path / "other-name.jsonl")
    call(capsys, runs["own"], "--contrast", tmp_path / "other-name.jsonl")
    assert [each.name for each in read_contrasts(runs["own"])] == ["other-name"]
    alone = call(capsys, "model=demo", "--contrast", tmp_path / "other-name.jsonl")
    assert [pair["correct"]["tokens"] for pair in alone["pairs"]] == [record.correct.tokens for record in records]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": "1"}, "line 2: the id 1 is there again"),
        ({"wrong": "فتح ملف"}, "line 2: correct and wrong are the same text"),
        ({"target_language": "en"}, "line 2: is from vi into en, expected vi into ar"),
        ({"kind": " "}, "line 2: has no text for kind"),
        ({"kind": "k" * 201}, "line 2: kind is a text of 201 characters, expected a name"),
        ({"rule": "one\ntwo"}, "line 2: rule is a text of 7 characters, expected a name of one line"),
        ({"kind": "all kinds"}, "line 2: the kind is called 'all kinds', as all of them together are"),
    ],
)
def test_a_set_that_is_none(
    changes: dict[str, str], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The file and the line are named."""
    path = write_set(tmp_path / "set.jsonl", **changes)

    assert said in refuse(capsys, "model=demo", "--contrast", path)


def test_a_set_in_other_clothes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A set that is packed or has CR LF is the same set; one without an ending, as a pipe has none, is read."""
    path = write_set(tmp_path / "numbers.jsonl")
    (tmp_path / "packed.jsonl.gz").write_bytes(gzip.compress(path.read_bytes()))
    (tmp_path / "stdin").write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    pairs = call(capsys, "model=demo", "--contrast", path)["pairs"]

    for name in ("packed.jsonl.gz", "stdin"):
        found = call(capsys, "model=demo", "--contrast", tmp_path / name)
        assert found["pairs"] == pairs
        assert found["contrastive"]["name"] == name.partition(".")[0]
        assert found["contrastive"]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert [(each["kind"], each["value"]) for each in found["contrastive"]["accuracies"]] == [("number", 100.0)]


def test_records_that_are_gone(runs: dict[str, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What is said to be deleted is both files: then the run is shown again, and may be judged again."""
    call(capsys, runs["own"], "--contrast", write_set(tmp_path / "numbers.jsonl"))
    (records,) = runs["own"].glob("contrast-*.jsonl")
    records.unlink()

    assert main(["show", str(runs["own"])]) == 1
    said = capsys.readouterr().err
    assert f"delete {records.stem}.json and {records.stem}.jsonl there" in said
    records.with_suffix(".json").unlink()
    assert main(["show", str(runs["own"])]) == 0
    capsys.readouterr()


def test_a_folder_is_not_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    """`-o -` would make a folder of that name."""
    assert "print with --json instead" in refuse(capsys, "data=ui", "model=demo", "-o", "-")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("model=copy",), "model=copy is no model that could judge"),
        (("model=opus_pivot_en",), "translates by way of en"),
        (("model=server", "model.url=http://127.0.0.1:9/v1", "model.name=x"), "a server writes texts"),
        (("model=demo", "data=lines", "data.source_path=missing.vi", "data.reference_path=x"), "missing.vi"),
        (("nowhere",), "there is no such folder"),
    ],
)
def test_what_cannot_judge(words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence says why."""
    assert said in refuse(capsys, *words)


def test_calls_that_mean_nothing(runs: dict[str, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Data beside a run, a setting without its option, two runs, a folder for a run, texts beside a set."""
    own, pairs = runs["own"], write_set(tmp_path / "set.jsonl")

    assert "data=ui: the texts and their direction are the run's" in refuse(capsys, own, "data=ui")
    assert "expected engine=OPTION" in refuse(capsys, own, "engine.dtype=bfloat16")
    assert "a second run" in refuse(capsys, own, runs["copied"])
    assert "-o: what is said of a run is kept" in refuse(capsys, own, "-o", tmp_path / "x")
    assert "is named twice" in refuse(capsys, own, "--texts", own, "--texts", own.parent / "." / own.name)
    assert "--texts: a contrastive set" in refuse(capsys, own, "--contrast", pairs, "--texts", own)
    assert "model=copy is no model" in refuse(capsys, runs["copied"])
    assert "is a folder and no run directory" in refuse(capsys, own, "--texts", tmp_path)
    assert "direction=vi-ar" in refuse(capsys, "direction=ar-vi", "model=demo", "--contrast", pairs)


def test_a_run_of_a_server_is_judged_by_a_model_that_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A server cannot judge, and says so; any model that is named can, with its own engine."""
    with ChatServer() as server:
        words = ["model=server", f"model.url={server.url}", "model.name=big", "preflight=off", f"runs_dir={tmp_path}"]
        assert main(["run", "data=ui", *COMMON[:1], "report=false", "limit=2", *words]) == 0
    (run,) = tmp_path.glob("ui-big-*")

    assert "model=server: a server writes texts" in refuse(capsys, run)
    assert call(capsys, run, "model=demo")["judge"]["engine"] == "transformers"


def test_other_segments_are_refused(runs: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Outputs of a run on other data are not taken for translations of these segments."""
    segments = runs["copied"] / "segments.jsonl"
    lines = segments.read_text(encoding="utf-8").splitlines(keepends=True)
    first = json.loads(lines[0])
    first["source"] = "x" * len(first["source"])
    segments.write_text(json.dumps(first) + "\n" + "".join(lines[1:]), encoding="utf-8")

    assert "has another source" in refuse(capsys, runs["own"], "--texts", runs["copied"])


def test_from_python(runs: dict[str, Path]) -> None:
    """`mt_eval.score_given` takes a run, its folder or a configuration, and says what the command says."""
    told: list[tuple[int, int]] = []
    by_run = mt_eval.score_given(mt_eval.read_run(runs["own"]), progress=lambda *done: told.append(done))
    config = mt_eval.compose("data=ui", "model=demo", f"limit={LIMIT}", "device.threads=1")
    by_data = mt_eval.score_given(config)

    assert told[-1][0] == told[-1][1] > 0
    assert by_run.judge == by_data.judge
    assert by_run.scores[0].log_probability == pytest.approx(by_data.scores[0].log_probability, abs=1e-3)
    with pytest.raises(ConfigError, match="the configuration has a model"):
        mt_eval.score_given(config, "model=demo")
    with pytest.raises(RunError, match="no such folder"):
        mt_eval.score_given(runs["own"] / "x")
