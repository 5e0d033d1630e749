"""The configuration of one run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mt_eval.config.engine import DecodingConfig, DeviceConfig
from mt_eval.config.preparation import AlignConfig, CleanConfig, SegmentConfig
from mt_eval.config.ranges import MISSING, require
from mt_eval.config.scoring import MetricsConfig, NormalizeConfig


@dataclass
class RunConfig:
    data: Any = MISSING
    clean: CleanConfig = field(default_factory=CleanConfig)
    segment: SegmentConfig = field(default_factory=SegmentConfig)
    align: AlignConfig = field(default_factory=AlignConfig)
    model: Any = MISSING
    engine: Any = MISSING
    decoding: DecodingConfig = field(default_factory=DecodingConfig)
    device: DeviceConfig = field(default_factory=DeviceConfig)
    normalize: NormalizeConfig = field(default_factory=NormalizeConfig)
    metrics: MetricsConfig = field(default_factory=MetricsConfig)
    tracker: Any = MISSING
    direction: str = "vi-ar"
    """Source and target language, two-letter codes."""
    limit: int | None = None
    """Only the first so many segments."""
    preflight: bool = True
    """Translate three sentences first, and stop if what comes out shows that the model does not fit the direction."""
    runs_dir: str = "runs"
    report: bool = True
    """Write `report.html`, the page that people read, into the run directory."""
    force: bool = False
    """Run again even if a finished run of the same identity exists, replacing it."""

    def __post_init__(self) -> None:
        parts = self.direction.split("-")
        require(
            len(parts) == 2 and all(len(part) == 2 and part.isalpha() and part.islower() for part in parts),
            "direction",
            self.direction,
            "two two-letter language codes, SRC-TGT, such as vi-ar",
        )
        require(parts[0] != parts[1], "direction", self.direction, "two different languages")
        require(self.limit is None or self.limit >= 1, "limit", self.limit, "1 or more")

    @property
    def source_lang(self) -> str:
        return self.direction.split("-")[0]

    @property
    def target_lang(self) -> str:
        return self.direction.split("-")[1]
