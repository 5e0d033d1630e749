"""One row per run and segment pair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from mt_eval.report.alternatives import place_hypotheses
from mt_eval.report.scores import keep_number
from mt_eval.runs.write import encode_segments
from mt_eval.types import Run

Row = dict[str, Any]


def list_rows(runs: Sequence[Run]) -> Iterator[Row]:
    """Rows with equal columns: run by run, segment pairs in the order of the data.

    Columns are `run`, `system`, `direction`, those of `segments.jsonl` (`runs/README.md`) without the spans, `flags` as
    a list of names and `flag_reasons` as one of sentences, and one per metric, None where a run lacks it or has no
    number. A metric that is called as another column is `METRIC (score)`. Where any run kept several hypotheses, the
    column `n_best` holds the lines of `n_best.jsonl` that begin with the segment pair.
    """
    best = [place_hypotheses(run) for run in runs]
    metrics = list(dict.fromkeys(name for run in runs for name in run.segment_scores))
    for run, kept in zip(runs, best, strict=True):
        head = {
            "run": run.id,
            "system": run.head.label,
            "direction": run.config["direction"],
        }
        for place, record in enumerate(encode_segments(run)):
            flags, scores = record.pop("flags"), record.pop("scores")
            del record["source_segments"], record["reference_segments"]
            row = {
                **head,
                **record,
                "decoder_score": keep_number(record["decoder_score"]),
                "flags": [flag["name"] for flag in flags],
                "flag_reasons": [f"{flag['name']}: {flag['why']}" for flag in flags],
                **({"n_best": [asdict(each) for each in kept.get(place, ())]} if any(best) else {}),
            }
            columns = {f"{name} (score)" if name in row else name: scores.get(name) for name in metrics}
            yield row | {column: keep_number(value) for column, value in columns.items()}
