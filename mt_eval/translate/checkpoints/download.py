"""Requests to the hub and downloads of its files, with every way to fail named, and repeated where that can help.

`huggingface_hub` deletes what it has of a file when it is stopped, waits for its threads on Ctrl-C, and compares sizes
alone. Here a download goes on where the last one ended, stops at once, and is compared with the hash that the hub keeps
of it before it gets its name in the cache.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from mt_eval.disk import move_whole, wait_for_lock
from mt_eval.outages import is_late, recall_outage, remember_outage
from mt_eval.translate.checkpoints.cache import is_commit, locate_repository
from mt_eval.translate.checkpoints.hashing import hash_blob
from mt_eval.translate.checkpoints.hub_errors import (
    UnreachableError,
    WrongAnswerError,
    explain,
    find_status,
)
from mt_eval.translate.retry_after import read_retry_after

Result = TypeVar("Result")

_PATIENCE = 10.0
"""Seconds for an answer that is no file."""
_WAITS = (1.0, 2.0, 4.0)
"""Seconds before the second, third and fourth try."""
_LONGEST_WAIT = 300.0
"""Seconds: the hub counts requests over five minutes."""
_PASSING = frozenset({408, 429, 500, 502, 503, 504})
_BLOB = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_SAY = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a hub checkpoint as the hub lists it."""

    path: str
    size: int
    blob: str
    """Its SHA-256, or for a small file that git holds itself its SHA-1 as git takes it."""


def ask(
    name: str,
    revision: str | None,
    request: Callable[[], Result],
    tries: int = 1 + len(_WAITS),
    setting: str = "model.name",
    *,
    is_first: bool = False,
) -> Result:
    """What `request` returns, tried again where what went wrong can pass; `setting` is where `name` was given.

    A hub that does not answer the first question is asked once more at most.

    Raises:
        HubError: The hub cannot be reached, refuses, fails or answers with something else, or the cache is full or
            cannot be written.
        ModelError: The hub has no such revision.
    """
    for attempt in range(tries):
        try:
            return request()
        except Exception as error:
            explained = explain(name, revision, error, setting)
            if explained is None:
                raise
            wait = _find_wait(error, attempt)
            if is_first and isinstance(explained, UnreachableError) and (attempt or _is_waited_for(error)):
                wait = None
            if wait is None or attempt + 1 == tries:
                raise explained from error
            _SAY.warning("%s; trying again in %.0f s", str(explained).partition("; ")[0], wait)
            time.sleep(wait)
    raise AssertionError("no try was made")


def find_commit(name: str, revision: str | None, tries: int, setting: str) -> str:
    """The commit that a revision stands for on the hub, which is not asked if it did not answer a moment ago.

    Raises:
        ModelError: As `ask`.
    """
    from huggingface_hub import constants

    def request() -> str:
        commit = _open_api().model_info(name, revision=revision, timeout=_PATIENCE).sha
        if not is_commit(commit):
            raise ValueError(f"{commit} is no commit")
        return str(commit)

    endpoint, where = constants.ENDPOINT, f"{setting}={name}: "
    if (outage := recall_outage(endpoint)) is not None:
        raise UnreachableError(where + outage)
    try:
        return ask(name, revision, request, tries, setting, is_first=True)
    except UnreachableError as error:
        if not is_late(error.__cause__):
            remember_outage(endpoint, str(error).removeprefix(where))
        raise


def list_files(name: str, commit: str, setting: str) -> dict[str, HubFile]:
    """Path to file, of all files of a commit.

    Raises:
        ModelError: As `ask`.
    """
    import huggingface_hub

    def request() -> dict[str, HubFile]:
        found = {}
        for entry in _open_api().list_repo_tree(name, revision=commit):
            if isinstance(entry, huggingface_hub.RepoFile):
                blob = entry.blob_id if entry.lfs is None else entry.lfs.sha256
                if not _BLOB.fullmatch(blob):
                    raise ValueError(f"{blob} is no hash")
                found[entry.path] = HubFile(entry.path, entry.size, blob)
        return found

    return ask(name, commit, request, setting=setting)


