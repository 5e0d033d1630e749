"""What translates: group `model`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from mt_eval.config.ranges import MISSING, require


@dataclass
class CheckpointModel:
    """A checkpoint on this disk or the hub, alone or with an adapter."""

    name: str = MISSING
    """Folder, hub name (`Helsinki-NLP/opus-mt-vi-en`) or `bundled:models/demo`.

    `%src` and `%tgt` in the name of any model stand for the two-letter codes of the languages it translates between:
    in a pivot, those of the leg.
    """
    revision: str | None = None
    """Branch, tag or commit on the hub; the default branch if not given."""
    adapter: str | None = None
    """Folder or hub name of a LoRA adapter made with peft, which is put on the checkpoint; `%src` and `%tgt` as in the
    name."""
    adapter_revision: str | None = None
    """Branch, tag or commit of the adapter on the hub; the default branch if not given."""
    adapter_merged: bool = True
    """Whether the adapter's changes are added to the weights once, which is as fast as no adapter, or computed beside
    them for every token, as while it was trained. The two differ by rounding."""
    adapter_base: str | None = None
    """What the adapter's own file calls the checkpoint it was made for, where that is another name for this one."""

    def __post_init__(self) -> None:
        require(self.adapter != "", "model.adapter", "", "a folder or a hub name")
        settings: dict[str, str | None] = {name: getattr(self, name) for name in ("adapter_revision", "adapter_base")}
        settings["adapter_merged"] = None if self.adapter_merged else "false"
        for name, value in settings.items():
            require(value is None or self.adapter is not None, f"model.{name}", value, "model.adapter beside it")


@dataclass
class MarianModel(CheckpointModel):
    """A MarianMT checkpoint."""

    target_token: str | None = None
    """The token in front of the source (`>>ara<<`); chosen from the direction where the tokenizer knows such tokens."""


@dataclass
class NllbModel(CheckpointModel):
    """An NLLB-200 checkpoint, dense or mixture of experts: source code on the tokenizer, target code forced first."""

    source_code: str | None = None
    """`vie_Latn`, `arb_Arab`, ...; chosen from the direction by default."""
    target_code: str | None = None
    """The same for the target."""


@dataclass
class M2m100Model(CheckpointModel):
    """An M2M-100 checkpoint: run like NLLB, but with two-letter codes and a tokenizer of its own."""

    source_code: str | None = None
    """`vi`, `ar`, ...: the direction's own codes by default."""
    target_code: str | None = None
    """The same for the target."""


class LanguageBy(Enum):
    """How a model is told which languages it translates between."""

    auto = "auto"
    prefix = "prefix"
    forced_token = "forced_token"
    start_token = "start_token"
    none = "none"


@dataclass
class Seq2seqModel(CheckpointModel):
    """Any other encoder-decoder that transformers knows: T5, MADLAD-400, mBART, BART, Pegasus, and their fine-tunes."""

    language_by: LanguageBy = LanguageBy.auto
    """How the model is told its languages: `prefix` is text in front of every source (T5, MADLAD-400), `forced_token`
    the target's code as the first token of the output (mBART-50), `start_token` the same code as what the decoder
    starts from (mBART-25), `none` nothing at all. `auto` finds it where the tokenizer shows it, else asks."""
    prefix: str | None = None
    """What stands in front of every source, such as `<2%tgt>`. `%src` and `%tgt` stand for the codes of the languages,
    `%source` and `%target` for their English names."""
    source_code: str | None = None
    """`vi_VN`, `vi`, ...; found for the direction among the tokenizer's codes by default."""
    target_code: str | None = None
    """The same for the target."""
    positions: int | None = None
    """Most tokens of a source and of a translation; what config.json says by default, or 1024 where it says nothing, as
    for T5."""

    def __post_init__(self) -> None:
        CheckpointModel.__post_init__(self)
        if self.positions is not None:
            require(2 <= self.positions <= 100_000, "model.positions", self.positions, "a number from 2 to 100000")
        require(
            self.prefix != "", "model.prefix", "", "a text, or model.language_by=none for a model that is told nothing"
        )
        prefixed = self.language_by in (LanguageBy.auto, LanguageBy.prefix)
        require(self.prefix is None or prefixed, "model.prefix", self.prefix, "none beside another model.language_by")
        require(
            self.prefix is not None or self.language_by is not LanguageBy.prefix,
            "model.language_by",
            "prefix",
            "model.prefix with it, such as <2%tgt>",
        )


@dataclass
class PivotModel:
    """Two models in a row: source to the pivot language, pivot language to target."""

    via: str = "en"
    """Two-letter code of the pivot language."""
    first: Any = MISSING
    """The model from the source language to the pivot language: model.first.name and so on."""
    second: Any = MISSING
    """The model from the pivot language to the target language."""

    def __post_init__(self) -> None:
        require(len(self.via) == 2, "model.via", self.via, "a two-letter language code such as en")


@dataclass
class HypothesesModel:
    """Translations made elsewhere: a UTF-8 file with one line per segment of the data, in its order."""

    path: str = MISSING
    """The file."""


class Extra(Enum):
    """What becomes of files in a folder of translations that belong to no article of the data."""

    error = "error"
    ignore = "ignore"


@dataclass
class ArticlesModel:
    """Whole articles translated elsewhere: a folder with one UTF-8 text `ID.txt` per article pair of the data."""

    path: str = MISSING
    """The folder."""
    extra: Extra = Extra.error
    """What a file that belongs to no article is."""


@dataclass
class CopyModel:
    """The source as its own translation: the floor any system should be above."""
