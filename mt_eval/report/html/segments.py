"""What the segment browser shows: the texts, scores and flags of all systems as one JSON object in columns."""

from __future__ import annotations

import json
import math
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mt_eval.languages.codes import is_right_to_left, name_language
from mt_eval.metrics import list_metrics
from mt_eval.report.alternatives import format_score, name_list, place_hypotheses
from mt_eval.report.html.reading import encode_reading
from mt_eval.report.scores import keep_number
from mt_eval.runs.joined import share_segments
from mt_eval.spool import skim
from mt_eval.types import HypothesisList, Run, SegmentPair, Translation

MOST_BYTES = 8_000_000
"""Texts of a page, in UTF-8. Beyond this the worst segments are kept: a page of 10 MB still opens at once."""

_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""What could end a script element, begin a comment in it, or a line of JavaScript. In JSON these characters stand in
strings only, where the escapes mean the same."""


@dataclass(frozen=True, slots=True)
class Browser:
    """The data of a segment browser."""

    json: str
    """Safe inside a `<script>` element."""
    shown: int
    total: int
    """Segments there are; `shown` is smaller where not all fit."""
    has_pivots: bool


def encode_segments(runs: Sequence[Run], labels: Sequence[str], *, most_bytes: int = MOST_BYTES) -> Browser:
    """The segment pairs that all runs have, in the order of the first run, as the page's script reads them.

    A segment pair is the same in two runs if its source and reference texts are. Where the texts are larger than
    `most_bytes`, those segments are kept that score worst by the first metric, on the average of the systems.
    """
    places = share_segments(runs)
    metrics = [name for name in runs[0].segment_scores if all(name in run.segment_scores for run in runs)]
    known = list_metrics(runs[0].scores)
    kept = _fit(runs, places, metrics, most_bytes)
    reading = encode_reading(runs, places, kept)
    source, target = str(runs[0].config["direction"]).split("-")
    pairs = [runs[0].pairs[row[0]] for row in kept]
    articles = {name: number for number, name in enumerate(dict.fromkeys(pair.article_pair_id for pair in pairs))}
    flags = sorted({flag.name for run in runs for each in skim(run.flags, "name") for flag in each})
    digits = [known[name].choose_decimals(_find_largest(runs, name)) for name in metrics]
    systems = [
        _encode_system(run, label, [row[column] for row in kept], dict(zip(metrics, digits, strict=True)), flags)
        | _encode_hypotheses(run, [row[column] for row in kept])
        for column, (run, label) in enumerate(zip(runs, labels, strict=True))
    ]
    data = {
        "source": _describe_language(source),
        "target": _describe_language(target),
        "metrics": [
            {"name": name, "lower": known[name].lower_is_better, "digits": places}
            for name, places in zip(metrics, digits, strict=True)
        ],
        "articles": list(articles),
        "reading": reading,
        "flags": flags,
        "ids": [pair.id for pair in pairs],
        "article": [articles[pair.article_pair_id] for pair in pairs],
        "sources": [pair.source_text for pair in pairs],
        "references": [pair.reference_text for pair in pairs],
        "systems": systems,
    }
    return Browser(
        json=encode_json(data),
        shown=len(kept),
        total=len(places),
        has_pivots=any(system["pivots"] is not None for system in systems),
    )


def encode_json(value: object) -> str:
    """JSON that can stand in a `<script>` element whatever its texts hold.

    >>> print(encode_json("</script>"))
    "\\u003c/script\\u003e"
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def _fit(
    runs: Sequence[Run], places: Sequence[tuple[int, ...]], metrics: Sequence[str], most_bytes: int
) -> Sequence[tuple[int, ...]]:
    """Those places whose texts fit, the worst first, back in their order."""
    pairs = skim(runs[0].pairs, "article_pair_id", "source.text", "reference.text")
    translations = [skim(run.translations, "text", "pivot_text") for run in runs]
    kept_best = [place_hypotheses(run) for run in runs]
    sizes = array("Q", (_measure(pairs[row[0]], translations, row, kept_best) for row in places))
    added = Counter[str]()
    for run in runs:
        for article, texts in run.head.additions.items():
            added[article] += sum(len(text.encode()) for text in texts)
    if sum(sizes) + added.total() <= most_bytes:
        return places
    order = sorted(range(len(places)), key=_rate(runs, places, metrics).__getitem__)
    kept: list[int] = []
    left = most_bytes
    opened: set[str] = set()
    for index in order:
        left -= sizes[index]
        if added:
            article = pairs[places[index][0]].article_pair_id
            left -= 0 if article in opened else added[article]
            opened.add(article)
        if left < 0 and kept:
            break
        kept.append(index)
    return [places[index] for index in sorted(kept)]


