"""Names in Latin script that a translation lacks, in Latin letters and in a transliteration."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from importlib.resources import files

from mt_eval.score.diagnostics.language import find_script
from mt_eval.score.diagnostics.transliteration import (
    SHORTEST_SKELETON,
    is_transliterated,
    list_skeletons,
    spell_skeleton,
)

_LETTER = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
_WORD = re.compile(rf"[{_LETTER}][{_LETTER}0-9]*(?:['’][{_LETTER}]+)*")
_OWNER = re.compile("['’]s?$")
_BEGINS_SENTENCE = re.compile(r"(?:^|[.!?:;…][\"”’)\]]*|[—–*•|]|[\"“‘(\[«']|\s-)\s*$(?<![,;][\"”’'] )")
_IN_TITLE = re.compile(rf"[A-Z][{_LETTER}]+ (?:for|to)(?: the)? $")
_DERIVED = re.compile(
    "(?:tion|[td]ment|dent|ity|ing|ism|ist|ology|graphy|ance|ence|ship|ful|less|ive|ous|able|ible|ary|ory|ical|ural|ional"
    "|[tr]ic|line|ian|ese|ish|ean|ers|ors|ctor|ator)s?$"
)
"""Endings of English words that a title may hold: `Superintendent`, `Avengers`."""
_NOT_DERIVED = frozenset(["baltic", "downing", "hastings", "salvador", "viking", "vikings"])
# Chinese names in Latin letters; each has a Vietnamese form (`Zhangjiakou` is Trương Gia Khẩu).
_CHINESE = re.compile("^(?:x|q(?!u))|zh|shui|[jlyn]uan")
_GAP = re.compile(r"[ \u00a0'’-]?")
_VIETNAMESE_SYLLABLE = re.compile(
    "(?:b|ch|c|d|đ|gh|gi|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|r|s|th|tr|t|v|x)?[aeiouy]{1,3}(?:ch|c|m|ng|nh|n|p|t|i|o|u|y)?"
)
_SHORTEST = 4
"""Letters of a name that is looked for."""
_TITLE_SHARE = 0.75
"""Share of capitalised words from which on the text is a title, which capitalises everything."""
_SIMILAR = 0.75
"""Likeness of two words, as difflib gives it, from which on one is the other's spelling: `Kazakh`, `Kazakhstan`."""
_BEFORE = 60
"""Characters in front of a word that may tell whether it begins a sentence or belongs to a title."""


@dataclass(frozen=True, slots=True)
class Name:
    """Neighbouring words that belong to one name."""

    words: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.words)


def find_lost_names(source: str, translation: str, source_lang: str, target_lang: str) -> str | None:
    """The names that are missing and those that are kept, or None where none is missing or none can be judged.

    A name is missing if not one of its words is found. Judged are languages in Latin and Arabic script.
    """
    if find_script(target_lang) not in ("LATIN", "ARABIC"):
        return None
    names = list_names(source, source_lang)
    if not names:
        return None
    names = tuple(name for name in names if any(_is_judged(word, target_lang) for word in name.words))
    target = Target.read(translation, target_lang)
    missing = [name for name in names if not any(target.holds(word) for word in name.words)]
    if not missing:
        return None
    kept = [name for name in names if name not in missing]
    said = [(missing, "missing"), (kept, "kept")]
    return ", ".join(f"{', '.join(dict.fromkeys(map(str, group)))} {verb}" for group, verb in said if group)


def list_names(text: str, lang: str) -> tuple[Name, ...]:
    """The names in `text` that a translation has to keep, by letter or by sound, in reading order.

    In a language in Latin script these are capitalised words within a sentence, but not those that are usually
    translated (`translated_names.txt`, and English endings such as `-tion`); in Vietnamese only those that are neither
    Vietnamese syllables nor acronyms. In other scripts, all words in Latin letters are names.
    """
    matches = list(_WORD.finditer(text))
    latin = find_script(lang) == "LATIN"
    if latin and sum(match.group()[0].isupper() for match in matches) > _TITLE_SHARE * len(matches):
        return ()
    names: list[list[str]] = []
    end = None
    for match in matches:
        word = _OWNER.sub("", match.group())
        if latin and not word[0].isupper():
            continue
        if not _is_name(word, lang, latin, text[max(0, match.start() - _BEFORE) : match.start()]):
            continue
        if end is not None and _GAP.fullmatch(text[end : match.start()]):
            names[-1].append(word)
        else:
            names.append([word])
        end = match.end()
    return tuple(Name(tuple(words)) for words in names)


def _is_judged(word: str, target_lang: str) -> bool:
    """Whether `word` can be looked for.

    Acronyms are spelt out in Arabic, and names of few consonants may be any Arabic word. Chinese names have a
    Vietnamese form.
    """
    plain = _strip_marks(word)
    if find_script(target_lang) == "ARABIC":
        return len(spell_skeleton(plain)) >= SHORTEST_SKELETON and not word[1:2].isupper() and plain.isalpha()
    return target_lang != "vi" or not _CHINESE.search(plain)


def _is_name(word: str, lang: str, latin: bool, before: str) -> bool:
    plain = _strip_marks(word)
    if len(plain) < _SHORTEST or not {plain, plain.removesuffix("s")}.isdisjoint(_read_translated()):
        return False
    if not latin:
        return True
    if _DERIVED.search(plain) and plain not in _NOT_DERIVED:
        return False
    if _BEGINS_SENTENCE.search(before) or _IN_TITLE.search(before):
        return False
    return lang != "vi" or not (word.isupper() or _VIETNAMESE_SYLLABLE.fullmatch(plain))


@cache
def _read_translated() -> frozenset[str]:
    lines = (files(__package__) / "translated_names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _strip_marks(text: str) -> str:
    """`text` in lower case without accents and tone marks."""
    if text.isascii():
        return text.lower()
    letters = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).replace("đ", "d")


@dataclass(frozen=True, slots=True)
class Target:
    """A translation, ready to be searched for names."""

    plain: str
    words: frozenset[str]
    skeletons: frozenset[str] | None
    """Of the words in Arabic script; None where the target is in Latin script."""

    @classmethod
    def read(cls, translation: str, lang: str) -> Target:
        plain = _strip_marks(translation).replace("-", "")
        arabic = find_script(lang) == "ARABIC"
        return cls(plain, frozenset(_WORD.findall(plain)), list_skeletons(translation) if arabic else None)

    def holds(self, name: str) -> bool:
        plain = _strip_marks(name).replace("-", "")
        if plain in self.plain:
            return True
        if self.skeletons is not None and is_transliterated(plain, self.skeletons):
            return True
        return any(self._resembles(plain, word) for word in self.words)

    def _resembles(self, name: str, word: str) -> bool:
        if word[:1] != name[:1]:
            return False
        skeleton = spell_skeleton(name)
        if len(skeleton) >= _SHORTEST - 1 and skeleton == spell_skeleton(word):
            return True
        return SequenceMatcher(None, name, word).ratio() >= _SIMILAR
