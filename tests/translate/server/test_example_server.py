"""The translation server under examples/ does what it says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mt_eval.cli.main import main
from mt_eval.runs.read import read_run

pytestmark = pytest.mark.extra("server")


def test_the_translation_server_can_be_asked(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says how it is asked; asked so, it copies."""
    monkeypatch.chdir(tmp_path)
    command = [sys.executable, str(repository / "examples/translation_server.py"), "--port", "0", "--copy"]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}

    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            assert server.stdout is not None
            said = server.stdout.readline().split()
            status = main(["run", "model=server", *said, "data=ui", "limit=3", "preflight=off", "metrics.samples=0"])
        finally:
            server.terminate()

    assert status == 0, capsys.readouterr().err
    (folder,) = (tmp_path / "runs").glob("ui-copy-*")
    run = read_run(folder)
    assert [each.text for each in run.translations if each] == [pair.source_text for pair in run.pairs]
