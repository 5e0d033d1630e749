"""The script that measures a GPU runs whole without one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from bench_gpu import PARTS
from gpu_work import make_texts


@pytest.mark.slow
@pytest.mark.extra("models", "ct2")
def test_every_part_is_rehearsed(repository: Path, tmp_path: Path) -> None:
    """No part fails; the demo model says on this device what it says on this device; memory really runs out."""
    out = tmp_path / "found.json"
    words = ["--rehearse", "--json", "--ntrex", "no/such/folder", "--out", str(out)]
    words += ["--parts", *(part for part in PARTS if part != "nllb_transformers")]  # no line that others lack

    command = [sys.executable, "scripts/bench_gpu.py", *words]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["failed"] == {}
    assert [note for note in found["notes"] if "FAILED" in note] == []
    figures = json.loads(done.stdout.splitlines()[-1])["figures"]
    assert figures == found["figures"]
    shares = {name: value for name, value in figures.items() if name.startswith("same_text_share_")}
    assert shares["same_text_share_transformers_float32"] == 1.0
    assert shares["same_text_share_ctranslate2_float32"] == 1.0
    assert shares["same_text_share_back_off_transformers"] >= 0.9
    assert figures["back_offs_transformers"] >= 1
    assert figures["share_of_raw_ctranslate2"] > 0
    assert figures["speedup_ctranslate2_float32"] > 0
    assert figures["nllb_source_characters_per_second"] > 0


def test_made_texts_are_as_many_as_asked_and_always_the_same(tmp_path: Path) -> None:
    """Without NTREX they are made of the project's own words, and are about as long as NTREX's sentences."""
    texts = make_texts(tmp_path / "absent", 500)

    assert len(texts) == 500
    assert texts == make_texts(tmp_path / "absent", 500)
    assert 25 <= sum(len(text.split()) for text in texts) / 500 <= 35
