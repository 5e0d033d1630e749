"""What `adapter_config.json` says of a LoRA, setting by setting; what mt-eval does not run is refused.

What is not known here, and what names code, another method or more weights, changes what the adapter does, so it cannot
be left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from unicodedata import category

from mt_eval.errors import ModelError
from mt_eval.translate.checkpoints.contents import ADAPTER_CONFIG

MERGE = "merge it into its model where it was made (merge_and_unload of peft), and name what that saves as model.name"
"""What mends an adapter that mt-eval does not run itself."""

_LAYER = re.compile(r"\^?[\w.]+", re.ASCII)


def read_settings(name: str, folder: Path, config: Mapping[str, Any]) -> dict[str, Any]:
    """What an adapter's configuration says that changes what it does, of a plain LoRA or one with DoRA.

    Raises:
        ModelError: It is something else, or says what mt-eval does not run.
    """
    for key, value in config.items():
        good, expected, advice = _KNOWN.get(key, (_is_off, "nothing", f"mt-eval does not run it; {MERGE}"))
        if not good(value):
            text = str(value)
            raise ModelError(
                f"model.adapter={name}: {folder / ADAPTER_CONFIG} says {key} "
                f"{text if len(text) <= 60 else f'{text[:59]}…'}, expected {expected}; {advice}"
            )
    if config.get("peft_type") is None:
        raise ModelError(
            f"model.adapter={name}: {folder / ADAPTER_CONFIG} says no peft_type, expected LORA; save the adapter again"
        )
    usual = {"r": 8, "lora_alpha": 8, "use_rslora": False, "use_dora": False, "rank_pattern": {}, "alpha_pattern": {}}
    return {key: default if config.get(key) is None else config[key] for key, default in usual.items()}


def _is_off(value: object) -> bool:
    return value in (None, False, "", 0) or value in ([], {})


def _is_anything(value: object) -> bool:
    return True


def _is_flag(value: object) -> bool:
    return value is None or isinstance(value, bool)


def _is_name(value: object) -> bool:
    """What can be looked for on a disk, printed and kept: no control character, and no half of one."""
    return value is None or (
        isinstance(value, str) and len(value) <= 1000 and not any(category(each) in ("Cc", "Cs") for each in value)
    )


def _is_rank(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1_000_000


def _is_scaling(value: object) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number that no float holds
        return False


def _is_pattern(value: object, each: Callable[[object], bool]) -> bool:
    """Names of layers, which peft takes for regular expressions, so that nothing else may stand there."""
    return value is None or (
        isinstance(value, dict) and all(_LAYER.fullmatch(key) and each(inner) for key, inner in value.items())
    )


def _are_targets(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value))


def _is_of_transformers(value: object) -> bool:
    library = value.get("parent_library") if isinstance(value, dict) else None
    return value is None or (isinstance(library, str) and library.startswith("transformers.models."))


Known = tuple[Callable[[object], bool], str, str]
_SAVE_AGAIN = "save or download the adapter again"
_OTHER_START = (
    "such an adapter was trained beside other weights than its base has; convert it to a plain LoRA with "
    "path_initial_model_for_weight_conversion of peft"
)
_IGNORED: Known = (_is_anything, "", "")
"""It says nothing of what the adapter does: what was done in training, or which layers, which the weights say."""

_KNOWN: Mapping[str, Known] = {
    "peft_type": (
        lambda value: value == "LORA",
        "LORA",
        f"mt-eval runs no other kind; {MERGE}",
    ),
    "task_type": (
        lambda value: value in (None, "SEQ_2_SEQ_LM"),
        "SEQ_2_SEQ_LM",
        "it was made for another task; take an adapter of a translation model",
    ),
    "auto_mapping": (_is_of_transformers, "a class of transformers", "it names code, which is not run"),
    "init_lora_weights": (
        lambda value: value in (None, True, False, "gaussian", "orthogonal", "eva"),
        "a start that leaves the base as it is",
        _OTHER_START,
    ),
    "bias": (lambda value: value in (None, "none"), "none", f"mt-eval does not change biases; {MERGE}"),
    "r": (_is_rank, "a whole number from 1", _SAVE_AGAIN),
    "lora_alpha": (_is_scaling, "a number", _SAVE_AGAIN),
    "use_rslora": (_is_flag, "true or false", _SAVE_AGAIN),
    "use_dora": (_is_flag, "true or false", _SAVE_AGAIN),
    "rank_pattern": (lambda value: _is_pattern(value, _is_rank), "names of layers with their ranks", MERGE),
    "alpha_pattern": (lambda value: _is_pattern(value, _is_scaling), "names of layers with numbers", MERGE),
    "target_modules": (_are_targets, "names of layers", _SAVE_AGAIN),
    "base_model_name_or_path": (_is_name, "a name or a folder", _SAVE_AGAIN),
    **dict.fromkeys(("revision", "inference_mode", "peft_version", "lora_dropout"), _IGNORED),
    **dict.fromkeys(("layers_to_transform", "layers_pattern", "exclude_modules", "eva_config"), _IGNORED),
    # What these belong to is switched on by other keys.
    **dict.fromkeys(("megatron_core", "qalora_group_size", "loftq_config"), _IGNORED),
}
"""Key of adapter_config.json to what it may say; every other one has to be off."""
