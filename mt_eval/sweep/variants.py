"""Configurations of many jobs out of few of Hydra's compositions.

A composition takes Hydra an eighth of a second. The jobs of a sweep differ in the options chosen of groups and in
values. An option that changes its own group and nothing else is composed once, and so are the settings that all jobs
have; values are set in a configuration that is there. Whatever could have an effect elsewhere (an experiment, a text
with `${`, a mapping, an addition) is composed whole, so that every configuration is the one that Hydra makes of the
same words; tests/sweep/test_variants.py holds them against each other.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, is_dataclass, replace
from typing import Any

from hydra.core.override_parser.types import Override, OverrideType
from omegaconf import DictConfig, ListConfig, OmegaConf, open_dict
from omegaconf.errors import OmegaConfBaseException

from mt_eval.config import RunConfig, list_settings, to_run_config
from mt_eval.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Composed:
    """What Hydra makes of some words; nobody changes it."""

    config: DictConfig
    """The settings of a run, without Hydra's own."""
    choices: Mapping[str, str]
    """Config group to the option chosen."""


class Variants:
    """Makes configurations of overrides, and keeps what they share."""

    def __init__(self, compose: Callable[[tuple[str, ...]], Composed], groups: Collection[str]) -> None:
        self._compose = compose
        self._groups = groups
        self._patterns: dict[tuple[tuple[str, ...], tuple[str, ...]], _Pattern] = {}
        self._apart: dict[tuple[tuple[str, ...], str], Composed | None] = {}

    def make_config(self, overrides: Sequence[Override], apart: Collection[str] = ()) -> RunConfig:
        """The configuration that Hydra composes of the overrides.

        Args:
            apart: Groups of which the jobs of a sweep choose various options.

        Raises:
            ConfigError, HydraException, OmegaConfBaseException: The overrides do not fit.
        """
        keys = [override.key_or_group for override in overrides]
        if len(set(keys)) < len(keys):  # which Hydra refuses, or takes in an order of its own
            return self._make_whole(overrides)
        values = [override for override in overrides if self.is_value(override)]
        others = [override for override in overrides if not self.is_value(override)]
        known = list_lines(others), tuple(override.key_or_group for override in values)
        try:
            if known in self._patterns:
                return self._patterns[known].fill(values)
            base = self._assemble(others, apart)
            pattern = self._patterns[known] = _Pattern(base, values)
        except (_NotApartError, OmegaConfBaseException, ConfigError):
            return self._make_whole(overrides)  # also for the error, in the words that are explained
        return pattern.config

    def _make_whole(self, overrides: Sequence[Override]) -> RunConfig:
        composed = self._compose(list_lines(overrides))
        return to_run_config(copy.deepcopy(composed.config), composed.choices)

    def is_value(self, override: Override) -> bool:
        """Whether an override sets a value that is there, and chooses or adds nothing."""
        key = override.key_or_group
        return (
            override.type is OverrideType.CHANGE
            and override.package is None
            and "/" not in key
            and "@" not in key
            and key not in self._groups
            and not override.is_hydra_override()
        )

    def _assemble(self, overrides: Sequence[Override], apart: Collection[str]) -> Composed:
        """What is composed of overrides that set no values; options of the groups named are put in one by one."""
        single = [override for override in overrides if override.key_or_group in apart and _is_option(override)]
        rest = [override for override in overrides if override not in single]
        far = [override for override in single if self._compose_apart(list_lines(rest), override) is None]
        if far:
            single = [override for override in single if override not in far]
            rest = [override for override in overrides if override not in single]
        base = self._compose(list_lines(rest))
        if not single:
            return base
        config, choices = copy.deepcopy(base.config), dict(base.choices)
        for override in single:
            group, alone = override.key_or_group, self._compose_apart(list_lines(rest), override)
            if alone is None:
                raise _NotApartError
            with open_dict(config):
                config[group] = copy.deepcopy(alone.config._get_node(group))
            choices[group] = alone.choices[group]
        return Composed(config, choices)

    def _compose_apart(self, rest: tuple[str, ...], override: Override) -> Composed | None:
        """What is composed with one option; None where it changes more than its own group."""
        known = rest, str(override.input_line)
        if known not in self._apart:
            base, alone = self._compose(rest), self._compose((*rest, str(override.input_line)))
            self._apart[known] = alone if _differ_in_group(base, alone, override.key_or_group) else None
        return self._apart[known]


