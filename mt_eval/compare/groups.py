"""Systems that cannot be told apart."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def find_groups(ranked: Sequence[str], told_apart: Collection[frozenset[str]]) -> list[tuple[str, ...]]:
    """Runs of neighbours in a ranking of which no two are told apart, the best first.

    `ranked` holds the systems from best to worst, `told_apart` the pairs for which a difference was shown. Every system
    is in one group at least; groups may overlap, and one that lies in another is left out.
    """
    groups: list[tuple[str, ...]] = []
    end = 0
    for start in range(len(ranked)):
        stop = start + 1
        while stop < len(ranked) and all(
            frozenset((each, ranked[stop])) not in told_apart for each in ranked[start:stop]
        ):
            stop += 1
        if stop > end:
            groups.append(tuple(ranked[start:stop]))
            end = stop
    return groups
