"""Trackers: what they were told is read back by other means; one that fails costs nothing."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from small_runs import make_rows, write_small_run

from mt_eval.cli.main import main
from mt_eval.runs.read import read_run
from mt_eval.track.record import describe_run
from mt_eval.types import Flag, Run

pytestmark = pytest.mark.filterwarnings("default")  # the clients' own deprecations are theirs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run over twelve segments of three articles, one of them flagged."""
    return write_small_run(
        tmp_path / "runs",
        "demo",
        make_rows(12, articles=3),
        head={"finished": "2026-01-02T03:04:05+00:00", "seconds": {"translate": 2.0, "score": 0.5}},
        flags=[(Flag("numbers", "<b>2022</b> missing"),), *[()] * 11],
    )


def value_of(run: Run, metric: str) -> float:
    found = next(each.value for each in run.scores if each.metric == metric and each.level == "segment")
    assert found is not None
    return found


def test_a_record_says_all_that_a_tracker_is_told(folder: Path) -> None:
    """Scores by level, flags, seconds and settings, each once; nothing that could not be scored."""
    record = describe_run(folder)
    run = read_run(folder)

    assert record.metrics["chrF++"] == value_of(run, "chrF++")
    assert {"chrF++.articles", "flagged", "flags.numbers", "seconds.translate"} <= record.metrics.keys()
    assert "chrF++.low" not in record.metrics
    assert (record.metrics["flagged"], record.metrics["seconds"]) == (1.0, 2.5)
    assert record.parameters["decoding.num_beams"] == "4"
    assert [row["id"] for row in record.rows] == [pair.id for pair in run.pairs]


# --- mlflow


