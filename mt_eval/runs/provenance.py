"""Where and with what a run was made."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = (
    "mt-eval",
    "torch",
    "transformers",
    "tokenizers",
    "sentencepiece",
    "sentencex",
    "sacrebleu",
    "numpy",
    "safetensors",
    "hydra-core",
)


@cache
def find_version(package: str) -> str | None:
    """The version of an installed package, which stays the same as long as this process lives; None for no such one."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def describe_environment() -> dict[str, Any]:
    """Versions, platform and the state of the source tree, as plain data for `run.json`."""
    return {
        "packages": {name: find_version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "command": Path(sys.argv[0]).name,
        "git": _describe_own_checkout(),
    }


def describe_checkout(folder: Path) -> dict[str, Any] | None:
    """Commit and dirty flag of the checkout mt-eval runs from; None where it is installed or git is not there."""
    if not (folder / ".git").exists():
        return None
    try:
        commit = _git(folder, "rev-parse", "HEAD")
        return {"commit": commit, "dirty": bool(_git(folder, "status", "--porcelain"))}
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@cache
def _describe_own_checkout() -> dict[str, Any] | None:
    """As it was at the first run: what is changed later is not what this process has imported."""
    return describe_checkout(Path(__file__).resolve().parents[2])
