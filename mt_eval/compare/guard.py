"""Whether runs can be compared: only on the same texts, cut and paired the same way, and scored the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mt_eval.compare.labels import name_systems
from mt_eval.errors import RunError
from mt_eval.metrics.key import ALIGNMENT, PROJECTION, compare_signatures, read_signature
from mt_eval.runs.columns import RunColumns, ScoreLine, Segments
from mt_eval.types import Level


def check_same_data(runs: Sequence[RunColumns]) -> None:
    """Check that all runs hold the first one's texts, cut into the same segments and paired the same way.

    Names of articles and segments do not count, their texts and order do.

    Raises:
        RunError: They differ; the message says in what.
    """
    first = runs[0]
    for run in runs[1:]:
        if run.segments is not first.segments and (difference := _find_difference(first.segments, run.segments)):
            raise RunError(
                f"{run.folder} cannot be compared with {first.folder}: they differ in {difference}; compare runs on "
                "the same data (--where keeps some of them), or add --intersect for the segments they share"
            )


def check_same_direction(runs: Sequence[RunColumns]) -> None:
    """Check that all runs translate from and into the same language.

    Raises:
        RunError: They do not.
    """
    first = runs[0]
    for run in runs[1:]:
        if run.config.get("direction") != first.config.get("direction"):
            raise RunError(
                f"{run.folder} cannot be compared with {first.folder}: they differ in direction "
                f"({run.config.get('direction')} against {first.config.get('direction')}); keep one with "
                f"--where direction={first.config.get('direction')}"
            )


def choose_metrics(
    runs: Sequence[RunColumns],
    level: Level,
    asked: Sequence[str],
    *,
    any_alignment: bool = False,
    may_be_none: bool = False,
) -> tuple[list[ScoreLine], tuple[str, ...]]:
    """The scores of the first run that are compared, and notes on those that are not.

    Those asked for, or else all that every run has. Their signatures must be the same in all runs.

    Args:
        any_alignment: Signatures may differ in how segments were paired: only texts that are the same are compared.
        may_be_none: The runs may have no scores, because flags are compared.

    Raises:
        RunError: A run lacks a metric that was asked for, no metric is left, or signatures differ.
    """
    by_run = [{line.metric: line for line in run.scores if line.level is level} for run in runs]
    scored = [{name for name, line in lines.items() if line.value is not None} for lines in by_run]
    for name in asked:
        for run, known in zip(runs, scored, strict=True):
            if name not in known:
                raise RunError(
                    f"--metric {name}: {run.folder} has no such score at level {level}, expected one of "
                    f"{', '.join(sorted(known)) or 'none'}; choose among them or run the evaluation again with "
                    "metrics.names=[...]"
                )
    names = list(asked) or [name for name in by_run[0] if all(name in each for each in scored)]
    if not names and not may_be_none:
        has = ", ".join(sorted(scored[0])) or "none"
        reason = next((line.score.reason for line in by_run[0].values() if line.score.reason), None)
        mend = "run the evaluations again with the same metrics"
        if reason is not None and level is Level.ARTICLE:
            mend = "leave out --level to compare what needs no reference"
        raise RunError(
            f"the runs have no metric in common at level {level}, expected one at least ({runs[0].folder} has {has}"
            f"{f', since {reason}' if reason and has == 'none' else ''}); {mend}"
        )
    for name in names:
        for run, lines in zip(runs[1:], by_run[1:], strict=True):
            _check_signature(runs[0], run, by_run[0][name], lines[name], any_alignment)
    missing = sorted({name for each in scored for name in each} - set(names)) if not asked else []
    notes = [f"not compared, because some of the runs lack it: {', '.join(missing)}"] if missing else []
    notes += _note_projections(runs, [_find_signature(lines, names) for lines in by_run], scored=bool(names))
    return [by_run[0][name] for name in names], tuple(notes)


def _find_signature(lines: Mapping[str, ScoreLine], names: Sequence[str]) -> str:
    """That of the first metric compared; of any where only flags are, since it says how texts were placed."""
    return next((lines[name].signature for name in (*names, *lines)), "")


def _note_projections(runs: Sequence[RunColumns], signatures: Sequence[str], *, scored: bool) -> list[str]:
    """What to know of runs whose segments' translations were not found in the same way."""
    found = [read_signature(signature).projection for signature in signatures]
    if len(set(found)) == 1:
        return []
    named = zip(name_systems(runs), found, strict=True)
    placed = dict.fromkeys(f"{name} ({method})" for name, method in named if method)
    what = "scores" if scored else "flags"
    whole = "; scores of whole articles (--level article) do not depend on it" if scored else ""
    return [
        f"whole outputs were put in their place by projection for {', '.join(placed)} and not for all: their {what} of "
        f"segments hold as far as projection finds the places (docs/articles.md tells how well){whole}"
    ]


def _check_signature(first: RunColumns, run: RunColumns, one: ScoreLine, other: ScoreLine, any_alignment: bool) -> None:
    # How an output was put in its place is part of what a system is, as its engine is; that it differs is noted.
    passed = {PROJECTION, ALIGNMENT} if any_alignment else {PROJECTION}
    differing = [each for each in compare_signatures(one.signature, other.signature) if each[0] not in passed]
    if differing:
        differences = ", ".join(f"{name} ({theirs} against {ours})" for name, ours, theirs in differing)
        raise RunError(
            f"{run.folder} cannot be compared with {first.folder}: their signatures of {one.metric} differ in "
            f"{differences}; score both the same way, or choose other metrics with --metric"
        )


def _find_difference(first: Segments, other: Segments) -> str | None:
    """The first thing in which the data of two runs differ, in words, with the place."""
    articles = [_join_articles(each) for each in (first, other)]
    if len(articles[0]) != len(articles[1]):
        return f"data ({len(articles[1])} articles against {len(articles[0])})"
    for side, what in ((0, "data (the source text"), (1, "reference (the text")):
        for name, one, two in zip(dict.fromkeys(first.articles), *articles, strict=True):
            if one[side] != two[side]:
                size = (
                    f", {len(other.ids)} segments against {len(first.ids)}" if len(first.ids) != len(other.ids) else ""
                )
                return f"{what} of article {name}{size})"
    for side, what in ((0, "source"), (1, "reference")):
        cuts = [[span for spans in each.spans for span in spans[side]] for each in (first, other)]
        if cuts[0] != cuts[1]:
            return f"segmentation (of the {what}: {len(cuts[1])} segments against {len(cuts[0])})"
    if first.spans != other.spans or first.sources != other.sources or first.references != other.references:
        return f"alignment ({len(other.ids)} segment pairs against {len(first.ids)}, or other ones)"
    return None


def _join_articles(segments: Segments) -> list[tuple[str, str]]:
    """Source and reference text of each article, in order."""
    texts: dict[str, tuple[list[str], list[str]]] = {}
    for name, source, reference in zip(segments.articles, segments.sources, segments.references, strict=True):
        sides = texts.setdefault(name, ([], []))
        sides[0].extend(source.split())
        sides[1].extend(reference.split())
    return [(" ".join(source), " ".join(reference)) for source, reference in texts.values()]
