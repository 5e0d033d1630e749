"""A real browser for tests of pages: Debian's Chromium, or another one that is installed, driven by Playwright.

A page follows its address only some time after a key or a click has changed it, so tests wait for what then has the
focus: `page.locator(".segment:focus").wait_for()`. `page.wait_for_function` is no way to wait. When its condition does
not hold at once, it evaluates the string again inside the page, which the page's own policy refuses.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass
class Opened:
    """A page, what it complained about, and every address it asked for."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    """Requests that the page's own policy stopped before they left."""


@contextmanager
def start_browser() -> Iterator[Any]:
    """The browser; skips, with the reason, where there is none."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (the extra `dev` has it)")
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium is installed; on Debian, apt-get install chromium")
    with api.sync_playwright() as playwright:
        # The sandbox refuses to work for root; what is opened here are pages the tests made.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=found, args=arguments)
        yield browser
        browser.close()


@contextmanager
def open_page(browser: Any, file: Path, fragment: str = "", **settings: Any) -> Iterator[Opened]:
    """The file as a user opens it from disk."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **settings})
    opened = Opened(context.new_page())
    opened.page.on("console", lambda message: opened.complaints.append(message.text))
    opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.page.on("dialog", lambda dialog: (opened.complaints.append(dialog.message), dialog.dismiss()))
    context.on("requestfinished", lambda request: opened.requests.append(request.url))
    context.on("requestfailed", lambda request: _note_failure(opened, request))
    opened.page.goto(f"{file.as_uri()}{fragment}")
    yield opened
    context.close()


def _note_failure(opened: Opened, request: Any) -> None:
    (opened.refused if request.failure == "csp" else opened.requests).append(request.url)
