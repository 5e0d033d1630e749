"""Given texts, and pairs of them, judged by a model: from a run or data to records and figures.

Like the pipeline it joins stages; it never makes or changes a run, and what is kept goes beside the run's own files.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from mt_eval import translate
from mt_eval.config import ArticlesModel, CopyModel, HypothesesModel, PivotModel, RunConfig, ServerModel
from mt_eval.contrast_sets import ContrastSet
from mt_eval.errors import ConfigError
from mt_eval.likelihoods import ContrastPair, GivenRecord, GivenScore, Judge, JudgedPair, Likelihood
from mt_eval.score.ratios import measure_ratio
from mt_eval.translate.forced import NO_SOURCE, identify_judge, judge_texts
from mt_eval.types import SegmentPair

REFERENCE = "reference"
OUTPUT = "output"
NO_REFERENCE = "there is no reference"
NO_TEXT = "there is no text"

Progress = Callable[[int, int], None]
"""Called with texts judged and texts in all."""


@dataclass(frozen=True, slots=True)
class Jury:
    """A model that is found and hashed, but not loaded, and what it will be called."""

    config: RunConfig
    system: translate.System
    judge: Judge


@dataclass(frozen=True, slots=True)
class Sitting:
    """What is known of a judge once it has judged."""

    judge: Judge
    warnings: tuple[str, ...] = ()
    """What went other than planned."""


def check_kind(config: RunConfig) -> None:
    """Check that the model of `config` is of a kind that can judge, before it is looked for.

    Raises:
        ConfigError: It is not.
    """
    choice = config.choices.get("model") or type(config.model).__name__
    match config.model:
        case PivotModel(via=via):
            raise ConfigError(
                f"model={choice} translates by way of {via}, and how likely it finds a text is a sum over all texts in "
                f"{via}, which nobody can compute; name a model that translates {config.direction} directly"
            )
        case HypothesesModel() | ArticlesModel() | CopyModel():
            raise ConfigError(
                f"model={choice} is no model that could judge a text; name one that translates {config.direction}, "
                "such as model=demo"
            )
        case ServerModel():
            raise ConfigError(
                f"model={choice}: a server writes texts and does not say how likely it finds given ones; name a model "
                f"that runs here and translates {config.direction}, such as model=demo"
            )


def find_judge(config: RunConfig) -> Jury:
    """The model that `config` names, as a judge; it is downloaded if need be and hashed, but not loaded.

    Raises:
        ConfigError: It cannot judge.
        ModelError: It cannot be had, is broken, or does not know the languages.
    """
    check_kind(config)
    system = translate.locate(config)
    (leg,) = system.legs
    judge = Judge(
        label=leg.label,
        identity=identify_judge(leg),
        name=leg.name,
        kind=leg.kind,
        direction=config.direction,
        engine=leg.engine,
        dtype=leg.dtype,
    )
    return Jury(config, system, judge)


def judge_pairs(
    jury: Jury,
    pairs: Sequence[SegmentPair],
    texts: Mapping[str, Sequence[str | None]],
    progress: Progress,
    models: translate.LoadedModels | None = None,
) -> tuple[Sitting, tuple[GivenRecord, ...]]:
    """How likely the judge finds the references of N segment pairs, and N other texts of each kind in `texts`.

    A segment's source and its text are judged as one piece each, whatever sentences they are made of.

    Args:
        texts: What they are called to one text per pair; None where there is none.
        models: Keeps the loaded model for further calls.

    Raises:
        ModelError: The model cannot be loaded or run.
    """
    columns = {REFERENCE: [pair.reference_text if pair.reference else None for pair in pairs], **texts}
    asked = [
        (pair.source_text, text) if pair.source and text is not None else None
        for column in columns.values()
        for pair, text in zip(pairs, column, strict=True)
    ]
    sitting, found = _judge(jury, [each for each in asked if each is not None], progress, models)
    records: list[dict[str, Likelihood]] = [{} for _ in pairs]
    for name, column in columns.items():
        for pair, text, record in zip(pairs, column, records, strict=True):
            if not pair.source:
                record[name] = Likelihood(None, reason=NO_SOURCE)
            elif text is None:
                record[name] = Likelihood(None, reason=NO_REFERENCE if name == REFERENCE else NO_TEXT)
            else:
                record[name] = found[pair.source_text, text]
    return sitting, tuple(
        GivenRecord(pair.id, pair.article_pair_id, record) for pair, record in zip(pairs, records, strict=True)
    )


def judge_contrast(
    jury: Jury, contrast: ContrastSet, progress: Progress, models: translate.LoadedModels | None = None
) -> tuple[Sitting, tuple[JudgedPair, ...]]:
    """How likely the judge finds the correct and the wrong text of every pair, in the order of the set.

    Raises:
        ModelError: The model cannot be loaded or run.
    """
    asked = [(pair.source, text) for pair in contrast.pairs for text in (pair.correct, pair.wrong)]
    sitting, found = _judge(jury, asked, progress, models)

    def describe(pair: ContrastPair) -> JudgedPair:
        correct, wrong = found[pair.source, pair.correct], found[pair.source, pair.wrong]
        return JudgedPair(pair.id, pair.article, pair.segment, pair.kind, pair.rule, correct, wrong)

    return sitting, tuple(map(describe, contrast.pairs))


def summarise(records: Sequence[GivenRecord]) -> tuple[GivenScore, ...]:
    """The figures of each kind of text, in the order of the records, with intervals over articles."""
    return tuple(_summarise(name, records) for name in (records[0].texts if records else ()))


def _summarise(name: str, records: Sequence[GivenRecord]) -> GivenScore:
    judged = [record for record in records if record.texts[name].log_probability is not None]
    articles = [record.article_pair_id for record in judged]
    found = [record.texts[name] for record in judged]
    sums = [each.log_probability or 0.0 for each in found]
    ratio = measure_ratio(sums, [each.tokens for each in found], articles)
    totals = {record.article_pair_id: [0.0, 0] for record in records}
    for article, total, each in zip(articles, sums, found, strict=True):
        totals[article][0] += total
        totals[article][1] += each.tokens
    return GivenScore(
        text=name,
        segments=len(judged),
        log_probability=math.fsum(sums),
        tokens=sum(each.tokens for each in found),
        unknown=sum(each.unknown for each in found),
        characters=sum(each.characters for each in found),
        low=ratio.low,
        high=ratio.high,
        resampled=ratio.resampled,
        per_article={article: total / count if count else None for article, (total, count) in totals.items()},
        left_out=dict(Counter(record.texts[name].reason for record in records if record.texts[name].reason)),
    )


def _judge(
    jury: Jury, asked: Sequence[tuple[str, str]], progress: Progress, models: translate.LoadedModels | None
) -> tuple[Sitting, dict[tuple[str, str], Likelihood]]:
    """Each distinct source and text to how likely it is."""
    distinct = list(dict.fromkeys(asked))
    (leg,) = jury.system.legs
    with translate.LoadedModels() as own:
        held = models or own
        held.begin(jury.system.legs, jury.system.engine, jury.config.device)
        translator = held.load(leg)
        found = judge_texts(
            leg,
            translator,
            [source for source, _ in distinct],
            [text for _, text in distinct],
            lambda done: progress(done, len(distinct)),
        )
        sitting = Sitting(replace(jury.judge, device=str(translator.facts["device"])), translator.warnings)
    return sitting, dict(zip(distinct, found, strict=True))
