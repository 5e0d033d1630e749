"""`mt-eval status` and `mt-eval show` in a narrow terminal, in a pipe, and without colours."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from small_runs import make_rows, write_small_run
from terminals import run_in_terminal

from mt_eval.cli.main import main

PROVENANCE = {
    "finished": "2026-01-02T03:04:05+00:00",
    "seconds": {"translate": 2.0, "score": 0.5},
    "choices": {"model": "demo", "data": "lines"},
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with one run of a long name and four metrics."""
    monkeypatch.chdir(tmp_path)
    name = "lines-opus-mt-vi-en+opus-mt-en-ar-vi-ar-01234567"
    write_small_run(
        tmp_path / "runs",
        name,
        make_rows(6, articles=2),
        metrics=("chrF++", "chrF", "BLEU-intl", "BLEU-13a"),
        head=PROVENANCE,
    )
    return tmp_path / "runs" / name


def test_status_fits_80_columns(folder: Path) -> None:
    """Columns that do not fit are left out and named; in a wide terminal all are there."""
    narrow, wide = run_in_terminal(80, "status"), run_in_terminal(200, "status")

    assert max(map(len, narrow.splitlines()[:2])) <= 80
    assert "not shown for want of room: BLEU-intl, BLEU-13a" in narrow or "not shown for want of room: chrF" in narrow
    assert "BLEU-13a" in wide.splitlines()[0]


@pytest.mark.parametrize("words", [["status"], ["show", "{}"], ["report", "{}"]])
def test_a_pipe_gets_plain_text(folder: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """No escape codes where nobody sees them."""
    assert main([word.format(folder) for word in words]) == 0

    assert "\x1b" not in capsys.readouterr().out


def test_status_json_is_the_format(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` is short for `--format json`."""
    main(["status", "--json"])
    short = capsys.readouterr().out
    main(["status", "--format", "json"])

    assert json.loads(short) == json.loads(capsys.readouterr().out)


def test_a_claim_that_cannot_be_read_names_no_host(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a claim just being written nor a dead one of an unknown owner is from the host `None`."""
    claims = folder.parent / ".claims"
    claims.mkdir()
    (claims / "fresh.json").write_text("")
    (claims / "old.json").write_text("[]")
    os.utime(claims / "old.json", (0, 0))

    main(["status"])
    printed = capsys.readouterr().out

    assert "None" not in printed
    assert "its process ended (host unknown)" in printed
