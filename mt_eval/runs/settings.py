"""What a run was configured with, as it is typed on a command line; and the runs that `--where` keeps."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from mt_eval.errors import RunError
from mt_eval.types import RunHead

T = TypeVar("T")


def flatten(config: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """A nested configuration as dotted keys.

    >>> flatten({"decoding": {"num_beams": 4}, "limit": None})
    {'decoding.num_beams': 4, 'limit': None}
    """
    flat: dict[str, Any] = {}
    for key, value in config.items():
        if isinstance(value, dict):
            flat |= flatten(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def format_setting(value: Any) -> str:
    """A value as it is typed on the command line of `mt-eval run`.

    >>> format_setting({"a": [None, True, 0.5]})
    '{a:[null,true,0.5]}'
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{','.join(map(format_setting, value))}]"
    if isinstance(value, dict):
        return f"{{{','.join(f'{key}:{format_setting(each)}' for key, each in value.items())}}}"
    return str(value)


SENTENCE = "sentence"
"""What a run's model was given at once where its configuration says nothing, as before it could be chosen."""


def describe_unit(config: Mapping[str, Any]) -> str:
    """How much a run's model was given at once, in words.

    >>> [describe_unit({"unit": {"kind": kind, "sentences": 4}}) for kind in ("window", "article")]
    ['window of 4', 'article']
    """
    unit = config.get("unit")
    if not isinstance(unit, Mapping):
        return SENTENCE
    kind = str(unit.get("kind", SENTENCE))
    return f"{kind} of {unit.get('sentences')}" if kind == "window" else kind


def list_utilities(head: RunHead) -> tuple[str, ...]:
    """The metrics by which a run's translations were chosen among candidates; none where they were not."""
    choices = (leg.get("choice") for leg in head.system.legs)
    found = (choice.get("utility") for choice in choices if isinstance(choice, Mapping))
    return tuple(dict.fromkeys(utility for utility in found if isinstance(utility, str)))


def list_settings(config: Mapping[str, Any], choices: Mapping[str, str]) -> dict[str, str]:
    """Every setting by its dotted key, and the option chosen of every group (`model=nllb_600m`)."""
    defaults = {"unit": SENTENCE, "unit.kind": SENTENCE, "decoding.n_best": "1", "name": "null", "tags": "[]"}
    return {**defaults, **{key: format_setting(value) for key, value in flatten(config).items()}, **choices}


TAG = "tag"
"""The key of a condition on one of a run's tags."""


_CONDITION = re.compile(r"(.+?)(>=|<=|=|>|<)(.*)", re.DOTALL)
_ORDERS: Mapping[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


def _fulfils(key: str, value: str | None, sign: str, wanted: str) -> bool:
    if sign == "=":
        return value == wanted or _holds(key, value, wanted)
    number = None if value is None else _read_number(value)
    return number is not None and _ORDERS[sign](number, float(wanted))


def _read_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _holds(key: str, value: str | None, wanted: str) -> bool:
    """Whether a run's tags, as they are typed, hold the one that is wanted."""
    return key == TAG and value is not None and wanted in value.removeprefix("[").removesuffix("]").split(",")


def keep_where(
    runs: Sequence[T],
    conditions: Sequence[str],
    read_setting: Callable[[T, str], str | None],
    list_keys: Callable[[T], Iterable[str]],
    *,
    allow_none: bool = False,
) -> list[T]:
    """The runs that fulfil every condition.

    `KEY=VALUE` holds for those whose setting KEY is typed so; `KEY>40` and the like for those where
    it is such a number.

    Args:
        read_setting: A run's setting, or its score by this metric; None if it has none of this key.
        list_keys: The keys that it has, to guess what was meant.
        allow_none: No run may have the value; else that is an error.

    Raises:
        RunError: A condition is none, no run has the setting, or none its value.
    """
    kept = list(runs)
    for condition in conditions:
        found = _CONDITION.fullmatch(condition)
        if found is None:
            raise RunError(f"--where {condition}: expected KEY=VALUE, such as direction=vi-ar")
        key, sign, wanted = found.groups()
        if sign != "=" and _read_number(wanted) is None:
            raise RunError(f"--where {condition}: {wanted!r} is no number, expected one, such as 'chrF++>40'")
        values = [read_setting(run, "tags" if key == TAG else key) for run in kept]
        known = sorted({name for run in kept for name in list_keys(run)})
        unknown = all(value is None for value in values)
        if kept and unknown and key in known and not allow_none:
            raise RunError(f"--where {condition}: {key} is null in all of these runs, expected a run that has it")
        if kept and unknown and key not in known:
            import difflib  # for a mistake only

            near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
            guess = f"did you mean {near[0]}? " if near else ""
            raise RunError(f"--where {condition}: no run has a setting {key}; {guess}`config.yaml` in a run lists them")
        kept = [run for run, value in zip(kept, values, strict=True) if _fulfils(key, value, sign, wanted)]
        if not kept and not allow_none:
            others = ", ".join(sorted({value for value in values if value is not None}))
            raise RunError(f"--where {condition}: no run has this value, expected one of {others}; give one of them")
    return kept
