"""What makes articles doubtful by themselves or beside each other: damaged letters, the same text more than once."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from mt_eval.intake.findings import Finding
from mt_eval.types import Article

_REPLACED = re.compile("\ufffd")
_FEWEST_MISREAD = 3
_QUESTIONED = re.compile(r"(?<=[^\W\d_])\?(?=[^\W\d_])")
_FEWEST_QUESTIONED = 5
_LONG_WORD, _LONG_SHARE = 15, 0.03
"""Letters from which on an Arabic word is long, and the share of such words from which on a text has lost its spaces:
in NTREX-128 two documents of 62 have, with 34% and 4% of their words; the others have 2% at most."""
_SHINGLE = 8
"""Words in a row that two texts do not share by chance."""
_NEAR = 0.2
"""Share of an article's word sequences that stand in another article from which on both count as near-duplicates."""
_WORD = re.compile(r"\w+")


def check_articles(articles: Sequence[Article]) -> list[Finding]:
    """What was found in the cleaned `articles`, which may be of several languages."""
    findings = [finding for article in articles for finding in _check_letters(article)]
    return findings + _find_copies(articles)


def _check_letters(article: Article) -> list[Finding]:
    findings = []
    if match := _REPLACED.search(article.text):
        what = "holds U+FFFD, which stands for what could not be read"
        findings.append(Finding("encoding", article.id, what, _quote(article.text, match.start()), article.lang))
    misread = [word for word in re.finditer(r"\S+", article.text) if _is_misread(word.group())]
    if len(misread) >= _FEWEST_MISREAD:
        what = f"has {len(misread)} words in UTF-8 that was read as Windows-1252"
        findings.append(Finding("encoding", article.id, what, _quote(article.text, misread[0].start()), article.lang))
    words = _WORD.findall(article.text)
    glued = [word for word in words if len(word) >= _LONG_WORD]
    if article.lang == "ar" and len(glued) > _LONG_SHARE * len(words):
        what = f"{len(glued)} of {len(words)} words are {_LONG_WORD} letters or longer: spaces were lost"
        findings.append(Finding("encoding", article.id, what, glued[0], article.lang))
    questioned = list(_QUESTIONED.finditer(article.text))
    if len(questioned) >= _FEWEST_QUESTIONED:
        what = f"has {len(questioned)} question marks inside words, where letters may have been lost"
        findings.append(
            Finding("encoding", article.id, what, _quote(article.text, questioned[0].start()), article.lang)
        )
    if unicodedata.normalize("NFC", article.text) != article.text and article.lang == "vi":
        place = next(place for place, char in enumerate(article.text) if unicodedata.combining(char))
        what = "has decomposed letters (NFD), which cost points unless normalize=standard"
        findings.append(Finding("encoding", article.id, what, _quote(article.text, place), article.lang))
    return findings


def _is_misread(word: str) -> bool:
    """Whether the bytes that `word` would have in Windows-1252 are UTF-8 for something else; real words' are not."""
    if word.isascii():
        return False
    try:
        return b"".join(_encode(char) for char in word).decode("utf-8") != word
    except UnicodeError:
        return False


def _encode(char: str) -> bytes:
    try:
        return char.encode("cp1252")
    except UnicodeEncodeError:
        return char.encode("latin-1")  # bytes that Windows-1252 leaves undefined are read as themselves


def _quote(text: str, place: int, around: int = 40) -> str:
    return " ".join(text[max(0, place - around) : place + around].split())


def _find_copies(articles: Sequence[Article]) -> list[Finding]:
    shingles = [_list_shingles(article.text) for article in articles]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, own in enumerate(shingles):
        for shingle in own:
            holders[shingle].append(number)
    shared: dict[tuple[int, int], list[str]] = defaultdict(list)
    for shingle, numbers in holders.items():
        for place, one in enumerate(numbers):
            for other in numbers[place + 1 :]:
                shared[one, other].append(shingle)
    findings = []
    for (one, other), found in sorted(shared.items()):
        share = len(found) / min(len(shingles[one]), len(shingles[other]))
        if share < _NEAR:
            continue
        same = shingles[one] == shingles[other]
        kind = "duplicate" if same else "near-duplicate"
        what = (
            f"is {articles[other].id} again"
            if same
            else f"shares {100 * share:.0f}% of its words in a row with {articles[other].id}"
        )
        quote = _quote_first(articles[one].text, frozenset(found))
        findings.append(Finding(kind, articles[one].id, what, quote, articles[one].lang))
    return findings


def _list_shingles(text: str) -> frozenset[str]:
    words = _WORD.findall(text)
    return frozenset(_join(words[place : place + _SHINGLE]) for place in range(max(1, len(words) - _SHINGLE + 1)))


def _join(words: Sequence[str]) -> str:
    return unicodedata.normalize("NFC", " ".join(words)).lower()


def _quote_first(text: str, shared: frozenset[str]) -> str:
    """The first words in a row of `text` that are `shared`, as they stand there."""
    words = list(_WORD.finditer(text))
    for place in range(len(words)):
        taken = words[place : place + _SHINGLE]
        if _join([word.group() for word in taken]) in shared:
            return " ".join(text[taken[0].start() : taken[-1].end()].split())
    return ""
