"""What can be configured: one dataclass per choice of a config group, each checking its own ranges.

The YAML files under `conf/` fill these in and Hydra composes them; `to_run_config` turns the composition into plain
dataclasses once, at the door. Below it nothing knows Hydra or OmegaConf. Which implementation runs is decided by the
type of the chosen dataclass (`match config.model: case MarianModel(): ...`).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from mt_eval.errors import ConfigError

if TYPE_CHECKING:
    from omegaconf import DictConfig

MISSING: Any = "???"
"""What OmegaConf takes for a value that must be given. Whoever composes nothing does not pay for importing it."""


def _require(condition: bool, key: str, got: object, expected: str) -> None:
    if not condition:
        raise ConfigError(f"{key}={got} is not possible: expected {expected}")


# --- data


@dataclass
class _Data:
    """What every kind of data can be asked for."""

    shard: str | None = field(default=None, kw_only=True)
    """`K/N`: only translate the K-th of N parts of the segments, counted from 0, into the store, and score nothing."""

    def __post_init__(self) -> None:
        found = None if self.shard is None else re.fullmatch(r"(\d+)/(\d+)", self.shard)
        _require(
            self.shard is None or (found is not None and int(found[1]) < int(found[2])),
            "data.shard",
            self.shard,
            "K/N with K from 0 to N - 1, such as 0/8",
        )


@dataclass
class ArticlesData(_Data):
    """Articles in a folder, listed in a manifest (`articles.yaml`)."""

    manifest: str = MISSING
    """Path of the manifest; the texts and gold alignments it names are relative to its folder."""
    pairs: list[str] | None = None
    """Ids of the article pairs to use; all pairs whose relation is `translation` by default."""
    allow_comparable: bool = False
    """Score pairs that are comparable, not translations, too; every score then carries a warning."""
    allow_unfit: bool = False
    """Score pairs whose reference does not look like a version of its source; every score then carries a warning."""


@dataclass
class LinesData(_Data):
    """Two UTF-8 files, the i-th line of one being the human version of the i-th line of the other.

    `%src` and `%tgt` in a path stand for the language codes of the direction.
    """

    source_path: str = MISSING
    reference_path: str = MISSING
    docids_path: str | None = None
    """One document id a line, documents contiguous; without it the whole file is one article."""
    pivot_path: str | None = None
    """The human version in the language of a pivot model, which gives its first leg a score of its own; `%via` stands
    for the code of that language. Models that are no pivots do not look at it."""


@dataclass
class TableData(_Data):
    """One file with a row per segment pair: TSV, CSV, JSONL or TMX, by its name; also gzipped."""

    path: str = MISSING
    columns: dict[str, str | None] = field(default_factory=dict)
    """Language code to the column of its text; the code itself by default. TMX names languages, not columns."""
    document_column: str | None = None
    """The column that names the document of a row, documents contiguous; in TMX the property of that name."""


@dataclass
class FolderData(_Data):
    """A folder of `NAME.vi.txt` beside `NAME.ar.txt`: whole articles that belong together by their names."""

    path: str = MISSING
    allow_unfit: bool = False
    """As in ArticlesData."""


@dataclass
class HubData(_Data):
    """A data set of the Hugging Face hub, or files that `datasets` reads, with a row per segment pair."""

    path: str = MISSING
    """Name on the hub, a folder, or the name of a reader of `datasets` (`parquet`, `json`) together with `files`."""
    name: str | None = None
    """Configuration of the data set."""
    names: dict[str, str | None] = field(default_factory=dict)
    """Language code to configuration, where every language has one of its own and their i-th rows belong together."""
    split: str = "test"
    revision: str | None = None
    files: str | None = None
    """The files, where `path` names a reader."""
    columns: dict[str, str | None] = field(default_factory=dict)
    """Language code to the column of its text; the code itself by default."""
    document_column: str | None = None
    """The column that names the document of a row, documents contiguous."""


# --- cleaning, segmentation, alignment


@dataclass
class CleanConfig:
    segmentation: bool = True
    """Undo word segmentation (`hợp_tác`, spaced punctuation and quotes) in articles that show it."""
    furniture: bool = True
    """Remove the page furniture named in the manifest."""


@dataclass
class SegmentConfig:
    """Paragraphs, then the sentences that `sentencex` finds in them."""


class AlignMethod(Enum):
    best = "best"
    """The gold alignment where the manifest names one, else `auto`; line-parallel data is taken as it stands."""
    gold = "gold"
    auto = "auto"


@dataclass
class AlignConfig:
    method: AlignMethod = AlignMethod.best


# --- models


@dataclass
class MarianModel:
    """A MarianMT checkpoint."""

    name: str = MISSING
    """Folder, hub name (`Helsinki-NLP/opus-mt-vi-en`) or `bundled:models/demo`.

    `%src` and `%tgt` in the name of any model stand for the two-letter codes of the languages it translates between:
    in a pivot, those of the leg.
    """
    revision: str | None = None
    """Branch, tag or commit on the hub; the default branch if not given."""
    target_token: str | None = None
    """The token in front of the source (`>>ara<<`); chosen from the direction where the tokenizer knows such tokens."""


@dataclass
class NllbModel:
    """An NLLB-200 checkpoint, dense or mixture of experts: source code on the tokenizer, target code forced first."""

    name: str = MISSING
    revision: str | None = None
    source_code: str | None = None
    """`vie_Latn`, `arb_Arab`, ...; chosen from the direction by default."""
    target_code: str | None = None


@dataclass
class M2m100Model:
    """An M2M-100 checkpoint: run like NLLB, but with two-letter codes and a tokenizer of its own."""

    name: str = MISSING
    revision: str | None = None
    source_code: str | None = None
    """`vi`, `ar`, ...: the direction's own codes by default."""
    target_code: str | None = None


