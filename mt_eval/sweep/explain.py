"""Hydra's and OmegaConf's errors in the user's words."""

from __future__ import annotations

import re
from pathlib import Path

from mt_eval import config
from mt_eval.config.options import list_groups, list_options, suggest
from mt_eval.errors import ConfigError

_MISSING_KEY = re.compile(r"Key '[^']+' (?:is not in struct|not in '\w+')\s+full_key: ([\w.@]+)")


def explain_config_error(error: BaseException, conf: Path) -> ConfigError | None:
    """What a user did wrong, out of Hydra's and OmegaConf's exceptions; None for an error that is not theirs."""
    chain = _follow(error)
    for link in chain:
        if isinstance(link, ConfigError):
            return link
    if not any(type(link).__module__.startswith(("hydra.", "omegaconf.")) for link in chain):
        return None
    text = "\n".join(str(link) for link in chain)
    return (
        _explain_option(text, conf)
        or _explain_interpolation(text)
        or _explain_key(text, conf)
        or _explain_value(text, next((link.override for link in chain if hasattr(link, "override")), None))
        or ConfigError(" ".join(str(error).split()))
    )


def name_missing_setting(error: BaseException) -> str | None:
    """The full name of the setting that Hydra did not find, such as `model.url`; None for any other error."""
    found = _MISSING_KEY.search("\n".join(map(str, _follow(error))))
    return found[1] if found else None


def _follow(error: BaseException) -> list[BaseException]:
    """The error and what led to it, the last first."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None:
        chain.append(cause)
    return chain


def _explain_option(text: str, conf: Path) -> ConfigError | None:
    found = re.search(r"Could not find '([\w/.-]+)/([^'/]+)'", text)
    if not found:
        return None
    group, option = found.groups()
    if not (conf / group).is_dir():
        return ConfigError(f"{group}: there is no such group;{suggest(group, list_groups(conf))}")
    return ConfigError(f"{group}={option}: there is no such option;{suggest(option, list_options(conf, group))}")


def _explain_interpolation(text: str) -> ConfigError | None:
    found = re.search(r"Interpolation key '([^']+)' not found", text)
    if not found:
        return None
    return ConfigError(
        f"${{{found[1]}}}: there is no setting {found[1]}, whose value would stand here; "
        "name one, or rename the file if this is its name"
    )


def _explain_key(text: str, conf: Path) -> ConfigError | None:
    found = _MISSING_KEY.search(text)
    if found:
        key = found.group(1)
        parent = key.rpartition(".")[0]
        known = _known_keys(text, parent, conf)
        return ConfigError(f"{key}: there is no such setting;{_guess_elsewhere(key) or suggest(key, known)}")
    found = re.search(r"Could not override '([^']+)'", text)
    if found:
        key = found.group(1)
        return ConfigError(
            f"{key}: there is no such group or setting;"
            f"{_guess_elsewhere(key) or suggest(key, _known_keys(text, '', conf))}"
        )
    return None


def _explain_value(text: str, override: str | None) -> ConfigError | None:
    found = re.search(r"full_key: ([\w.]+)", text)
    reason = re.search(
        r"(Value '.*?' .*|Invalid value '.*?'.*|Cannot convert .*|Incompatible value .*|Invalid value assigned.*"
        r"|.*\bis not a ListConfig.*|.*\bis not (?:Optional|optional).*|child '.*' is not .*|field '.*' is not .*)",
        text,
    )
    if found and reason and "is not a ListConfig" in reason.group(1):
        return ConfigError(
            f"{found.group(1)}: expected a list; put brackets around it, such as {found.group(1)}=[A,B], "
            "and quotes around the whole in a shell"
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
    if parse and override is None:
        return ConfigError(
            "a text with ${ cannot be read: ${ begins the name of a setting whose value would stand here, such as "
            "${direction}; name one, or rename the file if this is its name"
        )
    if parse:
        return ConfigError(
            f"{override}: this cannot be read as GROUP=OPTION or KEY=VALUE; put quotes around special "
            "characters, such as KEY='VALUE'"
        )
    return None


def _guess_elsewhere(key: str) -> str:
    """What is said of a setting that is typed without its group, or in another one."""
    name = key.rpartition(".")[2]
    full = {
        f"{group}.{setting}"
        for group, schemas in config.SCHEMAS.items()
        for schema in schemas.values()
        for setting in config.list_settings(schema)
        if group is not None and setting == name and f"{group}.{setting}" != key
    }
    return f" did you mean {' or '.join(sorted(full))}?" if full else ""


def _known_keys(text: str, parent: str, conf: Path) -> list[str]:
    """Full names of the settings beside a misspelt one."""
    schema = re.search(r"object_type=(\w+)", text)
    node = getattr(config, schema.group(1), None) if schema else None
    names = config.list_settings(node or config.RunConfig)
    known = [f"{parent}.{name}" if parent else name for name in names]
    return known if parent else sorted({*known, *list_groups(conf)})
