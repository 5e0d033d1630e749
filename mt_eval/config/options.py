"""The option files under `conf/`: which groups there are, which options, and what each says of itself."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path


def list_groups(conf: Path) -> list[str]:
    """Names of the config groups, sorted; Hydra's own (`hydra/launcher`) last."""
    own = sorted(folder.name for folder in conf.iterdir() if folder.is_dir() and folder.name != "hydra")
    return [*own, *sorted(f"hydra/{folder.name}" for folder in conf.glob("hydra/*") if folder.is_dir())]


def list_options(conf: Path, group: str) -> list[str]:
    """Names of a group's options, sorted."""
    return sorted(file.stem for file in (conf / group).glob("*.yaml"))


def read_defaults(conf: Path) -> dict[str, str]:
    """Group to the option that is chosen where none is."""
    text = (conf / "config.yaml").read_text(encoding="utf-8")
    return dict(re.findall(r"^  - (\w+): (\w+)$", text, flags=re.MULTILINE))


def read_comment(file: Path) -> str:
    """What an option file says of itself above its settings, on one line."""
    lines = file.read_text(encoding="utf-8").split("\n")
    comment = takewhile(lambda line: line.startswith("#"), lines[lines[0].startswith("# @package") :])
    return " ".join(line.removeprefix("#").strip() for line in comment)


def read_summary(conf: Path, group: str, option: str) -> str:
    """The first sentence of that."""
    return re.split(r"(?<=[.])\s+(?=[A-Z`(])", read_comment(conf / group / f"{option}.yaml"))[0]


def read_schemas(file: Path) -> list[str]:
    """The schemas that an option file starts from, or the options of its group."""
    text = file.read_text(encoding="utf-8")
    found = re.search(r"^defaults: *(?:\[([^\]]*)\]|\n((?: +- .*\n)+))", text, flags=re.MULTILINE)
    if not found:
        return []
    names = found[1].split(",") if found[1] is not None else re.findall(r"^ +- (\w+)$", found[2], flags=re.MULTILINE)
    return [name.strip() for name in names if name.strip() != "_self_"]


def suggest(word: str, known: Iterable[str]) -> str:
    """The end of a message on a word that is not known: what it may have meant, and all that is known."""
    candidates = list(known)
    guess = guess_word(word, candidates)
    if not candidates:
        return " there are none here"
    return f"{f' did you mean {guess}?' if guess else ''} known are {', '.join(candidates)}"


def guess_word(word: str, known: Iterable[str]) -> str | None:
    """Which of the words may be meant: the same but for case, nearly the same, part of it, or its letters in order.

    >>> known = ["transformers", "ctranslate2", "nllb_600m", "submitit_slurm"]
    >>> [guess_word(word, known) for word in ("CTranslate2", "ct2", "slurm", "nllb", "transformer", "xyz")]
    ['ctranslate2', 'ctranslate2', 'submitit_slurm', 'nllb_600m', 'transformers', None]
    """
    typed = word.casefold()
    candidates = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(typed, candidates, n=1, cutoff=0.6)
    parts = [each for each in candidates if len(typed) > 2 and (typed in each or each in typed)]
    letters = [each for each in candidates if each[:1] == typed[:1] and _has_letters(each, typed)]
    same = [typed] if typed in candidates else []
    return next((candidates[each] for each in (*same, *near, *parts, *letters)), None)


def _has_letters(word: str, letters: str) -> bool:
    rest = iter(word)
    return len(letters) > 1 and all(letter in rest for letter in letters)
