"""What makes two runs the same experiment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from mt_eval.disk import make_component
from mt_eval.spool import skim
from mt_eval.types import SegmentPair

_VERSION = 1
"""Raised whenever the same translations of the same segments would be scored differently."""


def identify_run(
    pairs: Iterable[bytes], *, complete: bool, alignment: str, system: str, scoring: Mapping[str, Any]
) -> str:
    """SHA-256, in hexadecimal, over everything that can change the result.

    The data counts by what became of it: the texts of the segment pairs, in order, article by article, and no names.
    Loading, cleaning, segmentation and alignment, their settings and their versions, are in it by their effect, and so
    is `limit`.

    Args:
        pairs: The segment pairs that are translated and scored, as `encode_pairs` gives them, in pieces of any size.
        complete: Whether they are all of the data.
        alignment: How they were paired, as signatures say it.
        system: The identity of the translating system: weights, tokenizer, decoding, engine, numeric type.
        scoring: Plain data: direction, metrics, normalisation, version of the scoring library.
    """
    digest = hashlib.sha256()
    facts = {"version": _VERSION, "complete": complete, "alignment": alignment, "system": system, **scoring}
    digest.update(_encode(facts))
    for piece in pairs:
        digest.update(piece)
    return digest.hexdigest()


def encode_pairs(pairs: Sequence[SegmentPair]) -> Iterator[bytes]:
    """Each segment pair as it counts for identities: the number of its article, and its texts."""
    articles: dict[str, int] = {}
    for pair in skim(pairs, "article_pair_id", "source.text", "reference.text"):
        article = articles.setdefault(pair.article_pair_id, len(articles))
        texts = [[segment.text for segment in side] for side in (pair.source, pair.reference)]
        yield msgspec.json.encode([article, *texts]) + b"\n"


def name_run(what: str, direction: str, identity: str) -> str:
    """The name of a run directory: what people want to see first, then enough of the identity to be unique.

    >>> name_run("articles-demo", "vi-ar", "0123456789abcdef")
    'articles-demo-vi-ar-01234567'
    """
    return f"{make_component(what)}-{direction}-{short_identity(identity)}"


def short_identity(identity: str) -> str:
    """The part of an identity that stands in a directory's name."""
    return identity[:8]


def _encode(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
