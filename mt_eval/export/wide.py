"""One row per segment pair, with a column for every system: for those who read translations side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mt_eval.report.scores import keep_number
from mt_eval.report.titles import name_articles
from mt_eval.runs.joined import join_segments
from mt_eval.types import Run

Cell = str | float | None

_ID, _TEXT = 20, 48
"""Widths."""


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    language: str = ""
    """Of the texts in it; empty where they are ids, sentences about translations, or numbers."""
    is_text: bool = False
    """Whether its cells are read, each in the direction of its letters."""
    width: int = 12
    """In characters."""


@dataclass(frozen=True, slots=True)
class WideTable:
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    """None where a run does not have the segment pair, or no number."""

    def list_rows(self) -> Iterator[dict[str, Cell]]:
        """Column name to cell, row by row."""
        names = [column.name for column in self.columns]
        return (dict(zip(names, row, strict=True)) for row in self.rows)


def tabulate_wide(runs: Sequence[Run]) -> WideTable:
    """The segment pairs of M runs as rows, those of the first run in its order, then what only others have.

    Columns: `segment`, `article`, `title`, `source`, `reference`; every system's translations; every system's flags, as
    sentences; every system's scores, metric by metric. Systems are called by their labels; by the names of their runs
    where two have one label.
    """
    systems = _name_systems(runs)
    metrics = dict.fromkeys(name for run in runs for name in run.segment_scores)
    source, target = str(runs[0].config["direction"]).split("-")
    targets = [str(run.config["direction"]).split("-")[1] for run in runs]
    columns = [
        Column("segment", width=_ID),
        Column("article", width=_ID),
        Column("title", is_text=True, width=_ID),
        Column("source", source, is_text=True, width=_TEXT),
        Column("reference", target, is_text=True, width=_TEXT),
        *(Column(name, lang, is_text=True, width=_TEXT) for name, lang in zip(systems, targets, strict=True)),
        *(Column(f"{name} flags", is_text=True, width=_TEXT) for name in systems),
        *(Column(f"{name} {metric}") for metric in metrics for name in systems),
    ]
    titles = [name_articles(run) for run in runs]
    rows = []
    for places in join_segments(runs):
        first = next(index for index, place in enumerate(places) if place is not None)
        pair = runs[first].pairs[places[first] or 0]
        each = list(zip(runs, places, strict=True))
        rows.append(
            (
                pair.id,
                pair.article_pair_id,
                titles[first].get(pair.article_pair_id, ""),
                pair.source_text,
                pair.reference_text,
                *(_read_translation(run, place) for run, place in each),
                *(None if place is None else "\n".join(map(str, run.flags[place])) for run, place in each),
                *(_read_score(run, metric, place) for metric in metrics for run, place in each),
            )
        )
    return WideTable(tuple(columns), tuple(rows))


def _name_systems(runs: Sequence[Run]) -> list[str]:
    """What each system's columns are called: all different, and none as another column is."""
    labels = [run.head.label for run in runs]
    names: list[str] = []
    taken = {"segment", "article", "title", "source", "reference"}
    for run, label in zip(runs, labels, strict=True):
        name = wanted = label if labels.count(label) == 1 else run.id
        number = 1
        while name in taken:
            number += 1
            name = f"{wanted} ({number})"
        taken.add(name)
        names.append(name)
    return names


def _read_translation(run: Run, place: int | None) -> str | None:
    translation = None if place is None else run.translations[place]
    return None if translation is None else translation.text


def _read_score(run: Run, metric: str, place: int | None) -> float | None:
    return None if place is None or metric not in run.segment_scores else keep_number(run.segment_scores[metric][place])
