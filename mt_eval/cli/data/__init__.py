"""`mt-eval data ACTION`: look at articles, bring your own, align them, and see whether they are fit to score against.

One module per action; only the one asked for is imported.
"""

from __future__ import annotations

import argparse
from importlib import import_module

MANIFEST = "bundled:seeds/articles.yaml"
"""The manifest that `list`, `show` and `align` read where none is named."""

_ACTIONS = {
    "list": "articles and pairs, with the reason why a pair is or is not scored",
    "show": "an article as found beside the cleaned text, with every change",
    "new": "make a manifest for a folder of texts, or add to it what it does not list",
    "pair": "find out which texts of a folder are versions of each other, and tell why",
    "align": "align a pair, or two files; print a first gold file to correct, or JSON",
    "source": "write the sources of the segments with their ids, or whole articles, to be translated elsewhere",
    "project": "show where the text of whole translations goes: segment by segment, what was omitted, what was added",
    "check": "tell, before any model runs, whether each reference is fit to score against",
    "stats": "count articles, segments, words and tokens",
}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `data` and its own commands to the parsers of `mt-eval`."""
    parser = subparsers.add_parser("data", help="list and show articles; bring, pair, align and check your own")
    parser.set_defaults(run=run)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, summary in _ACTIONS.items():
        action = actions.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        import_module(f"{__name__}.{name}").add_arguments(action)


def run(args: argparse.Namespace) -> int:
    """Carry out what was asked; 0, or 1 where `check` finds a reference unfit.

    Raises:
        DataError: A manifest, a folder or a file is missing or wrong, or an id is not in it.
    """
    status: int = import_module(f"{__name__}.{args.action}").run(args)
    return status
