"""A chat server on loopback, of the standard library: it answers as a function says, and fails when it is told to."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

Completion = dict[str, Any]
Fault = Callable[["Exchange"], bool]
"""Does something instead of answering, or, where it gives False, before."""


def echo(text: str) -> str:
    """The text with its words in Arabic letters, so that it is no copy: each letter becomes one of two."""
    return "".join("اب"[ord(each) % 2] if each.isalpha() else each for each in text)


@dataclass
class Exchange:
    """One request, and the ways to answer it."""

    handler: BaseHTTPRequestHandler
    body: dict[str, Any]
    server: ChatServer

    @property
    def text(self) -> str:
        """What is asked to be translated, by the usual words."""
        return str(self.body["messages"][-1]["content"]).partition("\n\n")[2]

    def complete(self, text: str | None, *, finish: str = "stop", **changes: Any) -> Completion:
        """A chat completion as servers give it."""
        message = {"role": "assistant", "content": text, **changes.pop("message", {})}
        asked = sum(len(each["content"].split()) for each in self.body["messages"])
        return {
            "id": "x",
            "object": "chat.completion",
            "model": self.body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
            "usage": {"prompt_tokens": asked, "completion_tokens": len((text or "").split())},
            **changes,
        }

    def send(self, status: int, content: bytes, **headers: str) -> bool:
        """Answer with this; always True."""
        self.handler.send_response_only(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.send_header("Content-Length", str(len(content)))
        self.handler.end_headers()
        self.handler.wfile.write(content)
        return True

    def send_json(self, status: int, record: object, **headers: str) -> bool:
        """Answer with this as JSON; always True."""
        return self.send(status, json.dumps(record).encode(), **headers)

    def cut(self) -> bool:
        """Break off the connection in the middle of the body; always True."""
        self.handler.send_response(200)
        self.handler.send_header("Content-Length", "1000")
        self.handler.end_headers()
        self.handler.wfile.write(b'{"choices": [{"mess')
        self.handler.wfile.flush()
        self.handler.close_connection = True
        self.handler.connection.shutdown(socket.SHUT_RDWR)
        return True


@dataclass
class ChatServer:
    """`with ChatServer() as server:` answers at `server.url` until the block ends."""

    answer: Callable[[str], str] = echo
    faults: deque[Fault] = field(default_factory=deque)
    """Each is done once, in order, to the next requests."""
    certificate: Path | None = None
    """Speak TLS with this; key and certificate in one file."""
    seen: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    """Headers and body of every request."""
    respond: Callable[[Exchange], Completion] | None = None
    """What answers instead of `answer`."""
    most_at_once: int = 0

    def __enter__(self) -> ChatServer:
        self._lock, self._now = threading.Lock(), 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                outer._handle(self)

            def log_message(self, *_: object) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                """A client that hangs up is what some tests are about."""

        self._http = Quiet(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        if self.certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate)
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        scheme = "http" if self.certificate is None else "https"
        return f"{scheme}://127.0.0.1:{self._http.server_address[1]}/v1"

    @property
    def texts(self) -> list[str]:
        """What was asked to be translated, request by request."""
        return [str(body["messages"][-1]["content"]).partition("\n\n")[2] for _, body in self.seen]

    def fail(self, faults: Iterable[Fault]) -> None:
        """Do these to the next requests."""
        self.faults.extend(faults)

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            size = int(handler.headers["Content-Length"])
            body = json.loads(handler.rfile.read(size))
            with self._lock:
                self.seen.append((dict(handler.headers), body))
                fault = self.faults.popleft() if self.faults else None
            exchange = Exchange(handler, body, self)
            if handler.path != "/v1/chat/completions":
                exchange.send_json(404, {"error": {"message": "no such route"}})
            elif fault is None or not fault(exchange):
                made = self.respond(exchange) if self.respond else exchange.complete(self.answer(exchange.text))
                exchange.send_json(200, made)
        finally:
            with self._lock:
                self._now -= 1


def status(code: int, message: str = "", **headers: str) -> Fault:
    """Turns a request down."""
    return lambda exchange: exchange.send_json(code, {"error": {"message": message}}, **headers)


def wait(seconds: float) -> Fault:
    """Answers late."""

    def fault(exchange: Exchange) -> bool:
        time.sleep(seconds)
        return False

    return fault
