"""Plain lines, as the sacrebleu command takes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mt_eval.errors import RunError
from mt_eval.types import Kind, Run


def write_texts(runs: Sequence[Run], folder: Path) -> list[Path]:
    """Write `source.txt`, `reference.txt`, `docids.txt` and one file of translations per run, called as it is.

    The i-th lines of all files belong together. Only segment pairs with both sides are in them, and only those are
    scored at the segment level. White space that would end a line is a space.

    Raises:
        RunError: The runs are not over the same texts, or the folder cannot be written.
    """
    kept = [place for place, pair in enumerate(runs[0].pairs) if pair.kind is Kind.ALIGNED]
    texts = [(pair.source_text, pair.reference_text) for pair in runs[0].pairs]
    for run in runs[1:]:
        if [(pair.source_text, pair.reference_text) for pair in run.pairs] != texts:
            raise RunError(
                f"--to txt: {run.id} and {runs[0].id} have other texts or segments, expected the same, because their "
                "lines share one reference; export them one at a time"
            )
    files = {
        "source.txt": [texts[place][0] for place in kept],
        "reference.txt": [texts[place][1] for place in kept],
        "docids.txt": [runs[0].pairs[place].article_pair_id for place in kept],
    }
    for run in runs:
        translations = [run.translations[place] for place in kept]
        files[f"{run.id}.txt"] = [each.text if each else "" for each in translations]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, lines in files.items():
            content = "".join(f"{_join_lines(line)}\n" for line in lines)
            (folder / name).write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        raise RunError(f"{folder}: cannot be written ({error.strerror}); name another folder with -o DIR") from error
    return [folder / name for name in files]


def _join_lines(text: str) -> str:
    """The text on one line: all that Python or a terminal takes for a line's end is a space."""
    return " ".join(text.splitlines())
