"""One request after the other to a server, made again where that helps; a key never leaves this module but in them."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx2

from mt_eval import __version__
from mt_eval.config import ServerModel
from mt_eval.errors import ConfigError, ModelError
from mt_eval.translate.retry_after import read_retry_after
from mt_eval.translate.server.answer import Answer, UnreadableError, read_answer, read_message
from mt_eval.translate.server.bill import Bill
from mt_eval.translate.server.locate import Server, is_loopback

_BUSY = {408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529}
_LONGEST_WAIT = 600.0
"""Seconds; a server that wants more of them is an error that says so."""
_LONGEST_BACKOFF = 60.0
_LARGEST = 2**23
"""Bytes of an answer that are read."""


class _PassingError(Exception):
    """What may go better next time; the text says what it was."""

    def __init__(self, what: str, wait: float | None = None, *, may_be_billed: bool = True) -> None:
        super().__init__(what)
        self.wait = wait
        """Seconds that the server wants."""
        self.may_be_billed = may_be_billed


class Client:
    """Asks one server, with its key."""

    def __init__(self, server: Server, http: httpx2.AsyncClient, key: str, bill: Bill) -> None:
        self._server = server
        self._http = http
        self._key = key
        self._bill = bill
        self._reached = False
        self._not_before = 0.0
        self.retries = 0
        self.stopping = False
        """Nothing is asked again."""

    async def ask(self, text: str, cost: float) -> Answer:
        """The answer to the request for a text's translation, which the bill has begun with this cost.

        Raises:
            ModelError: There is none, also after all retries.
        """
        model = self._server.model
        for attempt in range(model.retries + 1):
            if attempt:
                self._bill.begin(cost)
            try:
                answer = await self._request(text)
            except _PassingError as error:
                self._bill.settle(cost, None) if error.may_be_billed else self._bill.waive(cost)
                if not self._bill.allows(cost):
                    raise self._fail(f"{error}, and another try may pass model.max_cost; give a higher one") from None
                if attempt == model.retries or self.stopping:
                    tries = f" ({attempt + 1} tries)" if attempt else ""
                    raise self._fail(
                        f"{error}{tries}; what is translated is kept, give the same command again later"
                    ) from None
                await self._wait(attempt, error)
                self.retries += 1
            except BaseException:
                self._bill.waive(cost)
                raise
            else:
                self._bill.settle(cost, answer.tokens)
                return answer
        raise AssertionError("unreachable")

    async def _wait(self, attempt: int, error: _PassingError) -> None:
        backoff = min(self._server.model.backoff_seconds * 2**attempt, _LONGEST_BACKOFF)
        wait = backoff * random.uniform(0.5, 1.0)
        if error.wait is not None:
            if error.wait > _LONGEST_WAIT:
                raise self._fail(f"{error}, and wants {error.wait:,.0f} seconds of patience; try again then") from None
            # All that is asked waits: the server is busy, not this text.
            self._not_before = max(self._not_before, time.monotonic() + error.wait)
            wait = max(wait, error.wait)
        await asyncio.sleep(wait)

    async def _request(self, text: str) -> Answer:
        while (left := self._not_before - time.monotonic()) > 0:
            await asyncio.sleep(left)
        seconds = self._server.model.timeout_seconds
        try:
            async with asyncio.timeout(seconds):
                status, headers, content = await self._exchange(self._server.write_body(text))
        except (TimeoutError, httpx2.TimeoutException):
            raise _PassingError(f"did not answer within {seconds:g} seconds (model.timeout_seconds)") from None
        except httpx2.TransportError as error:
            raise self._explain(error) from None
        self._reached = True
        if status == 200:
            try:
                return read_answer(content, self._server.limit_tokens(text), self._key)
            except UnreadableError as error:
                raise _PassingError(str(error)) from None
        raise self._turn_down(status, headers, content)

    async def _exchange(self, body: dict[str, Any]) -> tuple[int, httpx2.Headers, bytes]:
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        async with self._http.stream("POST", self._server.address, json=body, headers=headers) as response:
            content = b""
            async for piece in response.aiter_bytes():
                content += piece
                if len(content) > _LARGEST:
                    raise self._fail(f"answers with more than {_LARGEST:,} bytes; it is no server of this kind")
            return response.status_code, response.headers, content

    def _explain(self, error: httpx2.TransportError) -> Exception:
        """What a connection that failed means."""
        cause: BaseException | None = error
        while cause is not None and not isinstance(cause, ssl.SSLError):
            cause = cause.__cause__ or cause.__context__
        if cause is not None:
            return self._fail(
                f"its certificate or encryption is not accepted ({_describe_tls(cause)}); check model.url, or name the "
                "file of the authority that signed it in the environment variable SSL_CERT_FILE"
            )
        if isinstance(error, httpx2.ConnectError):
            if not self._reached:
                return self._fail("cannot be reached; start it, or mend model.url")
            return _PassingError("cannot be reached any more", may_be_billed=False)
        return _PassingError(f"broke off the connection ({type(error).__name__})")

    def _turn_down(self, status: int, headers: httpx2.Headers, content: bytes) -> Exception:
        """What an answer that is no translation means."""
        said = read_message(content, self._key)
        what = f"answers with HTTP status {status}" + (f" ({said})" if said else "")
        if status in _BUSY:
            wait = read_retry_after(headers.get("retry-after"), headers.get("date"), time.time())
            return _PassingError(what, wait, may_be_billed=False)
        key_env = self._server.model.key_env
        match status:
            case 401 | 403:
                return self._fail(
                    f"{what}: it wants another key; "
                    + (f"check the environment variable {key_env}" if key_env else "name its variable in model.key_env")
                )
            case 404 | 405:
                return self._fail(f"{what}: check model.url, which mostly ends in /v1, and model.name")
            case _ if 300 <= status < 400:
                return self._fail(f"{what}: it sends elsewhere, where neither texts nor key go; set model.url itself")
        return self._fail(f"{what}; change what it does not take (model.length_field, seed, temperature, body, unit)")

    def _fail(self, what: str) -> ModelError:
        return ModelError(f"{self._server.name}: the server {self._server.model.url} {what}")


@asynccontextmanager
async def connect(server: Server, bill: Bill) -> AsyncIterator[Client]:
    """A client of the server; nothing is sent yet.

    Proxies that the environment names are used as other programs use them, but never for this machine itself.

    Raises:
        ConfigError: The variable with the key is not set, or holds what no key is.
    """
    model = server.model
    limits = httpx2.Limits(max_connections=model.concurrency, max_keepalive_connections=model.concurrency)
    async with (
        _be_discreet(),
        httpx2.AsyncClient(
            timeout=model.timeout_seconds,
            limits=limits,
            follow_redirects=False,
            trust_env=not is_loopback(model.url),
            verify=httpx2.create_ssl_context() if urlsplit(model.url).scheme == "https" else False,
            headers={
                "User-Agent": f"mt-eval/{__version__}",
                "Accept": "application/json",
                "Accept-Encoding": "identity",
            },
        ) as http,
    ):
        yield Client(server, http, read_key(model), bill)


@asynccontextmanager
async def _be_discreet() -> AsyncIterator[None]:
    """Headers of answers, in which a server may repeat a key, go to no log, however detailed it is."""
    levels = {logger: logger.level for logger in map(logging.getLogger, ("httpx2", "httpcore2"))}
    for logger in levels:
        logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        for logger, level in levels.items():
            logger.setLevel(level)


def read_key(model: ServerModel) -> str:
    """The key; empty where none is asked for.

    Raises:
        ConfigError: The variable with it is not set, or holds what no key is; what it holds is not said.
    """
    if model.key_env is None:
        return ""
    key = os.environ.get(model.key_env, "").strip()
    if not key:
        raise ConfigError(f"model.key_env={model.key_env}: there is no such environment variable; put the key into it")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigError(
            f"model.key_env={model.key_env}: the variable holds what no key is (white space, or other letters than "
            "ASCII); put the key alone into it"
        )
    return key


def _describe_tls(error: BaseException) -> str:
    reason = getattr(error, "verify_message", "") or getattr(error, "reason", "") or type(error).__name__
    return str(reason).lower().replace("_", " ")
