"""What judges said, kept beside a run: read as written, of these very segments, and gone with the run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from small_runs import make_rows, write_small_run

from mt_eval.cli.main import main
from mt_eval.errors import RunError
from mt_eval.likelihoods import Contrast, Given, GivenRecord, GivenScore, Judge, JudgedPair, Likelihood
from mt_eval.runs.judgements import (
    SCHEMA_VERSION,
    hash_segments,
    read_contrast_records,
    read_contrasts,
    read_given,
    read_given_records,
    write_contrast,
    write_given,
)

JUDGE = Judge("demo", "0123abcd" * 8, "bundled:models/demo", "marian", "vi-ar", "transformers", "float32", "cpu")
RECORDS = (
    GivenRecord("a0:0", "a0", {"reference": Likelihood(-12.5, 4, 1, 11)}),
    GivenRecord("a0:1", "a0", {"reference": Likelihood(None, reason="there is no reference")}),
)
PAIR = JudgedPair("p", "a0", "a0:0", "number", "other", Likelihood(-3.0, 3, 0, 9), Likelihood(-4.0, 5, 0, 9))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small_run(tmp_path / "runs", "lines-x-vi-ar-01234567", make_rows(6))


def make_given(folder: Path) -> Given:
    score = GivenScore(
        "reference", 1, -12.5, 4, 1, 11, per_article={"a0": -3.125}, left_out={"there is no reference": 1}
    )
    return Given(SCHEMA_VERSION, JUDGE, (score,), "", hash_segments(folder))


def test_what_is_written_is_read(folder: Path) -> None:
    """Summary and records come back equal, but for the hash that is filled in; one judge has one entry."""
    given = make_given(folder)
    write_given(folder, given, RECORDS[:1])
    path = write_given(folder, given, RECORDS)
    write_given(folder, replace(given, judge=replace(JUDGE, identity="f" * 64)), RECORDS)

    found = read_given(folder)

    assert path.name == "given-demo-0123abcd.json"
    assert replace(found[0], records="") == given
    assert len(found) == 2
    assert read_given_records(folder, found[0]) == RECORDS


def test_a_contrastive_set_is_read(folder: Path) -> None:
    """The set's name, hash and pairs; a second set of the same name stands beside it."""
    contrast = Contrast(SCHEMA_VERSION, JUDGE, "numbers", "ab" * 32, 1, "")
    write_contrast(folder, contrast, [PAIR])
    write_contrast(folder, replace(contrast, sha256="cd" * 32), [PAIR])

    found = read_contrasts(folder)

    assert sorted(each.sha256 for each in found) == ["ab" * 32, "cd" * 32]
    assert [read_contrast_records(folder, each) for each in found] == [(PAIR,)] * 2


def test_a_run_stays_the_same_run(folder: Path) -> None:
    """None of the run's own files changes."""
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    write_given(folder, make_given(folder), RECORDS)

    assert {name: (folder / name).read_bytes() for name in before} == before


def test_judgements_of_other_segments_are_not_shown(folder: Path) -> None:
    """After the run was made again with other outputs, what was said of the old ones is not taken for theirs."""
    write_given(folder, make_given(folder), RECORDS)
    segments = folder / "segments.jsonl"
    segments.write_text(segments.read_text(encoding="utf-8").replace("câu 0", "câu không"), encoding="utf-8")

    assert read_given(folder) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"tokens": 4', '"tokens": 0', "counts of 'reference'"),
        ('"tokens": 4', '"tokens": 99999999999999999999', "counts of 'reference'"),
        ('"low": null', '"low": -4.0', "one end"),
        ('"schema_version": 1', '"schema_version": 99', "reads up to 1"),
        ('"judge"', '"jury"', "damaged"),
    ],
)
def test_a_damaged_summary_is_named(folder: Path, old: str, new: str, said: str) -> None:
    """One sentence names the file and says what mends it."""
    path = write_given(folder, make_given(folder), RECORDS)
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    with pytest.raises(RunError, match=said) as caught:
        read_given(folder)
    assert str(path) in str(caught.value)


def test_records_that_are_not_the_summarys_are_refused(folder: Path) -> None:
    """Records that were changed, or a record that cannot be, are damage."""
    write_given(folder, make_given(folder), RECORDS)
    (given,) = read_given(folder)
    with (folder / "given-demo-0123abcd.jsonl").open("a", encoding="utf-8") as lines:
        lines.write("\n")

    with pytest.raises(RunError, match="not what the summary beside it is of"):
        read_given_records(folder, given)

    write_given(folder, given, [GivenRecord("a0:0", "a0", {"reference": Likelihood(-1.0, 0)})])
    with pytest.raises(RunError, match="of 0 tokens"):
        read_given_records(folder, read_given(folder)[0])


def test_they_go_with_the_run(folder: Path) -> None:
    """`runs rm` removes them as the files of the run that they are."""
    write_given(folder, make_given(folder), RECORDS)

    assert main(["runs", "rm", str(folder)]) == 0
    assert not folder.exists()


def test_pairs_are_judged_by_sums_and_ties_are_wrong() -> None:
    """The shorter text may win by its sum and lose by its mean; what is as likely is not right; None is unknown."""
    tie = replace(PAIR, wrong=replace(PAIR.wrong, log_probability=-3.0))
    unknown = replace(PAIR, wrong=Likelihood(None, reason="too long"))

    assert (PAIR.is_right, PAIR.is_right_per_token) == (True, False)
    assert (tie.is_right, unknown.is_right, unknown.is_right_per_token) == (False, None, None)
