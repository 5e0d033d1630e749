"""A parser that takes words anywhere: before, between and after options, as `mt-eval run` takes settings."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any


class MixedParser(argparse.ArgumentParser):
    """`mt-eval compare A --metric BLEU B` is what `mt-eval compare A B --metric BLEU` is.

    argparse by itself gives all words to the first place where one stands, and does not know what to do with the rest.
    """

    _mixing = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        words: Sequence[str] = args or ()
        # A command of commands leaves it to each of them; what stands behind `--` is no option for anybody.
        commands = any(action.nargs == argparse.PARSER for action in self._get_positional_actions())
        if self._mixing or commands or "--" in words:
            return super().parse_known_args(args, namespace)
        self._mixing = True
        try:
            return self.parse_known_intermixed_args(args, namespace)
        finally:
            self._mixing = False
