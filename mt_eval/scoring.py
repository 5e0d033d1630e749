"""All scores of a run: of its texts as they are and normalised, of a pivot's first leg, and of outside metrics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from mt_eval.config import RunConfig
from mt_eval.errors import MetricError
from mt_eval.languages.letters import is_blank
from mt_eval.metrics.key import NO_PROFILE
from mt_eval.placement import Placement
from mt_eval.score.outside import leave_unscored, score_outside
from mt_eval.score.scored import Scored, score_translations
from mt_eval.spool import collect
from mt_eval.text.normalize import normalize
from mt_eval.types import Kind, Segment, SegmentPair, Translation


def score_run(
    config: RunConfig,
    pairs: Sequence[SegmentPair],
    placement: Placement,
    *,
    alignment: str,
    complete_articles: bool,
    pivot_references: Sequence[str] = (),
) -> Scored:
    """The scores of the texts as they are, of the texts normalised if a profile is chosen, and of outside metrics.

    Args:
        pairs: N segment pairs, in the order of the placement's translations.
        pivot_references: Per pair the human version in a pivot's language, which scores its first leg; or none at all.
    """
    profile, translations = config.normalize.profile.value, placement.translations
    score_as = partial(
        score_translations,
        target_lang=config.target_lang,
        metrics=config.metrics,
        alignment=alignment,
        complete_articles=complete_articles,
        projection=placement.projection,
    )
    raw = score_as(pairs, translations, outputs=placement.outputs)
    others = []
    scores, segment_scores = list(raw.scores), dict(raw.segment_scores)
    statistics, warnings = dict(raw.statistics), list(raw.warnings)
    if profile != NO_PROFILE:
        rewrite = partial(normalize, lang=config.target_lang, profile=profile)
        rewritten_pairs = _collect_pairs(
            replace(pair, reference=(replace(pair.reference[0], text=rewrite(pair.reference_text)),))
            if pair.reference
            else pair
            for pair in pairs
        )
        rewritten = _collect_translations(each and replace(each, text=rewrite(each.text)) for each in translations)
        outputs = {article: rewrite(text) for article, text in placement.outputs.items()}
        others.append(score_as(rewritten_pairs, rewritten, normalization=profile, outputs=outputs))
    if pivot_references:
        others.append(
            score_as(
                _collect_pairs(_set_reference(*each) for each in zip(pairs, pivot_references, strict=True)),
                _collect_translations(each and replace(each, text=each.pivot_text or "") for each in translations),
                target_lang=config.model.via,
                leg=f"{config.source_lang}-{config.model.via}",
            )
        )
    for other in others:
        scores += other.scores
        segment_scores |= other.segment_scores
        statistics |= other.statistics
    for metric in config.metrics.external:
        try:
            outside = score_outside(
                metric,
                pairs,
                translations,
                alignment=alignment,
                projection=placement.projection,
                samples=config.metrics.samples,
                seed=config.metrics.seed,
            )
        except MetricError as error:
            warnings.append(f"{error}; the rest of the run is whole, force=true runs it again")
            outside = leave_unscored(
                metric,
                pairs,
                alignment=alignment,
                projection=placement.projection,
                reason=str(error),
            )
        scores.append(outside.score)
        segment_scores[metric.name] = outside.segment_scores
    return Scored(tuple(scores), segment_scores, statistics, raw.units, tuple(warnings))


def _collect_pairs(pairs: Iterable[SegmentPair]) -> Sequence[SegmentPair]:
    return collect(pairs, SegmentPair)


def _collect_translations(translations: Iterable[Translation | None]) -> Sequence[Translation | None]:
    return collect(translations, Translation | None)


def _set_reference(pair: SegmentPair, text: str) -> SegmentPair:
    """The pair with another human version of its source; without one, if `text` is empty."""
    if not pair.source:
        return pair
    segment = Segment(f"{pair.id}.pivot", pair.article_pair_id, 0, len(text), text)
    has_text = not is_blank(text)
    return replace(pair, reference=(segment,) if has_text else (), kind=Kind.ALIGNED if has_text else Kind.SOURCE_ONLY)
