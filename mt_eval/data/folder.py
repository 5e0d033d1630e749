"""Article pairs from a folder of `NAME.vi.txt` beside `NAME.ar.txt`."""

from __future__ import annotations

import os
from pathlib import Path

from mt_eval.bundled import resolve
from mt_eval.config import FolderData
from mt_eval.data.corpus import Corpus
from mt_eval.data.language import check_language
from mt_eval.errors import DataError
from mt_eval.files import check_name, list_texts, read_file
from mt_eval.languages.letters import compose
from mt_eval.types import Article, ArticlePair


def load_folder(config: FolderData, source_lang: str, target_lang: str) -> Corpus:
    """One article pair per name that has a file in both languages, in the order of the names.

    Raises:
        DataError: There is no such folder or no such pair in it; a file cannot be read or is in another language.
    """
    folder = resolve(config.path)
    if not os.path.isdir(folder):
        raise DataError(f"{folder}: there is no such folder; set data.path to one with files such as news.vi.txt")
    endings = f".{source_lang}.txt", f".{target_lang}.txt"
    sides = [_list_side(folder, ending) for ending in endings]
    both = sorted(sides[0].keys() & sides[1].keys())
    if not both:
        raise DataError(f"{folder}: has no NAME{endings[0]} beside a NAME{endings[1]}, expected one pair at least")
    pairs, inputs = [], {}
    for name in both:
        articles: list[Article] = []
        for side, lang in zip(sides, (source_lang, target_lang), strict=True):
            file = read_file(side[name])
            mend = "rename the file, or leave it out"
            check_language(file.text, lang, str(file.path), mend, asked=config.check_language)
            articles.append(Article(f"{name}.{lang}", lang, file.text))
            inputs[compose(file.path.name)] = file.sha256
        source, reference = articles
        pairs.append(ArticlePair(name, source, reference))
    return Corpus(
        pairs=tuple(pairs),
        segmented=False,
        furniture={},
        word_segmented=frozenset(),
        gold={},
        inputs=inputs,
        notes=tuple(
            f"{name}{ending} is left out: it has no counterpart in {other}"
            for own, ending, other in zip(sides, endings, (target_lang, source_lang), strict=True)
            for name in sorted(own.keys() - set(both))
        ),
    )


def _list_side(folder: Path, ending: str) -> dict[str, Path]:
    """The files of one language by their names without it, composed: the same on every system."""
    found: dict[str, Path] = {}
    for path in list_texts(folder):
        name = compose(path.name)
        if name.endswith(ending):
            name = name.removesuffix(ending)
            check_name(path)
            if name in found:
                raise DataError(
                    f"{folder}: has two files {name}{ending}, one with composed letters in its name and one with "
                    "decomposed ones, expected one; delete or rename one"
                )
            found[name] = path
    return found
