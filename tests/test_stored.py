"""How deep a record may be nested."""

from __future__ import annotations

import contextlib
import json

import pytest

from mt_eval.stored import DamagedError, check_depth


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("[" * 40 + "]" * 40, True),
        ("[" * 41 + "]" * 41, False),
        ('{"a":' * 41 + "1" + "}" * 41, False),
        # Brackets inside of texts neither open nor close anything.
        ('["]", ' * 60 + "1" + "]" * 60, False),
        ('["[[[[", "\\\\", "\\"[[[["]', True),
        ('"' + "[" * 1000 + '"', True),
    ],
)
def test_depth_is_that_of_the_json(text: str, good: bool) -> None:
    """The limit counts levels of lists and objects, and nothing in texts."""
    json.loads(text)

    with contextlib.nullcontext() if good else pytest.raises(DamagedError, match="nested more than 40 levels"):
        check_depth(text.encode())
