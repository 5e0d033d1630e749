"""Translations beside references, scored at two levels, with intervals and everything needed to score them again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mt_eval.languages.letters import describe_forms, is_blank
from mt_eval.metrics import METRICS, count_texts
from mt_eval.metrics.key import NO_PROFILE, MetricKey, sign_score
from mt_eval.metrics.metric import Metric
from mt_eval.score.floors import measure_floors
from mt_eval.score.level import Tables, score_level
from mt_eval.score.units import (
    NO_REFERENCE,
    Outline,
    Units,
    build_article_units,
    build_segment_units,
    explain_absence,
    outline_pairs,
)
from mt_eval.spool import collect_numbers, skim
from mt_eval.types import Level, Score, SegmentPair, Translation

if TYPE_CHECKING:
    from mt_eval.config import MetricsConfig

_BLOCK_ROWS = 2**12
"""Rows whose scores are computed at once, which takes several times the memory of the rows."""

_NONE: Mapping[str, str] = MappingProxyType({})

_WITHOUT_SPACES = frozenset({"bo", "ja", "km", "lo", "my", "th", "zh"})
"""Languages written without spaces between words, which neither `13a`, `intl` nor TER's tokenizer split into words."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What scoring one system's translations gives."""

    scores: tuple[Score, ...]
    """All metrics at level segment, the headline first, then those that exist at level article."""
    segment_scores: Mapping[str, Sequence[float | None]]
    """Key (`chrF++`, `chrF++@standard`) to one score per segment pair, as sacrebleu's `sentence_score` gives it (BLEU
    with effective order); None where the pair lacks a side."""
    statistics: Mapping[str, npt.NDArray[np.int32]] = field(compare=False)
    """`METRIC.LEVEL`, as `MetricKey` names it, to an `(N, K)` array: one row of sufficient statistics per unit."""
    units: Mapping[str, Sequence[str]]
    """Level to the ids of its N units: segment pair ids, article pair ids."""
    warnings: tuple[str, ...]


def score_translations(
    pairs: Sequence[SegmentPair],
    translations: Sequence[Translation | None],
    target_lang: str,
    metrics: MetricsConfig,
    *,
    alignment: str,
    normalization: str = NO_PROFILE,
    leg: str = "",
    complete_articles: bool = True,
    projection: str = "",
    outputs: Mapping[str, str] = _NONE,
) -> Scored:
    """Scores of N translations against the references of N segment pairs, in the same order.

    Level segment is the corpus score over the pairs that have both sides; an empty translation scores as empty. Level
    article joins everything of an article into one unit, so that nothing is left out; TER does not exist there.

    Intervals are 95% bootstrap intervals over articles where there are at least 10, else, at level segment
    only, over segments. There is none over a single unit.

    Args:
        alignment: How segments were paired, for the signature: `gold`, `auto`, `lines`.
        normalization: The normalisation profile that was applied to both sides, for the signature.
        leg: Languages of a pivot's first leg, where the translations are its output; part of the metrics' names.
        complete_articles: False where some segment pairs of the data are not among `pairs`.
        projection: How the translations were found in whole outputs, for the signature; empty where they were not.
        outputs: Article pair id to the whole output, which is what is scored at level article.

    Raises:
        DataError: The translations are not those of the pairs.
    """
    outline = outline_pairs(pairs, translations)
    keys = {name: MetricKey(name, normalization, leg) for name in metrics.names}
    scores: list[Score] = []
    statistics: dict[str, npt.NDArray[np.int32]] = {}
    # One level after the other: the texts of whole articles are a second copy of everything.
    levels = []
    for build in (build_segment_units, partial(build_article_units, outputs=outputs)):
        units = build(pairs, translations)
        levels.append(units)
        names = [name for name in metrics.names if units.level in METRICS[name].levels]
        counted = count_texts(names, units.translations, units.references)
        signatures = [
            sign_score(
                METRICS[name].sign(),
                level=units.level,
                alignment=alignment,
                profile=normalization,
                projection=projection,
            )
            for name in names
        ]
        tables: Tables = {METRICS[name]: rows for name, rows in counted.items()}
        made = score_level(units, tables, signatures, outline.articles, samples=metrics.samples, seed=metrics.seed)
        if units.level is Level.SEGMENT and normalization == NO_PROFILE and not leg:
            floors = measure_floors(units, _open_sources(pairs, outline), names)
            made = [replace(s, chance=floors[s.metric].chance, copied=floors[s.metric].copied) for s in made]
        reason = None if units.ids else explain_absence(pairs, units.level)
        scores += [replace(score, metric=keys[score.metric].metric, reason=reason) for score in made]
        statistics |= {keys[name].name_statistics(units.level): rows for name, rows in counted.items()}

    segments, whole = levels
    segment_scores = {}
    for name, key in keys.items():
        values = _score_rows(METRICS[name], statistics[key.name_statistics(Level.SEGMENT)])
        segment_scores[str(key)] = collect_numbers(next(values) if is_scored else None for is_scored in outline.scored)

    return Scored(
        scores=tuple(scores),
        segment_scores=segment_scores,
        statistics=statistics,
        units={str(units.level): units.ids for units in (segments, whole)},
        warnings=(
            *_warn_about_units(outline, segments, whole, complete_articles, is_placed=bool(projection)),
            *_warn_about_words(target_lang, metrics.names),
            *_warn_about_forms(segments if segments.ids else whole, normalization),
        ),
    )


def _open_sources(pairs: Sequence[SegmentPair], outline: Outline) -> Callable[[int], str]:
    """What gives the source of a unit at level segment by the unit's place."""
    places = np.flatnonzero(np.frombuffer(outline.scored, dtype=np.uint8))
    known = skim(pairs, "source.text")
    return lambda unit: known[int(places[unit])].source_text.replace("\n", " ")


