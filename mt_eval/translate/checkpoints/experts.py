"""The experts of NLLB-MoE: every token goes to the two that its router likes best, as the model was trained.

transformers 5 hands its experts a table of zeros and ones where they expect numbers of experts, so that only the first
two are ever asked (5.23; 4.49 did it right). So the routing is done here, after the paper (NLLB Team 2022, *No Language
Left Behind*, on sparsely gated mixtures): the outputs of the two experts, weighted by their probabilities, which are
made to add up to one. No expert has a limit of tokens, so a translation does not depend on the others of its batch.
"""

from __future__ import annotations

from types import MethodType
from typing import Any

import torch
from transformers.models.nllb_moe.modeling_nllb_moe import NllbMoeSparseMLP

from mt_eval.errors import ModelError


def route_experts(name: str, model: Any) -> None:
    """Let the mixtures of a loaded model route as described above, and check that they do.

    Raises:
        ModelError: The configuration asks for another routing, or an expert is asked that should not be.
    """
    fraction = getattr(model.config, "moe_eval_capacity_token_fraction", 1.0)
    policy = getattr(model.config, "second_expert_policy", "all")
    if fraction < 1 or policy != "all":
        raise ModelError(
            f"{name}: config.json says moe_eval_capacity_token_fraction {fraction} and second_expert_policy {policy}, "
            "with which a translation depends on its batch or on chance; expected 1.0 and all, as the published model "
            "has them"
        )
    for mixture in model.modules():
        if isinstance(mixture, NllbMoeSparseMLP):
            mixture.forward = MethodType(_mix, mixture)  # type: ignore[method-assign]
            check_routing(name, mixture)


def check_routing(name: str, mixture: Any) -> None:
    """Check on a few vectors that an expert's silence is heard only where the router chose it, and where it chose it
    first; the second one's part may be too small for a short numeric type.

    Raises:
        ModelError: It is not.
    """
    from transformers import __version__

    vectors = torch.randn(4, mixture.router.classifier.in_features, generator=torch.Generator().manual_seed(1))
    vectors = vectors.to(mixture.router.classifier.weight)
    with torch.inference_mode():
        chosen = _weigh(mixture, vectors).topk(2, dim=-1).indices
        expected = mixture(vectors[None])[0]
        for number in {*chosen.flatten().tolist(), *range(min(4, mixture.num_experts))}:
            with mixture.experts[f"expert_{number}"].register_forward_hook(lambda *parts: torch.zeros_like(parts[2])):
                silent = mixture(vectors[None])[0]
            heard = (silent != expected).any(dim=-1)
            first, either = chosen[:, 0] == number, (chosen == number).any(dim=-1)
            if (first & ~heard).any() or (heard & ~either).any():
                raise ModelError(
                    f"{name}: transformers {__version__} does not ask the experts of NLLB-MoE that its router chooses "
                    "(silencing one does not change what it should); please report this"
                )


def _mix(mixture: Any, hidden_states: torch.Tensor, padding_mask: torch.Tensor | None = None) -> torch.Tensor:
    """The mixture's output for (batch, positions, width); what it says of padding, nobody looks at."""
    tokens = hidden_states.reshape(-1, hidden_states.shape[-1])
    weights, experts = _weigh(mixture, tokens).topk(2, dim=-1)
    weights = (weights / weights.sum(dim=-1, keepdim=True)).to(tokens.dtype)
    output = torch.zeros_like(tokens)
    for number in sorted(set(experts.flatten().tolist())):
        rows, places = torch.where(experts == number)
        said = mixture.experts[f"expert_{number}"](tokens[rows]) * weights[rows, places, None]
        # Training left out this share of the outputs at random; without that they are weakened by it.
        output.index_add_(0, rows, (said * (1 - mixture.experts.moe_token_dropout)).to(output.dtype))
    return output.reshape(hidden_states.shape)


def _weigh(mixture: Any, tokens: torch.Tensor) -> torch.Tensor:
    """The router's probabilities, (N tokens, E experts), in float32 as it was trained."""
    router = mixture.router.classifier
    bias = None if router.bias is None else router.bias.float()
    return torch.nn.functional.linear(tokens.float(), router.weight.float(), bias).softmax(dim=-1)
