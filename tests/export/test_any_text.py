"""Names and texts of any characters through every writer, read back by programs that are not ours."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from small_runs import make_rows, write_small_run

from mt_eval.disk import make_component
from mt_eval.errors import RunError
from mt_eval.export.rows import list_rows
from mt_eval.export.tables import write_csv, write_jsonl, write_parquet, write_tsv
from mt_eval.export.texts import write_texts
from mt_eval.export.tmx import write_tmx
from mt_eval.runs.read import read_run
from mt_eval.types import Flag, Run

ANY_TEXT = st.text(max_size=20) | st.text("=+-@\t\r\n\x00\x1b\"',;&<>[]/\\.|\u2028\u202e\ufeffمạ ", max_size=10)
NAMES = st.text(max_size=12) | st.sampled_from(
    [
        "reference",
        "Reference",
        "../../x",
        "/etc/x",
        "..",
        ".",
        "",
        "source",
        "a/b",
        "m[/y]",
        "=1+1",
        "x" * 400,
        "ạ" * 200,
    ]
)


@cache
def make_plain_run() -> Run:
    with tempfile.TemporaryDirectory() as folder:
        return read_run(write_small_run(Path(folder), "r", make_rows(2)))


def rewrite(texts: list[str], name: str) -> Run:
    """A run of two segments with these texts (source, reference, translation, and why it is flagged), called so."""
    run = make_plain_run()
    source, reference, translation, why = texts
    pairs = tuple(
        replace(
            pair,
            source=(replace(pair.source[0], text=source),),
            reference=(replace(pair.reference[0], text=reference),),
        )
        for pair in run.pairs
    )
    return replace(
        run,
        head=replace(run.head, id=name, system=replace(run.head.system, label=name)),
        pairs=pairs,
        translations=tuple(replace(each, text=translation) for each in run.translations if each),
        flags=((Flag("numbers", why),), ()),
        segment_scores={"chrF++": (float("nan"), -1.5), "source": (None, 2.0)},
    )


def is_not_xml(character: str) -> bool:
    """By the grammar of XML 1.0, production 2."""
    code = ord(character)
    return (code < 0x20 and code not in (9, 10, 13)) or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF)


TEXTS = st.lists(ANY_TEXT, min_size=4, max_size=4)


@given(TEXTS, NAMES)
@settings(max_examples=60, deadline=None)
def test_tables_come_back(texts: list[str], name: str) -> None:
    """CSV and TSV by `csv`, JSON Lines by `json`, Parquet by pyarrow: the same names and texts in every one."""
    run = rewrite(texts, name)
    expected = [(name, *texts[:3]), (name, *texts[:3])]
    columns = ("run", "source", "reference", "translation")
    written = {writer: io.BytesIO() for writer in (write_csv, write_tsv, write_jsonl, write_parquet)}

    for writer, output in written.items():
        writer(list_rows([run]), output)

    tsv = list(csv.DictReader(io.StringIO(written[write_tsv].getvalue().decode(), newline=""), delimiter="\t"))
    sheet = list(csv.DictReader(io.StringIO(written[write_csv].getvalue().decode("utf-8-sig"), newline="")))
    lines = [json.loads(line) for line in written[write_jsonl].getvalue().decode().removesuffix("\n").split("\n")]
    table = parquet.read_table(written[write_parquet]).to_pylist()
    for rows in (tsv, lines, table):
        assert [tuple(row[column] for column in columns) for row in rows] == expected
    for row in sheet:
        for column, text in zip(columns, expected[0], strict=True):
            assert row[column] in (text, f"'{text}")
            assert not row[column].startswith(tuple("=+-@\t\r\n＝＋－＠"))
    assert [row["chrF++"] for row in lines] == [None, -1.5]
    assert [row["source (score)"] for row in table] == [None, 2.0]
    assert lines[0]["flag_reasons"] == [f"numbers: {texts[3]}"]


@given(TEXTS, NAMES, st.text(max_size=5))
@settings(max_examples=60, deadline=None)
def test_tmx_comes_back_or_is_refused(texts: list[str], name: str, lang: str) -> None:
    """An XML parser finds every text, name and language, or the character that XML cannot hold is named."""
    run = rewrite(texts, name)
    run = replace(run, config={**run.config, "direction": f"vi-{lang}"})
    output = io.BytesIO()

    if any(is_not_xml(character) for text in (*texts, name, lang) for character in text):
        with pytest.raises(RunError, match="which XML cannot"):
            write_tmx([run], output)
        return
    write_tmx([run], output)

    units = ET.fromstring(output.getvalue()).findall("body/tu")
    for unit in units:
        found = [segment.text or "" for segment in unit.iter("seg")]
        assert found == [texts[0], texts[2]]
        assert unit.findall("tuv")[1].get("{http://www.w3.org/XML/1998/namespace}lang") == lang
        assert (unit.findtext("prop[@type='x-run']"), unit.findtext("prop[@type='x-reference']")) == (name, texts[1])


@given(st.lists(NAMES, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_every_run_has_a_file_of_its_own_in_the_folder(names: list[str]) -> None:
    """Whatever runs call themselves: nothing outside of the folder, nothing overwritten, as many lines everywhere."""
    runs = [replace(rewrite(["s", "r", f"t{place}", ""], name)) for place, name in enumerate(names)]
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "a" / "lines"

        written = write_texts(runs, folder)

        assert sorted(path.name for path in Path(parent).rglob("*") if path.is_file()) == sorted(
            path.name for path in written
        )
        assert {path.parent for path in written} == {folder}
        assert len({path.name.casefold() for path in written}) == len(names) + 3
        assert (folder / "reference.txt").read_text() == "r\nr\n"
        assert [path.read_text() for path in written[3:]] == [f"t{place}\n" * 2 for place in range(len(names))]


@given(st.text(max_size=300))
def test_a_component_stays_where_it_is_put(name: str) -> None:
    """One plain name that every file system takes, and the same name for the same text."""
    component = make_component(name)

    assert Path("/a", component).parent == Path("/a")
    assert component not in ("", ".", "..")
    assert not component.startswith(".")
    assert len(component.encode()) <= 180
    assert make_component(component) == component


def test_long_names_stay_apart() -> None:
    """Names that begin alike end in different hashes."""
    assert make_component("ạ" * 300 + "1") != make_component("ạ" * 300 + "2")


@pytest.mark.parametrize("name", ["../../../escaped", "ABSOLUTE", "..", "a/../../escaped"])
def test_no_name_leads_out_of_the_folder(name: str, tmp_path: Path) -> None:
    """A run's `id` from a file is a name, whatever it says."""
    run = replace(rewrite(["s", "r", "t", ""], name.replace("ABSOLUTE", str(tmp_path / "escaped"))))

    written = write_texts([run], tmp_path / "a" / "b" / "lines")

    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(written)
