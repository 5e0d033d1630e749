"""A LoRA adapter of peft: found, hashed, and checked as far as its own files go. No torch where it is in safetensors.

Weights that are no LoRA's are refused: half of an adapter is another model. Which layers it changes, the weights say;
where the configuration names them, both have to agree, and patterns of names are never run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path, PurePath
from typing import Any

from mt_eval.config import CheckpointModel
from mt_eval.errors import ConfigError, ModelError
from mt_eval.translate.checkpoints.cache import is_commit
from mt_eval.translate.checkpoints.contents import ADAPTER_CONFIG, read_json
from mt_eval.translate.checkpoints.hashing import HashedFile, hash_files, hash_json, once_per_state
from mt_eval.translate.checkpoints.hub import Sort, find_checkpoint
from mt_eval.translate.checkpoints.lora_settings import MERGE, read_settings
from mt_eval.translate.checkpoints.tensors import Tensor, read_tensors
from mt_eval.translate.system import Leg

_SAFETENSORS, _PICKLE = "adapter_model.safetensors", "adapter_model.bin"
_WEIGHT = re.compile(r"base_model\.model\.(?P<layer>.+)\.(?P<part>lora_A|lora_B|lora_magnitude_vector)(?:\.weight)?")
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+", re.ASCII)
_CACHED = re.compile(r"models--([\w.-]+)--([\w.-]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Adapter:
    """An adapter on this disk, made for one checkpoint."""

    name: str
    """As the configuration names it."""
    label: str
    """The last part of the name, fit for a file name."""
    folder: Path
    weights: str
    """The file of its weights below `folder`."""
    layers: tuple[str, ...]
    """Full names of the base's layers that it changes."""
    settings: Mapping[str, Any]
    """What peft has to know of it: rank, scaling, kind of LoRA."""
    merged: bool
    files: Mapping[str, HashedFile]
    facts: Mapping[str, Any]
    """Plain JSON data for run.json."""
    warnings: tuple[str, ...]


def adapt_leg(leg: Leg, model: CheckpointModel) -> Leg:
    """The leg with the adapter that `model` names on it: another model, with another identity.

    Raises:
        ModelError: The adapter cannot be had, is no plain LoRA, or does not belong to the leg's checkpoint.
        ConfigError: The leg's engine does not run it so.
    """
    if leg.kind == "nllb-moe":
        raise ModelError(f"{leg.name}: model.adapter is not possible on a mixture of experts; take a dense checkpoint")
    if leg.engine == "ctranslate2" and not model.adapter_merged:
        raise ConfigError(
            "model.adapter_merged=false is not possible with engine=ctranslate2, which runs merged adapters alone; "
            "use engine=transformers or leave model.adapter_merged out"
        )
    adapter = locate_adapter(model, leg.facts, leg.folder)
    part = {**adapter.settings, "sha256": adapter.files[adapter.weights].sha256, "merged": adapter.merged}
    minor = ".".join(version("peft").split(".")[:2])
    return replace(
        leg,
        name=f"{leg.name} with {adapter.name}",
        label=f"{leg.label}-with-{adapter.label}",
        model=hash_json({"model": leg.model, "adapter": part}),
        identity=hash_json({"leg": leg.identity, "adapter": part, "peft": minor}),
        facts={**leg.facts, "adapter": adapter.facts},
        warnings=leg.warnings + adapter.warnings,
        adapter=adapter,
    )


