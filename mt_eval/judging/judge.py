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


def find_judge(config: RunConfig) -> Jury:
    """The model that `config` names, as a judge.

    Raises:
        ConfigError: It cannot judge.
        ModelError: It cannot be had, is broken, or does not know the languages.
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
) -> tuple[Judge, tuple[GivenRecord, ...]]:
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
    judge, found = _judge(jury, [each for each in asked if each is not None], progress, models)
    records: list[dict[str, Likelihood]] = [{} for _ in pairs]
    for name, column in columns.items():
        for pair, text, record in zip(pairs, column, records, strict=True):
            if not pair.source:
                record[name] = Likelihood(None, reason=NO_SOURCE)
            elif text is None:
                record[name] = Likelihood(None, reason=NO_REFERENCE if name == REFERENCE else NO_TEXT)
            else:
                record[name] = found[pair.source_text, text]
    return judge, tuple(
        GivenRecord(pair.id, pair.article_pair_id, record) for pair, record in zip(pairs, records, strict=True)
    )


def judge_contrast(
    jury: Jury, contrast: ContrastSet, progress: Progress, models: translate.LoadedModels | None = None
) -> tuple[Judge, tuple[JudgedPair, ...]]:
    """How likely the judge finds the correct and the wrong text of every pair, in the order of the set.

    Raises:
        ConfigError: The set is of another direction.
        ModelError: The model cannot be loaded or run.
    """
    if contrast.direction != jury.config.direction:
        raise ConfigError(
            f"{contrast.name}: its pairs are {contrast.direction}, and the judge translates {jury.config.direction}; "
            f"take a set or a judge of the other direction: direction={contrast.direction}"
        )
    asked = [(pair.source, text) for pair in contrast.pairs for text in (pair.correct, pair.wrong)]
    judge, found = _judge(jury, asked, progress, models)

    def describe(pair: ContrastPair) -> JudgedPair:
        correct, wrong = found[pair.source, pair.correct], found[pair.source, pair.wrong]
        return JudgedPair(pair.id, pair.article, pair.segment, pair.kind, pair.rule, correct, wrong)

    return judge, tuple(map(describe, contrast.pairs))


def summarise(records: Sequence[GivenRecord]) -> tuple[GivenScore, ...]:
    """The figures of each kind of text, in the order of the records, with intervals over articles."""
    return tuple(_summarise(name, records) for name in (records[0].texts if records else ()))


def _summarise(name: str, records: Sequence[GivenRecord]) -> GivenScore:
    judged = [
        (record.article_pair_id, each.log_probability, each.tokens, each.unknown)
        for record in records
        if (each := record.texts[name]).log_probability is not None
    ]
    articles, sums, tokens, unknown = zip(*judged, strict=True) if judged else ((), (), (), ())
    ratio = measure_ratio(sums, tokens, articles)
    totals = {record.article_pair_id: [0.0, 0] for record in records}
    for article, total, count, _ in judged:
        totals[article][0] += total
        totals[article][1] += count
    return GivenScore(
        text=name,
        segments=len(judged),
        log_probability=math.fsum(sums),
        tokens=sum(tokens),
        unknown=sum(unknown),
        low=ratio.low,
        high=ratio.high,
        resampled=ratio.resampled,
        per_article={article: total / count if count else None for article, (total, count) in totals.items()},
        left_out=dict(Counter(record.texts[name].reason for record in records if record.texts[name].reason)),
    )


def _judge(
    jury: Jury, asked: Sequence[tuple[str, str]], progress: Progress, models: translate.LoadedModels | None
) -> tuple[Judge, dict[tuple[str, str], Likelihood]]:
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
        device = str(translator.facts["device"])
    return replace(jury.judge, device=device), dict(zip(distinct, found, strict=True))
