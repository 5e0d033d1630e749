"""Where a checkpoint is: a folder, a file set that travels with mt-eval, or a download from the Hugging Face hub."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mt_eval import bundled
from mt_eval.errors import ModelError

CONFIGS = ("config.json", "generation_config.json")
TOKENIZERS = (
    "source.spm",
    "target.spm",
    "vocab.json",
    "target_vocab.json",
    "sentencepiece.bpe.model",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
)
SAFETENSORS = ("model.safetensors", "model.safetensors.index.json")
PICKLES = ("pytorch_model.bin", "pytorch_model.bin.index.json")

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[\w.-]+)?")
_SHARD = re.compile(r"(model|pytorch_model)-\d+-of-\d+\.(safetensors|bin)")


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

    A folder of that name comes first. Of a hub checkpoint only the files needed are downloaded, and pickled weights
    only if there are no safetensors.

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
    return _download(name, revision)


def _refuse_revision(name: str, revision: str | None) -> None:
    if revision is not None:
        raise ModelError(
            f"model.revision={revision} was given, but model.name={name} is a folder, which has no revisions; leave "
            "model.revision out"
        )


def _download(name: str, revision: str | None) -> Checkpoint:
    import huggingface_hub
    from huggingface_hub import errors

    try:
        info = huggingface_hub.model_info(name, revision=revision)
        files = [sibling.rfilename for sibling in info.siblings or ()]
        folder = huggingface_hub.snapshot_download(name, revision=info.sha, allow_patterns=_choose_files(files))
    except errors.GatedRepoError as error:
        raise ModelError(
            f"model.name={name}: this hub checkpoint is gated; accept its terms on https://huggingface.co/{name} and "
            "log in with `hf auth login`"
        ) from error
    except errors.RepositoryNotFoundError as error:
        raise ModelError(
            f"model.name={name}: there is no such folder here, and the hub knows no such checkpoint (or it is "
            f"private); check the spelling on https://huggingface.co/models?search={name.split('/')[-1]}"
        ) from error
    except errors.RevisionNotFoundError as error:
        raise ModelError(
            f"model.name={name}: the hub has no model.revision={revision} of it; give a branch, a tag or a commit that "
            f"https://huggingface.co/{name}/commits/main lists"
        ) from error
    except OSError as error:
        # Nearly all errors of the hub's client are OSErrors too, a full disk among them.
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise ModelError(
                f"model.name={name}: no space is left on the disk to download it to "
                f"{error.filename or 'the hub cache'}; free some or set HF_HOME to a folder on another disk"
            ) from error
        return _find_in_cache(name, revision, error)
    except Exception as error:
        if type(error).__module__.split(".")[0] in ("httpx", "httpx2", "httpcore", "httpcore2", "huggingface_hub"):
            return _find_in_cache(name, revision, error)
        raise
    return Checkpoint(name, Path(folder), "hub", revision, info.sha)


def _find_in_cache(name: str, revision: str | None, error: Exception) -> Checkpoint:
    """What an earlier download left; the commit is the one the name stood for then."""
    import huggingface_hub
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        folder = Path(huggingface_hub.snapshot_download(name, revision=revision, local_files_only=True))
    except (LocalEntryNotFoundError, ValueError, OSError):
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ModelError(
            f"model.name={name}: there is no such folder here, the hub cannot be reached ({reason}) and the checkpoint "
            "was not downloaded before; give a folder, or download it where there is a network and copy the hub cache "
            "(HF_HOME)"
        ) from error
    warning = f"{name}: the hub could not be reached, so the copy in the hub cache was used (commit {folder.name})"
    return Checkpoint(name, folder, "hub", revision, folder.name, (warning,))


def _choose_files(files: Iterable[str]) -> list[str]:
    """The files to download: configuration, tokenizer, and the weights in one format."""
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
