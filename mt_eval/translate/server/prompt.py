"""What a chat model is asked: a template with the languages and the text, and examples before it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mt_eval import bundled
from mt_eval.cells import read_rows
from mt_eval.config import ServerModel
from mt_eval.errors import ConfigError, DataError
from mt_eval.files import check_characters, read_file
from mt_eval.languages.codes import find_language
from mt_eval.languages.letters import is_blank

USUAL = (
    "Translate the following text from {source_language} to {target_language}. Reply with the translation alone: no "
    "notes, no quotation marks around it, nothing of the source.\n\n{text}"
)
_PLACES = ("source_language", "target_language", "text")
_OWN_FIELDS = ("messages", "model", "stream", "n")
"""Fields of a request that nobody may set: what is asked, whom, and how the answer comes."""
_PLACE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked of each text."""

    template: str
    source_language: str
    """In English."""
    target_language: str
    examples: tuple[tuple[str, str], ...] = ()
    """Sources and their translations."""

    def write_messages(self, text: str) -> list[dict[str, str]]:
        """The conversation that ends with the text: each example as a question and its answer, then the question."""
        messages = []
        for source, target in self.examples:
            messages += [_say("user", self._ask(source)), _say("assistant", target)]
        return [*messages, _say("user", self._ask(text))]

    def _ask(self, text: str) -> str:
        """The template filled in; what looks like a place in the text itself is text."""
        values = {
            "source_language": self.source_language,
            "target_language": self.target_language,
            "text": text,
        }
        return _PLACE.sub(lambda match: values[match[1]], self.template)


def read_prompt(model: ServerModel, source_lang: str, target_lang: str) -> Prompt:
    """The template and the examples that the configuration names, or the usual words and none.

    Raises:
        ConfigError: The template has no place for the text, or places for something else.
        DataError: A file is not there or cannot be read; an example lacks a side.
    """
    template = USUAL
    if model.prompt is not None:
        path = bundled.resolve(model.prompt)
        template = read_file(path).text.rstrip("\n")
        found = _PLACE.findall(template)
        if "text" not in found:
            raise ConfigError(f"{path}: has no {{text}}, expected it where the text to translate stands; put it in")
        if strange := [name for name in found if name not in _PLACES]:
            raise ConfigError(
                f"{path}: has {{{strange[0]}}}, expected nothing in braces but {{{'}, {'.join(_PLACES)}}}; mend it"
            )
    return Prompt(template, _name(source_lang), _name(target_lang), _read_examples(model))


def _read_examples(model: ServerModel) -> tuple[tuple[str, str], ...]:
    if model.examples is None:
        return ()
    path = bundled.resolve(model.examples)
    examples = []
    for where, row in read_rows(path, read_file(path).text, ("source", "target")):
        sides = [row.get(name) for name in ("source", "target")]
        for side in sides:
            if not isinstance(side, str) or is_blank(side):
                raise DataError(f"{where}: has no text in one of source and target, expected both; mend the row")
            check_characters(side, where)
        examples.append((str(sides[0]), str(sides[1])))
    if not examples:
        raise DataError(f"{path}: holds no example, expected a row for each; add some or leave model.examples out")
    return tuple(examples)


def _name(lang: str) -> str:
    language = find_language(lang)
    return language.name if language else lang


def _say(role: str, content: str) -> dict[str, str]:
    return {"role": role, "content": content}


def read_body(model: ServerModel) -> dict[str, Any]:
    """The fields that the configuration adds to each request.

    Raises:
        ConfigError: One is a field that mt-eval sets itself.
        DataError: The file is not there, or holds no JSON object.
    """
    if model.body is None:
        return {}
    path = bundled.resolve(model.body)
    try:
        text = read_file(path).text
        fields = json.loads(text)
        # Not in JSON, or not in UTF-8: NaN and 1e999, and half a surrogate pair.
        json.dumps(fields, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise DataError(f'{path}: is no JSON object that can be sent, expected one such as {{"top_p": 0.9}}; mend it')
    if own := sorted({*_OWN_FIELDS, model.length_field.value} & set(fields)):
        raise ConfigError(f"{path}: has the field {own[0]}, which mt-eval sets itself; leave it out")
    return fields


def describe(prompt: Prompt) -> Mapping[str, object]:
    """The template and the examples as plain data."""
    return {"template": prompt.template, "examples": [list(each) for each in prompt.examples]}
