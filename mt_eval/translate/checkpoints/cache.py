"""The hub cache as `huggingface_hub` lays it out, so that what either of the two downloads serves both.

    models--ORG--NAME/refs/REVISION              the commit that a branch or tag stood for when it was last asked for
    models--ORG--NAME/snapshots/COMMIT/FILE      a link to ../../blobs/BLOB
    models--ORG--NAME/blobs/BLOB                 named by its SHA-256, small files by git's SHA-1

Nothing here asks a network.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from pathlib import Path

from mt_eval.disk import write_whole
from mt_eval.errors import DataError
from mt_eval.files import read_bytes
from mt_eval.translate.checkpoints.contents import find_gap

_COMMIT = re.compile(r"[0-9a-f]{40}")
_LONGEST_REFERENCE = 1000
"""Bytes; a commit has 40."""


def is_commit(revision: str | None) -> bool:
    return revision is not None and _COMMIT.fullmatch(revision) is not None


def locate_repository(name: str) -> Path:
    """The folder of a hub checkpoint in the hub cache, whether it is there or not."""
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE) / f"models--{name.replace('/', '--')}"


def find_snapshot(name: str, revision: str | None) -> Path | None:
    """The folder of the commit that `revision` stands for, as far as the cache knows; None where it has none.

    Without a revision that is the commit that `main` stood for when it was last asked for; where that is not on record,
    as after a download that asked for commits alone, the commit that came last.
    """
    repository = locate_repository(name)
    if ".." in (revision or ""):  # no name of git's, and no place in this folder
        return None
    commit = str(revision) if is_commit(revision) else _read_reference(repository, revision)
    folder = repository / "snapshots" / commit
    if commit and folder.is_dir():
        return folder
    if revision is not None or commit:
        return None
    snapshots = [path for path in (repository / "snapshots").glob("*") if path.is_dir() and is_commit(path.name)]
    return max(snapshots, key=lambda path: (path.stat().st_mtime, path.name), default=None)


def find_whole_snapshot(
    name: str, revision: str | None, find_gap: Callable[[Path], str | None] = find_gap
) -> Path | None:
    """As `find_snapshot`; None also where the folder lacks something that a run needs, which `find_gap` knows."""
    folder = find_snapshot(name, revision)
    return folder if folder is not None and find_gap(folder) is None else None


def link_blob(name: str, commit: str, file: str, blob: str) -> None:
    """Let `file` of the commit be the blob, which is there.

    Raises:
        OSError: The cache cannot be written.
    """
    link = locate_repository(name) / "snapshots" / commit / file
    link.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        link.symlink_to(Path("../../blobs") / blob)


def keep_reference(name: str, revision: str | None, commit: str) -> None:
    """Put on record which commit a branch or tag stands for, `main` where no revision was asked for.

    Raises:
        OSError: The cache cannot be written.
    """
    repository = locate_repository(name)
    if is_commit(revision) or _read_reference(repository, revision) == commit:
        return
    reference = repository / "refs" / (revision or "main")
    reference.parent.mkdir(parents=True, exist_ok=True)
    write_whole(reference, commit)


def _read_reference(repository: Path, revision: str | None) -> str:
    """The commit on record for a branch or tag; empty where there is none, or what is there is damaged."""
    try:
        commit = read_bytes(repository / "refs" / (revision or "main"), _LONGEST_REFERENCE).decode("ascii").strip()
    except (DataError, ValueError):
        return ""
    return commit if is_commit(commit) else ""
