"""`mt-eval models`: what is listed, what is fetched, and what is said."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import tiny_checkpoints
from small_hub import SmallHub

from mt_eval.cli import models
from mt_eval.errors import ConfigError, ModelError

Command = Callable[..., int]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """The command on words of the command line, with an empty hub cache."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))

    def run(*words: str) -> int:
        parser = argparse.ArgumentParser()
        models.add_parser(parser.add_subparsers())
        arguments = parser.parse_args(["models", *words])
        return int(arguments.run(arguments))

    return run


def test_the_table_names_legs_sizes_and_licenses(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    """One row per option and leg; what cannot go in the direction stands below."""
    status = command()

    out = capsys.readouterr().out
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert status == 0
    assert "nllb_600m facebook/nllb-200-distilled-600M 615 M 2.5 GB 2.5 GB no CC-BY-NC-4.0" in lines
    pivot = lines.index("opus_pivot_fr Helsinki-NLP/opus-mt-vi-fr 75 M 300 MB 300 MB no Apache-2.0")
    assert lines[pivot + 1] == "Helsinki-NLP/opus-mt-fr-ar 75 M 300 MB no Apache-2.0"
    assert "Not known to translate vi-ar: opus, opus_big, opus_big_opus_pivot_en." in lines


def test_direction_and_dtype_change_the_table(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    """The other way has the other checkpoints, and two bytes a number take half the memory."""
    command("--direction", "ar-vi", "--dtype", "bfloat16")

    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "opus_pivot_en Helsinki-NLP/opus-mt-ar-en 75 M 300 MB 150 MB no Apache-2.0" in lines


def test_json_has_scores_and_notes(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything that is known of each leg, for the direction asked for, in one object."""
    command("--json", "--direction", "en-ar")

    found = json.loads(capsys.readouterr().out)
    opus = next(option for option in found["options"] if option["option"] == "opus")
    (leg,) = opus["legs"]
    assert (found["direction"], "opus_pivot_en" in found["without"]) == ("en-ar", True)
    assert (leg["checkpoint"], leg["on_disk"], leg["folder"]) == ("Helsinki-NLP/opus-mt-en-ar", "no", None)
    assert leg["scores"] == [
        {"direction": "en-ar", "metric": "BLEU", "value": 14.0, "data": "Tatoeba", "source": "model card"}
    ]
    assert any("target token" in note for note in leg["notes"])


def test_a_users_own_options_are_listed(command: Command, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A folder of options is read as `mt-eval run --config-dir` reads it."""
    checkpoint = tiny_checkpoints.make_marian(tmp_path / "tiny")
    (tmp_path / "model").mkdir()
    text = f"# Mine\ndefaults: [marian_schema]\nname: {checkpoint}\n"
    (tmp_path / "model" / "mine.yaml").write_text(text, encoding="utf-8")

    command("--config-dir", str(tmp_path))

    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert f"mine {checkpoint} ? none ? yes ?" in lines


def test_a_folder_without_options_is_an_error(command: Command, tmp_path: Path) -> None:
    """A misspelt --config-dir is not an empty list."""
    with pytest.raises(ConfigError, match=r"has no folder model; expected option files in"):
        command("--config-dir", str(tmp_path))


def test_what_was_fetched_is_there(
    small_hub: SmallHub, command: Command, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each checkpoint of the direction is downloaded, then listed as there, and fetched again offline."""
    for name in ("Helsinki-NLP/opus-mt-ar-en", "Helsinki-NLP/opus-mt-en-vi"):
        tiny_checkpoints.make_marian(small_hub.root / name)
    fetch = ("fetch", "opus_pivot_en", "--direction", "ar-vi")

    first = command(*fetch)

    said = capsys.readouterr()
    commit = small_hub.find_commit("Helsinki-NLP/opus-mt-en-vi")
    assert first == 0
    assert "Helsinki-NLP/opus-mt-ar-en: 300 MB to download" in said.err
    assert f"Helsinki-NLP/opus-mt-en-vi (commit {commit}): {small_hub.root.parent / 'cache'}" in said.out
    asked = len(small_hub.asked)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    assert command(*fetch) == 0
    again = capsys.readouterr()
    assert (again.out, "to download" in again.err) == (said.out, False)
    command("--direction", "ar-vi")
    listed = capsys.readouterr().out
    lines = [" ".join(line.split()) for line in listed.splitlines()]
    assert "opus_pivot_en Helsinki-NLP/opus-mt-ar-en 75 M 300 MB 300 MB yes Apache-2.0" in lines
    assert len(small_hub.asked) == asked


def test_fetch_finds_what_was_damaged(small_hub: SmallHub, command: Command) -> None:
    """One byte of the weights flipped on the disk, the size the same, is found before the cache is carried away."""
    for name in ("Helsinki-NLP/opus-mt-ar-en", "Helsinki-NLP/opus-mt-en-vi"):
        tiny_checkpoints.make_marian(small_hub.root / name)
    command("fetch", "opus_pivot_en", "--direction", "ar-vi")
    weights = next((small_hub.root.parent / "cache").rglob("model.safetensors")).resolve()
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 255
    weights.write_bytes(content)

    with pytest.raises(ModelError, match=r"model\.safetensors is damaged"):
        command("fetch", "opus_pivot_en", "--direction", "ar-vi")


def test_fetch_of_what_is_there(command: Command, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A folder needs no download, and says where it is."""
    checkpoint = tiny_checkpoints.make_marian(tmp_path / "tiny")
    (tmp_path / "model").mkdir()
    text = f"# Mine\ndefaults: [marian_schema]\nname: {checkpoint}\n"
    (tmp_path / "model" / "mine.yaml").write_text(text, encoding="utf-8")

    capsys.readouterr()
    command("fetch", "mine", "--config-dir", str(tmp_path))

    said = capsys.readouterr()
    assert (said.out, said.err) == (f"{checkpoint}: {checkpoint}\n", "")


def test_fetch_without_a_connection(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not downloaded before cannot be had, in one sentence."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

    with pytest.raises(ModelError, match=r"model\.name=Helsinki-NLP/opus-mt-vi-en: .* HF_HUB_OFFLINE is set"):
        command("fetch", "opus_pivot_en")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nllb_600"], r"nllb_600 is no model option that names its checkpoints; did you mean nllb_600m\? known are"),
        (["copy"], r"copy is no model option that names its checkpoints; known are demo, "),
        (["opus"], r"model=opus is not known to translate direction=vi-ar; `mt-eval models --direction vi-ar` lists"),
    ],
)
def test_fetch_of_what_there_is_not(command: Command, words: list[str], message: str) -> None:
    """A misspelt option, one without a checkpoint, and one for other directions."""
    with pytest.raises(ConfigError, match=message):
        command("fetch", *words)


def test_listing_imports_no_torch() -> None:
    """A list is there at once."""
    program = (
        "import argparse, sys; from mt_eval.cli import models\n"
        "parser = argparse.ArgumentParser(); models.add_parser(parser.add_subparsers())\n"
        "arguments = parser.parse_args(['models', '--json']); arguments.run(arguments)\n"
        "heavy = {'torch', 'transformers', 'datasets', 'pandas'} & set(sys.modules)\n"
        "sys.exit(f'imported {sorted(heavy)}' if heavy else 0)\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
