"""What a judge says of the texts of a run or of data, or of a contrastive set, from what is named to what is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from mt_eval.config import RunConfig
from mt_eval.contrast_sets import ContrastSet, read_contrast_set
from mt_eval.errors import ConfigError
from mt_eval.judging.choice import choose_judge
from mt_eval.judging.judge import (
    OUTPUT,
    REFERENCE,
    Jury,
    Progress,
    check_kind,
    find_judge,
    judge_contrast,
    judge_pairs,
    summarise,
)
from mt_eval.judging.texts import OtherTexts, read_others
from mt_eval.likelihoods import Contrast, Given, GivenRecord, GivenScore, Judge, JudgedPair
from mt_eval.runs.judgements import SCHEMA_VERSION, check_place, hash_segments, write_contrast, write_given
from mt_eval.runs.read import read_run
from mt_eval.types import Run, SegmentPair


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge says of given texts."""

    judge: Judge
    scores: tuple[GivenScore, ...] = ()
    """The references first, then a run's outputs, then other texts; none of a contrastive set."""
    records: tuple[GivenRecord, ...] = ()
    """One per segment pair, in the order of the data."""
    contrast: Contrast | None = None
    """Which contrastive set was judged."""
    contrasts: tuple[JudgedPair, ...] = ()
    """One per pair of it, in its order."""
    file: Path | None = None
    """Where a run keeps it."""
    notes: tuple[str, ...] = ()
    """What should be known of it."""


def score_run(
    folder: Path,
    words: Sequence[str],
    progress: Progress,
    *,
    texts: Sequence[OtherTexts] = (),
    contrast: Path | None = None,
    config_dir: str | Path | None = None,
) -> Judgement:
    """What a judge says of the references and outputs of the run in `folder`, kept beside it.

    Args:
        words: The judge, where it is not the run's own model: `model=nllb_600m`.
        texts: Other runs on the same data, or files of translations, that are judged too.
        contrast: A contrastive set, which is judged instead.

    Raises:
        MtEvalError: Something that is named cannot be used.
    """
    run = read_run(folder)
    config = choose_judge(run.head, run.config, words, config_dir)
    # What costs little to find out comes first: a judge may have to be downloaded.
    check_kind(config)
    check_place(folder)
    if contrast is not None:
        pairs = _read_set(contrast, config)
        jury = find_judge(config)
        judgement = _score_set(jury, pairs, progress)
        return _keep(replace(judgement, notes=(*_note_changes(jury, run), *judgement.notes)), folder)
    outputs = tuple(None if each is None else each.text for each in run.translations)
    segments = hash_segments(folder)
    others = read_others(texts, run.pairs, len(run.pairs), (REFERENCE, OUTPUT))
    jury = find_judge(config)
    judgement = _score_pairs(jury, run.pairs, {OUTPUT: outputs, **others}, progress)
    return _keep(replace(judgement, notes=(*_note_changes(jury, run), *judgement.notes)), folder, segments)


def score_data(
    config: RunConfig,
    progress: Progress,
    *,
    texts: Sequence[OtherTexts] = (),
    contrast: Path | None = None,
    output: Path | None = None,
) -> Judgement:
    """What the model of `config` says of the references of its data, and of other texts for them.

    Args:
        texts, contrast: See `score_run`.
        output: The folder that keeps it, with the names and contents that a run has it with; none does by default.

    Raises:
        MtEvalError: Something that is named cannot be used.
    """
    check_kind(config)
    if output is not None:
        check_place(output)
    if contrast is not None:
        pairs = _read_set(contrast, config)
        return _keep(_score_set(find_judge(config), pairs, progress), output)
    from mt_eval.material import gather

    material = gather(config)
    others = read_others(texts, material.pairs, len(material.pairs) + len(material.left_out), (REFERENCE, OUTPUT))
    judgement = _score_pairs(find_judge(config), material.pairs, others, progress)
    return _keep(replace(judgement, notes=(*material.notes, *judgement.notes)), output)


def _read_set(path: Path, config: RunConfig) -> ContrastSet:
    pairs = read_contrast_set(path)
    if pairs.direction != config.direction:
        raise ConfigError(
            f"{path}: its pairs are {pairs.direction}, and the judge translates {config.direction}; take a set or a "
            f"judge of the other direction: direction={pairs.direction}"
        )
    return pairs


def _score_set(jury: Jury, pairs: ContrastSet, progress: Progress) -> Judgement:
    sitting, judged = judge_contrast(jury, pairs, progress)
    contrast = Contrast(SCHEMA_VERSION, sitting.judge, pairs.name, pairs.sha256, len(judged), "")
    return Judgement(sitting.judge, contrast=contrast, contrasts=judged, notes=(*jury.system.notes, *sitting.warnings))


def _score_pairs(
    jury: Jury, pairs: Sequence[SegmentPair], texts: Mapping[str, Sequence[str | None]], progress: Progress
) -> Judgement:
    sitting, records = judge_pairs(jury, pairs, texts, progress)
    return Judgement(sitting.judge, summarise(records), records, notes=(*jury.system.notes, *sitting.warnings))


def _keep(judgement: Judgement, folder: Path | None, segments: str = "") -> Judgement:
    """The same, kept in a folder if there is one."""
    if folder is None:
        return judgement
    if judgement.contrast is not None:
        return replace(judgement, file=write_contrast(folder, judgement.contrast, judgement.contrasts))
    given = Given(SCHEMA_VERSION, judgement.judge, judgement.scores, "", segments)
    return replace(judgement, file=write_given(folder, given, judgement.records))


def _note_changes(jury: Jury, run: Run) -> tuple[str, ...]:
    """That the run's own model has other files now than those that made its outputs."""
    (leg,) = jury.system.legs
    own: list[Any] = [each for each in run.head.system.legs if each.get("name") == leg.name]
    changed = [each for each in own if any(each.get(key) != leg.facts.get(key) for key in ("files", "adapter"))]
    if not changed:
        return ()
    return (f"{leg.name}: has other files now than when {run.id} was made; what is there now judges",)
