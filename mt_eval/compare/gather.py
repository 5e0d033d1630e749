"""Run directories -> `Evidence`: the statistics of all systems over the same units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from mt_eval.compare.context import compare_contexts
from mt_eval.compare.evidence import Evidence, JudgedSet, Table
from mt_eval.compare.favoured import note_favoured, put_fair_first
from mt_eval.compare.flags import choose_flags, describe_references, tabulate_flags
from mt_eval.compare.guard import check_same_data, check_same_direction, choose_metrics
from mt_eval.compare.labels import note_other_settings
from mt_eval.compare.result import JudgedTexts
from mt_eval.compare.speed import compare_speeds, measure_speed
from mt_eval.errors import RunError
from mt_eval.metrics import find_metric
from mt_eval.metrics.flagged import is_flagged
from mt_eval.metrics.key import MetricKey, read_signature
from mt_eval.metrics.outside import Outside
from mt_eval.runs.columns import RunColumns, ScoreLine, Spans, read_segment_scores, read_translations
from mt_eval.runs.judgements import read_contrast_records, read_contrasts, read_given
from mt_eval.runs.read import check_mean, explain_damage, read_statistics
from mt_eval.runs.settings import list_utilities
from mt_eval.spool import collect
from mt_eval.types import Level

T = TypeVar("T")

_Key = tuple[str, str, int]
"""Source and reference text of a unit, and how often the same stood before it."""


def gather_runs(
    runs: Sequence[RunColumns],
    labels: Sequence[str],
    *,
    metrics: Sequence[str] = (),
    level: Level = Level.SEGMENT,
    intersect: bool = False,
    trust_utility: bool = False,
) -> Evidence:
    """What M runs say about the same N segments, or whole articles.

    Args:
        metrics: Those to compare; if there are none, all that the runs have in common, or where they hold no reference
            the shares of flagged segments, then metrics that need none.
        trust_utility: Let also those metrics decide by which a system chose its translations.
        intersect: Keep only units whose source and reference text all runs have, instead of refusing other data.

    Raises:
        RunError: The runs cannot be compared, or one is damaged.
    """
    check_same_direction(runs)
    if not intersect:
        check_same_data(runs)
    flagged = choose_flags(runs, level, metrics)
    asked = [name for name in metrics if not is_flagged(name)]
    lines: list[ScoreLine] = []
    notes: tuple[str, ...] = ()
    if asked or not metrics:
        lines, notes = choose_metrics(runs, level, asked, any_alignment=intersect, may_be_none=bool(flagged))
    referenced = any(read_signature(line.signature).needs_reference for line in lines)
    places = [_place_units(run, level, lines[0].key if lines else None, referenced) for run in runs]
    notes = (*describe_references(runs[0], lines, flagged, referenced), *notes)
    if intersect:
        keys = [_key_units(run, level, place) for run, place in zip(runs, places, strict=True)]
        rows, note = _intersect(keys, labels, level)
        notes += (note,) if note else ()
    else:
        if any(each != places[0] for each in places):
            raise RunError(
                "the runs differ in which articles are scored as a whole; add --intersect for those they share"
            )
        rows = [range(len(places[0]))] * len(runs)
    where = [_choose(place, kept) for place, kept in zip(places, rows, strict=True)]
    segments = runs[0].segments
    speeds, speed_note = compare_speeds([measure_speed(run) for run in runs], labels)
    of_segments = level is Level.SEGMENT
    names = [segments.ids if of_segments else segments.articles, segments.articles]
    ids, articles = (_choose(column, where[0]) for column in names)
    source, _, target = str(runs[0].config.get("direction", "")).partition("-")
    tables = (*tabulate_flags(runs, flagged, where), *_read_tables(runs, lines, level, rows, where))
    utilities = tuple(list_utilities(run.head) for run in runs)
    if not trust_utility:
        tables = put_fair_first(tables, labels, utilities)
    return Evidence(
        systems=tuple(labels),
        identities=tuple(run.head.identity for run in runs),
        level=level,
        tables=tables,
        ids=ids,
        articles=articles,
        titles=_find_titles(runs[0]),
        sources=_choose(segments.sources, where[0]) if of_segments else (),
        references=_choose(segments.references, where[0]) if of_segments else (),
        shapes=_measure_shapes(segments.spans, where[0]) if of_segments else (),
        flags=tuple(_choose(run.flags, kept) for run, kept in zip(runs, where, strict=True)) if of_segments else (),
        read_texts=lambda system, kept: read_translations(runs[system], [where[system][row] for row in kept]),
        languages=(source or None, target),
        referenced=referenced,
        speeds=speeds,
        # Where the data differs, what became of all of it says nothing of what they share.
        judged=tuple(
            JudgedTexts(label, each) for run, label in zip(runs, labels, strict=True) for each in read_given(run.folder)
        ),
        judged_sets=tuple(
            each for run, label in zip(runs, labels, strict=True) for each in read_judged_sets(run.folder, label)
        ),
        contexts=() if intersect else compare_contexts(runs, labels),
        utilities=utilities if any(utilities) and not trust_utility else (),
        notes=(
            *note_favoured(tables, labels, utilities, trusted=trust_utility),
            *notes,
            *note_other_settings(runs, labels),
            *_note_repeats(runs, labels),
            *([speed_note] if speed_note else []),
        ),
    )


def read_judged_sets(folder: Path, system: str) -> tuple[JudgedSet, ...]:
    """The contrastive sets that the run in `folder` keeps, with what a judge said of each pair.

    Raises:
        RunError: A file of them is damaged, or was written by a newer mt-eval.
    """
    return tuple(
        JudgedSet(system, contrast, read_contrast_records(folder, contrast)) for contrast in read_contrasts(folder)
    )


def _choose(column: Sequence[T], places: Sequence[int]) -> Sequence[T]:
    """What a column has at N places; the column itself where these are all of it in its order."""
    if len(places) == len(column) and all(place == index for index, place in enumerate(places)):
        return column
    return collect((column[place] for place in places), Any)


def _measure_shapes(spans: Sequence[tuple[Spans, Spans]], places: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """How many source and reference segments each pair is made of."""
    known: dict[tuple[int, int], tuple[int, int]] = {}
    shapes = ((len(source), len(reference)) for source, reference in (spans[place] for place in places))
    return tuple(known.setdefault(shape, shape) for shape in shapes)


def _find_titles(run: RunColumns) -> dict[str, str]:
    """Article pair id to the title of its source, or of its reference; of those that have either."""
    known = run.head.articles
    titles = {
        pair: [known[name].title for name in names if name in known and known[name].title]
        for pair, names in run.segments.members.items()
    }
    return {pair: found[0] for pair, found in titles.items() if found}


def _note_repeats(runs: Sequence[RunColumns], labels: Sequence[str]) -> Iterator[str]:
    """Systems that did not answer the same when they were asked again."""
    for run, label in zip(runs, labels, strict=True):
        for leg in run.head.translation.legs:
            if leg.asked_again and leg.answered_otherwise:
                share = 100 * leg.answered_otherwise / leg.asked_again
                yield (
                    f"{label}: asked again, its server answered {leg.answered_otherwise} of {leg.asked_again} texts "
                    f"otherwise ({share:.0f}%), so that another run of it would have other scores; intervals and p do "
                    "not hold this"
                )


def _place_units(run: RunColumns, level: Level, key: MetricKey | None, referenced: bool) -> Sequence[int]:
    """Where each row of a run's statistics is: the place of its segment, or of the first segment of its article."""
    if level is Level.SEGMENT:
        return run.segments.aligned if referenced else run.segments.translated
    line = next(each for each in run.scores if (each.key, each.level) == (key, level))
    scored = set(line.scored_articles)
    first: dict[str, int] = {}
    for place, name in enumerate(run.segments.articles):
        first.setdefault(name, place)
    return [place for name, place in first.items() if name in scored]


