"""Translate segment pairs: `locate` finds and hashes the system, `translate_pairs` runs it. No reference is ever seen.

Importing this imports neither torch nor transformers; they come in when something has to be decoded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mt_eval.config import (
    ArticlesModel,
    CopyModel,
    HypothesesModel,
    M2m100Model,
    MarianModel,
    NllbModel,
    PivotModel,
    RunConfig,
    Seq2seqModel,
    ServerModel,
    UnitKind,
    list_settings,
)
from mt_eval.config.leg_names import name_in_leg, naming_leg
from mt_eval.errors import ConfigError
from mt_eval.extras import require_extra
from mt_eval.translate.articles import join_pairs, locate_articles
from mt_eval.translate.chain import Split, translate_with_legs
from mt_eval.translate.checkpoints.find import locate_leg
from mt_eval.translate.checkpoints.hashing import hash_json
from mt_eval.translate.engines.choice import choose_engine
from mt_eval.translate.engines.pool import LoadedModels
from mt_eval.translate.hypotheses import copy_sources, locate_copy, locate_hypotheses, read_hypotheses
from mt_eval.translate.server.locate import locate_server
from mt_eval.translate.system import Leg, System, Translated
from mt_eval.types import SegmentPair

__all__ = ["LoadedModels", "System", "Translated", "locate", "translate_pairs"]

_NONE: Mapping[str, Sequence[int]] = MappingProxyType({})


def locate(config: RunConfig, articles: Sequence[str] = ()) -> System:
    """The system that `config.model` names, downloaded if need be and hashed, but not loaded.

    Args:
        articles: The ids of all article pairs of the data, for a system that has a file for each.

    Raises:
        ModelError: A checkpoint cannot be had, is broken, or does not know the languages.
        DataError: There is no such file of translations, or files that do not fit the articles.
        ConfigError: The model or engine is of no known kind.
    """
    engine, notes = choose_engine(config)
    config = replace(config, engine=engine)
    is_placed = config.unit.kind is not UnitKind.sentence
    match config.model:
        case MarianModel() | NllbModel() | M2m100Model() | Seq2seqModel() | ServerModel():
            found = _locate_one(config.model, config.source_lang, config.target_lang, config)
        case PivotModel(via=via):
            if via in (config.source_lang, config.target_lang):
                raise ConfigError(
                    f"model.via={via} is a language of direction={config.direction}; expected a third one"
                )
            # Only its best hypothesis goes on, and a run that keeps more of the last leg's shares it in the store.
            first = replace(config, decoding=replace(config.decoding, n_best=1))
            found = _join(
                via,
                _locate_leg("first", config.source_lang, via, first),
                _locate_leg("second", via, config.target_lang, config),
            )
        case HypothesesModel():
            return locate_hypotheses(config.model)
        case ArticlesModel():
            return locate_articles(config.model, articles)
        case CopyModel():
            return locate_copy()
        case _:
            raise ConfigError(
                f"model is a {type(config.model).__name__}; expected a Marian, NLLB, M2M-100, seq2seq, "
                "pivot, hypotheses, articles, copy or server model"
            )
    if not found.legs:
        return replace(found, is_placed=is_placed)
    return replace(found, engine=engine, notes=(*notes, *found.notes), is_placed=is_placed)


def _locate_one(model: Any, source: str, target: str, config: RunConfig) -> System:
    """The system of one leg, which translates `source` into `target` (two-letter codes).

    Raises:
        ModelError, DataError, ConfigError: As `locate` does.
    """
    if isinstance(model, ServerModel):
        return locate_server(model, source, target)
    if (adapter := getattr(model, "adapter", None)) is not None:
        require_extra("adapters", f"model.adapter={adapter}")
    require_extra("models", f"model.name={getattr(model, 'name', '')}")
    leg = locate_leg(model, source, target, config)
    return System(leg.identity, leg.label, {"kind": leg.kind, "name": leg.name, "legs": [leg.facts]}, (leg,))


def _locate_leg(leg: str, source: str, target: str, config: RunConfig) -> System:
    """The system of a pivot's `first` or `second` leg; whatever is said of its settings names them as that leg's.

    Raises:
        ModelError, DataError, ConfigError: As `locate` does.
    """
    model = getattr(config.model, leg)
    with naming_leg(leg, type(model)):
        found = _locate_one(model, source, target, config)

    def name(texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(name_in_leg(text, leg, list_settings(type(model))) for text in texts)

    route = tuple(
        replace(each, warnings=name(each.warnings)) if isinstance(each, Leg) else each for each in found.route
    )
    return replace(found, route=route, notes=name(found.notes))


def _join(via: str, first: System, second: System) -> System:
    """The system of two legs, the second of which translates what the first one made."""
    route = (*first.route, *second.route)
    return System(
        identity=hash_json([via, first.identity, second.identity]),
        label=f"{first.label}+{second.label}",
        facts={
            "kind": "pivot",
            "name": " + ".join(leg.name for leg in route),
            "via": via,
            "legs": [leg.facts for leg in route],
        },
        route=route,
        notes=(*first.notes, *second.notes),
    )


def translate_pairs(
    config: RunConfig,
    pairs: Sequence[SegmentPair],
    store_dir: Path,
    progress: Callable[[int, int], None],
    *,
    total_pairs: int | None = None,
    system: System | None = None,
    models: LoadedModels | None = None,
    paragraphs: Mapping[str, Sequence[int]] = _NONE,
    split: Split = lambda text, lang: [text],
) -> Translated:
    """The translations of N segment pairs, in their order; None where a pair has no source.

    Every source segment of a pair is translated on its own and the results are joined by a space; where `config.unit`
    says so, several are translated at once, and what comes out is given by unit. What the store holds
    is not translated again, and every finished batch is in the store, also if this is interrupted. `progress(done,
    total)` counts source segments, once per leg. `total_pairs` is the number of pairs the data has where `pairs` are
    only its first; a file of translations has a line for each. `system` is what `locate` gave for this very `config`;
    without it the checkpoints are looked up and hashed again. `models` keeps what is loaded for further calls.
    `paragraphs` and `split` are those of `translate_with_legs`.

    Raises:
        ModelError: A checkpoint cannot be loaded or run.
        DataError: A file of translations does not fit the data.
        ConfigError: The device is not there.
        RunError: The store cannot be read or written.
    """
    match config.model:
        case HypothesesModel():
            total = len(pairs) if total_pairs is None else total_pairs
            file = (locate(config) if system is None else system).file
            if file is None:
                raise ConfigError("the system given is of another configuration; give what `locate` made of this one")
            translated = read_hypotheses(file, pairs, total)
        case ArticlesModel():
            names = tuple(dict.fromkeys(pair.article_pair_id for pair in pairs))
            translated = join_pairs(locate(config, names) if system is None else system, pairs)
        case CopyModel():
            translated = copy_sources(pairs)
        case _:
            found = locate(config) if system is None else system
            return translate_with_legs(
                found, config, pairs, store_dir, progress, models, paragraphs=paragraphs, split=split
            )
    progress(len(pairs), len(pairs))
    return translated
