"""A server that is slow, busy, broken, another one, or lies: what helps is tried again, the rest is one sentence."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path

import pytest
from chat_server import ChatServer, Exchange, Fault, echo, status, wait

from mt_eval.errors import ConfigError, MtEvalError
from mt_eval.translate import Translated

Ask = Callable[..., Translated]


def texts_of(translated: Translated) -> list[str]:
    return [each.text for each in translated.translations if each is not None]


def send_rubbish(exchange: Exchange) -> bool:
    return exchange.send(200, b"<html>502 Bad Gateway</html>")


def send_no_choices(exchange: Exchange) -> bool:
    return exchange.send_json(200, {**exchange.complete(""), "choices": []})


def send_half_a_character(exchange: Exchange) -> bool:
    return exchange.send(200, b'{"choices": [{"message": {"content": "\\ud800"}}]}')


@pytest.mark.parametrize(
    "fault",
    [
        status(429),
        status(429, Retry_After="0"),
        status(429, Retry_After="nonsense"),
        status(500),
        status(503, "overloaded"),
        Exchange.cut,
        send_rubbish,
        send_no_choices,
        send_half_a_character,
    ],
)
def test_what_passes_is_tried_again(fault: Fault, server: ChatServer, ask: Ask) -> None:
    """After a fault that may pass the same is asked again, and all texts are translated."""
    server.fail([fault, fault])

    translated = ask("một", "hai", "ba")

    assert texts_of(translated) == [echo(text) for text in ("một", "hai", "ba")]
    assert len(server.seen) == 5
    assert translated.facts["legs"][0]["retries"] == 2


def test_a_slow_answer_is_asked_for_again(server: ChatServer, ask: Ask) -> None:
    """What takes longer than allowed, to its last byte, is given up."""
    server.fail([wait(1.0)])

    translated = ask("một", timeout_seconds=0.3)

    assert texts_of(translated) == [echo("một")]
    assert len(server.seen) == 2


@pytest.mark.parametrize("by_date", [False, True])
def test_a_server_that_says_how_long_is_obeyed(by_date: bool, server: ChatServer, ask: Ask) -> None:
    """Retry-After in seconds or as a date, by the server's own clock: nothing at all is asked before."""
    now = 1_000_000_000
    headers = {"Retry_After": formatdate(now + 1, usegmt=True), "Date": formatdate(now, usegmt=True)}
    began = time.monotonic()
    server.fail([status(429, **(headers if by_date else {"Retry_After": "1"}))])

    ask("một", "hai", concurrency=1)

    assert time.monotonic() - began >= 1
    assert len(server.seen) == 3


@pytest.mark.parametrize(
    ("fault", "settings", "said"),
    [
        (status(401, "bad key"), {}, r"HTTP status 401 \(bad key\).*model.key_env"),
        (status(404), {}, "HTTP status 404.*check model.url"),
        (status(400, "seed is unknown"), {}, r"HTTP status 400 \(seed is unknown\).*model.length_field"),
        (status(307, Location="http://127.0.0.1:9/"), {}, "HTTP status 307.*sends elsewhere"),
        (status(429, Retry_After="86400"), {}, "HTTP status 429.*86,400 seconds of patience"),
        (status(500, "boom"), {"retries": 0}, r"HTTP status 500 \(boom\); what is translated is kept"),
        (wait(0.5), {"retries": 0, "timeout_seconds": 0.2}, "did not answer within 0.2 seconds"),
        (Exchange.cut, {"retries": 0}, "broke off the connection"),
        (send_rubbish, {"retries": 0}, "no chat completion.*502 Bad Gateway"),
        (
            lambda exchange: exchange.send_json(200, exchange.complete("x", model="huge")),
            {},
            "answered with the model huge, expected tiny; .*model.answers_as=huge",
        ),
        (
            lambda exchange: exchange.send_json(200, exchange.complete("x", model="tiny-mini")),
            {},
            "answered with the model tiny-mini",
        ),
        (lambda exchange: exchange.send(200, b" " * (2**23 + 1)), {}, "more than 8,388,608 bytes"),
    ],
)
def test_what_stays_is_one_sentence(
    fault: Fault, settings: dict[str, object], said: str, server: ChatServer, ask: Ask
) -> None:
    """What does not pass, or not within the tries, says what the server did and what mends it; what is done is kept."""
    ask("một")
    server.fail([fault])

    with pytest.raises(MtEvalError, match=said):
        ask("một", "hai", **settings)

    assert texts_of(ask("một", "hai")) == [echo("một"), echo("hai")]
    assert server.texts.count("một") == 1


