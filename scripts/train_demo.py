#!/usr/bin/env python3
"""Train the bundled demonstration model: one Marian for Vietnamese-Arabic in both directions.

The data is a gzipped file of `source TAB Vietnamese TAB Arabic` lines. Every pair is used in both directions; the
direction is told by the first source token (`>>ara<<` or `>>vie<<`), as OPUS-MT's multilingual models do.

What is left in the work folder, so that a stopped training goes on where it was:

    spm.model        SentencePiece unigram model shared by both languages
    checkpoint.pt    weights, optimiser, random state and step, replaced whole every --checkpoint-steps steps
    log.jsonl        one line per report: step, epoch, training loss, validation loss, target tokens a second

The result, in Hugging Face's Marian format with float16 safetensors, is written to --output at the end (or at once,
from the last checkpoint, with --export-only).
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import sentencepiece
import torch
from torch import Tensor, nn
from transformers import GenerationConfig, MarianConfig, MarianMTModel, MarianTokenizer

LANGUAGES = ("vie", "ara")
END, UNKNOWN = "</s>", "<unk>"
PAD = "<pad>"


@dataclass(frozen=True, slots=True)
class Example:
    """Token ids of one training example; both sides end with `</s>`, the source starts with its target token."""

    source: list[int]
    target: list[int]


def main() -> None:
    args = parse_arguments()
    torch.manual_seed(args.seed)
    if args.threads:
        torch.set_num_threads(args.threads)
    args.work.mkdir(parents=True, exist_ok=True)

    pairs = read_pairs(args.data)
    spm_path = train_sentencepiece(pairs, args.work, args.pieces)
    tokenizer = build_tokenizer(spm_path, args.work)
    device = torch.device(args.device if args.device != "auto" else "cuda" if torch.cuda.is_available() else "cpu")
    model = build_model(tokenizer)
    model.to(device)  # type: ignore[arg-type]
    parameters = sum(parameter.numel() for parameter in model.parameters())
    print(f"{parameters / 1e6:.2f} M parameters, {len(pairs)} pairs, {device}", flush=True)

    if not args.export_only:
        shuffled = random.Random(args.seed).sample(pairs, len(pairs))
        valid, train = shuffled[: args.valid], shuffled[args.valid :]
        fit(model, tokenizer, train, valid, device, args)
    else:
        model.load_state_dict(torch.load(args.work / "checkpoint.pt", map_location=device, weights_only=True)["model"])
    export(model, tokenizer, args.output)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = Path(__file__).resolve().parents[2] / "shared" / "parallel"
    parser.add_argument("--data", type=Path, default=shared / "train.tsv.gz", help="pairs (default: %(default)s)")
    parser.add_argument("--work", type=Path, default=Path("build/demo"), help="checkpoints, log (default: %(default)s)")
    parser.add_argument("--output", type=Path, default=Path("mt_eval/models/demo"), help="the finished model")
    parser.add_argument("--device", default="auto", help="auto, cpu or cuda")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads (default: torch's own choice)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=3700, help="optimiser steps (default: %(default)s)")
    parser.add_argument("--warmup", type=int, default=300)
    parser.add_argument("--learning-rate", type=float, default=7e-4)
    parser.add_argument("--batch-tokens", type=int, default=3000, help="padded tokens a step (default: %(default)s)")
    parser.add_argument("--pieces", type=int, default=6000, help="size of the SentencePiece vocabulary")
    parser.add_argument("--max-tokens", type=int, default=128, help="longer examples are left out of training")
    parser.add_argument("--valid", type=int, default=300, help="pairs kept out of training for the validation loss")
    parser.add_argument("--checkpoint-steps", type=int, default=250)
    parser.add_argument("--export-only", action="store_true", help="write the last checkpoint to --output and stop")
    args = parser.parse_args()
    if not args.data.is_file():
        parser.error(f"{args.data} is not there; name the training pairs with --data")
    return args


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """(Vietnamese, Arabic) pairs in file order."""
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return [(vietnamese, arabic) for _, vietnamese, arabic in rows]


def train_sentencepiece(pairs: list[tuple[str, str]], work: Path, pieces: int) -> Path:
    path = work / "spm.model"
    if not path.is_file():
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=(text for pair in pairs for text in pair),
            model_prefix=str(path.with_suffix("")),
            vocab_size=pieces,
            character_coverage=0.9995,
            bos_id=-1,
            eos_id=0,
            unk_id=1,
            minloglevel=2,
        )
    return path


def build_tokenizer(spm_path: Path, work: Path) -> MarianTokenizer:
    """A Marian tokenizer whose two sides share one SentencePiece model and one vocabulary."""
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(spm_path))
    names = [pieces.id_to_piece(index) for index in range(pieces.get_piece_size())]
    names += [f">>{language}<<" for language in LANGUAGES] + [PAD]
    vocabulary = work / "vocab.json"
    vocabulary.write_text(json.dumps({name: index for index, name in enumerate(names)}), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Recommended: pip install sacremoses")  # it is never used
        return MarianTokenizer(
            source_spm=str(spm_path),
            target_spm=str(spm_path),
            vocab=str(vocabulary),
            source_lang="vi",
            target_lang="ar",
        )


def read_vocabulary(tokenizer: MarianTokenizer) -> dict[str, int]:
    """Piece to id."""
    return dict(tokenizer.get_vocab())


def build_model(tokenizer: MarianTokenizer) -> MarianMTModel:
    padding = tokenizer.pad_token_id
    config = MarianConfig(
        vocab_size=len(tokenizer.encoder),
        d_model=256,
        encoder_layers=4,
        decoder_layers=2,  # decoding time is nearly all in the decoder: shallow there, deep in the encoder
        encoder_ffn_dim=1024,
        decoder_ffn_dim=1024,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        max_position_embeddings=512,
        activation_function="swish",
        scale_embedding=True,
        init_std=256**-0.5,  # unit-size embeddings after scaling; the library's 0.02 leaves attention nearly uniform
        dropout=0.05,  # six epochs over little data: under-fitting is the nearer danger
        pad_token_id=padding,
        decoder_start_token_id=padding,
        eos_token_id=tokenizer.eos_token_id,
        forced_eos_token_id=tokenizer.eos_token_id,
    )
    return MarianMTModel(config)


def initialize_embeddings(model: MarianMTModel, examples: list[Example], seed: int) -> None:
    """Start the shared embeddings from cross-language latent semantic indexing.

    Both sides of a pair count as one document; the left singular vectors of the weighted piece-document matrix put
    pieces that occur in the same pairs, so translations of each other above all, close together (Dumais, Letsche,
    Littman and Landauer, 1997). As source, target and output embeddings are one matrix, the model then begins with a
    rough lexicon, which saves it the slowest part of its training.
    """
    size, width = model.config.vocab_size, model.config.d_model
    documents = [sorted({*example.source[1:], *example.target}) for example in examples[::2]]
    rows = torch.tensor([piece for document in documents for piece in document])
    columns = torch.repeat_interleave(torch.arange(len(documents)), torch.tensor([len(d) for d in documents]))
    frequency = torch.bincount(rows, minlength=size).clamp(min=1)
    weights = torch.log(len(documents) / frequency)[rows] / torch.bincount(columns)[columns].sqrt()
    matrix = torch.sparse_coo_tensor(torch.stack([rows, columns]), weights, (size, len(documents))).coalesce()
    torch.manual_seed(seed)
    vectors, values, _ = torch.svd_lowrank(matrix, q=width, niter=4)
    embeddings = vectors * values.sqrt()
    embeddings = embeddings / embeddings.norm(dim=1, keepdim=True).clamp(min=1e-6)
    with torch.no_grad():
        table = model.model.shared.weight
        seen = torch.bincount(rows, minlength=size) > 0
        table[seen] = embeddings[seen]


def encode(tokenizer: MarianTokenizer, pairs: list[tuple[str, str]], max_tokens: int) -> list[Example]:
    """Both directions of every pair that fits, Vietnamese to Arabic first."""
    processor = tokenizer.spm_source
    vocabulary = read_vocabulary(tokenizer)
    end, unknown = vocabulary[END], vocabulary[UNKNOWN]

    def ids(text: str) -> list[int]:
        return [vocabulary.get(piece, unknown) for piece in processor.encode(text, out_type=str)] + [end]

    examples = []
    for pair in pairs:
        sides = [ids(text) for text in pair]
        if max(map(len, sides)) < max_tokens:
            for source, target in ((0, 1), (1, 0)):
                token = vocabulary[f">>{LANGUAGES[target]}<<"]
                examples.append(Example([token, *sides[source]], sides[target]))
    return examples


def batches(examples: list[Example], batch_tokens: int, randomness: random.Random) -> list[list[Example]]:
    """All examples once, those of like length together, in random order.

    `batch_tokens` bounds a batch's size with padding: (longest source + longest target) times examples.
    """
    order = randomness.sample(examples, len(examples))
    order.sort(key=lambda e: (max(len(e.source), len(e.target)), len(e.target)))
    result: list[list[Example]] = [[]]
    source_width = target_width = 0
    for example in order:
        source_width = max(source_width, len(example.source))
        target_width = max(target_width, len(example.target))
        if result[-1] and (source_width + target_width) * (len(result[-1]) + 1) > batch_tokens:
            result.append([])
            source_width, target_width = len(example.source), len(example.target)
        result[-1].append(example)
    randomness.shuffle(result)
    return result


def pad(rows: list[list[int]], value: int, device: torch.device) -> Tensor:
    width = max(map(len, rows))
    return torch.tensor([row + [value] * (width - len(row)) for row in rows], device=device)


def batch_loss(
    model: MarianMTModel, batch: list[Example], device: torch.device, smoothing: float
) -> tuple[Tensor, int]:
    """Summed cross-entropy over the target tokens of the batch, and how many there are."""
    padding: int = model.config.pad_token_id  # type: ignore[assignment]
    source = pad([example.source for example in batch], padding, device)
    target = pad([example.target for example in batch], padding, device)
    start = torch.full_like(target[:, :1], model.config.decoder_start_token_id)
    with torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda"):
        hidden = model.model(
            input_ids=source,
            attention_mask=source.ne(padding),
            decoder_input_ids=torch.cat([start, target[:, :-1]], dim=1),
        ).last_hidden_state
        real = target.ne(padding)
        logits = model.lm_head(hidden[real]) + model.final_logits_bias
    loss = nn.functional.cross_entropy(logits.float(), target[real], label_smoothing=smoothing, reduction="sum")
    return loss, int(real.sum())


def learning_rate(step: int, args: argparse.Namespace) -> float:
    """Linear warm-up, then a cosine down to nothing at the last step."""
    peak = float(args.learning_rate)
    if step < args.warmup:
        return peak * (step + 1) / float(args.warmup)
    progress = float(step - args.warmup) / (args.steps - args.warmup)
    return 0.5 * peak * (1.0 + math.cos(math.pi * progress))


def fit(
    model: MarianMTModel,
    tokenizer: MarianTokenizer,
    train_pairs: list[tuple[str, str]],
    valid_pairs: list[tuple[str, str]],
    device: torch.device,
    args: argparse.Namespace,
) -> None:
    examples = encode(tokenizer, train_pairs, args.max_tokens)
    valid = encode(tokenizer, valid_pairs, args.max_tokens)
    optimizer = torch.optim.AdamW(model.parameters(), betas=(0.9, 0.98), eps=1e-9, weight_decay=0.01)
    checkpoint = args.work / "checkpoint.pt"
    step = 0
    if checkpoint.is_file():
        state = torch.load(checkpoint, map_location=device, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        torch.set_rng_state(state["random"].cpu())
        step = state["step"]
        print(f"going on from step {step}", flush=True)
    else:
        initialize_embeddings(model, examples, args.seed)

    def save() -> None:
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "random": torch.get_rng_state(),
            "step": step,
        }
        torch.save(state, checkpoint.with_suffix(".tmp"))
        checkpoint.with_suffix(".tmp").replace(checkpoint)

    epoch, seen = 0, 0
    model.train()
    total_loss, total_tokens, started = 0.0, 0, time.perf_counter()
    while step < args.steps:
        # The order of an epoch depends on the seed and the epoch alone, so a resumed training skips what it has seen.
        for batch in batches(examples, args.batch_tokens, random.Random(f"{args.seed}/{epoch}")):
            if seen < step:
                seen += 1
                continue
            if step >= args.steps:
                break
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(step, args)
            loss, tokens = batch_loss(model, batch, device, smoothing=0.1)
            optimizer.zero_grad(set_to_none=True)
            (loss / tokens).backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step, seen = step + 1, seen + 1
            total_loss, total_tokens = total_loss + float(loss.detach()), total_tokens + tokens
            if step % args.checkpoint_steps == 0 or step == args.steps:
                save()
                seconds = time.perf_counter() - started
                report = {
                    "step": step,
                    "of": args.steps,
                    "epoch": epoch,
                    "loss": round(total_loss / total_tokens, 4),
                    "valid_loss": round(validation_loss(model, valid, device, args.batch_tokens), 4),
                    "target_tokens_per_second": round(total_tokens / seconds),
                    "minutes_left": round(seconds / args.checkpoint_steps * (args.steps - step) / 60, 1),
                }
                print(json.dumps(report), flush=True)
                with (args.work / "log.jsonl").open("a", encoding="utf-8") as log:
                    log.write(json.dumps(report) + "\n")
                total_loss, total_tokens, started = 0.0, 0, time.perf_counter()
        epoch += 1


def validation_loss(model: MarianMTModel, examples: list[Example], device: torch.device, batch_tokens: int) -> float:
    """Cross-entropy in nats per target token, without smoothing or dropout."""
    model.train(False)
    with torch.inference_mode():
        parts = [batch_loss(model, b, device, 0.0) for b in batches(examples, batch_tokens, random.Random(0))]
    model.train()
    return sum(float(loss) for loss, _ in parts) / sum(tokens for _, tokens in parts)


def export(model: MarianMTModel, tokenizer: MarianTokenizer, output: Path) -> None:
    model = model.train(False).cpu().to(torch.float16)
    end, padding = tokenizer.eos_token_id, tokenizer.pad_token_id
    model.generation_config = GenerationConfig(  # type: ignore[no-untyped-call]
        num_beams=4,
        max_length=512,
        eos_token_id=end,
        forced_eos_token_id=end,
        pad_token_id=padding,
        decoder_start_token_id=padding,
        bad_words_ids=[[padding]],
    )
    model.save_pretrained(output)
    tokenizer.save_pretrained(output)
    print(f"wrote {output}: {(output / 'model.safetensors').stat().st_size / 1e6:.1f} MB", flush=True)


if __name__ == "__main__":
    main()
