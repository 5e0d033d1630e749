"""What several test modules share: where the data that stays out of the repository is."""

from __future__ import annotations

import os
import re
import signal
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import settings
from small_hub import SmallHub

from mt_eval.extras import EXTRAS, is_installed

# What a shell runs in the background ignores Ctrl-C, and so would the commands that tests stop by it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"
_ABSENT = [name for extra, packages in EXTRAS.items() if not is_installed(extra) for name in packages]
if "torch" in _ABSENT:
    _ABSENT.append("tiny_checkpoints")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Where mt-eval is installed alone, test modules that import packages of its extras are left out."""
    if collection_path.suffix != ".py" or not _ABSENT:
        return None
    text = collection_path.read_text(encoding="utf-8")
    return bool(re.search(rf"^(?:import|from) (?:{'|'.join(_ABSENT)})\b", text, re.MULTILINE)) or None


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Where mt-eval is installed alone, tests marked as in need of an extra are skipped, and say so."""
    for item in items:
        for marker in item.iter_markers("extra"):
            missing = [extra for extra in marker.args if not is_installed(extra)]
            if missing:
                item.add_marker(pytest.mark.skip(reason=f"needs mt-eval[{missing[0]}]"))


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test asks a hub for anything unless it says so itself."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")


@pytest.fixture
def small_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallHub]:
    """A hub on loopback with nothing on it, which the client asks, and an empty cache."""
    from huggingface_hub import constants

    hub = SmallHub(tmp_path / "hub")
    template = hub.address + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "ENDPOINT", hub.address)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    yield hub
    hub.close()


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def ntrex() -> Path:
    """Folder with ntrex.vi.txt, ntrex.ar.txt, ntrex.en.txt (988 aligned lines) and docids.tsv."""
    folder = SHARED / "ntrex"
    if not folder.is_dir():
        pytest.skip("NTREX is not beside the repository (../shared/ntrex); its license keeps it out of it")
    return folder


@pytest.fixture(scope="session")
def flores_systems(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with en-ar/ and en-vi/: source, reference, outputs of real systems on FLORES dev, published BLEU."""
    archive = SHARED / "flores-systems" / "flores-dev.tar.gz"
    if not archive.is_file():
        pytest.skip("the system outputs are not beside the repository (../shared/flores-systems)")
    folder = tmp_path_factory.mktemp("flores")
    with tarfile.open(archive) as unpacked:
        unpacked.extractall(folder, filter="data")
    return folder


os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
# How long an example takes says something of the machine, not of the code.
# The same examples every time, so that a change is told by what it breaks; `--hypothesis-profile=explore` tries others.
settings.register_profile("explore", deadline=None)
settings.register_profile("mt-eval", deadline=None, derandomize=True)
settings.load_profile("mt-eval")
