"""Everything below a folder that is a run, was to become one, or is becoming one, without reading more than it must.

A *runs folder* is what `runs_dir` names: it holds run directories, claims and failures. A tree may hold many.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mt_eval.errors import RunError
from mt_eval.metrics import find_metric
from mt_eval.metrics.key import MetricKey
from mt_eval.runs.claims import read_claims
from mt_eval.runs.failed import read_failures
from mt_eval.runs.paths import RunPaths

STATES = ("finished", "running", "claimed", "dead", "failed")
"""`claimed`: at work, but nothing is translated yet; `dead`: its process ended without finishing, ask for it again."""

_DIRECTION = re.compile(r"-([a-z]{2}-[a-z]{2})-[0-9a-f]{8}$")


@dataclass(frozen=True, slots=True)
class Entry:
    """A run, or what there is of one."""

    state: str
    name: str
    folder: Path
    """The run directory; for the others the runs folder, or the file of the failure."""
    time: str | None = None
    """When it finished, failed or was claimed: UTC in ISO 8601."""
    seconds: float | None = None
    direction: str | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    scores: Mapping[str, float | None] = field(default_factory=dict)
    """Segment-level scores by metric, the headline first; `METRIC@PROFILE` for normalised texts."""
    lower_is_better: frozenset[str] = frozenset()
    overrides: tuple[str, ...] = ()
    done: int | None = None
    total: int | None = None
    seconds_left: float | None = None
    host: str | None = None
    error: str | None = None

    def read_setting(self, key: str) -> str | None:
        """What `key` is for this entry, as it is typed on a command line; None if that is not known.

        `state`, `name` and `direction` are the entry's own; `model`, `data` and the other groups the option chosen;
        anything else a setting, which for a finished run is looked up in its configuration.
        """
        if key in ("state", "name", "direction"):
            return str(getattr(self, key))
        if key in self.choices:
            return self.choices[key]
        for word in self.overrides:
            name, _, value = word.partition("=")
            if name == key:
                return value
        return _read_setting(self.folder, key) if self.state == "finished" else None


def list_entries(root: Path) -> list[Entry]:
    """All finished, running, claimed and failed runs below `root`, or the one at `root`, in the order of their names.

    Raises:
        RunError: `root` is no folder, or a record in it cannot be read.
    """
    if not root.is_dir():
        raise RunError(f"{root}: there is no such folder; name the one that `runs_dir` named, runs by default")
    entries: list[Entry] = []
    for folder, is_run in _walk(root):
        if is_run:
            entries.append(_read_run(RunPaths(folder)))
        else:
            entries += _read_unfinished(folder)
    finished = {entry.name for entry in entries if entry.state == "finished"}
    kept = [entry for entry in entries if entry.state != "dead" or entry.name not in finished]
    return sorted(kept, key=lambda entry: (entry.name, entry.folder))


def read_entry(folder: Path) -> Entry:
    """What a finished run is listed as.

    Raises:
        RunError: It cannot be read.
    """
    return _read_run(RunPaths(folder))


def _walk(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Folders that are a run (True) or hold claims or failures (False); nothing below a run is looked at."""
    if RunPaths(folder).exists():
        yield folder, True
        return
    with os.scandir(folder) as found:
        names = {entry.name: entry.is_dir() for entry in found}
    if {".claims", ".failed"} & names.keys():
        yield folder, False
    for name, is_folder in sorted(names.items()):
        if is_folder and not name.startswith("."):
            yield from _walk(folder / name)


def _read_run(paths: RunPaths) -> Entry:
    head, scores = _read_json(paths.run), _read_json(paths.scores)
    try:
        direction = _DIRECTION.search(head["id"])
        segment = [score for score in scores if score["level"] == "segment"]
        keys = [MetricKey.of_score(score["metric"], score["signature"]) for score in segment]
        return Entry(
            state="finished",
            name=head["id"],
            folder=paths.folder,
            time=head["finished"],
            seconds=round(sum(head["seconds"].values()), 1),
            direction=direction and direction[1],
            choices=head["choices"],
            scores={str(key): score["value"] for key, score in zip(keys, segment, strict=True)},
            lower_is_better=frozenset(
                str(key)
                for key, score in zip(keys, segment, strict=True)
                if find_metric(key, score["signature"]).lower_is_better
            ),
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise RunError(
            f"{paths.folder}: the run directory is damaged ({type(error).__name__}: {error}); run the evaluation again "
            "with force=true or delete it"
        ) from error


def _read_unfinished(runs_dir: Path) -> Iterator[Entry]:
    claims = read_claims(runs_dir)
    for claim in claims:
        state = "dead" if not claim.alive else "claimed" if claim.done is None else "running"
        direction = _DIRECTION.search(claim.name)
        yield Entry(
            state=state,
            name=claim.name,
            folder=runs_dir,
            time=claim.started or None,
            direction=direction and direction[1],
            choices=dict(claim.choices),
            overrides=claim.overrides,
            done=claim.done,
            total=claim.total,
            seconds_left=claim.seconds_left if state == "running" else None,
            host=f"{claim.host} {claim.pid}" if claim.host else None,
        )
    for failure in read_failures(runs_dir):
        if any(claim.alive and claim.identity == failure.identity for claim in claims):
            continue  # somebody is trying again
        direction = _DIRECTION.search(failure.name)
        yield Entry(
            state="failed",
            name=failure.name,
            folder=runs_dir,
            time=failure.time,
            direction=direction and direction[1],
            choices=failure.choices or {},
            overrides=failure.overrides,
            host=failure.host,
            error=failure.error,
        )


def _read_setting(folder: Path, key: str) -> str | None:
    """One setting of a run's configuration; the rest is parsed, by libyaml where there is one, but not built."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        with RunPaths(folder).config.open("rb") as file:
            node = yaml.compose(file, Loader=loader)
    except (OSError, yaml.YAMLError) as error:
        raise RunError(f"{RunPaths(folder).config} cannot be read ({error}); run it again with force=true") from error
    for part in key.split("."):
        children = node.value if isinstance(node, yaml.MappingNode) else []
        node = next((value for name, value in children if name.value == part), None)
    return None if node is None else _say_node(node)


def _say_node(node: Any) -> str:
    """A value as it is typed on a command line."""
    if isinstance(node.value, str):
        return "null" if node.tag.endswith(":null") else node.value
    if node.tag.endswith(":seq"):
        return f"[{','.join(map(_say_node, node.value))}]"
    return f"{{{','.join(f'{name.value}:{_say_node(value)}' for name, value in node.value)}}}"


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise RunError(
            f"{path}: the run directory is damaged ({error}); run the evaluation again with force=true or delete it"
        ) from error
