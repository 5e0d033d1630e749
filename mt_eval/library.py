"""What `import mt_eval` offers. Every function imports what it needs when it is called, prints nothing, never ends the
program, and raises children of `MtEvalError` alone for what its caller can mend.

`progress` is called after every batch of a run in work, `log` with every line that `mt-eval run` would print.
"""

from __future__ import annotations

TYPE_CHECKING = False  # for type checkers it is true, as typing's, whose import is most of what ours would cost
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from pandas import DataFrame

    from mt_eval.align.groups import AlignedGroup
    from mt_eval.compare.chosen import AnyRun
    from mt_eval.compare.result import Comparisons
    from mt_eval.config import RunConfig
    from mt_eval.judging.score import Judgement
    from mt_eval.runs.columns import RunColumns
    from mt_eval.runs.outcomes import Outcome
    from mt_eval.sweep.watch import Progress
    from mt_eval.types import Flag, Run, Score


def compose(*overrides: str, config_dir: str | Path | None = None) -> RunConfig:
    """The configuration that `mt-eval run` would make of the same groups and settings.

    >>> config = compose("model=copy", "direction=ar-vi")
    >>> config.direction, config.decoding.num_beams
    ('ar-vi', 4)

    Args:
        config_dir: A folder with options of your own (`DIR/model/mine.yaml` makes `model=mine`).

    Raises:
        ConfigError: There is no such option or setting, or a value is out of its range.
    """
    from mt_eval.arguments import take_words
    from mt_eval.sweep.compose import Composer

    return Composer(config_dir).read_request(take_words(overrides, "overrides"), sweep=False).jobs[0].config


def evaluate(
    config: RunConfig,
    *,
    progress: Callable[[Progress], None] | None = None,
    log: Callable[[str], None] | None = None,
) -> Run:
    """The run of this configuration: made and written, or read if it is there. One that another process makes is
    waited for.

    Raises:
        MtEvalError: The run cannot be made.
    """
    from mt_eval.config import RunConfig
    from mt_eval.errors import ConfigError
    from mt_eval.sweep.front import do_one
    from mt_eval.sweep.watch import Watch

    if not isinstance(config, RunConfig):
        raise ConfigError(f"{config!r:.100}: expected a configuration; give what `mt_eval.compose` returns")
    watch = Watch(log=log, progress=progress)
    outcome = do_one(config, watch)
    watch.check()
    if outcome.folder is None:
        raise ConfigError(f"data.shard={config.data.shard} leaves no run, only translations; use `mt_eval.sweep`")
    return read_run(outcome.folder)


def sweep(
    *overrides: str,
    config_dir: str | Path | None = None,
    progress: Callable[[Progress], None] | None = None,
    log: Callable[[str], None] | None = None,
) -> tuple[Outcome, ...]:
    """What became of every job of a sweep, in their order. A job that fails stops no other.

    Args:
        overrides: As behind `mt-eval run -m`; values separated by commas are combined. `hydra/launcher=joblib` and the
            like have the jobs done by workers.
        config_dir: See `compose`.

    Raises:
        ConfigError: See `compose`; or the launcher cannot be used.
    """
    from mt_eval.arguments import take_words
    from mt_eval.sweep.compose import Composer
    from mt_eval.sweep.front import do_request
    from mt_eval.sweep.watch import Watch

    composer = Composer(config_dir)
    request = composer.read_request(take_words(overrides, "overrides"), sweep=True)
    watch = Watch(log=log, progress=progress)
    outcomes = tuple(do_request(request, composer, watch)[1])
    watch.check()
    return outcomes


def read_run(folder: str | Path) -> Run:
    """The run kept in a run directory.

    Raises:
        RunError: It is no run directory, or it is damaged.
    """
    from dataclasses import replace
    from pathlib import Path

    from mt_eval.arguments import take_path
    from mt_eval.runs.read import read_run

    path = Path(take_path(folder, "the folder"))
    return replace(read_run(path), folder=path)


def find_runs(*names: AnyRun, where: Mapping[str, object] | None = None) -> tuple[RunColumns, ...]:
    """The runs at paths, in folders of runs and behind globs, each once; `runs` if nothing is named.

    Args:
        where: Settings (`decoding.num_beams`) or groups (`model`) to the value, or option, that a run must have.

    Raises:
        RunError: There is no run there, none is left by `where`, or one cannot be read.
    """
    from mt_eval.arguments import take_conditions, take_names
    from mt_eval.compare.chosen import find_named
    from mt_eval.runs.settings import format_setting

    conditions = [f"{key}={format_setting(value)}" for key, value in take_conditions(where or {}).items()]
    return tuple(find_named(take_names(names or ("runs",)), conditions))