def locate_adapter(model: CheckpointModel, base: Mapping[str, Any], folder: Path) -> Adapter:
    """The adapter that `model` names, downloaded if need be, for the checkpoint in `folder` that `base` are facts of.

    Whether it fits the base's layers is seen when that is loaded.

    Raises:
        ModelError: It cannot be had, is damaged, is no plain LoRA, or was made for another checkpoint.
    """
    assert model.adapter is not None
    found = find_checkpoint(model.adapter, model.adapter_revision, ADAPTER)
    contents = _read_contents(found.name, found.folder)
    doubts = _check_base(found.name, contents.base, model.adapter_base, base, folder)
    if is_commit(contents.base_revision) and base["commit"] not in (None, contents.base_revision):
        doubts += (
            f"{found.name}: the adapter was made for revision {contents.base_revision} of its base, and "
            f"{base['commit']} was used",
        )
    files = hash_files(found.name, found.folder, (ADAPTER_CONFIG, contents.weights))
    warnings = (*found.warnings, *doubts)
    if contents.changes_nothing:
        warnings += (f"{found.name}: this adapter changes nothing: its scaling or all of its lora_B are zero",)
    facts = {
        "name": found.name,
        "origin": found.origin,
        "revision": found.revision,
        "commit": found.commit,
        "base": contents.base,
        "files": {file: hashed.sha256 for file, hashed in files.items()},
        "merged": model.adapter_merged,
        **contents.settings,
        "layers": len(contents.layers),
        "peft": version("peft"),
    }
    return Adapter(
        found.name,
        found.label,
        found.folder,
        contents.weights,
        contents.layers,
        contents.settings,
        model.adapter_merged,
        files,
        facts,
        warnings,
    )


def choose_adapter_files(files: Iterable[str]) -> list[str]:
    """The files to download: the configuration, and the weights in one format."""
    there = set(files)
    weights = [file for file in (_SAFETENSORS, _PICKLE) if file in there]
    return [*([ADAPTER_CONFIG] if ADAPTER_CONFIG in there else []), *weights[:1]]


def find_adapter_gap(folder: Path) -> str | None:
    """What keeps the files in a folder from being a whole adapter, in words; None where nothing does."""
    if not (folder / ADAPTER_CONFIG).is_file():
        within = next((path.parent for path in sorted(folder.glob(f"*/{ADAPTER_CONFIG}"))), None)
        return f"{ADAPTER_CONFIG} is missing in {folder}" + (f", and there is one in {within}" if within else "")
    if not any((folder / file).is_file() for file in (_SAFETENSORS, _PICKLE)):
        return f"there are no weights in {folder}; expected {_SAFETENSORS} or {_PICKLE}"
    return None


def _name_checkpoint(name: str, files: Iterable[str]) -> str | None:
    there = set(files)
    if ADAPTER_CONFIG in there:
        return None
    if "config.json" in there:
        return f"this is a checkpoint, not an adapter; give it as model.name={name}"
    return f"this repository holds no {ADAPTER_CONFIG}, so it is no adapter of peft; give one that does"


ADAPTER = Sort(
    "model.adapter",
    "somebody/nllb-news-lora",
    f"{ADAPTER_CONFIG} and {_SAFETENSORS}",
    choose_adapter_files,
    find_adapter_gap,
    _name_checkpoint,
)


@dataclass(frozen=True, slots=True)
class _Contents:
    base: str | None
    base_revision: str | None
    settings: Mapping[str, Any]
    weights: str
    layers: tuple[str, ...]
    changes_nothing: bool


@once_per_state
def _read_contents(name: str, folder: Path) -> _Contents:
    if (gap := find_adapter_gap(folder)) is not None:
        if (folder / "config.json").is_file() and not (folder / ADAPTER_CONFIG).is_file():
            raise ModelError(f"model.adapter={name}: {_name_checkpoint(name, ('config.json',))}")
        raise ModelError(f"model.adapter={name}: {gap}; save it with save_pretrained of peft, or download it again")
    config = read_json(name, folder / ADAPTER_CONFIG)
    settings = read_settings(name, folder, config)
    weights = _SAFETENSORS if (folder / _SAFETENSORS).is_file() else _PICKLE
    tensors = read_tensors(name, folder / weights)
    layers = _list_layers(name, folder / weights, tensors, settings["use_dora"])
    _check_targets(name, folder, config.get("target_modules"), layers)
    silent = all(tensor.is_zero for key, tensor in tensors.items() if ".lora_B" in key) or not settings["lora_alpha"]
    base, revision = (
        None if config.get(key) in (None, "") else str(config[key]) for key in ("base_model_name_or_path", "revision")
    )
    return _Contents(base, revision, settings, weights, layers, silent and not settings["use_dora"])


