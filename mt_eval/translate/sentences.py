"""Translate texts with one leg: what the store holds is taken from there, the rest is decoded batch by batch."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from mt_eval.languages.letters import is_blank
from mt_eval.translate.checkpoints.hashing import check_unchanged
from mt_eval.translate.engines.batching import plan_batches
from mt_eval.translate.engines.pool import LoadedModels
from mt_eval.translate.preflight import identify_preflight, run_preflight
from mt_eval.translate.store.behind import WriteBehind
from mt_eval.translate.store.records import StoreWriter, read_store, recall_preflight, remember_preflight
from mt_eval.translate.system import Batch, Leg, LegResult, Sentence


def translate_texts(
    leg: Leg,
    texts: Sequence[str],
    models: LoadedModels,
    store_dir: Path,
    progress: Callable[[int], None],
    *,
    preflight: bool = True,
) -> LegResult:
    """The translation of every text, each distinct text translated once.

    `progress` is called with the number of texts done, repeats included, first for what the store held, then after
    every batch. The model is asked of `models` only if there is something to decode. A finished batch is written to the
    store while the next one is decoded; all of them are there when this returns or is interrupted. Before the first
    batch, `preflight` translates a few sentences of its own and looks at what comes out, once for all legs of `models`
    that differ in their search alone.

    A text of nothing but white space is not given to the model, which would make something up: its translation is
    empty.
    """
    repeats: dict[str, int] = {}
    for text in texts:
        repeats[text] = repeats.get(text, 0) + 1
    stored = read_store(store_dir, leg.identity, repeats)
    sentences = dict(stored.sentences)
    sentences |= {text: Sentence("", 0, 0) for text in repeats if is_blank(text)}
    from_store = len(stored.sentences)
    done = sum(repeats[text] for text in sentences)
    progress(done)

    warnings = stored.warnings
    todo = [text for text in repeats if text not in sentences]
    facts: dict[str, Any] = {
        "name": leg.name,
        "identity": leg.identity,
        "generation": dict(leg.generation),
        "segments_from_store": from_store,
        "segments_decoded": len(todo),
    }
    if todo:
        started = time.perf_counter()
        translator = models.load(leg)
        loaded = time.perf_counter()
        if preflight:
            fit = identify_preflight(leg)
            if fit not in models.doubts:
                models.doubts[fit] = run_preflight(leg, translator)
                facts["preflight_seconds"] = round(time.perf_counter() - loaded, 3)
            remember_preflight(store_dir, leg.identity, models.doubts[fit])
            warnings += models.doubts[fit]
        started_decoding = time.perf_counter()
        wanted = [text for text in repeats if not is_blank(text)]
        encoded = translator.encode(wanted)
        # Batches are made of all texts, so that a run that goes on after a crash makes the same ones again: in batches
        # of other sizes a translation may differ by rounding.
        planned = plan_batches(encoded, leg.length, translator.batch_tokens)
        missing = [_leave_out(batch, {i for i in batch.indices if wanted[i] in sentences}) for batch in planned]
        batches = 0
        with (
            StoreWriter(store_dir, leg.identity, leg.facts) as writer,
            WriteBehind(partial(_write_checked, leg, writer)) as behind,
        ):
            for batch, results in translator.decode(batch for batch in missing if batch.sources):
                decoded = {wanted[i]: _drop_nan(sentence) for i, sentence in zip(batch.indices, results, strict=True)}
                behind.hand_over(decoded)
                sentences |= decoded
                done += sum(repeats[text] for text in decoded)
                batches += 1
                progress(done)
        warnings += translator.warnings
        facts |= translator.facts
        peak = translator.measure_peak_memory_mb()
        facts |= {
            "batches": batches,
            "load_seconds": round(loaded - started, 3),
            "decode_seconds": round(time.perf_counter() - started_decoding, 3),
            "peak_memory_mb": None if peak is None else round(peak, 1),
            "decoded_tokens_in": sum(sentences[text].tokens_in for text in todo),
            "decoded_tokens_out": sum(sentences[text].tokens_out for text in todo),
        }
    elif preflight:
        # The same run says the same, whether it decodes something or finds everything.
        warnings += recall_preflight(store_dir, leg.identity)
    return LegResult(sentences, facts, warnings)


def _write_checked(leg: Leg, writer: StoreWriter, decoded: Mapping[str, Sentence]) -> None:
    # Weights may be mapped into memory: they are what was hashed only if the files are still the same.
    check_unchanged(leg.name, leg.folder, leg.files)
    writer.append(decoded)


def _drop_nan(sentence: Sentence) -> Sentence:
    """The sentence, without scores that are no numbers, for which JSON has no word."""
    hypotheses = tuple(replace(each, score=_keep_number(each.score)) for each in sentence.hypotheses)
    return replace(sentence, score=_keep_number(sentence.score), hypotheses=hypotheses)


def _keep_number(score: float | None) -> float | None:
    return None if score is None or not math.isfinite(score) else score


def _leave_out(batch: Batch, stored: Set[int]) -> Batch:
    kept = [(i, source) for i, source in zip(batch.indices, batch.sources, strict=True) if i not in stored]
    return replace(batch, indices=tuple(i for i, _ in kept), sources=tuple(source for _, source in kept))
