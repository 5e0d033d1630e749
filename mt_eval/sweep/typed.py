"""What is typed for a setting, as Hydra has to read it: what is a text stays as typed, whatever it looks like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields

from mt_eval.bundled import expand_home
from mt_eval.config import SCHEMAS, RunConfig
from mt_eval.errors import ConfigError
from mt_eval.sweep.settings import SCHEMAS as SWEEP_SCHEMAS

_WORD = re.compile(r"(\+{0,2}([\w.]+))=(.+)", re.DOTALL)
_FUNCTION = re.compile(r"(?:choice|range|interval|glob|shuffle|sort|tag|extend_list|json_str|str)\(.*\)", re.DOTALL)
"""Functions of Hydra's grammar, which a text setting may be given, too."""
_PART = re.compile(r"""'(?:\\.|[^'\\])*'(?=,|$)|"(?:\\.|[^"\\])*"(?=,|$)|[^,]*""", re.DOTALL)
_QUOTED = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""", re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z0-9_./%@?|:+*-]+")
"""What Hydra takes without quotes."""
_LOOKS_TYPED = re.compile(r"null|true|false|[+-]?(?:inf|nan)|[+-]?\.?\d[\d_.]*(?:e[+-]?[\d_]+)?", re.IGNORECASE)
_NOT_SWEPT = ("runs_dir", "folder", "cache_dir")
"""Settings that name a place to write to, of which a sweep has one."""


def quote_texts(word: str, *, sweep: bool = False) -> str:
    """An override as Hydra has to read it: the value of a text setting in quotes where it would be something else.

    A path is all that stands behind the first `=`. In a sweep commas part several values, unless a file has this very
    name; `null` is nothing where a setting may have no value; what is in quotes already stays.

    >>> quote_texts("runs_dir=2024_01_15"), quote_texts("limit=10"), quote_texts("data.pairs=[2024_01,b]")
    ("runs_dir='2024_01_15'", 'limit=10', "data.pairs=['2024_01',b]")
    >>> quote_texts("model.path=bản (1)=.ar"), quote_texts("model.name=a~b,c", sweep=True)
    ("model.path='bản (1)=.ar'", "model.name='a~b',c")
    """
    found = _WORD.fullmatch(word)
    kind = _find_kind(found[2]) if found else ""
    if found is None or not kind or _FUNCTION.fullmatch(found[3]):
        return word
    value = found[3]
    if kind.startswith("str"):
        whole = not sweep and found[2].endswith(_NOT_SWEPT)
        parts = [value] if whole or "" in _split(value) or ("," in value and _exists(value)) else _split(value)
        return f"{found[1]}={','.join(_quote(part, optional='None' in kind) for part in parts)}"
    open_, close = "[]" if kind.startswith("list") else "{}"
    lists = re.split(rf"(?<={re.escape(close)}),(?={re.escape(open_)})", value)
    if not all(re.fullmatch(r"[\[{][^\[\]{}]*[\]}]", each) for each in lists):
        return word
    return f"{found[1]}={','.join(open_ + ','.join(map(_quote_item, _split(each[1:-1]))) + close for each in lists)}"


def check_spaces(words: Sequence[str]) -> None:
    """Check that no setting is spread over several words, and that each is text.

    Raises:
        ConfigError: One is spread, or has bytes that are no letters: records of runs could not hold it.
    """
    for place, word in enumerate(words):
        if re.search("[\ud800-\udfff]", word):
            shown = word.encode("ascii", "backslashreplace").decode()
            raise ConfigError(f"{shown}: is no text in UTF-8; rename the file or folder, or set LC_ALL=C.UTF-8")
        before, behind = words[max(0, place - 1) : place], words[place + 1 : place + 2]
        if word.startswith("="):
            spread = [*before, word, *(behind if word == "=" else ())]
        elif word.endswith("=") and behind and "=" not in behind[0]:
            spread = [word, *behind]
        elif (key := word.partition("=")[0]) != key.rstrip() and "=" in word:
            spread = [part for part in (key.rstrip(), "=", word.partition("=")[2].lstrip()) if part]
        else:
            continue
        raise ConfigError(f"{' '.join(spread)}: a setting is one word; leave out the spaces: {''.join(spread)}")


def _find_kind(key: str) -> str:
    """The type of a setting, where it holds texts, as its class has it; empty for any other."""
    parts = key.split(".")
    group = "/".join(parts[:2]) if parts[0] == "hydra" else parts[0] if len(parts) > 1 else None
    schemas = {**SCHEMAS, **SWEEP_SCHEMAS}.get(group, {}).values() if group else [RunConfig]
    types = {item.name: str(item.type) for schema in schemas for item in fields(schema)}
    kind = types.get(parts[-1], "")
    if not kind and len(parts) > 2 and types.get(parts[-2], "").startswith("dict"):
        return "str | None"  # one entry of a mapping: data.columns.vi
    return kind if re.match(r"str|list\[str\]|dict\[str, str", kind) else ""


def _split(value: str) -> list[str]:
    """The parts between commas; a part in quotes may hold some."""
    parts, place = [], 0
    while place <= len(value):
        found = _PART.match(value, place)
        assert found is not None
        parts.append(found[0])
        place = found.end() + 1
    return parts


def _quote_item(item: str) -> str:
    """An element of a list, or an entry of a mapping."""
    key, colon, value = item.partition(":")
    if colon and re.fullmatch(r"\s*\w+\s*", key):
        return f"{key}:{_quote(value.strip(), optional=True)}"
    return _quote(item.strip(), optional=False)


def _quote(text: str, *, optional: bool) -> str:
    if not text or _QUOTED.fullmatch(text) or (optional and text == "null"):
        return text
    if _PLAIN.fullmatch(text) and not _LOOKS_TYPED.fullmatch(text):
        return text
    # Of Hydra's grammar: a quote has a backslash before it, and backslashes before a quote are doubled.
    return "'" + re.sub(r"(\\*)('|$)", lambda found: found[1] * 2 + ("\\'" if found[2] else ""), text) + "'"


def _exists(name: str) -> bool:
    try:
        return expand_home(name).exists()
    except (OSError, ValueError):
        return False
