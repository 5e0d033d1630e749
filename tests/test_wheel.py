"""An installed mt-eval works outside a checkout: conf/, seeds/ and the demo model travel in the wheel."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(repository)],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    install = ["install", "--quiet", "--no-deps", "--no-index", "--target", str(folder), str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *install], check=True, capture_output=True)
    return folder


def mt_eval(site: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mt_eval", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_wheel_holds_options_seeds_and_model(wheel: Path, repository: Path) -> None:
    """Every file of conf/ and seeds/ is in the wheel, and so is the demo model."""
    names = set(zipfile.ZipFile(wheel).namelist())

    for top in ("conf", "seeds"):
        files = [file.relative_to(repository).as_posix() for file in (repository / top).rglob("*") if file.is_file()]
        assert {f"mt_eval/bundled_files/{file}" for file in files} <= names
    assert "mt_eval/models/demo/model.safetensors" in names
    page = (repository / "mt_eval" / "report" / "html" / "template").iterdir()
    assert {file.relative_to(repository).as_posix() for file in page} | {"mt_eval/py.typed"} <= names


def test_run_composes_from_the_wheel_in_another_folder(site: Path, tmp_path: Path) -> None:
    """`mt-eval run --cfg job` prints the composed configuration, from the wheel's own conf/."""
    done = mt_eval(site, tmp_path, "run", "--cfg", "job", "decoding=greedy")

    assert (done.returncode, done.stderr) == (0, "")
    assert "num_beams: 1" in done.stdout
    assert "manifest: bundled:seeds/articles.yaml" in done.stdout


def test_an_installed_run_scores_the_seed_pair(site: Path, tmp_path: Path) -> None:
    """The wheel's own articles and code make a run directory in the folder it is called from."""
    done = mt_eval(site, tmp_path, "run", "model=copy", "metrics.samples=0")

    assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "runs").glob("articles-copy-vi-ar-*")
    assert (folder / "scores.json").is_file()


CHECKS = """
assert [str(outcome.state) for outcome in outcomes] == ["finished", "done", "done", "done"]
assert run.folder.name == run.id
assert len(runs) == 2
assert len(result.frame()) == len(result.comparisons) == 4
assert "### demo against copy, chrF++" in result.render("markdown")
assert len(frame) == len(mt_eval.load_runs("runs")) == 4
assert 0 < scores[0].value < 100
assert [(group.source, group.reference) for group in groups] == [((0,), (0,)), ((1,), (1,))]
assert [flag.name for flag in flags] == ["numbers"]
"""


def test_the_library_works_from_the_wheel(site: Path, tmp_path: Path, repository: Path) -> None:
    """All that docs/python.md shows of `import mt_eval` works outside the checkout, and prints nothing."""
    (shown,) = re.findall(
        r"^```python\n(.*?)^```", (repository / "docs/python.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )

    done = subprocess.run(
        [sys.executable, "-c", shown + CHECKS],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
