"""Every option under conf/ composes, and what is composed is checked."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hydra import compose, initialize_config_dir
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.bundled import bundled_path
from mt_eval.config import (
    SCHEMAS,
    AlignMethod,
    DecodingConfig,
    MarianModel,
    MetricsConfig,
    NllbModel,
    PivotModel,
    RunConfig,
    register_schemas,
    to_plain,
    to_run_config,
)
from mt_eval.errors import ConfigError

CONF = bundled_path("conf")
OPTIONS = sorted((file.parent.name, file.stem) for file in CONF.glob("*/*.yaml") if file.parent.name != "experiment")
REQUIRED = {
    "data=lines": ["data.source_path=a", "data.reference_path=b"],
    "data=table": ["data.path=a"],
    "data=folder": ["data.path=a"],
    "data=hub": ["data.path=a"],
    "model=marian": ["model.name=a"],
    "model=nllb": ["model.name=a"],
    "model=m2m100": ["model.name=a"],
    "model=seq2seq": ["model.name=a"],
    "model=pivot": ["model.first.name=a", "model.second.name=b"],
    "model=hypotheses": ["model.path=a"],
    "model=articles": ["model.path=a"],
    "model=server": ["model.url=http://localhost/v1", "model.name=a"],
}
"""What an option cannot do without."""


def compose_run(*overrides: str) -> RunConfig:
    register_schemas()
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return to_run_config(compose("config", list(overrides)))


@pytest.mark.parametrize(("group", "option"), OPTIONS)
def test_every_option_composes(group: str, option: str) -> None:
    """Each option file makes the dataclass of its schema."""
    choice = f"{group}={option}"

    config = compose_run(choice, *REQUIRED.get(choice, []))

    assert type(getattr(config, group)) in SCHEMAS[group].values()


@pytest.mark.parametrize(("group", "option"), OPTIONS)
def test_every_option_says_what_it_is(group: str, option: str) -> None:
    """The first line of an option file is the comment that `mt-eval run --help` shows."""
    first = (CONF / group / f"{option}.yaml").read_text(encoding="utf-8").splitlines()[0]

    assert first.startswith("# ")
    assert len(first) <= 120


def test_the_defaults_are_those_of_the_readme() -> None:
    """The seed articles, the demo model, beam 4, float32."""
    config = compose_run()

    assert config.direction == "vi-ar"
    assert config.data.manifest == "bundled:seeds/articles.yaml"
    assert config.model == MarianModel(name="bundled:models/demo")
    assert (config.decoding.num_beams, config.engine.dtype.value) == (4, "float32")
    assert config.align.method is AlignMethod.best


def test_the_legs_of_a_pivot_may_differ_in_kind() -> None:
    """`model@model.first=nllb` puts an NLLB checkpoint in front of a Marian one."""
    config = compose_run("model=pivot", "model@model.first=nllb", *REQUIRED["model=pivot"])

    assert config.model == PivotModel(via="en", first=NllbModel(name="a"), second=MarianModel(name="b"))


def test_options_of_a_users_own_folder_compose(tmp_path: Path) -> None:
    """A file in a --config-dir is an option like those that come with mt-eval."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "mine.yaml").write_text("defaults: [marian_schema]\nname: my/model\n")
    register_schemas()

    with initialize_config_dir(str(CONF), version_base="1.3"):
        config = to_run_config(compose("config", [f"hydra.searchpath=[file://{tmp_path}]", "model=mine"]))

    assert config.model == MarianModel(name="my/model")


def test_plain_configuration_is_yaml_all_the_way_down() -> None:
    """What a run directory keeps has no Python types in it."""
    plain = to_plain(compose_run("align=auto"))

    assert yaml.safe_load(yaml.safe_dump(plain)) == plain
    assert plain["align"] == {"method": "auto"}


@given(st.integers())
def test_beams_are_checked_wherever_they_come_from(beams: int) -> None:
    """A DecodingConfig with an impossible number of beams cannot be made."""
    if 1 <= beams <= 64:
        assert DecodingConfig(num_beams=beams).num_beams == beams
    else:
        with pytest.raises(ConfigError, match=r"decoding\.num_beams=.* is not possible: expected 1 to 64"):
            DecodingConfig(num_beams=beams)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"names": []}, "at least one metric"),
        ({"names": ["chrF", "chrF"]}, "every metric once"),
        ({"names": ["METEOR"]}, r"metrics.names=METEOR is not possible: expected some of chrF\+\+"),
        ({"samples": -1}, "metrics.samples=-1"),
        ({"seed": -1}, "metrics.seed=-1"),
    ],
)
def test_metrics_are_checked(values: dict[str, object], message: str) -> None:
    """Unknown, repeated or no metrics, and impossible numbers, are errors that name the setting."""
    with pytest.raises(ConfigError, match=message):
        MetricsConfig(**values)
