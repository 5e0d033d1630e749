"""What is missing, added and there, in words."""

from __future__ import annotations

from collections.abc import Iterable


def say_parts(*, missing: Iterable[str] = (), added: Iterable[str] = (), there: Iterable[str] = ()) -> str:
    """Which parts are wrong and which are right, each once: the wrong ones first.

    >>> say_parts(missing=["Superdrug"], there=["Debenhams"])
    'Superdrug is missing; Debenhams is there'
    >>> say_parts(missing=["8", "2"], added=["73"])
    '8 and 2 are missing; 73 was added'
    """
    said = (
        (missing, "is missing", "are missing"),
        (added, "was added", "were added"),
        (there, "is there", "are there"),
    )
    clauses = []
    for parts, one, several in said:
        names = list(dict.fromkeys(parts))
        if names:
            clauses.append(f"{_join(names)} {one if len(names) == 1 else several}")
    return "; ".join(clauses)


def _join(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
