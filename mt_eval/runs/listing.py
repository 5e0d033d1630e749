"""Everything below a folder that is a run, was to become one, or is becoming one, without reading more than it must.

A *runs folder* is what `runs_dir` names: it holds run directories, claims and failures. A tree may hold many.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mt_eval.errors import RunError
from mt_eval.metrics import are_kin, find_metric
from mt_eval.metrics.key import MetricKey
from mt_eval.runs.claims import read_claims
from mt_eval.runs.failed import read_failures
from mt_eval.runs.paths import RunPaths
from mt_eval.runs.read import read_config, read_head, read_scores
from mt_eval.runs.settings import list_settings, list_utilities
from mt_eval.types import Level

STATES = ("finished", "running", "claimed", "dead", "failed", "damaged")
"""`claimed`: at work, but nothing is translated yet; `dead`: its process ended without finishing, ask for it again;
`damaged`: what is there cannot be read."""

_NO_NAME = "null"

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
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Metric to why it has no score."""
    lower_is_better: frozenset[str] = frozenset()
    utilities: tuple[str, ...] = ()
    """Metrics by which its translations were chosen."""
    overrides: tuple[str, ...] = ()
    done: int | None = None
    total: int | None = None
    seconds_left: float | None = None
    host: str | None = None
    error: str | None = None

    def read_setting(self, key: str) -> str | None:
        """What `key` is for this entry, as it is typed on a command line; None if that is not known.

        `state`, `name` and `direction` are the entry's own; `model`, `data` and the other groups the option chosen;
        a metric its score; anything else a setting, which for a finished run is looked up in its configuration.
        """
        if key in ("state", "direction"):
            return str(getattr(self, key))
        if key == "name":
            given = self._read_config().get("name", _NO_NAME)
            return self.name if given == _NO_NAME else given
        if key in self.choices:
            return self.choices[key]
        if (score := self.scores.get(key)) is not None:
            return str(score)
        for word in self.overrides:
            name, _, value = word.partition("=")
            if name == key:
                return value
        return self._read_config().get(key)

    def list_keys(self) -> set[str]:
        """The keys that `read_setting` knows."""
        typed = {word.partition("=")[0] for word in self.overrides}
        return {"state", "name", "direction", *self.choices, *self.scores, *typed, *self._read_config()}

    def _read_config(self) -> dict[str, str]:
        """The settings of a finished run; none where they cannot be read, which must not hide other runs."""
        with contextlib.suppress(RunError):
            return list_settings(read_config(self.folder), {}) if self.state == "finished" else {}
        return {}


def list_entries(root: Path) -> list[Entry]:
    """All finished, running, claimed and failed runs below `root`, or the one at `root`, in the order of their names.

    What cannot be read is one entry among the others, and says so.

    Raises:
        RunError: `root` is no folder.
    """
    if not root.is_dir():
        raise RunError(f"{root}: there is no such folder; name the one that `runs_dir` named, runs by default")
    entries = list(_walk(root))
    finished = {entry.name for entry in entries if entry.state == "finished"}
    kept = [entry for entry in entries if entry.state != "dead" or entry.name not in finished]
    return sorted(kept, key=lambda entry: (entry.name, entry.folder))


def read_entry(folder: Path) -> Entry:
    """What a finished run is listed as.

    Raises:
        RunError: It cannot be read.
    """
    head = read_head(folder)
    scores = {
        MetricKey.of_score(score.metric, score.signature): score
        for score in read_scores(folder)
        if score.level is Level.SEGMENT
    }
    return Entry(
        state="finished",
        name=head.id,
        folder=folder,
        time=head.finished or None,
        seconds=round(sum(head.seconds.values()), 1),
        direction=_find_direction(head.id),
        choices=head.choices,
        scores={str(key): score.value for key, score in scores.items()},
        reasons={str(key): score.reason for key, score in scores.items() if score.reason},
        lower_is_better=frozenset(
            str(key) for key, score in scores.items() if find_metric(key, score.signature).lower_is_better
        ),
        utilities=list_utilities(head),
    )


def warn_of_choices(entries: Iterable[Entry]) -> list[str]:
    """What to know of scores that stand in one list, where some runs chose their translations by such a metric."""
    finished = [entry for entry in entries if entry.state == "finished"]
    chosen: dict[tuple[str, ...], list[Entry]] = {}
    for entry in finished:
        if entry.utilities:
            chosen.setdefault(entry.utilities, []).append(entry)
    warnings = []
    for utilities, those in chosen.items() if len(finished) > 1 else ():
        names = dict.fromkeys(key for entry in those for key in entry.scores)
        ahead = [key for key in names if any(are_kin(MetricKey.parse(key).base, each) for each in utilities)]
        who = those[0].name if len(those) == 1 else f"{len(those)} of these runs"
        if ahead:
            warnings.append(
                f"{who} chose translations by {' and '.join(utilities)} (decoding=mbr), which puts such a run ahead by "
                f"{', '.join(ahead)}; mt-eval compare lets another metric decide"
            )
    return warnings


def _walk(root: Path) -> Iterator[Entry]:
    """What is in a tree of folders; nothing below a run is looked at, and no folder twice, wherever links lead."""
    waiting = [root]
    seen: set[tuple[int, int]] = set()
    while waiting:
        folder = waiting.pop()
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            if RunPaths(folder).exists():
                yield read_entry(folder)
                continue
            with os.scandir(folder) as found:
                names = {entry.name for entry in found if entry.is_dir()}
        except RunError as error:
            yield Entry("damaged", folder.name, folder, error=str(error))
        except OSError as error:
            why = f"{folder}: cannot be read ({error.strerror}); mend its permissions"
            yield Entry("damaged", folder.name, folder, error=why)
        else:
            if {".claims", ".failed"} & names:
                yield from _read_unfinished(folder)
            waiting += [folder / name for name in names if not name.startswith(".")]


def _read_unfinished(runs_dir: Path) -> Iterator[Entry]:
    claims = read_claims(runs_dir)
    for claim in claims:
        state = "dead" if not claim.alive else "claimed" if claim.done is None else "running"
        yield Entry(
            state=state,
            name=claim.name,
            folder=runs_dir,
            time=claim.started or None,
            direction=_find_direction(claim.name),
            choices=dict(claim.choices),
            overrides=claim.overrides,
            done=claim.done,
            total=claim.total,
            seconds_left=claim.seconds_left if state == "running" else None,
            host=f"{claim.host} {claim.pid}" if claim.host else None,
        )
    failures, damaged = read_failures(runs_dir)
    yield from (Entry("damaged", each.path.stem, each.path, error=each.why) for each in damaged)
    for failure in failures:
        if any(claim.alive and claim.identity == failure.identity for claim in claims):
            continue  # somebody is trying again
        yield Entry(
            state="failed",
            name=failure.name,
            folder=runs_dir,
            time=failure.time,
            direction=_find_direction(failure.name),
            choices=failure.choices or {},
            overrides=failure.overrides,
            host=failure.host,
            error=failure.error,
        )


def _find_direction(name: str) -> str | None:
    found = _DIRECTION.search(name)
    return found and found[1]
