"""What several test modules share: where the data that stays out of the repository is."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test asks a hub for anything unless it says so itself."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")


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
