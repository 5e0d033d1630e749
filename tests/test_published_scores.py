"""`mt-eval run` on outputs of real systems reproduces the BLEU their publisher computed, and keeps documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from mt_eval.cli.main import main
from mt_eval.runs.read import read_run
from mt_eval.types import Level, Run

SYSTEMS = [
    *(("ar", s) for s in ("argos", "bergamot-base", "bergamot-base-memory", "google", "microsoft", "nllb", "opusmt")),
    *(("vi", system) for system in ("google", "microsoft", "nllb", "opusmt")),
]
QUICK = [("ar", "opusmt"), ("vi", "nllb")]


def evaluate(folder: Path, *words: str) -> Run:
    """The only run that `mt-eval run` leaves in `folder`."""
    assert main(["run", *words, f"runs_dir={folder}", "metrics.samples=0"]) == 0
    (made,) = [path for path in folder.iterdir() if not path.name.startswith(".")]
    return read_run(made)


@pytest.mark.parametrize(
    ("lang", "system"),
    [
        each if each in QUICK else pytest.param(*each, marks=pytest.mark.slow)  # eleven times the same behaviour
        for each in SYSTEMS
    ],
)
def test_published_bleu_is_reproduced(lang: str, system: str, flores_systems: Path, tmp_path: Path) -> None:
    """BLEU with the 13a tokeniser, rounded as published, equals the figure in the publisher's `.bleu` file."""
    folder = flores_systems / f"en-{lang}"
    published = (folder / f"flores-dev.{system}.{lang}.bleu").read_text().strip()

    run = evaluate(
        tmp_path,
        "data=lines",
        f"data.source_path={folder}/flores-dev.en",
        f"data.reference_path={folder}/flores-dev.{lang}",
        f"direction=en-{lang}",
        "model=hypotheses",
        f"model.path={folder}/flores-dev.{system}.{lang}",
        "metrics.names=[BLEU-13a]",
    )

    (value,) = [score.value for score in run.scores if score.level is Level.SEGMENT]
    assert value is not None
    assert f"{value:.{len(published.split('.')[1])}f}" == published


def test_documents_of_line_parallel_files_are_articles(ntrex: Path, tmp_path: Path) -> None:
    """NTREX's 988 lines make 62 articles, whose intervals are drawn over articles."""
    words = [
        f"data.{side}_path='{ntrex}/ntrex.%{code}.txt'" for side, code in (("source", "src"), ("reference", "tgt"))
    ]

    assert main(["run", "data=lines", *words, f"data.docids_path='{ntrex}/docids.tsv'", "model=copy",
                 f"runs_dir={tmp_path}", "metrics.samples=100", "metrics.names=[chrF]"]) == 0  # fmt: skip

    (made,) = [path for path in tmp_path.iterdir() if not path.name.startswith(".")]
    run = read_run(made)
    segment, article = run.scores
    assert len(run.pairs) == 988
    assert (len(segment.per_article), len(article.per_article)) == (62, 62)
    assert (segment.resampled, article.resampled) == ("article", "article")
    (warning,) = run.warnings
    assert warning.startswith("1 of 988 translations have decomposed letters")  # one line of the Vietnamese side has
