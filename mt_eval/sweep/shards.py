"""One part of the data, translated into the store for a later run that finds all of it there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from mt_eval import translate
from mt_eval.bundled import expand_home
from mt_eval.config import UnitKind
from mt_eval.runs.paths import store_folder
from mt_eval.spool import skim
from mt_eval.text.segment import split_text

if TYPE_CHECKING:
    from mt_eval.config import RunConfig
    from mt_eval.pipeline import Prepared
    from mt_eval.types import SegmentPair


def translate_shard(
    config: RunConfig, prepared: Prepared, shard: tuple[int, int], progress: Callable[[int, int], None]
) -> int:
    """Translate every N-th distinct source from the K-th on; how many they are.

    Taken in turns, not in blocks, so that the parts of one test set take about as long as each other. Where several
    sources go into a model at once, whole articles are taken, so that every unit is whole.
    """
    number, total = shard
    take = _take_sources if config.unit.kind is UnitKind.sentence else _take_articles
    part = [prepared.pairs[place] for place in take(prepared.pairs, number, total)]
    if part:
        translate.translate_pairs(
            config,
            part,
            store_folder(expand_home(config.runs_dir)),
            progress,
            total_pairs=prepared.total_pairs,
            system=prepared.system,
            paragraphs=prepared.paragraphs,
            split=split_text,
        )
    return len(part)


def _take_sources(pairs: Sequence[SegmentPair], number: int, total: int) -> Iterator[int]:
    """The places of the shard's distinct sources; of the others nothing is kept but a number."""
    seen: set[int] = set()
    for place, pair in enumerate(skim(pairs, "source.text")):
        # Should two texts have one number, the run that scores translates the second.
        if pair.source and (key := hash(pair.source_text)) not in seen:
            if len(seen) % total == number:
                yield place
            seen.add(key)


def _take_articles(pairs: Sequence[SegmentPair], number: int, total: int) -> Iterator[int]:
    """The places of the segment pairs of the shard's articles."""
    numbers: dict[str, int] = {}
    for place, pair in enumerate(skim(pairs, "article_pair_id")):
        if numbers.setdefault(pair.article_pair_id, len(numbers)) % total == number:
            yield place
