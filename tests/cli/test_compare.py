"""`mt-eval compare` as it is typed: what it prints, refuses and imports."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from small_runs import make_rows, write_small_run

from mt_eval.cli.main import main

FORMATS = ("table", "markdown", "csv", "json", "latex")


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """A folder of three runs over 24 segments of 3 articles, the later the better."""
    for name, lost in (("small", 2), ("middle", 4), ("large", 9)):
        write_small_run(tmp_path / "runs", name, make_rows(24, articles=3, lost=lost))
    return tmp_path / "runs"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Paths of plain files over 24 lines: hypotheses a and b, reference, source, documents."""
    rows, better = make_rows(24, articles=12, lost=2), make_rows(24, articles=12, lost=9)
    columns = {
        "a": [row[3] for row in rows],
        "b": [row[3] for row in better],
        "r": [row[2] for row in rows],
        "s": [row[1] for row in rows],
        "d": [row[0] for row in rows],
    }
    for name, lines in columns.items():
        (tmp_path / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return {name: str(tmp_path / f"{name}.txt") for name in columns}


def compare(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What is printed by a comparison that works."""
    status = main(["compare", "--samples", "200", *words])
    said = capsys.readouterr()
    assert (status, said.err) == (0, "")
    return said.out


def fail(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The message of a comparison that does not."""
    status = main(["compare", *words])
    said = capsys.readouterr()
    assert (status, said.out) == (1, "")
    return said.err


def test_the_first_run_is_the_baseline(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Candidates stand below it with a verdict of their own; --baseline names another."""
    found = json.loads(compare(capsys, str(runs / "small"), str(runs / "large"), "--metric", "chrF++", "--json"))
    other = json.loads(compare(capsys, str(runs), "--baseline", "middle", "--metric", "chrF++", "--json"))

    assert [(each["baseline"], each["candidate"], each["verdict"]) for each in found["comparisons"]] == [
        ("small", "large", "better")
    ]
    assert [(each["baseline"], each["candidate"], each["verdict"]) for each in other["comparisons"]] == [
        ("middle", "large", "better"),
        ("middle", "small", "worse"),
    ]


def test_runs_of_a_folder_are_sorted_by_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Beam sizes come by size, whatever the folders are called."""
    for folder, beams in (("c", 8), ("a", 16), ("b", 1)):
        config = {"decoding": {"num_beams": beams}}
        system = {"system": {"label": "demo", "kind": "marian"}}
        write_small_run(tmp_path, folder, make_rows(8, lost=beams + 1), config=config, head=system)

    found = json.loads(compare(capsys, str(tmp_path), "--json"))

    assert found["systems"] == ["num_beams=1", "num_beams=8", "num_beams=16"]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("all_pairs", [False, True])
def test_every_format_says_the_same(form: str, all_pairs: bool, runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Systems, metrics, signatures and verdicts are in each of them."""
    printed = compare(capsys, str(runs), "--format", form, *(["--all-pairs"] if all_pairs else []))

    # LaTeX has signs for verdicts, and letters for groups.
    verdict = "worse" if form != "latex" or not all_pairs else "textsuperscript{a}"
    for word in ("small", "middle", "large", "chrF++", "BLEU-13a", "norm:none", verdict):
        assert word in printed.replace("\\_", "_")


@pytest.mark.parametrize("form", FORMATS)
def test_plain_files_say_what_runs_say(
    form: str, files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same texts as runs and as files have the same scores, differences and p values, digit by digit."""
    for name, lost in (("a", 2), ("b", 9)):
        rows = make_rows(24, articles=12, lost=lost)
        write_small_run(tmp_path / "runs", f"{name}.txt", rows)
    metrics = ("--metric", "chrF++,BLEU-13a", "--format", form, "--segments", "0")

    from_runs = compare(capsys, str(tmp_path / "runs"), *metrics)
    from_files = compare(
        capsys, "--hypotheses", files["a"], files["b"], "--reference", files["r"], "--docids", files["d"],
        "--source", files["s"], "--lang", "ar", *metrics,
    )  # fmt: skip

    if form == "json":
        one, other = (json.loads(each) for each in (from_runs, from_files))
        assert (one["scores"], one["comparisons"], one["unit"]) == (
            other["scores"],
            other["comparisons"],
            other["unit"],
        )
        assert other["unit"] == "article"
    else:
        kept = [line for line in from_runs.splitlines() if "alignment" not in line and "1 to 1" not in line]
        assert kept == from_files.splitlines()


def test_csv_is_read_back_at_full_precision(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One row per pair and metric, whose numbers are those of the JSON."""
    found = json.loads(compare(capsys, str(runs), "--json"))

    rows = list(csv.DictReader(io.StringIO(compare(capsys, str(runs), "--format", "csv"))))

    assert [
        (row["metric"], row["baseline"], row["candidate"], float(row["delta"]), float(row["p_adjusted"]))
        for row in rows
    ] == [
        (each["metric"], each["baseline"], each["candidate"], each["delta"], each["p_adjusted"])
        for each in found["comparisons"]
    ]
    for row in rows:
        assert float(row["candidate_score"]) - float(row["baseline_score"]) == float(row["delta"])


def test_results_depend_on_nothing_but_what_is_asked(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same command prints the same; another seed, 0 included, other intervals."""
    words = [str(runs), "--format", "csv", "--seed"]

    once = compare(capsys, *words, "0")

    assert once == compare(capsys, *words, "0")
    assert once != compare(capsys, *words, "1")


def test_segments_are_shown_with_their_texts(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of two runs, in the table and in Markdown: source, reference and both translations."""
    rows = make_rows(24, articles=3, lost=2)
    for form in ("table", "markdown"):
        printed = compare(capsys, str(runs / "small"), str(runs / "large"), "--format", form)
        shown = [row for row in rows if f"{row[1]}\n" in printed or f"{row[1]}\u2069" in printed]
        assert len(shown) == 3
        for _, _, reference, translation in shown:
            assert reference.split()[-1] in printed
            assert translation.split()[-1] in printed


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "there is nothing to compare, expected runs or --hypotheses"),
        (["x", "--samples", "5"], "samples=5 is not possible: expected 100 or more"),
        (["x", "--seed", "-1"], "seed=-1 is not possible: expected 0 or more"),
        (["x", "--margin", "nan"], "margin=nan is not possible"),
        (["x", "--segments", "-1"], "segments=-1 is not possible"),
        (["x", "--lang", "ar"], "--lang goes with --hypotheses only"),
        (["x", "--hypotheses", "a"], "RUN does not go with --hypotheses"),
        (["--hypotheses", "a", "--lang", "ar"], "--hypotheses needs --reference, too"),
        (["--hypotheses", "a", "--reference", "r"], "--hypotheses needs --lang, too"),
        (["--hypotheses", "a", "a", "--reference", "r", "--lang", "ar"], "--hypotheses names a file twice"),
        (
            ["--hypotheses", "a", "b", "--reference", "r", "--lang", "ar", "--baseline", "c"],
            "--baseline c: expected one of the files behind --hypotheses",
        ),
    ],
)
def test_options_that_do_not_fit(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each has a sentence of its own, before anything is read."""
    assert message in fail(capsys, *words)


def test_files_that_do_not_fit(files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Another number of lines, no such metric, a line without document: one sentence with the file and the line."""
    short, gap = tmp_path / "short.txt", tmp_path / "gap.txt"
    short.write_text("one\n", encoding="utf-8")
    gap.write_text("d\n" * 10 + "\n" + "d\n" * 13, encoding="utf-8")
    given = ["--reference", files["r"], "--lang", "ar", "--hypotheses", files["a"]]

    assert "short.txt has 1 lines and" in fail(capsys, *given, str(short))
    assert "--metric COMET: there is no such metric for plain files" in fail(
        capsys, *given, files["b"], "--metric", "COMET"
    )
    assert "gap.txt line 11: the document id is empty" in fail(capsys, *given, files["b"], "--docids", str(gap))


def test_lines_without_a_reference_are_left_out_and_said(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """They are not scored as empty."""
    reference = Path(files["r"])
    lines = reference.read_text(encoding="utf-8").splitlines()
    reference.write_text("".join(f"{line}\n" for line in ["", *lines[1:]]), encoding="utf-8")

    printed = compare(
        capsys, "--hypotheses", files["a"], files["b"], "--reference", files["r"], "--lang", "ar", "--json"
    )

    found = json.loads(printed)
    assert found["segments"] == 23
    assert "1 of 24 lines lack a side and are not counted" in found["notes"]


def test_nothing_heavy_is_imported(runs: Path) -> None:
    """A comparison of runs does without torch, transformers, datasets, hydra, pandas, and without sacrebleu."""
    program = (
        "import sys; from mt_eval.cli.main import main\n"
        "status = main(sys.argv[1:])\n"
        "heavy = {'torch', 'transformers', 'datasets', 'hydra', 'omegaconf', 'pandas', 'sacrebleu', 'mt_eval.config'}\n"
        "sys.exit(status or str(heavy & set(sys.modules) or ''))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, "compare", str(runs)], capture_output=True, text=True, check=False
    )

    assert done.stderr.strip() == ""
    assert "worse" in done.stdout


def test_nothing_is_promised_where_no_test_can_show_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Twelve articles that say as much as five: no difference is shown among five tests, and none is said to be."""
    monkeypatch.chdir(tmp_path)
    sizes = (3, 60, 5, 7, 9, 3, 20, 4, 30, 3, 3, 50)
    words = [f"{one}{two}" for one in "abcdefghij" for two in "klmnopqrst"]
    lines = [words[(7 * line + line % 13) % 80 :][:10] for line in range(sum(sizes))]
    Path("ref").write_text("\n".join(map(" ".join, lines)))
    Path("ids").write_text("\n".join(f"{place}" for place, size in enumerate(sizes) for _ in range(size)))
    for kept in range(2, 8):
        cut = [" ".join([*line[:kept], *["zz"] * (10 - kept - place % 2)]) for place, line in enumerate(lines)]
        Path(f"kept{kept}").write_text("\n".join(cut))

    files = [f"kept{kept}" for kept in range(2, 8)]
    words = ["--reference", "ref", "--docids", "ids", "--lang", "vi", "--metric", "chrF++"]
    assert main(["compare", "--hypotheses", *files, *words, "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)

    assert {each["verdict"] for each in result["comparisons"]} == {"cannot tell"}
    assert {(each["detectable"], each["units_needed"]) for each in result["comparisons"]} == {(None, None)}
    assert any("12 articles cannot show any difference among 5 tests" in note for note in result["notes"])


@pytest.mark.parametrize("name", ["beams=4", "a=b=c", "ع = 1, x"])
def test_a_label_may_hold_an_equals_sign(runs: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """What is before the sign is the run that there is, the rest its name."""
    small, large = str(runs / "small"), str(runs / "large")

    said = json.loads(compare(capsys, small, large, "--label", f"{small}={name}", "--json"))

    assert name in said["systems"]


def test_a_run_to_be_named_may_hold_an_equals_sign(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A present label such as `num_beams=4` is a run, too."""
    for folder, beams in (("one", 1), ("four", 4)):
        head = {"system": {"label": "demo", "kind": "marian"}}
        write_small_run(runs, folder, make_rows(24), config={"decoding": {"num_beams": beams}}, head=head)

    said = compare(capsys, str(runs / "one"), str(runs / "four"), "--label", "num_beams=4=four", "--json")

    assert json.loads(said)["systems"] == ["num_beams=1", "four"]


def test_files_are_named_with_an_equals_sign(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """As runs are."""
    words = ["--hypotheses", files["a"], files["b"], "--reference", files["r"], "--lang", "ar"]

    said = json.loads(compare(capsys, *words, "--label", f"{files['a']}=x=y", "--json"))

    assert "x=y" in said["systems"]
