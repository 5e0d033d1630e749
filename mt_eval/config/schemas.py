"""The door: which classes Hydra may fill in, and the composition turned into them once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from mt_eval.config.data import ArticlesData, FolderData, HubData, LinesData, TableData
from mt_eval.config.decoding import DecodingConfig, MbrDecoding
from mt_eval.config.engine import Ctranslate2Engine, DeviceConfig, FastEngine, TransformersEngine
from mt_eval.config.leg_names import LEGS, naming_leg
from mt_eval.config.model import (
    ArticlesModel,
    CopyModel,
    HypothesesModel,
    M2m100Model,
    MarianModel,
    NllbModel,
    PivotModel,
    Seq2seqModel,
)
from mt_eval.config.preparation import AlignConfig, CleanConfig, SegmentConfig
from mt_eval.config.run import RunConfig, list_settings
from mt_eval.config.scoring import MetricsConfig, NormalizeConfig
from mt_eval.config.server import ServerModel
from mt_eval.config.tracker import TRACKERS, NoTracker
from mt_eval.config.unit import UnitConfig
from mt_eval.errors import ConfigError

if TYPE_CHECKING:
    from omegaconf import DictConfig

SCHEMAS: Mapping[str | None, Mapping[str, type]] = {
    None: {"run": RunConfig},
    "data": {"articles": ArticlesData, "lines": LinesData, "table": TableData, "folder": FolderData, "hub": HubData},
    "clean": {"clean": CleanConfig},
    "segment": {"segment": SegmentConfig},
    "align": {"align": AlignConfig},
    "unit": {"unit": UnitConfig},
    "model": {
        **{"marian": MarianModel, "nllb": NllbModel, "m2m100": M2m100Model, "seq2seq": Seq2seqModel},
        **{"pivot": PivotModel, "hypotheses": HypothesesModel, "articles": ArticlesModel, "copy": CopyModel},
        "server": ServerModel,
    },
    "engine": {"transformers": TransformersEngine, "ctranslate2": Ctranslate2Engine, "fast": FastEngine},
    "decoding": {"decoding": DecodingConfig, "mbr": MbrDecoding},
    "device": {"device": DeviceConfig},
    "normalize": {"normalize": NormalizeConfig},
    "metrics": {"metrics": MetricsConfig},
    "tracker": {"no_tracker": NoTracker, **TRACKERS},
}
"""Group to what its option files may start from: `defaults: [NAME_schema]`."""


def register_schemas(more: Mapping[str | None, Mapping[str, type]] | None = None) -> None:
    """Make the schemas, and more of other groups, known to Hydra; the option files under `conf/` name them."""
    from hydra.core.config_store import ConfigStore

    store = ConfigStore.instance()
    for group, schemas in {**SCHEMAS, **(more or {})}.items():
        for name, node in schemas.items():
            store.store(group=group, name=f"{name}_schema", node=node, provider="mt_eval")


def to_run_config(
    composed: DictConfig, choices: Mapping[str, str] | None = None, overrides: Sequence[str] = ()
) -> RunConfig:
    """The composed configuration as dataclasses, every range checked.

    Args:
        choices: Config group to the option chosen, for the record.
        overrides: What was typed, for the record.

    Raises:
        ConfigError: A value that must be given is not, or one is out of its range.
    """
    from omegaconf import MissingMandatoryValue, OmegaConf

    known = list_settings(RunConfig)
    for key in map(str, composed):
        if key not in known:
            raise ConfigError(f"{key}: there is no such setting; known are {', '.join(known)}")
    OmegaConf.resolve(composed)
    missing = sorted(OmegaConf.missing_keys(composed))
    if missing:
        raise ConfigError(f"{' and '.join(missing)} must be given; add {' '.join(f'{key}=...' for key in missing)}")
    for leg in LEGS:  # checked by themselves first, where it is known how their settings are typed
        part = OmegaConf.select(composed, f"model.{leg}")
        kind = OmegaConf.get_type(part) if OmegaConf.is_dict(part) else None
        if kind is not None:
            with naming_leg(leg, kind):
                OmegaConf.to_object(part)
    try:
        config = OmegaConf.to_object(composed)
    except MissingMandatoryValue as error:
        raise ConfigError(f"a value must be given: {error}") from error
    assert isinstance(config, RunConfig)
    return replace(config, choices=dict(choices or {}), overrides=tuple(overrides))


def to_plain(config: object) -> Any:
    """A configuration dataclass as dicts, lists, strings and numbers, as a run directory keeps it."""
    if isinstance(config, Enum):
        return config.value
    if is_dataclass(config):
        return {name: to_plain(getattr(config, name)) for name in list_settings(type(config))}
    if isinstance(config, list):
        return [to_plain(value) for value in config]
    return config
