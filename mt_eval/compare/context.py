"""What became of the data when models were given more or less of it at once."""

from __future__ import annotations

from collections.abc import Sequence

from mt_eval.compare.labels import name_systems
from mt_eval.compare.result import Context
from mt_eval.runs.columns import RunColumns, read_translations
from mt_eval.runs.settings import describe_unit
from mt_eval.types import Kind, Level

_ORDER = ("sentence", "window", "paragraph", "article")


def compare_contexts(runs: Sequence[RunColumns], labels: Sequence[str]) -> tuple[Context, ...]:
    """One per run of a model that was given more and less, model by model and the least given at once first."""
    metric = next((line.metric for line in runs[0].scores if line.level is Level.SEGMENT), "")
    units: dict[str, set[str]] = {}
    names = name_systems(runs)
    for name, run in zip(names, runs, strict=True):
        units.setdefault(name, set()).add(describe_unit(run.config))
    found = [
        _measure(run, label, name if len(units) > 1 else "", describe_unit(run.config), metric)
        for run, label, name in zip(runs, labels, names, strict=True)
        if len(units[name]) > 1
    ]
    systems = list(dict.fromkeys(context.model for context in found))
    return tuple(sorted(found, key=lambda context: (systems.index(context.model), rank_unit(context.unit))))


def rank_unit(unit: str) -> tuple[int, int]:
    """What units, as `describe_unit` says them, are sorted by: how much they usually hold."""
    kind, _, size = unit.partition(" of ")
    return (_ORDER.index(kind) if kind in _ORDER else len(_ORDER), int(size) if size.isdecimal() else 0)


def _measure(run: RunColumns, label: str, model: str, unit: str, metric: str) -> Context:
    sources = [place for place, kind in enumerate(run.segments.kinds) if kind is not Kind.REFERENCE_ONLY]
    texts = read_translations(run, sources)
    added = sum(len(text) for texts in run.head.additions.values() for text in texts)
    legs = run.head.translation.legs
    decoding = [leg.decode_seconds for leg in legs if leg.decode_seconds is not None]
    given = sum(leg.segments_decoded + leg.segments_from_store for leg in legs)
    return Context(
        system=label,
        model=model,
        unit=unit,
        metric=metric,
        segment=_find_score(run, metric, Level.SEGMENT),
        article=_find_score(run, metric, Level.ARTICLE),
        omitted=_share(sum(not text for text in texts), len(texts)),
        added=_share(added, added + sum(map(len, texts))),
        seconds=sum(decoding) if decoding else None,
        stored=_share(sum(leg.segments_from_store for leg in legs), given),
    )


def _find_score(run: RunColumns, metric: str, level: Level) -> float | None:
    return next((line.value for line in run.scores if (line.metric, line.level) == (metric, level)), None)


def _share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0
