"""Rows of a data set of the Hugging Face hub, or of files that `datasets` reads."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

from mt_eval.config import HubData
from mt_eval.data.corpus import Corpus
from mt_eval.data.parallel import Row, collect_rows
from mt_eval.data.table import pick_columns
from mt_eval.errors import DataError
from mt_eval.extras import require_extra
from mt_eval.outages import is_late, recall_outage, remember_outage

_MOST_CAUSES = 3
_PATIENCE = 5
"""Seconds to wait for the hub's first answer."""


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

    absent = _explain_no_connection() if _is_on_hub(config.path) else None
    try:
        with _offline() if absent else nullcontext():
            return datasets.load_dataset(
                config.path, configuration, split=config.split, revision=config.revision, data_files=config.files
            )
    except Exception as error:  # what the readers and the hub's client raise has no common base
        if absent:
            raise DataError(
                f"data.path={config.path}: {absent}, and the hub's cache (HF_HOME) does not hold it; give the same "
                "command once where there is a connection and copy the cache, or take files of your own (data=lines)"
            ) from error
        raise DataError(
            f"data.path={config.path}: cannot be had ({_list_causes(error)}); check data.path, "
            "data.name, data.split and data.files, and for data sets with access terms log in with `hf auth login`"
        ) from error


def _is_on_hub(path: str) -> bool:
    """Whether a data set is called as one of the hub is: OWNER/NAME, and no folder here."""
    return re.fullmatch(r"[\w.-]+/[\w.-]+", path) is not None and not os.path.exists(path)


def _explain_no_connection() -> str | None:
    """Why the hub cannot be asked; None if it can. Its client would try for half a minute."""
    from huggingface_hub import constants, get_session

    if constants.HF_HUB_OFFLINE:
        return "HF_HUB_OFFLINE is set, so that the hub is not asked"
    if (outage := recall_outage(constants.ENDPOINT)) is not None:
        return outage.partition("; ")[0]
    try:
        get_session().head(constants.ENDPOINT, timeout=_PATIENCE)
    except Exception as error:  # requests or httpx, by the version of the client
        cause = " ".join(str(error).split())[:200] or type(error).__name__
        outage = f"there is no connection to {constants.ENDPOINT} ({cause})"
        if not is_late(error):
            remember_outage(constants.ENDPOINT, f"{outage}; check the network, or give a folder")
    return outage


@contextmanager
def _offline() -> Iterator[None]:
    """The hub's client and `datasets` look into their cache alone."""
    import datasets
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE, datasets.config.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = datasets.config.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE, datasets.config.HF_HUB_OFFLINE = before


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
