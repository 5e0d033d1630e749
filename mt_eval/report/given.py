"""What a judge says of given texts, as a table to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType

from mt_eval.likelihoods import GivenScore, Judge, JudgedPair
from mt_eval.report.comparison import ABSENT
from mt_eval.report.table import add_row, make_table, make_text

if TYPE_CHECKING:
    from mt_eval.judging.score import Judgement


def render_judgement(judgement: Judgement) -> RenderableType:
    """Who judged, and a row per kind of text, or per kind of contrast pair."""
    head = make_text(describe_judge(judgement.judge), "bold")
    if judgement.contrasts:
        return Group(head, _render_contrasts(judgement.contrasts))
    return Group(head, render_scores(judgement.scores))


def describe_judge(judge: Judge) -> str:
    """One line: `judge: demo, vi-ar, transformers in float32`."""
    return f"judge: {judge.label}, {judge.direction}, {judge.engine} in {judge.dtype}"


def render_scores(scores: Sequence[GivenScore]) -> RenderableType:
    """A row per kind of text, and below it what was left out."""
    table = make_table(
        ("text", "left"),
        ("log-prob/token", "right"),
        ("95% interval", "right"),
        ("perplexity", "right"),
        ("tokens", "right"),
        ("segments", "right"),
    )
    notes = []
    for score in scores:
        interval = ABSENT if score.low is None else f"{score.low:.3f} to {score.high:.3f}"
        add_row(
            table,
            score.text,
            ABSENT if score.per_token is None else f"{score.per_token:.3f}",
            interval,
            ABSENT if score.perplexity is None else f"{score.perplexity:.4g}",
            f"{score.tokens:,}",
            f"{score.segments:,}",
        )
        notes += [f"{score.text}: {count:,} not judged, {reason}" for reason, count in score.left_out.items()]
        if score.unknown:
            notes.append(f"{score.text}: {score.unknown:,} tokens are unknown to the judge's vocabulary")
    return Group(table, *map(make_text, notes))


def _render_contrasts(pairs: Sequence[JudgedPair]) -> RenderableType:
    table = make_table(("kind", "left"), ("right", "right"), ("pairs", "right"))
    for kind in dict.fromkeys(pair.kind for pair in pairs):
        of_kind = [pair for pair in pairs if pair.kind == kind]
        add_row(table, kind, str(sum(pair.is_right is True for pair in of_kind)), str(len(of_kind)))
    return table
