"""What runs are called: by what differs between their configurations, not by their folders."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from typing import Any

from mt_eval.errors import RunError
from mt_eval.runs.columns import RunColumns
from mt_eval.runs.identity import short_identity
from mt_eval.runs.settings import SENTENCE, describe_unit, flatten, format_setting

_SAME_SYSTEM = (
    "name",
    "tags",
    "runs_dir",
    "force",
    "limit",
    "preflight",
    "data.",
    "metrics.",
    "normalize.",
    "tracker.",
    "report",
    "model.",
    "decoding.n_best",
)
"""Settings that say nothing of the system: what it translates, how that is scored and kept. What `model` says is in the
system's own name."""


_NOT_DECODED = ("hypotheses", "articles", "copy")
"""Kinds of systems that are no model of ours."""
_OF_DECODING = ("decoding", "engine.", "device.", "unit")
"""Settings of models alone."""
_MBR = "mbr"
_OF_BEAMS = ("decoding.num_beams", "decoding.length_penalty")
"""Settings of a search, which means nothing to what is drawn."""
_UNHEEDED = object()
"""Stands for the value of a setting that a run's system does not heed."""

_MOST_NAMED = 2
"""Systems of a note that are named beside others."""
_SIZES = {"sentence": "1 ", "window of ": "2 ", "paragraph": "3 ", "article": "4 "}
"""What a model was given at once, as labels say it, to its place in their order."""
_UNIT = re.compile(rf"(?<!\S)unit=({'|'.join(_SIZES)})")


def label_runs(runs: Sequence[RunColumns]) -> list[str]:
    """One label per run, all different: names of the systems where they differ, then `key=value` of what else does.

    A setting is shown where runs of one name differ in it; `note_other_settings` tells the others. Names that people
    gave to all runs are their labels, where they differ. Runs that differ in nothing of this get the beginning of their
    identity behind it, then their folder.
    """
    given = [str(run.config.get("name") or "") for run in runs]
    if all(given) and len(set(given)) == len(given):
        return given
    names = name_systems(runs)
    if all(run.head.system.kind in ("hypotheses", "articles") for run in runs):
        names = shorten(names)
    settings = _list_effective(runs)
    differing = [key for key in _list_keys(settings) if _differ(settings, key)]
    told = _list_told(names, settings)
    shown = [key for key in differing if not key.startswith(_SAME_SYSTEM) and key in told]
    told_of_each = _leave_out_usual_unit(names, settings)
    labels = _join(names, told_of_each, shown)
    if len(set(labels)) < len(labels):
        of_models = [key for key in differing if key.startswith("model.") and key in told]
        labels = _join(names, _leave_out_same(names, told_of_each, of_models), shown + of_models)
    for last_resort in ([short_identity(run.head.identity) for run in runs], [str(run.folder) for run in runs]):
        counts = Counter(labels)
        labels = [
            label if counts[label] == 1 else f"{label} ({mark})"
            for label, mark in zip(labels, last_resort, strict=True)
        ]
    return labels


def name_systems(runs: Sequence[RunColumns]) -> list[str]:
    """The system of each run: as people named the run, or as the system is called.

    Of systems of one name, such as a model and the same one behind a server, each has the option it was chosen by
    behind it, unless that is the name itself.
    """
    names = [str(run.config.get("name") or run.head.label) for run in runs]
    options = [str(run.head.choices.get("model", "")) for run in runs]
    chosen: dict[str, set[str]] = {}
    for name, option in zip(names, options, strict=True):
        chosen.setdefault(name, set()).add(option)
    return [
        name if len(chosen[name]) == 1 or option in ("", name) else f"{name} ({option})"
        for name, option in zip(names, options, strict=True)
    ]


def note_other_settings(runs: Sequence[RunColumns], labels: Sequence[str]) -> list[str]:
    """The settings in which systems differ and which their labels do not say, in one sentence; none where all do."""
    settings = _list_effective(runs)
    told = _list_told(name_systems(runs), settings)
    hidden = [
        key
        for key in _list_keys(settings)
        if not key.startswith(_SAME_SYSTEM) and key not in told and _differ(settings, key)
    ]
    if not hidden:
        return []
    return [f"systems differ in more than their models: {'; '.join(_say(key, labels, settings) for key in hidden)}"]


def _say(key: str, labels: Sequence[str], settings: Sequence[Mapping[str, Any]]) -> str:
    """Which systems have which value of a setting; the most frequent one last, without names where these are many."""
    values: dict[str, list[str]] = {}
    for label, each in zip(labels, settings, strict=True):
        if each.get(key) is not _UNHEEDED:
            values.setdefault(format_setting(each.get(key)), []).append(label)
    *rare, (usual, systems) = sorted(values.items(), key=lambda item: len(item[1]))
    last = ", ".join(systems) if len(systems) <= _MOST_NAMED else "the others"
    named = [f"{value} for {', '.join(found)}" for value, found in rare]
    return f"{key} is {', '.join(named)}, and {usual} for {last}"


