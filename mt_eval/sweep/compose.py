"""What is typed behind `mt-eval run`, composed by Hydra: the jobs, and who is to run them.

Hydra composes and nothing more: its published launchers take one killed job for the end of all and cannot leave out
what is finished, and the one for Ray needs cloudpickle < 3, which no longer goes with joblib. What they would do is in
`mt_eval.sweep`, and jobs leave this module as plain dataclasses, so that no worker has to know Hydra.
"""

from __future__ import annotations

import copy
import math
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_dir
from hydra.core.config_loader import ConfigLoader
from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import IntervalSweep, Override
from hydra.errors import MissingConfigException
from hydra.version import VersionBase
from omegaconf import DictConfig, OmegaConf, open_dict

from mt_eval.bundled import bundled_path, expand_home
from mt_eval.config import find_misfit, register_schemas
from mt_eval.config.options import list_groups
from mt_eval.errors import ConfigError
from mt_eval.sweep.combinations import check_values, combine, find_varied, list_options_around, name_package
from mt_eval.sweep.explain import explain_config_error, name_missing_setting
from mt_eval.sweep.jobs import Job
from mt_eval.sweep.settings import SCHEMAS as SWEEP_SCHEMAS
from mt_eval.sweep.settings import TuneSweeper
from mt_eval.sweep.typed import check_spaces, quote_texts
from mt_eval.sweep.variants import Composed, Variants, list_lines


@dataclass(frozen=True, slots=True)
class Request:
    """What a command line asks for."""

    jobs: tuple[Job, ...]
    is_sweep: bool
    launcher: Any
    """One of the dataclasses of `mt_eval.sweep.settings`."""
    sweeper: Any
    words: tuple[str, ...]
    """The overrides that all jobs have."""
    space: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    """Setting to what chooses its value for a trial, where a sweeper is to search."""
    notes: tuple[str, ...] = ()
    """Which combinations were left out, and why."""


@dataclass(frozen=True, slots=True)
class _Options:
    """What `glob(*)` finds in a group: its options, but not the schemas they start from."""

    loader: ConfigLoader

    def get_group_options(self, *asked: Any, **how: Any) -> list[str]:
        return [option for option in self.loader.get_group_options(*asked, **how) if not option.endswith("_schema")]


_LOCK = threading.RLock()
"""Hydra keeps what it composes from in one place for the whole process."""


