"""What a user can do wrong, drawn once.

    MtEvalError                 every error mt-eval explains; its text is the whole message
     ├── ConfigError            an option, a group or a value
     ├── DataError              an input file: articles, manifest, parallel lines, hypotheses
     │    └── AlignmentError    two sides that cannot be paired as asked
     ├── ModelError             a checkpoint that is missing, broken or of another kind
     ├── MetricError            a metric from outside that cannot be run, or gives no scores
     ├── RunError               a run directory that cannot be read or written
     └── TrackerError           a tracker of experiments that cannot be reached, or refuses

A message says in one sentence where, what was found, what was expected, and what mends it. The command line prints it
behind `error:` and exits with status 1; nothing else derived from `Exception` is meant to reach a user.
"""

from __future__ import annotations

import errno
import os


class MtEvalError(Exception):
    """Base of all errors that mt-eval explains to its user."""


class ConfigError(MtEvalError):
    """An option, a group or a value that does not exist or does not fit."""


class DataError(MtEvalError):
    """An input file that is missing, damaged or not what its manifest says."""


class AlignmentError(DataError):
    """Two sides that cannot be paired the way they were asked to be."""


class ModelError(MtEvalError):
    """A checkpoint that is missing, broken, of another architecture, or asked for a language it does not know."""


class MetricError(MtEvalError):
    """A metric from outside that cannot be run, or does not give the scores it should."""


class RunError(MtEvalError):
    """A run directory that cannot be read or written."""


class TrackerError(MtEvalError):
    """A tracker of experiments that cannot be reached, or refuses."""


_REFUSALS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE, errno.ENFILE}
_REFUSALS |= {errno.ELOOP, errno.ENAMETOOLONG, errno.ESTALE, errno.ENOMEM, errno.EFBIG, errno.EBADF}


def describe_refusal(error: BaseException) -> str | None:
    """What the system refused, in a sentence: no room, no permission, no memory; None where that is not the error."""
    try:
        os.getcwd()
    except FileNotFoundError:
        return "the working folder is not there any more; go to another one with `cd`"
    except OSError:
        pass  # it cannot be read, which is for others to say
    if isinstance(error, MemoryError):
        return "there is not enough memory; give it less at a time, or a larger machine"
    if not isinstance(error, OSError) or error.errno not in _REFUSALS:
        return None
    where = f"{os.fspath(error.filename)!s}: " if error.filename and not isinstance(error.filename, int) else ""
    return f"{where}{os.strerror(error.errno).lower()}; mend that and give the same command again"
