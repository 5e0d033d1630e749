"""The model options as they are listed: against Hydra's composition, the library's own lists and a made-up cache."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hydra import compose, initialize_config_dir
from transformers import M2M100Config, M2M100ForConditionalGeneration
from transformers.models.m2m_100.tokenization_m2m_100 import FAIRSEQ_LANGUAGE_CODES

from mt_eval.bundled import bundled_path
from mt_eval.config import PivotModel, register_schemas, to_run_config
from mt_eval.errors import ConfigError
from mt_eval.translate.checkpoints.catalogue import (
    Option,
    estimate_memory_mb,
    find_on_disk,
    read_catalogue,
    resolve_legs,
)

CONF = bundled_path("conf")
CATALOGUE = read_catalogue(CONF)
PIVOTS = ("en", "fr", "es", "de", "it", "ru")


def option(name: str) -> Option:
    return next(option for option in CATALOGUE if option.name == name)


def write(conf: Path, text: str, name: str = "mine") -> Path:
    (conf / "model").mkdir(exist_ok=True)
    (conf / "model" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return conf


@pytest.mark.parametrize("name", [option.name for option in CATALOGUE])
def test_options_are_read_as_hydra_composes_them(name: str) -> None:
    """Kind, name, revision and pivot language of every leg are those of a run with that option."""
    register_schemas()
    with initialize_config_dir(str(CONF), version_base="1.3"):
        model = to_run_config(compose("config", [f"model={name}"])).model
    composed = [model.first, model.second] if isinstance(model, PivotModel) else [model]

    read = option(name)

    assert [(f"{t.kind}model", t.name, t.revision) for t in read.templates] == [
        (type(leg).__name__.lower(), leg.name, leg.revision) for leg in composed
    ]
    assert read.via == (model.via if isinstance(model, PivotModel) else None)


def test_options_without_a_checkpoint_are_left_out() -> None:
    """What needs a name, and what is no model, is no entry."""
    assert {"copy", "hypotheses", "marian", "nllb", "m2m100", "pivot"}.isdisjoint(option.name for option in CATALOGUE)


@pytest.mark.parametrize("via", PIVOTS)
def test_opus_pivots_follow_the_direction(via: str) -> None:
    """Every pivot language goes both ways, by the four models that there are."""
    pivot = option(f"opus_pivot_{via}")

    names = [[leg.name for leg in resolve_legs(pivot, direction) or ()] for direction in ("vi-ar", "ar-vi")]

    assert names == [
        [f"Helsinki-NLP/opus-mt-vi-{via}", f"Helsinki-NLP/opus-mt-{via}-ar"],
        [f"Helsinki-NLP/opus-mt-ar-{via}", f"Helsinki-NLP/opus-mt-{via}-vi"],
    ]


@pytest.mark.parametrize(
    ("name", "direction", "legs"),
    [
        ("opus_big", "en-ar", ["tc-big-en-ar"]),
        ("opus_big", "ar-en", ["tc-big-ar-en"]),
        ("opus_opus_big_pivot_en", "vi-ar", ["vi-en", "tc-big-en-ar"]),
        ("opus_big_opus_pivot_en", "ar-vi", ["tc-big-ar-en", "en-vi"]),
        ("opus_opus_big_pivot_en", "ar-vi", None),
    ],
)
def test_the_larger_models_go_where_there_are_any(name: str, direction: str, legs: list[str] | None) -> None:
    """Between English and Arabic, both ways, alone and as one leg of a pivot."""
    found = resolve_legs(option(name), direction)

    assert (found and [leg.name.removeprefix("Helsinki-NLP/opus-mt-") for leg in found]) == legs


def test_a_mixed_pivot_has_the_facts_of_both_its_legs() -> None:
    """NLLB into English, OPUS-MT out of it, each leg with its own license and size."""
    legs = resolve_legs(option("nllb_opus_pivot_en"), "ar-vi")

    assert legs is not None
    assert [(leg.name, leg.direction, leg.facts.license) for leg in legs] == [
        ("facebook/nllb-200-distilled-600M", "ar-en", "CC-BY-NC-4.0"),
        ("Helsinki-NLP/opus-mt-en-vi", "en-vi", "Apache-2.0"),
    ]
    assert estimate_memory_mb(legs, "bfloat16") == legs[0].facts.parameters * 2 / 1e6


@pytest.mark.parametrize(
    ("name", "direction"),
    [("opus", "vi-ar"), ("opus_pivot_en", "en-ar"), ("opus_pivot_en", "vi-ja"), ("m2m100_418m", "vi-eu")],
)
def test_directions_that_are_not_known(name: str, direction: str) -> None:
    """No pair, a pivot over one of its own languages, a language the model lacks: no legs."""
    assert resolve_legs(option(name), direction) is None


def test_a_direction_is_two_codes() -> None:
    """Anything else is an error that names it."""
    with pytest.raises(ConfigError, match=r"direction=vietnamese is not possible: expected two language codes"):
        resolve_legs(option("opus"), "vietnamese")


@pytest.mark.parametrize("name", [option.name for option in CATALOGUE])
def test_every_checkpoint_has_license_and_size(name: str) -> None:
    """License and parameters of each leg; what has to be downloaded is about its parameters in its type, or more."""
    for template in option(name).templates:
        facts = template.facts
        assert facts.license
        assert facts.parameters
        assert facts.languages or facts.pairs
        if not template.name.startswith("bundled:"):
            assert facts.download_mb
            size = 2 if "tc-big" in template.name else 4  # those are held in float16
            assert 0.99 < facts.download_mb / (facts.parameters * size / 1e6) < 1.35


@pytest.mark.parametrize(
    ("name", "vocabulary", "width", "layers", "inner"),
    [
        ("nllb_600m", 256206, 1024, 12, 4096),
        ("nllb_1_3b", 256206, 1024, 24, 8192),
        ("nllb_1_3b_distilled", 256206, 1024, 24, 8192),
        ("nllb_3_3b", 256206, 2048, 24, 8192),
        ("m2m100_418m", 128112, 1024, 12, 4096),
        ("m2m100_1_2b", 128112, 1024, 24, 8192),
    ],
)
def test_parameters_are_counted(name: str, vocabulary: int, width: int, layers: int, inner: int) -> None:
    """The published configuration, built without memory, has as many parameters as the option says."""
    with torch.device("meta"):
        model = M2M100ForConditionalGeneration(
            M2M100Config(
                vocab_size=vocabulary,
                d_model=width,
                encoder_layers=layers,
                decoder_layers=layers,
                encoder_ffn_dim=inner,
                decoder_ffn_dim=inner,
            )
        )

    counted = sum(parameter.numel() for parameter in model.parameters())

    assert option(name).facts.parameters == pytest.approx(counted, rel=0.001)


@pytest.mark.parametrize("name", ["m2m100_418m", "m2m100_1_2b"])
def test_m2m100_languages_are_those_of_its_tokenizer(name: str) -> None:
    """The codes in the option files are the library's."""
    assert list(option(name).facts.languages or ()) == FAIRSEQ_LANGUAGE_CODES["m2m100"]


