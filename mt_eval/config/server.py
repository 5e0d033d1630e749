"""A model behind an HTTP server: `model=server`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from mt_eval.config.ranges import MISSING, require
from mt_eval.errors import ConfigError

_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")


class LengthField(Enum):
    """What a server calls the most tokens of an answer."""

    max_tokens = "max_tokens"
    max_completion_tokens = "max_completion_tokens"


@dataclass
class ServerModel:
    """A chat model that an OpenAI-compatible server runs: vLLM, llama.cpp, Ollama, TGI, or a commercial one."""

    url: str = MISSING
    """Where the server is, up to the version: `http://localhost:8000/v1`. Texts are sent to URL/chat/completions."""
    name: str = MISSING
    """What the server calls the model."""
    answers_as: str | None = None
    """What the server says it answered with, where that is another name; without it another name is an error."""
    server: str | None = None
    """A name that stands for the URL in identities, for a server that moves: another URL is another system
    otherwise."""
    key_env: str | None = None
    """The environment variable that holds the key, such as OPENAI_API_KEY; the key itself is never written anywhere."""
    prompt: str | None = None
    """A text file with {text}, and perhaps {source_language} and {target_language}: what is asked, instead of the
    usual words."""
    examples: str | None = None
    """A table (.tsv, .csv, .jsonl) with columns source and target: translations that are shown before each text."""
    temperature: float | None = 0.0
    """0 takes the likeliest word each time; null leaves the choice to the server."""
    seed: int | None = 0
    """For servers that draw words at random; null sends none."""
    max_tokens_per_character: float = 2.0
    """An answer has at most so many tokens for each character of the text, plus the offset."""
    max_tokens_offset: int = 256
    """Tokens; see the factor. Models that think before they answer need thousands."""
    length_field: LengthField = LengthField.max_tokens
    """What the server calls the most tokens of an answer."""
    body: str | None = None
    """A JSON file with more fields of the request, such as {"top_p": 0.9}."""
    concurrency: int = 4
    """Requests under way at the same time, at most."""
    timeout_seconds: float = 120.0
    """How long one request may take in all, to the last byte of its answer."""
    retries: int = 5
    """How often a request is made again when the server is busy, fails, or does not answer in time."""
    backoff_seconds: float = 1.0
    """How long is waited before the first retry, doubled before each further one; a server that says how long
    (Retry-After) is obeyed."""
    price_in: float | None = None
    """What a million tokens of requests cost, in any currency."""
    price_out: float | None = None
    """What a million tokens of answers cost, in the same one."""
    max_cost: float | None = None
    """What a run may cost at most, in the same currency: it stops before more is spent, and keeps what it has."""
    strip: bool = False
    """Take away what stands around a translation: a sentence before it, a code fence, thoughts. Both texts are kept."""
    repeats: int = 1
    """How often the same is asked, for a sample of the texts: 2 tells how many of them are answered otherwise."""
    repeats_sample: int = 20
    """How many texts that sample has."""

    def __post_init__(self) -> None:
        _check_url(self.url)
        # What is refused here is not repeated: it may be the key itself.
        if self.key_env is not None and not _VARIABLE.fullmatch(self.key_env):
            raise ConfigError(
                "model.key_env is no name of an environment variable: expected capital letters, digits and _, such as "
                "OPENAI_API_KEY; put the key into that variable, and only its name here"
            )
        require(self.name.strip() != "", "model.name", self.name, "the name of a model")
        require(self.temperature is None or 0 <= self.temperature <= 2, "model.temperature", self.temperature, "0 to 2")
        per_character = self.max_tokens_per_character
        require(0 <= per_character <= 100, "model.max_tokens_per_character", per_character, "0 to 100")
        require(self.max_tokens_offset >= 1, "model.max_tokens_offset", self.max_tokens_offset, "1 or more")
        require(1 <= self.concurrency <= 256, "model.concurrency", self.concurrency, "1 to 256")
        require(self.timeout_seconds > 0, "model.timeout_seconds", self.timeout_seconds, "more than 0")
        require(0 <= self.retries <= 100, "model.retries", self.retries, "0 to 100")
        require(self.backoff_seconds >= 0, "model.backoff_seconds", self.backoff_seconds, "0 or more")
        require(1 <= self.repeats <= 10, "model.repeats", self.repeats, "1 to 10")
        require(self.repeats_sample >= 1, "model.repeats_sample", self.repeats_sample, "1 or more")
        for key in ("price_in", "price_out", "max_cost"):
            price = getattr(self, key)
            require(price is None or price >= 0, f"model.{key}", price, "0 or more")
        priced = self.price_in is not None and self.price_out is not None
        if self.max_cost is not None and not priced:
            raise ConfigError(
                "model.max_cost needs model.price_in and model.price_out: what a million tokens cost; give both, 0 "
                "where nothing is asked"
            )


def _check_url(url: str) -> None:
    """Refuse what is no place to send texts to, without repeating what may hold a password.

    Raises:
        ConfigError: It is none.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        port, parts = None, urlsplit("")
    if port == 0 or parts.scheme not in ("http", "https") or not parts.hostname or not url.isprintable():
        raise ConfigError("model.url is no address of a server: expected one such as http://localhost:8000/v1")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ConfigError(
            "model.url has a name, a password or a query in it, which would be kept in every run: expected scheme, "
            "host, port and path alone; put a key into an environment variable and its name into model.key_env"
        )
