"""The straight line: articles in, a scored run out. Only this module joins the stages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from mt_eval import translate
from mt_eval.bundled import expand_home
from mt_eval.config import MetricsConfig, PivotModel, RunConfig, UnitKind, to_plain
from mt_eval.diagnose import judge_articles
from mt_eval.flagging import flag_translations
from mt_eval.material import Material, Stopwatch, gather
from mt_eval.placement import PROJECTION, Placement, place_units
from mt_eval.runs.identity import identify_run, name_run
from mt_eval.runs.paths import SCHEMA_VERSION, store_folder
from mt_eval.runs.provenance import describe_environment, find_version
from mt_eval.runs.write import make_head
from mt_eval.score.resample import FEWEST_ARTICLES
from mt_eval.scoring import score_run
from mt_eval.spool import skim
from mt_eval.text.clean import Change
from mt_eval.text.segment import split_text
from mt_eval.translate.units import make_units, name_unit, warn_about_units
from mt_eval.types import ArticleFacts, Kind, Run, SegmentPair


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that is known before a model is loaded, and enough to tell whether the run exists already."""

    run_id: str
    identity: str
    system: translate.System
    pairs: Sequence[SegmentPair]
    pivot_references: tuple[str, ...]
    """Per segment pair the human version in the language of a pivot; empty where there is none."""
    total_pairs: int
    """How many segment pairs the data has; `pairs` holds fewer of them under `limit`."""
    alignment: str
    """How the pairs were made: `gold`, `auto`, `lines`, or several of these joined by `+`; `none` where no
    article has a reference."""
    rest: tuple[SegmentPair, ...]
    """Where `limit` divides an article whose whole translation is there, the segment pairs that are left of it: they
    tell which text is theirs, and are neither translated nor scored."""
    cleaning: Mapping[str, tuple[Change, ...]]
    """Article id to what cleaning did."""
    articles: Mapping[str, ArticleFacts]
    """Article id to its title and paragraphs."""
    inputs: Mapping[str, str]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    seconds: Mapping[str, float]

    @property
    def every_pair(self) -> Sequence[SegmentPair]:
        """The segment pairs and the rest of them."""
        return (*self.pairs, *self.rest) if self.rest else self.pairs

    @property
    def paragraphs(self) -> dict[str, tuple[int, ...]]:
        """Article id to where its paragraphs begin."""
        return {name: facts.paragraphs for name, facts in self.articles.items()}


def prepare(config: RunConfig, material: Material | None = None) -> Prepared:
    """Load, clean, segment and align the data, and find the model, without loading it.

    Args:
        material: What `gather` made of a configuration with the same data; it is made where it is not given.

    Raises:
        MtEvalError: Anything in the inputs that cannot be used.
    """
    material = gather(config) if material is None else material
    watch = Stopwatch(dict(material.seconds))
    with watch.stage("locate model"):
        system = translate.locate(config, material.articles)
    kept = material.pairs
    rest = tuple(
        pair
        for pair in material.left_out
        if system.articles is not None and pair.article_pair_id == kept[-1].article_pair_id
    )
    pivot = material.pivot_references
    together = config.unit.kind is not UnitKind.sentence
    paragraphs = {name: facts.paragraphs for name, facts in material.facts.items()}
    units = make_units(kept, config.unit, paragraphs) if together else ()
    identity = identify_run(
        material.encode_pairs(),
        complete=not material.left_out,
        alignment=material.alignment,
        system=system.identity,
        scoring={
            "direction": config.direction,
            "metrics": _describe_metrics(config.metrics),
            "normalize": to_plain(config.normalize),
            "sacrebleu": find_version("sacrebleu"),
            **({"pivot": pivot} if pivot else {}),
            **({"projection": [PROJECTION, *_list_texts(rest)]} if system.is_placed else {}),
            **({"unit": [name_unit(config.unit), [unit.text for unit in units]]} if together else {}),
        },
    )
    return Prepared(
        run_id=name_run(
            config.name
            or f"{config.choices.get('data', 'data')}-{system.label}"
            + (f"-{name_unit(config.unit)}" if together else ""),
            config.direction,
            identity,
        ),
        identity=identity,
        system=system,
        pairs=kept,
        pivot_references=pivot,
        total_pairs=len(kept) + len(material.left_out),
        alignment=material.alignment,
        rest=rest,
        cleaning=material.cleaning,
        articles=material.facts,
        inputs=material.inputs,
        notes=(*material.notes, *system.notes),
        warnings=(*material.warnings, *warn_about_units(units, config.unit, material.alignment)),
        seconds=watch.seconds,
    )


