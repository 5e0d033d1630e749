"""How often models are right about contrastive sets, as cells of tables."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from mt_eval.compare.result import Accuracies, Accuracy
from mt_eval.likelihoods import Contrast
from mt_eval.report.comparison import ABSENT, BASELINE, count, describe_p
from mt_eval.report.table import add_row, indent, make_table, make_text
from mt_eval.types import Comparison

ONE_HEADERS = ("kind", "right", "pairs", "accuracy", "95% interval", "per token", "chance")
"""Of a table on one judge; the first and the last are words."""
HEADERS = ("kind", "system", "pairs", "accuracy", "95%", "delta", "95%", "p", "p adjusted", "verdict")
"""Of a table that holds judges against each other; the first two and the last are words."""
EXPLANATION = (
    "accuracy: percent of pairs whose correct text is found more likely than the wrong one; by chance it is 50"
)
NOTHING = "there is nothing to say of it: none of its pairs could be judged"
ABOVE, BELOW, MAYBE = "above", "below", "may be"
_STYLES = {
    ABOVE: "green",
    BELOW: "red",
    MAYBE: "yellow",
    "better": "green",
    "worse": "red",
    "cannot tell": "yellow",
    BASELINE: "dim",
}


def describe_set(contrast: Contrast, accuracies: Sequence[Accuracy]) -> str:
    """`contrastive set news, 514 pairs, judged by demo`, and how many could not be judged."""
    judged = accuracies[0].pairs if accuracies else 0
    left = f" ({count(contrast.pairs - judged, 'pair')} could not be judged)" if judged < contrast.pairs else ""
    return f"contrastive set {contrast.name}, {count(judged, 'pair')}, judged by {contrast.judge.label}{left}"


def list_one(accuracies: Sequence[Accuracy]) -> list[tuple[str, ...]]:
    """A row per kind, below `ONE_HEADERS`."""
    return [
        (
            each.kind,
            f"{each.right:,}",
            f"{each.pairs:,}",
            f"{each.value:.1f}",
            _join(each.low, each.high),
            f"{each.per_token:.1f}",
            compare_with_chance(each),
        )
        for each in accuracies
    ]


def compare_with_chance(accuracy: Accuracy, chance: float = 50.0) -> str:
    """`above` or `below` chance where the whole interval is, else `may be` chance."""
    if accuracy.low is not None and accuracy.low > chance:
        return ABOVE
    return BELOW if accuracy.high is not None and accuracy.high < chance else MAYBE


def render_one(contrast: Contrast, accuracies: Sequence[Accuracy]) -> RenderableType:
    """The table on one judge, for a terminal."""
    table = make_table(*((name, "left" if name in ("kind", "chance") else "right") for name in ONE_HEADERS))
    for cells in list_one(accuracies):
        add_row(table, *cells)
    return Group(
        make_text(describe_set(contrast, accuracies), "bold"),
        *([indent(table)] if accuracies else []),
        indent(make_text(explain_one(accuracies), "dim")),
    )


def explain_one(accuracies: Sequence[Accuracy]) -> str:
    """How the columns of the table on one judge are to be read."""
    if not accuracies:
        return NOTHING
    return (
        f"{EXPLANATION}; {describe_units(accuracies)}; per token: accuracy by the mean of a token, which does not "
        "favour the shorter text; chance: whether the whole interval is above or below it"
    )


def describe_units(accuracies: Sequence[Accuracy]) -> str:
    """Of which units intervals tell: `intervals over articles (number), over segments (name, gender)`."""
    units = {each.unit for each in accuracies}
    if len(units) < 2:
        return f"intervals over {next(iter(units), 'segment')}s"
    kinds = {unit: ", ".join(dict.fromkeys(a.kind for a in accuracies if a.unit == unit)) for unit in sorted(units)}
    return f"intervals {', '.join(f'over {unit}s ({names})' for unit, names in kinds.items())}"


def describe_sets(found: Accuracies) -> str:
    """`contrastive set news, 514 pairs`, and how many were left out."""
    left = f" ({count(found.left_out, 'pair')} not judged by all)" if found.left_out else ""
    return f"contrastive set {found.name}, {count(found.pairs, 'pair')}{left}"


def explain(found: Accuracies) -> list[str]:
    """How the columns are to be read."""
    if not found.accuracies:
        return [NOTHING]
    lines = [f"{EXPLANATION}; {describe_units(found.accuracies)}"]
    if found.comparisons:
        adjusted = f"p of the kinds is adjusted for {count(found.tests, 'test')} (Holm), that of all kinds by itself; "
        lines.append(
            f"{adjusted if found.tests else ''}verdicts are of what the models know, not of their translations"
        )
    return lines


def list_several(found: Accuracies) -> list[tuple[str, ...]]:
    """A row per kind and system, below `HEADERS`; after all pairs were compared, a row for each pair of a kind, too."""
    compared: dict[tuple[str, str], list[Comparison]] = {}
    for each in found.comparisons:
        compared.setdefault((each.metric, each.candidate), []).append(each)
    rows: list[tuple[str, ...]] = []
    for accuracy in found.accuracies:
        of_system = compared.get((accuracy.kind, accuracy.system), [])
        several = len({each.baseline for each in found.comparisons}) > 1
        first = accuracy.system == found.systems[0]
        head = (accuracy.kind, accuracy.system, f"{accuracy.pairs:,}", f"{accuracy.value:.1f}")
        interval = _join(accuracy.low, accuracy.high)
        if not of_system:
            alone = "" if found.comparisons else compare_with_chance(accuracy, found.chance)
            rows.append((*head, interval, "", "", "", "", alone or (BASELINE if first else "")))
        for each in of_system:
            against = f" (against {each.baseline})" if several else ""
            rows.append((*head, interval, *_list_difference(each), f"{each.verdict}{against}"))
    return rows


def render_several(found: Accuracies) -> RenderableType:
    """The table that holds judges against each other, for a terminal of 80 columns: two lines a row."""
    table = make_table(
        ("kind\npairs", "left"),
        ("system", "left"),
        ("accuracy\n95%", "right"),
        ("delta\n95% interval", "right"),
        ("p\nadjusted", "right"),
        ("verdict", "left"),
        gap=1,
    )
    before = ""
    for kind, system, pairs, value, interval, delta, delta_interval, p, adjusted, verdict in list_several(found):
        add_row(
            table,
            f"{kind}\n{pairs}" if kind != before else "",
            system,
            f"{value}\n{interval}",
            f"{delta}\n{delta_interval}",
            f"{p}\n{adjusted}",
            Text(verdict, _STYLES.get(verdict.partition(" (")[0], "")),
        )
        before = kind
    return Group(
        make_text(describe_sets(found), "bold"),
        *([indent(table)] if found.accuracies else []),
        *(indent(make_text(line, "dim")) for line in explain(found)),
    )


def _list_difference(comparison: Comparison) -> tuple[str, str, str, str]:
    return (
        f"{comparison.delta:+.1f}",
        f"{comparison.low:+.1f} to {comparison.high:+.1f}",
        describe_p(comparison.p_value),
        describe_p(comparison.p_adjusted),
    )


def _join(low: float | None, high: float | None) -> str:
    return ABSENT if low is None or high is None else f"{low:.1f}\N{EN DASH}{high:.1f}"
