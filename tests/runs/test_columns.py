"""The three depths of reading say the same of one run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from small_runs import make_rows, write_small_run

from mt_eval.runs.columns import RunColumns, read_columns, read_segment_scores, read_translations
from mt_eval.runs.read import read_head, read_run
from mt_eval.types import Flag, Kind, Run

ROWS = [*make_rows(8, articles=2), ("a1", "câu lẻ", "", "x"), ("a1", '"translation": "y"', "ref", ', "flags": [')]
FLAGS = [(Flag("numbers", "1 missing"), Flag("copied", "all")) if place % 3 == 0 else () for place in range(len(ROWS))]


def view(run: RunColumns) -> dict[str, Any]:
    """What a whole run says too."""
    places = range(len(run.segments.ids))
    return {
        "head": run.head,
        "config": run.config,
        "ids": run.segments.ids,
        "articles": run.segments.articles,
        "kinds": run.segments.kinds,
        "texts": list(zip(run.segments.sources, run.segments.references, strict=True)),
        "spans": list(run.segments.spans),
        "translations": read_translations(run, places),
        "scores": read_segment_scores(run, "chrF++", places),
        "flags": run.flags,
    }


def view_whole(run: Run) -> dict[str, Any]:
    return {
        "head": run.head,
        "config": run.config,
        "ids": tuple(pair.id for pair in run.pairs),
        "articles": tuple(pair.article_pair_id for pair in run.pairs),
        "kinds": tuple(pair.kind for pair in run.pairs),
        "texts": [(pair.source_text, pair.reference_text) for pair in run.pairs],
        "spans": [
            (tuple((s.start, s.end) for s in pair.source), tuple((s.start, s.end) for s in pair.reference))
            for pair in run.pairs
        ],
        "translations": [each.text if each else "" for each in run.translations],
        "scores": list(run.segment_scores["chrF++"]),
        "flags": tuple(tuple(flag.name for flag in flags) for flags in run.flags),
    }


@pytest.mark.parametrize("second", [False, True])
def test_columns_hold_what_the_whole_run_holds(tmp_path: Path, second: bool) -> None:
    """Read alone, and read behind a run on the same data, whose texts it shares."""
    folder = write_small_run(tmp_path, "one", ROWS, flags=FLAGS)
    other = write_small_run(tmp_path, "two", [(a, s, r, f"{t} x") for a, s, r, t in ROWS])
    like = read_columns(other) if second else None

    columns = read_columns(folder, like)

    assert view(columns) == view_whole(read_run(folder))
    assert columns.head == read_head(folder)
    assert (columns.segments is (like and like.segments)) == second


def test_lines_laid_out_otherwise_are_read_the_same(tmp_path: Path) -> None:
    """Keys in another order and without spaces, as another JSON writer has them, hold the same columns."""
    folder = write_small_run(tmp_path, "one", ROWS, flags=FLAGS)
    like, before = read_columns(folder), view(read_columns(folder))
    path = folder / "segments.jsonl"
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    lines = [json.dumps(dict(sorted(record.items())), separators=(",", ":")) for record in records]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    after = view(read_columns(folder, like))

    assert after == before


def test_an_older_layout_is_read_at_every_depth(tmp_path: Path) -> None:
    """`compare` and `report` follow one rule: what an older version did not write is empty."""
    folder = write_small_run(tmp_path, "old", ROWS[:8])
    head = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    kept = {key: head[key] for key in ("id", "identity")} | {"schema_version": 0}
    (folder / "run.json").write_text(json.dumps(kept), encoding="utf-8")
    path = folder / "segments.jsonl"
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for record in records:
        for key in ("flags", "pivot_text", "decoder_score", "truncated", "source_cut", "tokens_in", "tokens_out"):
            del record[key]
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")

    run, columns = read_run(folder), read_columns(folder)

    assert view(columns) == view_whole(run)
    assert (run.head.schema_version, run.head.label, run.flags) == (0, "old", ((),) * 8)
    assert all(pair.kind is Kind.ALIGNED for pair in run.pairs)
