"""A server's model found without asking it: all that can change what it is asked, and who is asked."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from mt_eval.config import ServerModel
from mt_eval.extras import require_extra
from mt_eval.translate.checkpoints.hashing import hash_json
from mt_eval.translate.hypotheses import LONGEST_LABEL
from mt_eval.translate.server.prompt import Prompt, describe, read_body, read_prompt
from mt_eval.translate.system import System

_VERSION = 1
"""Raised whenever the same settings ask for something else."""


@dataclass(frozen=True, slots=True)
class Server:
    """A model behind a URL, and all that is asked of it."""

    model: ServerModel
    prompt: Prompt
    more: Mapping[str, Any]
    """Fields that are added to each request."""
    identity: str
    """SHA-256 over what is asked of whom; what is made of answers is no part of it."""
    facts: Mapping[str, Any]
    """Plain JSON data for run.json and the translation store."""

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def address(self) -> str:
        """Where texts are sent."""
        return f"{self.model.url.rstrip('/')}/chat/completions"

    def limit_tokens(self, text: str) -> int:
        """The most tokens of an answer to the text."""
        return self.model.max_tokens_offset + math.ceil(self.model.max_tokens_per_character * len(text))

    def write_body(self, text: str) -> dict[str, Any]:
        """The request for the translation of a text."""
        model = self.model
        body: dict[str, Any] = {"model": model.name, "messages": self.prompt.write_messages(text)}
        body |= {key: value for key, value in self.list_sampling().items() if value is not None}
        return {**body, model.length_field.value: self.limit_tokens(text), "stream": False}

    def list_sampling(self) -> dict[str, Any]:
        """How words of the answer are chosen."""
        return {"temperature": self.model.temperature, "seed": self.model.seed, **self.more}


def locate_server(model: ServerModel, source_lang: str, target_lang: str) -> System:
    """The system; nothing is asked and no key is looked at.

    Raises:
        ConfigError: The client is not installed, or the template does not fit.
        DataError: A file of the prompt cannot be read.
    """
    require_extra("server", "model=server")
    prompt = read_prompt(model, source_lang, target_lang)
    more = read_body(model)
    server = Server(model, prompt, more, "", {})
    length = [model.max_tokens_per_character, model.max_tokens_offset, model.length_field.value]
    asked = [model.name, prompt.write_messages("{text}"), server.list_sampling(), length]
    identity = hash_json(["server", _VERSION, model.server or model.url.rstrip("/"), *asked])
    facts = {
        "name": model.name,
        "url": model.url,
        "direction": f"{source_lang}-{target_lang}",
        "engine": "server",
        "dtype": "unknown",
        "prompt": describe(prompt),
        "generation": {**server.list_sampling(), model.length_field.value: length[:2]},
    }
    label = re.sub(r"[^\w.-]+", "-", model.name.rpartition("/")[2]).strip("-.")[:LONGEST_LABEL] or "server"
    notes = [f"model=server: texts are sent to {server.address}"]
    if model.key_env is not None and urlsplit(model.url).scheme == "http" and not is_loopback(model.url):
        notes.append("model.url is http, so the key and all texts can be read on their way; https is not")
    repeats = [model.repeats, model.repeats_sample] if model.repeats > 1 else []
    return System(
        identity=hash_json([identity, model.strip, repeats]),
        label=label,
        facts={"kind": "server", "name": model.name, "legs": [facts]},
        notes=tuple(notes),
        route=(Server(model, prompt, more, identity, facts),),
    )


def is_loopback(url: str) -> bool:
    """Whether a URL is of this machine, as `0.0.0.0` is, too."""
    host = (urlsplit(url).hostname or "").removesuffix(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
