"""Metrics by which a system's translations were chosen: they are ahead for that reason alone, and cannot judge it."""

from __future__ import annotations

from collections.abc import Sequence

from mt_eval.compare.evidence import Table
from mt_eval.metrics import are_kin


def find_favoured(metric: str, systems: Sequence[str], utilities: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The systems that chose their translations by a metric of this kind.

    Args:
        metric: Its name, without profile or leg: normalised texts and those of a leg were chosen with the others.
        utilities: Per system the metrics that it chose by.
    """
    return tuple(
        system
        for system, chosen in zip(systems, utilities, strict=True)
        if any(are_kin(metric, utility) for utility in chosen)
    )


def put_fair_first(
    tables: Sequence[Table], systems: Sequence[str], utilities: Sequence[Sequence[str]]
) -> tuple[Table, ...]:
    """The tables of metrics that favour nobody, then the others, each in their order: the first one decides."""
    return tuple(
        sorted(tables, key=lambda table: bool(find_favoured(table.key.base, systems, utilities)))  # stable
    )


def note_favoured(
    tables: Sequence[Table], systems: Sequence[str], utilities: Sequence[Sequence[str]], *, trusted: bool
) -> list[str]:
    """A warning for each system that chose by a metric that is compared, and which metric decides instead.

    Args:
        tables: In the order in which they are compared.
        trusted: Verdicts by such metrics are given all the same.
    """
    notes = []
    for system, chosen in zip(systems, utilities, strict=True):
        names = [str(table.key) for table in tables if find_favoured(table.key.base, [system], [chosen])]
        if not names:
            continue
        first = tables[0]
        if trusted:
            end = "such verdicts are given because that was asked for, and prove nothing"
        elif find_favoured(first.key.base, systems, utilities):
            end = "there is no verdict on it, as no other metric is compared; add one, such as --metric BLEU-intl"
        else:
            end = f"there is no verdict on it by {'this' if len(names) == 1 else 'these'}, and {first.key} decides"
        notes.append(
            f"{system} chose its translations by {' and '.join(chosen)} (decoding=mbr), which puts it ahead by "
            f"{', '.join(names)}: {end}"
        )
    return notes
