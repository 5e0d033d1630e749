"""What makes two runs the same experiment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_NOT_IDENTITY = ("data", "model", "device", "preflight", "runs_dir", "force")
"""Where things are and where they run; data and model count by their content instead."""


def identify_run(config: Mapping[str, Any], inputs: Mapping[str, str], system: str, sacrebleu: str) -> str:
    """SHA-256, in hexadecimal, over everything that can change the result.

    Args:
        config: The run's configuration as plain data.
        inputs: The role of every input file (`article 000`, `gold xi-putin-2024`) to the SHA-256 of its content.
        system: The identity of the translating system.
        sacrebleu: Version of the scoring library.
    """
    settings = {key: value for key, value in config.items() if key not in _NOT_IDENTITY}
    facts = {"settings": settings, "inputs": dict(inputs), "system": system, "sacrebleu": sacrebleu}
    canonical = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def name_run(data: str, system: str, direction: str, identity: str) -> str:
    """The name of a run directory: what people want to see first, then enough of the identity to be unique.

    >>> name_run("articles", "demo", "vi-ar", "0123456789abcdef")
    'articles-demo-vi-ar-01234567'
    """
    return f"{data}-{system}-{direction}-{identity[:8]}"
