"""A model hub on loopback that speaks HTTP to the real client: repositories are folders, faults are rules."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

HELD_BY_GIT = (".json", ".md")
"""Files of these endings are no large files: the hub keeps git's hash of them."""


@dataclass
class Fault:
    """What happens to requests whose path fits `pattern`, to the first `times` of them."""

    pattern: str
    times: int = 1_000_000
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    page: str | None = None
    """A web page with status 200 in the place of the answer."""
    alter: Callable[[bytes], bytes] | None = None
    """What becomes of a file's bytes on the way; the hub's hash is that of the right ones."""
    cut_after: int | None = None
    """Bytes after which the connection ends."""
    seconds: float = 0.0
    """How long each 64 KiB of a file take."""


class SmallHub:
    """Serves `root`/ORG/NAME; every repository has one commit, which `move` changes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults: list[Fault] = []
        self.asked: list[str] = []
        """METHOD PATH of every request, in order."""
        self.commits: dict[str, str] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _make_handler(self))
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def find_commit(self, name: str) -> str:
        return self.commits.setdefault(name, hashlib.sha1(name.encode()).hexdigest())

    def move(self, name: str, commit: str) -> None:
        """Let `main` stand for another commit."""
        self.commits[name] = commit

    def count(self, pattern: str) -> int:
        """How many requests fitted."""
        return sum(re.search(pattern, asked) is not None for asked in self.asked)

    def find_fault(self, asked: str) -> Fault | None:
        for fault in self.faults:
            if fault.times > 0 and re.search(fault.pattern, asked):
                fault.times -= 1
                return fault
        return None


def hash_as_git(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def describe_file(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    described: dict[str, Any] = {
        "type": "file",
        "path": path.name,
        "size": len(content),
        "oid": hash_as_git(content),
    }
    if not path.name.endswith(HELD_BY_GIT):
        described["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 130}
    return described


def _make_handler(hub: SmallHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            asked = f"{self.command} {self.path}"
            hub.asked.append(asked)
            fault = hub.find_fault(asked)
            with suppress(ConnectionError):
                if fault is not None and fault.status is not None:
                    self.answer(fault.status, b"{}", fault.headers)
                elif fault is not None and fault.page is not None:
                    self.answer(200, fault.page.encode(), {"Content-Type": "text/html"})
                else:
                    self.serve(unquote(urlsplit(self.path).path), fault)

        def serve(self, path: str, fault: Fault | None) -> None:
            if found := re.fullmatch(r"/api/models/([^/]+/[^/]+)(?:/(revision|tree)/([^/]+).*)?", path):
                name, what, revision = found.groups()
                folder = hub.root / name
                if not folder.is_dir():
                    return self.answer(404, b"{}", {"X-Error-Code": "RepoNotFound"})
                commit = hub.find_commit(name)
                if revision not in (None, "main", "v1", commit):
                    return self.answer(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
                files = [describe_file(file) for file in sorted(folder.iterdir())]
                info = {"id": name, "sha": commit, "siblings": [{"rfilename": file["path"]} for file in files]}
                return self.answer(200, json.dumps(files if what == "tree" else info).encode())
            found = re.fullmatch(r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", path)
            if found is None or not (file := hub.root / found[1] / found[3]).is_file():
                return self.answer(404, b"{}", {"X-Error-Code": "EntryNotFound"})
            described = describe_file(file)
            self.send_file(
                file.read_bytes(),
                {"X-Repo-Commit": hub.find_commit(found[1]), "ETag": f'"{described.get("lfs", described)["oid"]}"'},
                fault or Fault(""),
            )

        def send_file(self, content: bytes, headers: dict[str, str], fault: Fault) -> None:
            content = fault.alter(content) if fault.alter else content
            start = 0
            if asked := re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or ""):
                start = int(asked[1])
            self.send_response(206 if start else 200)
            for key, value in {**headers, "Content-Length": str(len(content) - start)}.items():
                self.send_header(key, value)
            self.end_headers()
            if self.command == "HEAD":
                return
            body = content[start:][: fault.cut_after]
            for place in range(0, len(body), 1 << 16):
                self.wfile.write(body[place : place + (1 << 16)])
                self.wfile.flush()
                time.sleep(fault.seconds)
            if fault.cut_after is not None:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)

        def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response_only(status)
            for key, value in {"Content-Type": "application/json", **(headers or {})}.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    return Handler