def _list_layers(name: str, path: Path, tensors: Mapping[str, Tensor], dora: bool) -> tuple[str, ...]:
    """The layers that there are weights for, each with all of its parts."""
    parts: dict[str, set[str]] = {}
    for key in tensors:
        found = _WEIGHT.fullmatch(key)
        if found is None:
            raise ModelError(
                f"model.adapter={name}: {path} holds {key}, which is no weight of a linear layer's LoRA; {MERGE}"
            )
        parts.setdefault(found["layer"], set()).add(found["part"])
    wanted = {"lora_A", "lora_B", *(["lora_magnitude_vector"] if dora else [])}
    for layer, there in parts.items():
        if there != wanted:
            raise ModelError(
                f"model.adapter={name}: {path} holds {', '.join(sorted(there))} of {layer}, expected "
                f"{', '.join(sorted(wanted))}; save or download the adapter again"
            )
    if not parts:
        raise ModelError(f"model.adapter={name}: {path} holds no weights; save or download the adapter again")
    return tuple(parts)


def _check_targets(name: str, folder: Path, targets: object, layers: Iterable[str]) -> None:
    """Check that names of layers in the configuration are those of the weights; of a pattern, the weights alone say."""
    if not isinstance(targets, list):
        return
    untold = [each for each in layers if not any(each == target or each.endswith(f".{target}") for target in targets)]
    unused = [target for target in targets if not any(each == target or each.endswith(f".{target}") for each in layers)]
    if untold or unused:
        said = f"names no layer {untold[0]}, and there are" if untold else f"names {unused[0]}, and there are no"
        raise ModelError(
            f"model.adapter={name}: target_modules in {folder / ADAPTER_CONFIG} {said} weights for it; the files do "
            "not belong together, save or download the adapter again"
        )


def _check_base(
    name: str, said: str | None, confirmed: str | None, base: Mapping[str, Any], folder: Path
) -> tuple[str, ...]:
    """What remains to be doubted of an adapter whose file says that it was made for the checkpoint `said`.

    Two names on the hub have to be the same. Where one of them is a folder, its last part is compared: people copy
    checkpoints, and keep what they are called.
    """
    if said is None:
        return (
            f"{name}: {ADAPTER_CONFIG} does not say which model the adapter was made for; only names and shapes of "
            "layers were compared",
        )
    if confirmed is not None and confirmed != said:
        raise ModelError(
            f"model.adapter_base={confirmed} was given, but the adapter {name} was made for {said}; correct it or "
            "leave it out"
        )
    if confirmed is None and not _is_same(said, str(base["name"]), str(base["origin"]), folder):
        raise ModelError(
            f"model.adapter={name}: the adapter was made for {said}, and model.name is {base['name']}; give that "
            f"model, or model.adapter_base={said} if it is the same under another name"
        )
    return ()


def _is_same(said: str, name: str, origin: str, folder: Path) -> bool:
    cached = [found for part in PurePath(said).parts if (found := _CACHED.fullmatch(part))]
    said = f"{cached[-1][1]}/{cached[-1][2]}" if cached else said.rstrip("/\\")
    if origin == "hub" and _HUB_NAME.fullmatch(said):
        return said.casefold() == name.casefold()
    with suppress(OSError):  # a name that no file can have is no folder
        if origin != "hub" and Path(said).is_dir() and Path(said).resolve() == folder.resolve():
            return True
    ours = name.rpartition("/")[2] if origin == "hub" else folder.resolve().name
    return re.split(r"[/\\]", said)[-1].casefold() == ours.casefold()
