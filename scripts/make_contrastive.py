#!/usr/bin/env python3
"""Derive a contrastive set from human translations: each with a wrong version that differs from it in one point.

`mt-eval score-given RUN --contrast FILE` then tells how often a model finds the correct one more likely. What is made
wrong (`kind`), by rules that keep the text grammatical:

    number            another number where the source states this one: in digits, in words, or million for billion
    date              another day, month or weekday
    negation-dropped  a denial taken away
    negation-added    a denial where there is none
    name              two countries, two cities, or two names in Latin letters have changed places, or one is another
    gender            another pronoun (Vietnamese, English; Arabic behind what a person has), or verb of saying (Arabic)

The file has one pair a line, as JSON: id, article, segment, source_language, target_language, kind, rule, source,
correct, wrong. The same data and seed give the same file. How many pairs a reader accepts: docs/contrastive.md.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from contrastive_numbers import change_dates, change_numbers
from contrastive_words import add_negation, change_gender, drop_negation, swap_names

import mt_eval
from mt_eval.disk import write_whole
from mt_eval.errors import ConfigError, MtEvalError
from mt_eval.likelihoods import ContrastPair
from mt_eval.material import gather
from mt_eval.types import Kind, SegmentPair

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("number", "date", "negation-dropped", "negation-added", "name", "gender")
LANGUAGES = ("ar", "en", "vi")
_LONGEST = 600
"""Characters of a translation; a longer one is several sentences in which one point says little."""


def main() -> None:
    args = parse_arguments()
    try:
        pairs = make_pairs(load(args), args.direction, seed=args.seed, most=args.per_segment, kinds=args.kind or KINDS)
    except MtEvalError as error:
        sys.exit(f"error: {error}")
    if not pairs:
        sys.exit("error: no rule fits any segment, expected numbers, dates, denials, names or pronouns in some")
    printed = str(args.out) == "-"
    try:
        lines = "".join(json.dumps(asdict(pair), ensure_ascii=False) + "\n" for pair in pairs)
        if printed:
            sys.stdout.buffer.write(lines.encode())
            sys.stdout.flush()
        else:
            write_whole(args.out, lines)
    except OSError as error:
        sys.exit(f"error: {args.out}: cannot be written ({os.strerror(error.errno or 0).lower()}); name another --out")
    counts = Counter((pair.kind, pair.rule) for pair in pairs)
    told = sys.stderr if printed else sys.stdout
    print(f"{args.out}: {len(pairs)} pairs of {len({pair.segment for pair in pairs})} segments", file=told)
    for kind in KINDS:
        rules = ", ".join(f"{rule} {count}" for (of, rule), count in sorted(counts.items()) if of == kind)
        print(
            f"  {kind:16} {sum(count for (of, _), count in counts.items() if of == kind):5}  {rules}".rstrip(),
            file=told,
        )


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add(
        "overrides",
        nargs="*",
        metavar="SETTING",
        help="data settings, as `mt-eval run` takes them (default: data=articles, then data=ui)",
    )
    add("--direction", default="vi-ar", help="two of ar, en, vi (default: %(default)s)")
    add("--run", type=Path, help="a run directory: its segments are taken instead")
    add("--ntrex", type=Path, help="folder of NTREX-128, as ../shared/ntrex: its lines are taken instead")
    add("--out", type=Path, default=Path("contrast.jsonl"), help="file to write, - prints (default: %(default)s)")
    add("--seed", type=int, default=1, help="chooses the wrong numbers and days (default: %(default)s)")
    add("--per-segment", type=int, default=1, metavar="N", help="pairs of each kind at most (default: %(default)s)")
    add("--kind", action="append", choices=KINDS, help="only pairs of this kind; repeatable (default: all)")
    args = parser.parse_args()
    if args.per_segment < 1:
        parser.error(f"--per-segment {args.per_segment}: expected 1 or more")
    if args.run is not None and (args.overrides or args.ntrex):
        parser.error("--run: a run brings its own data; leave out --ntrex and data settings")
    return args


def load(args: argparse.Namespace) -> list[SegmentPair]:
    """The segment pairs that have both sides, of the data that the arguments name."""
    if args.run is not None:
        run = mt_eval.read_run(args.run)
        args.direction = str(run.config.get("direction", args.direction))
        return list(run.pairs)
    named = args.overrides
    if args.ntrex is not None:
        if args.ntrex.is_dir():
            named = [
                *("data=lines", f"data.source_path={args.ntrex}/ntrex.%src.txt"),
                *(f"data.reference_path={args.ntrex}/ntrex.%tgt.txt", f"data.docids_path={args.ntrex}/docids.tsv"),
                *args.overrides,
            ]
        else:
            print(f"{args.ntrex} is not there: the project's own texts are taken instead", file=sys.stderr)
    groups = [named] if named else [["data=articles"], ["data=ui"]]
    return [
        pair
        for group in groups
        for pair in gather(mt_eval.compose("model=copy", f"direction={args.direction}", *group)).pairs
    ]


def make_pairs(
    segments: Iterable[SegmentPair], direction: str, *, seed: int = 1, most: int = 1, kinds: Sequence[str] = KINDS
) -> list[ContrastPair]:
    """The pairs of all segments that have a source and a reference.

    Args:
        most: Of each kind, from one segment; they are drawn where there are more.

    Raises:
        ConfigError: The rules do not know a language.
    """
    source_lang, _, target_lang = direction.partition("-")
    if not {source_lang, target_lang} <= set(LANGUAGES):
        raise ConfigError(f"direction={direction}: the rules know {', '.join(LANGUAGES)}, expected two of these")
    pairs = []
    for segment in segments:
        if segment.kind is not Kind.ALIGNED or len(segment.reference_text) > _LONGEST:
            continue
        source, correct = segment.source_text, segment.reference_text
        rng = random.Random(f"{seed} {segment.id}")
        found = list(dict.fromkeys(list_wrong(source, correct, (source_lang, target_lang), rng)))
        for kind in kinds:
            same = [each for each in found if each[0] == kind]
            for number, (_, rule, wrong) in enumerate(rng.sample(same, min(most, len(same))), start=1):
                name = f"{segment.id}:{kind}" + (f"-{number}" if number > 1 else "")
                pairs.append(
                    ContrastPair(
                        *(name, segment.article_pair_id, segment.id, source_lang, target_lang),
                        *(kind, rule, source, correct, wrong),
                    )
                )
    return pairs


def list_wrong(source: str, correct: str, langs: tuple[str, str], rng: random.Random) -> Iterator[tuple[str, str, str]]:
    """Kind, rule and text of every wrong version of a translation that the rules give."""
    for kind, found in (
        ("number", change_numbers(source, correct, langs, rng)),
        ("date", change_dates(source, correct, langs, rng)),
        ("negation-dropped", drop_negation(source, correct, langs)),
        ("negation-added", add_negation(source, correct, langs)),
        ("name", swap_names(source, correct, langs)),
        ("gender", change_gender(source, correct, langs)),
    ):
        yield from ((kind, rule, wrong) for rule, wrong in found if wrong != correct)


if __name__ == "__main__":
    main()
