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
