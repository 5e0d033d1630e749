"""What each setting is: its key, its default, and the docstring that stands below it in its class."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING as NO_DEFAULT
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from types import ModuleType
from typing import Any, get_type_hints

from mt_eval.config.ranges import MISSING


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a configuration."""

    key: str
    """As it is typed: `decoding.num_beams`."""
    default: str
    """As it would be typed; `???` where a value must be given."""
    about: str
    """What it is, one sentence or more on one line."""


def describe_settings(schema: type, prefix: str = "") -> list[Setting]:
    """The settings of a configuration class, in their order; those of classes inside it are left out.

    Args:
        prefix: What stands before a setting's name: `decoding.`.
    """
    texts, types = _read_docstrings(schema), get_type_hints(schema)
    return [
        Setting(
            f"{prefix}{field.name}",
            _write_default(field),
            f"{texts.get(field.name, '')}{_list_choices(types[field.name])}",
        )
        for field in fields(schema)
        if not field.metadata.get("omegaconf_ignore") and not _is_group(field)
    ]


def _is_group(field: Any) -> bool:
    return field.default_factory is not NO_DEFAULT and is_dataclass(field.default_factory)


def _list_choices(kind: Any) -> str:
    if not (isinstance(kind, type) and issubclass(kind, Enum)):
        return ""
    return f" One of {', '.join(dict.fromkeys(str(each.value) for each in kind))}."


def _write_default(field: Any) -> str:
    value = field.default_factory() if field.default is NO_DEFAULT else field.default
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case Enum():
            return str(value.value)
        case list():
            return f"[{','.join(map(str, value))}]"
        case dict():
            return "{}"
    return str(value) if value is not MISSING else MISSING


def _read_docstrings(schema: type) -> dict[str, str]:
    """Field to its docstring on one line, those of base classes included; `As in X.` is looked up at X."""
    texts: dict[str, str] = {}
    for base in reversed(schema.__mro__):
        if is_dataclass(base):
            module = inspect.getmodule(base)
            assert module is not None
            texts |= _resolve(_read_classes(module), base.__name__)
    return texts


def _resolve(classes: Mapping[str, Mapping[str, str]], name: str) -> dict[str, str]:
    resolved = {}
    for field, text in classes.get(name, {}).items():
        other = re.fullmatch(r"As in (\w+)\.", text)
        resolved[field] = classes.get(other[1], {}).get(field, text) if other else text
    return resolved


@cache
def _read_classes(module: ModuleType) -> dict[str, dict[str, str]]:
    """Class to field to docstring."""
    return {
        node.name: dict(_list_docstrings(node))
        for node in ast.parse(inspect.getsource(module)).body
        if isinstance(node, ast.ClassDef)
    }


def _list_docstrings(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, below in zip(node.body, node.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            yield field.target.id, " ".join(below.value.value.replace("`", "").split())
