"""How a `model=seq2seq` is told its languages: found in what its files say, and checked against its vocabulary.

A **code** is what a tokenizer calls a language: `ar_AR` in mBART, `ar` in MADLAD-400's `<2ar>`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mt_eval.config import LanguageBy, Seq2seqModel
from mt_eval.errors import ModelError
from mt_eval.languages.codes import find_language, name_language
from mt_eval.translate.checkpoints.contents import Contents, read_json
from mt_eval.translate.checkpoints.hashing import once_per_state
from mt_eval.translate.checkpoints.target_codes import check_language_code

FRONT, BEHIND = "front", "behind"

CODE_PLACES = {
    **{"MBart50Tokenizer": FRONT, "NllbTokenizer": FRONT},
    **{"MBartTokenizer": BEHIND, "PLBartTokenizer": BEHIND},
}
"""Tokenizer class to where the source's code stands: before the source, or behind its end token."""

_PIECES = ("spiece.model", "sentencepiece.bpe.model", "spm.model", "tokenizer.model")
"""What SentencePiece's file is called beside the checkpoints of one family or another."""
_VOCABULARIES = ("tokenizer.json", *_PIECES, "vocab.json", "vocab.txt")

_WITHOUT_FILES = ("ByT5Tokenizer",)

_CODE = re.compile(r"[a-z]{2,3}_([A-Z]{2}|[A-Z][a-z]{3})|__[a-z]+__")
"""A language code that is a token by itself: `vi_VN`, `arb_Arab`, `__ar__`."""
_MARKED = re.compile(r"([<>\[_|]+\w*?)(%src|%tgt)([<>\]_|]+)")
"""A code inside marks (`<2%tgt>`, `>>%tgt<<`), which has to be one token; what has none is text."""
_MARK = re.compile(r"([<>\[_|]+\d?)(\w+?)([>\]_|]+|<<)")
"""A token inside marks (`<2ar>`, `>>ara<<`), as far as a text shows one."""
_PLACES = ("%src", "%tgt", "%source", "%target")
_PLACE = re.compile(r"%[A-Za-z]+")
_SHAPES = ("<2%tgt>", ">>%tgt<<")
"""Prefixes that `auto` looks for in the vocabulary."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What a model is told, filled in for a direction."""

    by: str
    """`prefix`, `forced_token`, `start_token` or `none`."""
    source: str | None = None
    """The source's code, where the tokenizer puts one beside the source."""
    target: str | None = None
    """The text in front of every source, or the target's code; None where nothing is told."""


def choose_telling(model: Seq2seqModel, folder: Path, contents: Contents, direction: tuple[str, str]) -> Telling:
    """How the checkpoint in `folder` is told to translate `direction` (two-letter codes).

    Raises:
        ModelError: It cannot be found out, or the checkpoint does not know a language; says which codes it has.
    """
    tokenizer = name_tokenizer(model.name, folder, contents.config)
    if tokenizer not in _WITHOUT_FILES and not any((folder / file).is_file() for file in _VOCABULARIES):
        raise ModelError(
            f"{model.name}: there is no tokenizer in {folder}; expected tokenizer.json, or a SentencePiece model such "
            "as spiece.model (T5) or sentencepiece.bpe.model (mBART); copy it from the checkpoint that this one was "
            "made of"
        )
    by, prefix = model.language_by, model.prefix
    if prefix is not None:
        by = LanguageBy.prefix
    elif by is LanguageBy.auto:
        by, prefix = _find_telling(model.name, folder, tokenizer)
    match by:
        case LanguageBy.prefix:
            assert prefix is not None
            return _fill_in(model, folder, prefix, direction)
        case LanguageBy.none:
            for key, code in (("source_code", model.source_code), ("target_code", model.target_code)):
                if code is not None:
                    raise ModelError(
                        f"{model.name}: model.{key}={code} was given beside model.language_by=none, which tells the "
                        "model nothing; leave one of them out"
                    )
            return Telling("none")
        case _:
            return _choose_tokens(model, folder, by, tokenizer, direction)


def name_tokenizer(name: str, folder: Path, config: Mapping[str, Any]) -> str:
    """The class of the checkpoint's tokenizer, as its files say, without the `Fast` of older versions."""
    settings = folder / "tokenizer_config.json"
    said = read_json(name, settings).get("tokenizer_class") if settings.is_file() else None
    said = said or config.get("tokenizer_class")
    if said is None and config.get("model_type") == "mbart":
        said = "MBartTokenizer"
    return str(said or "").removesuffix("Fast")


