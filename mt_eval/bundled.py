"""Where the files that travel with mt-eval are: `conf/`, `seeds/` and the demo model.

In a checkout `conf/` and `seeds/` stand at the top level; in an installed wheel they lie inside the package. A path in
a configuration that starts with `bundled:` names such a file wherever it is, so a run says the same on every machine.
"""

from __future__ import annotations

from pathlib import Path

PREFIX = "bundled:"

_PACKAGE = Path(__file__).resolve().parent


def bundled_path(name: str) -> Path:
    """The file or folder `name` (`conf`, `seeds/articles.yaml`, `models/demo`) of this installation."""
    if name.split("/", 1)[0] == "models":
        return _PACKAGE / name
    installed = _PACKAGE / "bundled_files"
    return (installed if installed.is_dir() else _PACKAGE.parent) / name


def resolve(path: str) -> Path:
    """`path` as a file system path: `bundled:NAME` inside the installation, `~` expanded, anything else as it is."""
    if path.startswith(PREFIX):
        return bundled_path(path.removeprefix(PREFIX))
    return expand_home(path)


def expand_home(path: str | Path) -> Path:
    """`path` with the home folder for a leading `~` or `~NAME`; where nobody has that name, as it is (`~draft.ar`)."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)
