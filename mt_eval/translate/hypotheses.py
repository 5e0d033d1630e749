"""Systems that are no model: translations from a file, and the source as its own translation."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from mt_eval import bundled
from mt_eval.cells import find_format, read_rows
from mt_eval.config import HypothesesModel
from mt_eval.errors import DataError
from mt_eval.files import TextFile, check_characters, read_file
from mt_eval.languages.letters import is_blank
from mt_eval.spool import collect, skim
from mt_eval.translate.system import System, Translated
from mt_eval.types import SegmentPair, Translation

_TABLES = (".tsv", ".csv", ".jsonl")
LONGEST_LABEL = 60
"""Characters of a label, so that the name of a run directory stays one that file systems take."""


def locate_hypotheses(model: HypothesesModel) -> System:
    """The file of translations, read once and identified by its contents.

    Raises:
        DataError: There is no such file, it is not UTF-8, or holds control characters.
    """
    path = bundled.resolve(model.path)
    file = read_file(path, allow_empty=True)
    name = "" if path.is_relative_to("/dev") or path.is_relative_to("/proc") else path.name  # a pipe has a number
    label = re.sub(r"[^\w.-]+", "-", Path(name.removesuffix(".gz")).stem).strip("-.")[:LONGEST_LABEL] or "hypotheses"
    facts = {"kind": "hypotheses", "name": model.path, "files": {path.name: file.sha256}, "legs": []}
    return System(file.sha256, label, facts, file=file)


def read_hypotheses(file: TextFile, pairs: Sequence[SegmentPair], total_pairs: int) -> Translated:
    """The file's texts as translations of the pairs, which are the first N of the data's `total_pairs`.

    A table (.tsv, .csv, .jsonl) with the columns `id` and `text` holds the translation of each pair that has a source
    by its id, in any order; a column `source`, if there is one, has to hold its source. In any other file line i
    belongs to pair i. A pair without a source has a line too, which is not used. Lines end at `\\n` (or `\\r\\n`) and
    nowhere else; a last line without an end counts. An empty text is an empty translation.

    Raises:
        DataError: The file has not `total_pairs` lines; or an id is not the data's, there twice, or missing.
    """
    if _is_table(file):
        return _match_rows(file, pairs, complete=len(pairs) == total_pairs)
    lines = file.lines
    if pairs and _begins_with_id(file, pairs[0].id):
        raise DataError(
            f"{file.path} line 1: is the id of a segment and a text, expected the names of the columns, id and text; "
            "put a line with them above"
        )
    if len(lines) != total_pairs:
        raise DataError(
            f"{file.path} has {len(lines)} lines, but the data has {total_pairs} segment pairs; expected one line per "
            "segment pair in the data's order, an empty one where there is nothing to translate, or a table with the "
            "columns id and text (`mt-eval data source` writes the ids)"
        )
    translations = _collect(
        Translation(pair.id, line) if pair.source else None
        for pair, line in zip(skim(pairs, "id", "source.id"), lines[: len(pairs)], strict=True)
    )
    sources = (pair.source for pair in skim(pairs, "source.id"))
    unused = sum(not is_blank(line) and not source for source, line in zip(sources, lines, strict=False))
    warnings = (f"{file.path}: {unused} lines stand beside an empty source and are not used",) if unused else ()
    return Translated(translations, {"lines": len(lines)}, warnings)


def _is_table(file: TextFile) -> bool:
    """Whether the file holds translations by id, by its name and first line; else it holds lines."""
    first = file.text.partition("\n")[0]
    kind = find_format(file.path)
    return kind in _TABLES and (
        {"id", "text"} <= {cell.strip('"\ufeff ').lower() for cell in re.split(r"[,;\t|]", first)}
        or (kind == ".jsonl" and first.lstrip().startswith("{"))
    )


def _begins_with_id(file: TextFile, name: str) -> bool:
    """Whether the file is a table by its name, without the names of its columns."""
    return find_format(file.path) in _TABLES and re.match(rf'"?{re.escape(name)}"?[\t,;]', file.text) is not None


def _match_rows(file: TextFile, pairs: Sequence[SegmentPair], *, complete: bool) -> Translated:
    sources = {pair.id: pair.source_text for pair in pairs if pair.source}
    texts: dict[str, str] = {}
    for where, row in read_rows(file.path, file.text, ("id", "text")):
        name, text = row.get("id"), row.get("text")
        if not isinstance(name, str) or not isinstance(text, str):
            raise DataError(f"{where}: has no text id and text, expected both; mend the row")
        check_characters(text, where)
        if name in texts:
            raise DataError(f"{where}: the id {name} is there again, expected every id once; delete one")
        texts[name] = text
        if name not in sources:
            if complete:
                raise DataError(
                    f"{where}: the id {name} is of no segment pair with a source; `mt-eval data source` writes the ids "
                    "of the data as it is cut and aligned now"
                )
        elif "source" in row and row["source"] != sources[name]:
            raise DataError(
                f"{where}: the source of {name} is another one in the data as it is cut and aligned now; translate "
                "what `mt-eval data source` writes"
            )
    missing = [name for name in sources if name not in texts]
    if missing:
        more = f" and {len(missing) - 1} more" if missing[1:] else ""
        raise DataError(
            f"{file.path}: has no translation of {missing[0]}{more}, expected one for each source; add it, with an "
            "empty text if the system gave none"
        )
    translations = _collect(Translation(pair.id, texts[pair.id]) if pair.source else None for pair in pairs)
    return Translated(translations, {"rows": len(texts)})


def copy_sources(pairs: Sequence[SegmentPair]) -> Translated:
    """Every pair's source text as its translation."""
    texts = skim(pairs, "id", "source.text")
    return Translated(_collect(Translation(pair.id, pair.source_text) if pair.source else None for pair in texts), {})


def _collect(translations: Iterable[Translation | None]) -> Sequence[Translation | None]:
    return collect(translations, Translation | None)


def locate_copy() -> System:
    return System(hashlib.sha256(b"mt-eval copy").hexdigest(), "copy", {"kind": "copy", "name": "copy", "legs": []})
