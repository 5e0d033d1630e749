"""The words behind `mt-eval run`: flags apart from overrides, and the groups as its help lists them."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mt_eval.config.options import list_groups, list_options, read_defaults, read_summary, suggest
from mt_eval.errors import ConfigError

if TYPE_CHECKING:
    from mt_eval.config.describe import Setting

FLAGS = {
    "-m": False,
    "--multirun": False,
    "--cfg": True,
    "-c": True,
    "--config-dir": True,
    "-cd": True,
    "--package": True,
    "-p": True,
    "--resolve": False,
    "--version": False,
    "--dry": False,
    "--json": False,
    "--quiet": False,
    "-q": False,
}
"""What may stand on the command line beside groups and settings, and whether a value follows it."""

GROUPS = {
    "align": "how source and reference segments are paired",
    "clean": "what is undone in the articles before anything else",
    "data": "the articles",
    "decoding": "how the best translation is searched",
    "device": "where models run",
    "engine": "what runs them, in which numeric type and batches",
    "experiment": "a sweep that is set up already",
    "metrics": "the scores",
    "model": "what translates",
    "normalize": "a second set of scores, of normalised texts",
    "segment": "how articles become segments",
    "tracker": "where results are sent beside the run directory",
    "unit": "how much of an article a model is given at once",
    "hydra/launcher": "who does the jobs of a sweep; this process, one after the other, by default",
    "hydra/sweeper": "which jobs a sweep has; every combination by default",
}

_SHORT = {"-m": "--multirun", "-q": "--quiet", "-c": "--cfg", "-cd": "--config-dir", "-p": "--package"}


def describe_groups(conf: Path, width: int) -> list[str]:
    """Every group with its options and the first sentence of what each says of itself, in lines of at most `width`."""
    lines = ["groups and their options (the default is marked *):"]
    defaults = read_defaults(conf)
    for group in list_groups(conf):
        lines += wrap(f"  {group}" + (f": {GROUPS[group]}" if group in GROUPS else ""), width, 4)
        for option in list_options(conf, group):
            mark = "*" if defaults.get(group) == option else " "
            lines += wrap(f"   {mark}{option:<20} {read_summary(conf, group, option)}", width, 25)
    return lines


def describe_all_settings(width: int) -> list[str]:
    """Every setting with its default and what it is, in lines of at most `width`; by the options that have it."""
    from mt_eval.config.describe import describe_settings
    from mt_eval.config.run import RunConfig
    from mt_eval.config.schemas import SCHEMAS

    lines = ["settings, with their defaults (??? must be given):"]
    groups = {name for name in SCHEMAS if name}
    for setting in describe_settings(RunConfig):
        if setting.key not in groups:
            lines += describe_setting(setting, width)
    for group, schemas in SCHEMAS.items():
        if group is None:
            continue
        for name, schema in schemas.items():
            if settings := describe_settings(schema, f"{group}."):
                lines.append(f"  of {group}={name}" if len(schemas) > 1 else f"  of {group}")
                lines += [line for setting in settings for line in describe_setting(setting, width)]
    return lines


def wrap(line: str, width: int, indent: int) -> list[str]:
    """The line in lines of at most `width`, those after the first indented; what it begins with stays."""
    head = line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(
        line.lstrip(), width, initial_indent=head, subsequent_indent=" " * indent, break_on_hyphens=False
    )


def describe_setting(setting: Setting, width: int) -> list[str]:
    """A setting with its default and what it is, in lines of at most `width`."""
    return wrap(f"    {setting.key}={setting.default}  {setting.about}", width, 8)


def split_words(words: Sequence[str], conf: Path) -> tuple[dict[str, str], list[str]]:
    """The flags among `words` by their long names, with their values (empty where none follows), and the overrides.

    Raises:
        ConfigError: There is no such flag, its value is missing, or a group is set to null.
    """
    flags: dict[str, str] = {}
    overrides: list[str] = []
    rest = iter(words)
    for word in rest:
        if not word.startswith("-"):
            overrides.append(word)
            continue
        flag, _, value = word.partition("=")
        if flag not in FLAGS:
            raise ConfigError(f"{flag}: there is no such flag;{suggest(flag, FLAGS)}")
        if FLAGS[flag] and "=" not in word:
            value = next(rest, "")
        if FLAGS[flag] and not value:
            raise ConfigError(f"{flag}: its value is missing; add it behind the flag")
        flags[_SHORT.get(flag, flag)] = value
    for word in overrides:
        group, _, value = word.partition("=")
        if value == "null" and (conf / group).is_dir():
            raise ConfigError(f"{word}: an option is needed; known are {', '.join(list_options(conf, group))}")
    return flags, overrides
