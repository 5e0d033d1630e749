"""Checkpoints with seeded random weights in the shape of models people use, for measuring time and memory.

They translate nothing, but cost what the real ones cost: a matrix product does not look at its numbers. The end token
is suppressed in `generation_config.json`, so that an output always has the length it is allowed and every engine does
the same work.
"""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from tokenizers import Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.trainers import BpeTrainer
from transformers import (
    GenerationConfig,
    M2M100Config,
    M2M100ForConditionalGeneration,
    MarianConfig,
    MarianMTModel,
    MarianTokenizer,
    NllbTokenizer,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """The numbers that decide what a checkpoint costs; encoder and decoder are alike."""

    width: int
    layers: int
    feed_forward: int
    heads: int
    pieces: int
    """Rows of the vocabulary, special tokens of the model's kind not counted."""


OPUS = Shape(width=512, layers=6, feed_forward=2048, heads=8, pieces=32_000)
"""Most OPUS-MT models."""
NLLB_600M = Shape(width=1024, layers=12, feed_forward=4096, heads=16, pieces=256_000)
"""The distilled NLLB of 600M parameters."""
TINY = Shape(width=32, layers=2, feed_forward=64, heads=2, pieces=2_000)
"""For rehearsals: it only has to run."""


def make_opus(folder: Path, lines: Iterable[str], *, seed: int = 1, positions: int = 512, shape: Shape = OPUS) -> Path:
    """A Marian checkpoint in `folder`, of the size of most OPUS-MT models if no other is given."""
    folder.mkdir(parents=True)
    model_file = train_pieces(lines, folder / "spm", shape.pieces, exactly=False)
    tokenizer, names = save_marian_tokenizer(folder, model_file, lambda pieces: _fill_up(pieces, shape.pieces))
    end, padding = tokenizer.eos_token_id, tokenizer.pad_token_id
    torch.manual_seed(seed)
    model = MarianMTModel(
        MarianConfig(
            vocab_size=len(names),
            **_describe(shape),
            max_position_embeddings=positions,
            activation_function="swish",
            scale_embedding=True,
            pad_token_id=padding,
            eos_token_id=end,
            decoder_start_token_id=padding,
        )
    )
    model.generation_config = GenerationConfig(  # type: ignore[no-untyped-call]
        bad_words_ids=[[padding]],
        renormalize_logits=True,
        suppress_tokens=[end],
        eos_token_id=end,
        pad_token_id=padding,
        decoder_start_token_id=padding,
    )
    model.save_pretrained(folder)
    return folder


def make_nllb(folder: Path, lines: Iterable[str], *, seed: int = 1, shape: Shape = NLLB_600M) -> Path:
    """An NLLB checkpoint in `folder`, of the size of the distilled 600M one if no other is given."""
    folder.mkdir(parents=True)
    tokenizer = Tokenizer(BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = Metaspace()
    tokenizer.train_from_iterator(
        lines,
        BpeTrainer(vocab_size=shape.pieces, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], show_progress=False),
    )
    model = json.loads(tokenizer.to_str())["model"]
    names = _fill_up(list(model["vocab"]), shape.pieces)
    vocabulary = {name: index for index, name in enumerate(names)}
    merges = [tuple(merge) for merge in model["merges"]]
    nllb = NllbTokenizer(vocab=vocabulary, merges=merges, src_lang="vie_Latn")  # type: ignore[arg-type]
    nllb.save_pretrained(folder)
    torch.manual_seed(seed)
    weights = M2M100ForConditionalGeneration(
        M2M100Config(
            vocab_size=len(nllb),
            **_describe(shape),
            max_position_embeddings=1024,
            scale_embedding=True,
            pad_token_id=nllb.pad_token_id,
            bos_token_id=nllb.bos_token_id,
            eos_token_id=nllb.eos_token_id,
            decoder_start_token_id=nllb.eos_token_id,
        )
    )
    weights.generation_config = GenerationConfig(  # type: ignore[no-untyped-call]
        suppress_tokens=[nllb.eos_token_id],
        pad_token_id=nllb.pad_token_id,
        bos_token_id=nllb.bos_token_id,
        eos_token_id=nllb.eos_token_id,
        decoder_start_token_id=nllb.eos_token_id,
    )
    weights.save_pretrained(folder)
    return folder


def save_marian_tokenizer(
    folder: Path, model_file: Path, extend: Callable[[list[str]], list[str]]
) -> tuple[MarianTokenizer, list[str]]:
    """A Marian tokenizer in `folder` and its vocabulary: the pieces of the model file, extended, and `<pad>`."""
    processor = sentencepiece.SentencePieceProcessor(model_file=str(model_file))
    pieces = [processor.id_to_piece(index) for index in range(processor.get_piece_size())]
    names = [*extend(pieces), "<pad>"]
    for side in ("source.spm", "target.spm"):
        shutil.copy(model_file, folder / side)
    vocabulary = folder / "vocab.json"
    vocabulary.write_text(json.dumps({name: index for index, name in enumerate(names)}), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Recommended: pip install sacremoses")
        tokenizer = MarianTokenizer(
            source_spm=str(folder / "source.spm"), target_spm=str(folder / "target.spm"), vocab=str(vocabulary)
        )
    tokenizer.save_pretrained(folder)
    model_file.unlink()
    return tokenizer, names


def train_pieces(lines: Iterable[str], prefix: Path, pieces: int, *, exactly: bool) -> Path:
    """A SentencePiece unigram model whose first ids are `</s>` and `<unk>`, as OPUS-MT's are.

    Without `exactly` it has fewer than `pieces` pieces where the text gives no more.
    """
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_prefix=str(prefix),
        vocab_size=pieces,
        hard_vocab_limit=exactly,
        character_coverage=1.0,
        num_threads=1,
        minloglevel=2,
        bos_id=-1,
        eos_id=0,
        unk_id=1,
    )
    prefix.with_suffix(".vocab").unlink()
    return prefix.with_suffix(".model")


def _describe(shape: Shape) -> dict[str, Any]:
    """The shape as the configurations of transformers call it."""
    return {
        "d_model": shape.width,
        "encoder_layers": shape.layers,
        "decoder_layers": shape.layers,
        "encoder_ffn_dim": shape.feed_forward,
        "decoder_ffn_dim": shape.feed_forward,
        "encoder_attention_heads": shape.heads,
        "decoder_attention_heads": shape.heads,
    }


def _fill_up(names: Sequence[str], pieces: int) -> list[str]:
    """`names` and as many that stand for nothing as make `pieces` of them: the output layer has its full size."""
    return [*names, *(f"unused{index}" for index in range(len(names), pieces))]