def download_blob(name: str, commit: str, file: HubFile, setting: str) -> None:
    """Have a file in the cache's blobs, whole and as the hub's hash says.

    Raises:
        ModelError: As `ask`; or what comes is not what the hub lists.
    """
    blob = locate_repository(name) / "blobs" / file.blob

    def request() -> None:
        blob.parent.mkdir(parents=True, exist_ok=True)
        lock = blob.parents[2] / ".locks" / blob.parents[1].name / f"{file.blob}.lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        with wait_for_lock(lock):
            if not blob.is_file():
                partial = blob.with_name(f"{blob.name}.incomplete")
                _fetch(name, commit, file, partial)
                _verify(file, partial)
                move_whole(partial, blob)

    ask(name, commit, request, setting=setting)


def _open_api() -> Any:
    from huggingface_hub import HfApi, constants

    return HfApi(endpoint=constants.ENDPOINT)


def _fetch(name: str, commit: str, file: HubFile, partial: Path) -> None:
    """Bring `partial` to the size of the file, from where it ends."""
    import huggingface_hub
    from huggingface_hub import utils

    tools: Any = utils
    start = partial.stat().st_size if partial.is_file() else 0
    if start > file.size:
        partial.unlink()
        start = 0
    if start == file.size and partial.is_file():
        return
    headers = {**tools.build_hf_headers(), "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    url = huggingface_hub.hf_hub_url(name, file.path, revision=commit)
    session: Any = huggingface_hub.get_session()
    with session.stream("GET", url, headers=headers, follow_redirects=True, timeout=30) as answer:
        if answer.status_code == 416:
            partial.unlink()
        tools.hf_raise_for_status(answer)
        if answer.status_code != 206:
            start = 0
        _check_length(file, answer, start)
        with (
            partial.open("ab" if start else "wb") as stream,
            tools.tqdm(total=file.size, initial=start, unit="B", unit_scale=True, desc=file.path, disable=None) as bar,
        ):
            for chunk in answer.iter_bytes():
                stream.write(chunk)
                bar.update(len(chunk))
    size = partial.stat().st_size
    if size != file.size:
        raise WrongAnswerError(f"{file.path} ended after {size:,} of {file.size:,} bytes")


def _check_length(file: HubFile, answer: Any, start: int) -> None:
    if "text/html" in answer.headers.get("Content-Type", ""):
        raise WrongAnswerError(f"{file.path} came as a web page, as of a proxy or a login page")
    length = answer.headers.get("Content-Length")
    if length is not None and not answer.headers.get("Content-Encoding") and int(length) != file.size - start:
        raise WrongAnswerError(
            f"{file.path} came with {start + int(length):,} bytes, where the hub lists {file.size:,}"
        )


def _verify(file: HubFile, partial: Path) -> None:
    found = hash_blob(partial, file.blob)
    if found != file.blob:
        partial.unlink()
        raise WrongAnswerError(
            f"{file.path} came damaged, of the right size but with the hash {found[:12]} where the hub's is "
            f"{file.blob[:12]}"
        )


def _find_wait(error: Exception, attempt: int) -> float | None:
    """Seconds after which a request can go better; None where it cannot."""
    status = find_status(error)
    if status is not None and status not in _PASSING:
        return None
    if isinstance(error, OSError) and error.errno is not None and status is None:
        return None
    asked = _find_retry_after(error)
    wait = _WAITS[min(attempt, len(_WAITS) - 1)] if asked is None else asked
    return wait if wait <= _LONGEST_WAIT else None


def _find_retry_after(error: Exception) -> float | None:
    """Seconds that the hub asks to wait, None where it does not."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    return read_retry_after(headers.get("Retry-After"), headers.get("Date"), time.time())


def _is_waited_for(error: Exception) -> bool:
    """Whether connecting took longer than it may: by then the system has tried several times."""
    return type(error).__name__ == "ConnectTimeout"
