"""Translation memories: the units of a TMX file (1.1 to 1.4b, the specification of LISA, now of GALA)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from mt_eval.data.parallel import Row
from mt_eval.errors import DataError
from mt_eval.languages.codes import read_languages

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CODES = ("bpt", "ept", "it", "ph", "ut")
"""Elements whose content is codes of the format a text came from, but for the texts in a `sub` in them."""


def read_units(
    path: Path,
    content: bytes,
    langs: tuple[str, str],
    tags: Mapping[str, str | None],
    document: str | None,
    *,
    unpaired: bool = False,
) -> Iterator[Row]:
    """The units of a TMX file in any encoding that XML has.

    `vi-VN`, `vi_VN` and `vie` count as `vi`. A unit with several texts in a language has to say which one: one of the
    very tag (`ar` beside `ar-EG`), or of the tag that `tags` names. A line feed in a text becomes a space; otherwise
    white space stays.

    Args:
        langs: Codes of the source and target language.
        tags: Language code to the tag of its texts, where one of several is meant.
        document: The property that names the document.
        unpaired: A unit may have no text in the target language.

    Raises:
        DataError: It is no XML, or a unit lacks a language or has several texts in it; with the number of the unit.
    """
    number = 0
    try:
        for _, element in ElementTree.iterparse(io.BytesIO(content), events=("end",)):
            if _name(element) != "tu":
                continue
            number += 1
            where = f"{path} unit {number}"
            source, target = (
                _choose_text(where, element, lang, tags.get(lang) or lang, needed=place == 0 or not unpaired)
                for place, lang in enumerate(langs)
            )
            yield Row(where, source, target, _find_document(where, element, document))
            element.clear()
    except (ElementTree.ParseError, ValueError, LookupError) as error:  # the last two for encodings it does not know
        raise DataError(f"{path}: is not XML ({error}); export it again") from None
    except RecursionError:
        raise DataError(f"{path} unit {number}: its elements are nested too deeply; export it again") from None


def _choose_text(where: str, unit: ElementTree.Element, lang: str, tag: str, *, needed: bool) -> str:
    found: dict[str, list[str]] = {}
    for variant in unit:
        if _name(variant) == "tuv":
            said = variant.get(_XML_LANG) or variant.get("lang") or ""
            if _find_code(said) == lang:
                found.setdefault(said, []).append(_read_segment(where, variant, said))
    chosen = found.get(tag) or [text for texts in found.values() for text in texts]
    if not chosen and not needed:
        return ""
    if not chosen:
        there = sorted({v.get(_XML_LANG) or v.get("lang") or "none" for v in unit if _name(v) == "tuv"})
        raise DataError(
            f"{where}: has no text in {lang}, only in {', '.join(there) or 'no language'}; delete the unit or set "
            "direction"
        )
    if len(set(chosen)) > 1:
        raise DataError(
            f"{where}: has {len(chosen)} texts in {lang} ({', '.join(found)}), expected one; say which with "
            f"data.columns.{lang}=TAG, or delete the others"
        )
    return chosen[0]


def _find_code(tag: str) -> str:
    """The language code of a tag; the tag's first part where it is not known."""
    first = tag.strip().replace("_", "-").partition("-")[0].lower()
    return _list_codes().get(first, first)


def _read_segment(where: str, variant: ElementTree.Element, tag: str) -> str:
    segment = next((child for child in variant if _name(child) == "seg"), None)
    if segment is None:
        raise DataError(f"{where}: its variant in {tag} has no <seg>, expected one with the text; delete the unit")
    return "".join(_iterate_text(segment)).replace("\n", " ")


def _iterate_text(element: ElementTree.Element, *, is_text: bool = True) -> Iterator[str]:
    if is_text and element.text:
        yield element.text
    for child in element:
        name = _name(child)
        yield from _iterate_text(child, is_text=name == "sub" or (is_text and name not in _CODES))
        if is_text and child.tail:
            yield child.tail


def _find_document(where: str, unit: ElementTree.Element, name: str | None) -> str | None:
    if name is None:
        return None
    found = next((prop.text for prop in unit if _name(prop) == "prop" and prop.get("type") == name), None)
    if found is None:
        raise DataError(f"{where}: has no property {name}, expected one for every unit; set data.document_column")
    return found


def _name(element: ElementTree.Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


@cache
def _list_codes() -> Mapping[str, str]:
    """Codes of ISO 639-3 and of FLORES-200 to those of ISO 639-1."""
    known = read_languages().items()
    of_flores = {language.flores.partition("_")[0]: code for code, language in known if language.flores}
    return of_flores | {language.iso3: code for code, language in known}
