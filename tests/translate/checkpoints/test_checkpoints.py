"""Checkpoints that are missing, broken or of another kind: one clear sentence each."""

from __future__ import annotations

import json
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from mt_eval.config import MarianModel, NllbModel, PivotModel
from mt_eval.errors import ConfigError, ModelError
from mt_eval.translate import locate, translate_pairs

Configure = Callable[..., Any]


def edit_json(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


@pytest.fixture
def marian(tiny_marian: Path, tmp_path: Path) -> Path:
    """A copy of the tiny Marian to break."""
    return shutil.copytree(tiny_marian, tmp_path / "marian")


@pytest.fixture
def nllb(tiny_nllb: Path, tmp_path: Path) -> Path:
    """A copy of the tiny NLLB to break."""
    return shutil.copytree(tiny_nllb, tmp_path / "nllb")


@pytest.fixture
def attempt(configure: Configure, pair_up: Any, silent: Any, tmp_path: Path) -> Callable[[Any], None]:
    """Locate a model and translate two sentences with it."""
    return lambda model: translate_pairs(configure(model), pair_up(["Xin chào", "tạm biệt"]), tmp_path / "s", silent)


# --- names and files


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("./no/such/folder", r"model\.name=\./no/such/folder: there is no such folder, and it cannot be a hub name"),
        ("bundled:models/nothing", r"this installation of mt-eval holds no models/nothing"),
        ("a/b/c", r"there is no such folder, and it cannot be a hub name either; .* Helsinki-NLP/opus-mt-vi-en"),
    ],
)
def test_missing_folder(configure: Configure, name: str, message: str) -> None:
    """A folder that is not there is said to be missing."""
    with pytest.raises(ModelError, match=message):
        locate(configure(MarianModel(name)))


def test_file_for_a_folder(configure: Configure, marian: Path) -> None:
    """A file is no checkpoint."""
    with pytest.raises(ModelError, match=r"is a file; expected a folder with config\.json"):
        locate(configure(MarianModel(str(marian / "model.safetensors"))))


def test_revision_of_a_folder(configure: Configure, marian: Path) -> None:
    """A folder has no revision to pin."""
    with pytest.raises(ModelError, match=r"model\.revision=v1 was given, but .* is a folder, which has no revisions"):
        locate(configure(MarianModel(str(marian), revision="v1")))


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("config.json", r"config\.json is missing in .*marian"),
        ("source.spm", r"the tokenizer file source\.spm is missing in .*; download it again"),
        ("vocab.json", r"the tokenizer file vocab\.json is missing"),
        ("model.safetensors", r"there are no weights in .*; expected model\.safetensors or pytorch_model\.bin"),
    ],
)
def test_missing_file(configure: Configure, marian: Path, file: str, message: str) -> None:
    """The missing file is named before anything is loaded."""
    (marian / file).unlink()

    with pytest.raises(ModelError, match=message):
        locate(configure(MarianModel(str(marian))))


def test_nllb_with_its_sentencepiece_file_alone(configure: Configure, nllb: Path) -> None:
    """transformers 5 would make a tokenizer of it that knows no language; what is missing can be copied."""
    (nllb / "tokenizer.json").rename(nllb / "sentencepiece.bpe.model")

    with pytest.raises(
        ModelError, match=r"tokenizer\.json is missing in .*; copy it from any NLLB-200 .*, such as facebook/nllb-200-d"
    ):
        locate(configure(NllbModel(str(nllb))))


def test_missing_shard(configure: Configure, marian: Path) -> None:
    """An index whose shards are not all there is an unfinished download."""
    (marian / "model.safetensors").unlink()
    index = {"metadata": {}, "weight_map": {"a": "model-00001-of-00002.safetensors"}}
    (marian / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")

    with pytest.raises(ModelError, match=r"names model-00001-of-00002\.safetensors, which is missing"):
        locate(configure(MarianModel(str(marian))))


@pytest.mark.parametrize(("content", "message"), [("{", "is not JSON"), ("[]", "holds a list")])
def test_broken_config(configure: Configure, marian: Path, content: str, message: str) -> None:
    """A config.json that is none is named."""
    (marian / "config.json").write_text(content, encoding="utf-8")

    with pytest.raises(ModelError, match=rf"config\.json {message}"):
        locate(configure(MarianModel(str(marian))))


# --- architecture and languages


@pytest.mark.parametrize(
    ("model_type", "message"),
    [
        ("t5", r"config\.json says model_type t5, where marian is needed; it fits model=seq2seq"),
        ("gpt2", r"config\.json says model_type gpt2, where marian is needed; mt-eval runs bart, .*; .* model=server"),
        ("m2m_100", r"config\.json says model_type m2m_100, where marian is needed; it fits model=nllb"),
    ],
)
def test_other_architecture(configure: Configure, marian: Path, model_type: str, message: str) -> None:
    """What config.json says and what would fit are both in the message."""
    edit_json(marian / "config.json", model_type=model_type)

    with pytest.raises(ModelError, match=message):
        locate(configure(MarianModel(str(marian))))


def test_unknown_target_token(configure: Configure, tiny_marian: Path, tiny_marian_plain: Path) -> None:
    """A language the tokenizer has no token for, and a token for a model that has none."""
    with pytest.raises(ModelError, match=r"does not know >>fra<<; it knows >>ara<<, >>vie<<"):
        locate(configure(MarianModel(str(tiny_marian)), direction="vi-fr"))
    with pytest.raises(ModelError, match=r"this tokenizer knows no such tokens"):
        locate(configure(MarianModel(str(tiny_marian_plain), target_token=">>ara<<")))
    assert locate(configure(MarianModel(str(tiny_marian_plain)))).facts["legs"][0]["target"] is None


def test_unknown_nllb_code(configure: Configure, tiny_nllb: Path) -> None:
    """A wrong code is answered with near ones."""
    with pytest.raises(
        ModelError, match=r"does not know model\.source_code=vie_Lat; nearest of its \d+ codes: vie_Latn"
    ):
        locate(configure(NllbModel(str(tiny_nllb), source_code="vie_Lat")))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"legacy_behaviour": True}, r"legacy_behaviour true, which puts the source code behind the sentence"),
        ({"tokenizer_class": "M2M100Tokenizer"}, r"tokenizer_class M2M100Tokenizer, where NllbTokenizer is needed"),
    ],
)
def test_other_tokenizer(configure: Configure, nllb: Path, changes: dict[str, Any], message: str) -> None:
    """A tokenizer that would encode differently is refused, not used."""
    edit_json(nllb / "tokenizer_config.json", **changes)

    with pytest.raises(ModelError, match=message):
        locate(configure(NllbModel(str(nllb))))


