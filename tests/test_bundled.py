"""Paths in a configuration: inside the installation, below a home folder, or as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from mt_eval.bundled import expand_home, resolve


def test_a_tilde_is_a_home_folder_only_where_somebody_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """`~draft.ar` is a file of that name, no user's folder; it was an internal error."""
    monkeypatch.setenv("HOME", "/home/lan")

    assert resolve("~/a.ar") == expand_home("~/a.ar") == Path("/home/lan/a.ar")
    assert resolve("~draft.ar") == expand_home(Path("~draft.ar")) == Path("~draft.ar")
