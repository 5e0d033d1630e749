"""From loaded articles to segment pairs: cleaned, cut into segments, aligned. Runs and `mt-eval data` do it alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from mt_eval import align
from mt_eval.config import AlignMethod
from mt_eval.data.corpus import Corpus
from mt_eval.errors import AlignmentError, DataError
from mt_eval.languages.letters import is_blank
from mt_eval.spool import Collector, skim
from mt_eval.text.clean import Change, clean
from mt_eval.text.segment import find_paragraphs, split, split_lines
from mt_eval.types import Article, ArticleFacts, ArticlePair, SegmentPair

UNALIGNED = "none"
"""How the segments of articles without a reference are paired."""


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What cleaning made of all articles."""

    changes: Mapping[str, tuple[Change, ...]]
    """Article id to what was done, of every article."""
    texts: Mapping[str, str]
    """Article id to its text, of those that are changed."""

    def apply(self, article: Article) -> Article:
        """The article as it is when it is clean."""
        text = self.texts.get(article.id)
        return article if text is None else replace(article, text=text)


def clean_articles(corpus: Corpus, *, segmentation: bool = True, furniture: bool = True) -> Cleaning:
    """What cleaning makes of each article.

    Args:
        segmentation: Undo word segmentation where the corpus says there is one.
        furniture: Remove the page furniture that the corpus names.

    Raises:
        DataError: A furniture rule removes nothing, or an article is nothing but furniture.
    """
    changes: dict[str, tuple[Change, ...]] = {}
    texts: dict[str, str] = {}
    for article in (each for pair in corpus.pairs for each in (pair.source, pair.reference)):
        if article is None or article.id in changes:
            continue
        result = clean(
            article.text,
            article.lang,
            word_segmented=segmentation and article.id in corpus.word_segmented,
            furniture=corpus.furniture.get(article.id, ()) if furniture else (),
        )
        if result.unused_rules:
            raise DataError(
                f"article {article.id}: the furniture rule `{result.unused_rules[0]}` of its manifest removes nothing, "
                "expected text where the rule says; mend or delete the rule"
            )
        if is_blank(result.text):
            raise DataError(
                f"article {article.id}: nothing is left of its text when the furniture is removed, expected an "
                "article; mend its furniture rules or leave it out of data.pairs"
            )
        changes[article.id] = result.changes
        if result.text != article.text:
            texts[article.id] = result.text
    return Cleaning(changes, texts)


def pair_segments(corpus: Corpus, cleaning: Cleaning, method: AlignMethod) -> tuple[list[str], Sequence[SegmentPair]]:
    """Per article pair how it was aligned (`gold`, `auto`, `lines`), and the segment pairs of all, in their order.

    An article that has no reference is `none`; every segment of it is a pair of its own. The pairs that are aligned
    automatically are aligned together, since they teach each other words.

    Raises:
        AlignmentError: The data cannot be aligned by `method`, or a gold alignment does not fit its articles.
    """
    methods = [_choose_method(corpus, pair, method) for pair in corpus.pairs]
    found = _align_automatically(corpus, cleaning, methods)
    segment_pairs = Collector[SegmentPair](SegmentPair)
    for pair, chosen in zip(corpus.pairs, methods, strict=True):
        source = cleaning.apply(pair.source)
        if pair.reference is None:
            alone = split_lines(source) if corpus.segmented else split(source)
            segment_pairs.extend(align.leave_alone(pair.id, alone))
            continue
        reference = cleaning.apply(pair.reference)
        match chosen:
            case "lines":
                segment_pairs.extend(align.pair_by_line(pair.id, split_lines(source), split_lines(reference)))
            case "gold":
                segment_pairs.extend(_pair_by_gold(corpus, pair.id, source, reference))
            case _:
                segment_pairs.extend(found[pair.id])
    return methods, segment_pairs.close()


def _align_automatically(corpus: Corpus, cleaning: Cleaning, methods: Sequence[str]) -> dict[str, list[SegmentPair]]:
    """Article pair id to the segment pairs of those whose method is `auto`."""
    texts = [
        (pair.id, cleaning.apply(pair.source), cleaning.apply(pair.reference))
        for pair, chosen in zip(corpus.pairs, methods, strict=True)
        if chosen == "auto" and pair.reference is not None
    ]
    if not texts:
        return {}
    segmented = [
        align.SegmentedPair(name, tuple(split(source)), tuple(split(reference))) for name, source, reference in texts
    ]
    aligned = align.pair_by_content(segmented, texts[0][1].lang, texts[0][2].lang)
    return {each.id: result for each, result in zip(segmented, aligned, strict=True)}


def describe_articles(corpus: Corpus, cleaning: Cleaning, pairs: Sequence[SegmentPair]) -> dict[str, ArticleFacts]:
    """Article id to title and paragraphs, of the articles of these segment pairs that have either.

    Lines of line-parallel data are segments: such data has no paragraphs.
    """
    named = skim(pairs, "source.article_id", "reference.article_id")
    wanted = {segment.article_id for pair in named for segment in (*pair.source, *pair.reference)}
    parts = ("source.id", "source.title", "reference.id", "reference.title")
    facts = {
        article.id: ArticleFacts(
            title=article.title or "",
            paragraphs=() if corpus.segmented else find_paragraphs(cleaning.apply(article).text),
        )
        for pair in (skim(corpus.pairs, *parts) if corpus.segmented else corpus.pairs)
        for article in (pair.source, pair.reference)
        if article is not None and article.id in wanted
    }
    return {name: each for name, each in facts.items() if each.title or each.paragraphs}


def _choose_method(corpus: Corpus, pair: ArticlePair, method: AlignMethod) -> str:
    if pair.reference is None:
        return UNALIGNED
    if corpus.segmented:
        if method is not AlignMethod.best:
            raise AlignmentError(
                f"align.method={method.value}: line-parallel data is aligned already; leave align=best"
            )
        return "lines"
    if method is AlignMethod.gold and pair.id not in corpus.gold:
        raise AlignmentError(f"article pair {pair.id}: the manifest names no gold alignment; use align=auto or add one")
    return "gold" if pair.id in corpus.gold and method is not AlignMethod.auto else "auto"


def _pair_by_gold(corpus: Corpus, name: str, source: Article, reference: Article) -> list[SegmentPair]:
    gold = corpus.gold[name]
    rows = align.parse_gold(gold, source.lang, reference.lang)
    spans = align.locate_gold(gold.path, rows, source, reference)
    return align.pair_by_gold(
        name,
        spans,
        split(source, [end for span, _ in spans if span for end in span]),
        split(reference, [end for _, span in spans if span for end in span]),
    )