def test_pivot_of_something_else(configure: Configure) -> None:
    """A leg has to be a checkpoint."""
    with pytest.raises(ConfigError, match=r"a leg is a PivotModel; .* model@model.first=marian "):
        locate(configure(PivotModel(first=PivotModel(), second=None)))


# --- weights


def test_truncated_safetensors(marian: Path, attempt: Any) -> None:
    """Half a download is called damaged."""
    path = marian / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-1000])

    with pytest.raises(ModelError, match=r"the weights in .*marian are damaged .*; download them again"):
        attempt(MarianModel(str(marian)))


def test_missing_weights(marian: Path, attempt: Any) -> None:
    """Layers that the file does not hold are not filled with random numbers."""
    edit_json(marian / "config.json", encoder_layers=3)

    with pytest.raises(
        ModelError, match=r"16 of the weights that config\.json asks for are not in .*, the first being"
    ):
        attempt(MarianModel(str(marian)))


def test_weights_of_another_shape(marian: Path, attempt: Any) -> None:
    """Weights that do not fit are an error in one sentence."""
    edit_json(marian / "config.json", d_model=64)

    with pytest.raises(
        ModelError, match=r"weights have another shape than config\.json says, the first being \S+ with \(.*\) for \("
    ) as caught:
        attempt(MarianModel(str(marian)))
    assert "\n" not in str(caught.value)


def test_tokenizer_larger_than_the_model(marian: Path, attempt: Any) -> None:
    """A tokenizer that belongs to other weights is found before it is used."""
    vocabulary = json.loads((marian / "vocab.json").read_text(encoding="utf-8"))
    edit_json(marian / "vocab.json", extra=len(vocabulary) + 10)

    with pytest.raises(ModelError, match=r"the tokenizer and the weights do not belong together"):
        attempt(MarianModel(str(marian)))


def test_damaged_tokenizer(marian: Path, attempt: Any) -> None:
    """A SentencePiece file that is none is named as the tokenizer's."""
    (marian / "source.spm").write_bytes(b"not a model")

    with pytest.raises(ModelError, match=r"the tokenizer in .*marian cannot be loaded"):
        attempt(MarianModel(str(marian)))


def test_junk_for_a_pickle(marian: Path, attempt: Any) -> None:
    """A file of other contents is called damaged whatever the reader stumbles over."""
    (marian / "model.safetensors").unlink()
    (marian / "pytorch_model.bin").write_bytes(b"junk")

    with pytest.raises(ModelError, match=r"the weights in .*marian are damaged"):
        attempt(MarianModel(str(marian)))


class Malicious:
    """Unpickled with trust, this makes a folder."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (self.path,)


@pytest.mark.parametrize("kind", ["torch", "plain"])
def test_malicious_pickle(marian: Path, attempt: Any, tmp_path: Path, kind: str) -> None:
    """A pickle that holds code is refused with one sentence, and its code is not run."""
    (marian / "model.safetensors").unlink()
    trap = tmp_path / "trap"
    path = marian / "pytorch_model.bin"
    if kind == "torch":
        torch.save({"weights": Malicious(str(trap))}, path)
    else:
        path.write_bytes(pickle.dumps(Malicious(str(trap)), protocol=2))

    with pytest.raises(
        ModelError, match=r"pytorch_model\.bin is damaged or holds more than plain weights, .* so it"
    ) as caught:
        attempt(MarianModel(str(marian)))
    assert not trap.exists()
    assert "\n" not in str(caught.value)
