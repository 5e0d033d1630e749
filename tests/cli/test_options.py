"""`mt-eval options`, `mt-eval run --help` and `mt-eval` alone: what can be given is shown whole."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from mt_eval.bundled import bundled_path
from mt_eval.cli.main import main
from mt_eval.config.describe import describe_settings
from mt_eval.config.options import list_groups, list_options
from mt_eval.config.schemas import SCHEMAS

CONF = bundled_path("conf")


def show(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command prints that works."""
    assert main([*words]) == 0
    return capsys.readouterr().out


def test_mt_eval_alone_prints_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    """It is no error to ask what there is."""
    assert show(capsys).startswith("usage: mt-eval")


def test_every_setting_is_explained() -> None:
    """Each has a sentence of its own, none of which only points elsewhere."""
    settings = [
        (schema.__name__, each)
        for group, schemas in SCHEMAS.items()
        for schema in schemas.values()
        for each in describe_settings(schema, f"{group}." if group else "")
    ]

    unexplained = [
        (name, each.key)
        for name, each in settings
        if (not each.about or each.about.startswith("As in")) and each.key not in SCHEMAS
    ]
    assert unexplained == []
    assert len(settings) > 80


@pytest.mark.parametrize("columns", [60, 80])
def test_help_names_every_setting_and_option_and_cuts_nothing(
    columns: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Lines fit the terminal from 80 columns on; all groups, options and settings are there with whole sentences."""
    monkeypatch.setenv("COLUMNS", str(columns))

    printed = show(capsys, "run", "--help")

    words = " ".join(printed.split())
    for group in list_groups(CONF):
        assert set(list_options(CONF, group)) <= set(words.replace("*", " ").split())
    for group, schemas in SCHEMAS.items():
        for schema in schemas.values():
            for each in describe_settings(schema, f"{group}." if group else ""):
                assert each.key in SCHEMAS or f"{each.key}={each.default} {each.about}" in words
    assert max(map(len, printed.splitlines())) <= 80


def test_an_option_is_shown_with_its_file_and_settings(capsys: pytest.CaptureFixture[str]) -> None:
    """What the file says, and every setting of its schema, also by way of another option."""
    nllb = show(capsys, "options", "model=nllb_600m")
    window = show(capsys, "options", "unit=window_8")

    assert str(CONF / "model" / "nllb_600m.yaml") in nllb
    assert "name: facebook/nllb-200-distilled-600M" in nllb
    assert all(f"model.{field.name}=" in nllb for field in fields(SCHEMAS["model"]["nllb"]))
    assert "unit.sentences=null" in window


def test_options_of_the_user_are_shown_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder given by --config-dir adds options, and groups show where they are."""
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "mine.yaml").write_text("# My model.\ndefaults: [marian_schema]\nname: x\n", encoding="utf-8")

    group = show(capsys, "options", "model", "--config-dir", str(tmp_path))
    option = show(capsys, "options", "model=mine", "--config-dir", str(tmp_path))

    assert "My model." in group
    assert "marian" in group
    assert str(tmp_path / "model" / "mine.yaml") in "".join(option.split("\n"))
    assert "model.target_token=null" in option


@pytest.mark.parametrize(
    ("what", "said"), [("modle", "did you mean model?"), ("model=nlb_600m", "did you mean nllb_600m?")]
)
def test_what_is_not_there_gets_a_guess(what: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The message says what may have been meant, and what is known."""
    assert main(["options", what]) == 1
    assert said in capsys.readouterr().err
