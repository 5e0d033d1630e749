"""The nouns of translating. Nothing here imports torch or transformers.

A **system** is what a run evaluates: one model, two in a row, a file of translations, or the source itself. Every model
in it is a **leg**: a checkpoint on this disk with everything that can change what it says (files, languages, generation
settings, engine, dtype), hashed into the leg's identity, or a model behind an HTTP server with what is asked of it
(`mt_eval.translate.server`). A leg translates **sentences**, one source text each. A **translator** is a loaded
checkpoint: it encodes texts into tokens and decodes batches of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from mt_eval.files import TextFile
from mt_eval.translate.checkpoints.hashing import HashedFile
from mt_eval.types import Hypothesis, HypothesisList, Translation

if TYPE_CHECKING:
    from mt_eval.translate.checkpoints.adapter import Adapter
    from mt_eval.translate.server.locate import Server


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a leg made of one source text; the fields mean what they mean in `mt_eval.types.Translation`."""

    text: str
    tokens_in: int
    tokens_out: int
    truncated: bool = False
    source_cut: bool = False
    score: float | None = None
    refused: str | None = None
    """How a server said that it does not translate this."""
    model: str | None = None
    """What a server says has answered."""
    fingerprint: str | None = None
    """What a server says of the state it answered in."""
    hypotheses: tuple[Hypothesis, ...] = ()
    """The best ones, this one first, where more than one is kept."""


@dataclass(frozen=True, slots=True)
class LegResult:
    """What a leg made of N source texts, each distinct one translated once."""

    sentences: Mapping[str, Sentence]
    """Source text to its translation."""
    facts: Mapping[str, Any]
    """Plain JSON data, as `mt_eval.types.LegWork` has it."""
    warnings: tuple[str, ...]
    chatter: Mapping[str, str] = field(default_factory=dict)
    """Source text to what stood around an answer that begins with its translation, in words."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Source text to how the system refused to translate it."""
    whole: Mapping[str, str] = field(default_factory=dict)
    """Source text to the whole answer, where what stands around the translation was taken away."""


@dataclass(frozen=True, slots=True)
class TranslatedUnit:
    """What a system made of several segment pairs of one article that were given to it at once.

    The other fields mean what they mean in `mt_eval.types.Translation`, of all pairs together.
    """

    places: tuple[int, ...]
    """Where the pairs with a source stand among those that were given, in ascending order."""
    text: str
    """As the system wrote it, line breaks included; which part belongs to which pair is found later."""
    pivot_text: str | None = None
    tokens_in: int | None = None
    tokens_out: int | None = None
    truncated: bool = False
    source_cut: bool = False
    score: float | None = None
    sources: tuple[str, ...] = ()
    """What was given of the source of each of these pairs; none where that was all of it, of all."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A source text as the model takes it: token ids with the special tokens, not padded, within the positions."""

    ids: tuple[int, ...]
    cut: bool = False
    """Ids were left out to fit into the model's positions."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Sources that are decoded together."""

    indices: tuple[int, ...]
    """Where they stand among the texts that were given."""
    sources: tuple[Encoded, ...]
    max_new_tokens: int
    """The limit of all of them, in tokens."""


@dataclass(frozen=True, slots=True)
class GivenTokens:
    """A text in the target language as the model would have written it: token ids, the end token last, not padded."""

    ids: tuple[int, ...]
    unknown: int = 0
    """How many of them stand for something that is not in the vocabulary."""
    too_long: bool = False
    """They are more than the model has positions for; nothing was left out."""


@dataclass(frozen=True, slots=True)
class GivenBatch:
    """Sources with a given text each, which are judged together."""

    indices: tuple[int, ...]
    """Where they stand among those that were given."""
    sources: tuple[Encoded, ...]
    targets: tuple[GivenTokens, ...]


@dataclass(frozen=True, slots=True)
class LengthRule:
    """How many new tokens a source of so many tokens may become.

    `factor * tokens_in + offset`, rounded up to a multiple of `multiple`, at most `positions`.
    """

    factor: float
    offset: int
    positions: int
    multiple: int = 32
    """Coarse enough for batches to fill up: only sources with the same limit share one."""


