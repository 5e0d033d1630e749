"""About how long a job takes: from what former runs in its folder took, and what the translation store lacks."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mt_eval.config import UnitConfig
from mt_eval.errors import MtEvalError
from mt_eval.runs.columns import read_columns
from mt_eval.runs.paths import store_folder
from mt_eval.runs.read import read_head
from mt_eval.sweep.jobs import Job
from mt_eval.sweep.settle import read_shard
from mt_eval.translate.chain import list_texts
from mt_eval.translate.store.records import read_store
from mt_eval.translate.system import Leg
from mt_eval.types import LegWork, RunHead

if TYPE_CHECKING:
    from mt_eval.pipeline import Prepared

_OTHER_SETTINGS = 8.0
"""What another engine or numeric type counts, beside the ratio of beams, when the nearest run is looked for."""


@dataclass(frozen=True, slots=True)
class _Past:
    """What one leg of a former run did."""

    folder: Path
    head: RunHead
    work: LegWork

    def measure_distance(self, leg: Leg) -> float:
        """How far its settings are from those of `leg`: 0 for the same."""
        ours, theirs = (_count_rows(each.generation) for each in (leg, self.work))
        engine = "ctranslate2" if self.work.ctranslate2 else "transformers"
        other = (engine, self.work.dtype) != (leg.engine, leg.dtype)
        return max(ours / theirs, theirs / ours) - 1 + _OTHER_SETTINGS * other


class Estimator:
    """Estimates of many jobs; every former run is read once, and of equal settings the newest run counts."""

    def __init__(self) -> None:
        self._heads: dict[Path, list[tuple[Path, RunHead]]] = {}
        self._past: dict[Path, Mapping[str, Sequence[_Past]]] = {}
        self._characters: dict[Path, int] = {}
        self._rest: dict[tuple[Path, str | None], float] = {}
        self._texts: tuple[object, UnitConfig | None, bool, frozenset[str]] = (None, None, False, frozenset())

    def estimate_seconds(self, job: Job, prepared: Prepared) -> float | None:
        """Seconds of decoding what the store lacks, as fast as the run here with the nearest settings, and of the rest.

        Time goes with the characters of the sources, as tokens do, and with the beams. None where no former run here
        had the model, and where a server is to be asked.
        """
        heads = self._read_heads(job.runs_dir)
        lacking = self._count_lacking(job, prepared)
        total = len(prepared.pairs) * self._measure_rest(job)
        for leg, characters in zip(prepared.system.route, lacking, strict=True):
            if not characters:
                continue
            if not isinstance(leg, Leg):
                return None
            past = self._find_past(job.runs_dir).get(leg.name)
            if not past:
                return None
            nearest = min(past, key=lambda each: each.measure_distance(leg))
            decoded = nearest.work.segments_decoded / (nearest.work.segments_decoded + nearest.work.segments_from_store)
            rate = (nearest.work.decode_seconds or 0.0) / max(1.0, decoded * self._count_characters(nearest.folder))
            ours, theirs = (_count_rows(each.generation) for each in (leg, nearest.work))
            total += characters * rate * ours / theirs + (nearest.work.load_seconds or 0.0)
            total += nearest.work.preflight_seconds or 0.0
        return total if heads or any(lacking) else None

    def _read_heads(self, runs_dir: Path) -> list[tuple[Path, RunHead]]:
        if runs_dir not in self._heads:
            self._heads[runs_dir] = []
            for path in sorted(runs_dir.glob("*/run.json")):
                with contextlib.suppress(MtEvalError):  # a damaged run tells nothing
                    self._heads[runs_dir].append((path.parent, read_head(path.parent)))
        return self._heads[runs_dir]

    def _find_past(self, runs_dir: Path) -> Mapping[str, Sequence[_Past]]:
        """Model to the legs that had it, one for all with the same settings, the newest first."""
        if runs_dir not in self._past:
            newest: dict[str, dict[tuple[object, ...], _Past]] = {}
            for folder, head in sorted(self._read_heads(runs_dir), key=lambda each: each[1].finished, reverse=True):
                for work in head.translation.legs:
                    if work.decode_seconds and work.segments_decoded:
                        settings = _count_rows(work.generation), bool(work.ctranslate2), work.dtype
                        newest.setdefault(work.name, {}).setdefault(settings, _Past(folder, head, work))
            self._past[runs_dir] = {name: tuple(past.values()) for name, past in newest.items()}
        return self._past[runs_dir]

    def _count_characters(self, folder: Path) -> int:
        if folder not in self._characters:
            self._characters[folder] = sum(map(len, set(read_columns(folder).segments.sources)))
        return self._characters[folder]

    def _count_lacking(self, job: Job, prepared: Prepared) -> list[float]:
        """Characters that each leg has to translate; where its texts are not known, as many as the one before."""
        if not prepared.system.route:
            return []
        shard = read_shard(job)
        texts: Collection[str] = self._list_texts(job, prepared)
        unknown, counts = 0, []
        for leg in prepared.system.route:
            stored = read_store(store_folder(job.runs_dir), leg.identity, texts, touch=False).sentences
            unknown += sum(len(text) for text in texts if text not in stored)
            counts.append(unknown / (shard[1] if shard else 1))
            texts = {sentence.text for sentence in stored.values() if sentence.text.strip()}
        return counts

    def _list_texts(self, job: Job, prepared: Prepared) -> Collection[str]:
        """What the first leg is given; jobs with the same segment pairs come behind each other."""
        pairs, unit, by_checkpoint, texts = self._texts
        system, config = prepared.system, job.config
        first = isinstance(system.route[0], Leg)
        if pairs is not prepared.pairs or unit != config.unit or by_checkpoint != first:
            listed = list_texts(system, config, prepared.pairs, prepared.paragraphs)
            texts = frozenset(text for text in listed if text.strip())
            self._texts = prepared.pairs, config.unit, first, texts
        return texts

    def _measure_rest(self, job: Job) -> float:
        """Seconds of everything but decoding for one segment, by those of the newest run, with the same data if any."""
        heads, data = self._read_heads(job.runs_dir), job.config.choices.get("data")
        if (job.runs_dir, data) not in self._rest:
            head = max(
                (head for _, head in heads),
                default=None,
                key=lambda each: (each.choices.get("data") == data, each.finished),
            )
            rest = 0.0
            if head is not None:
                rest = sum(seconds for stage, seconds in head.seconds.items() if stage != "translate")
                rest /= max(1, head.translation.segments)
            self._rest[job.runs_dir, data] = rest
        return self._rest[job.runs_dir, data]


def _count_rows(generation: Mapping[str, Any]) -> int:
    """How many hypotheses of each text are decoded side by side: beams, or samples."""
    return max(1, *(int(generation.get(name, 1)) for name in ("num_beams", "num_return_sequences")))