@dataclass
class PivotModel:
    """Two models in a row: source to the pivot language, pivot language to target."""

    via: str = "en"
    """Two-letter code of the pivot language."""
    first: Any = MISSING
    second: Any = MISSING

    def __post_init__(self) -> None:
        _require(len(self.via) == 2, "model.via", self.via, "a two-letter language code such as en")


@dataclass
class HypothesesModel:
    """Translations made elsewhere: a UTF-8 file with one line per segment of the data, in its order."""

    path: str = MISSING


@dataclass
class CopyModel:
    """The source as its own translation: the floor any system should be above."""


# --- how it is run


class Dtype(Enum):
    float32 = "float32"
    bfloat16 = "bfloat16"
    float16 = "float16"


def _check_batches(batch_tokens: int | None, batch_matters: bool) -> None:
    _require(batch_tokens is None or batch_tokens >= 1, "engine.batch_tokens", batch_tokens, "at least 1")
    _require(
        batch_tokens is not None or not batch_matters,
        "engine.batch_tokens",
        "null",
        "a number where engine.batch_matters=true",
    )


@dataclass
class TransformersEngine:
    dtype: Dtype = Dtype.float32
    batch_tokens: int | None = None
    """Source tokens a batch may hold, padding included, beams not counted; chosen for the device by default."""
    batch_matters: bool = False
    """Whether translations made in batches of another size are other translations. They differ by rounding only, so
    by default they are used again; an experiment that measures the difference keeps them apart."""

    def __post_init__(self) -> None:
        _check_batches(self.batch_tokens, self.batch_matters)


class Ctranslate2Type(Enum):
    """CTranslate2's compute types; what is not quantised is in the second type."""

    int8_float32 = "int8_float32"
    int8 = "int8_float32"
    int8_float16 = "int8_float16"
    int8_bfloat16 = "int8_bfloat16"
    int16 = "int16"
    float32 = "float32"
    float16 = "float16"
    bfloat16 = "bfloat16"


@dataclass
class Ctranslate2Engine:
    dtype: Ctranslate2Type = Ctranslate2Type.int8_float32
    batch_tokens: int | None = None
    """As in TransformersEngine."""
    batch_matters: bool = False
    """As in TransformersEngine."""
    workers: int | None = None
    """Batches decoded at the same time, the CPU threads shared among them; chosen for the device by default."""
    cache_dir: str | None = None
    """Where converted checkpoints are kept; `mt-eval/ctranslate2` in the user's cache folder by default."""

    def __post_init__(self) -> None:
        _check_batches(self.batch_tokens, self.batch_matters)
        _require(self.workers is None or self.workers >= 1, "engine.workers", self.workers, "1 or more")


