"""Conditions on a comparison: what holds, what cannot be told, and the exit status."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest
from small_runs import make_rows, write_small_run

from mt_eval.cli.main import main
from mt_eval.compare.gate import read_condition
from mt_eval.errors import ConfigError


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Runs over 24 segments: `weak` loses nearly all words, `strong` few, `twin` translates as `weak` does."""
    for name, lost in (("weak", 2), ("strong", 9), ("twin", 2)):
        write_small_run(tmp_path, name, make_rows(24, articles=3, lost=lost))
    return tmp_path


@pytest.fixture
def compare(runs: Path) -> Callable[..., int]:
    """The exit status of a comparison of two of the runs by name."""

    def compare(first: str, second: str, *words: str) -> int:
        return main(
            ["compare", str(runs / first), str(runs / second), "--metric", "chrF++", "--samples", "200", *words]
        )

    return compare


@pytest.mark.parametrize(
    ("first", "second", "condition", "status"),
    [
        ("strong", "weak", "worse", 3),
        ("weak", "strong", "worse", 0),
        ("weak", "twin", "worse", 0),
        ("weak", "twin", "not-better", 3),
        ("weak", "strong", "not-better", 0),
        ("weak", "strong", "below:chrF++=99.9", 3),
        ("strong", "weak", "below:chrF++=0.1", 0),
        ("strong", "weak", "above:chrF++=0.1", 3),
    ],
)
def test_the_status_says_whether_the_condition_holds(
    compare: Callable[..., int], first: str, second: str, condition: str, status: int
) -> None:
    """3 where it holds, 0 where it does not; the second run is the one that is judged."""
    assert compare(first, second, "--fail-if", condition) == status


def test_what_the_data_cannot_tell_fails_only_where_that_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two segments that were changed of 24 prove nothing: 0 by itself, 4 with --strict."""
    rows = make_rows(24, articles=3, lost=3)
    changed = [
        (a, b, c, d + (" thêm nhiều chữ khác hẳn" if place in (3, 11) else ""))
        for place, (a, b, c, d) in enumerate(rows)
    ]
    for name, each in (("before", rows), ("after", changed)):
        write_small_run(tmp_path, name, each)
    words = ["compare", str(tmp_path / "before"), str(tmp_path / "after"), "--metric", "chrF++", "--margin", "0"]

    statuses = [main([*words, "--fail-if", "worse", *more]) for more in ([], ["--strict"])]

    assert "worse: cannot tell, after: chrF++ -" in capsys.readouterr().err
    assert statuses == [0, 4]


def test_a_bound_inside_the_interval_cannot_be_told(compare: Callable[..., int], runs: Path) -> None:
    """A score above the bound whose interval reaches below it passes, but not with --strict."""
    main(
        [
            "compare",
            str(runs / "weak"),
            str(runs / "strong"),
            "--metric",
            "chrF++",
            "--json",
            "-o",
            str(runs / "c.json"),
        ]
    )
    scores = json.loads((runs / "c.json").read_text(encoding="utf-8"))["scores"]
    score = next(each for each in scores if each["system"] == "strong")
    between = f"below:chrF++={(score['low'] + score['value']) / 2}"

    assert score["low"] < score["value"]
    assert compare("weak", "strong", "--fail-if", between, "--samples", "10000") == 0
    assert compare("weak", "strong", "--fail-if", between, "--samples", "10000", "--strict") == 4


def test_junit_holds_a_case_for_each_system_and_condition(compare: Callable[..., int], runs: Path) -> None:
    """The standard library reads it; a condition that holds is a failure with its figures."""
    file = runs / "gate.xml"

    status = compare("strong", "weak", "--fail-if", "worse", "--fail-if", "below:chrF++=0.1", "--junit", str(file))

    suite = ElementTree.parse(file).getroot()
    assert status == 3
    assert (suite.attrib["tests"], suite.attrib["failures"], suite.attrib["skipped"]) == ("2", "1", "0")
    assert [case.attrib["name"] for case in suite] == ["weak: worse", "weak: below:chrF++=0.1"]
    assert [len(case.findall("failure")) for case in suite] == [1, 0]


def test_the_summary_answers_first(compare: Callable[..., int], runs: Path) -> None:
    """A pull request shows question, answer and conditions, and all figures folded."""
    file = runs / "summary.md"

    compare("strong", "weak", "--fail-if", "worse", "--markdown", str(file))

    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("## Does weak translate")
    assert lines[2] == "**No, worse.**"
    assert any(line.startswith("- **failed**: worse (weak: chrF++ -") for line in lines)
    assert lines[-1] == "</details>"


@pytest.mark.parametrize("text", ["better", "below:40", "below:chrF++", "below:chrF++=nan", "below:=3", "above:TER=x"])
def test_what_is_no_condition_is_refused(text: str) -> None:
    """The message shows what a condition looks like."""
    with pytest.raises(ConfigError, match="expected worse, not-better"):
        read_condition(text)


def test_a_metric_that_is_not_compared_is_named(
    compare: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """The message lists the metrics there are; the exit status is that of an error."""
    status = compare("weak", "strong", "--fail-if", "below:TER=40")

    assert status == 1
    assert "TER is not compared here; expected one of chrF++" in capsys.readouterr().err


def test_strictness_without_a_condition_is_refused(
    compare: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    """A gate that nothing can fail would let every change pass."""
    assert compare("strong", "weak", "--strict") == 1

    assert capsys.readouterr() == (
        "",
        "error: --strict goes with --fail-if: there is no condition to be strict about; add --fail-if worse\n",
    )
