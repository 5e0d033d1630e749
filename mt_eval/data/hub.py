"""Rows of a data set of the Hugging Face hub, or of files that `datasets` reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any

from mt_eval.config import HubData
from mt_eval.data.corpus import Corpus
from mt_eval.data.parallel import Row, collect_rows
from mt_eval.data.table import pick_columns
from mt_eval.errors import DataError
from mt_eval.extras import require_extra

_MOST_CAUSES = 3


def load_hub(config: HubData, source_lang: str, target_lang: str) -> Corpus:
    """The rows of a data set as a corpus, one article pair per document.

    Where every language has a configuration of its own, their i-th rows belong together. No code of a data set is run.

    Raises:
        DataError: The data set cannot be had, lacks a split or a column, or its languages differ in length.
    """
    require_extra("hub", "data=hub")
    langs = source_lang, target_lang
    configurations = [config.names.get(lang) or config.name for lang in langs]
    columns = [config.columns.get(lang) or lang for lang in langs]
    name = config.path.rpartition("/")[2]
    first = _load(config, configurations[0])
    rows: Iterator[Row]
    if configurations[0] == configurations[1]:
        rows = pick_columns(_place(config, first), columns, config.document_column, unpaired=config.unpaired)
        fingerprints = [first]
    else:
        second = _load(config, configurations[1])
        if len(first) != len(second):
            raise DataError(
                f"{config.path}: {len(first)} rows in {configurations[0]} and {len(second)} in {configurations[1]}, "
                "expected as many in both; choose another split"
            )
        rows = _join(config, first, second, columns)
        fingerprints = [first, second]
    inputs = {f"rows of {c}": _hash(config, rows_of) for c, rows_of in zip(configurations, fingerprints, strict=False)}
    return collect_rows(
        rows,
        name,
        source_lang,
        target_lang,
        inputs,
        origin=f"data.path={config.path}",
        check=config.check_language,
        unpaired=config.unpaired,
    )


def _load(config: HubData, configuration: str | None) -> Any:
    import datasets  # type: ignore[import-untyped]

    try:
        return datasets.load_dataset(
            config.path, configuration, split=config.split, revision=config.revision, data_files=config.files
        )
    except Exception as error:  # what the readers and the hub's client raise has no common base
        raise DataError(
            f"data.path={config.path}: cannot be had ({_list_causes(error)}); check data.path, "
            "data.name, data.split and data.files, and for data sets with access terms log in with `hf auth login`"
        ) from error


def _list_causes(error: BaseException | None) -> str:
    """What failed and why: readers say `An error occurred` and hide the reason behind it."""
    said: list[str] = []
    while error is not None and len(said) < _MOST_CAUSES:
        text = " ".join(str(error).split())[:300] or type(error).__name__
        if not any(text in other for other in said):
            said.append(text)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "; because ".join(said)


def _place(config: HubData, rows: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        for number, row in enumerate(rows, start=1):
            yield f"{config.path} {config.split} row {number}", row
    except Exception as error:  # a row is decoded when it is asked for, which fails as variously as loading
        raise DataError(f"data.path={config.path}: its rows cannot be read ({_list_causes(error)})") from error


def _join(config: HubData, first: Any, second: Any, columns: list[str]) -> Iterator[Row]:
    ours = pick_columns(_place(config, first), [columns[0], columns[0]], config.document_column)
    theirs = pick_columns(_place(config, second), [columns[1], columns[1]], config.document_column)
    for one, other in zip(ours, theirs, strict=True):
        if one.document != other.document:
            raise DataError(
                f"{one.where}: is of document {one.document} in one language and {other.document} in the other, "
                "expected the i-th rows to belong together; choose another data.document_column"
            )
        yield Row(one.where, one.source, other.source, one.document)


def _hash(config: HubData, rows: Any) -> str:
    """The SHA-256 of all rows as JSON, a row a line."""
    digest = hashlib.sha256()
    for _, row in _place(config, rows):
        digest.update(json.dumps(row, ensure_ascii=False, sort_keys=True, default=str).encode() + b"\n")
    return digest.hexdigest()
