"""Hubs that did not answer a moment ago. Whoever needs one again, such as the next job of a sweep, is told at once."""

from __future__ import annotations

import time
from functools import cache

_SECONDS = 60.0
"""How long one is not asked again: longer than preparing a sweep takes, and not long for whoever mends it."""


def remember_outage(address: str, said: str) -> None:
    """Keep in mind what is wrong with the hub of this address, in words that can stand in any sentence."""
    _outages()[address] = time.monotonic() + _SECONDS, said


def is_late(error: BaseException | None) -> bool:
    """Whether a connection was made and one answer did not come in time: another question may be answered."""
    return type(error).__name__ == "ReadTimeout"


def recall_outage(address: str) -> str | None:
    """What was wrong with it in the last minute; None where nobody found anything."""
    until, said = _outages().get(address, (float("-inf"), ""))
    return said if time.monotonic() < until else None


def forget_outages() -> None:
    """Ask every hub again."""
    _outages().clear()


@cache
def _outages() -> dict[str, tuple[float, str]]:
    return {}
