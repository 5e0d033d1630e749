"""Article pairs from two line-parallel files."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from mt_eval.bundled import resolve
from mt_eval.config import LinesData
from mt_eval.data.corpus import Corpus
from mt_eval.data.language import check_languages
from mt_eval.data.parallel import pair_texts
from mt_eval.errors import DataError
from mt_eval.files import LinesFile, read_lines_file
from mt_eval.languages.letters import is_blank
from mt_eval.spool import collect
from mt_eval.types import Article, ArticlePair

_NO_DOCUMENTS = (
    "the file names no documents (data.docids_path): intervals take its lines as independent of each other, and scores "
    "of whole articles take it as one article"
)

Document = tuple[str, range]
"""Id of a document and the lines that are its, from 0."""


def load_lines(config: LinesData, source_lang: str, target_lang: str, via: str | None = None) -> Corpus:
    """One article pair per document, in the files' order; its texts are its lines, joined by line feeds.

    Without `data.reference_path` no article has a human version.

    Args:
        via: The language of a pivot model, in which `data.pivot_path` is then read.

    Raises:
        DataError: A file cannot be read or is in another language; the files' lengths differ; a line is empty on both
            sides; the lines of a document do not stand together.
    """
    keys = {"source_path": config.source_path}
    if config.reference_path is not None:
        keys["reference_path"] = config.reference_path
    if config.docids_path is not None:
        keys["docids_path"] = config.docids_path
    if via is not None and config.pivot_path is not None:
        keys["pivot_path"] = config.pivot_path.replace("%via", via)
    files = {key: read_lines_file(_fill_in(path, source_lang, target_lang)) for key, path in keys.items()}
    source = files["source_path"].lines
    reference: Sequence[str] = files["reference_path"].lines if "reference_path" in files else [""] * len(source)
    if "reference_path" not in files:
        _check_sources(files["source_path"].path, source)
    else:
        _check_lines(files["source_path"].path, source, files["reference_path"].path, reference)
    for key, lang in (("source_path", source_lang), ("reference_path", target_lang)):
        if key not in files:
            continue
        file = files[key]
        mend = f"set data.{key} and direction so that they agree"
        check_languages(file.lines, lang, str(file.path), mend, asked=config.check_language)
    if "docids_path" not in files:
        documents = [(_name_document(files["source_path"].path, source_lang), range(len(source)))]
    else:
        documents = _read_documents(files["docids_path"], files["source_path"].path, len(source))
    pivot: Sequence[str] | None = None
    if via is not None and "pivot_path" in files:
        pivot = files["pivot_path"].lines
        if len(pivot) != len(source):
            raise DataError(
                f"{files['pivot_path'].path} has {len(pivot)} lines and {files['source_path'].path} has {len(source)}, "
                "expected as many in both; mend the files so that their i-th lines belong together"
            )
        where = str(files["pivot_path"].path)
        mend = "set data.pivot_path and model.via so that they agree"
        check_languages(pivot, via, where, mend, asked=config.check_language)
    return Corpus(
        pairs=collect(
            (
                pair_texts(
                    name,
                    Article(f"{name}.{source_lang}", source_lang, "\n".join(source[lines.start : lines.stop])),
                    Article(f"{name}.{target_lang}", target_lang, "\n".join(reference[lines.start : lines.stop])),
                    unpaired=config.unpaired or config.reference_path is None,
                    origin=str(files["source_path"].path),
                )
                for name, lines in documents
            ),
            ArticlePair,
        ),
        segmented=True,
        furniture={},
        word_segmented=frozenset(),
        gold={},
        pivot={name: tuple(pivot[lines.start : lines.stop]) for name, lines in documents} if pivot is not None else {},
        inputs={key: file.sha256 for key, file in files.items()},
        warnings=() if config.docids_path is not None else (_NO_DOCUMENTS,),
    )


def _fill_in(path: str, source_lang: str, target_lang: str) -> Path:
    return resolve(path.replace("%src", source_lang).replace("%tgt", target_lang))


def _name_document(path: Path, lang: str) -> str:
    if path.is_relative_to("/dev") or path.is_relative_to("/proc"):
        return "lines"  # a pipe's name is a number that differs from call to call
    return Path(path.name.removesuffix(".gz")).stem.removesuffix(f".{lang}")


def _check_lines(source_path: Path, source: Sequence[str], reference_path: Path, reference: Sequence[str]) -> None:
    if len(source) != len(reference):
        raise DataError(
            f"{source_path} has {len(source)} lines and {reference_path} has {len(reference)}, expected as many in "
            "both; mend the files so that their i-th lines belong together"
        )
    for number, (one, other) in enumerate(zip(source, reference, strict=True), start=1):
        if is_blank(one) and is_blank(other):
            raise DataError(
                f"{source_path} and {reference_path} line {number}: is empty in both files, expected text in one at "
                "least; delete the line in both"
            )


def _check_sources(path: Path, source: Sequence[str]) -> None:
    for number, text in enumerate(source, start=1):
        if is_blank(text):
            raise DataError(f"{path} line {number}: is empty, expected text to translate; delete the line")


def _read_documents(file: LinesFile, source_path: Path, total: int) -> list[Document]:
    path, names = file.path, file.lines
    if len(names) != total:
        raise DataError(
            f"{path} has {len(names)} lines and {source_path} has {total}, expected one document id for each line; "
            "mend the file"
        )
    documents: list[Document] = []
    started: dict[str, int] = {}
    for name, group in groupby(range(total), key=names.__getitem__):
        lines = list(group)
        number = lines[0] + 1
        if is_blank(name) or name != name.strip() or "\t" in name:
            raise DataError(
                f"{path} line {number}: the document id is {name!r}, expected one without tabs and outer "
                "spaces; mend it"
            )
        if name in started:
            raise DataError(
                f"{path} line {number}: document {name} goes on, which began in line {started[name]} and ended before, "
                "expected the lines of a document together; sort all files by document"
            )
        started[name] = number
        documents.append((name, range(lines[0], lines[-1] + 1)))
    return documents
