"""Makers of tiny seeded checkpoints in the layouts of MADLAD-400, mBART-50 and mBART-25, as the hub has them.

The vocabularies are real SentencePiece models, with the special tokens in the places where each family has them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sentencepiece
import tiny_checkpoints
import torch
from tokenizers import Tokenizer
from tokenizers.decoders import Metaspace as MetaspaceDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.processors import TemplateProcessing
from transformers import (
    CONFIG_MAPPING,
    MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING,
    GenerationConfig,
    MBartConfig,
    MBartForConditionalGeneration,
    PreTrainedTokenizerFast,
    T5Config,
    T5ForConditionalGeneration,
    T5Tokenizer,
)

MADLAD_CODES = ("ar", "de", "en", "vi")
MBART_CODES = {"MBart50Tokenizer": 52, "MBartTokenizer": 25}
"""Tokenizer class to how many codes it knows."""


def train_vocabulary(path: Path, **settings: Any) -> Path:
    """A SentencePiece model of 600 pieces in `path`, which does not end in `.model` yet."""
    path.parent.mkdir(parents=True)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(tiny_checkpoints.read_seed_lines()),
        model_prefix=str(path),
        vocab_size=600,
        character_coverage=1.0,
        num_threads=1,
        minloglevel=2,
        **settings,
    )
    Path(f"{path}.vocab").unlink()
    return Path(f"{path}.model")


def make_madlad(folder: Path, *, seed: int = 1, tied: bool = False, decoder_layers: int = 2) -> Path:
    """A T5 in `folder` as MADLAD-400 is one: unknown piece 0, padding 1, end 2, and the decoder starts from piece 0.

    Its vocabulary has `<2ar>` and the like as pieces, and its class a hundred tokens that the model has no rows for.
    `tied` is T5 before version 1.1, whose head is its embeddings.
    """
    marks = [f"<2{code}>" for code in MADLAD_CODES]
    train_vocabulary(folder / "spiece", unk_id=0, bos_id=1, eos_id=2, pad_id=-1, user_defined_symbols=marks)
    tokens = {"tokenizer_class": "T5Tokenizer", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<s>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(tokens), encoding="utf-8")
    special = {"pad_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 0}
    torch.manual_seed(seed)
    model = T5ForConditionalGeneration(
        T5Config(
            vocab_size=600,
            d_model=32,
            d_kv=16,
            d_ff=64,
            num_layers=2,
            num_decoder_layers=decoder_layers,
            num_heads=2,
            feed_forward_proj="relu" if tied else "gated-gelu",
            tie_word_embeddings=tied,
            **special,
        )
    )
    with torch.no_grad():
        for weight in model.parameters():
            if weight.dim() > 1:
                weight.mul_(3)
        if not tied:
            model.lm_head.weight = torch.nn.Parameter(torch.randn(600, 32) / 2)
            model.lm_head.weight[2] *= 1.5
    model.generation_config = GenerationConfig(early_stopping=True, num_beams=5, **special)
    model.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config.pop("scale_decoder_outputs", None)  # older versions of the library know no such thing
    (folder / "config.json").write_text(json.dumps({**config, "tie_word_embeddings": tied}), encoding="utf-8")
    return folder


def add_tokenizer_json(folder: Path) -> Path:
    """The checkpoint in `folder` with a tokenizer.json beside its SentencePiece model, as MADLAD-400's card has it."""
    backend = json.loads(T5Tokenizer.from_pretrained(folder).backend_tokenizer.to_str())
    backend["model"]["unk_id"] = 0  # as the converter of transformers 4 wrote it
    (folder / "tokenizer.json").write_text(json.dumps(backend), encoding="utf-8")
    return folder


def make_mbart(folder: Path, tokenizer: str = "MBart50Tokenizer", *, seed: int = 1, positions: int = 256) -> Path:
    """An mBART in `folder`: mBART-50, or mBART-25 with `MBartTokenizer`, each with SentencePiece's file alone."""
    train_vocabulary(folder / "sentencepiece.bpe", unk_id=0, bos_id=1, eos_id=2, pad_id=-1)
    settings = {"tokenizer_class": tokenizer}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    special = {"bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 2}
    torch.manual_seed(seed)
    model = MBartForConditionalGeneration(
        MBartConfig(
            # The pieces, the padding in front of them, the codes, the mask behind them.
            vocab_size=600 + 1 + MBART_CODES[tokenizer] + 1,
            d_model=32,
            encoder_layers=2,
            decoder_layers=2,
            encoder_ffn_dim=64,
            decoder_ffn_dim=64,
            encoder_attention_heads=2,
            decoder_attention_heads=2,
            init_std=0.5,
            max_position_embeddings=positions,
            activation_function="relu",
            scale_embedding=True,
            **special,
        )
    )
    with torch.no_grad():
        model.model.shared.weight[2] *= 3
    model.generation_config = GenerationConfig(early_stopping=True, num_beams=5, **special)
    model.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, "tokenizer_class": tokenizer}), encoding="utf-8")
    return folder


_ALIKE = {**tiny_checkpoints.SMALL, "max_position_embeddings": 256}
_T5 = {"d_model": 32, "d_kv": 16, "d_ff": 64, "num_layers": 2, "num_decoder_layers": 2, "num_heads": 2}
_GEMMA = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 16,
}
_SHAPES: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("t5", "mt5", "umt5"), _T5),
    "longt5": {**_T5, "encoder_attention_type": "local"},
    "led": {
        **tiny_checkpoints.SMALL,
        "max_encoder_position_embeddings": 256,
        "max_decoder_position_embeddings": 256,
        "attention_window": 64,
    },
    "bigbird_pegasus": {**_ALIKE, "attention_type": "original_full"},
}


def make_any(folder: Path, model_type: str, *, seed: int = 1) -> Path:
    """A checkpoint of any architecture in `folder`, with one tokenizer for all, which puts an end behind each text."""
    folder.mkdir(parents=True)
    pieces, merges = tiny_checkpoints.train_bpe(tiny_checkpoints.read_seed_lines(), 600)
    backend = Tokenizer(BPE(vocab=pieces, merges=merges, unk_token="<unk>"))
    backend.pre_tokenizer, backend.decoder = Metaspace(), MetaspaceDecoder()
    backend.post_processor = TemplateProcessing(single="$A </s>", special_tokens=[("</s>", pieces["</s>"])])
    names = {"unk_token": "<unk>", "pad_token": "<pad>", "eos_token": "</s>", "bos_token": "<s>"}
    PreTrainedTokenizerFast(tokenizer_object=backend, **names).save_pretrained(folder)
    special = {"pad_token_id": pieces["<pad>"], "bos_token_id": pieces["<s>"], "eos_token_id": pieces["</s>"]}
    special |= {"decoder_start_token_id": pieces["</s>"]}
    shape: dict[str, Any] = {"vocab_size": len(pieces), **_SHAPES.get(model_type, _ALIKE)}
    if model_type == "t5gemma":
        shape = {"encoder": {**_GEMMA, "vocab_size": len(pieces)}, "decoder": {**_GEMMA, "vocab_size": len(pieces)}}
    torch.manual_seed(seed)
    config = CONFIG_MAPPING[model_type](**shape, **special)
    model = MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING[type(config)](config)
    with torch.no_grad():
        if "init_std" not in shape:
            for weight in model.parameters():
                if weight.dim() > 1:
                    weight.mul_(3)
        model.get_input_embeddings().weight[special["eos_token_id"]] *= 3
    model.generation_config = GenerationConfig(early_stopping=True, num_beams=5, **special)
    model.save_pretrained(folder)
    return folder
