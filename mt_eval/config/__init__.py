"""What can be configured: one dataclass per choice of a config group, each checking its own ranges.

The YAML files under `conf/` fill these in and Hydra composes them; `to_run_config` turns the composition into plain
dataclasses once, at the door. Below it nothing knows Hydra or OmegaConf. Which implementation runs is decided by the
type of the chosen dataclass (`match config.model: case MarianModel(): ...`).
"""

from mt_eval.config.data import ArticlesData, FolderData, HubData, LinesData, TableData
from mt_eval.config.decoding import CandidatesFrom, DecodingConfig, MbrDecoding
from mt_eval.config.engine import (
    Ctranslate2Engine,
    Ctranslate2Type,
    DeviceConfig,
    DeviceKind,
    Dtype,
    FastEngine,
    TransformersEngine,
)
from mt_eval.config.model import (
    ArticlesModel,
    CheckpointModel,
    CopyModel,
    Extra,
    HypothesesModel,
    LanguageBy,
    M2m100Model,
    MarianModel,
    NllbModel,
    PivotModel,
    Seq2seqModel,
)
from mt_eval.config.preparation import AlignConfig, AlignMethod, CleanConfig, SegmentConfig
from mt_eval.config.ranges import MISSING
from mt_eval.config.run import RunConfig, find_misfit, list_settings
from mt_eval.config.schemas import SCHEMAS, register_schemas, to_plain, to_run_config
from mt_eval.config.scoring import PLACEHOLDERS, ExternalMetric, MetricsConfig, NormalizeConfig, Profile
from mt_eval.config.server import LengthField, ServerModel
from mt_eval.config.tracker import TRACKERS, MlflowTracker, NoTracker, TensorboardTracker, WandbTracker
from mt_eval.config.unit import UnitConfig, UnitKind

# fmt: off
__all__ = [
    "MISSING", "PLACEHOLDERS", "SCHEMAS", "TRACKERS", "AlignConfig", "AlignMethod", "ArticlesData", "ArticlesModel",
    "CandidatesFrom", "CheckpointModel", "CleanConfig", "CopyModel", "Ctranslate2Engine", "Ctranslate2Type",
    "DecodingConfig", "DeviceConfig", "DeviceKind", "Dtype", "ExternalMetric", "Extra", "FastEngine", "FolderData",
    "HubData", "HypothesesModel", "LanguageBy", "LengthField", "LinesData", "M2m100Model", "MarianModel",
    "MbrDecoding", "MetricsConfig", "MlflowTracker", "NllbModel", "NoTracker", "NormalizeConfig", "PivotModel",
    "Profile", "RunConfig", "SegmentConfig", "Seq2seqModel", "ServerModel", "TableData", "TensorboardTracker",
    "TransformersEngine", "UnitConfig", "UnitKind", "WandbTracker", "find_misfit", "list_settings",
    "register_schemas", "to_plain", "to_run_config",
]
