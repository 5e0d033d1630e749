"""Configurations made out of few compositions, against those that Hydra composes one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import open_dict

from mt_eval.bundled import bundled_path
from mt_eval.config import RunConfig, register_schemas, to_run_config
from mt_eval.errors import ConfigError
from mt_eval.sweep.compose import Composer

POOL = {
    "direction": ["vi-ar", "ar-vi"],
    "limit": ["null", "7", "20"],
    "preflight": ["off", "true"],
    "decoding.num_beams": ["1", "4"],
    "decoding.length_penalty": ["1", "0.5", "1e-1"],
    "metrics.names": ["[BLEU-intl]", "[chrF++,BLEU-13a]"],
    "metrics.samples": ["0", "100"],
    "normalize.profile": ["none", "strong"],
    "device.kind": ["cpu", "auto"],
    "runs_dir": ["here", "2024_01_15", "'a b'"],
    "model": ["copy", "demo", "nllb_600m", "opus_pivot_en"],
    "data": ["ui", "articles"],
    "engine": ["transformers", "transformers_bfloat16", "ctranslate2"],
    "decoding": ["greedy", "beam"],
    "metrics": ["default", "all"],
    "experiment": ["quick", "decoding"],
}


CASES = [
    "direction=vi-ar,ar-vi decoding.num_beams=1,4 decoding.length_penalty=1,0.5",
    "model=copy,demo,opus_pivot_en engine=transformers,ctranslate2,transformers_bfloat16 limit=3",
    "model=demo,nllb_600m data=ui,articles decoding=greedy,beam limit=null,2",
    "experiment=quick,decoding model=copy,demo engine=transformers,ctranslate2,fast",
    "metrics.names=[BLEU-intl],[chrF++,BLEU-13a] normalize.profile=none,strong metrics.samples=0,10",
    "data=table data.path=a.tsv data.columns.vi=one,two",
    "model=pivot model.via=en,fr model.first.name=a,b model.second.name=c",
    "model=copy,demo data=ui runs_dir=${direction} direction=vi-ar,ar-vi",
    "device.kind=cpu,auto device.threads=1,null preflight=off,yes engine.batch_tokens=64,null",
]


def compose_alone(words: Sequence[str], folder: Path | None = None) -> RunConfig:
    """What Hydra composes of these words and no others."""
    register_schemas()
    path = [f"hydra.searchpath=['file://{folder}']"] if folder is not None else []
    with initialize_config_dir(str(bundled_path("conf")), version_base="1.3"):
        composed = compose("config", [*path, *words], return_hydra_config=True)
    chosen = composed.hydra.runtime.choices.items()
    choices = {group: str(name) for group, name in chosen if not group.startswith("hydra/")}
    with open_dict(composed):
        del composed["hydra"]
    return to_run_config(composed, choices)


def show(config: RunConfig) -> str:
    """Everything a configuration holds, with its types."""
    return repr(replace(config, overrides=()))


def check(words: Sequence[str], folder: Path | None = None, most: int = 4) -> None:
    """Check that jobs from all over a sweep are what Hydra composes of their words."""
    jobs = Composer(folder).read_request(words, sweep=True).jobs
    for job in [*jobs[:: -(-len(jobs) // most)], jobs[-1]]:
        assert show(job.config) == show(compose_alone(job.config.overrides, folder))


@pytest.mark.parametrize("words", CASES)
def test_every_job_is_what_hydra_composes(words: str) -> None:
    """Values of all types, options of several groups, experiments, mappings, and settings that name each other."""
    check(words.split())


@given(st.data())
@settings(max_examples=4)
def test_any_combination_is_what_hydra_composes(data: st.DataObject) -> None:
    """Whatever is combined, in whatever order it is typed."""
    keys = data.draw(st.lists(st.sampled_from(sorted(POOL)), min_size=1, max_size=5, unique=True))
    words = [f"{key}={','.join(data.draw(st.permutations(POOL[key]))[:2])}" for key in keys]

    check([*words, *(["data=ui"] if "data" not in keys else [])], most=2)


def test_options_that_reach_into_other_groups(tmp_path: Path) -> None:
    """A user's own options may set what belongs to others, or choose an option by the one chosen elsewhere."""
    for group in ("model", "decoding"):
        (tmp_path / group).mkdir()
    (tmp_path / "model/far.yaml").write_text(
        "# @package _global_\ndefaults: [{/model@model: copy}]\nlimit: 3\nreport: false\n", encoding="utf-8"
    )
    (tmp_path / "model/named.yaml").write_text("defaults: [copy]\nkind: ${data.kind}\n", encoding="utf-8")
    (tmp_path / "decoding/mine.yaml").write_text("defaults: [decoding_schema]\nnum_beams: 3\n", encoding="utf-8")

    check(["model=copy,far,demo", "decoding=mine,beam,greedy", "limit=null,9"], tmp_path, most=9)


def test_an_error_is_told_as_of_one_composition() -> None:
    """A value out of range or of a wrong type, and an option that is not there, wherever it stands in the sweep."""
    for words, said in (
        ("decoding.num_beams=1,0", "decoding.num_beams=0 is not possible: expected 1"),
        ("decoding.num_beams=1,x", "decoding.num_beams: Value 'x'"),
        ("model=copy,demo engine=transformers,ctranslate2 decoding=beam,bean", "decoding=bean: there is no such"),
        ("direction=vi-ar,vi-vi", "direction=vi-vi is not possible: expected two different"),
    ):
        with pytest.raises(ConfigError, match=said):
            Composer().read_request([*words.split(), "data=ui"], sweep=True)


def test_jobs_do_not_share_lists() -> None:
    """A list set in one job's configuration is its own."""
    one, *_, other = Composer().read_request(["metrics.names=[BLEU-intl]", "limit=1,2,3"], sweep=True).jobs

    one.config.metrics.names.append("chrF")

    assert other.config.metrics.names == ["BLEU-intl"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            "decoding=greedy,mbr decoding.candidates=3 model=demo",
            "decoding.candidates: is no setting of decoding=greedy, only of decoding=mbr; give each kind a command",
        ),
        (
            "model=copy,demo,hypotheses,nllb_600m model.name=x",
            "model.name: is no setting of model=copy, model=hypotheses, only of model=demo, model=nllb_600m;",
        ),
        ("model=demo,server model.url=http://h/v1", "model.url: is no setting of model=demo, only of model=server;"),
        (
            "model=pivot model@model.first=server,marian model.first.url=http://h model.first.name=x "
            "model.second.name=y",
            "model.first.url: is no setting of model@model.first=marian, only of model@model.first=server;",
        ),
        ("model=demo,copy model.nope=1", "model.nope: there is no such setting;"),
        ("engine=transformers,ctranslate2 model=demo decoding.nope=1", "decoding.nope: there is no such setting;"),
    ],
)
def test_which_swept_option_lacks_a_setting(words: str, said: str) -> None:
    """A setting of some of the options that are swept over names those that lack it; one that none has is misspelt."""
    with pytest.raises(ConfigError) as caught:
        Composer().read_request([*words.split(), "data=ui"], sweep=True)

    assert str(caught.value).startswith(said)


def test_a_setting_of_all_swept_options_beside_a_reference(tmp_path: Path) -> None:
    """Where option files refer to settings, all that is fixed is composed without the options that are swept."""
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.yaml").write_text("defaults: [server_schema]\nname: ${direction}\n", encoding="utf-8")

    jobs = Composer(tmp_path).read_request(["model=one,two", "model.url=http://h/v1", "data=ui"], sweep=True).jobs

    assert [job.config.model.url for job in jobs] == ["http://h/v1"] * 2
