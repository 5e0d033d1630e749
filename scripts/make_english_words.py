#!/usr/bin/env python3
"""Make the list of English words by which the flag `names` tells names from other words with a capital.

The words come from SCOWL (Spell Checker Oriented Word Lists, version 2020.12.07, the Debian package `scowl`), from its
lists of English, American and British words without proper names: all of sizes 10 to 35, and of sizes 40 and 50 the
longer ones, since short rare words are also surnames and brands (`acme`, `ascot`). Whoever distributes the list
distributes its license, which is beside it.
"""

from __future__ import annotations

import argparse
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

COMMON = ("10", "20", "35")
RARER = ("40", "50")
SHORTEST = 4
"""Letters of a word that the flag looks at."""
SHORTEST_RARER = 7
FOLDER = Path(__file__).resolve().parents[1] / "mt_eval" / "diagnose"
HEADER = """\
# English words that are no proper names, made by scripts/make_english_words.py from SCOWL 2020.12.07.
# A selection of its words, in lower case and without those of other letters than a to z. License: english_words.LICENSE
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scowl", type=Path, default=Path("/usr/share/dict/scowl"), help="default: %(default)s")
    parser.add_argument("--to", type=Path, default=FOLDER / "english_words.txt", help="default: %(default)s")
    args = parser.parse_args()
    words = {
        word
        for sizes, shortest in ((COMMON, SHORTEST), (RARER, SHORTEST_RARER))
        for word in read_words(args.scowl, sizes)
        if len(word) >= shortest
    }
    if not words:
        parser.error(f"{args.scowl} holds no word lists of SCOWL; install the Debian package scowl, or name its folder")
    lines = textwrap.wrap(" ".join(sorted(words)), width=118)
    args.to.write_text(HEADER + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(words)} words in {args.to}")


def read_words(folder: Path, sizes: tuple[str, ...]) -> Iterator[str]:
    """The words of plain letters in the lists of these sizes; abbreviations and proper names are in other lists."""
    for variety in ("english", "american", "british"):
        for size in sizes:
            path = folder / f"{variety}-words.{size}"
            if path.is_file():
                yield from re.findall(r"^[a-z]+$", path.read_text(encoding="latin-1"), re.MULTILINE)


if __name__ == "__main__":
    main()
