"""Whole articles as systems write them, made of sentence by sentence outputs, so that the place of every word is known.

What `validate_projection.py` measures on.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

SHORTEST, LONGEST = 6, 24
"""Sentences of an article."""
CUT_ARTICLES = 1 / 8
ENDS = '.!?؟…"”»)'
_COMMA = {"ar": "،"}
_AND = {"ar": "و", "vi": "và "}


@dataclass(frozen=True, slots=True)
class Shares:
    """How often each thing happens, per sentence or per two neighbours."""

    dropped: float = 0.06
    merged: float = 0.10
    split: float = 0.10
    swapped: float = 0.03
    inserted: float = 0.04
    untranslated: float = 0.02
    broken: float = 0.02
    """Line breaks, per space; sentences are on lines of their own three times in ten."""
    random: float = 0.0
    """Sentences that say something else, from elsewhere."""


@dataclass(frozen=True, slots=True)
class Case:
    """An article of N sentences and its output."""

    lines: tuple[int, ...]
    """Which lines of the corpus, N of them."""
    text: str
    known: tuple[str, ...]
    """What of the output belongs to each sentence, N of them; empty where it was left out."""
    added: tuple[str, ...]
    """Sentences that belong nowhere, in the order of the output."""


def make_articles(lines: int, rng: random.Random) -> list[tuple[int, ...]]:
    """The numbers of so many lines, in articles of `SHORTEST` to `LONGEST` neighbours; a rest too short is left out."""
    articles, start = [], 0
    while lines - start >= SHORTEST:
        size = min(rng.randint(SHORTEST, LONGEST), lines - start)
        articles.append(tuple(range(start, start + size)))
        start += size
    return articles


def make_case(
    article: Sequence[int], sources: Sequence[str], outputs: Sequence[str], lang: str, seed: str, shares: Shares
) -> Case:
    """The case of an article, given by its lines of a whole corpus."""
    rng = random.Random(seed)
    lines = list(article)
    elsewhere = [line for line in range(len(outputs)) if line < lines[0] - 3 or line > lines[-1] + 3]
    pieces: list[tuple[int | None, str]] = []
    for place, line in enumerate(lines):
        text = outputs[line]
        if rng.random() < shares.random:
            text = outputs[rng.choice(elsewhere)]
        elif rng.random() < shares.untranslated:
            text = sources[line]
        pieces.append((place, text.strip()))
    if rng.random() < CUT_ARTICLES:
        pieces = _cut_tail(pieces, rng)
    pieces = [piece for piece in pieces if rng.random() >= shares.dropped]
    place = 0
    while place + 1 < len(pieces):
        if rng.random() < shares.swapped:
            pieces[place], pieces[place + 1] = pieces[place + 1], pieces[place]
            place += 1
        place += 1
    with_added: list[tuple[int | None, str]] = []
    for piece in pieces:
        with_added.append(piece)
        if rng.random() < shares.inserted:
            with_added.append((None, outputs[rng.choice(elsewhere)].strip()))
    pieces = [
        (owner, _split(text, lang, rng) if owner is not None and rng.random() < shares.split else text)
        for owner, text in with_added
    ]
    parts = [_break(text, rng, shares.broken) for _, text in pieces]
    owners = [owner for owner, _ in pieces]
    text = ""
    for place, part in enumerate(parts):
        text += part
        if place + 1 == len(parts):
            break
        if owners[place] is not None and owners[place + 1] is not None and rng.random() < shares.merged:
            mark, begin = _join(lang, rng)
            text = text.rstrip(ENDS) + mark
            parts[place] = part.rstrip(ENDS) + mark
            parts[place + 1] = begin + parts[place + 1][:1].lower() + parts[place + 1][1:]
            text += " "
        else:
            text += "\n" if rng.random() < 0.3 else " "
    known = [""] * len(lines)
    for owner, part in zip(owners, parts, strict=True):
        if owner is not None:
            known[owner] = join_words(part)
    added = tuple(join_words(part) for owner, part in zip(owners, parts, strict=True) if owner is None)
    return Case(tuple(lines), text, tuple(known), added)


def join_words(text: str) -> str:
    return " ".join(text.split())


def _cut_tail(pieces: list[tuple[int | None, str]], rng: random.Random) -> list[tuple[int | None, str]]:
    """The first 40 to 90% of the sentences; half of the time the last one breaks off."""
    kept = pieces[: max(2, round(rng.uniform(0.4, 0.9) * len(pieces)))]
    owner, text = kept[-1]
    words = text.split()
    if rng.random() < 0.5 and len(words) >= 8:
        kept[-1] = owner, " ".join(words[: rng.randint(4, len(words) - 2)])
    return kept


def _split(text: str, lang: str, rng: random.Random) -> str:
    """Two sentences of one: at a comma of its middle, or anywhere there."""
    words = text.split()
    if len(words) < 8:
        return text
    middle = range(len(words) // 4, 3 * len(words) // 4)
    commas = [place for place in middle if words[place].endswith((",", "،"))]
    place = rng.choice(commas or middle)
    words[place] = words[place].rstrip(",،.") + "."
    words[place + 1] = words[place + 1][:1].upper() + words[place + 1][1:]
    return " ".join(words)


def _join(lang: str, rng: random.Random) -> tuple[str, str]:
    """The mark and the word between two sentences that become one."""
    comma = _COMMA.get(lang, ",")
    return rng.choices([(comma, ""), (comma, _AND.get(lang, "")), ("", "")], [0.5, 0.25, 0.25])[0]


def _break(text: str, rng: random.Random, share: float) -> str:
    words = text.split()
    return "".join(
        word + ("" if place + 1 == len(words) else "\n" if rng.random() < share else " ")
        for place, word in enumerate(words)
    )