@dataclass(frozen=True, slots=True)
class Choice:
    """How one of several candidates for a text is chosen; see `mt_eval.translate.mbr`."""

    utility: str
    """`chrF` or `chrF++`."""
    n_best: int
    """How many of the candidates are kept."""
    seed: int | None
    """Of what is drawn; None where candidates come from a beam."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A checkpoint on this disk and all settings it is run with."""

    kind: str
    """`marian`, `nllb`, `nllb-moe`, `m2m100` or `seq2seq`."""
    name: str
    """As the configuration names it."""
    label: str
    """The last part of the name, fit for a file name."""
    folder: Path
    weights: tuple[str, ...]
    """File names below `folder`: one file, or an index and its shards."""
    source: str | None
    """Code of the source language the tokenizer is set to; None where the model has no such thing."""
    target: str | None
    """Token, code or prefix the target language is asked for with; None where the model has only one target."""
    generation: Mapping[str, Any]
    """Every setting of the search, as `transformers.GenerationConfig` names them, but for the length limit."""
    length: LengthRule
    engine: str
    """`transformers` or `ctranslate2`."""
    dtype: str
    files: Mapping[str, HashedFile]
    """File name below `folder` to what it was when it was hashed, of all that is loaded."""
    model: str
    """SHA-256 over kind and files: legs with the same one can share a loaded model."""
    identity: str
    facts: Mapping[str, Any]
    """Plain JSON data for run.json."""
    warnings: tuple[str, ...] = ()
    adapter: Adapter | None = None
    """What is put on the model when it is loaded."""
    language_by: str | None = None
    """How a `seq2seq` is told its languages: see `checkpoints.telling.Telling`; None of other kinds, which know it."""
    choice: Choice | None = None
    """How one of several candidates is chosen; None where the likeliest hypothesis is the translation."""


@dataclass(frozen=True, slots=True)
class System:
    """What a run evaluates, found and hashed but not loaded."""

    identity: str
    """SHA-256 over everything that can change a translation; the device, batches and paths are not part of it."""
    label: str
    """Short and fit for a file name: `demo`, `opus-mt-vi-en+opus-mt-en-ar`, `copy`."""
    facts: Mapping[str, Any]
    """Plain JSON data for run.json: names, revisions asked for and used, hashes of files, settings, per leg."""
    route: tuple[Leg | Server, ...] = field(default=(), repr=False)
    """What translates, one behind the other: checkpoints, and models behind an HTTP server."""
    engine: Any = None
    """The engine's configuration, `engine=fast` resolved; None where nothing is decoded."""
    notes: tuple[str, ...] = ()
    """What the user should be told before it starts."""
    file: TextFile | None = field(default=None, repr=False)
    """Translations made elsewhere, as they were when they were hashed."""
    articles: Mapping[str, str] | None = field(default=None, repr=False)
    """Article pair id to its whole translation made elsewhere, for those that have one."""
    is_placed: bool = False
    """It translates several segment pairs at once, and what comes out has to be put in its place."""

    @property
    def legs(self) -> tuple[Leg, ...]:
        """The checkpoints of the route."""
        return tuple(leg for leg in self.route if isinstance(leg, Leg))


@dataclass(frozen=True, slots=True)
class Translated:
    """The translations of N segment pairs, in their order, and what was seen on the way."""

    translations: Sequence[Translation | None]
    """None where the pair has no source; none at all where there are `units`."""
    facts: Mapping[str, Any]
    """Plain JSON data for run.json: settings, device, seconds, counts and peak memory, per leg."""
    warnings: tuple[str, ...] = ()
    units: tuple[TranslatedUnit, ...] | None = None
    """In reading order, each pair with a source in one of them, or a part in each of several, where the system
    `is_placed`; else None."""
    chatter: Mapping[str, str] = field(default_factory=dict)
    """Segment pair id to what stood around an answer that begins with its translation, in words."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Segment pair id to how the system refused to translate it."""
    hypotheses: tuple[HypothesisList, ...] = ()
    """One per text given to the last model that has any, in reading order."""


class Translator(Protocol):
    """A model that is loaded and set to a leg; what an engine provides."""

    def set_leg(self, leg: Leg) -> None:
        """Translate as this leg from now on: its languages and its search, with the weights that are loaded.

        Raises:
            ModelError: The tokenizer does not know the languages.
        """

    @property
    def facts(self) -> Mapping[str, Any]:
        """Plain JSON data on what it runs on: device, numeric type, threads."""

    @property
    def batch_tokens(self) -> int:
        """Source tokens that a batch should hold at most."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What went other than planned since `set_leg`."""

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """One `Encoded` per text, in order."""

    def decode(self, batches: Iterable[Batch]) -> Iterator[tuple[Batch, list[Sentence]]]:
        """Every batch with one `Sentence` per source, as they are finished.

        A batch that does not fit into memory comes in parts; together they hold every index once.
        """

    @property
    def given_tokens(self) -> int:
        """Tokens that a batch of given texts should hold at most, on its longer side."""

    def encode_given(self, texts: Sequence[str]) -> list[GivenTokens]:
        """One `GivenTokens` per text in the target language, in order."""

    def judge(self, batches: Iterable[GivenBatch]) -> Iterator[tuple[GivenBatch, list[tuple[float, ...]]]]:
        """Every batch with the natural logarithm of the probability of each token of each text, as they are finished.

        A batch that does not fit into memory comes in parts; together they hold every index once.
        """

    def measure_peak_memory_mb(self) -> float | None:
        """The most memory used since the process began (on a CPU) or since loading (on a GPU), in MB of 10^6 bytes;
        None where it cannot be told."""

    def close(self) -> None:
        """Free the model's memory."""