def compare(
    runs: str | Path | Sequence[AnyRun],
    *,
    level: str = "segment",
    intersect: bool = False,
    baseline: int | str | Path = 0,
    metrics: Sequence[str] = (),
    test: str = "bootstrap",
    unit: str = "auto",
    samples: int = 10_000,
    seed: int = 1,
    all_pairs: bool = False,
    margin: float | None = None,
    details: bool | None = None,
    segments: int = 3,
    labels: Mapping[str, str] | None = None,
    trust_utility: bool = False,
) -> Comparisons:
    """Runs on the same data held against each other: scores, differences with tests, verdicts.

    Args:
        runs: What `find_runs` or `read_run` gave, or names of run directories, folders of them, or globs.
        level: Of the scores: `segment` or `article`.
        intersect: Compare on the segments that all runs share.
        baseline: What the others are held against: a place among the runs, or a run's folder, name or label.
        metrics: Those to compare; all that the runs share by default.
        test: `bootstrap` or `randomization`.
        unit: What is resampled: `article`, `segment`, or `auto`.
        samples: Resamples.
        all_pairs: Every run against every other.
        margin: A tie lies within so many points; by metric if not given.
        details: Whether to tell where the differences come from; by default of two runs only.
        segments: How many segments are named that lose most, and that gain most.
        labels: A run's folder or name to what it is to be called.
        trust_utility: Verdicts also by a metric that a run chose its translations by (`decoding=mbr`), or its kind.

    Raises:
        RunError: A run cannot be read, or the runs cannot be compared.
        ConfigError: A value is not possible.
    """
    from dataclasses import replace
    from os import PathLike

    from mt_eval.arguments import check_list, take_labels, take_words
    from mt_eval.compare.chosen import choose_runs
    from mt_eval.compare.contrast import Plan, compare_systems
    from mt_eval.errors import ConfigError
    from mt_eval.types import Level

    if level not in list(Level):
        raise ConfigError(f"level={level} is not possible: expected one of {', '.join(Level)}")
    if not isinstance(runs, str | PathLike):
        check_list(runs, "runs")
    plan = Plan(0, test, unit, samples, seed, all_pairs, margin, details, segments)
    chosen = choose_runs(
        runs,
        baseline=baseline,
        metrics=take_words(metrics, "metrics"),
        level=Level(level),
        intersect=intersect,
        trust_utility=trust_utility,
        names=take_labels(labels),
    )
    return compare_systems(chosen.evidence, replace(plan, baseline=chosen.baseline))


def score(
    translations: Sequence[str],
    references: Sequence[str],
    *,
    lang: str,
    documents: Sequence[str] | None = None,
    metrics: Sequence[str] = (),
    samples: int = 1000,
    seed: int = 1,
) -> tuple[Score, ...]:
    """Scores of N translations beside N references, with 95% intervals, as runs have them; no run or model is needed.

    Level segment is the corpus score of all segments, level article that of whole documents. A pair with an empty
    reference does not count, an empty translation does.

    >>> headline = score(["xin chào bạn"], ["xin chào bạn"], lang="vi")[0]
    >>> headline.metric, headline.value
    ('chrF++', 100.0)

    Args:
        lang: Two-letter code of the language of both.
        documents: The document of each segment, those of one together; all are of one document by default.
        metrics: Names; all but TER by default.
        samples: Resamples behind the intervals; 0 leaves them out.

    Raises:
        DataError: The sides differ in number, or no reference has text.
        ConfigError: There is no such metric.
    """
    from mt_eval.arguments import check_list, take_code, take_texts, take_words
    from mt_eval.config import MetricsConfig
    from mt_eval.metrics import DEFAULT_METRICS
    from mt_eval.score.texts import score_texts

    sides = [take_texts(side, what) for side, what in ((translations, "translations"), (references, "references"))]
    settings = MetricsConfig(list(take_words(metrics, "metrics") or DEFAULT_METRICS), samples=samples, seed=seed)
    if documents is not None:
        check_list(documents, "documents")
    names = None if documents is None else [str(name) for name in documents]
    return score_texts(sides[0], sides[1], take_code(lang, "lang"), settings, names)


