"""How a comparison is written down: names that fit, columns, escapes."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from mt_eval.compare.contrast import Plan, compare_systems
from mt_eval.compare.evidence import Evidence, Table
from mt_eval.compare.result import Comparisons, Speed
from mt_eval.metrics import METRICS, count_texts
from mt_eval.metrics.key import MetricKey
from mt_eval.report.comparison import describe_columns
from mt_eval.report.comparison_data import render_csv
from mt_eval.report.comparison_names import choose_names
from mt_eval.report.comparison_terminal import render_comparisons
from mt_eval.report.comparison_text import render_latex, render_markdown
from mt_eval.types import Level

REFERENCES = tuple(f"trận đấu số {n} diễn ra tại thành phố {n % 7} vào ngày {n}" for n in range(40))


@cache
def compare(systems: tuple[str, ...], *, metric: str = "chrF", all_pairs: bool = False) -> Comparisons:
    """As many systems as names, each a little better than the one before it."""
    texts = [
        [" ".join(text.split()[: 5 + place + (n % 3)]) for n, text in enumerate(REFERENCES)]
        for place in range(len(systems))
    ]
    rows = np.stack([count_texts([metric], each, REFERENCES)[metric] for each in texts]).astype(np.int64)
    evidence = Evidence(
        systems=systems,
        identities=(None,) * len(systems),
        level=Level.SEGMENT,
        tables=(Table(MetricKey(metric), METRICS[metric], "nrefs:1|norm:none", rows),),
        ids=tuple(map(str, range(40))),
        articles=("news",) * 40,
        sources=tuple("source & text" for _ in range(40)),
        references=REFERENCES,
        shapes=(),
        flags=(),
        read_texts=lambda system, places: [texts[system][place] for place in places],
        languages=("en", "vi"),
    )
    return compare_systems(evidence, Plan(samples=200, all_pairs=all_pairs))


def print_table(result: Comparisons, width: int = 80) -> list[str]:
    console = Console(width=width, record=True, file=io.StringIO(), highlight=False)
    console.print(render_comparisons(result, width=width))
    return console.export_text().splitlines()


# --- names


def test_short_names_stand_for_themselves() -> None:
    """A name that fits into its two lines is broken where it may be, and no legend is needed."""
    names = choose_names(["google", "bergamot-base-memory", "nllb num_beams=8"], 15, 2)

    assert list(names.short.values()) == ["google", "bergamot-base-\nmemory", "nllb num_beams=\n8"]
    assert names.legend == ()


def test_one_long_name_gives_letters_to_all() -> None:
    """So that names are of one kind in a table; the legend has each in full."""
    systems = ["google", "dtype=int8_float32 batch_tokens=2048 num_beams=16"]

    names = choose_names(systems, 15, 2)

    assert names.short == {systems[0]: "A", systems[1]: "B"}
    assert names.legend == (("A", systems[0]), ("B", systems[1]))


@given(st.lists(st.text("ab-_ =.", min_size=1, max_size=40), min_size=1, unique=True), st.integers(4, 30))
def test_no_name_is_cut_or_too_wide(systems: list[str], room: int) -> None:
    """Whatever stands in the table fits, and names in lines are the names but for white space."""
    names = choose_names(systems, room, 2)

    for system, short in names.short.items():
        lines = short.split("\n")
        assert len(lines) <= 2
        assert all(len(line) <= room for line in lines)
        if not names.legend:
            assert short.replace("\n", "").replace(" ", "") == system.replace(" ", "")


# --- terminal


@pytest.mark.parametrize("all_pairs", [False, True])
@pytest.mark.parametrize(
    "systems",
    [
        ("a", "b"),
        tuple(f"model-{n}" for n in range(7)),
        tuple(f"int8_float32 batch_tokens={2**n} num_beams=4" for n in range(5)),
    ],
)
def test_a_table_fits_into_80_columns_and_cuts_nothing(systems: tuple[str, ...], *, all_pairs: bool) -> None:
    """No line is wider, no cell is shortened, and every system is named in full somewhere."""
    lines = print_table(compare(systems, all_pairs=all_pairs))

    assert max(map(cell_len, lines)) <= 80
    printed = "\n".join(lines)
    assert "…" not in printed
    assert all(system in printed for system in systems)


def test_many_pairs_leave_the_groups() -> None:
    """Of 10 systems, 45 pairs would bury their ranking; it says where they are."""
    printed = "\n".join(print_table(compare(tuple(f"s{n}" for n in range(10)), all_pairs=True)))

    assert "45 pairs: --format csv or json lists them" in printed
    assert "group: systems with a letter in common cannot be told apart" in printed


def test_people_have_a_column_where_they_were_asked() -> None:
    """chrF is in the study, chrF++ is not: an empty column would only take room."""
    assert "people" in print_table(compare(("a", "b")))[4]
    assert "people" not in "\n".join(print_table(compare(("a", "b"), metric="chrF++")))
    assert "people" not in render_markdown(compare(("a", "b"), metric="chrF++"))


def test_speeds_stand_beside_scores() -> None:
    """In the table and in Markdown, with a dash where nothing was decoded."""
    speeds = (Speed("EPYC cpu", 12.34, 567.8, 1234.5), None)
    result = replace(compare(("a", "b")), speeds=speeds)

    for printed in ("\n".join(print_table(result)), render_markdown(result)):
        assert "12.3" in printed
        assert "568" in printed
        assert "1,234 MB" in printed or "1,235 MB" in printed


# --- Markdown, LaTeX, CSV


def test_markdown_escapes_what_it_would_take_for_its_own() -> None:
    """Names and texts are shown as they are, entities included."""
    printed = render_markdown(compare(("a|b", "c_d")))

    assert r"a\|b" in printed
    assert r"c\_d" in printed
    assert r"source: source \& text" in printed
    assert {line.count("|") - line.count(r"\|") for line in printed.splitlines() if line.startswith("| c")} == {11}


def test_latex_is_balanced_and_escaped() -> None:
    """Special characters are typeset, minus signs are mathematics, dashes and hyphens are not."""
    printed = render_latex(compare(("100%_&", "BLEU-13"), all_pairs=True))
    body = [line for line in printed.splitlines() if not line.startswith("%")]

    assert r"100\%\_\&" in printed
    assert "BLEU-13" in printed
    assert printed.count(r"\begin{tabular}") == printed.count(r"\end{tabular}") == 1
    for line in body:
        assert line.replace(r"\%", "").count("%") == 0
        assert line.count("$") % 2 == 0
    assert re.search(r" \{\\footnotesize \d+\.\d--\d+\.\d\}", printed)


def test_latex_says_what_was_found_of_each_system() -> None:
    """One row per system; the best score is bold, and a verdict is a sign behind the score, a loss's a minus."""
    printed = render_latex(compare(("bad", "good"))).splitlines()
    turned = render_latex(
        replace(
            compare(("bad", "good")), comparisons=(replace(compare(("bad", "good")).comparisons[0], verdict="worse"),)
        )
    )

    (bad,) = (line for line in printed if line.startswith("bad &"))
    (good,) = (line for line in printed if line.startswith("good &"))
    assert "textbf" not in bad
    assert "textsuperscript" not in bad
    assert re.match(r"good & \\textbf\{[\d.]+\}\\textsuperscript\{\$\+\$\} ", good)
    assert r"\textsuperscript{$-$}" in turned


def test_groups_are_letters_in_latex() -> None:
    """After all pairs the best system comes first, and letters say who cannot be told apart."""
    result = compare(("a", "b", "c"), all_pairs=True)
    twins = replace(result, groups=tuple(replace(each, systems=("c", "b", "a")) for each in result.groups[:1]))

    rows = [line for line in render_latex(twins).splitlines() if re.match("[abc] &", line)]

    assert [row[0] for row in rows] == ["c", "b", "a"]
    assert all(r"\textsuperscript{a}" in row for row in rows)


def test_csv_disarms_formulas() -> None:
    """A spreadsheet does not run a system's name."""
    rows = list(csv.DictReader(io.StringIO(render_csv(compare(("=1+1", "@x"))))))

    assert [(row["baseline"], row["candidate"]) for row in rows] == [("'=1+1", "'@x")]


def test_columns_are_explained() -> None:
    """What is not on the table is not explained."""
    alone = " ".join(describe_columns(compare(("a", "b"), metric="TER")))

    assert "adjusted for 1 test (Holm)" in alone
    assert "lower is better: TER" in alone
    assert "people" not in alone
    assert "tie" not in alone
