"""The tokenizer of a `model=seq2seq`, and what stands around every text that it makes ids of.

transformers has a class for most of them, which is used. Two things are put right, for what a text says is text. A
vocabulary of pieces (T5, mBART) holds `</s>` and `<2ar>` as pieces that any text can spell: they become the pieces of
their letters. And transformers 5 takes the third piece of a T5's vocabulary for the unknown one, which is `</s>` in
MADLAD-400, so that a letter it does not know would end the source: it becomes the vocabulary's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tokenizers import Tokenizer
from transformers.utils import logging

from mt_eval.errors import ModelError
from mt_eval.translate.checkpoints.target_codes import check_language_code
from mt_eval.translate.checkpoints.telling import CODE_PLACES, FRONT, list_codes, shape_of
from mt_eval.translate.system import Leg

_UNKNOWN = "\U000f1234"
"""A character for private use, which no vocabulary of pieces has."""
_PLAIN = ("a", "A b c, d.", "12")
"""Texts that hold nothing special: the library alone makes the same ids of them."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the ids of every text, and what no text may become."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    joined: str
    """The end of the prefix, which is tokenized together with the text."""
    spelt: Mapping[int, tuple[int, ...]]
    """Id of a token that steers the model to the ids of its letters."""
    silent: frozenset[int]
    """Ids of languages' codes, which are not read out in a translation, beside those that the library leaves out."""


def load_framed_tokenizer(leg: Leg) -> tuple[Any, int | None]:
    """The tokenizer of a `seq2seq` leg, with its `Frame` as `frame`, and the id of the token that is forced first.

    Raises:
        ModelError: Its vocabulary does not have the codes; its prefix does not stay what it is beside a text; what it
            makes of an unknown letter would steer the model.
        Exception: What the library raises of damaged files.
    """
    from transformers import AutoTokenizer  # it imports torch, which other tokenizers do without

    level = logging.get_verbosity()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        tokenizer = AutoTokenizer.from_pretrained(leg.folder, local_files_only=True, trust_remote_code=False)
    finally:
        logging.set_verbosity(level)
    _mend_unknown(leg, tokenizer)
    vocabulary = tokenizer.get_vocab()
    codes = list_codes(vocabulary)
    told_by_token = leg.language_by in ("forced_token", "start_token")
    for key, code in (("source_code", leg.source), ("target_code", leg.target if told_by_token else None)):
        if code is not None and code not in vocabulary:
            check_language_code(leg.name, f"model.{key}", code, codes)
    steering = _find_steering(leg, tokenizer, vocabulary, codes)
    before, after = _find_surroundings(leg, tokenizer)
    joined = ""
    if leg.language_by == "prefix":
        front, joined = _split_prefix(tokenizer, str(leg.target), steering)
        before = (*before, *front)
    spelt = {index: _spell(token, vocabulary, tokenizer.unk_token_id) for token, index in steering.items()}
    tokenizer.frame = Frame(before, after, joined, spelt, _find_silent(leg, vocabulary, codes))
    _check_prefix(leg, tokenizer)
    return tokenizer, vocabulary[str(leg.target)] if leg.language_by == "forced_token" else None


def frame_texts(leg: Leg, tokenizer: Any, texts: Sequence[str]) -> Iterable[tuple[list[int], bool]]:
    """The ids of each text within its frame, and whether ids were left out at its end to fit into the positions."""
    frame: Frame = tokenizer.frame
    room = max(0, leg.length.positions - len(frame.before) - len(frame.after))
    for ids in encode_alone(tokenizer, [frame.joined + text for text in texts]):
        yield [*frame.before, *ids[:room], *frame.after], len(ids) > room


def encode_alone(tokenizer: Any, texts: Sequence[str]) -> Iterable[list[int]]:
    """The ids of each text without a frame; what spells a token that steers becomes its letters."""
    spelt: Mapping[int, tuple[int, ...]] = tokenizer.frame.spelt
    return ([part for index in row for part in spelt.get(index, (index,))] for row in _encode_plainly(tokenizer, texts))


def find_start(leg: Leg, tokenizer: Any) -> int | None:
    """The id that the decoder starts from where that tells the target language; None where it is the model's own."""
    return int(tokenizer.convert_tokens_to_ids(leg.target)) if leg.language_by == "start_token" else None


def list_vocabulary(tokenizer: Any, rows: int) -> list[str]:
    """The token of each of a model's `rows`, each one once; rows that have none are called after their number."""
    names = {index: token for token, index in tokenizer.get_vocab().items() if index < rows}
    return [names.get(index, f"<unused {index}>") for index in range(rows)]


def count_needed(tokenizer: Any) -> int:
    """One more than the largest id that a text can become; special tokens behind it need no row in the model."""
    frame: Frame = tokenizer.frame
    known = tokenizer.get_vocab().values()
    return max({*known} - {*frame.spelt} | {*frame.before, *frame.after}, default=0) + 1


