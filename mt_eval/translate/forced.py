"""How likely a leg's model finds texts that were given to it: forced decoding, batch by batch."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from mt_eval.languages.letters import is_blank
from mt_eval.likelihoods import Likelihood
from mt_eval.translate.checkpoints.hashing import check_unchanged, hash_json
from mt_eval.translate.engines.batching import plan_given
from mt_eval.translate.system import Leg, Translator

_VERSION = 1
"""Raised whenever the same text would be judged otherwise."""

NO_SOURCE = "there is no source"
LONG_SOURCE = "the source is longer than the model's positions"
LONG_TEXT = "the text is longer than the model's positions"
NO_NUMBER = "the model gave no number"


def judge_texts(
    leg: Leg, translator: Translator, sources: Sequence[str], texts: Sequence[str], progress: Callable[[int], None]
) -> list[Likelihood]:
    """How likely each of N texts is as the translation of its source, in their order.

    A text is judged as one piece, however many sentences it has. Nothing is cut to fit: what has more tokens than the
    model has positions is not judged, and says so. An empty text is judged like any other, by its end token alone.
    `progress` is called with the number of texts done.

    Raises:
        ModelError: A single text does not fit into memory, or the checkpoint was changed meanwhile.
    """
    encoded, targets = translator.encode(sources), translator.encode_given(texts)
    reasons = [
        NO_SOURCE if is_blank(source) else LONG_SOURCE if row.cut else LONG_TEXT if target.too_long else ""
        for source, row, target in zip(sources, encoded, targets, strict=True)
    ]
    found: dict[int, Likelihood] = {
        place: Likelihood(None, reason=reason) for place, reason in enumerate(reasons) if reason
    }
    places = [place for place, reason in enumerate(reasons) if not reason]
    progress(len(found))
    batches = plan_given([encoded[at] for at in places], [targets[at] for at in places], translator.given_tokens)
    for batch, rows in translator.judge(batches):
        for index, target, row in zip(batch.indices, batch.targets, rows, strict=True):
            total, place = math.fsum(row), places[index]
            found[place] = (
                Likelihood(total, len(row), target.unknown, len(texts[place]))
                if math.isfinite(total)
                else Likelihood(None, reason=NO_NUMBER)
            )
        progress(len(found))
    # Weights may be mapped into memory: they are what was hashed only if the files are still the same.
    check_unchanged(leg.name, leg.folder, leg.files)
    return [found[place] for place in range(len(texts))]


def identify_judge(leg: Leg) -> str:
    """SHA-256 over all that can change what a leg's model says of a given text.

    How a translation is searched is no part of it: a run with four beams and one with eight have the same judge.
    """
    settings = {key: leg.facts[key] for key in ("engine", "engine_version", "libraries", "dtype")}
    return hash_json(
        {
            "version": _VERSION,
            "model": leg.model,
            "source": leg.source,
            "target": leg.target,
            "language_by": leg.language_by,
            "start": leg.generation["decoder_start_token_id"],
            "positions": leg.length.positions,
            **settings,
        }
    )