def shape_of(target: str) -> re.Pattern[str] | None:
    """What matches every token of the kind that a prefix is or holds (`<2ar>`: any `<2...>`); None where it is text."""
    found = _MARK.search(target)
    return None if found is None else re.compile(rf"{re.escape(found[1])}[\w-]+{re.escape(found[3])}")


def list_codes(tokens: Iterable[str]) -> list[str]:
    """The tokens that are language codes by themselves."""
    return sorted(token for token in tokens if _CODE.fullmatch(token))


@once_per_state
def read_tokens(name: str, folder: Path) -> frozenset[str]:
    """Every token that the tokenizer's files name; a class may add some of its own when it is loaded.

    Raises:
        ModelError: A file is damaged.
    """
    try:
        return frozenset(_collect_tokens(name, folder))
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        raise ModelError(
            f"{name}: the tokenizer's files in {folder} are JSON, but not a tokenizer's ({error}); download them again"
        ) from error


def _collect_tokens(name: str, folder: Path) -> set[str]:
    tokens: set[str] = set()
    for file in ("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"):
        if (folder / file).is_file():
            content = read_json(name, folder / file)
            if file == "added_tokens.json":
                tokens |= set(content)
            for key in ("additional_special_tokens", "extra_special_tokens"):
                tokens |= {_read_content(token) for token in content.get(key) or ()}
            added = content.get("added_tokens_decoder")
            tokens |= {_read_content(token) for token in added.values()} if isinstance(added, dict) else set()
    if (folder / "tokenizer.json").is_file():
        content = read_json(name, folder / "tokenizer.json")
        tokens |= {_read_content(token) for token in content.get("added_tokens") or ()}
        inner = content.get("model")
        vocabulary = inner.get("vocab") if isinstance(inner, dict) else None
        # Unigram: pairs of a piece and its score; the others: piece to id.
        pieces = vocabulary if isinstance(vocabulary, dict) else [row[0] for row in vocabulary or () if row]
        tokens |= set(map(str, pieces))
    elif pieces_file := next((path for path in map(folder.joinpath, _PIECES) if path.is_file()), None):
        tokens |= _read_pieces(name, pieces_file)
    return tokens


def _read_content(token: object) -> str:
    return str(token.get("content")) if isinstance(token, dict) else str(token)


def _read_pieces(name: str, path: Path) -> set[str]:
    from sentencepiece import SentencePieceProcessor

    try:
        processor = SentencePieceProcessor(model_file=str(path))
    except Exception as error:  # whatever its C++ side raises: RuntimeError, OSError
        raise ModelError(f"{name}: {path} is no SentencePiece model; download it again") from error
    return {processor.id_to_piece(index) for index in range(processor.get_piece_size())}


def _find_telling(name: str, folder: Path, tokenizer: str) -> tuple[LanguageBy, str | None]:
    """What the tokenizer shows."""
    if tokenizer in CODE_PLACES:
        return (LanguageBy.forced_token if CODE_PLACES[tokenizer] == FRONT else LanguageBy.start_token), None
    tokens = read_tokens(name, folder)
    for shape in _SHAPES:
        if _list_marked(shape, tokens):
            return LanguageBy.prefix, shape
    raise ModelError(
        f"{name}: its tokenizer does not show how the model is told its languages; give model.prefix with the text "
        "that its card puts in front of a source (%source and %target are the languages' names, %src and %tgt their "
        "codes), model.language_by=forced_token or start_token, or model.language_by=none for a model of one direction"
    )


