"""Makers of tiny seeded checkpoints with real SentencePiece models, saved as a checkpoint from the hub is.

The weights are random but for one thing: the end token is made likely enough for outputs to differ in length and to end
before the limit most of the time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import sentencepiece
import torch
from random_checkpoints import save_marian_tokenizer, train_pieces
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.trainers import BpeTrainer
from transformers import (
    GenerationConfig,
    M2M100Config,
    M2M100ForConditionalGeneration,
    M2M100Tokenizer,
    MarianConfig,
    MarianMTModel,
    NllbMoeConfig,
    NllbMoeForConditionalGeneration,
    NllbTokenizer,
)

SEEDS = Path(__file__).resolve().parents[1] / "seeds"

SMALL = {
    "d_model": 32,
    "encoder_layers": 2,
    "decoder_layers": 2,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "init_std": 0.5,
}
"""Sizes of an encoder-decoder that is made and run in milliseconds."""


def read_seed_lines() -> list[str]:
    """Pieces of the project's own Vietnamese and Arabic articles, a sentence or two each."""
    lines = []
    for path in sorted(SEEDS.glob("0*.txt")):
        for part in path.read_text(encoding="utf-8").replace(" . ", " .\n").replace(". ", ".\n").split("\n"):
            if part.strip():
                lines.append(part.strip()[:300])
    return lines


def train_bpe(lines: Iterable[str], pieces: int) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Vocabulary and merges of a BPE model over SentencePiece's `▁`, its first ids those of NLLB."""
    tokenizer = Tokenizer(BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = Metaspace()
    trainer = BpeTrainer(
        vocab_size=pieces, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], show_progress=False, min_frequency=2
    )
    tokenizer.train_from_iterator(lines, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    return model["vocab"], [tuple(merge) for merge in model["merges"]]


def make_marian(
    folder: Path, tokens: Sequence[str] = (">>ara<<", ">>vie<<"), *, seed: int = 1, positions: int = 256
) -> Path:
    """A Marian checkpoint in `folder`; `tokens` are the target tokens its vocabulary knows."""
    folder.mkdir(parents=True)
    model_file = train_pieces(read_seed_lines(), folder / "spm", 600, exactly=True)
    tokenizer, names = save_marian_tokenizer(folder, model_file, lambda pieces: [*pieces, *tokens])
    end, padding = tokenizer.eos_token_id, tokenizer.pad_token_id
    torch.manual_seed(seed)
    model = MarianMTModel(
        MarianConfig(
            vocab_size=len(names),
            max_position_embeddings=positions,
            **SMALL,
            pad_token_id=padding,
            eos_token_id=end,
            decoder_start_token_id=padding,
            forced_eos_token_id=end,
        )
    )
    model.final_logits_bias[0, end] = 9.0
    model.generation_config = GenerationConfig(
        num_beams=6,
        max_length=512,
        bad_words_ids=[[padding]],
        renormalize_logits=True,
        eos_token_id=end,
        forced_eos_token_id=end,
        pad_token_id=padding,
        decoder_start_token_id=padding,
    )
    model.save_pretrained(folder)
    return folder


def make_separate_marian(folder: Path, *, seed: int = 5, positions: int = 256, extra: int = 0) -> Path:
    """A Marian whose target side has a vocabulary of its own: the same pieces under other ids, and `extra` more."""
    make_marian(folder, (), positions=positions)
    names = list(json.loads((folder / "vocab.json").read_text(encoding="utf-8")))
    target = [*names[7:-1], *names[:7], *(f"▁extra{number}" for number in range(extra)), "<pad>"]
    (folder / "target_vocab.json").write_text(json.dumps({name: index for index, name in enumerate(target)}))
    settings = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8")) | {"separate_vocabs": True}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    end, padding = target.index("</s>"), len(target) - 1
    torch.manual_seed(seed)
    model = MarianMTModel(
        MarianConfig(
            vocab_size=len(names),
            decoder_vocab_size=len(target),
            share_encoder_decoder_embeddings=False,
            max_position_embeddings=positions,
            **SMALL,
            pad_token_id=len(names) - 1,
            eos_token_id=end,
            decoder_start_token_id=padding,
            forced_eos_token_id=end,
        )
    )
    model.final_logits_bias[0, end] = 6.5
    with torch.no_grad():
        model.model.decoder.embed_tokens.weight[padding] = 0  # a Marian begins with nothing
    model.generation_config = GenerationConfig(
        num_beams=4, bad_words_ids=[[padding]], eos_token_id=end, pad_token_id=padding, decoder_start_token_id=padding
    )
    model.save_pretrained(folder)
    return folder


def save_nllb_tokenizer(folder: Path) -> NllbTokenizer:
    """NLLB's tokenizer with all its language codes and 600 pieces, saved in a new `folder`."""
    folder.mkdir(parents=True)
    vocabulary, merges = train_bpe(read_seed_lines(), 600)
    tokenizer = NllbTokenizer(vocab=vocabulary, merges=merges, src_lang="vie_Latn")
    tokenizer.save_pretrained(folder)
    return tokenizer


def make_nllb(folder: Path, *, seed: int = 1, positions: int = 256) -> Path:
    """An NLLB-shaped checkpoint in `folder`: M2M100 architecture, NLLB's tokenizer with all its language codes."""
    tokenizer = save_nllb_tokenizer(folder)
    torch.manual_seed(seed)
    model = M2M100ForConditionalGeneration(
        M2M100Config(
            vocab_size=len(tokenizer),
            max_position_embeddings=positions,
            **SMALL,
            decoder_start_token_id=tokenizer.eos_token_id,
        )
    )
    with torch.no_grad():
        model.model.shared.weight[tokenizer.eos_token_id] *= 3
    model.generation_config = GenerationConfig(
        max_length=200,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        decoder_start_token_id=tokenizer.eos_token_id,
    )
    model.save_pretrained(folder)
    return folder


def make_m2m100(folder: Path, *, seed: int = 1, positions: int = 256) -> Path:
    """An M2M-100 checkpoint in `folder`; its tokenizer is a SentencePiece model, a vocabulary and 100 codes."""
    folder.mkdir(parents=True)
    model_file = train_pieces(read_seed_lines(), folder / "spm", 600, exactly=True)
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(model_file))
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    names = special + [name for name in map(pieces.id_to_piece, range(pieces.get_piece_size())) if name not in special]
    vocabulary = folder / "vocab.json"
    vocabulary.write_text(json.dumps({name: index for index, name in enumerate(names)}), encoding="utf-8")
    tokenizer = M2M100Tokenizer(vocab_file=str(vocabulary), spm_file=str(model_file), src_lang="vi")
    tokenizer.save_pretrained(folder)
    model_file.unlink()
    torch.manual_seed(seed)
    model = M2M100ForConditionalGeneration(
        M2M100Config(
            # Behind the pieces stand the codes and, as in the published checkpoints, eight rows nobody uses.
            vocab_size=len(names) + len(tokenizer.lang_code_to_id) + tokenizer.num_madeup_words,
            max_position_embeddings=positions,
            **SMALL,
            decoder_start_token_id=tokenizer.eos_token_id,
        )
    )
    with torch.no_grad():
        model.model.shared.weight[tokenizer.eos_token_id] *= 3
        # A trained model does not say codes; this one shall not either.
        model.model.shared.weight[len(names) :] *= 0.2
    model.generation_config = GenerationConfig(
        early_stopping=True,
        num_beams=5,
        max_length=200,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        decoder_start_token_id=tokenizer.eos_token_id,
    )
    model.save_pretrained(folder)
    return folder


