"""Any names and texts in every form of a comparison and on the page, read by parsers that are not ours."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from small_runs import make_rows, write_small_run

import mt_eval
from mt_eval.compare.result import Comparisons
from mt_eval.report.html.page import render_run_page
from mt_eval.report.visible import format_unseen
from mt_eval.runs.read import read_run
from mt_eval.types import Flag, Run

NAMES = st.text(min_size=1, max_size=30) | st.text("#*_-|\\<>&[]`$\n\r\t\x1b\x9b\u202e\u2028 /=+1.aạم", min_size=1)
PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
OBEYED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)")


@cache
def compare_two() -> tuple[Comparisons, Run]:
    with tempfile.TemporaryDirectory() as folder:
        made = [write_small_run(Path(folder), name, make_rows(12, lost=lost)) for name, lost in (("a", 3), ("b", 5))]
        return mt_eval.compare(made, samples=100, details=True), read_run(made[0])


def rename(names: list[str], text: str) -> Comparisons:
    """Two systems called so, a metric and a note, and segments that read so."""
    result, _ = compare_two()
    first, second, metric, note = names
    called = {result.systems[0]: first, result.systems[1]: second}
    measured = result.metrics[0].name

    def name_metric(name: str) -> str:
        return metric if name == measured else name

    segments = {
        side: tuple(
            replace(each, id=metric, source=text, reference=text, texts=(text, text))
            for each in getattr(result.details[0], side)
        )
        for side in ("worse", "better")
    }
    return replace(
        result,
        systems=(first, second),
        metrics=tuple(
            replace(each, name=name_metric(each.name), signature=f"{each.signature}|x:{note}")
            for each in result.metrics
        ),
        scores=tuple(
            replace(each, system=called[each.system], metric=name_metric(each.metric)) for each in result.scores
        ),
        comparisons=tuple(
            replace(each, baseline=first, candidate=second, metric=name_metric(each.metric))
            for each in result.comparisons
        ),
        notes=(note,),
        details=(replace(result.details[0], baseline=first, candidate=second, metric=metric, **segments),),  # type: ignore[arg-type]
    )


FOUR = st.lists(NAMES, min_size=4, max_size=4, unique=True)


@given(FOUR, NAMES)
@settings(max_examples=25, deadline=None)
def test_every_form_keeps_its_shape(names: list[str], text: str) -> None:
    """As many tables, rows, list items and headings as with plain names; CSV and JSON hold the names themselves."""
    result, plain = rename(names, text), compare_two()[0]

    markdown, other = (PARSER.parse(each.render("markdown")) for each in (result, plain))
    latex, plain_latex = (each.render("latex").splitlines() for each in (result, plain))
    rows = list(csv.DictReader(io.StringIO(result.render("csv"), newline="")))
    decoded = json.loads(result.render("json"))
    table = result.render("table")

    shape = [[token.type for token in tokens if token.type != "inline"] for tokens in (markdown, other)]
    assert shape[0] == shape[1]
    assert [line.count("&") - line.count(r"\&") for line in latex if line[:1] != "%"] == [
        line.count("&") - line.count(r"\&") for line in plain_latex if line[:1] != "%"
    ]
    assert len(latex) == len(plain_latex)
    assert {row["candidate"].removeprefix("'") for row in rows} == {names[1].removeprefix("'")}
    assert decoded["systems"] == names[:2]
    assert not OBEYED.search(table)


class Skeleton(HTMLParser):
    """Tags with the names of their attributes, comments, and the text of headings."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, ...]] = []
        self.comments: list[str] = []
        self.heading = ""
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, *(name for name, _ in attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "h1":
            self.heading += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


@given(NAMES, NAMES)
@settings(max_examples=15, deadline=None)
def test_the_page_keeps_its_shape(name: str, text: str) -> None:
    """The same elements in the same order as with plain names; the heading says the name."""
    _, run = compare_two()

    def fill(name: str, text: str) -> Run:
        head = replace(run.head, system=replace(run.head.system, label=name), warnings=(text,))
        translations = tuple(replace(each, text=text) for each in run.translations if each)
        return replace(
            run, head=head, translations=translations, flags=((Flag(name, text),), *((),) * (len(run.pairs) - 1))
        )

    page = render_run_page(fill(name, text))
    written, plain = Skeleton(page), Skeleton(render_run_page(fill("plain", "text")))

    assert written.tags == plain.tags
    assert written.comments == []
    assert written.heading == f"How well does {format_unseen(name)} translate Vietnamese to Arabic?"
    data = page.split('<script type="application/json" id="data">')[1].split("</script>")[0]
    assert json.loads(data)["systems"][0]["translations"][0] == text
