"""What languages are called and how they are written, one row a language in codes.tsv.

Written by hand, since no package knows the codes of FLORES-200 and the tokens of OPUS-MT: those of langcodes are ISO's,
which differ for Arabic, Azerbaijani, Persian and others (`arb`, `azj`, `pes`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

_SCRIPTS = {
    **{"Arab": "ARABIC", "Armn": "ARMENIAN", "Beng": "BENGALI", "Cyrl": "CYRILLIC", "Deva": "DEVANAGARI"},
    **{"Ethi": "ETHIOPIC", "Geor": "GEORGIAN", "Grek": "GREEK", "Hang": "HANGUL", "Hans": "CJK", "Hebr": "HEBREW"},
    **{"Jpan": "CJK", "Khmr": "KHMER", "Laoo": "LAO", "Latn": "LATIN", "Mymr": "MYANMAR", "Taml": "TAMIL"},
    **{"Telu": "TELUGU", "Thaa": "THAANA", "Thai": "THAI"},
}
_RIGHT_TO_LEFT = ("Arab", "Hebr", "Thaa")
_UNSPACED = ("Hans", "Jpan", "Khmr", "Laoo", "Mymr", "Thai")


@dataclass(frozen=True, slots=True)
class Language:
    """What is known of one language."""

    code: str
    """ISO 639-1."""
    name: str
    """In English."""
    iso3: str
    """ISO 639-3, as the tokens of OPUS-MT have it."""
    script_code: str
    """ISO 15924; `Jpan` and `Hans` as FLORES-200 has them."""
    flores: str | None
    """Its code in FLORES-200, as NLLB has it; None where there is none."""

    @property
    def script(self) -> str:
        """The first word of its letters' Unicode names (`LATIN`); `CJK` for all scripts of Japanese."""
        return _SCRIPTS[self.script_code]

    @property
    def has_spaces(self) -> bool:
        """Whether spaces stand between its words."""
        return self.script_code not in _UNSPACED


def find_language(code: str) -> Language | None:
    """The language with this ISO 639-1 code, or None where it is not known here."""
    return read_languages().get(code)


def find_script(code: str) -> str | None:
    """The script of the language with this code, as Unicode names it (`LATIN`), or None where it is not known here."""
    language = find_language(code)
    return language.script if language else None


def name_language(code: str) -> str:
    """The English name of a language, or its code where the name is not known.

    >>> name_language("vi"), name_language("xx")
    ('Vietnamese', 'xx')
    """
    language = find_language(code)
    return language.name if language else code


def is_right_to_left(code: str) -> bool:
    """Whether the language with this code is written from right to left; False where it is not known here."""
    language = find_language(code)
    return language is not None and language.script_code in _RIGHT_TO_LEFT


def suggest_code(said: str) -> str | None:
    """The code of the language that may be meant, or None.

    >>> suggest_code("Arabic"), suggest_code("arb_Arab"), suggest_code("vi_VN"), suggest_code("?")
    ('ar', 'ar', 'vi', None)
    """
    said = said.strip().lower()
    for language in read_languages().values():
        names = (language.code, language.name, language.iso3, language.flores or "")
        if said in map(str.lower, names) or said.startswith((f"{language.code}-", f"{language.code}_")):
            return language.code
    return None


@cache
def read_languages() -> Mapping[str, Language]:
    """Every row of codes.tsv by its ISO 639-1 code."""
    from importlib.resources import files  # many a command that imports this never asks

    found = {}
    for line in (files(__package__) / "codes.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        code, name, iso3, flores = line.split("\t")
        base, script = flores.split("_")
        found[code] = Language(code, name, iso3, script, None if base == "-" else flores)
    return MappingProxyType(found)