def test_known_scores_are_those_of_the_design() -> None:
    """chrF++ of NLLB-200 on FLORES-200 devtest, vi-ar and ar-vi, as published."""
    scores = {
        name: [score.value for score in option(name).facts.scores if score.metric == "chrF++"]
        for name in ("nllb_600m", "nllb_1_3b", "nllb_1_3b_distilled", "nllb_3_3b")
    }

    assert scores == {
        "nllb_600m": [37.8, 47.2],
        "nllb_1_3b": [40.5, 50.0],
        "nllb_1_3b_distilled": [41.1, 50.8],
        "nllb_3_3b": [40.7, 49.8],
    }


# --- a user's own options


def test_facts_of_a_users_own_option(tmp_path: Path) -> None:
    """Facts are read from the facts.yaml beside any folder of options; one without them is listed all the same."""
    conf = write(tmp_path, "# Mine\ndefaults: [marian_schema]\nname: a/b\n")
    write(conf, "# Bare\ndefaults: [nllb_schema]\nname: c/d\nrevision: v1\n", "bare")
    (conf / "facts.yaml").write_text("mine: {license: MIT, parameters: 7_500_000}\n")

    bare, mine = read_catalogue(conf)

    assert (mine.facts.license, mine.facts.parameters) == ("MIT", 7_500_000)
    assert (bare.templates[0].revision, bare.facts.license) == ("v1", None)
    legs = resolve_legs(bare, "vi-ar")
    assert legs is not None
    assert estimate_memory_mb(legs, "float32") is None


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ("mine: {licence: MIT}", "option mine: .*unknown field `licence`"),
        ("mine: {parameters: 615M}", r"option mine: .*Expected `int.*got `str` - at `\$\.parameters`"),
        ("mine: {languages: [no]}", 'option mine: .*Norwegian is "no"'),
        ("mine: {notes: [a", "its facts cannot be read"),
        ("mine: {scores: [{metric: x}]}", r"option mine: .*missing required field `direction` - at `\$\.scores\[0\]`"),
        ("[mine]", "Expected `object`, got `array`"),
        ("others: {license: MIT}", "there is no option others in"),
    ],
)
def test_broken_facts(tmp_path: Path, facts: str, message: str) -> None:
    """The file, the option, and what is wrong with it, in one sentence."""
    conf = write(tmp_path, "# a\ndefaults: [marian_schema]\n")
    (conf / "facts.yaml").write_text(facts)

    with pytest.raises(ConfigError, match=rf"facts\.yaml.*{message}") as caught:
        read_catalogue(conf)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# a\nname: b\n", "its defaults list names no schema"),
        ("# a\n", "holds no settings"),
        ("# a\ndefaults: [\n", "is not YAML"),
    ],
)
def test_broken_option_files(tmp_path: Path, text: str, message: str) -> None:
    """The file, and what is wrong with it, in one sentence."""
    conf = write(tmp_path, text)

    with pytest.raises(ConfigError, match=rf"mine\.yaml.*{message}") as caught:
        read_catalogue(conf)
    assert "\n" not in str(caught.value)


# --- what is on the disk


def test_what_is_in_a_folder(tiny_marian: Path, tmp_path: Path) -> None:
    """A folder is looked into as a run would."""
    assert find_on_disk(str(tiny_marian), None) == ("yes", tiny_marian)
    assert find_on_disk(str(tmp_path), None) == ("partly", tmp_path)
