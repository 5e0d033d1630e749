"""A leg's tokenizer, and texts as its token ids."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from mt_eval.errors import ModelError, MtEvalError
from mt_eval.translate.checkpoints.framing import frame_texts, load_framed_tokenizer
from mt_eval.translate.checkpoints.target_codes import check_language_code
from mt_eval.translate.system import Encoded, Leg


def load_tokenizer(leg: Leg) -> tuple[Any, int | None]:
    """The leg's tokenizer, set to its source language, and the id of the target's code where that is forced.

    Raises:
        ModelError: Its files are damaged or it does not know the languages.
    """
    forced = None
    match leg.kind:
        case "marian":
            tokenizer = _load_marian_tokenizer(leg)
        case "m2m100":
            tokenizer, forced = _load_m2m100_tokenizer(leg)
        case "seq2seq":
            tokenizer, forced = _load_any_tokenizer(leg)
        case _:
            tokenizer, forced = _load_nllb_tokenizer(leg)
    _check_that_text_is_text(leg, tokenizer)
    return tokenizer, forced


def encode_texts(leg: Leg, tokenizer: Any, texts: Sequence[str]) -> list[Encoded]:
    """Token ids with the special tokens; a Marian's target token stands in front.

    What a text says is text, also where it looks like a token that steers the model: `</s>`, `<pad>`, `arb_Arab`,
    `>>ara<<`. What does not fit into the model's positions is cut at the end, before the closing token.
    """
    if leg.kind == "seq2seq":
        return [Encoded(tuple(row), cut) for row, cut in frame_texts(leg, tokenizer, texts)]
    front: list[int] = []
    if leg.kind == "marian" and leg.target is not None:
        front = [tokenizer.convert_tokens_to_ids(leg.target)]
        texts = [f" {text}" for text in texts]  # what the library leaves behind the token it takes from the front
    positions = leg.length.positions
    return [
        Encoded((*row[: positions - 1], row[-1]), True) if len(row) > positions else Encoded(tuple(row))
        for row in ([*front, *row] for row in _encode_rows(tokenizer, texts))
    ]


def decode_ids(tokenizer: Any, rows: Sequence[Sequence[int]]) -> list[str]:
    """The text of each row of generated ids, without special tokens and without white space around it."""
    if (frame := getattr(tokenizer, "frame", None)) is not None:
        rows = [[index for index in row if index not in frame.silent] for row in rows]
    if tokenizer.is_fast:
        return [text.strip() for text in tokenizer.backend_tokenizer.decode_batch(rows, skip_special_tokens=True)]
    if getattr(tokenizer, "separate_vocabs", False):
        # The library looks for the special ids of the source's vocabulary, which are other pieces in the target's.
        special = set(tokenizer.all_special_tokens)
        pieces = ([tokenizer.decoder[index] for index in ids] for ids in rows)
        return [
            str(tokenizer.spm_target.decode([piece for piece in row if piece not in special])).strip() for row in pieces
        ]
    texts = tokenizer.decode(list(rows), skip_special_tokens=True, clean_up_tokenization_spaces=False)
    return [text.strip() for text in texts]


def _encode_rows(tokenizer: Any, texts: Sequence[str]) -> Iterable[Sequence[int]]:
    """The ids of each text, with the special tokens around them."""
    if tokenizer.is_fast:
        found = tokenizer(list(texts), padding=False, truncation=False, verbose=False, split_special_tokens=True)
        rows: list[list[int]] = found["input_ids"]
        return rows
    # The same steps as that call takes for a tokenizer in Python, without what lies between them, which was measured to
    # take two thirds of its time; a GPU waits until everything is encoded.
    ids = _PieceIds(tokenizer)
    return (
        tokenizer.build_inputs_with_special_tokens(
            [ids[piece] for piece in tokenizer.tokenize(text, split_special_tokens=True)]
        )
        for text in texts
    )


class _PieceIds(dict[str, int]):
    """The id of every piece that was asked for; the library is asked once for each."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def __missing__(self, piece: str) -> int:
        self[piece] = index = int(self._tokenizer.convert_tokens_to_ids(piece))
        return index