def _encode_plainly(tokenizer: Any, texts: Sequence[str]) -> list[list[int]]:
    if tokenizer.is_fast:
        found = tokenizer(
            list(texts),
            add_special_tokens=False,
            padding=False,
            truncation=False,
            verbose=False,
            split_special_tokens=True,
        )
        rows: list[list[int]] = found["input_ids"]
        return rows
    return [
        tokenizer.convert_tokens_to_ids(tokenizer.tokenize(text, split_special_tokens=True)) if text else []
        for text in texts
    ]


def _mend_unknown(leg: Leg, tokenizer: Any) -> None:
    if not tokenizer.is_fast or tokenizer.unk_token_id is None:
        return
    special = {*tokenizer.all_special_ids} - {tokenizer.unk_token_id}
    if special.isdisjoint(_encode_plainly(tokenizer, [_UNKNOWN])[0]):
        return
    content = json.loads(tokenizer.backend_tokenizer.to_str())
    if content["model"].get("type") == "Unigram":
        content["model"]["unk_id"] = tokenizer.unk_token_id
        tokenizer._tokenizer = Tokenizer.from_str(json.dumps(content))
    if not special.isdisjoint(_encode_plainly(tokenizer, [_UNKNOWN])[0]):
        raise ModelError(
            f"{leg.name}: its tokenizer makes a special token of a letter that it does not know; correct unk_id in "
            "tokenizer.json"
        )


def _find_steering(leg: Leg, tokenizer: Any, vocabulary: Mapping[str, int], codes: Sequence[str]) -> dict[str, int]:
    """Token to id of all that steer the model: special ones, and those that look like what tells the languages."""
    tokens = {*map(str, tokenizer.all_special_tokens)}
    if leg.language_by == "prefix" and (shape := shape_of(str(leg.target))) is not None:
        tokens |= {token for token in vocabulary if shape.fullmatch(token)}
    if leg.language_by in ("forced_token", "start_token"):
        tokens |= {*codes, str(leg.target), *([leg.source] if leg.source else [])}
    found = {token: vocabulary[token] for token in tokens if token in vocabulary}
    return {token: index for token, index in found.items() if index != tokenizer.unk_token_id}


def _find_surroundings(leg: Leg, tokenizer: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The special tokens before and after a text, the source's code among them."""
    if leg.source is not None:
        place = CODE_PLACES[type(tokenizer).__name__.removesuffix("Fast")]
        code, end = int(tokenizer.convert_tokens_to_ids(leg.source)), int(tokenizer.eos_token_id)
        return ((code,), (end,)) if place == FRONT else ((), (end, code))
    plain = _encode_plainly(tokenizer, [_PLAIN[0]])[0]
    whole = tokenizer(_PLAIN[0])["input_ids"]
    at = next(place for place in range(len(whole)) if whole[place : place + len(plain)] == plain)
    return tuple(whole[:at]), tuple(whole[at + len(plain) :])


def _split_prefix(tokenizer: Any, prefix: str, steering: Mapping[str, int]) -> tuple[list[int], str]:
    """The ids of a prefix up to its last token that steers, and the rest of it, which is text."""
    ends = [prefix.rindex(token) + len(token) for token in steering if token in prefix]
    if not ends:
        return [], prefix
    ids: list[int] = tokenizer(prefix[: max(ends)], add_special_tokens=False)["input_ids"]
    return ids, prefix[max(ends) :]


def _spell(token: str, vocabulary: Mapping[str, int], unknown: int | None) -> tuple[int, ...]:
    """The ids of a token's letters; the unknown one for those that the vocabulary does not have."""
    ids = (vocabulary.get(letter, unknown) for letter in token)
    return tuple(index for index in ids if index is not None)


def _find_silent(leg: Leg, vocabulary: Mapping[str, int], codes: Sequence[str]) -> frozenset[int]:
    if leg.language_by not in ("forced_token", "start_token"):
        return frozenset()
    return frozenset(vocabulary[code] for code in (*codes, str(leg.target)))


def _check_prefix(leg: Leg, tokenizer: Any) -> None:
    """A prefix and a text side by side are what the library makes of them in one, as whoever trained the model did."""
    prefix = str(leg.target) if leg.language_by == "prefix" else ""
    around = len(tokenizer.frame.before) + len(tokenizer.frame.after)
    joined = len(next(iter(encode_alone(tokenizer, [tokenizer.frame.joined]))))
    if around + joined >= leg.length.positions:
        raise ModelError(
            f"{leg.name}: the prefix and special tokens are {around + joined} tokens, and a source may have "
            f"{leg.length.positions} with them, which leaves none for the text; raise model.positions or shorten "
            "model.prefix"
        )
    space = "" if not prefix or prefix.endswith(" ") else " "
    if leg.source is not None:
        return
    for text in _PLAIN:
        (own,) = encode_alone(tokenizer, [tokenizer.frame.joined + text])
        ids = [*tokenizer.frame.before, *own, *tokenizer.frame.after]
        expected = tokenizer(f"{prefix}{space}{text}")["input_ids"]
        if ids != expected:
            raise ModelError(
                f"{leg.name}: its tokenizer makes other tokens of {prefix}{space}{text} than of prefix and text; end "
                "model.prefix with a space, or give it as the model's card has it"
            )