@pytest.fixture
def mlflow_server(tmp_path: Path) -> Iterator[str]:
    """The address of a real MLflow server on this machine."""
    pytest.importorskip("mlflow", reason="the extra `mlflow` is not installed")
    for package in ("aiohttp", "flask", "flask_cors", "graphene"):
        pytest.importorskip(package, reason=f"MLflow's server needs {package}, which its client does not bring")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
               "--backend-store-uri", f"sqlite:///{tmp_path / 'server.db'}",
               "--artifacts-destination", str(tmp_path / "stored")]  # fmt: skip
    with (tmp_path / "server.log").open("wb") as log:
        environment = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
        process = subprocess.Popen(
            command, stdout=log, stderr=subprocess.STDOUT, env=environment, start_new_session=True
        )
    try:
        for _ in range(600):
            if answers(f"http://127.0.0.1:{port}/health"):
                break
            assert process.poll() is None, (tmp_path / "server.log").read_text()
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def ask(address: str, call: str, **body: Any) -> dict[str, Any]:
    """An answer of the server's REST interface."""
    request = urllib.request.Request(
        f"{address}/api/2.0/mlflow/{call}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def test_an_mlflow_server_is_told_once(folder: Path, mlflow_server: str, tmp_path: Path) -> None:
    """Its own interface gives back scores, settings, tags and files; sending again adds nothing."""
    words = ["track", str(folder), "--to", "mlflow", "--set", f"uri={mlflow_server}"]
    assert [main(words), main(words)] == [0, 0]

    with urllib.request.urlopen(
        f"{mlflow_server}/api/2.0/mlflow/experiments/get-by-name?experiment_name=mt-eval", timeout=20
    ) as answer:
        experiment = json.load(answer)["experiment"]["experiment_id"]
    (run,) = ask(mlflow_server, "runs/search", experiment_ids=[experiment])["runs"]
    metrics = {each["key"]: each["value"] for each in run["data"]["metrics"]}
    settings = {each["key"]: each["value"] for each in run["data"]["params"]}
    tags = {each["key"]: each["value"] for each in run["data"]["tags"]}
    assert run["info"]["status"] == "FINISHED"
    assert metrics["chrFpp"] == pytest.approx(value_of(read_run(folder), "chrF++"))
    assert metrics["flags.numbers"] == 1
    assert settings["decoding.num_beams"] == "4"
    assert tags["mt_eval.direction"] == "vi-ar"
    stored = {path.name for path in (tmp_path / "stored").rglob("*") if path.is_file()}
    assert {"run.json", "segments.jsonl", "scores.json", "segments.json"} <= stored


def test_mlflow_keeps_a_database_beside_the_runs(folder: Path) -> None:
    """By default: SQLite, read here with SQLite, and the files beside it."""
    pytest.importorskip("mlflow", reason="the extra `mlflow` is not installed")
    assert main(["track", str(folder), "--to", "mlflow"]) == 0

    own = folder.parent / ".trackers"
    with sqlite3.connect(own / "mlflow.db") as database:
        found = dict(database.execute("select key, value from latest_metrics").fetchall())
    database.close()
    assert found["BLEU-13a"] == pytest.approx(value_of(read_run(folder), "BLEU-13a"))
    assert [path.parent.name for path in own.rglob("run.json")] == ["run"]


# --- wandb


def read_offline(file: Path) -> list[Any]:
    """The records of an offline file: a LevelDB log behind a header of 7 bytes, each record a protocol buffer."""
    from wandb.proto import wandb_internal_pb2

    content, position, parts, records = file.read_bytes(), 7, b"", []
    while position + 7 <= len(content):
        if 32768 - position % 32768 < 7:
            position += 32768 - position % 32768
            continue
        _, length, kind = struct.unpack("<IHB", content[position : position + 7])
        parts += content[position + 7 : position + 7 + length]
        position += 7 + length
        if kind in (1, 4):  # full, last
            records.append(wandb_internal_pb2.Record.FromString(parts))
            parts = b""
    return records


def wait_for_records(file: Path) -> list[Any]:
    """The records of an offline file that is whole: W&B's own process goes on writing after `finish` has returned."""
    end = time.monotonic() + 60
    while True:
        records = read_offline(file)
        if any(record.WhichOneof("record_type") in ("exit", "final") for record in records) or time.monotonic() > end:
            return records
        time.sleep(0.1)


def test_wandb_writes_offline_files_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that `wandb sync` would send holds settings, scores and the table; sending again writes none."""
    pytest.importorskip("wandb", reason="the extra `wandb` is not installed")
    monkeypatch.setenv("WANDB_MODE", "offline")
    assert [main(["track", str(folder), "--to", "wandb"]) for _ in range(2)] == [0, 0]

    (file,) = (folder.parent / ".trackers" / "wandb").glob("offline-run-*/*.wandb")
    records = wait_for_records(file)
    run = next(record.run for record in records if record.WhichOneof("record_type") == "run")
    settings = {item.key: json.loads(item.value_json) for item in run.config.update}
    history = {
        item.key or "/".join(item.nested_key): json.loads(item.value_json)
        for record in records
        if record.WhichOneof("record_type") == "history"
        for item in record.history.item
    }
    assert (run.project, run.display_name) == ("mt-eval", "demo")
    assert settings["decoding.num_beams"] == "4"
    assert history["chrF++"] == pytest.approx(value_of(read_run(folder), "chrF++"))
    (table,) = file.parent.rglob("segments*.table.json")
    assert len(json.loads(table.read_text(encoding="utf-8"))["data"]) == 12


# --- tensorboard


def test_tensorboard_reads_what_was_written(folder: Path) -> None:
    """TensorBoard's own reader gives the scores, the settings and the texts; markup in a text is escaped."""
    accumulator = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator", reason="the extra `tensorboard` is not installed"
    )
    from tensorboard.plugins.hparams import plugin_data_pb2

    assert [main(["track", str(folder), "--to", "tensorboard"]) for _ in range(2)] == [0, 0]

    place = folder.parent / ".trackers" / "tensorboard" / "demo"
    assert len(list(place.iterdir())) == 1
    events = accumulator.EventAccumulator(str(place))
    events.Reload()
    tags = events.Tags()
    expected = describe_run(folder).metrics
    found = {tag: events.Tensors(tag)[0].tensor_proto for tag in tags["tensors"]}
    scalars = {tag: events.Scalars(tag)[0].value for tag in tags["scalars"]}
    assert scalars == pytest.approx({name.replace(".", "/", 1): value for name, value in expected.items()}, rel=1e-6)
    assert "worst segments" in found
    assert "câu 0" in found["worst segments"].string_val[0].decode()
    content = events.SummaryMetadata("_hparams_/session_start_info").plugin_data.content
    settings = plugin_data_pb2.HParamsPluginData.FromString(content).session_start_info.hparams
    assert settings["decoding.num_beams"].string_value == "4"


