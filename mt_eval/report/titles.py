"""Titles of articles, to stand beside their ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from mt_eval.spool import skim
from mt_eval.types import ArticleFacts, Run, SegmentPair


def name_articles(run: Run) -> dict[str, str]:
    """Article pair id to the title of its source, or of its reference; of those that have either."""
    found: dict[str, str] = {}
    if not run.head.articles:
        return found
    named = skim(run.pairs, "article_pair_id", "source.article_id", "reference.article_id")
    for article, pairs in groupby(named, key=lambda pair: pair.article_pair_id):
        if title := next(filter(None, find_titles(pairs, run.head.articles)), ""):
            found.setdefault(article, title)
    return found


def find_titles(pairs: Iterable[SegmentPair], articles: Mapping[str, ArticleFacts]) -> tuple[str, str]:
    """The titles of the source and of the reference of one article pair; empty where there are none."""
    members: list[set[str]] = [set(), set()]
    for pair in pairs:
        for known, segments in zip(members, (pair.source, pair.reference), strict=True):
            known.update(segment.article_id for segment in segments)
    titles = [min((articles[name].title for name in known if name in articles), default="") for known in members]
    return titles[0], titles[1]
