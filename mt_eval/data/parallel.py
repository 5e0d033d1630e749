"""A corpus of rows: each holds a source segment, the reference segment that belongs to it, and its document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import StringIO

from mt_eval.data.corpus import Corpus
from mt_eval.data.language import check_language
from mt_eval.errors import DataError
from mt_eval.files import check_characters
from mt_eval.languages.letters import is_blank
from mt_eval.types import Article, ArticlePair

NO_DOCUMENTS = (
    "the data names no documents (data.document_column): intervals take its segments as independent of each other, and "
    "scores of whole articles take it as one article"
)


@dataclass(frozen=True, slots=True)
class Row:
    where: str
    """Where the row stands, for messages: `news.tsv line 7`."""
    source: str
    reference: str
    """Empty where the row has no human version."""
    document: str | None
    """None where the data names no documents."""


def collect_rows(
    rows: Iterable[Row],
    name: str,
    source_lang: str,
    target_lang: str,
    inputs: Mapping[str, str],
    *,
    origin: str,
    check: bool,
    unpaired: bool = False,
) -> Corpus:
    """The corpus of `rows`, which are read once; one article pair per document, `name` where there are no documents.

    Args:
        origin: What the rows are of, for messages.
        check: Whether the sides' languages are looked at.
        unpaired: Take documents without any reference text, too.

    Raises:
        DataError: There are no rows, a row is empty on both sides or holds a line feed, the rows of a document do not
            stand together, a document has no reference text, or a side is in another language.
    """
    texts: dict[str, tuple[StringIO, StringIO]] = {}
    began: dict[str, str] = {}
    current: str | None = None
    named = False
    for row in rows:
        document = name if row.document is None else row.document
        named = named or row.document is not None
        _check_row(row)
        if document != current:
            if document in texts:
                raise DataError(
                    f"{row.where}: document {document} goes on, which began in {began[document]} and ended before, "
                    "expected the rows of a document together; sort the rows by document"
                )
            texts[document], began[document], current = (StringIO(), StringIO()), row.where, document
        else:
            for side in texts[document]:
                side.write("\n")
        for side, text in zip(texts[document], (row.source, row.reference), strict=True):
            side.write(text)
    if not texts:
        raise DataError(f"{origin}: holds no rows, expected one at least; check the file")
    pairs = []
    for document in list(texts):
        source, reference = texts.pop(document)  # so that what was collected is freed as it is joined
        pairs.append(
            pair_texts(
                document,
                Article(f"{document}.{source_lang}", source_lang, source.getvalue()),
                Article(f"{document}.{target_lang}", target_lang, reference.getvalue()),
                unpaired=unpaired,
                origin=origin,
            )
        )
    references = [pair.reference for pair in pairs if pair.reference is not None]
    for lang, articles in ((source_lang, [pair.source for pair in pairs]), (target_lang, references)):
        text = "\n".join(article.text for article in articles[:_CHECKED])
        check_language(text, lang, origin, "set direction and columns to agree", asked=check)
    return Corpus(
        pairs=tuple(pairs),
        segmented=True,
        furniture={},
        word_segmented=frozenset(),
        gold={},
        inputs=inputs,
        warnings=() if named else (NO_DOCUMENTS,),
    )


def pair_texts(name: str, source: Article, reference: Article, *, unpaired: bool, origin: str) -> ArticlePair:
    """The article pair of both texts; without a reference where `reference` has no text and `unpaired` allows that.

    Raises:
        DataError: There is no text of the reference, and none is not allowed.
    """
    if not is_blank(reference.text):
        return ArticlePair(name, source, reference)
    if not unpaired:
        raise DataError(
            f"{origin}: document {name} has no text in {reference.lang}, expected a reference to score against; add "
            "it, leave the document out, or set data.unpaired=true to translate it without one"
        )
    return ArticlePair(name, source, None)


_CHECKED = 100
"""Documents whose language is checked: a corpus that begins in the right language goes on in it."""


def _check_row(row: Row) -> None:
    for text in (row.source, row.reference, row.document or ""):
        check_characters(text, row.where)
    if is_blank(row.source) and is_blank(row.reference):
        raise DataError(f"{row.where}: is empty on both sides, expected text on one at least; delete the row")
    if "\n" in row.source or "\n" in row.reference:
        raise DataError(f"{row.where}: a text has several lines, expected one segment; split the row or join its lines")
    if row.document is not None and (is_blank(row.document) or "\t" in row.document or "\n" in row.document):
        raise DataError(f"{row.where}: the document is {row.document!r}, expected a name without tabs; mend it")
