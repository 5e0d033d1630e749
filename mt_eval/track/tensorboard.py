"""TensorBoard: one folder of event files per run, made with TensorBoard's own writer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from mt_eval.bundled import expand_home
from mt_eval.disk import make_component, make_file_whole
from mt_eval.errors import TrackerError
from mt_eval.report.markup import escape_block, render_table
from mt_eval.track.record import Record, find_own_folder

_WORST = 50
"""Segments in the table of texts: event files are read as a whole, and `report.html` has them all."""


def write_events(record: Record, *, folder: str | None) -> str:
    """Write scalars, settings, and tables of scores, files and worst segments; tell where they are.

    Args:
        folder: What `tensorboard --logdir` gets; `.trackers/tensorboard` beside the run directory by default.

    Raises:
        TrackerError: A folder to write to is a link.
    """
    root = expand_home(folder) if folder else find_own_folder(record) / "tensorboard"
    place = _choose_place(root, record)
    with make_file_whole(place / _name_file(record)) as partial, partial.open("wb") as file:
        _write(record, file)
    return str(place)


def _choose_place(root: Path, record: Record) -> Path:
    """The folder of the run, made if it is not there; behind its name stands its identity where another run has it.

    Raises:
        TrackerError: It is a link.
    """
    place = root / make_component(record.name)
    if any(file.name != _name_file(record) for file in place.glob(_name_file(None))):
        place = root / make_component(f"{record.name}-{record.identity[:8]}")
    if place.is_symlink():
        raise TrackerError(f"{place}: expected a folder, got a link; remove it or name another place with folder=DIR")
    place.mkdir(parents=True, exist_ok=True)
    return place


def _name_file(record: Record | None) -> str:
    """One name per run, so that a run sent again takes its own place and nothing else has to be removed."""
    return f"events.out.tfevents.{'*' if record is None else record.identity[:16]}.mt-eval"


def _write(record: Record, file: IO[bytes]) -> None:
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.plugins.hparams import summary_v2
    from tensorboard.summary.writer.record_writer import RecordWriter

    time = datetime.fromisoformat(record.finished).timestamp()
    values = [Summary.Value(tag=name.replace(".", "/", 1), simple_value=v) for name, v in record.metrics.items()]
    texts = {
        "scores": _render_table(("metric", "value"), [(k, f"{v:.4g}") for k, v in record.metrics.items()]),
        "run": _render_table(("", ""), [("run directory", str(record.folder)), *record.tags.items()]),
        "warnings": "\n".join(f"- {escape_block(warning)}" for warning in record.warnings),
        "worst segments": _render_segments(record),
    }
    values += [_make_text(name, text) for name, text in texts.items() if text]
    settings = summary_v2.hparams_pb(dict(record.parameters), trial_id=record.identity, start_time_secs=time)
    writer = RecordWriter(file)
    writer.write(Event(wall_time=time, file_version="brain.Event:2").SerializeToString())
    for summary in (*(Summary(value=[value]) for value in values), settings):
        writer.write(Event(wall_time=time, step=0, summary=summary).SerializeToString())


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


def _render_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(render_table(header, rows))