def _list_told(names: Sequence[str], settings: Sequence[Mapping[str, Any]]) -> set[str]:
    """The settings in which runs of one name differ."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for name, each in zip(names, settings, strict=True):
        groups.setdefault(name, []).append(each)
    return {key for group in groups.values() for key in _list_keys(group) if _differ(group, key)}


def rename(labels: Sequence[str], given: Mapping[str, str], find: Callable[[str], int]) -> list[str]:
    """The labels, with the names that were given in their place.

    Args:
        given: A system, however `find` knows it, to what it is to be called.
        find: The place of a system among the labels.

    Raises:
        RunError: A name is empty, or two systems would be called the same.
    """
    renamed = list(labels)
    for system, name in given.items():
        if not name.strip():
            raise RunError(f"label {system}=: is empty, expected a name; write {system}=NAME")
        renamed[find(system)] = name
    twice = [name for name, times in Counter(renamed).items() if times > 1]
    if twice:
        raise RunError(f"label {twice[0]}: two systems would be called so, expected another name for each; rename one")
    return renamed


def sort_naturally(labels: Sequence[str]) -> list[int]:
    """The places of the labels in the order people expect: numbers in them by size, and so is what a model was given.

    >>> sort_naturally(["num_beams=8", "num_beams=16", "num_beams=1"])
    [2, 0, 1]
    >>> sort_naturally(["unit=article", "unit=window of 8", "unit=sentence", "unit=window of 2"])
    [2, 3, 1, 0]
    """

    def key(place: int) -> list[tuple[bool, int, str]]:
        pieces = re.findall(r"\d+|\D+", _UNIT.sub(lambda match: f"unit={_SIZES[match[1]]}", labels[place]))
        return [(piece.isdecimal(), int(piece) if piece.isdecimal() else 0, piece) for piece in pieces]

    return sorted(range(len(labels)), key=key)


def _flatten(config: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, with what a model was given at once and how it was decoded among them, which old runs have, too."""
    settings = {key: value for key, value in flatten(config).items() if not key.startswith("unit.")}
    search = "greedy" if settings.get("decoding.num_beams") == 1 else "beam"
    chooses = "decoding.candidates" in settings
    return {"decoding": _MBR if chooses else search, **settings, "unit": describe_unit(config)}


def _list_effective(runs: Sequence[RunColumns]) -> list[dict[str, Any]]:
    """The settings of each run that its system heeds.

    Those that only `decoding=mbr` has nobody else heeds; where nobody chooses, the number of beams says it all.
    """
    settings = [_list_heeded(run) for run in runs]
    chosen = [each for each in settings if each["decoding"] == _MBR]
    of_choice = [key for each in chosen for key in each if key.startswith("decoding.")]
    told = {} if chosen else {"decoding": _UNHEEDED}
    return [{**each, **{key: each.get(key, _UNHEEDED) for key in of_choice}, **told} for each in settings]


def _list_heeded(run: RunColumns) -> dict[str, Any]:
    """The settings of a run that its system heeds: what was translated elsewhere, or by a server, is decoded there."""
    settings = _flatten(run.config)
    unheeded: tuple[str, ...] = _OF_DECODING if run.head.system.kind in _NOT_DECODED else ()
    if run.head.system.kind == "server":
        unheeded = tuple(prefix for prefix in _OF_DECODING if prefix != "unit")
    if settings.get("decoding.candidates_from") == "sample":
        unheeded += _OF_BEAMS
    return {key: _UNHEEDED if key.startswith(unheeded) else value for key, value in settings.items()}


def _leave_out_usual_unit(names: Sequence[str], settings: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The settings, without that a system was given sentences where it was never given anything else."""
    units: dict[str, set[Any]] = {}
    for name, each in zip(names, settings, strict=True):
        units.setdefault(name, set()).add(each.get("unit"))
    return [
        {**each, "unit": _UNHEEDED} if units[name] == {SENTENCE} else each
        for name, each in zip(names, settings, strict=True)
    ]


def _leave_out_same(
    names: Sequence[str], settings: Sequence[Mapping[str, Any]], keys: Sequence[str]
) -> list[Mapping[str, Any]]:
    """The settings, without those of `keys` in which the runs of one name agree, which do not tell them apart."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for name, each in zip(names, settings, strict=True):
        groups.setdefault(name, []).append(each)
    return [
        {**each, **{key: _UNHEEDED for key in keys if not _differ(groups[name], key)}}
        for name, each in zip(names, settings, strict=True)
    ]


def _differ(settings: Sequence[Mapping[str, Any]], key: str) -> bool:
    """Whether not all who heed a setting have the same."""
    return len({format_setting(each.get(key)) for each in settings if each.get(key) is not _UNHEEDED}) > 1


def _list_keys(settings: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(key for each in settings for key in each))


def _join(names: Sequence[str], settings: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> list[str]:
    last_parts = Counter(key.rpartition(".")[2] for key in keys)
    written = {key: key.rpartition(".")[2] if last_parts[key.rpartition(".")[2]] == 1 else key for key in keys}
    named = len(set(names)) > 1 or not keys
    return [
        " ".join(
            [
                *([name] if named else []),
                *(f"{written[key]}={format_setting(each.get(key))}" for key in keys if each.get(key) is not _UNHEEDED),
            ]
        )
        for name, each in zip(names, settings, strict=True)
    ]


def shorten(names: Sequence[str]) -> list[str]:
    """File names without the parts they begin with in common.

    >>> shorten(["news.google.ar", "news.nllb.ar"])
    ['google.ar', 'nllb.ar']
    """
    parts = [re.split(r"(?<=[.])", name) for name in names]
    columns = zip(*(each[:-1] for each in parts), strict=False)
    shared = sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, columns))
    return ["".join(each[shared:]) for each in parts]
