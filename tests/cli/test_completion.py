"""What the tabulator key gives: the words of a line, and a real bash that asks for them."""

from __future__ import annotations

import os
import pty
import select
import shutil
import sys
import time
from pathlib import Path

import pytest

from mt_eval.cli.completion import complete


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("mt-eval sto", ["store"]),
        ("mt-eval run model=nllb_60", ["model=nllb_600m"]),
        ("mt-eval run -m decoding=greedy,b", ["decoding=greedy,beam"]),
        ("mt-eval run model=demo decoding.num_b", ["decoding.num_beams="]),
        ("mt-eval run  direction=", ["direction=vi-ar", "direction=ar-vi"]),
        ("mt-eval compare runs/a --all", ["--all-pairs"]),
        ("mt-eval compare --format l", ["latex"]),
        ("mt-eval data s", ["show"]),
        ("mt-eval nothing ", []),
    ],
)
def test_the_last_word_is_completed(line: str, found: list[str]) -> None:
    """Commands, groups, options, settings and what other commands take."""
    assert set(found) <= set(complete(line))
    assert found or complete(line) == []
    assert all(each.startswith(line.split(" ")[-1]) for each in complete(line))


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash on this machine")
@pytest.mark.parametrize(
    ("typed", "shown"),
    [("run model=nllb_60\t", "run model=nllb_600m "), ("run decoding.num_b\t", "run decoding.num_beams=")],
)
def test_bash_completes(typed: str, shown: str, tmp_path: Path) -> None:
    """An interactive bash that has evaluated the script fills in the word behind the `=`, too."""
    (tmp_path / "mt-eval").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mt_eval "$@"\n')
    (tmp_path / "mt-eval").chmod(0o755)
    process, terminal = pty.fork()
    if process == 0:
        environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PS1": "$ ", "TERM": "dumb"}
        os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], environment)
    try:
        os.write(terminal, b'eval "$(mt-eval completion bash)"; echo rea""dy\n')
        assert "ready" in read_until(terminal, "ready\r\n")
        os.write(terminal, f"mt-eval {typed}".encode())
        assert f"mt-eval {shown}" in read_until(terminal, f"mt-eval {shown}")
    finally:
        os.close(terminal)
        os.waitpid(process, 0)


def read_until(terminal: int, wanted: str) -> str:
    """What the terminal shows until `wanted` is there, or a minute has gone."""
    seen, end = "", time.monotonic() + 60
    while wanted not in seen and time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            seen += os.read(terminal, 4096).decode(errors="replace")
    return seen
