"""A LoRA adapter put on a loaded model by peft, after everything of it was held against the model's layers."""

from __future__ import annotations

import warnings
from typing import Any

import torch

from mt_eval.errors import ModelError
from mt_eval.translate.checkpoints.adapter import Adapter
from mt_eval.translate.checkpoints.hashing import check_unchanged
from mt_eval.translate.checkpoints.tensors import load_tensors

_PREFIX = "base_model.model."


def put_adapter(adapter: Adapter, model: Any) -> Any:
    """The model with the adapter on it, merged or beside its weights as the adapter says, in evaluation mode.

    Its class stays what it was. Everything is as `PeftModel.from_pretrained` makes it, and `merge_and_unload` where it
    is merged.

    Raises:
        ModelError: The adapter's weights are of other layers or other shapes than the model has, are not finite, or
            cannot be merged; or its files are not those any more that were hashed.
    """
    tensors = load_tensors(adapter.name, adapter.folder / adapter.weights)
    check_unchanged(adapter.name, adapter.folder, adapter.files)
    _check_finite(adapter, tensors)
    _check_layers(adapter, model, tensors)
    _check_ranks(adapter, tensors)
    with warnings.catch_warnings(), torch.random.fork_rng(devices=[]):
        warnings.simplefilter("ignore")  # peft calls what transformers is about to rename
        from peft import LoraConfig, PeftModel, TaskType, set_peft_model_state_dict

        config = LoraConfig(
            task_type=TaskType.SEQ_2_SEQ_LM,
            inference_mode=True,
            target_modules=list(adapter.layers),
            **adapter.settings,
        )
        adapted = PeftModel(model, config)
        _check_shapes(adapter, adapted, tensors)
        set_peft_model_state_dict(adapted, tensors)
        made: Any = adapted.base_model
        tied = model.config.tie_word_embeddings
        result = made.merge_and_unload() if adapter.merged else made.model
        # Merging turns it off where the embeddings and the head differ, and UMT5 scales its output by it.
        result.config.tie_word_embeddings = tied
    if adapter.merged:
        _check_merged(adapter, result)
    return result.eval()


def _check_finite(adapter: Adapter, tensors: dict[str, torch.Tensor]) -> None:
    for key, tensor in tensors.items():
        if not torch.isfinite(tensor).all():
            raise ModelError(
                f"model.adapter={adapter.name}: {key} holds NaN or infinite numbers; save or download the adapter again"
            )


def _check_layers(adapter: Adapter, model: Any, tensors: dict[str, torch.Tensor]) -> None:
    """Every layer is there, linear, as wide as the adapter's weights, and merged it shares no weight with another."""
    there = dict(model.named_modules())
    missing = [layer for layer in adapter.layers if layer not in there]
    if missing:
        raise ModelError(
            f"model.adapter={adapter.name}: the adapter has weights for {len(missing)} layers that its base has not, "
            f"the first being {missing[0]}; it was made for another model, give that as model.name"
        )
    shared: dict[int, list[str]] = {}
    for name, module in there.items():
        if isinstance(weight := getattr(module, "weight", None), torch.nn.Parameter):
            shared.setdefault(id(weight), []).append(name)
    for layer in adapter.layers:
        module = there[layer]
        if not isinstance(module, torch.nn.Linear):
            raise ModelError(
                f"model.adapter={adapter.name}: the adapter changes {layer}, a {type(module).__name__}, expected "
                "linear layers alone; merge it into its model where it was made, and name what that saves as model.name"
            )
        others = [name for name in shared[id(module.weight)] if name != layer]
        if others and adapter.merged:
            raise ModelError(
                f"model.adapter={adapter.name}: the adapter changes {layer}, whose weight {others[0]} shares, so it "
                "cannot be merged without changing both; give model.adapter_merged=false"
            )
        for part, expected in (("lora_A", module.in_features), ("lora_B", module.out_features)):
            tensor = tensors[f"{_PREFIX}{layer}.{part}.weight"]
            width = tensor.shape[1 if part == "lora_A" else 0] if tensor.ndim == 2 else None
            if width != expected:
                raise ModelError(
                    f"model.adapter={adapter.name}: {part} of {layer} has the shape {tuple(tensor.shape)}, which does "
                    f"not fit the {module.out_features} x {module.in_features} weights of its base; it was made for "
                    "another model, give that as model.name"
                )


def _check_ranks(adapter: Adapter, tensors: dict[str, torch.Tensor]) -> None:
    """The ranks in the configuration are those of the weights; checked before peft makes matrices of that size."""
    from peft.utils.other import get_pattern_key

    patterns = adapter.settings["rank_pattern"]
    for layer in adapter.layers:
        key = f"{_PREFIX}{layer}.lora_A.weight"
        rank = patterns.get(get_pattern_key(tuple(patterns), layer), adapter.settings["r"])
        shape = tuple(tensors[key].shape)
        if shape[0] != rank:
            raise ModelError(
                f"model.adapter={adapter.name}: {key} has the shape {shape}, and adapter_config.json says "
                f"{(rank, *shape[1:])}; the files do not belong together, save or download the adapter again"
            )


def _check_shapes(adapter: Adapter, adapted: Any, tensors: dict[str, torch.Tensor]) -> None:
    """The weights have the ranks that the configuration says."""
    expected = {key.replace(".default", ""): tuple(value.shape) for key, value in adapted.state_dict().items()}
    for key, tensor in tensors.items():
        wanted = expected.get(key, expected.get(f"{key}.weight"))
        if wanted != tuple(tensor.shape):
            raise ModelError(
                f"model.adapter={adapter.name}: {key} has the shape {tuple(tensor.shape)}, and adapter_config.json "
                f"says {wanted}; the files do not belong together, save or download the adapter again"
            )


def _check_merged(adapter: Adapter, model: Any) -> None:
    for layer in adapter.layers:
        weight = model.get_submodule(layer).weight
        if not torch.isfinite(weight).all():
            raise ModelError(
                f"model.adapter={adapter.name}: merged into {layer} it makes numbers that {weight.dtype} cannot hold; "
                "use engine.dtype=float32 or model.adapter_merged=false"
            )
