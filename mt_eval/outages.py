"""Hubs that did not answer a moment ago. The next one that needs them, such as every job of a sweep, waits no more."""

from __future__ import annotations

import time
from functools import cache

_SECONDS = 60.0
"""How long one is not asked again: longer than preparing a sweep takes, and not long for whoever mends it."""


def remember_outage(address: str, said: str) -> None:
    """Keep in mind what is wrong with the hub of this address, in words that can stand in any sentence."""
    _outages()[address] = time.monotonic() + _SECONDS, said


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
