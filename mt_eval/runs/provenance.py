"""Where and with what a run was made."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
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


def describe_environment() -> dict[str, Any]:
    """Versions, platform and the state of the source tree, as plain data for `run.json`."""
    return {
        "packages": {name: _version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "command": Path(sys.argv[0]).name,
        "git": describe_checkout(Path(__file__).resolve().parents[2]),
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


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