@dataclass
class FastEngine:
    """The fastest of the engines for the device; what was picked is said, and recorded as if it had been asked for."""

    batch_tokens: int | None = None
    """As in TransformersEngine."""

    def __post_init__(self) -> None:
        _check_batches(self.batch_tokens, False)


@dataclass
class DecodingConfig:
    """How the best translation is searched. A length limit belongs to the source: factor * its tokens + offset."""

    num_beams: int = 4
    length_penalty: float = 1.0
    no_repeat_ngram_size: int = 0
    """0 forbids nothing."""
    max_new_tokens_factor: float = 2.0
    max_new_tokens_offset: int = 32

    def __post_init__(self) -> None:
        _require(1 <= self.num_beams <= 64, "decoding.num_beams", self.num_beams, "1 to 64")
        _require(-10 <= self.length_penalty <= 10, "decoding.length_penalty", self.length_penalty, "-10 to 10")
        _require(
            self.no_repeat_ngram_size >= 0, "decoding.no_repeat_ngram_size", self.no_repeat_ngram_size, "0 or more"
        )
        _require(
            0 <= self.max_new_tokens_factor <= 100,
            "decoding.max_new_tokens_factor",
            self.max_new_tokens_factor,
            "0 to 100",
        )
        _require(
            self.max_new_tokens_offset >= 1, "decoding.max_new_tokens_offset", self.max_new_tokens_offset, "1 or more"
        )


class DeviceKind(Enum):
    auto = "auto"
    cpu = "cpu"
    cuda = "cuda"


@dataclass
class DeviceConfig:
    kind: DeviceKind = DeviceKind.auto
    threads: int | None = None
    """CPU threads for torch; its own choice (all cores) by default."""

    def __post_init__(self) -> None:
        _require(self.threads is None or self.threads >= 1, "device.threads", self.threads, "1 or more")


# --- scoring


class Profile(Enum):
    """How far both sides are normalised for the second set of scores (the table is in `text/normalize.py`)."""

    none = "none"
    standard = "standard"
    strong = "strong"


@dataclass
class NormalizeConfig:
    profile: Profile = Profile.none


METRICS = ("chrF++", "chrF", "BLEU-intl", "BLEU-13a", "TER")

PLACEHOLDERS = ("source", "translation", "reference", "jsonl", "output")
"""What `{...}` in the command of an external metric can stand for."""


