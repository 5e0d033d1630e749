"""What judges say of given texts, as rows of cells for a terminal, Markdown and pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType

from mt_eval.compare.accuracy import measure_accuracy
from mt_eval.compare.result import JudgedTexts
from mt_eval.likelihoods import Given, GivenScore, Judge
from mt_eval.report.accuracy import render_one
from mt_eval.report.comparison import ABSENT
from mt_eval.report.table import add_row, indent, make_table, make_text

if TYPE_CHECKING:
    from mt_eval.judging.score import Judgement

TITLE = "how likely models find given texts"
HEADERS = ("text", "per token", "95% interval", "perplexity", "per character", "tokens", "segments")
"""Of the cells of a score; the first one is words."""
EXPLANATION = (
    "log-probabilities are natural logarithms; per token they compare texts that one model has judged, per character "
    "also models whose tokens are others; perplexity is e to the power of minus the figure per token"
)


def list_cells(score: GivenScore) -> tuple[str, ...]:
    """The cells of one score, below `HEADERS`."""
    return (
        score.text,
        ABSENT if score.per_token is None else f"{score.per_token:.3f}",
        ABSENT if score.low is None else f"{score.low:.3f} to {score.high:.3f}",
        ABSENT if score.perplexity is None else f"{score.perplexity:.4g}",
        ABSENT if score.per_character is None else f"{score.per_character:.3f}",
        f"{score.tokens:,}",
        f"{score.segments:,}",
    )


def list_judged(judged: Sequence[JudgedTexts]) -> list[tuple[str, ...]]:
    """A row per system, judge and text: both names, and the cells of the score."""
    return [
        (each.system, name_judge(each.given.judge), *list_cells(score))
        for each in judged
        for score in each.given.scores
    ]


def name_judge(judge: Judge) -> str:
    """`demo, transformers float32`."""
    return f"{judge.label}, {judge.engine} {judge.dtype}"


def list_gaps(scores: Sequence[GivenScore]) -> list[str]:
    """What was not judged and why, and what a judge does not know, a sentence each."""
    lines = [f"{each.text}: {count:,} not judged, {why}" for each in scores for why, count in each.left_out.items()]
    return lines + [
        f"{each.text}: {each.unknown:,} of {each.tokens:,} tokens are unknown to the judge, which says little of them"
        for each in scores
        if each.unknown
    ]


def render_given(given: Given) -> RenderableType:
    """Who judged, a row per kind of text, and what was left out."""
    return _render(given.judge, given.scores)


def render_judged(judged: Sequence[JudgedTexts]) -> RenderableType:
    """A table per judge, of all systems whose texts it has judged."""
    parts: list[RenderableType] = [make_text(TITLE, "bold")]
    for judge in dict.fromkeys(each.given.judge for each in judged):
        table = make_table(("system", "left"), *_COLUMNS)
        for each in judged:
            for score in each.given.scores if each.given.judge == judge else ():
                add_row(table, each.system, *_stack(score))
        parts += [indent(make_text(f"judge: {name_judge(judge)}", "dim")), indent(table)]
    return Group(*parts, indent(make_text(EXPLANATION, "dim")))


def render_judgement(judgement: Judgement) -> RenderableType:
    """What was judged just now: given texts, or the pairs of a contrastive set."""
    if judgement.contrast is not None:
        return render_one(judgement.contrast, measure_accuracy(judgement.contrasts))
    return _render(judgement.judge, judgement.scores)


_COLUMNS = (
    ("text", "left"),
    ("per token\n95% interval", "right"),
    ("perplexity", "right"),
    ("per\ncharacter", "right"),
    ("tokens\nsegments", "right"),
)
"""Those of a terminal, which two lines a row let into 80 columns."""


def _stack(score: GivenScore) -> tuple[str, ...]:
    text, per_token, interval, perplexity, per_character, tokens, segments = list_cells(score)
    return text, f"{per_token}\n{interval}", perplexity, per_character, f"{tokens}\n{segments}"


def _render(judge: Judge, scores: Sequence[GivenScore]) -> RenderableType:
    table = make_table(*_COLUMNS)
    for score in scores:
        add_row(table, *_stack(score))
    lines = [*list_gaps(scores), EXPLANATION]
    return Group(
        make_text(f"{TITLE}; judge: {name_judge(judge)}", "bold"),
        indent(table),
        *(indent(make_text(line, "dim")) for line in lines),
    )
