"""What a server's answer says, held against what was asked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mt_eval.errors import ModelError
from mt_eval.stored import DamagedError, make_decoder
from mt_eval.translate.system import Sentence

_CHARACTERS_PER_TOKEN = 32
"""More than any tokenizer makes of running text."""
_VERSION = re.compile(r"(?:[-@]\d{4}[\d-]*|:latest)")
"""What a server adds to a name to say which version of the model it is."""
_LONGEST_MESSAGE = 300
_NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class UnreadableError(Exception):
    """An answer that is none; the text says how. It may be another one next time."""


@dataclass(frozen=True, slots=True)
class _Message:
    content: str | None = None
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class _Choice:
    message: _Message
    finish_reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Usage:
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class _Completion:
    choices: tuple[_Choice, ...]
    model: str | None = None
    system_fingerprint: str | None = None
    usage: _Usage | None = None


@dataclass(frozen=True, slots=True)
class _Detail:
    message: str = ""


@dataclass(frozen=True, slots=True)
class _Error:
    error: _Detail | str | None = None
    detail: str | None = None
    message: str | None = None


_decode = make_decoder(_Completion)
_decode_error = make_decoder(_Error)


@dataclass(frozen=True, slots=True)
class Answer:
    sentence: Sentence
    tokens: tuple[int, int] | None
    """In and out, as the server counted them; None where it does not tell."""


def read_answer(content: bytes, max_tokens: int, secret: str) -> Answer:
    """The translation in the body of a chat completion.

    Args:
        max_tokens: What was asked for at most; of an answer far longer than that only the beginning is kept, as one
            that was cut.
        secret: Must not be in it, and is replaced where it is.

    Raises:
        UnreadableError: It is no chat completion.
    """
    try:
        found = _decode(content)
    except DamagedError:
        start = _tidy(content[:_LONGEST_MESSAGE].decode("utf-8", errors="replace"), secret)
        raise UnreadableError(f"its answer is no chat completion (it begins “{start[:80]}”)") from None
    if not found.choices:
        raise UnreadableError("its answer has no choices")
    choice = found.choices[0]
    text = _NO_TEXT.sub("", _hide(choice.message.content or "", secret)).strip()
    longest = _CHARACTERS_PER_TOKEN * max_tokens
    refused = _tidy(choice.message.refusal or "", secret) or None
    if choice.finish_reason == "content_filter":
        refused = refused or "the server's filter stopped the answer"
    usage = found.usage or _Usage()
    tokens = usage.prompt_tokens, usage.completion_tokens
    known = None if tokens[0] is None or tokens[1] is None or min(tokens[0], tokens[1]) < 0 else (tokens[0], tokens[1])
    sentence = Sentence(
        text=text[:longest],
        tokens_in=known[0] if known else 0,
        tokens_out=known[1] if known else 0,
        truncated=choice.finish_reason == "length" or len(text) > longest,
        refused=refused,
        model=_tidy(found.model or "", secret) or None,
        fingerprint=_tidy(found.system_fingerprint or "", secret) or None,
    )
    return Answer(sentence, known)


def check_model(asked: str, answers_as: str | None, before: str | None, sentence: Sentence) -> None:
    """Check that the model that was asked has answered, and the same one as before.

    A name with a date or `:latest` behind it is a version of the model. An answer that names no model says nothing.

    Args:
        answers_as: Another name that the server gives it.
        before: What answered before, in this run or another one whose translations are used.

    Raises:
        ModelError: Another model has answered.
    """
    found = sentence.model
    if found is None:
        return
    expected = answers_as or asked
    if found != expected and not _VERSION.fullmatch(found.removeprefix(expected) if found.startswith(expected) else ""):
        raise ModelError(
            f"{asked}: the server answered with the model {found}, expected {expected}; ask for the model that is "
            f"there, or give model.answers_as={found} if that is another name of it"
        )
    if before is not None and found != before:
        raise ModelError(
            f"{asked}: the server answers with {found}, and translations from before are by {before}, so they would be "
            f"mixed; name the version that is meant (model.name={before}), or give model.server=NAME to begin anew"
        )


def read_message(content: bytes, secret: str) -> str:
    """What a server says of a request that it does not answer, on one line; empty where that is nothing."""
    try:
        found = _decode_error(content)
    except DamagedError:
        return _tidy(content[:_LONGEST_MESSAGE].decode("utf-8", errors="replace"), secret)
    detail = found.error.message if isinstance(found.error, _Detail) else found.error
    return _tidy(detail or found.message or found.detail or "", secret)


def _hide(text: str, secret: str) -> str:
    return text.replace(secret, "***") if secret else text


def _tidy(text: str, secret: str) -> str:
    return " ".join(_NO_TEXT.sub(" ", _hide(text, secret)).split())[:_LONGEST_MESSAGE]