class Composer:
    """Option files, composed as often as needed, also in several threads."""

    def __init__(self, config_dir: str | Path | None = None) -> None:
        """Compose the options of mt-eval, and those in a folder of the user's own.

        Raises:
            ConfigError: `config_dir` is not there.
        """
        self.conf = bundled_path("conf")
        self._prefix: tuple[str, ...] = ()
        self._groups = set(list_groups(self.conf))
        self._folders = [self.conf]
        self._parsed: dict[str, Override] = {}
        self._composed: dict[tuple[str, ...], Composed] = {}
        if config_dir is not None:
            own = expand_home(config_dir)
            if not own.is_dir():
                raise ConfigError(f"--config-dir {own}: there is no such folder; expected one with GROUP/OPTION.yaml")
            quoted = str(own.resolve()).replace("'", "\\'")
            self._prefix = (f"hydra.searchpath=['file://{quoted}']",)
            self._groups |= set(list_groups(own))
            self._folders.append(own)
        self._variants = Variants(self._compose, self._groups)

    def read_request(self, words: Sequence[str], *, sweep: bool) -> Request:
        """The jobs that `words` ask for: one, or under `sweep` (or an experiment that is one) every combination.

        Raises:
            ConfigError: There is no such option or setting, a value is out of its range, or several values were given
                without asking for a sweep.
        """
        check_spaces(words)
        words = [quote_texts(word, sweep=sweep) for word in words]
        with self._composing():
            parsed = self._parse(words)
            fixed = [override for override in parsed if not override.is_sweep_override()]
            if not self._has_interpolations:  # Hydra's own settings have no part in values, and jobs share what is left
                fixed = [override for override in fixed if not self._variants.is_value(override)]
            else:  # what is set in a group whose options are swept may be there in some of them alone
                packages = {name_package(override) for override in parsed if override.is_sweep_override()}
                fixed = [o for o in fixed if not any(o.get_key_element().startswith(f"{each}.") for each in packages)]
            base = self._compose_with_hydra(list_lines(fixed))
            sweeper = OmegaConf.to_object(base.hydra.sweeper)
            launcher = OmegaConf.to_object(base.hydra.launcher)
            params = getattr(sweeper, "params", None) or {}
            sweep = sweep or getattr(base.hydra.mode, "name", None) == "MULTIRUN"
            if not sweep:
                if several := [override for override in parsed if override.is_sweep_override()]:
                    raise ConfigError(
                        f"{several[0].input_line}: several values are a sweep; add -m behind `mt-eval run`, or "
                        "brackets for a list: KEY=[A,B]"
                    )
                job = self._make_job(0, words, "")
                _refuse_misfit(job)
                return Request((job,), False, launcher, sweeper, tuple(words))
            typed = {override.get_key_element() for override in parsed}
            words = [*(f"{key}={value}" for key, value in params.items() if key not in typed), *words]
            everything = [override for override in self._parse(words) if not override.is_hydra_override()]
            check_values(everything)
            if isinstance(sweeper, TuneSweeper):
                searched = {o.get_key_element(): _choose_by(o) for o in everything if o.is_sweep_override()}
                kept = [override for override in everything if not override.is_sweep_override()]
                return Request((), True, launcher, sweeper, list_lines(kept), searched)
            for override in everything:
                if override.is_sweep_override() and not override.is_discrete_sweep():
                    raise ConfigError(
                        f"{override.input_line}: an interval has no list of values; search it with hydra/sweeper=tune"
                    )
            combinations = combine(everything)
            varied = find_varied(combinations)
            labels = [" ".join(word for index, word in enumerate(each) if index in varied) for each in combinations]
            apart = self._choose_apart(everything)
            failed: Exception | None = None
            try:
                jobs = [
                    self._make_job(0, words, label or "(all defaults)", apart)
                    for words, label in zip(combinations, labels, strict=True)
                ]
            except Exception as error:
                failed = error
            if failed is not None:  # explained out of its handler: later errors would have this one in their context
                raise self._find_lack(failed, everything, combinations) or failed
        jobs, notes = _leave_out_misfits(jobs)
        return Request(tuple(jobs), True, launcher, sweeper, tuple(words), notes=notes)

    def compose_job(self, number: int, words: Sequence[str], label: str) -> Job:
        """The job of one configuration.

        Raises:
            ConfigError: See `read_request`.
        """
        with self._composing():
            job = self._make_job(number, words, label)
        _refuse_misfit(job)
        return job

    def show(self, words: Sequence[str], part: str, package: str | None, *, resolve: bool) -> None:
        """Print the composed configuration: `job`, `hydra` or `all`."""
        with self._composing():
            hydra = GlobalHydra.instance().hydra
            assert hydra is not None
            hydra.show_cfg("config", [*self._prefix, *map(quote_texts, words)], part, package, resolve)

    def _make_job(self, number: int, words: Sequence[str], label: str, apart: Collection[str] = ()) -> Job:
        for word in words:
            if word not in self._parsed:
                (self._parsed[word],) = self._parse([word])
        config = self._variants.make_config([self._parsed[word] for word in words], apart)
        overrides = tuple(word for word in words if not word.lstrip("+~").startswith("hydra"))
        return Job(number, replace(config, overrides=overrides), label)

    def _find_lack(
        self, error: Exception, overrides: Sequence[Override], combinations: Sequence[Sequence[str]]
    ) -> ConfigError | None:
        """Which options of a swept group lack the setting that `error` is about; None where none has it."""
        key = name_missing_setting(error)
        options = list_options_around(key or "", overrides)
        lacking = []
        for option in options:
            try:
                self._make_job(0, next(words for words in combinations if option in words), "")
            except MissingConfigException:  # of an option that there is not
                raise
            except Exception as other:
                if name_missing_setting(other) == key:
                    lacking.append(option)
        having = [option for option in options if option not in lacking]
        if not having:
            return None
        return ConfigError(
            f"{key}: is no setting of {', '.join(lacking)}, only of {', '.join(having)}; give each kind a "
            "command of its own, or put the setting into an option file (--config-dir)"
        )

    def _compose(self, lines: tuple[str, ...]) -> Composed:
        if lines not in self._composed:
            self._compose_with_hydra(lines)
        return self._composed[lines]

    def _compose_with_hydra(self, lines: tuple[str, ...]) -> DictConfig:
        """What Hydra composes, its own settings included."""
        whole = compose("config", [*self._prefix, *lines], return_hydra_config=True)
        choices = {str(group): str(option) for group, option in whole.hydra.runtime.choices.items()}
        config = copy.deepcopy(whole)
        with open_dict(config):
            del config["hydra"]
        choices = {group: option for group, option in choices.items() if not group.startswith("hydra/")}
        self._composed[lines] = Composed(config, choices)
        return whole

    def _choose_apart(self, overrides: Sequence[Override]) -> frozenset[str]:
        """The groups whose options are composed apart: where that takes fewer compositions than every combination."""
        options = {
            override.key_or_group: len(list(override.sweep_string_iterator()))
            for override in overrides
            if override.key_or_group in self._groups and override.is_sweep_override()
        }
        if 1 + sum(options.values()) >= math.prod(options.values()) or self._has_interpolations:
            return frozenset()
        return frozenset(options)

    @cached_property
    def _has_interpolations(self) -> bool:
        """Whether an option file names the setting or the option of another group."""
        files = (path for folder in self._folders for path in folder.rglob("*.yaml"))
        return any("${" in path.read_text(encoding="utf-8", errors="replace") for path in files)

    def _parse(self, words: Sequence[str]) -> list[Override]:
        options: Any = _Options(GlobalHydra.instance().config_loader())
        parsed: list[Override] = OverridesParser.create(options).parse_overrides(list(words))
        return parsed

    @contextmanager
    def _composing(self) -> Iterator[None]:
        """Hydra's global state is ours, and a program's own is put back; errors of Hydra's are explained."""
        with _LOCK:
            ours, base = GlobalHydra.instance(), VersionBase.instance().getbase()
            theirs, ours.hydra = ours.hydra, None
            try:
                register_schemas(SWEEP_SCHEMAS)
                with initialize_config_dir(str(self.conf), version_base="1.3", job_name="mt-eval"):
                    yield
            except Exception as error:
                explained = explain_config_error(error, self.conf)
                if explained is None or explained is error:
                    raise
                raise explained from error
            finally:
                GlobalHydra.instance().hydra = theirs
                VersionBase.instance().version_base = base


