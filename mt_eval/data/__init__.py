"""Where articles come from: a folder with a manifest, or two line-parallel files."""

from __future__ import annotations

from mt_eval.config import ArticlesData, LinesData
from mt_eval.data.corpus import Corpus
from mt_eval.errors import ConfigError

__all__ = ["Corpus", "load"]


def load(config: ArticlesData | LinesData, source_lang: str, target_lang: str, via: str | None = None) -> Corpus:
    """The article pairs that `config` names, raw, each with its source side in `source_lang`.

    Nothing is cleaned or cut. Every article's language is checked against its text. `via` is the language of a pivot
    model; data that have a human version in it give that too.

    Raises:
        DataError: A file is missing, damaged, empty or in another language; a manifest is wrong; no pair fits.
        ConfigError: `config` is of no known kind.
    """
    match config:
        case ArticlesData():
            from mt_eval.data.articles import load_articles

            return load_articles(config, source_lang, target_lang)
        case LinesData():
            from mt_eval.data.lines import load_lines

            return load_lines(config, source_lang, target_lang, via)
        case _:
            raise ConfigError(f"data={type(config).__name__} is not possible: expected ArticlesData or LinesData")
