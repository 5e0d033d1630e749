"""Which model judges a run's texts: its own, or another one that is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from mt_eval.config import SCHEMAS, Ctranslate2Engine, DecodingConfig, DeviceConfig, RunConfig, TransformersEngine
from mt_eval.errors import ConfigError, RunError
from mt_eval.library import compose
from mt_eval.stored import DamagedError, convert_record
from mt_eval.types import RunHead

_GROUPS = ("model", "engine", "device")
"""What can be chosen of a judge; the texts and the direction are the run's."""
_KINDS = {"nllb-moe": "nllb"}
"""Kinds of systems whose configuration is called otherwise."""


def choose_judge(
    head: RunHead, config: Mapping[str, Any], words: Sequence[str], config_dir: str | Path | None = None
) -> RunConfig:
    """The configuration of the judge: the run's own model and engine but for what `words` choose otherwise.

    Args:
        head, config: Those of the run.
        words: As they are typed: `model=nllb_600m`, `engine=ctranslate2`, `engine.dtype=float32`.

    Raises:
        ConfigError: A word is about something else than the judge, or is a setting of a group that is not named.
        RunError: The run's configuration is damaged.
    """
    chosen = _check_words(words)
    direction = str(config["direction"])
    composed = compose(*words, f"direction={direction}", config_dir=config_dir)
    try:
        own = _read_own(head, config) if chosen != set(_GROUPS) else {}
    except DamagedError as error:
        raise RunError(
            f"{head.id}: the configuration of its model is damaged ({error}); name the judge: model=... engine=..."
        ) from error
    kept = {group: part for group, part in own.items() if group not in chosen}
    choices = {**composed.choices, **{group: head.choices.get(group, group) for group in kept}}
    return replace(composed, **kept, choices=choices)


def _check_words(words: Sequence[str]) -> set[str]:
    """The groups that the words choose options of."""
    keys = [word.partition("=")[0] for word in words]
    chosen = {key for key in keys if key in _GROUPS}
    for word, key in zip(words, keys, strict=True):
        group = key.partition(".")[0]
        if group not in _GROUPS:
            raise ConfigError(
                f"{word}: the texts and their direction are the run's, only a judge can be named: model=..., "
                "engine=..., device=...; leave it out"
            )
        if group not in chosen:
            raise ConfigError(
                f"{word}: sets something of the judge's {group}, expected {group}=OPTION before it; `mt-eval options` "
                "lists them"
            )
    return chosen


def _read_own(head: RunHead, config: Mapping[str, Any]) -> dict[str, Any]:
    """The run's own model, and engine and device as far as they are known to be of this machine too."""
    kind = _KINDS.get(head.system.kind, head.system.kind)
    schema = SCHEMAS["model"].get(kind)
    if schema is None:
        raise DamagedError(f"its system is {kind!r}, which is none of {', '.join(SCHEMAS['model'])}")
    legs = head.system.legs
    own = {
        "model": convert_record(config.get("model", {}), schema),
        "device": convert_record(config.get("device", {}), DeviceConfig),
        # What was kept of a search is nothing to a judge.
        "decoding": replace(convert_record(config.get("decoding", {}), DecodingConfig), n_best=1),
    }
    if legs and legs[0].get("engine") != "server":  # which has none here
        # As it was resolved: `engine=fast` is another one on another machine.
        engine = {**config.get("engine", {}), "dtype": legs[0].get("dtype")}
        fits = Ctranslate2Engine if legs[0].get("engine") == "ctranslate2" else TransformersEngine
        own["engine"] = convert_record(engine, fits)
    return own
