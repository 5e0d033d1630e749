"""NLLB, dense and with experts, against an implementation that shares no line with the library: `numpy_nllb`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_checkpoints
import torch
from numpy_nllb import NumpyNllb
from transformers import NllbTokenizer
from transformers.models.nllb_moe.modeling_nllb_moe import NllbMoeSparseMLP

from mt_eval.config import NllbModel
from mt_eval.errors import ModelError
from mt_eval.translate import locate, translate_pairs
from mt_eval.translate.checkpoints.experts import check_routing
from mt_eval.translate.checkpoints.load import load_model
from mt_eval.translate.checkpoints.tokenizer import load_tokenizer

Configure = Callable[..., Any]


@pytest.fixture(scope="module")
def moe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An NLLB with four experts in every second layer, all of which its routers like for some tokens."""
    return tiny_checkpoints.make_nllb_moe(tmp_path_factory.mktemp("checkpoints") / "tiny-moe")


@pytest.mark.parametrize("kind", ["dense", "moe"])
def test_greedy_search_equals_numpy(
    kind: str,
    tiny_nllb: Path,
    moe: Path,
    sentences: list[str],
    configure: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
) -> None:
    """Batches with padding give what the plain loops give sentence by sentence."""
    folder = moe if kind == "moe" else tiny_nllb
    independent, tokenizer = NumpyNllb(folder), NllbTokenizer.from_pretrained(folder, src_lang="vie_Latn")
    forced = tokenizer.convert_tokens_to_ids("arb_Arab")
    config = configure(NllbModel(str(folder)), decoding={"num_beams": 1})

    found = translate_pairs(config, pair_up(sentences), tmp_path / "store", silent).translations

    expected = [independent.translate(ids, forced, 32) for ids in tokenizer(sentences)["input_ids"]]
    assert [each and each.text for each in found] == tokenizer.batch_decode(expected, skip_special_tokens=True)


def test_every_expert_counts(moe: Path, configure: Configure) -> None:
    """The states of the encoder are numpy's to rounding, and all four experts had a part in them."""
    leg = locate(configure(NllbModel(str(moe)))).legs[0]
    tokenizer, _ = load_tokenizer(leg)
    model = load_model(leg, tokenizer, torch.float32)
    asked = set()
    for mixture in model.modules():
        if isinstance(mixture, NllbMoeSparseMLP):
            for name, expert in mixture.experts.items():
                expert.register_forward_hook(lambda *_, name=name: asked.add(name))
    ids = tokenizer("Hai nước đã đồng ý cùng nhau hợp tác để bảo vệ biển và giúp đỡ ngư dân.")["input_ids"]

    with torch.inference_mode():
        states = model.model.encoder(input_ids=torch.tensor([ids])).last_hidden_state[0].numpy()

    np.testing.assert_allclose(states, NumpyNllb(moe).run("encoder", ids), atol=2e-4)
    assert asked == {"expert_0", "expert_1", "expert_2", "expert_3"}


def test_the_self_check_finds_the_fault_of_the_library(moe: Path, configure: Configure) -> None:
    """The library's own routing of 5.23 asks the first two experts alone, which the check at loading refuses."""
    leg = locate(configure(NllbModel(str(moe)))).legs[0]
    model = load_model(leg, load_tokenizer(leg)[0], torch.float32)
    mixture = next(module for module in model.modules() if isinstance(module, NllbMoeSparseMLP))
    check_routing("ours", mixture)
    del mixture.forward  # back to the class's

    with pytest.raises(ModelError, match=r"library's: transformers .* does not ask the experts"):
        check_routing("library's", mixture)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_the_self_check_passes_in_short_types(moe: Path, configure: Configure, dtype: torch.dtype) -> None:
    """Rounding is no wrong routing."""
    leg = locate(configure(NllbModel(str(moe)))).legs[0]

    assert load_model(leg, load_tokenizer(leg)[0], dtype).dtype == dtype


@pytest.mark.parametrize(
    ("setting", "value"), [("moe_eval_capacity_token_fraction", 0.5), ("second_expert_policy", "random")]
)
def test_routing_by_chance_is_refused(
    moe: Path, configure: Configure, tmp_path: Path, setting: str, value: object
) -> None:
    """A configuration under which a translation depends on its batch or on a die is no measure of anything."""
    folder = shutil.copytree(moe, tmp_path / "moe")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8")) | {setting: value}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    leg = locate(configure(NllbModel(str(folder)))).legs[0]

    with pytest.raises(ModelError, match=rf"{setting} {value}"):
        load_model(leg, load_tokenizer(leg)[0], torch.float32)
