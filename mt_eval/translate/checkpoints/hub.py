"""Where a checkpoint is: a folder, a file set that travels with mt-eval, or a download from the Hugging Face hub."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mt_eval import bundled
from mt_eval.errors import ModelError
from mt_eval.translate.checkpoints.cache import (
    find_snapshot,
    find_whole_snapshot,
    is_commit,
    keep_reference,
    link_blob,
    locate_repository,
)
from mt_eval.translate.checkpoints.contents import CONFIGS, PICKLES, SAFETENSORS, TOKENIZERS, find_gap

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[\w.-]+)?", re.ASCII)
_SHARD = re.compile(r"(model|pytorch_model)-\d+-of-\d+\.(safetensors|bin)")

_CACHE_ALONE: ContextVar[bool] = ContextVar("_CACHE_ALONE", default=False)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint's folder on this disk; nothing in it has been looked at yet."""

    name: str
    folder: Path
    origin: str
    """`folder`, `bundled` or `hub`."""
    revision: str | None = None
    """As asked for."""
    commit: str | None = None
    """The hub's commit that was used."""
    warnings: tuple[str, ...] = ()


def find_checkpoint(name: str, revision: str | None) -> Checkpoint:
    """The checkpoint that `name` means, downloaded if it is on the hub and not on this disk.

    A folder of that name comes first. The hub is asked once per process and checkpoint, so that all runs of a sweep use
    one commit, and not at all for a commit that is in the hub cache. Where it cannot be asked, what the cache holds is
    used and warned about. Only the files needed are downloaded, and pickled weights only if there are no safetensors.

    Raises:
        ModelError: There is no such folder or hub checkpoint, or it cannot be had.
    """
    folder = bundled.resolve(name)
    if name.startswith(bundled.PREFIX):
        if not folder.is_dir():
            raise ModelError(
                f"model.name={name}: this installation of mt-eval holds no {name.removeprefix('bundled:')}"
            )
        _refuse_revision(name, revision)
        return Checkpoint(name, folder, "bundled")
    if folder.is_dir():
        _refuse_revision(name, revision)
        return Checkpoint(name, folder, "folder")
    if folder.exists():
        raise ModelError(
            f"model.name={name} is a file; expected a folder with config.json, weights and tokenizer files"
        )
    if not _HUB_NAME.fullmatch(name):
        raise ModelError(
            f"model.name={name}: there is no such folder, and it cannot be a hub name either; give a folder or a name "
            "such as Helsinki-NLP/opus-mt-vi-en"
        )
    return _find_on_hub(name, revision)


@contextmanager
def use_cache_alone() -> Iterator[None]:
    """No hub is asked and nothing downloaded in the block: the hub cache has a checkpoint, or it is not there."""
    token = _CACHE_ALONE.set(True)
    try:
        yield
    finally:
        _CACHE_ALONE.reset(token)


def _refuse_revision(name: str, revision: str | None) -> None:
    if revision is not None:
        raise ModelError(
            f"model.revision={revision} was given, but model.name={name} is a folder, which has no revisions; leave "
            "model.revision out"
        )


def _find_on_hub(name: str, revision: str | None) -> Checkpoint:
    from huggingface_hub import constants

    here = find_whole_snapshot(name, revision)
    if here is not None and (is_commit(revision) or _CACHE_ALONE.get()):
        return Checkpoint(name, here, "hub", revision, here.name)
    if constants.HF_HUB_OFFLINE or _CACHE_ALONE.get():
        if here is None:
            raise ModelError(f"model.name={name}: {_describe_absence(name, revision)}")
        return _take_cached(name, revision, here, "HF_HUB_OFFLINE is set")
    return _ask_once(name, revision, constants.HF_HUB_CACHE, constants.ENDPOINT)


@cache
def _ask_once(name: str, revision: str | None, cache_dir: str, endpoint: str) -> Checkpoint:
    """As `find_checkpoint`, with the hub; the last two arguments are what else the answer depends on."""
    from mt_eval.translate.checkpoints.download import HubError, download_blob, find_commit, list_files

    here = find_whole_snapshot(name, revision)
    try:
        commit = find_commit(name, revision, tries=4 if here is None else 2)
        files = list_files(name, commit)
        for file in _choose_files(files):
            if not (locate_repository(name) / "snapshots" / commit / file).is_file():
                download_blob(name, commit, files[file])
                link_blob(name, commit, file, files[file].blob)
    except HubError as error:
        if here is None:
            raise
        why = str(error).removeprefix(f"model.name={name}: ").partition("; ")[0]
        return _take_cached(name, revision, here, why)
    with contextlib.suppress(OSError):  # a cache that belongs to somebody else, where the checkpoint was found whole
        keep_reference(name, revision, commit)
    return Checkpoint(name, locate_repository(name) / "snapshots" / commit, "hub", revision, commit)


def _take_cached(name: str, revision: str | None, folder: Path, why: str) -> Checkpoint:
    warning = f"{name}: the copy in the hub cache was used (commit {folder.name}), because {why}"
    return Checkpoint(name, folder, "hub", revision, folder.name, (warning,))


def _describe_absence(name: str, revision: str | None) -> str:
    folder = find_snapshot(name, revision)
    asked = "" if revision is None else f" at model.revision={revision}"
    found = "is not in it" if folder is None else f"is there only in part ({find_gap(folder)})"
    return (
        "there is no such folder here, HF_HUB_OFFLINE is set so that only the hub cache is looked into, and the "
        f"checkpoint{asked} {found}; give a folder, unset HF_HUB_OFFLINE, or run `mt-eval models fetch` where there is "
        "a network and copy the hub cache (HF_HOME)"
    )


def _choose_files(files: Iterable[str]) -> list[str]:
    """The files to download: configuration, tokenizer, and last the weights, in one format."""
    there = set(files)
    chosen = [file for file in (*CONFIGS, *TOKENIZERS) if file in there]
    formats = ((SAFETENSORS, ".safetensors"), (PICKLES, ".bin"))
    for names, suffix in formats:
        weights = [name for name in names if name in there]
        if weights:
            shards = [file for file in sorted(there) if _SHARD.fullmatch(file) and file.endswith(suffix)]
            # A single file and shards of the same weights may both be there: the single file is enough.
            return chosen + ([weights[0]] if weights[0] == names[0] else weights + shards)
    return chosen