def _key_units(run: RunColumns, level: Level, places: Sequence[int]) -> list[_Key]:
    """The texts of each row of a run's statistics, which are at these places."""
    segments = run.segments
    if level is Level.SEGMENT:
        texts = [(segments.sources[place], segments.references[place]) for place in places]
    else:
        joined: dict[str, tuple[list[str], list[str]]] = {segments.articles[place]: ([], []) for place in places}
        for name, source, reference in zip(segments.articles, segments.sources, segments.references, strict=True):
            if name in joined:
                joined[name][0].append(source)
                joined[name][1].append(reference)
        texts = [(" ".join(source).strip(), " ".join(reference).strip()) for source, reference in joined.values()]
    seen: Counter[tuple[str, str]] = Counter()
    keys = []
    for source, reference in texts:
        keys.append((source, reference, seen[source, reference]))
        seen[source, reference] += 1
    return keys


def _intersect(
    keys: Sequence[Sequence[_Key]], labels: Sequence[str], level: Level
) -> tuple[Sequence[Sequence[int]], str]:
    """Per run the rows of the units that all runs share, in the order of the first; and what to say of it."""
    rows_of = [{key: row for row, key in enumerate(each)} for each in keys]
    shared = [key for key in keys[0] if all(key in rows for rows in rows_of)]
    if not shared:
        raise RunError(
            f"--intersect: the runs share no {level} with the same source and reference text, expected one at least; "
            "compare runs on the same data"
        )
    if all(len(each) == len(shared) for each in keys):
        return [[rows[key] for key in shared] for rows in rows_of], ""
    sizes = ", ".join(f"{label} has {len(each)}" for label, each in zip(labels, keys, strict=True))
    note = (
        f"compared on the {len(shared)} {level}s with the same source and reference that all runs share ({sizes}): "
        "scores are of these alone"
    )
    return [[rows[key] for key in shared] for rows in rows_of], note