def score_given(
    data: str | Path | Run | RunConfig,
    *judge: str,
    texts: Sequence[str | Path] = (),
    labels: Mapping[str, str] | None = None,
    contrast: str | Path | None = None,
    config_dir: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Judgement:
    """How likely a model finds the references of a run or of data, a run's outputs, and other given texts.

    What is said of a run is kept in its directory, as `mt-eval score-given` does.

    Args:
        data: A run, or its directory; or a configuration of data, whose model is the judge then.
        judge: Another model than the run's own: `"model=nllb_600m"`, `"engine=ctranslate2"`.
        texts: Other runs on the same data, or files of translations.
        labels: One of those texts to what it is called.
        contrast: A contrastive set, whose pairs are judged instead.
        config_dir: See `compose`.
        progress: Called with texts judged and texts in all.

    Raises:
        MtEvalError: Something that is named cannot be used, or the model cannot be run.
    """
    from pathlib import Path

    from mt_eval.arguments import check_list, take_labels
    from mt_eval.config import RunConfig
    from mt_eval.errors import ConfigError, RunError
    from mt_eval.judging.score import score_data, score_run
    from mt_eval.judging.texts import name_texts
    from mt_eval.types import Run

    pairs = None if contrast is None else Path(contrast)
    check_list(texts, "texts")
    others = name_texts([Path(path) for path in texts], take_labels(labels))
    tell = progress or (lambda done, total: None)
    if isinstance(data, str | Path | Run):
        folder = data.folder if isinstance(data, Run) else Path(data)
        if folder is None:
            raise RunError(f"{data}: this run is in no run directory; give one that `mt_eval.read_run` read")
        return score_run(folder, judge, tell, texts=others, contrast=pairs, config_dir=config_dir)
    if not isinstance(data, RunConfig):
        raise ConfigError(f"data={data!r:.100}: expected a run, its directory, or what `mt_eval.compose` returns")
    if judge:
        raise ConfigError(f"{judge[0]}: the configuration has a model; give the judge to `compose`")
    return score_data(data, tell, texts=others, contrast=pairs)


def align(
    source_sentences: Sequence[str], reference_sentences: Sequence[str], source_lang: str, reference_lang: str
) -> tuple[AlignedGroup, ...]:
    """Which sentences of two versions of one article belong together, in reading order; each is in one group.

    >>> [group.source for group in align(["Xin chào.", "Năm 2024."], ["مرحبا.", "عام 2024."], "vi", "ar")]
    [(0,), (1,)]

    Raises:
        AlignmentError: A sentence is empty.
    """
    from mt_eval.align.sentences import align_sentences
    from mt_eval.arguments import take_code, take_texts

    source, reference = (
        take_texts(side, what)
        for side, what in ((source_sentences, "source_sentences"), (reference_sentences, "reference_sentences"))
    )
    langs = take_code(source_lang, "source_lang"), take_code(reference_lang, "reference_lang")
    return align_sentences(source, reference, *langs)


def diagnose(source: str, translation: str, source_lang: str, target_lang: str) -> tuple[Flag, ...]:
    """What looks wrong with one translation, without a reference.

    In a run, all translations together teach the words by which `omitted` and `added` sentences are told; here it is
    done by what is known of the two languages beforehand.

    >>> [str(flag) for flag in diagnose("Năm 2024.", "عام 2023.", "vi", "ar")]
    ['numbers: 2024 is missing; 2023 was added']
    """
    from mt_eval.arguments import take_code, take_text
    from mt_eval.flagging import flag_text

    texts = take_text(source, "source"), take_text(translation, "translation")
    return flag_text(*texts, take_code(source_lang, "source_lang"), take_code(target_lang, "target_lang"))


def frame_runs(*names: AnyRun | Sequence[AnyRun], segments: bool = False) -> DataFrame:
    """Runs as a pandas frame, one row each: scores with their intervals, how much is flagged, and every setting.

    Args:
        names: Run directories, folders of them, or globs; or what `find_runs` or `read_run` gave.
        segments: One row per run and segment pair instead, with texts, scores and flags.

    Raises:
        RunError: There is no run at one of the names, or one cannot be read.
    """
    from mt_eval.arguments import take_names
    from mt_eval.export.frames import frame_runs

    return frame_runs(*take_names(names), segments=segments)
