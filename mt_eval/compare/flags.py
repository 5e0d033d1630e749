"""What runs can be compared by without a human version: how many of their segments look wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from mt_eval.compare.evidence import Table
from mt_eval.errors import RunError
from mt_eval.metrics.flagged import ANY, Flagged, is_flagged, name_flagged
from mt_eval.metrics.key import NO_PROFILE, MetricKey, read_signature, sign_score
from mt_eval.runs.columns import RunColumns, ScoreLine
from mt_eval.types import Level


def choose_flags(runs: Sequence[RunColumns], level: Level, asked: Sequence[str]) -> tuple[str, ...]:
    """The shares of flagged segments that are compared: those asked for, or all where no run holds a reference.

    `flagged:any` comes first, then the flags that any run has, the most frequent first.

    Raises:
        RunError: No run has a flag that was asked for, or whole articles are to be compared by flags.
    """
    counts = Counter(name for run in runs for flags in run.flags for name in set(flags))
    known = (ANY, *sorted(counts, key=lambda name: (-counts[name], name)))
    wanted = [name for name in asked if is_flagged(name)]
    if wanted and level is Level.ARTICLE:
        raise RunError(f"--metric {wanted[0]}: flags are of segments, which --level article has not; leave one out")
    for name in wanted:
        if Flagged(name).flag not in known:
            expected = ", ".join(map(name_flagged, known))
            raise RunError(f"--metric {name}: no run has such a flag, expected one of {expected}; choose among them")
    if asked or level is Level.ARTICLE or any(run.segments.aligned for run in runs):
        return tuple(wanted)
    return tuple(map(name_flagged, known))


def tabulate_flags(
    runs: Sequence[RunColumns], names: Sequence[str], where: Sequence[Sequence[int]]
) -> tuple[Table, ...]:
    """One table per share, over the segments at these places of each run."""
    tables = []
    for name in names:
        metric = Flagged(name)
        rows = [
            metric.tabulate([run.flags[place] for place in places]) for run, places in zip(runs, where, strict=True)
        ]
        alignment = runs[0].head.alignment
        signature = sign_score(metric.sign(), level=Level.SEGMENT, alignment=alignment, profile=NO_PROFILE)
        tables.append(Table(MetricKey(name), metric, signature, np.stack(rows)))
    return tuple(tables)


def describe_references(
    run: RunColumns, lines: Sequence[ScoreLine], flagged: Sequence[str], referenced: bool
) -> tuple[str, ...]:
    """What is said of a comparison that no human version, or not every article's, has a part in.

    Args:
        referenced: Whether any of the metrics compared holds translations against references.
    """
    if not referenced:
        return (
            "nothing was compared with a human version: this tells how much looks wrong by itself, and nothing of "
            "errors that do not show without one",
        )
    names = dict.fromkeys(run.segments.articles)
    having = {run.segments.articles[place] for place in run.segments.aligned}
    alone = [name for name in names if name not in having]
    notes = []
    if alone:
        verb = "has" if len(alone) == 1 else "have"
        notes.append(
            f"{len(alone)} of {len(names)} articles {verb} no human version and no part in this; --metric "
            f"{name_flagged(ANY)} compares what looks wrong in all"
        )
    free = [line.metric for line in lines if not read_signature(line.signature).needs_reference]
    if (free or flagged) and len(run.segments.translated) > len(run.segments.aligned):
        said = ", ".join([*flagged, *free])
        notes.append(
            f"{said}: of the segments that have a human version; named without metrics that need one, of all segments"
        )
    return tuple(notes)
