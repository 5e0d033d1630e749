"""Where the articles come from: group `data`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mt_eval.config.ranges import MISSING, require


@dataclass
class _Data:
    """What every kind of data can be asked for."""

    shard: str | None = field(default=None, kw_only=True)
    """`K/N`: only translate the K-th of N parts of the segments, counted from 0, into the store, and score nothing."""

    check_language: bool = field(default=True, kw_only=True)
    """Refuse texts that are in another language than the direction says, by their letters."""

    unpaired: bool = field(default=False, kw_only=True)
    """Translate articles that have no human version, too. They get flags, and scores by metrics that need none."""

    def __post_init__(self) -> None:
        found = None if self.shard is None else re.fullmatch(r"(\d+)/(\d+)", self.shard)
        require(
            self.shard is None or (found is not None and int(found[1]) < int(found[2])),
            "data.shard",
            self.shard,
            "K/N with K from 0 to N - 1, such as 0/8",
        )


@dataclass
class ArticlesData(_Data):
    """Articles in a folder, listed in a manifest (`articles.yaml`)."""

    manifest: str = MISSING
    """Path of the manifest; the texts and gold alignments it names are relative to its folder."""
    pairs: list[str] | None = None
    """Ids of the article pairs to use; all pairs whose relation is `translation` by default. With `unpaired` it may be
    empty."""
    allow_comparable: bool = False
    """Score pairs that are comparable, not translations, too; every score then carries a warning."""
    allow_unfit: bool = False
    """Score pairs whose reference does not look like a version of its source; every score then carries a warning."""


@dataclass
class LinesData(_Data):
    """Two UTF-8 files, the i-th line of one being the human version of the i-th line of the other.

    `%src` and `%tgt` in a path stand for the language codes of the direction.
    """

    source_path: str = MISSING
    """The source, a segment a line."""
    reference_path: str | None = None
    """Without it nothing is scored against a human version."""
    docids_path: str | None = None
    """One document id a line, documents contiguous; without it the whole file is one article."""
    pivot_path: str | None = None
    """The human version in the language of a pivot model, which gives its first leg a score of its own; `%via` stands
    for the code of that language. Models that are no pivots do not look at it."""


@dataclass
class TableData(_Data):
    """One file with a row per segment pair: TSV, CSV, JSONL or TMX, by its name; also gzipped."""

    path: str = MISSING
    """The file; what it is, its name tells: .tsv, .csv, .jsonl, .tmx, and .gz behind it."""
    columns: dict[str, str | None] = field(default_factory=dict)
    """Language code to the column of its text, in TMX to the tag (`ar-EG`) of one of several; the code by default."""
    document_column: str | None = None
    """The column that names the document of a row, documents contiguous; in TMX the property of that name."""


@dataclass
class FolderData(_Data):
    """A folder of `NAME.vi.txt` beside `NAME.ar.txt`: whole articles that belong together by their names.

    A folder that holds sources alone is translated without references, whatever `unpaired` says.
    """

    path: str = MISSING
    """The folder."""
    allow_unfit: bool = False
    """As in ArticlesData."""


@dataclass
class HubData(_Data):
    """A data set of the Hugging Face hub, or files that `datasets` reads, with a row per segment pair."""

    path: str = MISSING
    """Name on the hub, a folder, or the name of a reader of `datasets` (`parquet`, `json`) together with `files`."""
    name: str | None = None
    """Configuration of the data set."""
    names: dict[str, str | None] = field(default_factory=dict)
    """Language code to configuration, where every language has one of its own and their i-th rows belong together."""
    split: str = "test"
    """Part of the data set."""
    revision: str | None = None
    """Branch, tag or commit on the hub; the default branch if not given."""
    files: str | None = None
    """The files, where `path` names a reader."""
    columns: dict[str, str | None] = field(default_factory=dict)
    """Language code to the column of its text; the code itself by default."""
    document_column: str | None = None
    """The column that names the document of a row, documents contiguous."""
