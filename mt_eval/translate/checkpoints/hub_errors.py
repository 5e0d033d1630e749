"""What a hub's failures mean: each in one sentence that says what mends it."""

from __future__ import annotations

import errno
from json import JSONDecodeError

from mt_eval.errors import ModelError


class HubError(ModelError):
    """What kept a checkpoint from coming; a copy that is in the cache can be used all the same."""


class UnreachableError(HubError):
    """Nothing answers at its address, or something that is no hub."""


class WrongAnswerError(Exception):
    """An answer with status 200 or 206 that is not the file."""


def explain(name: str, revision: str | None, error: Exception, setting: str) -> ModelError | None:
    """The error in one sentence; None for one that is not the hub's, the network's or the disk's."""
    from huggingface_hub import constants, errors

    where, page = f"{setting}={name}", f"{constants.ENDPOINT}/{name}"
    status = find_status(error)
    match error:
        case errors.GatedRepoError():
            return HubError(
                f"{where}: this hub checkpoint is gated; accept its terms on {page} and log in with `hf auth login`"
            )
        case errors.RepositoryNotFoundError() | errors.HFValidationError():
            return HubError(
                f"{where}: there is no such folder here, and the hub knows no such checkpoint (or it is private, and "
                f"you are not logged in: `hf auth login`); check the spelling on "
                f"{constants.ENDPOINT}/models?search={name.split('/')[-1]}"
            )
        case errors.RevisionNotFoundError():
            return ModelError(
                f"{where}: the hub has no {name_revision(setting)}={revision} of it; give a branch, a tag or a commit "
                f"that {page}/commits/main lists"
            )
        case errors.EntryNotFoundError():
            return HubError(f"{where}: the hub lists a file that it does not have ({describe(error)}); tell its owner")
        case _ if status == 401:
            return HubError(
                f"{where}: the hub refuses the token (401); log in again with `hf auth login`, or unset HF_TOKEN"
            )
        case _ if status == 403:
            return HubError(f"{where}: the hub forbids it (403, {describe(error)}); ask its owner for access")
        case _ if status == 429:
            return HubError(
                f"{where}: the hub has had too many requests from here (429); wait some minutes, or log in with `hf "
                "auth login`, which raises the limit"
            )
        case _ if status is not None:
            return HubError(f"{where}: the hub fails ({status}, {describe(error)}); try again later")
        case WrongAnswerError():
            return HubError(f"{where}: {error}; check the connection and any proxy, and try again")
        case ValueError() | LookupError() | TypeError() | AttributeError():  # no JSON, or JSON of somebody else
            # Such a page is the answer to everything; another odd answer may be of this checkpoint alone.
            kind = UnreachableError if isinstance(error, JSONDecodeError) else HubError
            return kind(
                f"{where}: {constants.ENDPOINT} answers with something that is no answer of a hub, such as the page of "
                "a proxy or a login page; open it in a browser, or set HTTPS_PROXY and HF_ENDPOINT as your network "
                "needs them"
            )
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            return HubError(
                f"{where}: no space is left on the disk to download it to "
                f"{error.filename or constants.HF_HUB_CACHE}; free some or set HF_HOME to a folder on another disk"
            )
        case OSError(errno=int()) if error.filename is not None:
            return HubError(
                f"{where}: the hub cache cannot be written ({error.filename}: {error.strerror}); mend its permissions "
                "or set HF_HOME to a folder you can write"
            )
        case _ if isinstance(error, OSError) or _is_of_the_network(error):
            return UnreachableError(
                f"{where}: the hub {constants.ENDPOINT} cannot be reached ({describe(error)}); check the network, or "
                "give a folder"
            )
    return None


def find_status(error: Exception) -> int | None:
    """The status of the answer that an error is of; None where there was no answer."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) else None


def name_revision(setting: str) -> str:
    """The setting that holds the revision of what another one names."""
    return "model.revision" if setting == "model.name" else f"{setting}_revision"


def _is_of_the_network(error: Exception) -> bool:
    """Whether the hub's client or its HTTP library, which has changed its name once, raised it."""
    return type(error).__module__.split(".")[0] in ("httpx", "httpx2", "httpcore", "httpcore2", "huggingface_hub")


def describe(error: BaseException) -> str:
    """The first line of what an error says, or its name."""
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