def _fill_in(model: Seq2seqModel, folder: Path, prefix: str, direction: tuple[str, str]) -> Telling:
    for place in _PLACE.findall(prefix):
        if place not in _PLACES:
            raise ModelError(
                f"{model.name}: model.prefix={prefix} has {place}, which stands for nothing; expected "
                f"{', '.join(_PLACES)}, or text without a % in front of a letter"
            )
    tokens = read_tokens(model.name, folder) if _MARKED.search(prefix) or shape_of(prefix) else frozenset[str]()
    filled = prefix
    wanted = {"%src": ("model.source_code", model.source_code), "%tgt": ("model.target_code", model.target_code)}
    for place, lang in (("%src", direction[0]), ("%tgt", direction[1])):
        key, code = wanted[place]
        if place not in prefix:
            if code is not None:
                raise ModelError(
                    f"{model.name}: {key}={code} was given, but model.prefix={prefix} has no {place} to put it; leave "
                    "one of them out"
                )
            continue
        marked = next((each for each in _MARKED.finditer(prefix) if each[2] == place), None)
        if marked is not None:
            known = _list_marked(marked[0], tokens)
            code = code or _match_code(lang, known) or lang
            if not known:
                raise ModelError(
                    f"{model.name}: model.prefix={prefix} asks for the token {marked[1]}{code}{marked[3]}, but the "
                    "vocabulary has no tokens of this kind; give the prefix that the model's card names"
                )
            check_language_code(model.name, key, code, known)
        filled = filled.replace(place, code or lang)
    filled = filled.replace("%source", name_language(direction[0])).replace("%target", name_language(direction[1]))
    _check_marks(model.name, filled, tokens)
    return Telling("prefix", None, filled)


def _check_marks(name: str, prefix: str, tokens: Collection[str]) -> None:
    """Check that what looks like the tokens of a kind that the vocabulary has (`<2ar>`) is one of them."""
    for mark in _MARK.finditer(prefix):
        shape = shape_of(mark[0])
        alike = sorted(token for token in tokens if shape is not None and shape.fullmatch(token))
        if alike and mark[0] not in tokens:
            check_language_code(name, "model.prefix", mark[0], alike)


def _choose_tokens(
    model: Seq2seqModel, folder: Path, by: LanguageBy, tokenizer: str, direction: tuple[str, str]
) -> Telling:
    tokens = read_tokens(model.name, folder) | _list_own_codes(tokenizer)
    known = list_codes(tokens)
    target = model.target_code or _match_code(direction[1], known) or direction[1]
    if not _is_marked(target, tokens):
        check_language_code(model.name, "model.target_code", target, known)
    if tokenizer not in CODE_PLACES:
        if model.source_code is not None:
            raise ModelError(
                f"{model.name}: model.source_code={model.source_code} was given, but a tokenizer of class "
                f"{tokenizer or 'that is not named'} does not say where the source's code stands; leave it out, or "
                f"name the class in tokenizer_config.json ({', '.join(CODE_PLACES)})"
            )
        return Telling(by.value, None, target)
    source = model.source_code or _match_code(direction[0], known) or direction[0]
    if not _is_marked(source, tokens):
        check_language_code(model.name, "model.source_code", source, known)
    return Telling(by.value, source, target)


def _is_marked(code: str, tokens: Collection[str]) -> bool:
    """Whether it is a token that no word is: `<ar>`, `[ar]`. A piece of a word may look like a bare code."""
    return code in tokens and re.match(r"\w", code) is None


def _list_own_codes(tokenizer: str) -> frozenset[str]:
    """The codes that transformers' class adds to a vocabulary by itself."""
    if tokenizer == "MBart50Tokenizer":
        from transformers.models.mbart50.tokenization_mbart50 import FAIRSEQ_LANGUAGE_CODES

        return frozenset(FAIRSEQ_LANGUAGE_CODES)
    if tokenizer == "MBartTokenizer":
        from transformers.models.mbart.tokenization_mbart import FAIRSEQ_LANGUAGE_CODES

        return frozenset(FAIRSEQ_LANGUAGE_CODES)
    return frozenset()


def _list_marked(marked: str, tokens: Iterable[str]) -> list[str]:
    """The codes of all tokens that look like a marked place (`<2%tgt>`)."""
    front, behind = (re.escape(part) for part in re.split("%src|%tgt", marked, maxsplit=1))
    shape = re.compile(rf"{front}([\w-]+){behind}")
    return sorted(found[1] for token in tokens if (found := shape.fullmatch(token)))


def _match_code(lang: str, known: Iterable[str]) -> str | None:
    """What the codes call a language: exactly so, or with one region behind it (`vi_VN`)."""
    codes = set(known)
    names: list[str | None] = [lang]
    if (language := find_language(lang)) is not None:
        names += [language.flores, language.iso3, f"{language.iso3}_{language.script_code}"]
    for candidate in names:
        if candidate in codes:
            return candidate
        if f"__{candidate}__" in codes:
            return f"__{candidate}__"
    regions: list[str] = [code for code in codes if code.partition("_")[0] == lang]
    return regions[0] if len(regions) == 1 else None
