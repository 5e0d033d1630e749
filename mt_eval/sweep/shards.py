"""One part of the data, translated into the store for a later run that finds all of it there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mt_eval import translate
from mt_eval.bundled import expand_home
from mt_eval.config import UnitKind
from mt_eval.runs.paths import store_folder
from mt_eval.text.segment import split_text

if TYPE_CHECKING:
    from mt_eval.config import RunConfig
    from mt_eval.pipeline import Prepared


def translate_shard(
    config: RunConfig, prepared: Prepared, shard: tuple[int, int], progress: Callable[[int, int], None]
) -> int:
    """Translate every N-th distinct source from the K-th on; how many they are.

    Taken in turns, not in blocks, so that the parts of one test set take about as long as each other. Where several
    sources go into a model at once, whole articles are taken, so that every unit is whole.
    """
    number, total = shard
    if config.unit.kind is UnitKind.sentence:
        part = list({pair.source_text: pair for pair in prepared.pairs if pair.source}.values())[number::total]
    else:
        mine = set(list(dict.fromkeys(pair.article_pair_id for pair in prepared.pairs))[number::total])
        part = [pair for pair in prepared.pairs if pair.article_pair_id in mine]
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
