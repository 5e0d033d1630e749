"""Run directories of somebody else: by what names and addresses they hold, nothing is taken or written elsewhere."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from small_runs import make_rows, write_small_run

from mt_eval.cli.main import main

pytestmark = pytest.mark.filterwarnings("default")  # the clients' own deprecations are theirs

FINISHED = {"finished": "2026-01-02T03:04:05+00:00"}


def write_foreign_run(folder: Path, name: str, **config: Any) -> Path:
    return write_small_run(folder, name, make_rows(4), config=config, head=FINISHED)


def rename_inside(folder: Path, name: str) -> None:
    """Let the run call itself so."""
    head = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(json.dumps({**head, "id": name}), encoding="utf-8")


def list_files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture
def address() -> Iterator[tuple[str, list[str]]]:
    """A real server on this machine, and what it was asked with which authority."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.path} {self.headers.get('Authorization')}")
            self.send_error(404)

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("name", ["../../thesis", "..", "/ABSOLUTE/thesis", ".", "a/b", "", "x" * 300, "tab\there"])
def test_a_name_inside_a_file_is_no_path(name: str, tmp_path: Path) -> None:
    """TensorBoard's folder is one below the one named, and all that stood elsewhere stands there still."""
    pytest.importorskip("tensorboard", reason="the extra `tensorboard` is not installed")
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.tex").write_text("years of work")
    run = write_foreign_run(tmp_path / "runs", "r")
    rename_inside(run, name.replace("/ABSOLUTE", str(tmp_path)))
    before = list_files(tmp_path)

    main(["track", str(run), "--to", "tensorboard", "--set", f"folder={tmp_path / 'logs'}"])

    after = list_files(tmp_path)
    assert {path: after.get(path) for path in before} == before
    assert all(path.is_relative_to(tmp_path / "logs") for path in after.keys() - before.keys())


def test_nothing_in_a_folder_of_logs_is_removed(tmp_path: Path) -> None:
    """Files of others beside the run's own stay, also when the run is sent again; through a link nothing is written."""
    pytest.importorskip("tensorboard", reason="the extra `tensorboard` is not installed")
    run = write_foreign_run(tmp_path / "runs", "thesis")
    (tmp_path / "logs" / "thesis").mkdir(parents=True)
    (tmp_path / "logs" / "thesis" / "chapter.tex").write_text("years of work")
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "thesis").symlink_to(tmp_path / "logs")
    words = ["track", str(run), "--to", "tensorboard", "--set"]

    assert [main([*words, f"folder={tmp_path / 'logs'}"]) for _ in range(2)] == [0, 0]
    assert main([*words, f"folder={tmp_path / 'links'}"]) == 1
    assert len(list((tmp_path / "logs" / "thesis").iterdir())) == 2
    assert [path.name for path in (tmp_path / "logs").iterdir()] == ["thesis"]


def test_two_runs_of_one_name_are_two(tmp_path: Path) -> None:
    """In one folder of logs each has its own, whichever is sent again."""
    pytest.importorskip("tensorboard", reason="the extra `tensorboard` is not installed")
    runs = [write_foreign_run(tmp_path / name, "same", direction="vi-ar", n=name) for name in ("a", "b")]
    head = json.loads((runs[1] / "run.json").read_text(encoding="utf-8"))
    (runs[1] / "run.json").write_text(json.dumps({**head, "identity": "f" * 64}), encoding="utf-8")
    words = ["--to", "tensorboard", "--set", f"folder={tmp_path / 'logs'}"]

    statuses = [main(["track", str(run), *words]) for run in (*runs, *runs)]

    assert statuses == [0, 0, 0, 0]
    assert len(list((tmp_path / "logs").glob("*/events*"))) == 2


