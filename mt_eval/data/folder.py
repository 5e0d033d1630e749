"""Article pairs from a folder of `NAME.vi.txt` beside `NAME.ar.txt`."""

from __future__ import annotations

import os
from pathlib import Path

from mt_eval.bundled import resolve
from mt_eval.config import FolderData
from mt_eval.data.corpus import Corpus, note_unpaired
from mt_eval.data.language import check_language
from mt_eval.errors import DataError
from mt_eval.files import check_name, list_texts, read_file
from mt_eval.languages.letters import compose
from mt_eval.types import Article, ArticlePair


def load_folder(config: FolderData, source_lang: str, target_lang: str) -> Corpus:
    """One article pair per name that has a file in both languages, in the order of the names.

    Sources without a counterpart are among them where `data.unpaired` is set, or where the folder holds no text in the
    other language at all.

    Raises:
        DataError: There is no such folder or no such pair in it; a file cannot be read or is in another language.
    """
    folder = resolve(config.path)
    if not os.path.isdir(folder):
        raise DataError(f"{folder}: there is no such folder; set data.path to one with files such as news.vi.txt")
    endings = f".{source_lang}.txt", f".{target_lang}.txt"
    sides = [_list_side(folder, ending) for ending in endings]
    both = sides[0].keys() & sides[1].keys()
    alone = sides[0].keys() - both
    takes_alone = config.unpaired or not sides[1]
    kept = sorted(sides[0] if takes_alone else both)
    if not kept:
        way_out = f", or set data.unpaired=true to translate the {len(alone)} without one" if alone else ""
        raise DataError(
            f"{folder}: has no NAME{endings[0]} beside a NAME{endings[1]}, expected one pair at least; rename the files"
            f"{way_out}"
        )
    pairs, inputs = [], {}
    for name in kept:
        articles: list[Article] = []
        for side, lang in zip(sides, (source_lang, target_lang), strict=True):
            if name not in side:
                continue
            file = read_file(side[name])
            mend = "rename the file, or leave it out"
            check_language(file.text, lang, str(file.path), mend, asked=config.check_language)
            articles.append(Article(f"{name}.{lang}", lang, file.text))
            inputs[compose(file.path.name)] = file.sha256
        pairs.append(ArticlePair(name, articles[0], articles[1] if len(articles) > 1 else None))
    return Corpus(
        pairs=tuple(pairs),
        segmented=False,
        furniture={},
        word_segmented=frozenset(),
        gold={},
        inputs=inputs,
        notes=(
            *(() if takes_alone else note_unpaired([f"{name}{endings[0]}" for name in sorted(alone)])),
            *(
                f"{name}{endings[1]} is left out: it has no counterpart in {source_lang}"
                for name in sorted(sides[1].keys() - both)
            ),
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
