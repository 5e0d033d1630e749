"""Where a checkpoint is: a folder, a file set that travels with mt-eval, or a download from the Hugging Face hub."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
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
from mt_eval.translate.checkpoints.contents import (
    ADAPTER_CONFIG,
    CONFIGS,
    OTHER_TOKENIZERS,
    PICKLES,
    SAFETENSORS,
    find_gap,
)
from mt_eval.translate.checkpoints.hub_errors import HubError, UnreachableError, name_revision
from mt_eval.translate.hypotheses import LONGEST_LABEL

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[\w.-]+)?", re.ASCII)
_SHARD = re.compile(r"(model|pytorch_model)-\d+-of-\d+\.(safetensors|bin)")

_CACHE_ALONE: ContextVar[bool] = ContextVar("_CACHE_ALONE", default=False)


@dataclass(frozen=True, slots=True)
class Sort:
    """What is looked for under a name, where that is given, and what belongs to it."""

    setting: str
    """Where the name is given: `model.name`."""
    example: str
    """A hub name of such a thing."""
    content: str
    """What a folder of it holds, in words."""
    choose_files: Callable[[Iterable[str]], list[str]]
    """Which of a repository's files are downloaded."""
    find_gap: Callable[[Path], str | None]
    """What keeps the files in a folder from being all of them, in words; None where nothing does."""
    misfit: Callable[[str, Iterable[str]], str | None] = lambda name, files: None
    """What a repository of this name with these files is, where it is something else."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint's folder on this disk, or an adapter's; nothing in it has been looked at yet."""

    name: str
    folder: Path
    origin: str
    """`folder`, `bundled` or `hub`."""
    revision: str | None = None
    """As asked for."""
    commit: str | None = None
    """The hub's commit that was used."""
    warnings: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The last part of the path or hub name with nothing in it that a file name should not have."""
        last = Path(self.name.split(":", 1)[-1]).name or Path(self.name).resolve().name
        return re.sub(r"[^\w.-]+", "-", last).strip("-.")[:LONGEST_LABEL] or "model"


def find_checkpoint(name: str, revision: str | None, sort: Sort | None = None) -> Checkpoint:
    """The checkpoint that `name` means, downloaded if it is on the hub and not on this disk.

    A folder of that name comes first. The hub is asked once per process and checkpoint, so that all runs of a sweep use
    one commit, and not at all for a commit that is in the hub cache. Where it cannot be asked, what the cache holds is
    used and warned about. Only the files needed are downloaded, and pickled weights only if there are no safetensors.

    Args:
        sort: What is looked for, a checkpoint by default.

    Raises:
        ModelError: There is no such folder or hub checkpoint, or it cannot be had.
    """
    sort = sort or CHECKPOINT
    where = f"{sort.setting}={name}"
    folder = bundled.resolve(name)
    if name.startswith(bundled.PREFIX):
        if not folder.is_dir():
            raise ModelError(f"{where}: this installation of mt-eval holds no {name.removeprefix('bundled:')}")
        _refuse_revision(name, revision, sort)
        return Checkpoint(name, folder, "bundled")
    if folder.is_dir():
        _refuse_revision(name, revision, sort)
        return Checkpoint(name, folder, "folder")
    if folder.exists():
        raise ModelError(f"{where} is a file; expected a folder with {sort.content}")
    if not _HUB_NAME.fullmatch(name):
        raise ModelError(
            f"{where}: there is no such folder, and it cannot be a hub name either; give a folder or a name "
            f"such as {sort.example}"
        )
    return _find_on_hub(name, revision, sort)


@contextmanager
def use_cache_alone() -> Iterator[None]:
    """No hub is asked and nothing downloaded in the block: the hub cache has a checkpoint, or it is not there."""
    token = _CACHE_ALONE.set(True)
    try:
        yield
    finally:
        _CACHE_ALONE.reset(token)


def _refuse_revision(name: str, revision: str | None, sort: Sort) -> None:
    if revision is not None:
        setting = name_revision(sort.setting)
        raise ModelError(
            f"{setting}={revision} was given, but {sort.setting}={name} is a folder, which has no revisions; leave "
            f"{setting} out"
        )


def _find_on_hub(name: str, revision: str | None, sort: Sort) -> Checkpoint:
    from huggingface_hub import constants

    here = find_whole_snapshot(name, revision, sort.find_gap)
    if here is not None and (is_commit(revision) or _CACHE_ALONE.get()):
        return Checkpoint(name, here, "hub", revision, here.name)
    if constants.HF_HUB_OFFLINE or _CACHE_ALONE.get():
        if here is None:
            raise ModelError(f"{sort.setting}={name}: {_describe_absence(name, revision, sort)}")
        return _take_cached(name, revision, here, "HF_HUB_OFFLINE is set")
    return _ask_once(name, revision, sort, constants.HF_HUB_CACHE, constants.ENDPOINT)


@cache
def _ask_once(name: str, revision: str | None, sort: Sort, cache_dir: str, endpoint: str) -> Checkpoint:
    """As `find_checkpoint`, with the hub; the last two arguments are what else the answer depends on."""
    from mt_eval.translate.checkpoints.download import download_blob, find_commit, list_files

    here, where = find_whole_snapshot(name, revision, sort.find_gap), f"{sort.setting}={name}: "
    commit = None
    try:
        commit = find_commit(name, revision, tries=4 if here is None else 2, setting=sort.setting)
        files = list_files(name, commit, sort.setting)
        if (misfit := sort.misfit(name, files)) is not None:
            raise ModelError(f"{sort.setting}={name}: {misfit}")
        for file in sort.choose_files(files):
            if not (locate_repository(name) / "snapshots" / commit / file).is_file():
                download_blob(name, commit, files[file], sort.setting)
                link_blob(name, commit, file, files[file].blob)
    except HubError as error:
        if here is None and commit is None and isinstance(error, UnreachableError):  # perhaps no hub was meant
            said = str(error).removeprefix(where)
            raise UnreachableError(f"{where}there is no such folder here, and {said}") from error
        if here is None:
            raise
        why = str(error).removeprefix(where).partition("; ")[0]
        return _take_cached(name, revision, here, why)
    with contextlib.suppress(OSError):  # a cache that belongs to somebody else, where the checkpoint was found whole
        keep_reference(name, revision, commit)
    return Checkpoint(name, locate_repository(name) / "snapshots" / commit, "hub", revision, commit)


def _take_cached(name: str, revision: str | None, folder: Path, why: str) -> Checkpoint:
    warning = f"{name}: the copy in the hub cache was used (commit {folder.name}), because {why}"
    return Checkpoint(name, folder, "hub", revision, folder.name, (warning,))


def _describe_absence(name: str, revision: str | None, sort: Sort) -> str:
    folder = find_snapshot(name, revision)
    asked = "" if revision is None else f" at {name_revision(sort.setting)}={revision}"
    found = "is not in it" if folder is None else f"is there only in part ({sort.find_gap(folder)})"
    return (
        "there is no such folder here, HF_HUB_OFFLINE is set so that only the hub cache is looked into, and the "
        f"checkpoint{asked} {found}; give a folder, unset HF_HUB_OFFLINE, or run `mt-eval models fetch` where there is "
        "a network and copy the hub cache (HF_HOME)"
    )


def _name_adapter(name: str, files: Iterable[str]) -> str | None:
    there = set(files)
    if ADAPTER_CONFIG in there and "config.json" not in there:
        return f"this is an adapter, not a checkpoint; give model.adapter={name} beside the model.name it was made for"
    return None


def _choose_files(files: Iterable[str]) -> list[str]:
    """The files to download: configuration, tokenizer, and last the weights, in one format."""
    there = set(files)
    chosen = [file for file in (*CONFIGS, *OTHER_TOKENIZERS) if file in there]
    formats = ((SAFETENSORS, ".safetensors"), (PICKLES, ".bin"))
    for names, suffix in formats:
        weights = [name for name in names if name in there]
        if weights:
            shards = [file for file in sorted(there) if _SHARD.fullmatch(file) and file.endswith(suffix)]
            # A single file and shards of the same weights may both be there: the single file is enough.
            return chosen + ([weights[0]] if weights[0] == names[0] else weights + shards)
    return chosen


CHECKPOINT = Sort(
    "model.name",
    "Helsinki-NLP/opus-mt-vi-en",
    "config.json, weights and tokenizer files",
    _choose_files,
    find_gap,
    _name_adapter,
)
