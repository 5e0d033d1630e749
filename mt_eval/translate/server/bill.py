"""What requests cost: spent, under way, and how much there may be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_PER_MESSAGE = 16
"""Tokens around a message that a server's template may add, more than those of any known one."""


@dataclass(slots=True)
class Bill:
    """The account of one run.

    A request counts with the most it can cost from the moment it is sent: a token for every byte of what is asked, and
    an answer as long as it may be. Once its answer is there, what the server counted stands instead. A request whose
    answer never came may have been done and billed all the same, so that it stays at the most.
    """

    price_in: float | None
    """Of a million tokens."""
    price_out: float | None
    ceiling: float | None
    tokens_in: int = 0
    tokens_out: int = 0
    unknown: float = 0.0
    """What requests of which nobody told the tokens cost at most."""
    uncounted: int = 0
    """How many these are."""
    under_way: float = 0.0

    @property
    def spent(self) -> float:
        """At most, where tokens of some requests are not known."""
        return self.price(self.tokens_in, self.tokens_out) + self.unknown

    def price(self, tokens_in: int, tokens_out: int) -> float:
        """What so many tokens cost; 0 where no prices are given."""
        return (tokens_in * (self.price_in or 0.0) + tokens_out * (self.price_out or 0.0)) / 1e6

    def estimate(self, body: Mapping[str, Any], max_tokens: int) -> float:
        """The most that a request can cost."""
        messages = body["messages"]
        size = len(json.dumps(messages, ensure_ascii=False).encode()) + _PER_MESSAGE * len(messages)
        return self.price(size, max_tokens)

    def allows(self, cost: float) -> bool:
        """Whether so much more stays within the ceiling, whatever becomes of what is under way."""
        return self.ceiling is None or self.spent + self.under_way + cost <= self.ceiling

    def begin(self, cost: float) -> None:
        """A request is sent."""
        self.under_way += cost

    def settle(self, cost: float, tokens: tuple[int, int] | None) -> None:
        """A request of this cost at most is answered, with so many tokens in and out; None where nobody tells."""
        self.under_way -= cost
        if tokens is None:
            self.unknown += cost
            self.uncounted += 1
        else:
            self.tokens_in += tokens[0]
            self.tokens_out += tokens[1]

    def waive(self, cost: float) -> None:
        """A request was turned down, which costs nothing."""
        self.under_way -= cost
