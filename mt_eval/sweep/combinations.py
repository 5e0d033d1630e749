"""The overrides of a sweep: every combination of their values, and what varies between them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mt_eval.errors import ConfigError

if TYPE_CHECKING:
    from hydra.core.override_parser.types import Override


def combine(overrides: Iterable[Override]) -> list[list[str]]:
    """The overrides of every job: all combinations, the last values varying fastest, as of Hydra's sweeper.

    Of a key that is given twice the last counts.
    """
    values: dict[str, list[str]] = {}
    for override in overrides:
        key = override.get_key_element()
        if override.is_sweep_override():
            values[key] = [f"{key}={value}" for value in override.sweep_string_iterator()]
        else:
            values[key] = [str(override.input_line)]
    return [list(words) for words in itertools.product(*values.values())]


def find_varied(combinations: Sequence[Sequence[str]]) -> set[int]:
    """Positions of the words that are not the same in all combinations."""
    return {index for index, words in enumerate(zip(*combinations, strict=True)) if len(set(words)) > 1}


def check_values(overrides: Iterable[Override]) -> None:
    """Refuse a list of no values, such as a `glob` that fits no option: it would be a sweep of no jobs.

    Raises:
        ConfigError: There is one.
    """
    for override in overrides:
        if override.is_discrete_sweep() and not any(True for _ in override.sweep_string_iterator()):
            raise ConfigError(
                f"{override.input_line}: no value fits, expected one at least; `mt-eval run --help` lists the options "
                "of each group"
            )


def name_package(override: Override) -> str:
    """Where in the configuration an override's group or value stands."""
    return str(override.package or override.key_or_group)


def list_options_around(key: str, overrides: Iterable[Override]) -> list[str]:
    """The swept options among whose settings `key` would be, such as `model=demo` and `model=server` of `model.url`."""
    last = {each.get_key_element(): each for each in overrides}.values()
    groups = [each for each in last if each.is_sweep_override() and key.startswith(f"{name_package(each)}.")]
    if not groups:
        return []
    nearest = max(groups, key=lambda override: len(name_package(override)))
    return [f"{nearest.get_key_element()}={value}" for value in nearest.sweep_string_iterator()]
