"""What looks wrong with translations of whole articles, before anything is known of their segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mt_eval.diagnose.language import find_other_language
from mt_eval.diagnose.overlap import find_copy
from mt_eval.types import SegmentPair

_MANY_TIMES = 3.0
"""How much longer than its source no translation is: of NTREX-128, between Vietnamese and Arabic, the longest article
has 1.4 times the characters."""
_NAMED = 3
"""Articles that a warning names; of more it tells the number."""


def judge_articles(
    pairs: Sequence[SegmentPair], outputs: Mapping[str, str], source_lang: str, target_lang: str
) -> tuple[str, ...]:
    """One warning for each thing that is wrong with any of the articles, with their names and what was seen.

    Each article is told once, by the first that fits: its source is copied, it is in another language, it is far too
    long. None of this stops a run: such systems exist, and scores show it.

    Args:
        pairs: The segment pairs of all articles.
        outputs: Article pair id to what came of it; empty texts are passed over.
    """
    if not outputs:
        return ()
    texts: dict[str, list[str]] = {}
    for pair in pairs:
        if pair.article_pair_id in outputs:
            texts.setdefault(pair.article_pair_id, []).append(pair.source_text)
    copied, elsewhere, long = {}, {}, {}
    for article, output in outputs.items():
        source = " ".join(texts[article]).strip()
        if not output or not source:
            continue
        times = len(output) / len(source)
        if source_lang != target_lang and (what := find_copy(source, output)) is not None:
            copied[article] = what
        elif (what := find_other_language(output, target_lang)) is not None:
            elsewhere[article] = what
        elif times > _MANY_TIMES:
            long[article] = f"{times:.0f} times as long"
    total = len(outputs)
    return tuple(
        f"in {len(found)} of {total} articles {said} ({_name(found)}); check that they are translations of this data"
        for found, said in (
            (copied, "the translation is the source, or mostly runs of its words"),
            (elsewhere, f"the translation is not in {target_lang}, so that projection finds little in it"),
            (long, "the translation is far longer than the source"),
        )
        if found
    )


def _name(found: Mapping[str, str]) -> str:
    shown = "; ".join(f"{article}: {what}" for article, what in list(found.items())[:_NAMED])
    return shown + (f"; and {len(found) - _NAMED} more" if len(found) > _NAMED else "")