@dataclass
class ExternalMetric:
    """A program that reads segments from files and prints or writes one number for each, in their order."""

    name: str = MISSING
    """What its scores are called: letters, digits and `+.-_`."""
    command: list[str] = MISSING
    """Program and arguments; no shell reads them. `{source}`, `{translation}` and `{reference}` stand for UTF-8 files
    of one segment a line, `{jsonl}` for a file of one JSON object a line with the keys `source`, `hypothesis` and
    `reference`, `{output}` for a file the command writes its numbers to; without it they are read from what it prints.
    `~` at the beginning of the program's path is expanded."""
    version: str = MISSING
    """What made the numbers, program and model, for the signature: `comet 2.2.7, Unbabel/wmt22-comet-da`."""
    higher_is_better: bool = True
    scale: float = 1.0
    """Every number is multiplied by it; 100 makes a share a percentage."""
    segment_pattern: str | None = None
    """Regular expression with one group, the number; lines it is not found in do not count. Without it every line
    is a number and nothing else."""
    corpus_pattern: str | None = None
    """The same for the one printed line with the number for the whole run; without it, the mean of the segments."""
    timeout_seconds: float = 3600.0
    folder: str | None = None
    """Where the command runs; the current folder by default. `~` is expanded."""
    install: str | None = None
    """The command that installs the program, for the message that says it is missing."""

    def __post_init__(self) -> None:
        key = f"metrics.external[{self.name}]"
        _require(
            re.fullmatch(r"[A-Za-z0-9][\w+.-]*", self.name) is not None and self.name not in METRICS,
            "metrics.external.name",
            self.name,
            f"letters, digits and +.-_, and none of {', '.join(METRICS)}",
        )
        _require(bool(self.command), f"{key}.command", self.command, "a program and its arguments")
        for part in self.command:
            # Braces within an argument may mean something to the program; one that is all braces is meant for us.
            named = re.search(r"(?:^|=)\{(\w+)\}$", part)
            _require(
                named is None or named[1] in PLACEHOLDERS,
                f"{key}.command",
                part,
                f"placeholders among {', '.join(f'{{{name}}}' for name in PLACEHOLDERS)}",
            )
        _require(
            any("{translation}" in part or "{jsonl}" in part for part in self.command),
            f"{key}.command",
            " ".join(self.command),
            "{translation} or {jsonl} among the arguments",
        )
        _require(
            bool(self.version.strip()) and "|" not in self.version, f"{key}.version", self.version, "a text without |"
        )
        for option, pattern in (("segment_pattern", self.segment_pattern), ("corpus_pattern", self.corpus_pattern)):
            _require(
                pattern is None or _count_groups(pattern) == 1,
                f"{key}.{option}",
                pattern,
                "a regular expression with one group",
            )
        _require(0 < self.timeout_seconds < math.inf, f"{key}.timeout_seconds", self.timeout_seconds, "more than 0")
        _require(0 < self.scale < math.inf, f"{key}.scale", self.scale, "more than 0")


def _count_groups(pattern: str) -> int | None:
    """Groups of a regular expression; None where it is none."""
    try:
        return re.compile(pattern).groups
    except re.error:
        return None


@dataclass
class MetricsConfig:
    names: list[str] = field(default_factory=lambda: ["chrF++", "chrF", "BLEU-intl", "BLEU-13a"])
    """The first one is the headline."""
    external: list[ExternalMetric] = field(default_factory=list)
    """Metrics that run as programs of their own, after those above."""
    samples: int = 1000
    """Bootstrap resamples behind every 95% interval; 0 leaves the intervals out."""
    seed: int = 1

    def __post_init__(self) -> None:
        for name in self.names:
            _require(name in METRICS, "metrics.names", name, f"some of {', '.join(METRICS)}")
        _require(bool(self.names), "metrics.names", self.names, "at least one metric")
        _require(len(set(self.names)) == len(self.names), "metrics.names", self.names, "every metric once")
        external = [metric.name for metric in self.external]
        _require(len(set(external)) == len(external), "metrics.external", external, "every name once")
        _require(0 <= self.samples <= 1_000_000, "metrics.samples", self.samples, "0 to 1,000,000")
        _require(self.seed >= 0, "metrics.seed", self.seed, "0 or more")


# --- where else results are sent


@dataclass
class NoTracker:
    kind: str = "none"

    def __post_init__(self) -> None:
        _check_kind(self.kind, "none")


@dataclass
class MlflowTracker:
    kind: str = "mlflow"
    uri: str | None = None
    """Of a server or a database; `.trackers/mlflow.db` below `runs_dir` by default."""
    experiment: str = "mt-eval"

    def __post_init__(self) -> None:
        _check_kind(self.kind, "mlflow")
        _require(bool(self.experiment.strip()), "tracker.experiment", self.experiment, "a name")


@dataclass
class WandbTracker:
    kind: str = "wandb"
    project: str = "mt-eval"
    entity: str | None = None
    """User or team; the one that is logged in by default."""
    mode: str = "offline"
    """`offline` writes files that `wandb sync` sends; `online` sends at once."""
    folder: str | None = None
    """For files; `.trackers` below `runs_dir` by default. `~` is expanded."""

    def __post_init__(self) -> None:
        _check_kind(self.kind, "wandb")
        _require(self.mode in ("offline", "online"), "tracker.mode", self.mode, "offline or online")


@dataclass
class TensorboardTracker:
    kind: str = "tensorboard"
    folder: str | None = None
    """What `tensorboard --logdir` gets; `.trackers/tensorboard` below `runs_dir` by default. `~` is expanded."""

    def __post_init__(self) -> None:
        _check_kind(self.kind, "tensorboard")


