"""A folder of texts as a manifest: the one that lies there, or one guessed from the texts."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from mt_eval.bundled import resolve
from mt_eval.data.articles import read_article
from mt_eval.data.language import check_language
from mt_eval.data.manifest import FILE, ArticleEntry, Manifest, PairEntry, read_manifest
from mt_eval.errors import DataError
from mt_eval.files import check_name, list_texts, read_text
from mt_eval.intake.guess import Guess, guess_articles
from mt_eval.languages.letters import compose, make_id
from mt_eval.text.clean import clean
from mt_eval.text.segment import split
from mt_eval.types import Article, Relation, Segment

_DOCUMENTS = frozenset({".doc", ".docx", ".htm", ".html", ".odt", ".pages", ".pdf", ".rtf"})
"""Endings of files in which articles often come, and which are not read."""
_LANGUAGE_SUFFIX = re.compile(r"(.+)\.([a-z]{2})")


@dataclass(frozen=True, slots=True)
class GuessedFolder:
    """Texts that no manifest lists."""

    articles: Mapping[str, ArticleEntry]
    pairs: Mapping[str, PairEntry]
    """`NAME.vi.txt` beside `NAME.ar.txt`."""
    guesses: Mapping[str, Guess]
    """By article id."""
    refused: tuple[str, ...]
    """Files that were left out, each with the reason."""


def open_folder(path: str) -> Manifest:
    """The articles of a folder: by its `articles.yaml`, or that file itself; without one, as they are guessed to be.

    Raises:
        DataError: There is no such folder, its manifest is wrong, or no text in it can be read.
    """
    folder = resolve(path)
    if os.path.isfile(folder):
        return read_manifest(folder)
    if os.path.isfile(folder / FILE):
        return read_manifest(folder / FILE)
    guessed = guess_folder(folder, {})
    if not guessed.articles:
        reasons = f" ({'; '.join(guessed.refused)})" if guessed.refused else ""
        raise DataError(f"{folder}: holds no text that can be used{reasons}, expected files such as news.vi.txt")
    return Manifest(folder / FILE, guessed.articles, guessed.pairs)


def guess_folder(folder: Path, listed: Mapping[str, ArticleEntry]) -> GuessedFolder:
    """The `*.txt` files of `folder` that are not `listed`, described by guesses.

    Raises:
        DataError: There is no such folder.
    """
    if not os.path.isdir(folder):
        raise DataError(f"{folder}: there is no such folder; name one with texts in it")
    taken = {compose(entry.file) for entry in listed.values()}
    texts, refused = {}, []
    for path in list_texts(folder):
        if compose(path.name) not in taken:
            try:
                _check_name(path)
                texts[path.name] = read_text(path)
            except DataError as error:
                refused.append(str(error))
    refused += [
        f"{deeper}: is a folder with {count} *.txt files; give it a manifest of its own, or move them up"
        for deeper in sorted(folder.iterdir())
        if deeper.is_dir() and not deeper.name.startswith(".") and (count := len(list_texts(deeper)))
    ]
    refused += [
        f"{path}: is no *.txt file; save it as text in UTF-8, with the ending .txt"
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in _DOCUMENTS and path.is_file() and not path.name.startswith((".", "~$"))
        if not path.with_suffix(".txt").exists()
    ]
    ids, articles, guesses = set(listed), {}, {}
    for name, guess in guess_articles(texts).items():
        named = _LANGUAGE_SUFFIX.fullmatch(name.removesuffix(".txt"))
        language = guess.language or (named[2] if named else None)
        if language is None:
            refused.append(f"{folder / name}: its language cannot be told; list it in {FILE} by hand")
            continue
        try:
            check_language(
                texts[name], language, str(folder / name), f"divide it by languages, or list it in {FILE} by hand"
            )
        except DataError as error:
            refused.append(str(error))
            continue
        article_id = _make_id(name.removesuffix(".txt"), ids)
        ids.add(article_id)
        guesses[article_id] = guess
        articles[article_id] = ArticleEntry(
            article_id,
            name,
            language,
            line=0,
            title=guess.title,
            date=guess.date,
            segmented=guess.segmented,
            furniture=guess.furniture,
        )
    return GuessedFolder(articles, _pair_by_name(articles), guesses, tuple(refused))


def segment_article(manifest: Manifest, entry: ArticleEntry) -> tuple[Article, list[Segment]]:
    """The cleaned article of an entry and its sentences.

    Raises:
        DataError: Its file cannot be read or is in another language.
    """
    raw = read_article(manifest, entry)
    cleaned = clean(raw.text, entry.language, word_segmented=entry.segmented, furniture=entry.furniture)
    article = replace(raw, text=cleaned.text)
    return article, split(article)


def _check_name(path: Path) -> None:
    """Check that a manifest can hold the name of the file."""
    check_name(path)
    if "\\" in path.name or path.name != path.name.strip():
        raise DataError(
            f"{str(path)!r}: its name has a backslash or outer spaces, which a manifest cannot name; rename it"
        )


def _make_id(stem: str, taken: set[str]) -> str:
    name = make_id(stem) or "article"
    number, unique = 1, name
    while unique in taken:
        number += 1
        unique = f"{name}-{number}"
    return unique


def _pair_by_name(articles: Mapping[str, ArticleEntry]) -> dict[str, PairEntry]:
    """Articles whose files differ in nothing but a language code that is theirs."""
    named: dict[str, list[ArticleEntry]] = {}
    for entry in articles.values():
        found = _LANGUAGE_SUFFIX.fullmatch(compose(entry.file).removesuffix(".txt"))
        if found and found[2] == entry.language:
            named.setdefault(found[1], []).append(entry)
    pairs: dict[str, PairEntry] = {}
    for name, entries in named.items():
        if len(entries) == 2:
            first, second = sorted(entries, key=lambda entry: (entry.language != "vi", entry.language))
            pair_id = _make_id(name, set(pairs))
            pairs[pair_id] = PairEntry(
                pair_id, (first.id, second.id), Relation.TRANSLATION, "the files have the same name", line=0
            )
    return pairs
