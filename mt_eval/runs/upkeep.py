"""Changes to finished run directories: tags, pages that can be made again, and the end of a run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import yaml

from mt_eval.disk import remove_folder, write_whole
from mt_eval.errors import ConfigError, RunError
from mt_eval.runs.paths import RunPaths
from mt_eval.runs.read import read_config


def change_tags(folder: Path, added: Sequence[str], dropped: Sequence[str] = ()) -> list[str]:
    """The tags of the run in `folder`, after some were added and others dropped.

    Raises:
        RunError: The run cannot be read or changed, or has not the tag that is to be dropped.
        ConfigError: A tag is none.
    """
    for tag in added:
        if not tag.strip() or "," in tag:
            raise ConfigError(f"tag {tag!r}: expected a word without commas; write one tag behind the other")
    config = dict(read_config(folder))
    known = [str(tag) for tag in config.get("tags") or []]
    for tag in dropped:
        if tag not in known:
            raise RunError(f"{folder}: has no tag {tag}, expected one of {', '.join(known) or 'none'}; leave it out")
    config["tags"] = [tag for tag in dict.fromkeys([*known, *added]) if tag not in dropped]
    try:
        write_whole(RunPaths(folder).config, yaml.safe_dump(config, allow_unicode=True, sort_keys=False))
    except OSError as error:
        raise _unchanged(folder, error) from error
    return list(config["tags"])


def remove_run(folder: Path, *, dry: bool = False) -> str:
    """What was removed: the run in `folder`, of which only files that mt-eval makes go.

    Its translations stay in the translation store.

    Raises:
        RunError: It is a link, or holds files that are not of a run.
    """
    if folder.is_symlink():
        raise RunError(f"{folder}: is a link, and nothing is removed through one; name the folder it leads to")
    ours = RunPaths.list_names()
    others = sorted(path.name for path in folder.iterdir() if not any(fnmatchcase(path.name, name) for name in ours))
    if others:
        raise RunError(f"{folder}: holds {others[0]}, which is no file of a run; move it away, then give this again")
    if not dry:
        # Without run.json it is no run: whoever looks at it meanwhile sees none, not half of one.
        try:
            RunPaths(folder).run.unlink()
        except OSError as error:
            raise _unchanged(folder, error) from error
        remove_folder(folder, ours)
    return str(folder)


def remove_report(folder: Path, *, dry: bool = False) -> str:
    """The page of the run in `folder`, which was removed; empty where there is none.

    Raises:
        RunError: It cannot be removed.
    """
    page = RunPaths(folder).report
    if not page.is_file():
        return ""
    size = page.stat().st_size
    if not dry:
        try:
            page.unlink()
        except OSError as error:
            raise _unchanged(folder, error) from error
    return f"{page} ({size / 1e6:.1f} MB)"


def measure_age(folder: Path, now: float) -> float:
    """Seconds since the run in `folder` was written."""
    return now - RunPaths(folder).run.stat().st_mtime


def _unchanged(folder: Path, error: OSError) -> RunError:
    reason = os.strerror(error.errno or 0).lower()
    return RunError(f"{folder}: cannot be changed ({reason}); mend its permissions and give the same command again")
