"""Runs of models behind a server: what they are called, and what a comparison says of one that cannot repeat itself."""

from __future__ import annotations

from pathlib import Path

import mt_eval
from mt_eval.compare.labels import label_runs
from mt_eval.runs.columns import read_columns
from tests.small_runs import make_rows, write_small_run


def test_a_server_that_answers_otherwise_is_warned_of(tmp_path: Path) -> None:
    """How many of the texts that it was asked again, in words; of one that did not change nothing is said."""
    for name, otherwise in (("steady", 0), ("fickle", 3)):
        legs = [{"name": name, "asked_again": 20, "answered_otherwise": otherwise}]
        head = {"system": {"label": name, "kind": "server"}, "translation": {"legs": legs}}
        write_small_run(tmp_path, name, make_rows(8, articles=2, lost=4 + otherwise), head=head)

    notes = mt_eval.compare(tmp_path).notes

    (note,) = (note for note in notes if "asked again" in note)
    assert note.startswith("fickle: asked again, its server answered 3 of 20 texts otherwise (15%)")


def test_servers_are_not_told_apart_by_settings_they_do_not_heed(tmp_path: Path) -> None:
    """Beams and engines are those of models that run here; how much is given at once counts."""
    made = []
    for name, beams, kind in (("x", 1, "sentence"), ("y", 4, "article")):
        config = {"decoding": {"num_beams": beams}, "unit": {"kind": kind}}
        head = {"system": {"label": "tiny", "kind": "server"}}
        made.append(read_columns(write_small_run(tmp_path, name, make_rows(4), config=config, head=head)))

    assert label_runs(made) == ["unit=sentence", "unit=article"]


def test_systems_of_one_name_are_told_apart_by_their_options(tmp_path: Path) -> None:
    """A model, and the same one behind a server: the latter is called by the option it was chosen by, too."""
    made = []
    for name, option, kind in (("x", "demo", "sentence"), ("y", "chat", "sentence"), ("z", "chat", "article")):
        head = {"system": {"label": "demo", "kind": "server"}, "choices": {"model": option}}
        config = {"unit": {"kind": kind}}
        made.append(read_columns(write_small_run(tmp_path, name, make_rows(4), config=config, head=head)))

    contexts = mt_eval.compare(tmp_path).contexts

    assert label_runs(made[:2]) == ["demo", "demo (chat)"]
    assert label_runs(made) == ["demo", "demo (chat) unit=sentence", "demo (chat) unit=article"]
    assert [(each.model, each.unit) for each in contexts] == [("demo (chat)", "sentence"), ("demo (chat)", "article")]


def test_settings_that_names_do_not_say_are_noted(tmp_path: Path) -> None:
    """Systems are called by their names alone where these are enough, and a note says in what else they differ."""
    for name, label, beams in (("x", "one", 1), ("y", "two", 4), ("z", "three", 4), ("w", "four", 4)):
        head = {"system": {"label": label, "kind": "marian"}}
        write_small_run(tmp_path, name, make_rows(4), config={"decoding": {"num_beams": beams}}, head=head)

    compared = mt_eval.compare(tmp_path)
    two = mt_eval.compare([tmp_path / "x", tmp_path / "y"])

    assert set(compared.systems) == {"one", "two", "three", "four"}
    (note,) = (note for note in compared.notes if "more than their models" in note)
    assert note == ("systems differ in more than their models: decoding.num_beams is 1 for one, and 4 for the others")
    assert "systems differ in more than their models: decoding.num_beams is 1 for one, and 4 for two" in two.notes