def _warn_about_forms(units: Units, normalization: str) -> tuple[str, ...]:
    """Nothing where a normalisation profile has made both sides alike, as far as it should."""
    found = describe_forms(units.translations, units.references) if normalization == NO_PROFILE else None
    return () if found is None else (found,)


def _score_rows(metric: Metric, rows: npt.NDArray[np.int32]) -> Iterator[float]:
    """The score of every row, as that of a single segment."""
    for start in range(0, len(rows), _BLOCK_ROWS):
        yield from metric.score_segments(rows[start : start + _BLOCK_ROWS]).tolist()


def _warn_about_units(
    outline: Outline, segments: Units, whole: Units, complete_articles: bool, *, is_placed: bool
) -> tuple[str, ...]:
    """What is not scored, or not as it stands, with its number."""
    unreferenced, articles = outline.unreferenced, len(outline.articles)
    if unreferenced == articles:
        return (f"{NO_REFERENCE}: scores are null, what looks wrong is flagged all the same",)
    warnings = []
    if unreferenced:
        verbs = ("has", "its") if unreferenced == 1 else ("have", "their")
        warnings.append(
            f"{unreferenced} of {articles} articles {verbs[0]} no human version and no score; {verbs[1]} "
            "translations are flagged all the same"
        )
    alone = outline.pairs - outline.aligned
    if not segments.ids:
        warnings.append("no segment pair has both a source and a reference: there is no score at the segment level")
    elif alone:
        verbs = ("has", "is") if alone == 1 else ("have", "are")
        warnings.append(
            f"{alone} of {outline.pairs} segment pairs {verbs[0]} no counterpart and {verbs[1]} not scored at the "
            "segment level"
        )
    empty = sum(is_blank(text) for text in segments.translations)
    if empty and not is_placed:  # how much was omitted is said by whoever placed it
        verbs = ("is", "scores") if empty == 1 else ("are", "score")
        warnings.append(f"{empty} of {len(segments.ids)} translations {verbs[0]} empty and {verbs[1]} as empty")
    total = articles - unreferenced
    unscored = total - len(whole.ids)
    if unscored:
        verb = "is" if unscored == 1 else "are"
        warnings.append(
            f"{unscored} of {total} articles {verb} not scored at the article level: one side is "
            "missing, or the text is far longer than an article"
        )
    if whole.ids and not complete_articles:
        warnings.append(
            "only part of the data was translated, so that an article may be cut short: scores at the article level "
            "compare what there is of it"
        )
    return tuple(warnings)


def _warn_about_words(target_lang: str, names: Sequence[str]) -> tuple[str, ...]:
    misled = [name for name in names if METRICS[name].counts_words]
    if target_lang not in _WITHOUT_SPACES or not misled:
        return ()
    return (
        f"{', '.join(misled)}: {target_lang} is written without spaces between words, which these metrics count; "
        "rely on chrF",
    )