def test_a_version_of_the_model_is_the_model(server: ChatServer, ask: Ask) -> None:
    """A name with a date behind it answers for the name; another date later would mix two models."""
    dated = "tiny-2026-01-01"
    server.respond = lambda exchange: exchange.complete("أ", model=dated)
    assert ask("một").facts["legs"][0]["answered_by"] == [dated]
    dated = "tiny-2026-02-02"

    with pytest.raises(MtEvalError, match=r"tiny-2026-02-02.*by tiny-2026-01-01.*model.server=NAME"):
        ask("một", "hai")


def test_nobody_there_is_said_at_once(server: ChatServer, ask: Ask) -> None:
    """Without a server there is nothing to wait for."""
    with pytest.raises(MtEvalError, match=r"127.0.0.1:9/v1 cannot be reached; start it"):
        ask("một", url="http://127.0.0.1:9/v1", backoff_seconds=100.0)


def test_a_certificate_that_nobody_signed_is_refused(tmp_path: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """And accepted once its authority is named."""
    files = [tmp_path / name for name in ("key.pem", "certificate.pem", "both.pem")]
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    words += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(files[0]), "-out", str(files[1])]
    subprocess.run(["openssl", *words], check=True, capture_output=True)
    files[2].write_text(files[0].read_text() + files[1].read_text())

    with ChatServer(certificate=files[2]) as server:
        with pytest.raises(MtEvalError, match=r"certificate or encryption is not accepted.*SSL_CERT_FILE"):
            ask("một", url=server.url)
        assert server.seen == []
        monkeypatch.setenv("SSL_CERT_FILE", str(files[1]))
        assert texts_of(ask("một", url=server.url)) == [echo("một")]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
def test_a_proxy_is_never_asked_for_this_machine(
    host: str, server: ChatServer, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proxy variables that lead nowhere do not matter to a server on this machine, whatever it is called."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert texts_of(ask("một", url=server.url.replace("127.0.0.1", host))) == [echo("một")]


def test_a_proxy_is_asked_for_other_machines(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """As other programs do it; here it is on loopback, and what is asked for is nowhere."""
    with ChatServer() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url.removesuffix("/v1"))
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        with pytest.raises(MtEvalError, match="HTTP status 404"):
            ask("một", url="http://nowhere.invalid/v1")
        assert [headers["Host"] for headers, _ in proxy.seen] == ["nowhere.invalid"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"key_env": "MT_EVAL_NO_SUCH_KEY"}, "MT_EVAL_NO_SUCH_KEY: there is no such environment variable"),
        ({"url": "localhost:8000"}, "model.url is no address"),
        ({"url": "ftp://x/v1"}, "model.url is no address"),
        ({"url": "http://x:99999/v1"}, "model.url is no address"),
        ({"max_cost": 1.0}, "model.max_cost needs model.price_in"),
        ({"concurrency": 0}, "model.concurrency=0"),
    ],
)
def test_settings_that_cannot_be_are_refused(
    settings: dict[str, object], said: str, server: ChatServer, ask: Ask
) -> None:
    """Before anything is sent."""
    with pytest.raises(ConfigError, match=said):
        ask("một", **settings)

    assert server.seen == []
