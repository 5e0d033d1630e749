"""A server, a configuration that asks it, and texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chat_server import ChatServer

from mt_eval.config import DecodingConfig, DeviceConfig, RunConfig, ServerModel, TransformersEngine, UnitConfig
from mt_eval.translate import Translated, translate_pairs
from mt_eval.types import Kind, Segment, SegmentPair


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with ChatServer() as running:
        yield running


@pytest.fixture
def ask(server: ChatServer, tmp_path: Path) -> Callable[..., Translated]:
    """The translations of some texts, one article, by the server, with a store that is kept between calls."""

    def translate(
        *texts: str,
        unit: UnitConfig | None = None,
        direction: str = "vi-ar",
        preflight: bool = False,
        **settings: Any,
    ) -> Translated:
        settings = {"url": server.url, "name": "tiny", "backoff_seconds": 0.01, **settings}
        config = RunConfig(
            data=None,
            model=ServerModel(**settings),
            engine=TransformersEngine(),
            decoding=DecodingConfig(),
            device=DeviceConfig(),
            unit=unit or UnitConfig(),
            direction=direction,
            preflight=preflight,
        )
        pairs, start = [], 0
        for number, text in enumerate(texts, start=1):
            segment = Segment(f"a.{number}", "a", start, start + len(text), text)
            pairs.append(SegmentPair(f"a:{number}", "a", (segment,), (), Kind.SOURCE_ONLY))
            start += len(text) + 1
        paragraphs = {"a": (0, len(texts[0]) + 1)} if texts else {}
        return translate_pairs(config, pairs, tmp_path / "store", lambda done, total: None, paragraphs=paragraphs)

    return translate