def list_lines(overrides: Iterable[Override]) -> tuple[str, ...]:
    """The overrides as they were typed."""
    return tuple(str(override.input_line) for override in overrides)


class _NotApartError(Exception):
    """Settings of these overrides may depend on each other."""


class _Pattern:
    """A configuration with values that may be set to others."""

    def __init__(self, base: Composed, values: Sequence[Override]) -> None:
        """The configuration with these values, in which the same settings can have others.

        Raises:
            _NotApartError: A value has a part in other settings.
            ConfigError, OmegaConfBaseException: One does not fit.
        """
        if _has_interpolation(OmegaConf.to_container(base.config, resolve=False)):
            raise _NotApartError
        self._scratch = copy.deepcopy(base.config)
        self._converted: dict[str, Any] = {}
        for override in values:
            self._convert(override)
        self.config = to_run_config(copy.deepcopy(self._scratch), base.choices)

    def fill(self, values: Sequence[Override]) -> RunConfig:
        """The configuration with other values.

        Raises:
            _NotApartError: It has to be composed whole.
            ConfigError, OmegaConfBaseException: A value does not fit.
        """
        tree: dict[str, Any] = {}
        for override in values:
            *parents, name = override.key_or_group.split(".")
            branch = tree
            for parent in parents:
                branch = branch.setdefault(parent, {})
            branch[name] = self._convert(override)
        config: RunConfig = _fill(self.config, tree)
        return config

    def _convert(self, override: Override) -> Any:
        """A value as its setting has it: a number, an enum, a text."""
        line = str(override.input_line)
        if line not in self._converted:
            key, value = override.key_or_group, override.value()
            if not _is_simple(value):
                raise _NotApartError
            OmegaConf.update(self._scratch, key, value, merge=True)
            found = OmegaConf.select(self._scratch, key)
            self._converted[line] = OmegaConf.to_object(found) if isinstance(found, ListConfig) else found
        value = self._converted[line]
        return list(value) if isinstance(value, list) else value


def _fill(config: Any, tree: Mapping[str, Any]) -> Any:
    """The dataclass with the settings of a tree, its ranges checked."""
    if not is_dataclass(config) or isinstance(config, type) or not tree.keys() <= set(list_settings(type(config))):
        raise _NotApartError
    return replace(
        config,
        **{name: _fill(getattr(config, name), new) if isinstance(new, dict) else new for name, new in tree.items()},
    )


def _is_option(override: Override) -> bool:
    return override.type is OverrideType.CHANGE and override.package is None and isinstance(override.value(), str)


def _is_simple(value: object) -> bool:
    """Whether a value is what it looks like, whatever the other settings are."""
    if isinstance(value, list):
        return all(_is_simple(each) and not isinstance(each, list) for each in value)
    if isinstance(value, str):
        return "${" not in value and value != "???"
    return value is None or isinstance(value, bool | int | float)


def _has_interpolation(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_interpolation, value.values()))
    if isinstance(value, list):
        return any(map(_has_interpolation, value))
    return isinstance(value, str) and "${" in value


def _differ_in_group(one: Composed, other: Composed, group: str) -> bool:
    """Whether nothing differs but a group's settings and which option of it was chosen."""
    if "/" in group or group not in one.config or group not in other.config:
        return False
    for name in {*one.choices, *other.choices} - {group}:
        if one.choices.get(name) != other.choices.get(name):
            return False
    if list(one.config) != list(other.config):
        return False
    return all(_is_same(one.config, other.config, str(name)) for name in one.config if name != group)


def _is_same(one: DictConfig, other: DictConfig, name: str) -> bool:
    nodes = one._get_node(name), other._get_node(name)
    kinds = [OmegaConf.get_type(node) for node in nodes]
    plain = [
        OmegaConf.to_container(node, resolve=False) if OmegaConf.is_config(node) else node._value()  # type: ignore[union-attr]
        for node in nodes
    ]
    return kinds[0] is kinds[1] and plain[0] == plain[1]
