"""Titles of articles beside their ids."""

from __future__ import annotations

from pathlib import Path

from small_runs import make_rows, write_small_run

from mt_eval.report.titles import find_titles, name_articles
from mt_eval.runs.read import read_run
from mt_eval.types import ArticleFacts


def test_titles_are_those_of_both_articles(tmp_path: Path) -> None:
    """Of the source and of the reference; empty where the data has none."""
    run = read_run(write_small_run(tmp_path, "r", make_rows(2)))

    assert find_titles(run.pairs, {"a0.vi": ArticleFacts("Tiêu đề")}) == ("Tiêu đề", "")


def test_an_article_is_called_by_the_title_of_its_source(tmp_path: Path) -> None:
    """Where it has none, by that of its reference; without either it is not in the list."""
    facts = {"a0.vi": {"title": "Một"}, "a0.ar": {"title": "واحد"}, "a1.ar": {"title": "اثنان"}}
    run = read_run(write_small_run(tmp_path, "r", make_rows(6, articles=3), head={"articles": facts}))

    assert name_articles(run) == {"a0": "Một", "a1": "اثنان"}