def _read_tables(
    runs: Sequence[RunColumns],
    lines: Sequence[ScoreLine],
    level: Level,
    rows: Sequence[Sequence[int]],
    where: Sequence[Sequence[int]],
) -> list[Table]:
    names = {line.key: line.key.name_statistics(level) for line in lines}
    stored = [
        read_statistics(
            run.folder,
            [line.score for line in run.scores],
            names.values(),
            len(run.segments.ids),
            len(run.segments.aligned),
        )
        for run in runs
    ]
    tables = []
    for line in lines:
        name, metric = names[line.key], find_metric(line.key, line.signature)
        if isinstance(metric, Outside):
            values = [_read_values(run, line, kept) for run, kept in zip(runs, where, strict=True)]
            metric = metric.fit(values)
            counted = [metric.tabulate(each) for each in values]
        elif lacking := [run for run, each in zip(runs, stored, strict=True) if name not in each]:
            raise RunError(
                f"{lacking[0].folder}: the run directory is damaged (it has a score of {line.metric} but no statistics)"
            )
        else:
            # Of many segments, all tables of all systems at once are too much.
            counted = [_choose_rows(each.pop(name), kept) for each, kept in zip(stored, rows, strict=True)]
        tables.append(Table(line.key, metric, line.signature, np.stack(counted)))
    return tables


def _choose_rows(table: Any, rows: Sequence[int]) -> Any:
    return table if isinstance(rows, range) and len(rows) == len(table) else table[rows]


def _read_values(run: RunColumns, like: ScoreLine, places: Sequence[int]) -> list[float]:
    """The scores of N segments by a metric from outside, which leaves no statistics."""
    key = like.key
    needs_reference = read_signature(like.signature).needs_reference
    scored = run.segments.aligned if needs_reference else run.segments.translated
    values = read_segment_scores(run, str(key), scored)
    with explain_damage(run.folder):
        check_mean(next(line.score for line in run.scores if line.key == key), values)
    of_place = dict(zip(scored, values, strict=True))
    found = [value for value in (of_place[place] for place in places) if value is not None]
    if len(found) < len(places):
        raise RunError(
            f"{run.folder}: {key} has no score for some segments, expected one for each; leave it out with --metric"
        )
    return found
