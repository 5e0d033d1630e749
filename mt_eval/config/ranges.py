"""What every configuration class says of its ranges, and of what must be given."""

from __future__ import annotations

from typing import Any

from mt_eval.errors import ConfigError

MISSING: Any = "???"
"""What OmegaConf takes for a value that must be given. Whoever composes nothing does not pay for importing it."""


def require(condition: bool, key: str, got: object, expected: str) -> None:
    """Nothing.

    Raises:
        ConfigError: The condition does not hold; says the key, what it was and what was expected.
    """
    if not condition:
        raise ConfigError(f"{key}={got} is not possible: expected {expected}")
