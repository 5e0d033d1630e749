"""Translate segment pairs with one leg, or with two in a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

from mt_eval.config import RunConfig
from mt_eval.translate.engines.pool import LoadedModels
from mt_eval.translate.sentences import LegResult, translate_texts
from mt_eval.translate.system import Leg, Sentence, System, Translated
from mt_eval.types import SegmentPair, Translation


def translate_with_legs(
    system: System,
    config: RunConfig,
    pairs: Sequence[SegmentPair],
    store_dir: Path,
    progress: Callable[[int, int], None],
    models: LoadedModels | None,
) -> Translated:
    """The pairs' translations by the system's legs, each of which translates what the one before it made.

    Without `models`, which keeps the models for further runs, the second leg is loaded when the first one is done and
    freed.
    """
    legs = system.legs
    if models is not None:
        models.begin(legs, system.engine, config.device)
    sources = [segment.text for pair in pairs for segment in pair.source]
    total = len(sources) * len(legs)
    texts = sources
    results: list[LegResult] = []
    warnings = [warning for leg in legs for warning in leg.warnings]
    for number, leg in enumerate(legs):
        finished = number * len(sources)
        with nullcontext(models) if models is not None else LoadedModels() as held:
            if models is None:
                held.begin([leg], system.engine, config.device)
            result = translate_texts(
                leg,
                texts,
                held,
                store_dir,
                lambda done, finished=finished: progress(finished + done, total),  # type: ignore[misc]
                preflight=config.preflight,
            )
        results.append(result)
        warnings += result.warnings
        warnings += _warn(leg, [result.sentences[text] for text in texts])
        texts = [result.sentences[text].text for text in texts]
    translations = tuple(_join(pair, [result.sentences for result in results]) for pair in pairs)
    facts = {"segments": len(sources), "legs": [dict(result.facts) for result in results]}
    return Translated(translations, facts, tuple(warnings))


def _join(pair: SegmentPair, legs: Sequence[Mapping[str, Sentence]]) -> Translation | None:
    """One translation from those of the pair's source segments.

    Tokens in are the first leg's, tokens out and score the last one's; it is truncated or cut if any leg's is.
    """
    if not pair.source:
        return None
    chains: list[list[Sentence]] = []
    for segment in pair.source:
        chain: list[Sentence] = []
        text = segment.text
        for sentences in legs:
            chain.append(sentences[text])
            text = chain[-1].text
        chains.append(chain)
    scores = [chain[-1].score for chain in chains]
    return Translation(
        segment_pair_id=pair.id,
        text=_space(chain[-1].text for chain in chains),
        pivot_text=_space(chain[0].text for chain in chains) if len(legs) > 1 else None,
        tokens_in=sum(chain[0].tokens_in for chain in chains),
        tokens_out=sum(chain[-1].tokens_out for chain in chains),
        truncated=any(sentence.truncated for chain in chains for sentence in chain),
        source_cut=any(sentence.source_cut for chain in chains for sentence in chain),
        score=None if any(score is None for score in scores) else sum(score for score in scores if score is not None),
    )


def _space(texts: Iterable[str]) -> str:
    return " ".join(text for text in texts if text)


def _warn(leg: Leg, sentences: Sequence[Sentence]) -> list[str]:
    warnings = []
    cut = sum(sentence.source_cut for sentence in sentences)
    truncated = sum(sentence.truncated for sentence in sentences)
    if cut:
        warnings.append(
            f"{leg.name}: {cut} of {len(sentences)} sources are longer than the model's {leg.length.positions} "
            "positions; only their beginning was translated"
        )
    if truncated:
        warnings.append(
            f"{leg.name}: {truncated} of {len(sentences)} translations were stopped by the length limit "
            "(decoding.max_new_tokens_factor, decoding.max_new_tokens_offset)"
        )
    return warnings
