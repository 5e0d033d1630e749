"""From a model's configuration and a direction to a leg: found, checked as far as its files go, and hashed."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from mt_eval.config import (
    CheckpointModel,
    Ctranslate2Engine,
    M2m100Model,
    MarianModel,
    MbrDecoding,
    NllbModel,
    RunConfig,
    Seq2seqModel,
    TransformersEngine,
)
from mt_eval.errors import ConfigError, ModelError
from mt_eval.translate.checkpoints.adapter import adapt_leg
from mt_eval.translate.checkpoints.architectures import (
    CONVERTIBLE,
    M2M100_TOKENIZERS,
    check_architecture,
    count_positions,
)
from mt_eval.translate.checkpoints.contents import (
    M2M100_FILES,
    MARIAN_FILES,
    NLLB_FILES,
    OTHER_TOKENIZERS,
    TOKENIZERS,
    Contents,
    read_contents,
    read_json,
)
from mt_eval.translate.checkpoints.generation import explain_generation
from mt_eval.translate.checkpoints.hashing import hash_files, hash_json, once_per_state
from mt_eval.translate.checkpoints.hub import Checkpoint, find_checkpoint
from mt_eval.translate.checkpoints.target_codes import (
    check_language_code,
    choose_flores_code,
    choose_target_token,
    fill_in_languages,
)
from mt_eval.translate.checkpoints.telling import choose_telling, name_tokenizer
from mt_eval.translate.checkpoints.trust import check_values, refuse_adapter, refuse_code
from mt_eval.translate.engines.device import choose_device
from mt_eval.translate.engines.search_options import adapt_generation
from mt_eval.translate.system import Choice, Leg, LengthRule

_VERSION = 1
"""Raised whenever every engine would translate the same input differently; stored translations are then out of date."""
_ENGINES = {"transformers": 2, "ctranslate2": 2}
"""Engine to its version, raised whenever this one would."""
_LIBRARIES = {"transformers": ("transformers",), "ctranslate2": ("ctranslate2", "transformers")}
"""Engine to the packages that decode and tokenize for it."""

_FLORES_CODE = re.compile(r"[a-z]{3}_[A-Z][a-z]{3}")


def locate_leg(model: Any, source: str, target: str, config: RunConfig) -> Leg:
    """The leg that translates `source` into `target` (two-letter codes) with a `model` that is a checkpoint.

    Raises:
        ModelError: The checkpoint cannot be had, is broken or does not know the languages.
        ConfigError: `model` is something else, or the engine is not known.
    """
    direction = (source, target)
    if isinstance(model, CheckpointModel):
        adapter = model.adapter and fill_in_languages(model.adapter, *direction)
        model = replace(model, name=fill_in_languages(model.name, *direction), adapter=adapter)
    match model:
        case MarianModel():
            leg = _locate_marian(model, direction, config)
        case NllbModel():
            leg = _locate_nllb(model, direction, config)
        case M2m100Model():
            leg = _locate_m2m100(model, direction, config)
        case Seq2seqModel():
            leg = _locate_seq2seq(model, direction, config)
        case _:
            raise ConfigError(
                f"a leg is a {type(model).__name__}; expected a Marian, NLLB, M2M-100 or seq2seq checkpoint, such as "
                "model=marian model.name=Helsinki-NLP/opus-mt-vi-en, or a server"
            )
    return leg if model.adapter is None else adapt_leg(leg, model)


def _locate_marian(model: MarianModel, direction: tuple[str, str], config: RunConfig) -> Leg:
    checkpoint = _find_checkpoint(model)
    contents = _read_contents(model.name, checkpoint.folder, "marian", MARIAN_FILES)
    known = _list_tokens(model.name, checkpoint.folder)
    token = choose_target_token(model.name, known, direction[1], model.target_token)
    return _make_leg("marian", checkpoint, contents, direction, (None, token), config)


def _locate_nllb(model: NllbModel, direction: tuple[str, str], config: RunConfig) -> Leg:
    checkpoint = _find_checkpoint(model)
    folder = checkpoint.folder
    model_type = read_json(model.name, folder / "config.json").get("model_type")
    experts = model_type == "nllb-moe"
    if experts or model_type == "m2m_100":
        _check_tokenizer_class(model.name, folder, "NllbTokenizer", "TokenizersBackend")
        _check_code_place(model.name, folder)
    contents = _read_contents(model.name, folder, "nllb-moe" if experts else "m2m_100", NLLB_FILES)
    codes = (
        choose_flores_code("model.source_code", direction[0], model.source_code),
        choose_flores_code("model.target_code", direction[1], model.target_code),
    )
    known = _list_flores_codes(model.name, folder)
    check_language_code(model.name, "model.source_code", codes[0], known)
    check_language_code(model.name, "model.target_code", codes[1], known)
    return _make_leg("nllb-moe" if experts else "nllb", checkpoint, contents, direction, codes, config)


def _locate_m2m100(model: M2m100Model, direction: tuple[str, str], config: RunConfig) -> Leg:
    checkpoint = _find_checkpoint(model)
    if read_json(model.name, checkpoint.folder / "config.json").get("model_type") == "m2m_100":
        _check_tokenizer_class(model.name, checkpoint.folder, "M2M100Tokenizer")
    contents = _read_contents(model.name, checkpoint.folder, "m2m_100", M2M100_FILES)
    # The codes are those of transformers' M2M100Tokenizer and are checked when it is loaded.
    codes = (model.source_code or direction[0], model.target_code or direction[1])
    return _make_leg("m2m100", checkpoint, contents, direction, codes, config)


def _locate_seq2seq(model: Seq2seqModel, direction: tuple[str, str], config: RunConfig) -> Leg:
    checkpoint = _find_checkpoint(model)
    folder = checkpoint.folder
    settings = read_json(model.name, folder / "config.json")
    model_type = check_architecture(model.name, folder, settings, name_tokenizer(model.name, folder, settings))
    if isinstance(config.engine, Ctranslate2Engine) and model_type not in CONVERTIBLE:
        raise ConfigError(
            f"{model.name}: engine=ctranslate2 does not run model_type {model_type} (it runs "
            f"{', '.join(sorted(CONVERTIBLE))}); use engine=transformers"
        )
    contents = _read_contents(model.name, folder, model_type, (), OTHER_TOKENIZERS)
    telling = choose_telling(model, folder, contents, direction)
    codes = (telling.source, telling.target)
    return _make_leg("seq2seq", checkpoint, contents, direction, codes, config, telling.by, model.positions)


def _find_checkpoint(model: CheckpointModel) -> Checkpoint:
    checkpoint = find_checkpoint(model.name, model.revision)
    refuse_adapter(checkpoint.name, checkpoint.folder)
    return checkpoint


@once_per_state
def _read_contents(
    name: str, folder: Path, model_type: str, needed: tuple[str, ...], tokenizers: tuple[str, ...] = TOKENIZERS
) -> Contents:
    return read_contents(name, folder, model_type, needed, tokenizers)


@once_per_state
def _check_files(name: str, folder: Path, contents: Contents) -> None:
    refuse_code(name, folder)
    check_values(name, folder, contents)


@once_per_state
def _list_tokens(name: str, folder: Path) -> list[str]:
    """The tokens of a Marian model that name a target language."""
    vocabulary = read_json(name, folder / "vocab.json")
    return [token for token in vocabulary if token.startswith(">>") and token.endswith("<<")]


@once_per_state
def _list_flores_codes(name: str, folder: Path) -> list[str]:
    added = read_json(name, folder / "tokenizer.json").get("added_tokens")
    known = [str(entry.get("content")) for entry in added or () if isinstance(entry, dict)]
    return [content for content in known if _FLORES_CODE.fullmatch(content)]


def _check_tokenizer_class(name: str, folder: Path, expected: str, *others: str) -> None:
    settings = folder / "tokenizer_config.json"
    found = str(read_json(name, settings).get("tokenizer_class") or expected) if settings.is_file() else expected
    if found.removesuffix("Fast") not in (expected, *others):
        fits = M2M100_TOKENIZERS.get(found.removesuffix("Fast"), "model=seq2seq")
        raise ModelError(
            f"{name}: tokenizer_config.json says tokenizer_class {found}, where {expected} is needed; it fits {fits}"
        )


def _check_code_place(name: str, folder: Path) -> None:
    settings = folder / "tokenizer_config.json"
    if settings.is_file() and read_json(name, settings).get("legacy_behaviour"):
        raise ModelError(
            f"{name}: tokenizer_config.json says legacy_behaviour true, which puts the source code behind the "
            "sentence, where NLLB-200 was trained with it in front; set it to false"
        )


def _make_leg(
    kind: str,
    checkpoint: Checkpoint,
    contents: Contents,
    direction: tuple[str, str],
    codes: tuple[str | None, str | None],
    config: RunConfig,
    language_by: str | None = None,
    positions: int | None = None,
) -> Leg:
    _check_files(checkpoint.name, checkpoint.folder, contents)
    positions = count_positions(checkpoint.name, contents.config, positions)
    decoding = config.decoding
    length = LengthRule(decoding.max_new_tokens_factor, decoding.max_new_tokens_offset, positions)
    generation, ignored = explain_generation(decoding, contents.config, contents.generation)
    match config.engine:
        case TransformersEngine():
            engine = "transformers"
        case Ctranslate2Engine():
            engine = "ctranslate2"
            generation = adapt_generation(checkpoint.name, kind, generation)
        case _:
            raise ConfigError(
                f"engine is a {type(config.engine).__name__}; expected engine=transformers or engine=ctranslate2"
            )
    files = hash_files(checkpoint.name, checkpoint.folder, ("config.json", *contents.weights, *contents.tokenizer))
    hashes = {file: hashed.sha256 for file, hashed in files.items()}
    settings = {
        "source": codes[0],
        "target": codes[1],
        "generation": generation,
        "max_new_tokens": {
            "factor": length.factor,
            "offset": length.offset,
            "multiple": length.multiple,
            "positions": length.positions,
        },
        "engine": engine,
        "engine_version": _ENGINES[engine],
        "libraries": {name: _find_minor(name) for name in _LIBRARIES[engine]},
        "dtype": config.engine.dtype.value,
    }
    if language_by is not None:
        settings["language_by"] = language_by
    if config.engine.batch_matters:
        settings["batch_tokens"] = config.engine.batch_tokens
    choice = None
    if isinstance(decoding, MbrDecoding):
        choice = Choice(decoding.utility, decoding.n_best, decoding.seed if decoding.samples else None)
        settings["choice"] = asdict(choice)
        if decoding.samples:
            # Rounded otherwise, a number may fall to another token. Elsewhere that moves a hypothesis once in a while.
            settings["choice"] |= {
                "device": choose_device(config.device.kind, engine),
                "batch_tokens": config.engine.batch_tokens,
            }
    facts = {
        "kind": kind,
        "name": checkpoint.name,
        "origin": checkpoint.origin,
        "revision": checkpoint.revision,
        "commit": checkpoint.commit,
        "direction": "-".join(direction),
        "files": hashes,
        **settings,
    }
    warnings = checkpoint.warnings
    if ignored:
        warnings += (
            f"{checkpoint.name}: generation_config.json sets {', '.join(ignored)}, which mt-eval does not apply",
        )
    return Leg(
        kind=kind,
        name=checkpoint.name,
        label=checkpoint.label,
        folder=checkpoint.folder,
        weights=contents.weights,
        source=codes[0],
        target=codes[1],
        generation=generation,
        length=length,
        engine=engine,
        dtype=config.engine.dtype.value,
        files=files,
        model=hash_json({"kind": kind, "files": hashes}),
        identity=hash_json({"version": _VERSION, "kind": kind, "files": hashes, **settings}),
        facts=facts,
        warnings=warnings,
        language_by=language_by,
        choice=choice,
    )


@cache
def _find_minor(package: str) -> str:
    """Major and minor version: a patch is not expected to change what comes out."""
    return ".".join(version(package).split(".")[:2])
