"""Settings of a pivot's legs as they are typed: what one model calls `model.url` is `model.first.url` there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from mt_eval.config.model import PivotModel
from mt_eval.config.run import list_settings
from mt_eval.errors import MtEvalError

LEGS = ("first", "second")


def pair_legs(model: Any) -> tuple[tuple[str | None, Any], ...]:
    """The models that translate one after the other, each with the leg it is; None where there is one model."""
    if isinstance(model, PivotModel):
        return tuple((leg, getattr(model, leg)) for leg in LEGS)
    return ((None, model),)


def name_in_leg(text: str, leg: str | None, settings: Iterable[str]) -> str:
    """A message on a model, with its settings named as those of the leg.

    >>> name_in_leg("model.url is no address; use model=nllb", "first", ["url"])
    'model.first.url is no address; use model@model.first=nllb'
    >>> name_in_leg("the folder runs/model.url is empty; give model.name", "second", ["url"])
    'the folder runs/model.url is empty; give model.second.name'
    """
    if leg is None:
        return text
    names = "|".join({*settings, "name"})
    text = re.sub(rf"(?<![\w./\\-])model\.(?=(?:{names})\b)", f"model.{leg}.", text)
    return re.sub(r"(?<![\w./])model=", f"model@model.{leg}=", text)


@contextmanager
def naming_leg(leg: str | None, kind: type) -> Iterator[None]:
    """Errors that are raised in the block on a model of this kind name its settings as those of the leg."""
    try:
        yield
    except MtEvalError as error:
        error.args = (name_in_leg(str(error), leg, list_settings(kind)),)
        raise
