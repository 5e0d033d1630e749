"""A line that shows nothing is an empty line, wherever it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from mt_eval.cli.main import main
from mt_eval.runs.read import read_run
from mt_eval.types import Kind, Run

VIETNAMESE = ["Chủ tịch nước thăm Nga.", "Hai bên ký hiệp định mới.", "Cuộc họp kết thúc.", "Báo chí đưa tin."]
ARABIC = ["زار الرئيس روسيا.", "وقع الجانبان اتفاقية جديدة.", "انتهى الاجتماع.", "نشرت الصحافة الخبر."]


def evaluate(folder: Path, blank: str) -> Run:
    """The run over lines of which the second has a blank reference, the third source and the fourth translation."""
    folder.mkdir()
    columns = {
        "s": [*VIETNAMESE[:2], blank, VIETNAMESE[3]],
        "r": [ARABIC[0], blank, *ARABIC[2:]],
        "h": [*ARABIC[:3], blank],
    }
    for name, lines in columns.items():
        (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    words = ["data=lines", f"data.source_path={folder}/s", f"data.reference_path={folder}/r", "model=hypotheses"]
    assert main(["run", *words, f"model.path={folder}/h", f"runs_dir={folder}/runs", "metrics.samples=0"]) == 0
    (made,) = (folder / "runs").glob("*/run.json")
    return read_run(made.parent)


@pytest.mark.parametrize("blank", ["\u200b", "\u200e\u200f", "\ufeff\ufeff", "\u00a0\u2060", "\u3164"])
def test_blank_lines_are_empty_lines(blank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Kinds of pairs, scores, flags and warnings are those of a file with empty lines there."""
    empty = evaluate(tmp_path / "empty", "")
    unseen = evaluate(tmp_path / "unseen", blank)

    assert [pair.kind for pair in unseen.pairs] == [Kind.ALIGNED, Kind.SOURCE_ONLY, Kind.REFERENCE_ONLY, Kind.ALIGNED]
    assert [score.value for score in unseen.scores] == [score.value for score in empty.scores]
    assert unseen.flags == empty.flags
    assert [each.rpartition("/")[2] for each in unseen.warnings] == [each.rpartition("/")[2] for each in empty.warnings]
    assert any("1 of 2 translations is empty" in warning for warning in unseen.warnings)


@pytest.mark.parametrize("blank", ["", "\u200b", "\ufeff\u200f"])
def test_plain_files_are_compared_without_blank_lines(
    blank: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`mt-eval compare` leaves out lines whose reference or source shows nothing, and says how many."""
    for name, lines in {
        "s": [*VIETNAMESE[:3], blank],
        "r": [ARABIC[0], blank, *ARABIC[2:]],
        "a": ARABIC,
        "b": list(reversed(ARABIC)),
    }.items():
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    files = ["--hypotheses", f"{tmp_path}/a", f"{tmp_path}/b", "--lang", "ar"]
    sides = ["--reference", f"{tmp_path}/r", "--source", f"{tmp_path}/s"]
    assert main(["compare", *files, *sides, "--samples", "100"]) == 0
    assert "2 of 4 lines lack a side and are not counted" in " ".join(capsys.readouterr().out.split())
