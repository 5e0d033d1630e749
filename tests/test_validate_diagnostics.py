"""`scripts/validate_diagnostics.py` runs without the shared data, and what it breaks is broken."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from corruptions import Output, drop_any_name, drop_name

from mt_eval.diagnose import FLAGS


def make_output(source: str, text: str, reference: str) -> Output:
    return Output(source, text, reference, "en", "vi", good=True, following="", elsewhere=())


def drop(source: str, text: str, reference: str, *, any_name: bool = False) -> str | None:
    """The output without its name and with single spaces."""
    output = make_output(source, text, reference)
    rng = random.Random(1)
    corrupted = drop_any_name(output, rng) if any_name else drop_name(output, {"hall"}, rng)
    return corrupted if corrupted is None else re.sub(" +", " ", corrupted)


@pytest.mark.parametrize(
    ("source", "text", "corrupted"),
    [
        ("We met David O'Shannessy there.", "Ta gặp David O'Shannessy ở đó.", "Ta gặp ở đó."),
        ("We met Nicolás Kopp's aide.", "Ta gặp phụ tá của Kopp.", "Ta gặp phụ tá của ."),
        ("The host Dubai, in dubai dress", "Chủ nhà Dubai, áo dubai", "Chủ nhà , áo "),
    ],
)
def test_a_name_is_dropped_whole(source: str, text: str, corrupted: str) -> None:
    """All words of the run go, with what is joined to them, wherever they stand."""
    assert drop(source, text, text) == corrupted


@pytest.mark.parametrize(
    ("source", "text", "reference"),
    [
        ("We met Putin there.", "Ta gặp ông ấy.", "Ta gặp Putin."),
        ("We met Putin there.", "Ta gặp Putin.", "Ta gặp ông ấy."),
        ("We saw the Olympic hall of Olympic games.", "Nhà Olympic của Olympic.", "Nhà Olympic của Thế vận hội."),
        ("We saw the Hall there.", "Ta thấy Hall.", "Ta thấy Hall."),
        ("We met UN staff.", "Ta gặp UN.", "Ta gặp UN."),
        ("Putin came.", "Putin đến.", "Putin đến."),
    ],
)
def test_what_is_no_lost_name_is_not_dropped(source: str, text: str, reference: str) -> None:
    """A name has to stand in output and reference as often as in the source, and to be told from other words."""
    assert drop(source, text, reference) is None


@pytest.mark.parametrize("name", ["UN", "Hall", "Putin"])
def test_any_name_may_be_an_acronym_or_an_ordinary_word(name: str) -> None:
    """The wider corruption asks only that a person kept the word."""
    assert drop(f"We met {name} staff.", f"Ta gặp {name} rồi.", f"Ta thấy {name}.", any_name=True) == "Ta gặp rồi."


def test_the_script_runs_on_the_projects_own_article(repository: Path) -> None:
    """Without the shared data it says so, and gives the figures and targets it promises all the same."""
    command = ["scripts/validate_diagnostics.py", "--data", "no/such", "--ntrex", "no/such", "--quick", "--json"]
    done = subprocess.run([sys.executable, *command], cwd=repository, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    result = json.loads(lines[-1])

    assert any(line.startswith("no/such is not there") for line in lines)
    assert {f"reference_rate_{name}" for name in (*FLAGS, "any")} <= set(result["figures"])
    assert {f"{kind}_{name}" for name in FLAGS for kind in ("precision", "recall", "reference_rate")} == set(
        result["targets"]
    )
    assert result["figures"]["precision_empty"] == result["figures"]["recall_empty"] == 1
