"""`mt-eval data project`: where the text of whole translations goes, segment by segment."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mt_eval.runs.outputs import OutputPart
    from mt_eval.types import SegmentPair

_HEADER = ("article", "segment", "order", "what", "source", "translation")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "overrides",
        nargs="*",
        metavar="GROUP=OPTION|KEY=VALUE",
        help="data, direction and system, as for `mt-eval run`: `model=articles model.path=FOLDER`",
    )
    parser.add_argument("--config-dir", metavar="DIR", help="a folder with options of your own, as for `mt-eval run`")
    parser.add_argument("--article", metavar="ID", help="show this article pair only; all of them teach each other")
    parser.add_argument("--json", action="store_true", help="JSON instead of a table: one object per article")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write to FILE: a TSV, or JSON with --json")


def run(args: argparse.Namespace) -> int:
    import io

    from mt_eval.disk import write_whole
    from mt_eval.errors import ConfigError, DataError
    from mt_eval.export.spreadsheet import write_exactly
    from mt_eval.library import compose
    from mt_eval.pipeline import prepare, translate_prepared
    from mt_eval.report.visible import encode_json
    from mt_eval.runs.outputs import list_outputs

    config = compose(*args.overrides, config_dir=args.config_dir)
    prepared = prepare(config)
    if not prepared.system.is_placed:
        raise ConfigError(
            f"data project: model={config.choices.get('model')} translates sentence by sentence, so that nothing has "
            "to be put in its place; give model=articles model.path=FOLDER"
        )
    translated, placement = translate_prepared(config, prepared, lambda done, total: None)
    outputs = list_outputs(prepared.pairs, placement.translations, placement.additions, placement.order)
    outputs = _choose(outputs, args.article)
    articles: dict[str, list[SegmentPair]] = {name: [] for name in outputs}
    for pair in prepared.pairs:
        if pair.article_pair_id in articles:
            articles[pair.article_pair_id].append(pair)
    if args.json:
        text = encode_json([_describe(name, pairs, outputs[name]) for name, pairs in articles.items()]) + "\n"
    else:
        rows = [row for name, pairs in articles.items() for row in _list_rows(name, pairs, outputs[name])]
        if args.output is None and sys.stdout.isatty():
            _print_table(rows, config.source_lang, config.target_lang)
            text = ""
        else:
            table = io.StringIO()
            write_exactly([_HEADER, *rows], table, separator="\t", line_end="\n")
            text = table.getvalue()
    for warning in (*translated.warnings, *placement.warnings):
        print(f"warning: {warning}", file=sys.stderr)
    if args.output is None:
        sys.stdout.write(text)
        return 0
    try:
        write_whole(args.output, text)
    except OSError as error:
        raise DataError(f"{args.output}: cannot be written ({error.strerror}); name another file with -o") from None
    plural = "s" * (len(articles) != 1)
    print(f"{args.output}: {sum(map(len, articles.values()))} segments of {len(articles)} article{plural}")
    return 0


def _choose(outputs: dict[str, tuple[OutputPart, ...]], article: str | None) -> dict[str, tuple[OutputPart, ...]]:
    from mt_eval.config.options import guess_word
    from mt_eval.errors import DataError

    if article is None:
        return outputs
    if article not in outputs:
        guess = guess_word(article, outputs) or next(iter(outputs))
        raise DataError(
            f"--article {article}: is none of the data's {len(outputs)} article pairs; name one, as {guess}"
        )
    return {article: outputs[article]}


def _list_rows(article: str, pairs: Sequence[SegmentPair], parts: Sequence[OutputPart]) -> list[tuple[str, ...]]:
    """One row per segment pair, and one per addition behind the pair that it follows in the output.

    `order` counts the parts of the output: a segment whose translation stands in several places has several numbers.
    """
    said: dict[int, list[tuple[int, str]]] = {}
    added: dict[int, list[tuple[int, str]]] = {}
    place = -1
    for number, part in enumerate(parts, start=1):
        place = place if part.place is None else part.place
        (added if part.place is None else said).setdefault(place, []).append((number, part.text))
    rows: list[tuple[str, ...]] = []
    for place in range(-1, len(pairs)):
        if place >= 0:
            pair, own = pairs[place], said.get(place, [])
            what = "" if own else "omitted" if pair.source else "no source"
            numbers, texts = ", ".join(str(number) for number, _ in own), " ".join(text for _, text in own)
            rows.append((article, pair.id, numbers, what, pair.source_text, texts))
        for number, text in added.get(place, []):
            rows.append((article, "", str(number), "added", "", text))
    return rows


def _print_table(rows: Sequence[tuple[str, ...]], *langs: str) -> None:
    """The rows of each article below its name, source and translation from the sides where they begin."""
    from itertools import groupby

    from rich.table import Table

    from mt_eval.report.bidi import justify, wrap_isolated
    from mt_eval.report.table import add_lines, make_text
    from mt_eval.report.visible import open_console

    console = open_console()
    width = max(20, (console.width - 36) // 2)
    for article, of_article in groupby(rows, key=lambda row: row[0]):
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
        for header in ("segment", "order", "what"):
            table.add_column(header)
        for header, lang in zip(("source", "translation"), langs, strict=True):
            table.add_column(header, width=width, no_wrap=True, justify=justify(lang))
        for _, segment, order, what, *texts in of_article:
            facts = (segment.removeprefix(f"{article}:"), order, what)
            lines = [wrap_isolated(text, lang, width) or [""] for text, lang in zip(texts, langs, strict=True)]
            cells = [*(([fact], "left") for fact in facts), *zip(lines, map(justify, langs), strict=True)]
            add_lines(table, *cells)
        console.print(make_text(article, "bold"), table, "", sep="\n")


def _describe(article: str, pairs: Sequence[SegmentPair], parts: Sequence[OutputPart]) -> Mapping[str, Any]:
    return {
        "article": article,
        "output": [
            {"segment": None if part.place is None else pairs[part.place].id, "text": part.text} for part in parts
        ],
        "omitted": [
            pair.id for place, pair in enumerate(pairs) if pair.source and all(part.place != place for part in parts)
        ],
        "added": [part.text for part in parts if part.place is None],
    }
