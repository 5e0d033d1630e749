"""Whether a translation holds a name: in the same letters, in a similar spelling, or by its sound."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from mt_eval.diagnose.transliteration import is_transliterated, list_skeletons
from mt_eval.languages.codes import find_script
from mt_eval.languages.letters import strip_marks
from mt_eval.languages.names import spell_latin

_WORD = re.compile(r"[^\W_]+(?:[-'’–][^\W_]+)*")
_BEFORE = 20
"""Characters in front of a word that may tell whether it begins a sentence."""
_JOINTS = re.compile("[-'’–]")
_BEGINS = re.compile(r"(?:^|[.!?:;…\"“”‘’(\[«»*•|])\s*$")
_SIMILAR = 0.75
"""Likeness of two words, as difflib gives it, from which on one is the other's spelling: `Kazakh`, `Kazakhstan`."""
_LONG = 5
"""Letters of a name that may stand anywhere in a word; shorter ones stand at its beginning."""
_SHORTEST_SKELETON = 3
"""Consonants that two spellings of one name have to share."""
_SHORTEST = 4
"""Letters of a word that may be another spelling of a name."""
LONGEST = 40
"""Letters of a name, and of a word that may be its spelling; longer ones are no words, and take long to compare."""
_ENDING = 3
"""Letters that a name may lose or change at its end."""


@dataclass(frozen=True, slots=True)
class Target:
    """A translation, ready to be searched for names."""

    text: str
    words: frozenset[str]
    """Every word, and every two neighbouring ones as one word (`Hà Nội` for `Hanoi`); lower case, without marks."""
    similar: frozenset[str]
    """Words that may be a name in another spelling: those that the source does not have too."""
    skeletons: frozenset[str] | None
    """Of the words in Arabic script; None where the target is in Latin script."""
    own_names: int
    """Runs of capitalised words within a sentence that are not the source's: each may be a translated name."""

    @classmethod
    def read(cls, source: str, translation: str, lang: str) -> Target:
        matches = list(_WORD.finditer(translation))
        words = [_JOINTS.sub("", strip_marks(match.group())) for match in matches]
        pieces = [piece for match in matches for piece in _JOINTS.split(strip_marks(match.group()))]
        ours = {_JOINTS.sub("", strip_marks(word)) for word in _WORD.findall(source)}
        latin = {word for word in [*words, *pieces] if word.isascii()}
        joined = {one + other for one, other in pairwise(words)}
        return cls(
            text=" ".join(pieces),
            words=frozenset(latin | joined),
            similar=frozenset(latin - ours),
            skeletons=list_skeletons(translation) if find_script(lang) == "ARABIC" else None,
            own_names=_count_own_names(translation, matches, ours),
        )

    def holds(self, name: str, forms: tuple[str, ...] = ()) -> bool:
        """Whether the translation has `name` or what may be its spelling."""
        plain = _JOINTS.sub("", strip_marks(name))
        if plain in self.words or any(form in self.text for form in forms):
            return True
        if any(plain in word if len(plain) >= _LONG else word.startswith(plain) for word in self.words):
            return True
        if self.skeletons is not None and is_transliterated(plain, self.skeletons):
            return True
        stem = max(_SHORTEST, len(plain) - _ENDING)
        return any(
            _resemble(plain, word)
            for word in self.words
            if len(word) <= LONGEST and (word in self.similar or word[:stem] in plain)
        )


def _resemble(name: str, word: str) -> bool:
    if word[:1] != name[:1] or len(word) < _SHORTEST:
        return False
    if len(word) >= len(name) - _ENDING and name.startswith(word):
        return True
    skeleton = spell_latin(name)
    if len(skeleton) >= _SHORTEST_SKELETON and skeleton == spell_latin(word):
        return True
    return SequenceMatcher(None, name, word).ratio() >= _SIMILAR


def _count_own_names(text: str, matches: list[re.Match[str]], ours: set[str]) -> int:
    count = 0
    end = -1
    for match in matches:
        word = match.group()
        if not word[0].isupper() or _JOINTS.sub("", strip_marks(word)) in ours:
            continue
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        if not before.rstrip()[-1:].isalnum() and _BEGINS.search(before):
            continue
        count += text[end : match.start()] != " "
        end = match.end()
    return count
