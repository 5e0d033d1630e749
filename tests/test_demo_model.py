"""The bundled model: small, in plain Hugging Face format, and better than chance on strings it has not seen."""

from __future__ import annotations

import json
import struct
import warnings
from pathlib import Path

import pytest
import torch
from transformers import MarianMTModel, MarianTokenizer

from mt_eval.bundled import bundled_path
from mt_eval.cli.main import main
from mt_eval.files import read_lines
from mt_eval.runs.read import read_run
from mt_eval.types import Level, Run

FOLDER = bundled_path("models/demo")


def evaluate(folder: Path, *words: str) -> Run:
    """The run of these words on the held-out strings, decoded greedily (the model card has beam search)."""
    options = ["data=ui", "decoding=greedy", "metrics.samples=0", f"runs_dir={folder}"]
    assert main(["run", *options, *words]) == 0
    (made,) = [path for path in folder.iterdir() if not path.name.startswith(".")]
    return read_run(made)


def chrf(run: Run) -> float:
    (value,) = [score.value for score in run.scores if score.metric == "chrF" and score.level is Level.SEGMENT]
    assert value is not None
    return value


def test_weights_are_small_float16_safetensors() -> None:
    """At most 16 MB, every tensor in float16."""
    weights = (FOLDER / "model.safetensors").read_bytes()
    (length,) = struct.unpack("<Q", weights[:8])
    header = json.loads(weights[8 : 8 + length])

    assert len(weights) <= 16_000_000
    assert {entry["dtype"] for name, entry in header.items() if name != "__metadata__"} == {"F16"}


@pytest.mark.parametrize(
    ("direction", "words", "margin"),
    [
        ("vi-ar", ["limit=60"], 10),  # of few strings, several are names, and shifted ones share words
        pytest.param("vi-ar", [], 15, marks=pytest.mark.slow),
        pytest.param("ar-vi", [], 15, marks=pytest.mark.slow),
    ],
)
def test_held_out_strings_beat_chance(direction: str, words: list[str], margin: float, tmp_path: Path) -> None:
    """chrF is at least `margin` above that of the references shifted by one string."""
    model = evaluate(tmp_path / "model", "model=demo", f"direction={direction}", *words)
    references = [pair.reference_text for pair in model.pairs]
    shifted = tmp_path / "shifted.txt"
    data = read_lines(bundled_path(f"seeds/ui/ui.{direction[:2]}.txt"))
    lines = [*references[1:], references[0], *data[len(references) :]]  # a file of translations has a line for each
    shifted.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    words = ["model=hypotheses", f"model.path={shifted}", f"direction={direction}", *words]
    chance = evaluate(tmp_path / "chance", *words)

    assert chrf(model) >= chrf(chance) + margin


@pytest.mark.parametrize(
    ("token", "direction"), [(">>ara<<", "vi-ar"), pytest.param(">>vie<<", "ar-vi", marks=pytest.mark.slow)]
)
def test_it_is_an_ordinary_marian_checkpoint(token: str, direction: str, tmp_path: Path) -> None:
    """`MarianTokenizer` and `MarianMTModel` load it as they are, and `generate` says what our run says."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Recommended: pip install sacremoses")
        tokenizer = MarianTokenizer.from_pretrained(FOLDER)
    model = MarianMTModel.from_pretrained(FOLDER, dtype=torch.float32)
    ours = evaluate(tmp_path, "model=demo", f"direction={direction}", "limit=5")

    raw = []
    for pair in ours.pairs:
        inputs = tokenizer(f"{token} {pair.source_text}", return_tensors="pt")
        output = model.generate(**inputs, num_beams=1, do_sample=False, max_new_tokens=256)
        raw.append(tokenizer.decode(output[0], skip_special_tokens=True))

    assert [translation.text for translation in ours.translations if translation] == raw


def test_the_model_card_is_there() -> None:
    """The card names the data's licenses and says what the model is not."""
    card = (FOLDER / "MODEL_CARD.md").read_text(encoding="utf-8")

    assert [word for word in ("MPL-2.0", "MIT", "Unicode-3.0", "chance", "demonstration") if word not in card] == []
