"""A key is in the requests and nowhere else, whatever the server does with it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from chat_server import ChatServer, Exchange, Fault, status

from mt_eval.cli.main import main
from mt_eval.config import ServerModel
from mt_eval.errors import ConfigError, ModelError

KEY = "sk-test/0123456789+abcdef"


def tell_key(exchange: Exchange) -> bool:
    """A server that repeats the key wherever it can."""
    made = exchange.complete(f"مرحبا {KEY}", system_fingerprint=KEY, message={"refusal": f"no: {KEY}"})
    return exchange.send(200, json.dumps(made).replace("/", "\\/").encode())


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (tell_key, 0),
        (status(401, f"Incorrect API key provided: {KEY}"), 1),
        (status(500, f"stack trace with {KEY}"), 1),
        (lambda exchange: exchange.send(200, f"<html>{KEY}".encode()), 1),
        (status(302, Location=f"http://127.0.0.1:9/?key={KEY}"), 1),
        (Exchange.cut, 1),
    ],
)
def test_no_file_and_no_output_holds_the_key(
    fault: Fault,
    expected: int,
    server: ChatServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Runs, stores, failures, pages, logs at their most detailed, and what is printed are searched for it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MY_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    words = ["model=server", f"model.url={server.url}", "model.name=tiny", "model.key_env=MY_KEY", "data=ui", "limit=1"]
    words.append("preflight=off")
    server.fail([fault])

    result = main(["run", *words, "model.retries=0", "metrics.samples=0"])
    main(["run", *words, "--cfg", "job"])
    main(["run", *words, "--dry"])
    main(["status"])
    main(["store"])

    printed = capfd.readouterr()
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    everything = [printed.out.encode(), printed.err.encode(), caplog.text.encode(), *files]
    assert result == expected
    assert server.seen[0][0]["Authorization"] == f"Bearer {KEY}"
    assert files
    assert not any(part.encode() in text for text in everything for part in (KEY, "0123456789+abcdef"))


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_key_goes_where_the_url_says_and_nowhere_else(
    code: int, server: ChatServer, ask: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that sends on to another one is an error; neither key nor text goes there."""
    monkeypatch.setenv("MY_KEY", KEY)

    with ChatServer() as other:
        server.fail([status(code, Location=f"{other.url}/chat/completions")])
        with pytest.raises(ModelError, match="sends elsewhere, where neither texts nor key go"):
            ask("một", key_env="MY_KEY")
        assert other.seen == []


@pytest.mark.parametrize("value", ["sk-abc-123", "gsk_abc123", "a key", ""])
def test_a_key_in_place_of_its_variable_is_not_repeated(value: str) -> None:
    """Who types the key itself is told what belongs there, and not what was typed."""
    with pytest.raises(ConfigError, match=r"model.key_env is no name of an environment variable") as raised:
        ServerModel(url="http://localhost/v1", name="x", key_env=value)

    assert not value or value not in str(raised.value)


@pytest.mark.parametrize("url", ["http://me:secret99@host/v1", "https://host/v1?key=secret99", "http://host/#secret99"])
def test_a_password_in_a_url_is_not_repeated(url: str) -> None:
    """It would stand in every run."""
    with pytest.raises(ConfigError, match="name, a password or a query") as raised:
        ServerModel(url=url, name="x")

    assert "secret99" not in str(raised.value)


@pytest.mark.parametrize("value", ["two words", "sk-é", "line\nbreak"])
def test_a_variable_that_holds_no_key_is_not_repeated(
    value: str, server: ChatServer, ask: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An HTTP library would name such a header in its error."""
    monkeypatch.setenv("MY_KEY", value)

    with pytest.raises(ConfigError, match="holds what no key is") as raised:
        ask("một", key_env="MY_KEY")

    assert value not in str(raised.value)
    assert server.seen == []
