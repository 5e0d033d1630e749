"""Plain lines, as the sacrebleu command takes them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import chain, count
from pathlib import Path

from mt_eval.disk import make_component, write_whole
from mt_eval.errors import RunError
from mt_eval.types import Kind, Run


def write_texts(runs: Sequence[Run], folder: Path) -> list[Path]:
    """Write `source.txt`, `reference.txt`, `docids.txt` and one file of translations per run, called as it is.

    A run whose name is taken, by another run or by one of these files, has its identity behind it. The i-th lines of
    all files belong together. Only segment pairs with both sides are in them, and only those are scored at the segment
    level. Where no pair has both, all that is translated is in them, and there is no `reference.txt`. White space that
    would end a line is a space.

    Raises:
        RunError: The runs are not over the same texts, or the folder cannot be written.
    """
    aligned = [place for place, pair in enumerate(runs[0].pairs) if pair.kind is Kind.ALIGNED]
    kept = aligned or [place for place, pair in enumerate(runs[0].pairs) if pair.source]
    texts = [(pair.source_text, pair.reference_text) for pair in runs[0].pairs]
    for run in runs[1:]:
        if [(pair.source_text, pair.reference_text) for pair in run.pairs] != texts:
            raise RunError(
                f"--to txt: {run.id} and {runs[0].id} have other texts or segments, expected the same, because their "
                "lines share one reference; export them one at a time"
            )
    files = {
        "source.txt": [texts[place][0] for place in kept],
        **({"reference.txt": [texts[place][1] for place in kept]} if aligned else {}),
        "docids.txt": [runs[0].pairs[place].article_pair_id for place in kept],
    }
    for run in runs:
        translations = [run.translations[place] for place in kept]
        files[_choose_name(run, files)] = [each.text if each else "" for each in translations]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, lines in files.items():
            write_whole(folder / name, "".join(f"{_join_lines(line)}\n" for line in lines))
    except OSError as error:
        raise RunError(f"{folder}: cannot be written ({error.strerror}); name another folder with -o DIR") from error
    return [folder / name for name in files]


def _choose_name(run: Run, taken: Iterable[str]) -> str:
    """The name of a run's file, another one than those taken also where upper and lower case are the same."""
    names = {unicodedata.normalize("NFC", name).casefold() for name in taken}
    own, identity = make_component(run.id), make_component(run.identity[:8])
    endings = chain(("", f"-{identity}"), (f"-{identity}-{number}" for number in count(2)))
    candidates = (f"{own}{ending}.txt" for ending in endings)
    return next(name for name in candidates if unicodedata.normalize("NFC", name).casefold() not in names)


def _join_lines(text: str) -> str:
    """The text on one line: all that Python or a terminal takes for a line's end is a space."""
    return " ".join(text.splitlines())
