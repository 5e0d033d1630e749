"""NLLB's and NLLB-MoE's greedy search in numpy, written after the papers: no part of transformers or torch takes part.

Pre-norm transformer (Vaswani et al. 2017) with sine positions counted from 2 as in fairseq; a mixture sends each token
to the two experts that its router finds most probable, and adds what they say by their share of the two probabilities
(NLLB Team 2022), weakened by the share of outputs that training left out.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file


class NumpyNllb:
    def __init__(self, folder: Path) -> None:
        self.weights = {
            name.removeprefix("model."): value.astype(np.float64)
            for name, value in load_file(folder / "model.safetensors").items()
        }
        self.config: dict[str, Any] = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        self.embedding = self.weights["shared.weight"]

    def translate(self, source: list[int], first: int, longest: int) -> list[int]:
        """The tokens of the greedy search behind the start token, the forced one included."""
        end = int(self.config["decoder_start_token_id"])
        memory = self.run("encoder", source)
        output = [end, first]
        while len(output) <= longest and (output[-1] != end or len(output) == 1):
            state = self.run("decoder", output, memory)
            output.append(int((state[-1] @ self.embedding.T).argmax()))
        return output[1:]

    def run(self, side: str, tokens: list[int], memory: Any = None) -> Any:
        """States of all positions, (positions, width)."""
        width = self.embedding.shape[1]
        states = self.embedding[tokens] * math.sqrt(width) + place(len(tokens), width)
        for number in range(self.config[f"{side}_layers"]):
            layer = f"{side}.layers.{number}"
            normed = self.norm(f"{layer}.self_attn_layer_norm", states)
            states = states + self.attend(f"{layer}.self_attn", normed, normed, causal=side == "decoder")
            if memory is not None:
                kind = "cross_attention" if f"{layer}.cross_attention.q_proj.weight" in self.weights else "encoder_attn"
                normed = self.norm(f"{layer}.{kind}_layer_norm", states)
                states = states + self.attend(f"{layer}.{kind}", normed, memory, causal=False)
            name = "ff_layer_norm" if f"{layer}.ff_layer_norm.weight" in self.weights else "final_layer_norm"
            states = states + self.feed(layer, self.norm(f"{layer}.{name}", states))
        return self.norm(f"{side}.layer_norm", states)

    def feed(self, layer: str, states: Any) -> Any:
        if (router := f"{layer}.ffn.router.classifier.weight") not in self.weights:
            return self.dense(f"{layer}.ffn" if f"{layer}.ffn.fc1.weight" in self.weights else layer, states)
        output = np.zeros_like(states)
        for row, state in enumerate(states):
            odds = np.exp(self.weights[router] @ state)
            best = sorted(range(len(odds)), key=lambda expert: -odds[expert])[:2]
            for expert in best:
                share = odds[expert] / odds[best].sum() * (1 - self.config["moe_token_dropout"])
                output[row] += share * self.dense(f"{layer}.ffn.experts.expert_{expert}", state)
        return output

    def dense(self, name: str, states: Any) -> Any:
        return self.project(f"{name}.fc2", np.maximum(self.project(f"{name}.fc1", states), 0))

    def attend(self, name: str, queries: Any, keys: Any, *, causal: bool) -> Any:
        heads = self.config["encoder_attention_heads"]
        q, k, v = (
            self.project(f"{name}.{part}_proj", rows).reshape(len(rows), heads, -1).transpose(1, 0, 2)
            for part, rows in (("q", queries), ("k", keys), ("v", keys))
        )
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[-1])
        if causal:
            scores = scores + np.triu(np.full(scores.shape[1:], -np.inf), 1)
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed = (shares / shares.sum(axis=-1, keepdims=True)) @ v
        return self.project(f"{name}.out_proj", mixed.transpose(1, 0, 2).reshape(len(queries), -1))

    def project(self, name: str, states: Any) -> Any:
        return states @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]

    def norm(self, name: str, states: Any) -> Any:
        centred = states - states.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5)
        return scaled * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"]


def place(positions: int, width: int) -> Any:
    half = width // 2
    waves = np.exp(np.arange(half) * -(math.log(10000) / (half - 1)))
    angles = (np.arange(positions) + 2)[:, None] * waves
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
