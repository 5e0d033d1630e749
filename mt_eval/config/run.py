"""The configuration of one run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any

from mt_eval.config.decoding import DecodingConfig, MbrDecoding
from mt_eval.config.engine import Ctranslate2Engine, DeviceConfig
from mt_eval.config.model import ArticlesModel, CopyModel, HypothesesModel, PivotModel
from mt_eval.config.preparation import AlignConfig, CleanConfig, SegmentConfig
from mt_eval.config.ranges import MISSING, require
from mt_eval.config.scoring import MetricsConfig, NormalizeConfig
from mt_eval.config.server import ServerModel
from mt_eval.config.unit import UnitConfig, UnitKind
from mt_eval.disk import is_component
from mt_eval.languages.codes import suggest_code


def _no_setting(default_factory: Callable[[], Any]) -> Any:
    """A field that tells where the settings came from; Hydra and run directories leave it out of the configuration."""
    return field(default_factory=default_factory, compare=False, metadata={"omegaconf_ignore": True})


@dataclass
class RunConfig:
    data: Any = MISSING
    clean: CleanConfig = field(default_factory=CleanConfig)
    segment: SegmentConfig = field(default_factory=SegmentConfig)
    align: AlignConfig = field(default_factory=AlignConfig)
    unit: UnitConfig = field(default_factory=UnitConfig)
    model: Any = MISSING
    engine: Any = MISSING
    decoding: DecodingConfig = field(default_factory=DecodingConfig)
    device: DeviceConfig = field(default_factory=DeviceConfig)
    normalize: NormalizeConfig = field(default_factory=NormalizeConfig)
    metrics: MetricsConfig = field(default_factory=MetricsConfig)
    tracker: Any = MISSING
    direction: str = "vi-ar"
    """Source and target language, two-letter codes."""
    name: str | None = None
    """What the run is called; its directory's name begins so, and comparisons show it."""
    tags: list[str] = field(default_factory=list)
    """Words to find the run by: `mt-eval status --where tag=good`."""
    limit: int | None = None
    """Only the first so many segments."""
    preflight: bool = True
    """Translate three sentences first, and stop if what comes out shows that the model does not fit the direction."""
    runs_dir: str = "runs"
    """The folder of run directories, and of the translation store beside them."""
    report: bool = True
    """Write `report.html`, the page that people read, into the run directory."""
    force: bool = False
    """Run again even if a finished run of the same identity exists, replacing it."""
    choices: Mapping[str, str] = _no_setting(dict)
    """Config group to the option chosen; empty where a configuration was not composed."""
    overrides: tuple[str, ...] = _no_setting(tuple)
    """What was typed."""

    def __post_init__(self) -> None:
        parts = self.direction.split("-")
        fits = len(parts) == 2 and all(len(part) == 2 and part.isalpha() and part.islower() for part in parts)
        expected = "two two-letter language codes, SRC-TGT, such as vi-ar"
        require(fits, "direction", self.direction, expected if fits else expected + _suggest_direction(self.direction))
        require(parts[0] != parts[1], "direction", self.direction, "two different languages")
        require(
            self.name is None or is_component(self.name),
            "name",
            self.name,
            "letters, digits and marks that a folder's name may have",
        )
        require(all(tag.strip() and "," not in tag for tag in self.tags), "tags", self.tags, "words without commas")
        require(self.limit is None or self.limit >= 1, "limit", self.limit, "1 or more")

    @property
    def source_lang(self) -> str:
        return self.direction.split("-")[0]

    @property
    def target_lang(self) -> str:
        return self.direction.split("-")[1]


_GIVEN_NOTHING: Mapping[type, str] = MappingProxyType(
    {
        ArticlesModel: "has whole articles in its files",
        CopyModel: "copies the source, however it is cut",
        HypothesesModel: "has a translation for every segment in its file",
    }
)
"""Kinds of systems that no text is given to, and why it does not matter how much it would be."""


def _suggest_direction(said: str) -> str:
    """A guess at what was meant (`vi_ar`, `VI-AR`, `vie_Latn-arb_Arab`), as the end of a sentence; else nothing."""
    sides = said.split("-") if "-" in said else said.split("_")
    codes = [suggest_code(side) for side in sides]
    return f"; did you mean {codes[0]}-{codes[1]}?" if len(codes) == 2 and all(codes) else ""


def find_misfit(config: RunConfig) -> str | None:
    """Why these settings cannot go together, each of them being possible, and what mends it; None where they can."""
    why = _GIVEN_NOTHING.get(type(config.model))
    name = config.choices.get("model", type(config.model).__name__)
    if why is not None and config.unit.kind is not UnitKind.sentence:
        return f"model={name} {why}: it is given nothing, whatever unit says; leave unit=sentence"
    return _find_decoding_misfit(config, name)


def _find_decoding_misfit(config: RunConfig, name: str) -> str | None:
    decoding, model = config.decoding, config.model
    legs = (model.first, model.second) if isinstance(model, PivotModel) else (model,)
    searched = [not isinstance(leg, (*_GIVEN_NOTHING, ServerModel)) for leg in legs]
    which = f"model={name}" if any(searched) is searched[-1] else f"the last leg of model={name}"
    gives = f"of a model that is run here, and {which} gives one translation of each text; leave"
    if isinstance(decoding, MbrDecoding) and not any(searched):
        return f"decoding=mbr chooses among candidates {gives} decoding=beam"
    if decoding.n_best > 1 and not searched[-1]:
        return f"decoding.n_best={decoding.n_best} keeps hypotheses {gives} decoding.n_best=1"
    if isinstance(decoding, MbrDecoding):
        return _find_mbr_misfit(decoding, config.engine)
    kept, beams = f"decoding.n_best={decoding.n_best}", decoding.num_beams
    if decoding.n_best > beams:
        has = f"decoding.num_beams={beams}" if beams > 1 else "greedy search (decoding.num_beams=1)"
        return (
            f"{kept} keeps more hypotheses than there are: {has} has {beams}; raise decoding.num_beams to "
            f"{decoding.n_best}"
        )
    return None


def _find_mbr_misfit(decoding: MbrDecoding, engine: Any) -> str | None:
    if decoding.n_best > decoding.candidates:
        return (
            f"decoding.n_best={decoding.n_best} keeps more hypotheses than decoding.candidates={decoding.candidates} "
            "gives; lower the one or raise the other"
        )
    if decoding.samples and decoding.num_beams > 1:
        return (
            f"decoding.num_beams={decoding.num_beams} has no meaning where candidates are sampled; leave it 1, or take "
            "them from the beam with decoding.candidates_from=beam"
        )
    if decoding.samples and isinstance(engine, Ctranslate2Engine):
        return (
            "decoding=mbr draws with a seed of each text, and engine=ctranslate2 has none but for a whole thread: use "
            f"engine=transformers, or decoding.candidates_from=beam decoding.num_beams={decoding.candidates}"
        )
    if not decoding.samples and decoding.num_beams < decoding.candidates:
        return (
            f"decoding.candidates={decoding.candidates} are more than decoding.num_beams={decoding.num_beams} "
            f"hypotheses of a beam search; give decoding.num_beams={decoding.candidates} or fewer candidates"
        )
    return None


def list_settings(schema: type) -> list[str]:
    """Names of the settings of a configuration class, in their order."""
    return [item.name for item in fields(schema) if not item.metadata.get("omegaconf_ignore")]
