"""Which token or code a direction asks for: `vi-ar` is `>>ara<<` to a Marian, `vie_Latn`, `arb_Arab` to NLLB."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from mt_eval.errors import ModelError
from mt_eval.languages.codes import find_language

_SHOWN = 12


def fill_in_languages(name: str, source: str, target: str) -> str:
    """A model's name with the two-letter codes of its languages in the place of `%src` and `%tgt`.

    >>> fill_in_languages("Helsinki-NLP/opus-mt-%src-%tgt", "vi", "en")
    'Helsinki-NLP/opus-mt-vi-en'
    """
    return name.replace("%src", source).replace("%tgt", target)


def choose_target_token(name: str, known: Iterable[str], target: str, wanted: str | None) -> str | None:
    """The token in front of a Marian's source, or None where the tokenizer knows no such tokens.

    `known` are the vocabulary's `>>...<<` entries, `target` the two-letter code of the target language, `wanted` what
    the configuration asks for. Without `wanted`, the three-letter code is tried, then with its script, then the
    two-letter code.

    Raises:
        ModelError: The token is not known; the message lists known ones, the most similar first.
    """
    tokens = sorted(known)
    if wanted is not None:
        if wanted in tokens:
            return wanted
        if not tokens:
            raise ModelError(
                f"{name}: model.target_token={wanted} was given, but this tokenizer knows no such tokens (its model "
                "has one target language); leave model.target_token out"
            )
        raise ModelError(
            f"{name}: the tokenizer does not know model.target_token={wanted}; it knows {_list(wanted, tokens)}"
        )
    if not tokens:
        return None
    candidates = []
    if (language := find_language(target)) is not None:
        candidates = [f">>{language.iso3}<<", f">>{language.iso3}_{language.script_code}<<"]
    candidates.append(f">>{target}<<")
    for candidate in candidates:
        if candidate in tokens:
            return candidate
    raise ModelError(
        f"{name}: the model was asked for target language {target}, but its tokenizer does not know {candidates[0]}; "
        f"it knows {_list(candidates[0], tokens)}; set model.target_token to one of them or take another model"
    )


def choose_flores_code(key: str, lang: str, wanted: str | None) -> str:
    """The FLORES-200 code of a two-letter language code, or `wanted` where the configuration gives one (at `key`).

    Raises:
        ModelError: No code is known for the language.
    """
    if wanted is not None:
        return wanted
    if (language := find_language(lang)) is None or language.flores is None:
        raise ModelError(f"no FLORES-200 code is known for language {lang}; give one as {key}, such as vie_Latn")
    return language.flores


def check_language_code(name: str, key: str, code: str, known: Iterable[str]) -> None:
    """Nothing, if the tokenizer knows the language code.

    Raises:
        ModelError: It does not; the message lists near matches.
    """
    codes = sorted(known)
    if code not in codes:
        language = find_language(code.replace("_", "-").partition("-")[0].lower())
        own = [known for known in (language.flores, language.code, language.iso3) if known in codes] if language else []
        alike = difflib.get_close_matches(code, codes, n=5, cutoff=0.5)
        near = own or alike or codes[:_SHOWN]
        if len(codes) <= _SHOWN:
            near = [*near, *(known for known in codes if known not in near)]
        raise ModelError(
            f"{name}: the tokenizer does not know {key}={code}; "
            + (
                f"nearest of its {len(codes)} codes: {', '.join(near)}"
                if codes
                else "it knows no language codes at all"
            )
        )


def _list(wanted: str, tokens: list[str]) -> str:
    near = difflib.get_close_matches(wanted, tokens, n=_SHOWN, cutoff=0.0)
    more = len(tokens) - len(near)
    return ", ".join(near) + (f" and {more} more" if more else "")