def make_nllb_moe(folder: Path, *, seed: int = 1, positions: int = 256) -> Path:
    """A mixture-of-experts checkpoint in `folder` with NLLB's tokenizer, every second layer of four experts."""
    tokenizer = save_nllb_tokenizer(folder)
    torch.manual_seed(seed)
    model = NllbMoeForConditionalGeneration(
        NllbMoeConfig(
            vocab_size=len(tokenizer),
            max_position_embeddings=positions,
            encoder_sparse_step=2,
            decoder_sparse_step=2,
            num_experts=4,
            **SMALL,
            decoder_start_token_id=tokenizer.eos_token_id,
        )
    )
    with torch.no_grad():
        model.model.shared.weight[tokenizer.eos_token_id] *= 3
    model.save_pretrained(folder)
    return folder


def shuffle_embeddings(folder: Path, seed: int = 1) -> Path:
    """The checkpoint in `folder` with the rows of its embeddings, and so of its output head, in another order."""
    weights = load_file(folder / "model.safetensors")
    rows = weights["model.shared.weight"]
    order = torch.randperm(len(rows), generator=torch.Generator().manual_seed(seed))
    weights["model.shared.weight"] = rows[order].contiguous()
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def poison_head(folder: Path) -> Path:
    """The checkpoint in `folder` with NaN all over the bias of its output head."""
    weights = load_file(folder / "model.safetensors")
    weights["final_logits_bias"] = torch.full_like(weights["final_logits_bias"], float("nan"))
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def shuffle_vocabulary(folder: Path, seed: int = 1) -> Path:
    """The checkpoint in `folder` with a tokenizer of other weights: the same pieces under other ids."""
    path = folder / "vocab.json"
    vocabulary = json.loads(path.read_text(encoding="utf-8"))
    pieces = [piece for piece in vocabulary if not piece.startswith((">>", "<"))]
    order = torch.randperm(len(pieces), generator=torch.Generator().manual_seed(seed)).tolist()
    moved = {pieces[index]: vocabulary[piece] for index, piece in zip(order, pieces, strict=True)}
    path.write_text(json.dumps(vocabulary | moved), encoding="utf-8")
    return folder


def exchange_tokens(folder: Path) -> Path:
    """The checkpoint in `folder` with `>>ara<<` and `>>vie<<` exchanged, and so its source and its target side."""
    path = folder / "vocab.json"
    vocabulary = json.loads(path.read_text(encoding="utf-8"))
    exchanged = {">>ara<<": vocabulary[">>vie<<"], ">>vie<<": vocabulary[">>ara<<"]}
    path.write_text(json.dumps(vocabulary | exchanged), encoding="utf-8")
    return folder
