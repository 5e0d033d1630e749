"""Config groups and options as a user sees them, and Hydra's errors in the user's words."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from mt_eval.errors import ConfigError

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
    "hydra/launcher": "who does the jobs of a sweep; this process, one after the other, by default",
    "hydra/sweeper": "which jobs a sweep has; every combination by default",
}

_NAME_KEY = re.compile(r"(?:runs_dir|name|path|manifest|revision|via|code|token|uri|experiment|project|entity|folder)$")
_NUMBER_LIKE = re.compile(r"[\d_.]+(?:[eE][+-]?\d+)?")


def describe_groups(conf: Path) -> str:
    """Every group with its options, one line each, the option's own first comment line behind it."""
    lines = ["groups and their options (the default is marked *):"]
    defaults = _defaults(conf)
    for group in list_groups(conf):
        lines.append(f"  {group}" + (f": {GROUPS[group]}" if group in GROUPS else ""))
        for option in list_options(conf, group):
            mark = "*" if defaults.get(group) == option else " "
            lines.append(f"   {mark}{option:<20} {_summary(conf / group / f'{option}.yaml')}")
    return "\n".join(lines)


def list_groups(conf: Path) -> list[str]:
    """Names of the config groups, sorted; Hydra's own (`hydra/launcher`) last."""
    own = sorted(folder.name for folder in conf.iterdir() if folder.is_dir() and folder.name != "hydra")
    return [*own, *sorted(f"hydra/{folder.name}" for folder in conf.glob("hydra/*") if folder.is_dir())]


def list_options(conf: Path, group: str) -> list[str]:
    """Names of a group's options, sorted."""
    return sorted(file.stem for file in (conf / group).glob("*.yaml"))


def explain_config_error(error: BaseException, conf: Path) -> ConfigError | None:
    """What a user did wrong, out of Hydra's and OmegaConf's exceptions; None for an error that is not theirs."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None:
        chain.append(cause)
    for link in chain:
        if isinstance(link, ConfigError):
            return link
    if not any(type(link).__module__.startswith(("hydra.", "omegaconf.")) for link in chain):
        return None
    text = "\n".join(str(link) for link in chain)
    return (
        _explain_option(text, conf)
        or _explain_key(text, conf)
        or _explain_value(text)
        or ConfigError(" ".join(str(error).split()))
    )


_SHORT = {"-m": "--multirun", "-c": "--cfg", "-cd": "--config-dir", "-p": "--package"}


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
            raise ConfigError(f"{flag}: there is no such flag;{_near(flag, FLAGS)}")
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


def quote_numbers(word: str) -> str:
    """An override whose value looks like a number but is a name, with quotes around it, so that it stays as typed.

    >>> quote_numbers("runs_dir=2024_01_15"), quote_numbers("limit=10")
    ("runs_dir='2024_01_15'", 'limit=10')
    """
    key, equals, value = word.partition("=")
    if equals and _NAME_KEY.search(key) and _NUMBER_LIKE.fullmatch(value):
        return f"{key}='{value}'"
    return word


def _explain_option(text: str, conf: Path) -> ConfigError | None:
    found = re.search(r"Could not find '([\w/.-]+)/([^'/]+)'", text)
    if not found:
        return None
    group, option = found.groups()
    if not (conf / group).is_dir():
        return ConfigError(f"{group}: there is no such group;{_near(group, list_groups(conf))}")
    return ConfigError(f"{group}={option}: there is no such option;{_near(option, list_options(conf, group))}")


def _explain_key(text: str, conf: Path) -> ConfigError | None:
    found = re.search(r"Key '([^']+)' (?:is not in struct|not in '(\w+)')\s+full_key: ([\w.@]+)", text)
    if found:
        key = found.group(3)
        parent = key.rpartition(".")[0]
        known = _known_keys(text, parent, conf)
        return ConfigError(f"{key}: there is no such setting;{_near(key, known)}")
    found = re.search(r"Could not override '([^']+)'", text)
    if found:
        key = found.group(1)
        return ConfigError(f"{key}: there is no such group or setting;{_near(key, _known_keys(text, '', conf))}")
    return None


def _explain_value(text: str) -> ConfigError | None:
    found = re.search(r"full_key: ([\w.]+)", text)
    reason = re.search(
        r"(Value '.*?' .*|Invalid value '.*?'.*|Cannot convert .*|Incompatible value .*|Invalid value assigned.*"
        r"|.*\bis not a ListConfig.*|.*\bis not (?:Optional|optional).*|child '.*' is not .*|field '.*' is not .*)",
        text,
    )
    if found and reason:
        return ConfigError(f"{found.group(1)}: {reason.group(1).strip()}; give a value of the expected type")
    sweep = re.search(r"Ambiguous value for argument '([^']+)'", text)
    if sweep:
        return ConfigError(
            f"{sweep.group(1)}: several values are a sweep; add -m behind `mt-eval run`, "
            "or brackets for a list: KEY=[A,B]"
        )
    parse = re.search(
        r"(?:missing EQUAL|mismatched input|no viable alternative|token recognition error|extraneous input).*", text
    )
    if parse:
        override = re.search(r"override '(.*?)'", text)
        what = override.group(1) if override else "an argument"
        return ConfigError(
            f"{what}: this cannot be read as GROUP=OPTION or KEY=VALUE; put quotes around special characters, "
            "such as \"model.path='a=b.txt'\""
        )
    return None


def _known_keys(text: str, parent: str, conf: Path) -> list[str]:
    """Full names of the settings beside a misspelt one."""
    from mt_eval import config

    schema = re.search(r"object_type=(\w+)", text)
    node = getattr(config, schema.group(1), None) if schema else None
    names = list(getattr(node, "__dataclass_fields__", {}) or config.RunConfig.__dataclass_fields__)
    known = [f"{parent}.{name}" if parent else name for name in names]
    return known if parent else sorted({*known, *list_groups(conf)})


def _near(word: str, known: Iterable[str]) -> str:
    candidates = list(known)
    matches = difflib.get_close_matches(word, candidates, n=1, cutoff=0.6)
    guess = f" did you mean {matches[0]}?" if matches else ""
    return f"{guess} known are {', '.join(candidates)}"


def _defaults(conf: Path) -> dict[str, str]:
    text = (conf / "config.yaml").read_text(encoding="utf-8")
    return dict(re.findall(r"^  - (\w+): (\w+)$", text, flags=re.MULTILINE))


def _summary(file: Path) -> str:
    lines = file.read_text(encoding="utf-8").split("\n", 2)
    return lines[lines[0].startswith("# @package")].removeprefix("# ")
