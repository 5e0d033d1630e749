"""What becomes of memory that is freed: glibc gives much of it back, and asks for it again at the next step."""

from __future__ import annotations

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # glibc's malloc.h
_LARGEST_PIECES = (2**30, 2**25)
"""Bytes; an older glibc takes no more than the second."""


def keep_freed_memory() -> bool:
    """Whether this process now keeps what it frees for what it needs next; only glibc can be told so.

    A step of a search frees tensors over the vocabulary, 10 MB each for 20 sentences, and the next one needs the same
    again. The kernel has to clear every page of them in between: a fifth of the time of decoding with torch was spent
    on this. Results do not change.
    """
    try:
        tell = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # another C library, macOS, Windows
        return False
    return any(tell(_MMAP_THRESHOLD, most) for most in _LARGEST_PIECES) and bool(tell(_TRIM_THRESHOLD, 2**30))