def test_tensorboards_worst_segments_are_the_worst(tmp_path: Path) -> None:
    """Where lower is better, the table begins with the segment that has the most errors."""
    accumulator = pytest.importorskip(
        "tensorboard.backend.event_processing.event_accumulator", reason="the extra `tensorboard` is not installed"
    )
    head = {"finished": "2026-01-02T03:04:05+00:00", "seconds": {}}
    made = write_small_run(tmp_path / "runs", "errors", make_rows(6, lost=2), metrics=("TER",), head=head)
    worst = max(read_run(made).segment_scores["TER"], key=lambda value: value or 0)

    main(["track", str(made), "--to", "tensorboard"])

    events = accumulator.EventAccumulator(str(made.parent / ".trackers" / "tensorboard" / "errors"))
    events.Reload()
    table = events.Tensors("worst segments")[0].tensor_proto.string_val[0].decode()
    assert float(table.splitlines()[2].split("|")[2]) == worst


# --- what goes wrong


@pytest.fixture
def lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Words of a run that takes a moment, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("news.vi", "Xin chào\nTạm biệt\n"), ("news.ar", "مرحبا\nوداعا\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return ["run", "data=lines", "data.source_path=news.vi", "data.reference_path=news.ar", "model=copy",
            "metrics.samples=0"]  # fmt: skip


@pytest.mark.parametrize(
    ("package", "words", "why"),
    [
        ("mlflow", ["tracker=mlflow", "tracker.uri=http://127.0.0.1:9"], "could not be sent to mlflow"),
        ("tensorboard", ["tracker=tensorboard", "tracker.folder=news.vi"], "could not be sent to tensorboard"),
        ("wandb", ["tracker=wandb", "tracker.folder=news.vi"], "could not be sent to wandb"),
    ],
)
def test_a_tracker_that_fails_costs_no_run(
    package: str, words: list[str], why: str, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody listens, or there is no place for files: the run is whole, the status 0, and the mend is told."""
    pytest.importorskip(package, reason=f"the extra `{package}` is not installed")
    status = main([*lines, *words])

    (made,) = Path("runs").glob("lines-*")
    said = capsys.readouterr().err
    assert status == 0
    assert read_run(made).translations
    assert why in said
    (command,) = re.findall(r"`(mt-eval track .*)`", said)
    assert command.startswith(f"mt-eval track {made} --to {package} --set ")
    assert f"--set {words[1].removeprefix('tracker.')}" in command


def test_what_could_not_be_sent_is_sent_later(lines: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Once the cause is mended, by the command that was told."""
    pytest.importorskip("tensorboard", reason="the extra `tensorboard` is not installed")
    Path("logs").write_text("in the way")
    main([*lines, "tracker=tensorboard", "tracker.folder=logs"])
    command = shlex.split(re.findall(r"`mt-eval (track .*)`", capsys.readouterr().err)[-1])
    failed = main(command)
    Path("logs").unlink()

    assert (failed, main(command)) == (1, 0)
    assert len(list(Path("logs").glob("*/events*"))) == 1


def test_a_sweep_says_at_its_end_what_no_tracker_was_told(lines: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Behind the table, where workers' own words do not get lost."""
    pytest.importorskip("tensorboard", reason="the extra `tensorboard` is not installed")
    status = main([lines[0], "-m", *lines[1:], "tracker=tensorboard", "tracker.folder=news.vi", "limit=1,2"])

    said = capsys.readouterr().err
    assert status == 0
    assert said[said.index("2 jobs: 2 done") :].count("could not be sent to tensorboard") == 2


def test_a_tracker_that_is_not_installed_is_said_first(
    lines: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before anything is translated, with the command that mends it."""
    monkeypatch.setitem(sys.modules, "wandb", None)

    assert main([*lines, "tracker=wandb"]) == 1
    assert "run `pip install 'mt-eval[wandb]'`" in capsys.readouterr().err
    assert list(Path("runs").glob("lines-*")) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "its configuration names no tracker, expected one; say --to mlflow, wandb or tensorboard"),
        (["--to", "mlflow", "--set", "url=x"], "--set url=x: expected KEY=VALUE with one of uri, experiment"),
        (["--to", "wandb", "--set", "mode=later"], "tracker.mode=later is not possible: expected offline or online"),
    ],
)
def test_what_cannot_be_sent_anywhere_is_said(
    words: list[str], message: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No tracker at all, a setting it has not, a value it cannot have."""
    assert main(["track", str(folder), *words]) == 1
    assert message in capsys.readouterr().err
