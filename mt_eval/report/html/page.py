"""The report as one HTML page."""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mt_eval import __version__
from mt_eval.compare.accuracy import measure_accuracy
from mt_eval.compare.evidence import JudgedSet
from mt_eval.compare.result import Comparisons, Details, JudgedTexts
from mt_eval.languages.codes import name_language
from mt_eval.likelihoods import Given
from mt_eval.report.comparison import describe_columns, describe_method
from mt_eval.report.flags import count_flags
from mt_eval.report.given import EXPLANATION, HEADERS, list_judged
from mt_eval.report.html.accuracy import draw_one, draw_several
from mt_eval.report.html.articles import join_article_scores, read_article_scores, tabulate_articles
from mt_eval.report.html.context import draw_contexts
from mt_eval.report.html.facts import list_provenance, list_settings
from mt_eval.report.html.forest import draw_forests
from mt_eval.report.html.glossary import list_words
from mt_eval.report.html.picture import draw_picture
from mt_eval.report.html.segments import MOST_BYTES, encode_segments
from mt_eval.report.html.speed import draw_speeds
from mt_eval.report.html.verdict import judge_comparison, judge_run
from mt_eval.report.scores import tabulate_scores
from mt_eval.report.titles import name_articles
from mt_eval.report.visible import format_unseen
from mt_eval.spool import skim
from mt_eval.types import Kind, Run

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATE = Path(__file__).parent / "template"
_SCRIPTS = ("diff.js", "bidi.js", "reading.js", "browser.js")


_ASKED_AGAIN = ": asked again, "
"""What a system's name is followed by, in a run's warning and in a comparison's note on the same."""


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning and the systems it is about."""

    text: str
    systems: tuple[str, ...]


def render_run_page(
    run: Run, *, given: Sequence[Given] = (), sets: Sequence[JudgedSet] = (), most_bytes: int = MOST_BYTES
) -> str:
    """The page on one run.

    Args:
        given: What models said of its texts.
        sets: What models said of contrastive sets.
        most_bytes: The most text that the segment browser holds; see `encode_segments`.
    """
    label = run.head.label
    scores = tabulate_scores(run)
    headline = scores[0].metric if scores else ""
    return _render(
        [run],
        [label],
        most_bytes,
        several=False,
        verdict=judge_run(run),
        warnings=_join_warnings([run], [label], ()),
        scores=scores,
        articles=tabulate_articles(read_article_scores(run), headline),
        speed=None,
        picture=None,
        words=list_words([run]),
        context=None,
        judged=list_judged([JudgedTexts(label, each) for each in given]),
        sets=[draw_one(each.contrast, measure_accuracy(each.pairs)) for each in sets],
    )


def render_comparison_page(
    runs: Sequence[Run], result: Comparisons, details: Sequence[Details], *, most_bytes: int = MOST_BYTES
) -> str:
    """The page on M runs that were held against each other.

    Args:
        runs: In the order of the comparison's systems, the baseline first.
        details: Where the difference of each of the M - 1 candidates to the baseline comes from.
        most_bytes: The most text that the segment browser holds; see `encode_segments`.
    """
    headline = result.metrics[0]
    return _render(
        runs,
        result.systems,
        most_bytes,
        several=True,
        verdict=judge_comparison(result),
        warnings=_join_warnings(runs, result.systems, result.notes),
        method=describe_method(result),
        columns=describe_columns(result),
        forests=draw_forests(result),
        articles=tabulate_articles(
            join_article_scores(details), headline.name, lower_is_better=headline.lower_is_better
        ),
        speed=draw_speeds(result),
        picture=draw_picture(result),
        words=list_words(runs, result),
        context=draw_contexts(result),
        judged=list_judged(result.judged),
        sets=[draw_several(each) for each in result.accuracies],
    )


@cache
def open_templates() -> Environment:
    """The templates of pages and figures, compiled once for all pages; what is put into one is escaped."""
    # Slow to import beside all else that a report takes.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["visible"] = format_unseen
    return environment


def _render(runs: Sequence[Run], labels: Sequence[str], most_bytes: int, **parts: Any) -> str:
    """The template filled with `parts` and with what every page has."""
    # Slow to import beside all else that a report takes.
    from mt_eval.diagnose.flags import FLAGS

    style, script = _read("page.css"), "\n".join(map(_read, _SCRIPTS))
    source, target = str(runs[0].config["direction"]).split("-")
    return (
        open_templates()
        .get_template("page.html.j2")
        .render(
            version=__version__,
            style=style,
            style_hash=_hash(style),
            script=script,
            script_hash=_hash(script),
            labels=labels,
            titles=_name_articles(runs),
            direction=f"{name_language(source)} to {name_language(target)}",
            facts=_describe_data(runs),
            flags=count_flags(runs),
            meanings=FLAGS,
            settings=list_settings(runs),
            provenance=list_provenance(runs),
            judged_headers=("system", "judge", *HEADERS),
            judged_explanation=EXPLANATION,
            browser=encode_segments(runs, labels, most_bytes=most_bytes),
            **parts,
        )
    )


def _describe_data(runs: Sequence[Run]) -> list[str]:
    run = runs[0]
    articles = len({pair.article_pair_id for pair in skim(run.pairs, "article_pair_id")})
    aligned = sum(pair.kind is Kind.ALIGNED for pair in skim(run.pairs, "kind"))
    finished = sorted(each.head.finished[:10] for each in runs)
    when = finished[0] if finished[0] == finished[-1] else f"{finished[0]} to {finished[-1]}"
    return [
        f"data {run.head.choices.get('data', 'data')}",
        f"{articles:,} article{'' if articles == 1 else 's'}",
        f"{len(run.pairs):,} segments, {f'{aligned:,}' if aligned else 'none'} with a reference",
        *([f"alignment {run.head.alignment}"] if aligned else []),
        f"{'run' if len(runs) == 1 else 'runs'} of {when}",
    ]


def _name_articles(runs: Sequence[Run]) -> defaultdict[str, str]:
    """Article pair id to its title, empty where no run knows one."""
    found: defaultdict[str, str] = defaultdict(str)
    for run in runs:
        found = defaultdict(str, {**name_articles(run), **found})
    return found


def _join_warnings(runs: Sequence[Run], labels: Sequence[str], notes: Sequence[str]) -> list[Warned]:
    """Notes of the comparison first, then every different warning once, with the systems it is about.

    That a server changed its answers, a note says with what it means for the comparison; the run's own warning would
    say it again.
    """
    by_text: dict[str, list[str]] = {}
    for run, label in zip(runs, labels, strict=True):
        noted = any(note.startswith(f"{label}{_ASKED_AGAIN}") for note in notes)
        for text in run.warnings:
            if not (noted and _ASKED_AGAIN in text):
                by_text.setdefault(text, []).append(label)
    found = [Warned(text, () if len(about) == len(runs) else tuple(about)) for text, about in by_text.items()]
    return [*(Warned(text, ()) for text in notes), *found]


def _read(name: str) -> str:
    return (_TEMPLATE / name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    """What a content security policy calls an inline script or style by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
