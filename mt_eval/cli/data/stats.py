"""`mt-eval data stats DIR`: how much there is of what."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mt_eval.cli.output import add_output_option
from mt_eval.cli.table import print_json, print_table
from mt_eval.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_BAR = 40
_BIN = 50
"""Characters of segments that one bar of the plot counts."""
_LAST_BIN = 400


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", help="a folder of texts, with articles.yaml or without")
    parser.add_argument(
        "--model",
        action="append",
        default=[],
        metavar="OPTION",
        help="count tokens as this model option reads them (`mt-eval models`); may be given again",
    )
    add_output_option(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")


def run(args: argparse.Namespace) -> int:
    from statistics import median

    from mt_eval.intake.folder import open_folder, segment_article

    manifest = open_folder(args.folder)
    segments: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    for entry in manifest.articles.values():
        texts = [segment.text for segment in segment_article(manifest, entry)[1]]
        segments.setdefault(entry.language, []).extend(texts)
        counts[entry.language] = counts.get(entry.language, 0) + 1
    tokens = {option: _count_tokens(option, segments) for option in args.model}
    rows = {
        lang: {
            "articles": counts[lang],
            "segments": len(texts),
            "words": sum(len(text.split()) for text in texts),
            "characters": sum(map(len, texts)),
            "median_characters": median(map(len, texts)),
            "longest_characters": max(map(len, texts)),
            **{f"tokens_{option}": found[lang] for option, found in tokens.items() if lang in found},
        }
        for lang, texts in sorted(segments.items())
    }
    if args.json:
        print_json(rows)
        return 0
    header = list(dict.fromkeys(key for row in rows.values() for key in row))
    print_table(
        ("language", *(key.replace("_", " ") for key in header)),
        [(lang, *(f"{row.get(key, ''):,}" if key in row else "" for key in header)) for lang, row in rows.items()],
        tabs=True,
    )
    for lang, texts in sorted(segments.items()):
        print(f"\n{lang}: segments by length in characters")
        print("\n".join(plot_lengths([len(text) for text in texts])))
    return 0


def plot_lengths(lengths: Sequence[int]) -> list[str]:
    """A line with a bar for each interval of lengths, the last one open."""
    bins = [0] * (_LAST_BIN // _BIN + 1)
    for length in lengths:
        bins[min(length // _BIN, len(bins) - 1)] += 1
    most = max(1, *bins)
    names = [f"{_BIN * n}-{_BIN * n + _BIN - 1}" for n in range(len(bins) - 1)] + [f"{_LAST_BIN}+"]
    return [
        f"{name:>8} {'█' * round(_BAR * count / most):{_BAR}} {count}" for name, count in zip(names, bins, strict=True)
    ]


def _count_tokens(option: str, segments: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Language to the tokens of its segments as the option's first leg reads them, special ones included.

    Raises:
        ConfigError: The option's texts are read by no checkpoint.
    """
    from mt_eval.sweep.compose import Composer
    from mt_eval.translate import locate
    from mt_eval.translate.system import Leg

    found = {}
    composer = Composer()
    for lang, texts in segments.items():
        other = "ar" if lang != "ar" else "vi"
        config = composer.compose_job(0, [f"model={option}", f"direction={lang}-{other}"], "").config
        leg = next(iter(locate(config).route), None)
        if not isinstance(leg, Leg):
            raise ConfigError(
                f"--model {option} reads no tokens: its first part is no checkpoint; name one that has, as --model demo"
            )
        from mt_eval.translate.checkpoints.tokenizer import encode_texts, load_tokenizer

        tokenizer, _ = load_tokenizer(leg)
        found[lang] = sum(len(encoded.ids) for encoded in encode_texts(leg, tokenizer, texts))
    return found
