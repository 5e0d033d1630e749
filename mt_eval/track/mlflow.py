"""MLflow: a database file of one's own, or any server."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from mt_eval.disk import open_scratch
from mt_eval.track.record import Record, find_own_folder

_LONGEST_PARAMETER = 500
"""Characters that servers of every age take; a longer setting stands in the artefact `config.yaml` alone."""
_NAME = re.compile(r"[^\w\-. :/]")


def send_to_mlflow(record: Record, *, uri: str | None, experiment: str) -> str:
    """Send a run and tell where it is.

    Args:
        uri: Of a server or database. By default that of the environment variable MLFLOW_TRACKING_URI, without which
            it is `.trackers/mlflow.db` beside the run directory.

    Names of metrics that MLflow does not take are changed: `chrF++` is `chrFpp`, `BLEU-13a@standard` is
    `BLEU-13a:standard`.
    """
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "20")
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    from mlflow.tracking import MlflowClient

    address = uri or os.environ.get("MLFLOW_TRACKING_URI")
    own = None if address and not address.startswith("sqlite:") else find_own_folder(record)
    with _name_database(find_own_folder(record)) if address is None else nullcontext(address) as reached:
        client = MlflowClient(reached)
        return _send(client, _find_experiment(client, experiment, own), record)


def _send(client: Any, experiment_id: str, record: Record) -> str:
    from mlflow.entities import Metric, Param, RunTag

    found = client.search_runs([experiment_id], f"tags.`mt_eval.identity` = '{record.identity}'")
    for run in found:
        is_same = run.data.tags.get("mt_eval.finished") == record.finished
        if is_same and run.info.status == "FINISHED":
            return f"MLflow run {run.info.run_id} (was there already)"
        if is_same:
            client.delete_run(run.info.run_id)  # what an earlier attempt left unfinished

    tags = {f"mt_eval.{name}": value for name, value in record.tags.items()}
    tags |= {"mt_eval.identity": record.identity, "mt_eval.finished": record.finished}
    if record.warnings:
        tags["mlflow.note.content"] = "\n".join(f"- {warning}" for warning in record.warnings)
    run_id = client.create_run(experiment_id, run_name=record.name, tags=tags).info.run_id
    time = client.get_run(run_id).info.start_time
    short = {name: value for name, value in record.parameters.items() if len(value) <= _LONGEST_PARAMETER}
    for names in _cut(sorted(short), 100):
        client.log_batch(run_id, params=[Param(name, short[name]) for name in names])
    for names in _cut(sorted(record.metrics), 500):
        client.log_batch(run_id, [Metric(name_metric(name), record.metrics[name], time, 0) for name in names])
    columns = {name: [row[name] for row in record.rows] for name in (record.rows[0] if record.rows else {})}
    client.log_table(run_id, columns, "segments.json")
    for file in record.files:
        client.log_artifact(run_id, str(file), "run")
    # Last, so that a run with this tag has everything.
    client.log_batch(run_id, tags=[RunTag("mt_eval.complete", "true")])
    client.set_terminated(run_id, "FINISHED")
    return f"MLflow run {run_id}"


def name_metric(name: str) -> str:
    """The metric's name as MLflow takes it.

    >>> name_metric("chrF++@standard.low")
    'chrFpp:standard.low'
    """
    return _NAME.sub("_", name.replace("+", "p").replace("@", ":"))


@contextmanager
def _name_database(folder: Path) -> Iterator[str]:
    """The address of the database in `folder`.

    In an address `?` begins a query and `%` a code, and MLflow and SQLAlchemy disagree on how they are escaped. A path
    that holds them is reached through a link in a folder whose name is plain.
    """
    folder.mkdir(exist_ok=True)
    if not set("?%#") & set(str(folder)):
        yield f"sqlite:///{folder / 'mlflow.db'}"
        return
    with open_scratch("mt-eval-mlflow-") as scratch:
        link = Path(scratch) / "trackers"
        link.symlink_to(folder, target_is_directory=True)
        yield f"sqlite:///{link / 'mlflow.db'}"


def _find_experiment(client: Any, name: str, local: Path | None) -> str:
    """The id of the experiment, made if it is not there: beside a database of one's own, artefacts need a place."""
    from mlflow.exceptions import MlflowException

    place = None if local is None else (local / "mlflow-artifacts").as_uri()
    found = client.get_experiment_by_name(name)
    if found is None:
        try:
            return str(client.create_experiment(name, artifact_location=place))
        except MlflowException:
            # Another process was faster.
            found = client.get_experiment_by_name(name)
            if found is None:
                raise
    return str(found.experiment_id)


def _cut(names: list[str], size: int) -> list[list[str]]:
    return [names[start : start + size] for start in range(0, len(names), size)]
