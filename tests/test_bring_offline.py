"""`scripts/bring_offline`: what it fills a folder with installs and works where there is no network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from small_hub import SmallHub

pytestmark = pytest.mark.slow


@pytest.fixture
def hub(tmp_path: Path, repository: Path) -> Iterator[SmallHub]:
    """A hub with checkpoints that are called as those on the hub and are tiny."""
    archive = repository.parent / "shared/fakehub/repos.tar.gz"
    if not archive.is_file():
        pytest.skip("the small checkpoints are not beside the repository (../shared/fakehub)")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path / "repositories", filter="data")
    served = SmallHub(tmp_path / "repositories")
    yield served
    served.close()


def pack_wheels(folder: Path, requirements: Iterable[str], packed: set[str]) -> None:
    """Make wheels again of installed packages and of all that these need."""
    for needed in map(Requirement, requirements):
        if needed.name in packed or (needed.marker is not None and not needed.marker.evaluate({"extra": ""})):
            continue
        packed.add(needed.name)
        found = distribution(needed.name)
        pack_wheels(folder, found.requires or (), packed)
        tags = [line.removeprefix("Tag: ") for line in (found.read_text("WHEEL") or "").splitlines() if "Tag:" in line]
        file = folder / f"{found.name.replace('-', '_')}-{found.version}-{tags[-1]}.whl"
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as wheel:
            for path in found.files or ():
                if ".." not in path.parts and path.suffix != ".pyc" and path.name not in ("INSTALLER", "REQUESTED"):
                    wheel.write(str(path.locate()), path.as_posix())


def cut_off() -> list[str]:
    """The words in front of a command that take the network away from it, where that is permitted."""
    words = ["unshare", "--map-root-user", "--net"]
    permitted = shutil.which("unshare") and subprocess.run([*words, "true"], capture_output=True, check=False)
    return words if permitted and permitted.returncode == 0 else []


def test_three_commands_bring_it_to_a_machine_without_internet(tmp_path: Path, repository: Path, hub: SmallHub) -> None:
    """Filled, copied and installed, it runs without a network, and the checkpoints are in its cache."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pack_wheels(wheels, project["dependencies"], set())
    here = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "HF_"))},
        "PYTHON": sys.executable,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "PIP_NO_BUILD_ISOLATION": "0",
        "PIP_CONFIG_FILE": os.devnull,
        "HF_ENDPOINT": hub.address,
        "EXTRAS": "",
    }
    elsewhere = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHON": sys.executable}

    fill = [repository / "scripts/bring_offline", tmp_path / "suitcase", "opus_pivot_en"]
    subprocess.run(fill, env=here, check=True, cwd=tmp_path)
    box = shutil.copytree(tmp_path / "suitcase", tmp_path / "box with a name", symlinks=True)
    shutil.rmtree(tmp_path / "suitcase")
    subprocess.run([*cut_off(), box / "install", tmp_path / "installed"], env=elsewhere, check=True)
    run = [tmp_path / "installed/mt-eval", "run", "model=copy", "data=ui", "limit=2", "--quiet"]
    done = subprocess.run([*cut_off(), *run], env=elsewhere, check=True, cwd=tmp_path, capture_output=True, text=True)

    assert (tmp_path / done.stdout.strip() / "scores.json").is_file()
    cache = {**elsewhere, "HF_HOME": str(box / "hub"), "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(repository)}
    fetch = [sys.executable, "-m", "mt_eval", "models", "fetch", "opus_pivot_en"]
    found = subprocess.run([*cut_off(), *fetch], env=cache, check=True, capture_output=True, text=True)
    assert found.stdout.count(str(box / "hub")) == 2