def _refuse_misfit(job: Job) -> None:
    misfit = find_misfit(job.config)
    if misfit is not None:
        raise ConfigError(misfit)


def _leave_out_misfits(jobs: Sequence[Job]) -> tuple[list[Job], tuple[str, ...]]:
    """The jobs whose settings go together, numbered from 0, and a line on the others for every reason.

    A combination that says nothing is part of many sweeps that do: `unit=sentence,window model=demo,copy`.

    Raises:
        ConfigError: There is none.
    """
    misfits = [find_misfit(job.config) for job in jobs]
    kept = [job for job, misfit in zip(jobs, misfits, strict=True) if misfit is None]
    if not kept:
        _refuse_misfit(jobs[0])
    notes = []
    for reason in dict.fromkeys(filter(None, misfits)):
        first, *more = [job.label for job, misfit in zip(jobs, misfits, strict=True) if misfit == reason]
        notes.append(f"left out: {first}{f' and {len(more)} more' if more else ''}, because {reason}")
    return [replace(job, number=number) for number, job in enumerate(kept)], tuple(notes)


def _choose_by(override: Override) -> Callable[[Any], str]:
    """How a trial of Optuna chooses the setting's value: in an interval, or among the values of any other sweep."""
    key = override.get_key_element()
    value = override.value()
    if isinstance(value, IntervalSweep):
        assert value.start is not None
        assert value.end is not None
        low, high, log = float(value.start), float(value.end), "log" in value.tags
        return lambda trial: str(trial.suggest_float(key, low, high, log=log))
    values = list(override.sweep_string_iterator())
    return lambda trial: str(trial.suggest_categorical(key, values))