def _measure(
    pair: SegmentPair,
    translations: Sequence[Sequence[Translation | None]],
    row: tuple[int, ...],
    kept_best: Sequence[Mapping[int, Sequence[HypothesisList]]],
) -> int:
    """Bytes of all texts of a segment pair: its own, and those of the systems, whose places are in `row`."""
    texts = [pair.source_text, pair.reference_text]
    for column, place in zip(translations, row, strict=True):
        translation = column[place]
        if translation is not None:
            texts += [translation.text, translation.pivot_text or ""]
    for best, place in zip(kept_best, row, strict=True):
        texts += [hypothesis.text for each in best.get(place, ()) for hypothesis in each.hypotheses]
    return sum(len(text.encode()) for text in texts)


def _rate(runs: Sequence[Run], places: Sequence[tuple[int, ...]], metrics: Sequence[str]) -> array[float]:
    """Where each segment stands between the worst and the best; those without a score come last."""
    if not metrics:
        return array("d", bytes(8 * len(places)))
    sign = -1 if list_metrics(runs[0].scores)[metrics[0]].lower_is_better else 1
    columns = [run.segment_scores[metrics[0]] for run in runs]
    rates = array("d")
    for row in places:
        found = [keep_number(column[place]) for column, place in zip(columns, row, strict=True)]
        known = [value for value in found if value is not None]
        rates.append(sign * sum(known) / len(known) if known else math.inf)
    return rates


def _encode_system(
    run: Run, label: str, places: Sequence[int], digits: Mapping[str, int], flags: Sequence[str]
) -> dict[str, Any]:
    translations = [run.translations[place] for place in places]
    pivots = [each.pivot_text if each else None for each in translations]
    numbers = {name: number for number, name in enumerate(flags)}
    via = run.config.get("model", {}).get("via") or ""
    return {
        "label": label,
        "translations": [each.text if each else None for each in translations],
        "pivots": pivots if any(text is not None for text in pivots) else None,
        "pivot": _describe_language(via),
        "scores": [
            [_round(run.segment_scores[name][place], decimals) for place in places] for name, decimals in digits.items()
        ],
        "flags": {
            row: [[numbers[flag.name], flag.why] for flag in run.flags[place]]
            for row, place in enumerate(places)
            if run.flags[place]
        },
    }


def _encode_hypotheses(run: Run, places: Sequence[int]) -> dict[str, Any]:
    """Per row of the page the lists of best hypotheses: a heading, and score and text of each; nothing without any."""
    found = place_hypotheses(run)
    if not found:
        return {}
    return {
        "hypotheses": {
            row: [
                [name_list(run, found[place], number), [[format_score(h.score), h.text] for h in each.hypotheses]]
                for number, each in enumerate(found[place])
            ]
            for row, place in enumerate(places)
            if place in found
        }
    }


def _find_largest(runs: Sequence[Run], metric: str) -> float:
    return max((abs(keep_number(value) or 0.0) for run in runs for value in run.segment_scores[metric]), default=0.0)


def _round(value: float | None, digits: int) -> float | None:
    known = keep_number(value)
    return None if known is None else round(known, digits)


def _describe_language(code: str) -> dict[str, str]:
    return {"code": code, "name": name_language(code), "dir": "rtl" if is_right_to_left(code) else "ltr"}
