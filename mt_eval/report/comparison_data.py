"""A comparison as data for other programs: JSON with everything, CSV with one row per pair and metric."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from mt_eval.compare.result import BOOTSTRAP, Accuracies, Accuracy, Comparisons, SystemScore
from mt_eval.export.spreadsheet import write_cells
from mt_eval.report.visible import encode_json
from mt_eval.types import Comparison


def render_json(result: Comparisons) -> str:
    """All of the result, field by field as `compare.result` documents it."""
    return encode_json(asdict(result)) + "\n"


def render_csv(result: Comparisons) -> str:
    """One row per comparison with the scores of both systems, at full precision; lines end in CR LF (RFC 4180).

    A name that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    rows = list_comparisons(result)
    written = io.StringIO()
    write_cells([*map(list, rows[:1]), *(row.values() for row in rows)], written)
    return written.getvalue()


def list_comparisons(result: Comparisons) -> list[dict[str, object]]:
    """One row per comparison, with the scores of both systems and how they were compared.

    Behind the metrics stand contrastive sets, one row per kind: the metric is `SET: KIND`, scores are accuracies, and a
    segment is a pair.
    """
    scores = {(each.metric, each.system): each for each in result.scores}
    signatures = {each.name: each.signature for each in result.metrics}
    facts: dict[str, object] = {
        "level": result.level.value,
        "segments": result.segments,
        "articles": result.articles,
        "unit": result.unit,
        "test": result.test,
        "samples": result.samples,
        "seed": result.seed,
    }
    rows = [
        _list_one(
            each,
            (scores[each.metric, each.baseline], scores[each.metric, each.candidate]),
            facts | {"signature": signatures[each.metric]},
        )
        for each in result.comparisons
    ]
    return [*rows, *(row for each in result.accuracies for row in _list_set(each, facts))]


def _list_set(found: Accuracies, facts: dict[str, object]) -> Iterator[dict[str, object]]:
    known = {(each.kind, each.system): each for each in found.accuracies}
    for each in found.comparisons:
        sides = known[each.metric, each.baseline], known[each.metric, each.candidate]
        of_set: dict[str, object] = {
            "level": "pair",
            "segments": sides[0].pairs,
            "articles": None,
            "unit": sides[0].unit,
            "test": BOOTSTRAP,
            "signature": f"contrastive set {found.name}, chance {found.chance:g}",
        }
        yield _list_one(replace(each, metric=f"{found.name}: {each.metric}"), sides, facts | of_set)


def _list_one(
    comparison: Comparison, sides: Sequence[SystemScore | Accuracy], facts: dict[str, object]
) -> dict[str, object]:
    row: dict[str, object] = {
        "metric": comparison.metric,
        "baseline": comparison.baseline,
        "candidate": comparison.candidate,
    }
    for side, score in zip(("baseline", "candidate"), sides, strict=True):
        row |= {f"{side}_score": score.value, f"{side}_low": score.low, f"{side}_high": score.high}
    row |= {key: value for key, value in asdict(comparison).items() if key not in row}
    return row | facts
