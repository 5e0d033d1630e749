"""Memory that runs out, and models that are kept: what the engine does between batches and between runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from transformers import MarianMTModel

from mt_eval.config import MarianModel, NllbModel, RunConfig, TransformersEngine
from mt_eval.errors import ModelError
from mt_eval.translate import locate, translate_pairs
from mt_eval.translate.engines import pool as loaded_module
from mt_eval.translate.engines.batching import fit_batch_tokens
from mt_eval.translate.engines.pool import LoadedModels
from mt_eval.translate.system import LengthRule

Configure = Callable[..., RunConfig]

pytestmark = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")


@pytest.fixture
def count_loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the models that were loaded, in order; a freed one is there once more, behind a minus."""
    events: list[str] = []
    load = loaded_module.load_translator

    def load_and_count(leg: Any, engine: Any, device: Any) -> Any:
        translator = load(leg, engine, device)
        close = translator.close
        events.append(leg.label)
        translator.close = lambda: (events.append(f"-{leg.label}"), close())  # type: ignore[method-assign]
        return translator

    monkeypatch.setattr(loaded_module, "load_translator", load_and_count)
    return events


def fit_rows(monkeypatch: pytest.MonkeyPatch, rows: int, error: Callable[[], RuntimeError]) -> list[int]:
    """Let `generate` fail on more than `rows` rows; the numbers of rows it was called with."""
    seen: list[int] = []
    generate = MarianMTModel.generate

    def generate_or_fail(self: Any, input_ids: torch.Tensor, **settings: Any) -> Any:
        seen.append(len(input_ids))
        if len(input_ids) > rows:
            raise error()
        return generate(self, input_ids=input_ids, **settings)

    monkeypatch.setattr(MarianMTModel, "generate", generate_or_fail)
    return seen


@pytest.mark.parametrize(
    "error",
    [
        lambda: torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."),
        lambda: RuntimeError(
            "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"
        ),
    ],
    ids=["gpu", "cpu"],
)
def test_what_does_not_fit_is_halved_and_remembered(
    error: Callable[[], RuntimeError],
    tiny_marian: Path,
    sentences: list[str],
    configure: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The translations are those of enough memory; the run says what happened; the next run asks for less at once."""
    config, pairs = configure(MarianModel(str(tiny_marian))), pair_up(sentences)
    expected = translate_pairs(config, pairs, tmp_path / "enough", silent)
    again = configure(MarianModel(str(tiny_marian)), decoding={"num_beams": 2})
    with LoadedModels() as models:
        seen = fit_rows(monkeypatch, 3, error)

        actual = translate_pairs(config, pairs, tmp_path / "little", silent, models=models)
        failures = sum(rows > 3 for rows in seen)
        seen.clear()
        second = translate_pairs(again, pairs, tmp_path / "little", silent, models=models)

    assert [each.text for each in actual.translations] == [each.text for each in expected.translations]
    assert any("ran out of memory on a batch of" in warning for warning in actual.warnings)
    assert failures > 1
    assert actual.facts["legs"][0]["batch_tokens"] < expected.facts["legs"][0]["batch_tokens"]
    assert max(seen) <= 3
    assert not any("ran out of memory" in warning for warning in second.warnings)


def test_a_single_source_that_does_not_fit_is_an_error(
    tiny_marian: Path,
    sentences: list[str],
    configure: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing is left to halve: one sentence says so and what to change."""
    fit_rows(monkeypatch, 0, lambda: torch.OutOfMemoryError("CUDA out of memory."))

    with pytest.raises(
        ModelError, match=r"ran out of memory on a single source of \d+ tokens; lower decoding\.num_beams"
    ):
        translate_pairs(configure(MarianModel(str(tiny_marian))), pair_up(sentences), tmp_path, silent)


def test_another_error_of_torch_is_not_taken_for_memory(
    tiny_marian: Path,
    sentences: list[str],
    configure: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A RuntimeError about anything else is passed on at once."""
    seen = fit_rows(monkeypatch, 0, lambda: RuntimeError("mat1 and mat2 shapes cannot be multiplied"))

    with pytest.raises(RuntimeError, match="shapes"):
        translate_pairs(configure(MarianModel(str(tiny_marian))), pair_up(sentences), tmp_path, silent)
    assert len(seen) == 1


def test_one_model_serves_all_runs_and_is_freed_before_the_next(
    tiny_marian: Path,
    tiny_marian_plain: Path,
    tiny_nllb: Path,
    sentences: list[str],
    configure: Configure,
    pair_up: Any,
    silent: Any,
    tmp_path: Path,
    count_loads: list[str],
) -> None:
    """Other beams and the other direction use the model that is there; another model, type or engine frees it first."""
    pairs, one = pair_up(sentences[:4]), MarianModel(str(tiny_marian))
    configs = [
        configure(one),
        configure(one, decoding={"num_beams": 1}),
        configure(one, direction="ar-vi"),
        configure(NllbModel(str(tiny_nllb))),
        configure(NllbModel(str(tiny_nllb)), direction="ar-vi"),
    ]
    expected = [translate_pairs(config, pairs, tmp_path / str(i), silent) for i, config in enumerate(configs)]
    count_loads.clear()

    with LoadedModels() as models:
        actual = [translate_pairs(config, pairs, tmp_path / "one", silent, models=models) for config in configs]

    assert [each.translations for each in actual] == [each.translations for each in expected]
    assert count_loads == ["tiny-marian", "-tiny-marian", "tiny-nllb", "-tiny-nllb"]


def test_both_models_of_a_pivot_stay(
    tiny_marian: Path, tiny_nllb: Path, configure: Configure, count_loads: list[str]
) -> None:
    """What the next run uses too is not loaded again, what it does not use is freed at its beginning."""
    first = locate(configure(NllbModel(str(tiny_nllb)))).legs
    second = locate(configure(MarianModel(str(tiny_marian)))).legs
    engine, device = TransformersEngine(), configure(None).device
    with LoadedModels() as models:
        models.begin(first + second, engine, device)
        kept = models.load(first[0]), models.load(second[0])
        models.begin(second, engine, device)
        again = models.load(second[0])

    assert again is kept[1]
    assert count_loads == ["tiny-nllb", "tiny-marian", "-tiny-nllb", "-tiny-marian"]


def test_the_budget_of_a_gpu_fits_its_memory() -> None:
    """A batch at the budget, counted by hand for NLLB-600M in float16, needs less than is free, more than a tenth."""
    config = SimpleNamespace(
        decoder_layers=12, d_model=1024, encoder_ffn_dim=4096, decoder_ffn_dim=4096, vocab_size=256_206
    )
    rule = LengthRule(factor=2.0, offset=32, multiple=32, positions=1024)
    free = 70 * 2**30

    tokens = fit_batch_tokens(free, config, bytes_per_number=2, beams=4, length=rule)
    rows, width = tokens // 16, 16
    longest = 2 * width + 32
    self_attention = 12 * 2 * rows * 4 * longest * 1024 * 2
    cross_attention = 12 * 2 * rows * 4 * width * 1024 * 2
    scores = rows * 4 * 256_206 * 4

    assert free / 10 < 2 * self_attention + cross_attention + 4 * scores < free
    assert fit_batch_tokens(2 * free, config, bytes_per_number=2, beams=4, length=rule) == pytest.approx(
        2 * tokens, rel=1e-3
    )
    assert fit_batch_tokens(free, config, bytes_per_number=2, beams=8, length=rule) == pytest.approx(
        tokens / 2, rel=1e-3
    )
