"""One third and two thirds in a sentence, in digits (`2/3`) and in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_IN_DIGITS = re.compile(r"([12])(?<![\d.,/:-]\d) ?/ ?3(?![\d/-]|[.,:]\d)")
_ONE_THIRD, _TWO_THIRDS = 1, 2
_OF_THEM = "(?:ه|ها|هم|هن|هما|نا|كم)"
_IN_WORDS: Mapping[str, tuple[tuple[re.Pattern[str], frozenset[int]], ...]] = MappingProxyType(
    {
        lang: tuple((re.compile(rf"(?<!\w)(?:{words})(?!\w)"), frozenset(thirds)) for words, thirds in table)
        for lang, table in {
            "ar": (
                ("[وف]?[بلك]?(?:ال|ل)?ثلث", (_ONE_THIRD,)),
                (f"[وف]?[بلك]?ثلث{_OF_THEM}", (_ONE_THIRD,)),
                (f"[وف]?[بلك]?ثلث[اي]{_OF_THEM}", (_TWO_THIRDS,)),
                ("[وف]?[بلك]?(?:ال|ل)?(?:ثلثي|ثلثين|ثلثان)", (_TWO_THIRDS,)),
                # The accusative of one third; or two thirds before a noun.
                ("[وف]?[بلك]?(?:ال|ل)?ثلثا", (_ONE_THIRD, _TWO_THIRDS)),
            ),
            "en": (
                (r"one[\s-]third|a[\s-]third(?= of)", (_ONE_THIRD,)),
                (r"two[\s-]thirds", (_TWO_THIRDS,)),
                # `A third term` is no part of a whole, `rose by a third` is.
                (r"a[\s-]third(?! of)", (_ONE_THIRD, _TWO_THIRDS)),
            ),
            "vi": ((r"một phần ba", (_ONE_THIRD,)), (r"hai phần ba", (_TWO_THIRDS,))),
        }.items()
    }
)


def list_written_thirds(text: str) -> frozenset[int]:
    """1 where a text has `1/3`, 2 where it has `2/3`."""
    return frozenset(int(match[1]) for match in _IN_DIGITS.finditer(text)) if "/" in text else frozenset()


def list_spoken_thirds(text: str, lang: str) -> frozenset[int]:
    """The same where the folded `text` says it in words; both for a word that may be either."""
    return frozenset().union(*(thirds for pattern, thirds in _IN_WORDS.get(lang, ()) if pattern.search(text)))
