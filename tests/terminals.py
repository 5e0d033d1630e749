"""Commands run in a terminal that is a program's."""

from __future__ import annotations

import os
import pty
import subprocess
import sys


def run_in_terminal(columns: int, *words: str) -> str:
    """What the command writes into a terminal so wide."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    try:
        subprocess.run(
            [sys.executable, "-m", "mt_eval", *words], stdout=theirs, stdin=theirs, env=environment, check=True
        )
    finally:
        os.close(theirs)
    written = b""
    try:
        while part := os.read(ours, 65536):
            written += part
    except OSError:
        pass  # the other end is closed
    finally:
        os.close(ours)
    return written.decode().replace("\r\n", "\n")
