"""Where articles come from: manifests, folders, line-parallel files, tables, translation memories, the hub."""

from __future__ import annotations

from mt_eval.config import ArticlesData, FolderData, HubData, LinesData, TableData
from mt_eval.data.corpus import Corpus
from mt_eval.errors import ConfigError

__all__ = ["Corpus", "DataConfig", "load"]

DataConfig = ArticlesData | FolderData | HubData | LinesData | TableData


def load(config: DataConfig, source_lang: str, target_lang: str, via: str | None = None) -> Corpus:
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
        case FolderData():
            from mt_eval.data.folder import load_folder

            return load_folder(config, source_lang, target_lang)
        case HubData():
            from mt_eval.data.hub import load_hub

            return load_hub(config, source_lang, target_lang)
        case LinesData():
            from mt_eval.data.lines import load_lines

            return load_lines(config, source_lang, target_lang, via)
        case TableData():
            from mt_eval.data.table import load_table

            return load_table(config, source_lang, target_lang)
        case _:
            raise ConfigError(f"data={type(config).__name__} is not possible: expected one of {DataConfig}")
