"""Files that change while they are used: what is hashed is what translates, or nothing is kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tiny_checkpoints

from mt_eval.config import MarianModel
from mt_eval.errors import ModelError
from mt_eval.translate import locate, translate_pairs
from mt_eval.translate.checkpoints.hashing import check_unchanged, hash_files
from mt_eval.translate.store.upkeep import list_legs

Configure = Callable[..., Any]


@pytest.fixture
def marian(tiny_marian: Path, tmp_path: Path) -> Path:
    """A copy of the tiny Marian to change."""
    return shutil.copytree(tiny_marian, tmp_path / "marian")


@pytest.mark.parametrize("file", ["model.safetensors", "vocab.json", "source.spm"])
def test_a_file_that_changes_between_finding_and_loading(
    configure: Configure, marian: Path, pair_up: Any, silent: Any, tmp_path: Path, file: str
) -> None:
    """New weights under the old name are not translated with under the old identity."""
    config = configure(MarianModel(str(marian)))
    system = locate(config)
    other = tiny_checkpoints.make_marian(tmp_path / "other", seed=7)
    content = (other / file).read_bytes()
    (marian / file).write_bytes(content if content != (marian / file).read_bytes() else content + b"\n")

    with pytest.raises(ModelError, match=r"was changed since this run began|damaged|do not belong|cannot be loaded"):
        translate_pairs(config, pair_up(["Xin chào"]), tmp_path / "store", silent, system=system)
    assert list_legs(tmp_path / "store", 0.0) == ()


def test_weights_that_change_while_they_translate(
    configure: Configure, marian: Path, pair_up: Any, tmp_path: Path, sentences: list[str]
) -> None:
    """A batch that comes after the change is not kept; those before it are."""
    config = configure(MarianModel(str(marian)), engine={"batch_tokens": 16})
    other = tiny_checkpoints.make_marian(tmp_path / "other", seed=7)

    def progress(done: int, total: int) -> None:
        if done == len(sentences) // 2:
            shutil.copyfile(other / "model.safetensors", marian / "model.safetensors")

    with pytest.raises(ModelError, match=r"model\.safetensors was changed since this run began"):
        translate_pairs(config, pair_up(sentences), tmp_path / "store", progress)
    (leg,) = list_legs(tmp_path / "store", 0.0)
    assert 0 < leg.records <= len(sentences) // 2


def test_a_touch_is_no_change(marian: Path) -> None:
    """Another time of change with the same bytes, as after a copy back, is the same file."""
    files = hash_files("m", marian, ["vocab.json"])
    os.utime(marian / "vocab.json", (1, 1))

    check_unchanged("m", marian, files)


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A file that is gone, when it is hashed and later."""
    (tmp_path / "vocab.json").write_text("{}")
    files = hash_files("m", tmp_path, ["vocab.json"])
    (tmp_path / "vocab.json").unlink()

    with pytest.raises(ModelError, match=r"m: .*vocab\.json was changed since"):
        check_unchanged("m", tmp_path, files)
    with pytest.raises(ModelError, match=r"m: .*vocab\.json cannot be read \(No such file"):
        hash_files("m", tmp_path, ["vocab.json"])
