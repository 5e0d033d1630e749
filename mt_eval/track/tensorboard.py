"""TensorBoard: one folder of event files per run, made with TensorBoard's own writer."""

from __future__ import annotations

import contextlib
from datetime import datetime
from pathlib import Path
from typing import Any

from mt_eval.disk import make_folder_whole
from mt_eval.track.record import Record

_WORST = 50
"""Segments in the table of texts: event files are read as a whole, and `report.html` has them all."""


def write_events(record: Record, *, folder: str | None) -> str:
    """Write scalars, settings, and tables of scores, files and worst segments; tell where they are.

    Args:
        folder: What `tensorboard --logdir` gets; `.trackers/tensorboard` beside the run directory by default.
    """
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.plugins.hparams import summary_v2
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    root = Path(folder).expanduser() if folder else record.folder.resolve().parent / ".trackers" / "tensorboard"
    place = root / record.name
    time = datetime.fromisoformat(record.finished).timestamp()
    with make_folder_whole(place, replace=True) as partial, contextlib.closing(EventFileWriter(str(partial))) as writer:
        values = [Summary.Value(tag=name.replace(".", "/", 1), simple_value=v) for name, v in record.metrics.items()]
        texts = {
            "scores": _render_table(["metric", "value"], [[k, f"{v:.4g}"] for k, v in record.metrics.items()]),
            "run": _render_table(["", ""], [["run directory", str(record.folder)], *map(list, record.tags.items())]),
            "warnings": "\n".join(f"- {warning}" for warning in record.warnings),
            "worst segments": _render_segments(record),
        }
        values += [_make_text(name, text) for name, text in texts.items() if text]
        for value in values:
            writer.add_event(Event(wall_time=time, step=0, summary=Summary(value=[value])))
        settings = summary_v2.hparams_pb(dict(record.parameters), trial_id=record.identity, start_time_secs=time)
        writer.add_event(Event(wall_time=time, step=0, summary=settings))
    return str(place)


def _make_text(name: str, markdown: str) -> Any:
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.plugins.text import metadata
    from tensorboard.util import tensor_util

    return Summary.Value(
        tag=name,
        metadata=metadata.create_summary_metadata(display_name=name, description=""),
        tensor=tensor_util.make_tensor_proto([markdown.encode()]),
    )


def _render_segments(record: Record) -> str:
    metric = next((name for name in record.metrics if record.rows and name in record.rows[0]), None)
    if metric is None:
        return ""
    scored = sorted(
        (row for row in record.rows if row[metric] is not None),
        key=lambda row: float(row[metric]),
        reverse=metric in record.lower_is_better,
    )
    columns = ["id", metric, "source", "reference", "translation"]
    return _render_table(columns, [[str(row[name] or "") for name in columns] for row in scored[:_WORST]])


def _render_table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; texts cannot end a cell or become markup."""
    escape = str.maketrans({"|": "\\|", "\n": " ", "<": "&lt;", ">": "&gt;"})
    lines = [header, ["---"] * len(header), *[[cell.translate(escape) for cell in row] for row in rows]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
