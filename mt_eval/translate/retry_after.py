"""How long a server asks to wait: the header Retry-After of an HTTP answer."""

from __future__ import annotations

import math
from email.utils import parsedate_to_datetime


def read_retry_after(said: str | None, date: str | None, now: float) -> float | None:
    """Seconds to wait, 0 or more; None where the header is not there or says nothing.

    >>> read_retry_after("120", None, 0.0)
    120.0
    >>> read_retry_after("Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 07:27:00 GMT", 0.0)
    60.0

    Args:
        said: The header, which holds seconds or a date (RFC 9110, section 10.2.3).
        date: The header Date, by the clock of the server that said so.
        now: Seconds since 1970, which count where the server does not tell its time.
    """
    said = (said or "").strip()
    try:
        seconds = float(said)
    except ValueError:
        until, begun = _read_date(said), _read_date(date or "")
        return None if until is None else max(0.0, until - (now if begun is None else begun))
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _read_date(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