TRACKERS: dict[str, type] = {"mlflow": MlflowTracker, "wandb": WandbTracker, "tensorboard": TensorboardTracker}
"""Kind to what configures it: a run directory keeps the kind, which tells plain settings apart."""


def _check_kind(kind: str, expected: str) -> None:
    _require(kind == expected, "tracker.kind", kind, f"{expected}; choose another tracker with tracker=NAME")


# --- the whole


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
        _require(
            len(parts) == 2 and all(len(part) == 2 and part.isalpha() and part.islower() for part in parts),
            "direction",
            self.direction,
            "two two-letter language codes, SRC-TGT, such as vi-ar",
        )
        _require(parts[0] != parts[1], "direction", self.direction, "two different languages")
        _require(self.limit is None or self.limit >= 1, "limit", self.limit, "1 or more")

    @property
    def source_lang(self) -> str:
        return self.direction.split("-")[0]

    @property
    def target_lang(self) -> str:
        return self.direction.split("-")[1]


SCHEMAS: dict[str | None, dict[str, type]] = {
    None: {"run_schema": RunConfig},
    "data": {
        "articles_schema": ArticlesData,
        "lines_schema": LinesData,
        "table_schema": TableData,
        "folder_schema": FolderData,
        "hub_schema": HubData,
    },
    "clean": {"clean_schema": CleanConfig},
    "segment": {"segment_schema": SegmentConfig},
    "align": {"align_schema": AlignConfig},
    "model": {
        "marian_schema": MarianModel,
        "nllb_schema": NllbModel,
        "m2m100_schema": M2m100Model,
        "pivot_schema": PivotModel,
        "hypotheses_schema": HypothesesModel,
        "copy_schema": CopyModel,
    },
    "engine": {
        "transformers_schema": TransformersEngine,
        "ctranslate2_schema": Ctranslate2Engine,
        "fast_schema": FastEngine,
    },
    "decoding": {"decoding_schema": DecodingConfig},
    "device": {"device_schema": DeviceConfig},
    "normalize": {"normalize_schema": NormalizeConfig},
    "metrics": {"metrics_schema": MetricsConfig},
    "tracker": {
        "no_tracker_schema": NoTracker,
        "mlflow_schema": MlflowTracker,
        "wandb_schema": WandbTracker,
        "tensorboard_schema": TensorboardTracker,
    },
}
"""Group to the schemas its option files may start from."""


def register_schemas() -> None:
    """Make the schemas known to Hydra; the option files under `conf/` name them."""
    from hydra.core.config_store import ConfigStore

    store = ConfigStore.instance()
    for group, schemas in SCHEMAS.items():
        for name, node in schemas.items():
            store.store(group=group, name=name, node=node, provider="mt_eval")


def to_run_config(composed: DictConfig) -> RunConfig:
    """The composed configuration as dataclasses, every range checked.

    Raises:
        ConfigError: A value that must be given is not, or one is out of its range.
    """
    from omegaconf import MissingMandatoryValue, OmegaConf

    for key in map(str, composed):
        if key not in RunConfig.__dataclass_fields__:
            raise ConfigError(f"{key}: there is no such setting; known are {', '.join(RunConfig.__dataclass_fields__)}")
    OmegaConf.resolve(composed)
    missing = sorted(OmegaConf.missing_keys(composed))
    if missing:
        raise ConfigError(f"{' and '.join(missing)} must be given; add {' '.join(f'{key}=...' for key in missing)}")
    try:
        config = OmegaConf.to_object(composed)
    except MissingMandatoryValue as error:
        raise ConfigError(f"a value must be given: {error}") from error
    assert isinstance(config, RunConfig)
    return config


def to_plain(config: object) -> Any:
    """A configuration dataclass as dicts, lists, strings and numbers, as a run directory keeps it."""
    if isinstance(config, Enum):
        return config.value
    if is_dataclass(config):
        return {item.name: to_plain(getattr(config, item.name)) for item in fields(config)}
    if isinstance(config, list):
        return [to_plain(value) for value in config]
    return config