def evaluate(
    config: RunConfig,
    prepared: Prepared,
    progress: Callable[[int, int], None],
    models: translate.LoadedModels | None = None,
) -> Run:
    """Translate and score what was prepared.

    Args:
        progress: Called with segments done and segments in all, after every batch.
        models: Keeps the loaded models for the next run; without it they are freed.
    """
    started = datetime.now(UTC)
    watch = Stopwatch(dict(prepared.seconds))
    translated, placement = translate_prepared(config, prepared, progress, models, watch)
    with watch.stage("score"):
        scored = score_run(
            config,
            prepared.pairs,
            placement,
            alignment=prepared.alignment,
            complete_articles=len(prepared.pairs) == prepared.total_pairs,
            pivot_references=prepared.pivot_references,
        )
    with watch.stage("diagnose"):
        flags = flag_translations(
            prepared.pairs,
            placement.translations,
            config.source_lang,
            config.target_lang,
            is_placed=bool(placement.projection),
            chatter=translated.chatter,
            refused=translated.refused,
        )
        odd = judge_articles(prepared.pairs, placement.outputs, config.source_lang, config.target_lang)
    return Run(
        head=make_head(
            {
                "schema_version": SCHEMA_VERSION,
                "id": prepared.run_id,
                "identity": prepared.identity,
                "started": started.isoformat(timespec="seconds"),
                "finished": datetime.now(UTC).isoformat(timespec="seconds"),
                "choices": dict(config.choices),
                "system": {
                    "label": prepared.system.label,
                    "identity": prepared.system.identity,
                    **prepared.system.facts,
                },
                "translation": dict(translated.facts),
                "alignment": prepared.alignment,
                "projection": placement.projection,
                "additions": dict(placement.additions),
                "order": dict(placement.order),
                "inputs": dict(prepared.inputs),
                "cleaning": {name: _describe_changes(changes) for name, changes in prepared.cleaning.items()},
                "articles": {name: asdict(facts) for name, facts in prepared.articles.items()},
                "seconds": {stage: round(seconds, 3) for stage, seconds in watch.seconds.items()},
                "environment": describe_environment(),
                "notes": prepared.notes,
                "warnings": (
                    *prepared.warnings,
                    *_warn_about_size(prepared),
                    *translated.warnings,
                    *placement.warnings,
                    *odd,
                    *scored.warnings,
                ),
            }
        ),
        config=to_plain(config),
        pairs=prepared.pairs,
        translations=placement.translations,
        scores=scored.scores,
        segment_scores=scored.segment_scores,
        flags=flags,
        hypotheses=translated.hypotheses,
        statistics=scored.statistics,
    )


def translate_prepared(
    config: RunConfig,
    prepared: Prepared,
    progress: Callable[[int, int], None],
    models: translate.LoadedModels | None = None,
    watch: Stopwatch | None = None,
) -> tuple[translate.Translated, Placement]:
    """What the system made of what was prepared, and which of it belongs to which segment pair.

    Args:
        progress, models: As in `evaluate`.
        watch: Told how long both took.
    """
    watch = watch or Stopwatch()
    with watch.stage("translate"):
        translated = translate.translate_pairs(
            config,
            prepared.every_pair,
            store_folder(expand_home(config.runs_dir)),
            progress,
            total_pairs=prepared.total_pairs,
            system=prepared.system,
            models=models,
            paragraphs=prepared.paragraphs,
            split=split_text,
        )
    if translated.units is None:
        return translated, Placement(translated.translations)
    with watch.stage("project"):
        placement = place_units(
            prepared.every_pair,
            translated.units,
            config.source_lang,
            config.target_lang,
            kept=len(prepared.pairs),
            via=config.model.via if isinstance(config.model, PivotModel) else None,
            pivot_references=prepared.pivot_references,
        )
    return translated, placement


def _describe_metrics(metrics: MetricsConfig) -> dict[str, Any]:
    """What is scored, for a run's identity; settings that came later do not count where they are as it was before."""
    plain: dict[str, Any] = to_plain(metrics)
    for external in plain["external"]:
        for key, before in (("needs_reference", True), ("function", None)):
            if external[key] == before:
                del external[key]
    return plain


def _list_texts(pairs: Sequence[SegmentPair]) -> list[list[str]]:
    return [[pair.source_text, pair.reference_text] for pair in pairs]


def _describe_changes(changes: Sequence[Change]) -> list[dict[str, Any]]:
    return [
        {"step": change.step, "line": change.line, "before": change.before, "after": change.after} for change in changes
    ]


def _warn_about_size(prepared: Prepared) -> tuple[str, ...]:
    """How little few articles prove; nothing where documents are not told apart, which is said elsewhere."""
    known = skim(prepared.pairs, "article_pair_id", "kind")
    counts = Counter(pair.article_pair_id for pair in known if pair.kind is Kind.ALIGNED)
    aligned, articles = counts.total(), len(counts)
    if not aligned or articles >= FEWEST_ARTICLES or (articles == 1 and prepared.alignment == "lines"):
        return ()
    if articles == 1:
        return (
            f"one article with {aligned} aligned segments proves little: intervals tell how scores vary over its "
            "sentences, not how the system does on other articles; to claim something of a system, use ten or more",
        )
    return (f"{articles} articles are few: intervals tell how scores vary over sentences, not over articles",)
