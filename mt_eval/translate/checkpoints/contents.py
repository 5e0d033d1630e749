"""What is in a checkpoint's folder: which files count and what they say. No torch, no transformers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mt_eval.errors import ModelError
from mt_eval.translate.checkpoints.architectures import ARCHITECTURES

CONFIGS = ("config.json", "generation_config.json")
TOKENIZERS = (
    "source.spm",
    "target.spm",
    "vocab.json",
    "target_vocab.json",
    "sentencepiece.bpe.model",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
)
OTHER_TOKENIZERS = (
    *("spiece.model", "spm.model", "tokenizer.model", "vocab.txt", "merges.txt", "prophetnet.tokenizer"),
    *TOKENIZERS,
)
"""What the tokenizers of all other families are made of."""
SAFETENSORS = ("model.safetensors", "model.safetensors.index.json")
PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json")
ADAPTER_CONFIG = "adapter_config.json"

MARIAN_FILES = ("source.spm", "target.spm", "vocab.json")
NLLB_FILES = ("tokenizer.json",)
M2M100_FILES = ("sentencepiece.bpe.model", "vocab.json")

_LARGEST_BYTES = 1 << 28
"""The tokenizer.json of NLLB-200 has 17 MB."""

_FITS = dict.fromkeys(ARCHITECTURES, "model=seq2seq") | {
    "marian": "model=marian",
    "m2m_100": "model=nllb or model=m2m100",
    "nllb-moe": "model=nllb",
}
"""The `model_type` of a config.json to the options that run it."""


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """A checkpoint that has all its files. What was read once is equal to itself alone, and told by that."""

    config: Mapping[str, Any]
    """config.json"""
    generation: Mapping[str, Any] | None
    """generation_config.json, which older checkpoints lack."""
    weights: tuple[str, ...]
    """The file names of the weights, an index before its shards."""
    tokenizer: tuple[str, ...]


def read_contents(
    name: str, folder: Path, model_type: str, needed: Iterable[str], tokenizers: Iterable[str] = TOKENIZERS
) -> Contents:
    """The checkpoint's configuration and the names of the files that count.

    `model_type` is what config.json has to say; `needed` are the tokenizer's files that have to be there, `tokenizers`
    those that count where they are.

    Raises:
        ModelError: Something is missing or damaged, or the checkpoint is of another architecture.
    """
    config = read_json(name, folder / "config.json")
    found = config.get("model_type")
    if found != model_type:
        fits = (
            f"it fits {_FITS[found]}"
            if found in _FITS
            else f"mt-eval runs {', '.join(_FITS)}; a model that only continues a text can be asked by model=server"
        )
        raise ModelError(f"{name}: config.json says model_type {found}, where {model_type} is needed; {fits}")
    generation = folder / "generation_config.json"
    for file in needed:
        if not (folder / file).is_file():
            raise ModelError(f"{name}: the tokenizer file {file} is missing in {folder}; {_advise(file)}")
    return Contents(
        config,
        read_json(name, generation) if generation.exists() else None,
        _list_weights(name, folder),
        tuple(file for file in tokenizers if (folder / file).is_file()),
    )


def find_gap(folder: Path) -> str | None:
    """What keeps the files in a folder from being a whole checkpoint, in words; None where nothing does."""
    try:
        model_type = str(read_json(folder.name, folder / "config.json").get("model_type"))
        m2m100 = M2M100_FILES if (folder / "vocab.json").is_file() else NLLB_FILES
        needed = {"marian": MARIAN_FILES, "m2m_100": m2m100, "nllb-moe": m2m100}
        read_contents(folder.name, folder, model_type, needed.get(model_type, ()))
    except ModelError as error:
        return str(error)
    return None


def read_model_type(folder: Path) -> str | None:
    """What a checkpoint's config.json says; None where it cannot be read, which others have the words for."""
    try:
        return str(read_json(folder.name, folder / "config.json").get("model_type"))
    except ModelError:
        return None


def read_json(name: str, path: Path) -> dict[str, Any]:
    """The object in a JSON file of the checkpoint called `name`.

    Raises:
        ModelError: The file is missing or holds no JSON object.
    """
    if path.exists() and not path.is_file():
        raise ModelError(f"{name}: {path} is no regular file, expected a JSON file; put one in its place")
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise ModelError(f"{name}: {path} has more than {_LARGEST_BYTES:,} bytes, too many for a JSON file of it")
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(
            f"{name}: {path.name} is missing in {path.parent}; a checkpoint in Hugging Face's format has one"
        ) from error
    except OSError as error:
        raise ModelError(f"{name}: {path} cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{name}: {path} is not JSON ({error}); download or save the checkpoint again") from error
    if not isinstance(value, dict):
        raise ModelError(f"{name}: {path} holds a {type(value).__name__}, where a JSON object is expected")
    return value


def _advise(file: str) -> str:
    """How a tokenizer's file that is missing can be had."""
    if file == "tokenizer.json":
        # From sentencepiece.bpe.model alone, transformers 5 makes a tokenizer that knows no language and shifts ids.
        return (
            "copy it from any NLLB-200 checkpoint of the hub, such as facebook/nllb-200-distilled-600M, which share "
            "one tokenizer; sentencepiece.bpe.model alone is not enough"
        )
    return "download it again"


def _list_weights(name: str, folder: Path) -> tuple[str, ...]:
    for single, index in (SAFETENSORS, PICKLES):
        if (folder / single).is_file():
            return (single,)
        if (folder / index).is_file():
            shards = read_json(name, folder / index).get("weight_map")
            if not isinstance(shards, dict):
                raise ModelError(f"{name}: {folder / index} has no weight_map; download the checkpoint again")
            files = tuple(sorted(set(map(str, shards.values()))))
            for file in files:
                if not (folder / file).is_file():
                    raise ModelError(f"{name}: {index} names {file}, which is missing in {folder}; download it again")
            return (index, *files)
    raise ModelError(
        f"{name}: there are no weights in {folder}; expected model.safetensors or pytorch_model.bin, whole or in "
        "shards with an index"
    )
