"""Translations of several systems of the same text, for scripts that measure comparisons."""

from __future__ import annotations

import random
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
ARCHIVE = REPOSITORY.parent / "shared" / "flores-systems" / "flores-dev.tar.gz"
"""Outputs of real systems, English to Arabic and to Vietnamese, on 997 segments of FLORES dev."""
_DAMAGED = 4
"""Systems made up where there are no real ones."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """M files of translations beside their source and reference, lines of which belong together."""

    direction: str
    source: Path
    reference: Path
    hypotheses: tuple[Path, ...]


def load_outputs(archive: Path, folder: Path) -> list[Outputs]:
    """Systems per direction, unpacked into `folder`; made up from the project's own strings without the archive."""
    if not archive.is_file():
        print(f"{archive} is not there: the project's own interface strings, damaged at random, stand for systems")
        return [_damage(folder)]
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    found = []
    for lang in ("ar", "vi"):
        texts = folder / f"en-{lang}"
        source, reference = texts / "flores-dev.en", texts / f"flores-dev.{lang}"
        found.append(Outputs(f"en-{lang}", source, reference, tuple(sorted(texts.glob(f"flores-dev.*.{lang}")))))
    return found


def read_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")


def write_lines(path: Path, lines: Sequence[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def _damage(folder: Path) -> Outputs:
    """Human translations without every third to sixth word, one system for each share."""
    strings = REPOSITORY / "seeds" / "ui"
    reference = read_lines(strings / "ui.ar.txt")
    hypotheses = []
    for system in range(_DAMAGED):
        rng = random.Random(system)
        lines = [" ".join(w for w in line.split() if rng.random() > 1 / (system + 3)) or "-" for line in reference]
        hypotheses.append(write_lines(folder / f"damaged.{system + 1}.ar", lines))
    return Outputs("vi-ar", strings / "ui.vi.txt", strings / "ui.ar.txt", tuple(hypotheses))
