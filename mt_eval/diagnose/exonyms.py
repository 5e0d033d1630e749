"""Names that are right to be written as another word, or in another spelling than its own, in the target language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_PINYIN = re.compile("(?:(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?(?:[iu]?[aeo]|[aeo][iou]|[iu]|i[ao][ou]|uai)(?:ng?)?)+")
_LONGEST_CHINESE = 20
"""Letters; there are many ways to read a longer row of vowels."""
_CHINESE = re.compile("^[xq]|zh|[csz]hui|[jlyn]uan|iang|iao|uang|[jp]ing$")
"""What of pinyin is rare in other languages; each such name has a Vietnamese form (`Zhangjiakou`: Trương Gia Khẩu)."""


def is_translated(name: str, lang: str) -> bool:
    """Whether `name`, in lower case without marks, has a form in `lang` that is not looked for."""
    exonyms = _read_exonyms(lang)
    if name in exonyms:
        return exonyms[name] is None
    return lang == "vi" and len(name) <= _LONGEST_CHINESE and bool(_CHINESE.search(name) and _PINYIN.fullmatch(name))


def list_forms(name: str, lang: str) -> tuple[str, ...]:
    """The forms in `lang` that stand for `name` beside its own letters, in lower case without marks."""
    return _read_exonyms(lang).get(name) or ()


@cache
def _read_exonyms(lang: str) -> Mapping[str, tuple[str, ...] | None]:
    """Every exonym in `lang` with the forms that are looked for beside its own; None where it is not looked for."""
    exonyms: dict[str, tuple[str, ...] | None] = {}
    section = ""
    for line in (files(__package__) / "exonyms.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif not line.startswith("#") and section in ("all", lang):
            names, looked_for, forms = line.partition("=")
            found = tuple(form.strip() for form in forms.split(",") if form.strip()) if looked_for else None
            exonyms |= dict.fromkeys(names.split(), found)
    return MappingProxyType(exonyms)
