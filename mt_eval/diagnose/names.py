"""Names in Latin script that a translation lacks.

    sure      a capitalised word within a sentence that is no English word: it is kept, in its letters or by its sound
    doubtful  English words with a capital (`Apple`, `Supreme Court`): some are kept, some are translated
    exonym    a word with a form of its own in the target language (`exonyms.py`); most are not looked for

A doubtful name is looked for only where it stands as a person's or a company's name does. Those that are missing count
as lost only if the translation has fewer capitalised words of its own than their translations and the exonyms would be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from mt_eval.diagnose.english import is_english_word
from mt_eval.diagnose.exonyms import is_translated, list_forms
from mt_eval.diagnose.kept_names import LONGEST, Target
from mt_eval.diagnose.transliteration import SHORTEST_SKELETON
from mt_eval.diagnose.words import say_parts
from mt_eval.languages.codes import find_script
from mt_eval.languages.letters import LATIN, strip_marks
from mt_eval.languages.names import spell_latin
from mt_eval.languages.vietnamese import may_be_syllable

_TARGETS = ("ar", "en", "vi")
"""Languages whose exonyms are listed."""
_SOURCES = ("en", "vi")
"""Languages in Latin script that capitalise names but not every noun or month, and whose words are told from names."""
_WORD = re.compile(rf"[{LATIN}][{LATIN}0-9]*(?:['’][{LATIN}]+)*")
_ENDING = re.compile("['’](?:s|m|d|t|ve|re|ll)?$")
_GAP = re.compile(r"[ \u00a0'’-]?")
"""Between words of one name."""
_BEGINS_SENTENCE = re.compile(r"(?:^|[.!?:;…][\"”’)\]]*|[—–*•|]|[\"“‘(\[«']|\s-)\s*$(?<![,;][\"”’'] )")
_BEFORE = 60
"""Characters in front of a word that may tell whether it begins a sentence."""
_TITLE_SHARE = 0.75
"""Share of capitalised words from which on the text is a title, which capitalises everything."""
_KEPT, _LONGEST_KEPT = 2**10, 500
"""Texts, and characters of each, whose names are kept: runs of one sweep have the same sources."""
_MOST = 50
"""Different names of a text that are looked for, so that the time for it grows with its length alone."""
_SHORTEST = 4
"""Letters of a name that is looked for."""

_PRECEDING = re.compile(r"(\w+)(,?) [\"“(]?$")
_DETERMINERS = re.compile("an?|the|this|th[eo]se|that|his|hers?|its|their|our|my|your|no|every|each|any|some|of|to")
"""What stands in front of an office or institution rather than of a person or company."""
_OPENERS = re.compile("After|And|As|At|Before|But|By|For|From|If|In|On|Then|Today|When|While|With")
"""What may begin a sentence in front of a name; other capitalised words there belong to a title (`Supreme Leader`)."""
_CONTINUES = re.compile(r" (?:of |\d)")
"""What goes on after a title (`Secretary of`) or a numbered thing (`Channel 4`)."""
_PEOPLE = re.compile("(?:[ei]an|ese|ish)s?$")
"""Endings of the names of peoples, which stand beside a name and are translated."""


@dataclass(frozen=True, slots=True)
class Name:
    """Neighbouring words with capitals that belong to one name."""

    words: tuple[str, ...]
    """Those that are looked for."""
    sure: bool
    """Whether the name has to be kept; otherwise it may be translated."""

    def __str__(self) -> str:
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class _Run:
    """Neighbouring capitalised words of a text, and where they begin and end."""

    words: tuple[str, ...]
    start: int
    end: int


def find_lost_names(source: str, translation: str, source_lang: str, target_lang: str) -> str | None:
    """The names that are missing and those that are there, or None where none is missing or none can be judged.

    A name is missing if not one of its words is found. Judged are sources in English, Vietnamese and languages that are
    not in Latin script, and targets whose exonyms are known; elsewhere capitals may mean something else, and names have
    forms that nobody listed.
    """
    if target_lang not in _TARGETS or (source_lang not in _SOURCES and find_script(source_lang) == "LATIN"):
        return None
    listed = _list_names_once if len(source) <= _LONGEST_KEPT else list_names
    names, exonyms = listed(source, source_lang, target_lang)
    if not names:
        return None
    target = Target.read(source, translation, target_lang)
    judged = dict.fromkeys(name.words for name in names)
    held = {
        words: any(target.holds(word, list_forms(strip_marks(word), target_lang)) for word in words)
        for words in islice(judged, _MOST)
    }
    missing = [name for name in names if not held.get(name.words, True)]
    if sum(not name.sure for name in missing) <= target.own_names - exonyms:
        missing = [name for name in missing if name.sure]
    if not missing:
        return None
    kept = [name for name in names if held.get(name.words)]
    return say_parts(missing=map(str, missing), there=map(str, kept))


def list_names(text: str, source_lang: str, target_lang: str) -> tuple[tuple[Name, ...], int]:
    """The names in `text` that a translation should hold, in reading order, and how many exonyms stand beside them.

    In a language in Latin script names are capitalised words within a sentence; in Vietnamese only those that are
    neither Vietnamese syllables nor acronyms. In other scripts, all capitalised words in Latin letters are names.
    """
    names = []
    exonyms = 0
    for run in _list_runs(text, latin=find_script(source_lang) == "LATIN"):
        long = [word for word in run.words if len(word) >= _SHORTEST]
        own = [word for word in long if is_translated(strip_marks(word), target_lang)]
        judged = [word for word in long if word not in own and _is_judged(word, source_lang, target_lang)]
        sure = [word for word in judged if not is_english_word(strip_marks(word))]
        sure = [word for word in sure if not _PEOPLE.search(word)] or sure
        if sure:
            names.append(Name(tuple(sure), sure=True))
        elif own:
            exonyms += 1
        elif judged and find_script(target_lang) == "LATIN" and _stands_bare(text, run):
            names.append(Name(tuple(judged), sure=False))
    return tuple(names), exonyms


_list_names_once = lru_cache(_KEPT)(list_names)


def _list_runs(text: str, *, latin: bool) -> Iterator[_Run]:
    """Neighbouring capitalised words, without those whose capital may come from beginning a sentence or a title."""
    matches = list(_WORD.finditer(text))
    capitalised = [match for match in matches if match.group()[0].isupper()]
    if latin and len(capitalised) > _TITLE_SHARE * len(matches):
        return
    run: list[re.Match[str]] = []
    for match in capitalised:
        before = text[max(0, match.start() - _BEFORE) : match.start()] if latin else ""
        if latin and not before.rstrip()[-1:].isalnum() and _BEGINS_SENTENCE.search(before):
            continue
        if run and (_ENDING.search(run[-1].group()) or not _GAP.fullmatch(text[run[-1].end() : match.start()])):
            yield _read_run(run)
            run = []
        run.append(match)
    if run:
        yield _read_run(run)


def _read_run(matches: list[re.Match[str]]) -> _Run:
    words = tuple(_ENDING.sub("", match.group()) for match in matches)
    return _Run(words, matches[0].start(), matches[-1].end())


def _stands_bare(text: str, run: _Run) -> bool:
    """Whether the words stand as a person's or a company's name does."""
    preceding = _PRECEDING.search(text[max(0, run.start - _BEFORE) : run.start])
    return preceding is not None and _may_precede(*preceding.groups()) and not _CONTINUES.match(text, run.end)


def _may_precede(word: str, comma: str) -> bool:
    """Whether `word`, with the comma behind it, may stand in front of a person's or a company's name."""
    if comma or _OPENERS.fullmatch(word):
        return True
    return word.islower() and not _DETERMINERS.fullmatch(word)


def _is_judged(word: str, source_lang: str, target_lang: str) -> bool:
    """Whether `word` can be looked for.

    Acronyms are spelt out in Arabic, and names of few consonants may be any Arabic word. Vietnamese syllables are
    Vietnamese, and its acronyms are.
    """
    plain = strip_marks(word)
    if len(word) > LONGEST:
        return False
    if source_lang == "vi" and (word.isupper() or may_be_syllable(plain)):
        return False
    if find_script(target_lang) == "ARABIC":
        return len(spell_latin(plain)) >= SHORTEST_SKELETON and not word[1:2].isupper() and plain.isalpha()
    return True
