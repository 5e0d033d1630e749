"""Translate texts with one leg: what the store holds is taken from there, the rest is decoded batch by batch."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mt_eval.config import DeviceConfig, TransformersEngine
from mt_eval.translate.batching import limit_new_tokens, make_batches
from mt_eval.translate.nouns import Leg, Sentence, Translator
from mt_eval.translate.preflight import run_preflight
from mt_eval.translate.store import StoreWriter, read_store


@dataclass(frozen=True, slots=True)
class LegResult:
    sentences: Mapping[str, Sentence]
    """Source text to its translation."""
    facts: Mapping[str, Any]
    warnings: tuple[str, ...]


def translate_texts(
    leg: Leg,
    texts: Sequence[str],
    engine: TransformersEngine,
    device: DeviceConfig,
    store_dir: Path,
    progress: Callable[[int], None],
    *,
    preflight: bool = True,
) -> LegResult:
    """The translation of every text, each distinct text translated once.

    `progress` is called with the number of texts done, repeats included, first for what the store held, then after
    every batch. The model is loaded only if there is something to decode, and nothing keeps it when this returns. Every
    finished batch is in the store, also when this is interrupted. Before the first batch, `preflight` translates a few
    sentences of its own and looks at what comes out.

    A text of nothing but white space is not given to the model, which would make something up: its translation is
    empty.
    """
    repeats: dict[str, int] = {}
    for text in texts:
        repeats[text] = repeats.get(text, 0) + 1
    stored = read_store(store_dir, leg.identity, repeats)
    sentences = dict(stored.sentences)
    sentences |= {text: Sentence("", 0, 0) for text in repeats if not text.strip()}
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
        translator = load_translator(leg, device)
        loaded = time.perf_counter()
        if preflight:
            warnings += run_preflight(leg, translator)
            facts["preflight_seconds"] = round(time.perf_counter() - loaded, 3)
        started_decoding = time.perf_counter()
        encoded = translator.encode(todo)
        lengths = [len(source.ids) for source in encoded]
        limits = [limit_new_tokens(length, leg.length) for length in lengths]
        batches = make_batches(lengths, limits, engine.batch_tokens)
        with StoreWriter(store_dir, leg.identity, leg.facts) as writer:
            for batch in batches:
                results = translator.translate([encoded[index] for index in batch], limits[batch[0]])
                decoded = {todo[index]: sentence for index, sentence in zip(batch, results, strict=True)}
                writer.append(decoded)
                sentences |= decoded
                done += sum(repeats[text] for text in decoded)
                progress(done)
        facts |= translator.facts
        facts |= {
            "batches": len(batches),
            "load_seconds": round(loaded - started, 3),
            "decode_seconds": round(time.perf_counter() - started_decoding, 3),
            "peak_memory_mb": round(translator.measure_peak_memory_mb(), 1),
            "decoded_tokens_in": sum(lengths),
            "decoded_tokens_out": sum(sentences[text].tokens_out for text in todo),
        }
    return LegResult(sentences, facts, warnings)


def load_translator(leg: Leg, device: DeviceConfig) -> Translator:
    """The leg, loaded and ready on the device.

    Raises:
        ModelError: The checkpoint cannot be loaded or does not know the languages.
        ConfigError: There is no such device, or it does not know the dtype.
    """
    from mt_eval.translate.engine import TransformersTranslator

    return TransformersTranslator(leg, device)
