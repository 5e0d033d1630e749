"""Ages as they are typed: 12h, 30d, 6w."""

from __future__ import annotations

import argparse
import re

_SECONDS = {"h": 3600, "d": 86_400, "w": 7 * 86_400}


def read_age(text: str) -> float:
    """Seconds.

    >>> read_age("2d")
    172800.0
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([hdw])", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text} is no age; expected hours, days or weeks, such as 12h, 30d or 6w")
    return float(match[1]) * _SECONDS[match[2]]
