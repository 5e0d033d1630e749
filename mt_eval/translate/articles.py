"""Whole articles translated elsewhere: a folder with one text per article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote

from mt_eval import bundled
from mt_eval.config import ArticlesModel, Extra
from mt_eval.errors import DataError
from mt_eval.files import check_name, read_file
from mt_eval.languages.letters import compose, is_blank
from mt_eval.translate.checkpoints.hashing import hash_json
from mt_eval.translate.hypotheses import LONGEST_LABEL
from mt_eval.translate.system import System, Translated, TranslatedUnit
from mt_eval.types import SegmentPair

_ENDING = ".txt"
_NO_FILE_NAME = re.compile(r'[\x00-\x1f\x7f%/\\:*?"<>|]|^[. ]|^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)', re.IGNORECASE)
"""What the name of a file cannot have on some system, where it would be hidden, and `%` itself."""
_LONGEST_NAME = 255
"""Bytes of the name of a file on most disks."""
_NAMED = 3
"""Articles or files that a message names; of more it tells the number."""


def locate_articles(model: ArticlesModel, articles: Sequence[str]) -> System:
    """The folder's texts of these articles, each read once and identified by its contents.

    Raises:
        DataError: There is no such folder; a file cannot be read as text, or is of no article; none is of any; the ids
            of two articles are the same as names of files.
    """
    folder = bundled.resolve(model.path)
    files = {
        name: read_file(path, allow_empty=True)
        for name, path in _find_files(folder, articles, ignore=model.extra is Extra.ignore).items()
    }
    if all(is_blank(file.text) for file in files.values()):
        raise DataError(f"{folder}: every file of an article is empty, expected text in one at least; fill them")
    label = re.sub(r"[^\w.-]+", "-", folder.resolve().name).strip("-.")[:LONGEST_LABEL] or "articles"
    facts = {
        "kind": "articles",
        "name": model.path,
        "files": {file.path.name: file.sha256 for file in files.values()},
        "missing": tuple(name for name in articles if name not in files),
        "legs": [],
    }
    hashes = [files[name].sha256 if name in files else None for name in articles]
    texts = {name: file.text for name, file in files.items()}
    return System(hash_json(["articles", hashes]), label, facts, articles=texts, is_placed=True)


def join_pairs(system: System, pairs: Sequence[SegmentPair]) -> Translated:
    """Each article's text as what was made of all its segment pairs; without a file it is empty, which is said."""
    texts = system.articles or {}
    places: dict[str, list[int]] = {}
    for place, pair in enumerate(pairs):
        of_article = places.setdefault(pair.article_pair_id, [])
        if pair.source:
            of_article.append(place)
    units = tuple(TranslatedUnit(tuple(each), texts.get(article, "")) for article, each in places.items() if each)
    missing = [article for article in places if article not in texts]
    empty = [article for article in places if article in texts and is_blank(texts[article])]
    idle = [article for article, each in places.items() if not each and not is_blank(texts.get(article, ""))]
    unused = f"{system.facts['name']}: {_name(idle)}: nothing of them is to be translated, so their files are not used"
    warnings = tuple(
        f"{system.facts['name']}: {what} for {len(articles)} of {len(places)} articles "
        f"({_name([name_file(article) for article in articles])}): they count as articles of which nothing was "
        "translated"
        for articles, what in ((missing, "no file"), (empty, "an empty file"))
        if articles
    )
    return Translated((), {"segments": len(pairs)}, (*warnings, unused) if idle else warnings, units)


def name_file(article: str) -> str:
    """The name of the file with the translation of an article: its id, and `%XX` for what no file name takes.

    >>> name_file("tin tức/2024"), name_file("50%"), name_file("..")
    ('tin tức%2F2024.txt', '50%25.txt', '%2E..txt')
    """
    return _NO_FILE_NAME.sub(lambda match: f"%{ord(match[0][0]):02X}{match[0][1:]}", article) + _ENDING


def check_names(articles: Sequence[str]) -> None:
    """Check that every article can have a file of its own on every system.

    Raises:
        DataError: Two ids are the same where capital and small letters, or Unicode forms, are; or one is too long.
    """
    seen: dict[str, str] = {}
    for article in articles:
        if len(name_file(article).encode()) > _LONGEST_NAME:
            raise DataError(
                f"article {article}: its id is longer than the name of a file can be ({_LONGEST_NAME} bytes with "
                f"{_ENDING}); give it a shorter one in the data"
            )
        other = seen.setdefault(compose(compose(article).casefold()), article)
        if other != article:
            form = compose(other) == compose(article)
            raise DataError(
                f"articles {other!a} and {article!a}: their ids differ only in "
                f"{'Unicode form' if form else 'capital and small letters'}, so that on many systems one file would be "
                "of both; rename one in the data"
            )


def _find_files(folder: Path, articles: Sequence[str], *, ignore: bool) -> dict[str, Path]:
    """The file of each article that has one, in the order of the articles.

    Args:
        ignore: Whether files of no article are passed over.
    """
    check_names(articles)
    try:
        paths = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except FileNotFoundError:
        raise DataError(f"{folder}: there is no such folder; set model.path to one with a text per article") from None
    except NotADirectoryError:
        raise DataError(
            f"{folder}: is a file, expected a folder with a text per article ({_expect(articles)}); name the folder, "
            "or give model=hypotheses for a file of one segment a line"
        ) from None
    except OSError as error:
        raise DataError(f"{folder}: cannot be read ({error.strerror}); mend its permissions") from None
    article_of = {compose(article): article for article in articles}
    found: dict[str, Path] = {}
    extra = []
    for path in paths:
        article = article_of.get(_read_name(path.name)) if path.name.endswith(_ENDING) else None
        if article is None:
            extra.append(path)
        elif article in found:
            raise DataError(
                f"{folder}: has two files of the article {article}, {found[article].name} and {path.name}, whose names "
                "differ in Unicode form or in how characters are written; delete one"
            )
        else:
            found[article] = path
    if not found:
        raise DataError(
            f"{folder}: has no file of an article of the data (it has {_name_paths(extra) or 'no files'}), expected "
            f"{_expect(articles)}; rename the files, or set model.path to another folder"
        )
    if extra and not ignore:
        raise DataError(
            f"{folder}: {_name_paths(extra)} {'is' if len(extra) == 1 else 'are'} of no article of the data"
            f"{_guess(extra, [article for article in articles if article not in found])}; rename what has another "
            "name, add data.unpaired=true if there is no human version of it, move away what does not belong here, or "
            "add model.extra=ignore"
        )
    return {article: found[article] for article in articles if article in found}


def _read_name(file: str) -> str:
    """The id in the name of a file, composed; what is no `%XX` of UTF-8 stands for itself."""
    return compose(unquote(file.removesuffix(_ENDING), errors="surrogateescape"))


def _guess(extra: Sequence[Path], missing: Sequence[str]) -> str:
    """What the first of the files may have been meant for."""
    key = _read_name(extra[0].name).casefold()
    meant = next((article for article in missing if compose(article).casefold() == key), None)
    if meant is not None:
        return f", and {name_file(meant)} is missing, whose name differs in capital and small letters"
    return f", and {_expect(missing)} would be" if missing else ", all of which have their files"


def _expect(articles: Sequence[str]) -> str:
    return _name([name_file(article) for article in articles]) or "NAME.txt"


def _name_paths(paths: Sequence[Path]) -> str:
    for path in paths[:_NAMED]:
        check_name(path)
    return _name([path.name + ("/" if path.is_dir() else "") for path in paths])


def _name(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
