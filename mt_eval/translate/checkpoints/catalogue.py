"""The model options under `conf/model/`, read without Hydra: their checkpoints, facts, and what is on this disk.

A pivot has no facts of its own but for notes: those of its legs are of the options that its legs are built on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from mt_eval import bundled
from mt_eval.errors import ConfigError
from mt_eval.languages.codes import find_language
from mt_eval.translate.checkpoints.cache import find_snapshot
from mt_eval.translate.checkpoints.facts import Facts, read_facts
from mt_eval.translate.checkpoints.hub import CHECKPOINT, Sort
from mt_eval.translate.checkpoints.target_codes import fill_in_languages

KINDS = ("marian", "nllb", "m2m100", "seq2seq")
"""Kinds of checkpoints; the schema of an option is the kind with `_schema` behind it."""
BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}

_DIRECTION = re.compile(r"[a-z]{2}-[a-z]{2}")


@dataclass(frozen=True, slots=True)
class Template:
    """A leg of an option before the direction is known."""

    kind: str
    name: str
    """As in the configuration, `%src` and `%tgt` included."""
    revision: str | None
    facts: Facts
    adapter: str | None = None
    adapter_revision: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """A model option that names its checkpoints: one template, or two with a language between them."""

    name: str
    summary: str
    via: str | None
    templates: tuple[Template, ...]
    facts: Facts


@dataclass(frozen=True, slots=True)
class CataloguedLeg:
    """A leg of an option in one direction."""

    name: str
    revision: str | None
    direction: str
    facts: Facts = field(repr=False)
    adapter: str | None = None
    adapter_revision: str | None = None


def read_catalogue(conf: Path) -> tuple[Option, ...]:
    """Every option in `conf`/model that names its checkpoints, by name; `copy`, `marian` and the like are left out.

    Raises:
        ConfigError: An option file or its facts cannot be read.
    """
    facts = read_facts(conf)
    options = (_read_option(conf, file.stem, facts) for file in sorted((conf / "model").glob("*.yaml")))
    return tuple(option for option in options if option is not None)


def resolve_legs(option: Option, direction: str) -> tuple[CataloguedLeg, ...] | None:
    """The option's legs in a direction; None where it is not known to translate it.

    Raises:
        ConfigError: `direction` is not two two-letter codes.
    """
    if not _DIRECTION.fullmatch(direction):
        raise ConfigError(f"direction={direction} is not possible: expected two language codes, such as vi-ar")
    stops = [*direction.split("-")]
    if option.via is not None:
        if option.via in stops:
            return None
        stops.insert(1, option.via)
    legs = []
    for template, source, target in zip(option.templates, stops[:-1], stops[1:], strict=True):
        if not _covers(template, source, target):
            return None
        name = fill_in_languages(template.name, source, target)
        adapter = template.adapter and fill_in_languages(template.adapter, source, target)
        direction = f"{source}-{target}"
        legs.append(
            CataloguedLeg(name, template.revision, direction, template.facts, adapter, template.adapter_revision)
        )
    return tuple(legs)


def find_on_disk(name: str, revision: str | None, sort: Sort = CHECKPOINT) -> tuple[str, Path | None]:
    """`yes`, `partly` or `no`, and the folder: whether all that a run needs of a checkpoint is on this disk, or of what
    else `sort` says.

    Looked for where a run looks, in a folder of that name and then in the hub cache; nothing is downloaded.
    """
    folder = bundled.resolve(name)
    found = folder if folder.is_dir() else find_snapshot(name, revision)
    if found is None:
        return "no", None
    return ("yes" if sort.find_gap(found) is None else "partly"), found


def estimate_memory_mb(legs: tuple[CataloguedLeg, ...], dtype: str) -> float | None:
    """What the weights take in memory, in 10^6 bytes; what decoding takes comes on top.

    The legs of a pivot are loaded one after the other, so the larger one counts. None where a size is not known.
    """
    sizes = [leg.facts.parameters for leg in legs]
    known = [size for size in sizes if size is not None]
    return max(known) * BYTES[dtype] / 1e6 if len(known) == len(sizes) else None


def _covers(template: Template, source: str, target: str) -> bool:
    facts = template.facts
    if facts.pairs:
        return f"{source}-{target}" in facts.pairs
    if isinstance(facts.languages, tuple):
        return source in facts.languages and target in facts.languages
    return all((language := find_language(lang)) and language.flores for lang in (source, target))


def _read(path: Path) -> tuple[str, Mapping[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}); expected a model option") from error
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} is not YAML ({' '.join(str(error).split())}); correct it") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{path} holds no settings; expected a defaults list with a schema, such as [marian_schema]")
    return text, content


def _read_option(conf: Path, name: str, facts: Mapping[str, Facts]) -> Option | None:
    """The model option called `name`, or None where it names no checkpoint."""
    path = conf / "model" / f"{name}.yaml"
    text, content = _read(path)
    schema, groups = _read_defaults(path, content)
    own = facts.get(name, Facts())
    if schema == "pivot":
        templates = tuple(
            _read_template(conf, groups.get(leg), content.get(leg) or {}, facts) for leg in ("first", "second")
        )
    else:
        templates = (_make_template(schema, content, own),)
    if any(template is None for template in templates):
        return None
    summary = text.split("\n", 1)[0].removeprefix("# ")
    via = str(content.get("via", "en")) if schema == "pivot" else None
    return Option(name, summary, via, tuple(template for template in templates if template is not None), own)


def _read_defaults(path: Path, content: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """The kind of model, and which options the legs `first` and `second` are built on."""
    schema = ""
    groups: dict[str, str] = {}
    for entry in content.get("defaults") or ():
        if isinstance(entry, str) and entry.endswith("_schema"):
            schema = entry.removesuffix("_schema")
        elif isinstance(entry, dict):
            groups |= {str(key).rpartition("@")[2]: str(value) for key, value in entry.items()}
    if not schema:
        raise ConfigError(f"{path}: its defaults list names no schema; expected one such as marian_schema")
    return schema, groups


def _read_template(
    conf: Path, base: str | None, settings: Mapping[str, Any], facts: Mapping[str, Facts]
) -> Template | None:
    """A pivot's leg: the option it is built on with the pivot's own settings over it."""
    if base is None:
        return None
    path = conf / "model" / f"{base}.yaml"
    _, content = _read(path)
    schema, _ = _read_defaults(path, content)
    return _make_template(schema, {**content, **settings}, Facts() if "name" in settings else facts.get(base, Facts()))


def _make_template(schema: str, settings: Mapping[str, Any], facts: Facts) -> Template | None:
    name = settings.get("name")
    if schema not in KINDS or name is None:
        return None
    revision, adapter, adapter_revision = (
        None if settings.get(key) is None else str(settings[key]) for key in ("revision", "adapter", "adapter_revision")
    )
    return Template(schema, str(name), revision, facts, adapter, adapter_revision)
