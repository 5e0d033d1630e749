"""What jobs share of their data: it is the same as if each made its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mt_eval.errors import DataError
from mt_eval.material import SharedMaterial, gather
from mt_eval.pipeline import prepare
from mt_eval.sweep.compose import Composer

SWEEP = ["-m", "model=copy", "direction=vi-ar,ar-vi", "limit=3,null", "metrics.seed=1,2", "normalize=none,strong"]


@pytest.mark.parametrize("data", ["ui", "articles"])
def test_shared_material_prepares_the_same_runs(data: str) -> None:
    """Identities, names and texts are those of jobs prepared alone, and one object serves all jobs that have them."""
    jobs = Composer().read_request([f"data={data}", *SWEEP[1:]], sweep=True).jobs
    shared = SharedMaterial()

    together = [prepare(job.config, shared.gather(job.config)) for job in jobs]

    for job, prepared in zip(jobs, together, strict=True):
        assert replace(prepared, seconds={}) == replace(prepare(job.config), seconds={})
    assert len({id(prepared.pairs) for prepared in together}) == 4  # two directions, two limits


def test_what_is_shared_is_gathered_once() -> None:
    """As often as settings of the data, cleaning or alignment differ; scores and searches are no matter of the data."""
    gathered = []
    words = ["model=copy", "data=articles", "align=gold,auto", "decoding.num_beams=1,2,3", "metrics.samples=0,10"]
    shared = SharedMaterial(lambda config: gathered.append(config) or gather(config))  # type: ignore[func-returns-value]

    for job in Composer().read_request(words, sweep=True).jobs:
        shared.gather(job.config)

    assert [config.align.method.value for config in gathered] == ["gold", "auto"]


def test_data_that_cannot_be_had_is_asked_for_once(tmp_path: Path) -> None:
    """Every job over it fails in the same words, and none looks for it again; other data are looked for."""
    asked = []
    words = ["model=copy", "data=lines", "data.source_path=a.vi,b.vi", "data.reference_path=a.ar", "metrics.seed=1,2"]
    shared = SharedMaterial(lambda config: asked.append(config) or gather(config))  # type: ignore[func-returns-value]
    said = []

    for job in Composer().read_request(words, sweep=True).jobs:
        with pytest.raises(DataError) as raised:
            shared.gather(job.config)
        said.append(str(raised.value))

    assert len(asked) == 2
    assert said[0] == said[1] != said[2] == said[3]


def test_time_is_on_record_once(tmp_path: Path) -> None:
    """The seconds of what another job did are not counted again."""
    (job,) = Composer().read_request(["model=copy", "data=ui", f"runs_dir={tmp_path}"], sweep=False).jobs
    shared = SharedMaterial()

    first, second = shared.gather(job.config), shared.gather(job.config)

    assert sum(first.seconds.values()) > 0
    assert dict.fromkeys(first.seconds, 0.0) == second.seconds
