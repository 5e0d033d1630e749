"""Run directories made in milliseconds: texts written down as rows, scored as any run is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mt_eval.config import MetricsConfig
from mt_eval.runs.paths import SCHEMA_VERSION
from mt_eval.runs.write import make_head, write_run
from mt_eval.score.scored import score_translations
from mt_eval.types import Flag, Hypothesis, HypothesisList, Kind, Level, Run, Score, Segment, SegmentPair, Translation

WORDS = "قال الرئيس اليوم إن الحكومة سوف تعمل على حل هذه المشكلة الكبيرة قبل نهاية العام".split()  # noqa: SIM905

Row = tuple[str, str, str, str]
"""Article, source, reference and translation; no reference where it is empty."""


def make_rows(segments: int, *, articles: int = 1, lost: int = 4) -> list[Row]:
    """Rows of Arabic words, all different; the translation leaves out every `lost`-th word of the reference."""
    rows = []
    for index in range(segments):
        reference = [WORDS[(index * step + 3 * step) % len(WORDS)] for step in range(1, 7 + index % 5)]
        kept = [word for place, word in enumerate(reference) if (place + index) % lost]
        rows.append((f"a{index * articles // segments}", f"câu {index}", " ".join(reference), " ".join(kept)))
    return rows


def write_small_run(
    folder: Path,
    name: str,
    rows: Sequence[Row],
    *,
    config: Mapping[str, Any] | None = None,
    head: Mapping[str, Any] | None = None,
    metrics: Sequence[str] = ("chrF++", "BLEU-13a"),
    alignment: str = "lines",
    outside: Mapping[str, Sequence[float]] | None = None,
    flags: Sequence[tuple[Flag, ...]] | None = None,
    n_best: int = 1,
) -> Path:
    """A run directory `folder / name` over these rows.

    Args:
        outside: Metrics without statistics: one score per row.
        flags: One tuple per row; no flags if left out.
        n_best: Hypotheses kept of each row: the translation, then it without its last words.
    """
    pairs, translations = [], []
    for index, (article, source, reference, translation) in enumerate(rows):
        sides = [
            (Segment(f"{side}{index}", f"{article}.{side}", 100 * index, 100 * index + len(text), text),)
            if text
            else ()
            for side, text in (("vi", source), ("ar", reference))
        ]
        kind = Kind.ALIGNED if reference else Kind.SOURCE_ONLY
        pairs.append(SegmentPair(f"{article}:{index}", article, sides[0], sides[1], kind))
        translations.append(Translation(f"{article}:{index}", translation))
    scored = score_translations(
        pairs,
        translations,
        "ar",
        MetricsConfig(names=list(metrics), samples=0),
        alignment=alignment,
        normalization="none",
    )
    scores, segment_scores = list(scored.scores), dict(scored.segment_scores)
    for metric, values in (outside or {}).items():
        mean = sum(values) / len(values)
        signature = f"external:{metric}|version:1|better:lower|corpus:mean|level:segment|align:{alignment}|norm:none"
        scores.append(Score(metric, mean, signature, None, None, Level.SEGMENT))
        segment_scores[metric] = tuple(values)
    run = Run(
        head=make_head(
            {
                "schema_version": SCHEMA_VERSION,
                "id": name,
                "identity": hashlib.sha256(repr((name, rows)).encode()).hexdigest(),
                "choices": {"model": "demo"},
                "system": {"label": name, "kind": "marian"},
                "alignment": alignment,
                **(head or {}),
            }
        ),
        config={"direction": "vi-ar", "decoding": {"num_beams": 4}, **(config or {})},
        pairs=tuple(pairs),
        translations=tuple(translations),
        scores=tuple(scores),
        segment_scores=segment_scores,
        flags=tuple(flags or ((),) * len(pairs)),
        hypotheses=tuple(_list_hypotheses(*each, n_best) for each in zip(pairs, translations, strict=True))
        if n_best > 1
        else (),
        statistics=scored.statistics,
    )
    folder.mkdir(parents=True, exist_ok=True)
    return write_run(run, folder).folder


def _list_hypotheses(pair: SegmentPair, translation: Translation, count: int) -> HypothesisList:
    words = translation.text.split()
    texts = [" ".join(words[: len(words) - left]) for left in range(count)]
    best = tuple(Hypothesis(text, -0.5 - left) for left, text in enumerate(texts))
    return HypothesisList(tuple(segment.id for segment in pair.source), pair.source_text, best)
