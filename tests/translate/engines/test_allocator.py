"""What becomes of memory that is freed."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

STEPS = """
import resource
from mt_eval.translate.engines.allocator import keep_freed_memory

def step():
    # Many pieces: together they are more than twice the largest, which is when glibc gives back what it has.
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    pieces = [b"x" * 4_000_000 for _ in range(20)]
    del pieces
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

first = min(step() for _ in range(3))
kept = keep_freed_memory()
print(int(kept), first, min(step() for _ in range(4)))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told to keep what is freed")
def test_pages_are_cleared_once() -> None:
    """Pages that were freed are there when they are needed again; before, the kernel had to bring all of them."""
    done = subprocess.run([sys.executable, "-c", STEPS], capture_output=True, text=True, check=True)

    kept, before, after = map(int, done.stdout.split())
    assert kept == 1
    assert before > 1000 > after
