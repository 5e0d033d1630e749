"""mt-eval measures how well MarianMT and NLLB models translate whole articles between Vietnamese and Arabic.

    >>> import mt_eval
    >>> config = mt_eval.compose("model=copy", "direction=vi-ar")
    >>> run = mt_eval.evaluate(config)  # doctest: +SKIP

All there is stands in `mt_eval.library`; nothing heavy is imported before it is called.
"""

from __future__ import annotations

import sys
from types import ModuleType

from mt_eval import library
from mt_eval.library import (
    align,
    compare,
    compose,
    diagnose,
    evaluate,
    find_runs,
    frame_runs,
    read_run,
    score,
    score_given,
    sweep,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from inspect import Signature
    from typing import Any

__all__ = [
    "align",
    "compare",
    "compose",
    "diagnose",
    "evaluate",
    "find_runs",
    "frame_runs",
    "load_runs",
    "read_run",
    "score",
    "score_given",
    "sweep",
]
__version__ = "0.1.0"

load_runs = frame_runs
"""What `frame_runs` was called first."""


class _CallablePackage(ModuleType):
    """A package whose name is a function's, too: `mt_eval.compare(...)` and `mt_eval.compare.select` both work."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._function(*args, **kwargs)

    @property
    def _function(self) -> Any:
        return getattr(library, self.__name__.rpartition(".")[2])

    @property
    def __signature__(self) -> Signature:
        from inspect import signature

        return signature(self._function)


class _Front(ModuleType):
    def __setattr__(self, name: str, value: object) -> None:
        # Python puts a package here when it is imported, in the place of the function of the same name.
        if isinstance(value, ModuleType) and name in __all__:
            value.__class__ = _CallablePackage
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Front
