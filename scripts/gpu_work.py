"""What the parts of bench_gpu.py share: the work, its texts, and the lines in which a part says what it found.

A part prints a JSON object a line as soon as it knows something, so that a part that is cut short loses nothing:

    {"row": NAME, "seconds": [...], "characters": N, "tokens": N, "peak_mb": X, "busy": SHARE or null}
    {"figure": NAME, "value": X}
    {"note": TEXT}
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mt_eval.config import (
    Ctranslate2Engine,
    Ctranslate2Type,
    DeviceConfig,
    DeviceKind,
    Dtype,
    TransformersEngine,
)
from mt_eval.types import Kind, Segment, SegmentPair

BEAMS = 4
_WORDS, _SPREAD = 26.0, 0.55
"""Median and spread of a log-normal distribution that has the lengths in words of NTREX's Vietnamese sentences."""


@dataclass(frozen=True, slots=True)
class Work:
    folder: Path
    """Where the checkpoints are."""
    device: str
    """`cuda` or `cpu`."""
    quick: bool
    round_to: int
    """An output has as many tokens as its source, rounded up to a multiple of this."""

    @property
    def rehearsal(self) -> bool:
        return self.device == "cpu"

    @property
    def device_config(self) -> DeviceConfig:
        return DeviceConfig(DeviceKind(self.device))

    @property
    def half(self) -> Ctranslate2Type:
        """CTranslate2's float16; a CPU has none."""
        return Ctranslate2Type.float32 if self.rehearsal else Ctranslate2Type.float16

    def read_texts(self) -> list[str]:
        return (self.folder / "texts.vi").read_text(encoding="utf-8").split("\n")[:-1]

    def make_engine(self, name: str, dtype: str, batch_tokens: int | None = None) -> Any:
        """`engine=NAME engine.dtype=DTYPE`, its converted checkpoints in the work's own folder."""
        if name == "transformers":
            return TransformersEngine(Dtype(dtype), batch_tokens)
        return Ctranslate2Engine(Ctranslate2Type(dtype), batch_tokens, cache_dir=str(self.folder / "cache"))


def make_texts(ntrex: Path, count: int) -> list[str]:
    """Sentences of NTREX, and behind them sentences of their words in any order; without NTREX, of the project's own
    interface strings."""
    seeds = Path(__file__).resolve().parents[1] / "seeds" / "ui"
    file = ntrex / "ntrex.vi.txt" if ntrex.is_dir() else seeds / "ui.vi.txt"
    lines = [line for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]
    texts = lines[:count] if ntrex.is_dir() else []
    words = [word for line in lines for word in line.split()]
    chance = random.Random(1)
    while len(texts) < count:
        length = max(3, round(chance.lognormvariate(math.log(_WORDS), _SPREAD)))
        texts.append(" ".join(chance.choices(words, k=length)))
    return texts


def read_training_lines(ntrex: Path) -> list[str]:
    """Both languages' lines, for the tokenizers."""
    seeds = Path(__file__).resolve().parents[1] / "seeds" / "ui"
    files = [
        (ntrex / f"ntrex.{language}.txt") if ntrex.is_dir() else (seeds / f"ui.{language}.txt")
        for language in ("vi", "ar")
    ]
    return [line for file in files for line in file.read_text(encoding="utf-8").split("\n") if line]


def pair_up(texts: Sequence[str]) -> list[SegmentPair]:
    """A pair for each text, the text on both sides."""
    return [
        SegmentPair(
            str(number),
            str(number),
            (Segment(str(number), "a", 0, len(text), text),),
            (Segment(str(number), "b", 0, len(text), text),),
            Kind.ALIGNED,
        )
        for number, text in enumerate(texts)
    ]


def tell(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)


def tell_figure(name: str, value: float) -> None:
    tell(figure=name, value=round(value, 4))


def ignore(done: int, total: int) -> None:
    """Nobody looks at the progress."""
