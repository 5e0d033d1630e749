"""Article pairs from a folder of `NAME.vi.txt` beside `NAME.ar.txt`."""

from __future__ import annotations

from mt_eval.bundled import resolve
from mt_eval.config import FolderData
from mt_eval.data.corpus import Corpus
from mt_eval.data.language import check_language
from mt_eval.errors import DataError
from mt_eval.files import read_file
from mt_eval.types import Article, ArticlePair


def load_folder(config: FolderData, source_lang: str, target_lang: str) -> Corpus:
    """One article pair per name that has a file in both languages, in the order of the names.

    Raises:
        DataError: There is no such folder or no such pair in it; a file cannot be read or is in another language.
    """
    folder = resolve(config.path)
    if not folder.is_dir():
        raise DataError(f"{folder}: there is no such folder; set data.path to one with files such as news.vi.txt")
    endings = f".{source_lang}.txt", f".{target_lang}.txt"
    names = [{path.name.removesuffix(ending) for path in folder.glob(f"*{ending}")} for ending in endings]
    both = sorted(names[0] & names[1])
    if not both:
        raise DataError(f"{folder}: has no NAME{endings[0]} beside a NAME{endings[1]}, expected one pair at least")
    pairs, inputs = [], {}
    for name in both:
        articles: list[Article] = []
        for ending, lang in zip(endings, (source_lang, target_lang), strict=True):
            path = folder / f"{name}{ending}"
            file = read_file(path)
            check_language(file.text, lang, str(path), "rename the file, or leave it out")
            articles.append(Article(f"{name}.{lang}", lang, file.text))
            inputs[path.name] = file.sha256
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
            for own, ending, other in zip(names, endings, (target_lang, source_lang), strict=True)
            for name in sorted(own - set(both))
        ),
    )
