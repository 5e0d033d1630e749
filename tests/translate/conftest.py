"""Tiny checkpoints, made once a session, and what the tests of translating say often."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import tiny_checkpoints
import torch

from mt_eval.config import DecodingConfig, DeviceConfig, RunConfig, TransformersEngine
from mt_eval.types import Kind, Segment, SegmentPair


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    """On models this small a second thread costs more than it gives."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_marian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Marian that knows `>>ara<<` and `>>vie<<`."""
    return tiny_checkpoints.make_marian(tmp_path_factory.mktemp("checkpoints") / "tiny-marian")


@pytest.fixture(scope="session")
def tiny_marian_plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Marian without target tokens."""
    return tiny_checkpoints.make_marian(tmp_path_factory.mktemp("checkpoints") / "tiny-plain", (), seed=2)


@pytest.fixture(scope="session")
def tiny_nllb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An NLLB-shaped checkpoint with all of NLLB's language codes."""
    return tiny_checkpoints.make_nllb(tmp_path_factory.mktemp("checkpoints") / "tiny-nllb")


@pytest.fixture(scope="session")
def sentences() -> list[str]:
    """16 short pieces of Vietnamese and Arabic text, all different, of 3 to 48 characters."""
    lines = tiny_checkpoints.read_seed_lines()
    return list(dict.fromkeys(line[: 3 * index + 3].strip() for index, line in enumerate(lines[4:20])))


@pytest.fixture
def configure() -> Callable[..., RunConfig]:
    """A run configuration for a model: short outputs, one thread, everything else as the arguments say."""

    def make(model: Any, *, direction: str = "vi-ar", **settings: Any) -> RunConfig:
        decoding = {"max_new_tokens_factor": 0.5, "max_new_tokens_offset": 8} | settings.pop("decoding", {})
        return RunConfig(
            data=None,
            model=model,
            engine=TransformersEngine(**settings.pop("engine", {})),
            decoding=DecodingConfig(**decoding),
            device=DeviceConfig(**{"threads": 1} | settings.pop("device", {})),
            direction=direction,
            preflight=False,
        )

    return make


@pytest.fixture
def pair_up() -> Callable[..., list[SegmentPair]]:
    """One segment pair per group of source texts; an empty group is a pair without a source."""

    def make(groups: Sequence[Sequence[str] | str]) -> list[SegmentPair]:
        pairs = []
        for number, group in enumerate(groups):
            texts = [group] if isinstance(group, str) else group
            source = tuple(
                Segment(f"{number}.{index}", "article", 0, len(text), text) for index, text in enumerate(texts)
            )
            reference = () if source else (Segment(f"{number}.r", "other", 0, 1, "x"),)
            kind = Kind.SOURCE_ONLY if source else Kind.REFERENCE_ONLY
            pairs.append(SegmentPair(str(number), "articles", source, reference, kind))
        return pairs

    return make


@pytest.fixture
def silent() -> Callable[[int, int], None]:
    return lambda done, total: None
