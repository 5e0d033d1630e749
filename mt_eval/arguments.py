"""What is given to the functions of `mt_eval.library`, checked at the door: what else may come from a notebook, such as
pandas objects, generators and missing values, is taken for what it is or refused by name.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from os import PathLike, fspath
from typing import Any

from mt_eval.errors import ConfigError, DataError, RunError
from mt_eval.languages.codes import suggest_code


def take_texts(values: Iterable[Any], what: str) -> list[str]:
    """`values` as a list, each a text. `what` is the name of the argument.

    Raises:
        DataError: It is one text and no list, or a value is missing or no text.
    """
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise DataError(f"{what} is {_name(values)}, expected a list of texts; put it into brackets if it is one text")
    texts = list(values)
    for place, text in enumerate(texts):
        if not isinstance(text, str):
            raise DataError(f'{what}[{place}] is {_name(text)}, expected a text; give "" if there is none')
    return [str(text) for text in texts]


def take_text(value: Any, what: str) -> str:
    """`value`, which is a text.

    Raises:
        DataError: It is none.
    """
    if not isinstance(value, str):
        raise DataError(f"{what} is {_name(value)}, expected one text")
    return str(value)


def take_words(values: Iterable[Any], what: str) -> tuple[str, ...]:
    """`values` as a tuple of words: overrides, or names of metrics.

    Raises:
        ConfigError: It is one word and no list, or a value is no word.
    """
    if isinstance(values, str):
        raise ConfigError(f"{what}={values!r}: expected a list; write [{values!r}]")
    words = tuple(values)
    for word in words:
        if not isinstance(word, str):
            mend = "; write a star before it: *NAME" if isinstance(word, list | tuple) else ""
            raise ConfigError(f'{what}: {_name(word)} is among them, expected texts such as "model=demo"{mend}')
    return words


def take_code(code: Any, what: str) -> str:
    """`code`, which is the two-letter code of a language, or one of three letters where it has no shorter one.

    Raises:
        ConfigError: It is none; the message guesses which one is meant.
    """
    guess = suggest_code(str(code))
    fits = isinstance(code, str) and code.isascii() and code.isalpha() and code.islower()
    if fits and (len(code) == 2 or (len(code) == 3 and guess is None)):
        return str(code)
    mend = f"did you mean {guess}?" if guess else "give one such as ar"
    raise ConfigError(f"{what}={code} is not possible: expected a two-letter language code; {mend}")


def take_path(value: Any, what: str) -> str:
    """`value`, which names a file or folder, as a text.

    Raises:
        RunError: It names nothing.
    """
    if not isinstance(value, str | PathLike):
        raise RunError(
            f"{what} is {_name(value)}, expected the path of a run directory, such as `mt-eval run` prints it"
        )
    return str(fspath(value))


def take_names(values: Iterable[Any]) -> list[str]:
    """Runs and paths, and lists of them, as paths.

    Raises:
        RunError: One of them is neither, or a run in no folder.
    """
    names = []
    for value in values:
        if isinstance(value, list | tuple):
            names += take_names(value)
        elif not isinstance(value, str | PathLike) and hasattr(value, "folder"):
            names.append(take_path(value.folder, "the folder of a run"))
        else:
            names.append(take_path(value, "a name"))
    return names


def take_conditions(where: Any) -> Mapping[str, object]:
    """`where`, which maps settings to values.

    Raises:
        ConfigError: It is something else.
    """
    if not isinstance(where, Mapping):
        raise ConfigError(f'where is {_name(where)}, expected settings and values, such as {{"direction": "vi-ar"}}')
    return where


def take_labels(labels: Any) -> Mapping[str, str]:
    """`labels`, which maps runs to what they are called; none where nothing is given.

    Raises:
        ConfigError: It is something else.
    """
    if labels is None:
        return {}
    if not isinstance(labels, Mapping):
        raise ConfigError(f'labels is {_name(labels)}, expected runs and names, such as {{"runs/a": "ours"}}')
    return labels


def check_list(values: Any, what: str) -> None:
    """Refuse what is no list, or column, of several values.

    Raises:
        DataError: It is one value.
    """
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise DataError(f"{what} is {_name(values)}, expected a list")


def _name(value: Any) -> str:
    """What a value is, in words."""
    kind = type(value)
    if value is None or (isinstance(value, float) and math.isnan(value)) or kind.__name__ in ("NAType", "NaTType"):
        return f"missing ({value})"
    if isinstance(value, str):
        return "one text"
    return f"of type {kind.__name__}"
