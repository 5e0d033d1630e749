"""`mt-eval plan [RUN [RUN]]`: how many articles it takes to show a difference."""

from __future__ import annotations

import argparse
import textwrap
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from mt_eval.cli.output import add_output_option
from mt_eval.cli.table import print_json, print_table

if TYPE_CHECKING:
    from mt_eval.compare.sizing import Spread

_DESCRIPTION = """\
Tell how many articles show a difference between two systems, before they are translated.

  mt-eval plan --difference 1                  by a typical spread
  mt-eval plan runs/A --difference 1           by how one system's scores vary over your articles
  mt-eval plan runs/A runs/B --difference 1    by how the difference of two systems varies over them
"""
_COUNTS = (10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000)
_WIDTH = 30


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "plan",
        help="tell how many articles show a difference",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("runs", nargs="*", metavar="RUN", help="a pilot run, or two on the same data")
    parser.add_argument("--difference", type=float, default=1.0, metavar="POINTS", help="to be shown (default: 1)")
    parser.add_argument("--metric", default="", metavar="NAME", help="default: chrF++, or the headline of the runs")
    parser.add_argument("--power", type=float, default=0.8, metavar="SHARE", help="of cases (default: 0.8)")
    parser.add_argument(
        "--tests", type=int, default=1, metavar="N", help="systems held against the baseline (default: 1)"
    )
    parser.add_argument(
        "--segments", type=float, default=None, metavar="N", help="of an article, without a run (default: 10)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    add_output_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the number and the curve; 0.

    Raises:
        MtEvalError: A run cannot be read or used, or a value is not possible.
    """
    from mt_eval.compare.sizing import find_articles, find_detectable

    _check(arguments)
    spread = _find_spread(arguments)
    chosen = {"tests": arguments.tests, "power": arguments.power}
    articles = find_articles(spread, arguments.difference, **chosen)
    counts = sorted({*_COUNTS, *([] if articles is None or articles < 10 else [articles])})
    curve = {count: find_detectable(spread, count, **chosen) for count in counts}
    if arguments.json:
        asked = {"difference": arguments.difference, **chosen, "articles_needed": articles}
        print_json({**asdict(spread), **asked, "curve": [{"articles": n, "shows": curve[n]} for n in counts]})
        return 0
    print(textwrap.fill(_describe(spread), 80), end="\n\n")
    longest = max(curve.values())
    rows = [
        (f"{count:,}", f"{shows:.2f}", "█" * max(1, round(_WIDTH * shows / longest)), "◀" if count == articles else "")
        for count, shows in curve.items()
    ]
    print_table(("articles", f"shows {spread.metric}", "", ""), rows, right=(0, 1))
    print("", textwrap.fill(_answer(spread, arguments, articles), 80), sep="\n")
    return 0


def _check(arguments: argparse.Namespace) -> None:
    from mt_eval.errors import ConfigError

    for option, value, possible, expected in (
        ("difference", arguments.difference, 0 < arguments.difference < 1000, "more than 0 points"),
        ("power", arguments.power, 0.5 <= arguments.power < 1, "0.5 or more, and less than 1"),
        ("tests", arguments.tests, arguments.tests >= 1, "1 or more"),
        ("segments", arguments.segments, arguments.segments is None or 0 < arguments.segments < 1e6, "more than 0"),
    ):
        if not possible:
            raise ConfigError(f"--{option} {value} is not possible: expected {expected}")
    if arguments.runs and arguments.segments is not None:
        raise ConfigError("--segments does not go with runs, which say how long articles are; leave it out")


def _find_spread(arguments: argparse.Namespace) -> Spread:
    from mt_eval.compare.sizing import TYPICAL_SEGMENTS, assume_spread, find_spread

    if not arguments.runs:
        return assume_spread(arguments.metric or "chrF++", arguments.segments or TYPICAL_SEGMENTS)
    from mt_eval.compare.chosen import choose_runs

    return find_spread(choose_runs(arguments.runs).evidence, arguments.metric)


def _describe(spread: Spread) -> str:
    if not spread.articles:
        return (
            f"By a typical spread, of systems on FLORES: from one article of {spread.segments:g} segments "
            f"to another a difference in {spread.metric} varies by {spread.of_one:.1f} points. A pilot run tells more."
        )
    few = "; few articles: the plan may be far off" if spread.articles < 10 else ""
    if spread.systems == 1:
        few += ", if as usual: a second run on these articles tells"
    return (
        f"By {spread.articles} articles of {spread.segments:.1f} segments: from one to another a difference in "
        f"{spread.metric} varies by {spread.of_one:.1f} points{few}."
    )


def _answer(spread: Spread, arguments: argparse.Namespace, articles: int | None) -> str:
    test = "one test" if arguments.tests == 1 else f"{arguments.tests} tests (Holm)"
    what = f"a difference of {arguments.difference:g} {spread.metric} in {arguments.power:.0%} of cases"
    if articles is None:
        return f"No number of articles that anybody has shows {what}."
    segments = round(articles * spread.segments)
    few = " (with fewer than 10, segments would be resampled: take 10)" if articles < 10 else ""
    return f"About {articles:,} articles ({segments:,} segments) show {what} (two-sided, 5%, {test}){few}."
