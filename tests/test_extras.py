"""`pip install mt-eval` alone does what needs no model, and says which extra a task needs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from small_runs import make_rows, write_small_run
from test_imports import imports, modules

import mt_eval
from mt_eval.cli.main import main
from mt_eval.errors import ConfigError
from mt_eval.extras import EXTRAS, require_extra


@pytest.fixture
def project(repository: Path) -> dict[str, Any]:
    """The table `project` of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return table


def without(monkeypatch: pytest.MonkeyPatch, extra: str) -> None:
    """Python's own way to say that a package is not there: neither found nor imported."""
    for package in EXTRAS[extra]:
        monkeypatch.setitem(sys.modules, package, None)


def test_every_extra_is_one_of_the_project(project: dict[str, Any]) -> None:
    """What the messages advise to install can be installed."""
    assert set(EXTRAS) <= set(project["optional-dependencies"])


def test_every_package_is_required_or_of_an_extra(project: dict[str, Any]) -> None:
    """Nothing is imported that is neither always there nor explained when it is missing."""
    names = {"pyyaml": "yaml", "hydra-core": "hydra"}
    always = [re.split("[<>=]", line)[0] for line in project["dependencies"]]
    known = {names.get(name, name) for name in always} | {name for packages in EXTRAS.values() for name in packages}

    imported = {name.partition(".")[0] for file in modules() for name in imports(file)}

    assert imported - known - sys.stdlib_module_names - {"mt_eval", "_typeshed"} == set()


def test_upper_bounds_stand_where_inner_sides_are_relied_on(project: dict[str, Any]) -> None:
    """Messages that are parsed and classes that are extended change with the next release."""
    lines = [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]

    bounded = {re.split("[<>=]", line)[0] for line in lines if "<" in line}

    assert {"hydra-core", "omegaconf", "sacrebleu", "transformers", "huggingface_hub", "ctranslate2"} <= bounded


@pytest.mark.parametrize(
    ("extra", "words", "task"),
    [
        ("models", ["run", "model=demo"], "model.name=bundled:models/demo"),
        ("models", ["run", "model=nllb", "model.name=facebook/nllb-200-1.3B"], "model.name=facebook/nllb-200-1.3B"),
        ("models", ["run", "model=opus_pivot_en"], "model.first.name=Helsinki-NLP/opus-mt-"),
        ("models", ["models"], "mt-eval models"),
        ("models", ["models", "fetch", "opus_pivot_en"], "mt-eval models"),
        ("ct2", ["run", "engine=ctranslate2"], "engine=ctranslate2"),
        ("adapters", ["run", "model=demo", "model.adapter=me/lora"], "model.adapter=me/lora"),
        ("hub", ["run", "data=hub", "data.path=a/b", "model=copy"], "data=hub"),
        ("server", ["run", "model=server", "model.url=http://localhost/v1", "model.name=x"], "model=server"),
        ("frames", ["export", "runs", "--to", "parquet", "-o", "table.parquet"], "--to parquet"),
        ("joblib", ["run", "-m", "model=copy", "limit=1,2", "hydra/launcher=joblib"], "hydra/launcher=joblib"),
        ("submitit", ["run", "-m", "model=copy", "limit=1,2", "hydra/launcher=submitit_local"], "hydra/launcher="),
        ("ray", ["run", "-m", "model=copy", "limit=1,2", "hydra/launcher=ray"], "hydra/launcher=ray"),
        (
            "tune",
            ["run", "-m", "hydra/sweeper=tune", "decoding.length_penalty=interval(0.5,0.9)"],
            "hydra/sweeper=tune",
        ),
        ("mlflow", ["run", "model=copy", "tracker=mlflow"], "tracker=mlflow"),
        ("wandb", ["run", "model=copy", "tracker=wandb"], "tracker=wandb"),
        ("tensorboard", ["run", "model=copy", "tracker=tensorboard"], "tracker=tensorboard"),
    ],
)
def test_a_missing_extra_is_one_sentence(
    extra: str,
    words: list[str],
    task: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With the command that mends it, and before anything is done."""
    monkeypatch.chdir(tmp_path)
    write_small_run(tmp_path / "runs", "A", make_rows(3))
    without(monkeypatch, extra)

    status = main(words)

    said = capsys.readouterr().err.splitlines()[-1]
    assert status == 1
    assert said.startswith(f"error: {task}")
    assert said.endswith(f"which is not installed; run `pip install 'mt-eval[{extra}]'`")


def test_a_frame_without_pandas_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a notebook it is an exception with the same sentence."""
    write_small_run(tmp_path, "A", make_rows(3))
    without(monkeypatch, "frames")

    with pytest.raises(ConfigError, match=r"needs the package pandas, .* `pip install 'mt-eval\[frames\]'`"):
        mt_eval.load_runs(tmp_path)


def test_a_folder_of_the_packages_name_is_no_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`wandb` leaves a folder wandb/ where it is called, which Python takes for an empty package."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(EXTRAS, "wandb", ("folder_of_wandb",))
    (tmp_path / "folder_of_wandb").mkdir()

    with pytest.raises(ConfigError, match="tracker=wandb needs the package folder_of_wandb"):
        require_extra("wandb", "tracker=wandb")


def test_an_import_that_nobody_foresaw_says_what_to_install(tmp_path: Path) -> None:
    """Wherever a package of an extra is imported, its absence is a sentence and no bug report."""
    program = (
        "import sys; sys.modules['torch'] = None\n"
        "from mt_eval.cli import main\n"
        "main._dispatch = lambda words: __import__('torch.nn')\n"
        "sys.exit(main.main(['status']))\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=tmp_path)

    assert done.returncode == 1
    assert (
        done.stderr
        == "error: this needs the package torch, which is not installed; run `pip install 'mt-eval[models]'`\n"
    )


def test_nothing_but_models_imports_torch_at_its_top() -> None:
    """Every module outside `translate/engines` and what they alone import can be imported without an extra."""
    tops = {
        file.as_posix(): {
            (name.names[0].name if isinstance(name, ast.Import) else name.module or "").partition(".")[0]
            for name in ast.parse(file.read_text(encoding="utf-8")).body
            if isinstance(name, ast.Import | ast.ImportFrom)
        }
        for file in modules()
    }
    optional = {name for packages in EXTRAS.values() for name in packages}

    heavy = [file for file, names in tops.items() if names & optional and "/translate/" not in file]

    assert [Path(file).name for file in heavy] == []
