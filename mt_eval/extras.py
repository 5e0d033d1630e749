"""Packages that only some tasks need, by extra: `pip install mt-eval` alone scores, aligns, compares and reports."""

from __future__ import annotations

from importlib.util import find_spec

from mt_eval.errors import ConfigError

EXTRAS = {
    "models": ("torch", "transformers", "tokenizers", "huggingface_hub", "safetensors", "sentencepiece"),
    "ct2": ("ctranslate2", "filelock", "platformdirs"),
    "adapters": ("peft",),
    "hub": ("datasets",),
    "server": ("httpx2",),
    "frames": ("pandas", "pyarrow"),
    "joblib": ("joblib",),
    "submitit": ("submitit",),
    "ray": ("ray",),
    "tune": ("optuna",),
    "mlflow": ("mlflow", "alembic", "sqlalchemy"),
    "wandb": ("wandb",),
    "tensorboard": ("tensorboard",),
    "figures": ("typst",),
    "excel": ("openpyxl",),
}
"""Extra of pyproject.toml to what mt-eval imports of it."""


def is_installed(extra: str) -> bool:
    """Whether all packages of an extra are there; none of them is imported."""
    return not _find_missing(extra)


def require_extra(extra: str, task: str) -> None:
    """Check that all packages of an extra are there, before work is done that would be lost without them.

    Args:
        task: What needs them, as the message begins: `data=hub`, `model.name=facebook/nllb-200-1.3B`.

    Raises:
        ConfigError: One is not installed.
    """
    if missing := _find_missing(extra):
        raise ConfigError(_describe(task, missing[0], extra))


def describe_missing(error: ModuleNotFoundError) -> str | None:
    """What installs a package that an import did not find; None where it is of no extra."""
    package = (error.name or "").partition(".")[0]
    extra = next((name for name, packages in EXTRAS.items() if package in packages), None)
    return None if extra is None else _describe("this", package, extra)


def _find_missing(extra: str) -> list[str]:
    specs = {package: find_spec(package) for package in EXTRAS[extra]}
    # A folder of that name where mt-eval is called, such as the wandb/ that wandb makes, has no origin.
    return [package for package, spec in specs.items() if spec is None or spec.origin is None]


def _describe(task: str, package: str, extra: str) -> str:
    return f"{task} needs the package {package}, which is not installed; run `pip install 'mt-eval[{extra}]'`"