def describe_error(error: BaseException) -> str:
    """The first sentence of what a library said, or the name of the error where it said nothing."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0].partition(". ")[0] if lines else type(error).__name__).rstrip(".")


def _load_marian_tokenizer(leg: Leg) -> Any:
    from transformers import MarianTokenizer

    with warnings.catch_warnings():
        # It stands for punctuation normalisation, which MarianTokenizer offers but does not use to tokenise.
        warnings.filterwarnings("ignore", message="Recommended: pip install sacremoses")
        tokenizer = _load_tokenizer(MarianTokenizer, leg)
    # It would take `>>...<<` at the front of a text for the target token, which `encode_texts` puts there itself.
    tokenizer.remove_language_code = lambda text: ([], text)
    return tokenizer


def _load_nllb_tokenizer(leg: Leg) -> tuple[Any, int]:
    from transformers import NllbTokenizer

    tokenizer = _load_tokenizer(NllbTokenizer, leg)
    known = [token for token in tokenizer.all_special_tokens if "_" in token]
    check_language_code(leg.name, "model.source_code", str(leg.source), known)
    check_language_code(leg.name, "model.target_code", str(leg.target), known)
    tokenizer.src_lang = leg.source
    return tokenizer, int(tokenizer.convert_tokens_to_ids(leg.target))


def _load_m2m100_tokenizer(leg: Leg) -> tuple[Any, int]:
    from transformers import M2M100Tokenizer

    tokenizer = _load_tokenizer(M2M100Tokenizer, leg)
    check_language_code(leg.name, "model.source_code", str(leg.source), tokenizer.lang_code_to_id)
    check_language_code(leg.name, "model.target_code", str(leg.target), tokenizer.lang_code_to_id)
    # transformers 5.23 registers no language token as special, and the forced one would stand in front of every output.
    tokens = [tokenizer.get_lang_token(code) for code in tokenizer.lang_code_to_id]
    tokenizer.add_special_tokens({"additional_special_tokens": tokens})
    tokenizer.src_lang = leg.source
    return tokenizer, int(tokenizer.get_lang_id(leg.target))


def _load_any_tokenizer(leg: Leg) -> tuple[Any, int | None]:
    with _explain_damage(leg):
        return load_framed_tokenizer(leg)


def _load_tokenizer(kind: Any, leg: Leg) -> Any:
    with _explain_damage(leg):
        return kind.from_pretrained(leg.folder, local_files_only=True)


@contextmanager
def _explain_damage(leg: Leg) -> Iterator[None]:
    try:
        yield
    except MtEvalError:
        raise
    except Exception as error:  # sentencepiece and tokenizers raise whatever comes: RuntimeError, Exception itself
        raise ModelError(
            f"{leg.name}: the tokenizer in {leg.folder} cannot be loaded ({describe_error(error)}); download "
            "its files again"
        ) from error


def _check_that_text_is_text(leg: Leg, tokenizer: Any) -> None:
    """No token that steers the model comes of a text that spells it; tokenizer files can make it so."""
    tokens = {*tokenizer.all_special_tokens, *tokenizer.get_added_vocab()}
    if leg.kind == "seq2seq":
        # Others that were added are words of its vocabulary; those that look like the languages' are not.
        vocabulary = tokenizer.get_vocab()
        tokens = {token for token in vocabulary if vocabulary[token] in tokenizer.frame.spelt}
    steering = {tokenizer.convert_tokens_to_ids(token) for token in tokens} - {tokenizer.unk_token_id}
    spelt = sorted(tokens)
    plain, *rows = encode_texts(leg, tokenizer, ["a", *(f"a {token} a" for token in spelt)])
    expected = sum(token in steering for token in plain.ids)
    for token, row in zip(spelt, rows, strict=True):
        if sum(each in steering for each in row.ids) != expected:
            raise ModelError(
                f"{leg.name}: its tokenizer takes {token} in a text for the token that steers the model; mark it as "
                "special in tokenizer.json and tokenizer_config.json"
            )