def test_a_run_sends_nobodys_token_to_an_address_of_its_own(
    address: tuple[str, list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The server that its configuration names is not asked; the command that would ask it is told."""
    uri, asked = address
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "secret")
    run = write_foreign_run(tmp_path / "runs", "r", tracker={"kind": "mlflow", "uri": uri, "experiment": "x"})

    assert main(["track", str(run)]) == 1
    assert asked == []
    assert f"`mt-eval track {run} --to mlflow --set uri={uri}` sends it there" in capsys.readouterr().err


def test_the_users_own_address_gets_the_users_token(
    address: tuple[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Named by the environment, as MLflow itself takes it: this server is asked."""
    pytest.importorskip("mlflow", reason="the extra `mlflow` is not installed")
    uri, asked = address
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "secret")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    run = write_foreign_run(tmp_path / "runs", "r", tracker={"kind": "mlflow", "uri": None})

    assert main(["track", str(run)]) == 1
    assert any(line.endswith("Bearer secret") for line in asked)


@pytest.mark.parametrize(
    "tracker",
    [
        {"kind": "tensorboard", "folder": "ELSEWHERE"},
        {"kind": "wandb", "folder": "ELSEWHERE"},
        {"kind": "wandb", "mode": "online", "entity": "somebody"},
        {"kind": "mlflow", "uri": "sqlite:///ELSEWHERE/x.db"},
    ],
)
def test_a_run_writes_nowhere_by_its_own_configuration(tracker: dict[str, str], tmp_path: Path) -> None:
    """A folder, a database and a service that only the run names are left alone."""
    tracker = {key: value.replace("ELSEWHERE", str(tmp_path / "elsewhere")) for key, value in tracker.items()}
    run = write_foreign_run(tmp_path / "runs", "r", tracker=tracker)
    before = list_files(tmp_path)

    assert main(["track", str(run)]) == 1
    assert list_files(tmp_path) == before
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("what", ["log.txt", "notes.txt"])
def test_a_link_sends_no_file_from_elsewhere(what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A link among the files of a run is named, and nothing is sent."""
    pytest.importorskip("tensorboard", reason="the extra `tensorboard` is not installed")
    (tmp_path / "id_ed25519").write_text("private")
    run = write_foreign_run(tmp_path / "runs", "r")
    (run / what).unlink(missing_ok=True)
    (run / what).symlink_to(tmp_path / "id_ed25519")

    assert main(["track", str(run), "--to", "tensorboard"]) == 1
    assert f"{run / what}: expected a regular file, got a link" in capsys.readouterr().err
    assert not (tmp_path / "runs" / ".trackers").exists()


@pytest.mark.parametrize("link", [".trackers", ".trackers/mlflow.db", ".trackers/tensorboard"])
def test_nothing_is_kept_through_a_link(link: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What stands beside a foreign run leads nowhere."""
    pytest.importorskip("tensorboard", reason="the extra `tensorboard` is not installed")
    run = write_foreign_run(tmp_path / "runs", "r")
    place = tmp_path / "runs" / link
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(tmp_path / "home")

    assert main(["track", str(run), "--to", "tensorboard"]) == 1
    assert "got a link" in capsys.readouterr().err
    assert not (tmp_path / "home").exists()


def test_a_run_without_a_tracker_stops_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is left out and named; a damaged one is named, too, and counts as an error."""
    pytest.importorskip("tensorboard", reason="the extra `tensorboard` is not installed")
    runs = tmp_path / "runs"
    for name, tracker in (("a", None), ("b", {"kind": "tensorboard", "folder": None}), ("c", {"kind": "none"})):
        write_foreign_run(runs, name, **({"tracker": tracker} if tracker else {}))

    assert main(["track", str(runs)]) == 0
    said = capsys.readouterr()
    assert [line.partition(":")[0] for line in said.out.splitlines()] == [str(runs / "b")]
    assert [line.split(": ")[:2] for line in said.err.splitlines()] == [
        ["left out", str(runs / "a")],
        ["left out", str(runs / "c")],
    ]

    (runs / "a" / "scores.json").write_text("{")
    assert main(["track", str(runs)]) == 1
    assert f"error: {runs / 'a'}" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["mlf?a=1", "a#b", "p%41q", "100%", "Bài báo (1) & tin", "a?b#c%20d"])
def test_the_database_is_beside_the_runs_whatever_their_folder_is_called(name: str, tmp_path: Path) -> None:
    """What an address would take for its own parts is a part of the folder's name, as SQLite itself sees it."""
    pytest.importorskip("mlflow", reason="the extra `mlflow` is not installed")
    run = write_foreign_run(tmp_path / name, "r")

    assert main(["track", str(run), "--to", "mlflow"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == [name]
    with sqlite3.connect(tmp_path / name / ".trackers" / "mlflow.db") as database:
        found = {key for (key,) in database.execute("select key from latest_metrics")}
    database.close()
    assert "chrFpp" in found
    assert [path.parent.name for path in (tmp_path / name / ".trackers").rglob("run.json")] == ["run"]
