"""A comparison as data for other programs: JSON with everything, CSV with one row per pair and metric."""

from __future__ import annotations

import io
from dataclasses import asdict

from mt_eval.compare.result import Comparisons
from mt_eval.export.spreadsheet import write_cells
from mt_eval.report.visible import encode_json


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
    """One row per comparison, with the scores of both systems and how they were compared."""
    scores = {(each.metric, each.system): each for each in result.scores}
    signatures = {each.name: each.signature for each in result.metrics}
    rows = []
    for each in result.comparisons:
        row: dict[str, object] = {"metric": each.metric, "baseline": each.baseline, "candidate": each.candidate}
        for side, system in (("baseline", each.baseline), ("candidate", each.candidate)):
            score = scores[each.metric, system]
            row |= {f"{side}_score": score.value, f"{side}_low": score.low, f"{side}_high": score.high}
        row |= {key: value for key, value in asdict(each).items() if key not in row}
        row |= {
            "level": result.level.value,
            "segments": result.segments,
            "articles": result.articles,
            "unit": result.unit,
            "test": result.test,
            "samples": result.samples,
            "seed": result.seed,
            "signature": signatures[each.metric],
        }
        rows.append(row)
    return rows
