"""`mt-eval data`: what it prints of the seed articles."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from mt_eval.cli import data
from mt_eval.data.manifest import read_manifest
from mt_eval.errors import ConfigError, DataError

_VI = (
    "Tổng thống Nga Vladimir Putin đến Bắc Kinh hôm 8/2.",
    "Kim ngạch thương mại vượt 240 tỷ USD năm 2023.",
    "Quân đội Israel tấn công Gaza vào sáng thứ bảy.",
    "Bộ trưởng Ngoại giao Pháp gặp Thủ tướng Đức tại Paris.",
    "Liên Hợp Quốc kêu gọi hòa bình ở Trung Đông.",
    "Thủ tướng Anh Boris Johnson từ chức năm 2022 sau cuộc khủng hoảng.",
    "Tổng thống Mỹ Joe Biden nói về cuộc bầu cử tháng 11/2024.",
    "Công ty Samsung đầu tư 17 tỷ USD vào nhà máy ở Texas.",
)
_AR = (
    "وصل الرئيس الروسي فلاديمير بوتين إلى بكين يوم 8 فبراير.",
    "تجاوز حجم التجارة 240 مليار دولار عام 2023.",
    "هاجم الجيش الإسرائيلي غزة صباح السبت.",
    "التقى وزير الخارجية الفرنسي رئيس الوزراء الألماني في باريس.",
    "دعت الأمم المتحدة إلى السلام في الشرق الأوسط.",
    "استقال رئيس الوزراء البريطاني بوريس جونسون عام 2022 بعد الأزمة.",
    "تحدث الرئيس الأمريكي جو بايدن عن انتخابات نوفمبر 2024.",
    "استثمرت شركة سامسونج 17 مليار دولار في مصنع في تكساس.",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Texts without a manifest: a pair by its names, a pair with other names, one text alone, one that is no UTF-8."""
    for name, text in (
        ("news.vi", "\n".join(_VI[:4])),
        ("news.ar", "\n".join(_AR[:4])),
        ("bản tin", "\n".join(_VI[4:])),
        ("khabar", "\n".join(_AR[4:])),
        ("alone", "Mèo con ngủ trên ghế. Nó mơ thấy một con cá rất to."),
    ):
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "old.txt").write_bytes(_AR[0].encode("cp1256", errors="replace"))
    return tmp_path


def _run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    data.add_parser(parser.add_subparsers())
    args = parser.parse_args(["data", *words])
    status: int = args.run(args)
    return status


def test_list_names_articles_and_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    """Every article and pair is there, with relation and reason, one a line when piped."""
    assert _run("list") == 0

    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [cells[0] for cells in lines[1:6]] == ["000", "001", "002", "003", "004"]
    assert lines[8][:4] == ["xi-putin-2024", "000 002", "translation", "gold"]
    assert lines[9][:3] == ["xi-security-council", "001 003", "comparable"]
    assert lines[10][1:3] == ["004", "unpaired"]
    assert "\x1b" not in str(lines)


def test_list_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The same as one JSON object."""
    _run("list", "--json")

    listed = json.loads(capsys.readouterr().out)
    assert [article["language"] for article in listed["articles"]] == ["vi", "vi", "ar", "ar", "vi"]
    assert [pair["relation"] for pair in listed["pairs"]] == ["translation", "comparable"]


def test_show_has_both_texts_and_every_change(capsys: pytest.CaptureFixture[str]) -> None:
    """The text as found, the cleaned text and each removal are printed; Arabic is isolated."""
    _run("show", "003")

    out = capsys.readouterr().out
    found, rest = out.split("\n\ncleaned:\n")
    cleaned, changes = rest.split("\n\n3 changes\n")
    assert "\u2067تعليق (0)\u2069" in found
    assert "تعليق" not in cleaned
    assert all(line.startswith("\u2067") and line.endswith("\u2069") for line in cleaned.splitlines())
    assert changes.splitlines()[3] == "13\tfurniture\t\u2067تعليق (0)\u2069\t(removed)"


def test_show_as_json_lists_changes(capsys: pytest.CaptureFixture[str]) -> None:
    """Raw text, cleaned text, changes and segments come as data."""
    _run("show", "000", "--segments", "--json")

    shown = json.loads(capsys.readouterr().out)
    assert "Ảnh : AFP_Giới_chức" in shown["raw"]
    assert "Ảnh: AFP Giới chức" in shown["cleaned"]
    assert {"step": "words", "line": 1, "before": "AFP_Giới_chức", "after": "AFP Giới chức"} in shown["changes"]
    assert len(shown["segments"]) == 19


@pytest.mark.parametrize(("flag", "expected"), [("--raw", 1), ("--segments", 19)])
def test_show_raw_and_segments(capsys: pytest.CaptureFixture[str], flag: str, expected: int) -> None:
    """`--raw` prints the text as it is, `--segments` one sentence a line."""
    _run("show", "000", flag)

    assert expected == len(capsys.readouterr().out.splitlines())


def test_align_prints_a_gold_file_that_fits(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What it prints is a gold file whose cells are found in the cleaned articles."""
    from mt_eval.align import locate_gold, read_gold
    from mt_eval.types import Article

    cleaned = []
    for number, lang in (("000", "vi"), ("002", "ar")):
        _run("show", number, "--json")
        cleaned.append(Article(number, lang, json.loads(capsys.readouterr().out)["cleaned"]))
    _run("align", "xi-putin-2024")
    draft = tmp_path / "draft.tsv"
    draft.write_text(capsys.readouterr().out, encoding="utf-8")

    rows = read_gold(draft, "vi", "ar")

    assert len(locate_gold(draft, rows, *cleaned)) == 19


def test_a_folder_becomes_a_test_set(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`new`, `pair --write` and `check`: what cannot be read is said, pairs are found, and references are fit."""
    assert _run("new", str(folder)) == 1
    out, err = capsys.readouterr()
    assert "old.txt line 1: byte" in err
    assert "5 articles and 1 pair added" in out
    text = (folder / "articles.yaml").read_text(encoding="utf-8")
    assert "language: vi  # guessed from the text" in text

    assert _run("pair", str(folder), "--write") == 0
    assert "1 pair added" in capsys.readouterr().out
    manifest = read_manifest(folder / "articles.yaml")
    assert [(set(pair.articles), str(pair.relation)) for pair in manifest.pairs.values()] == [
        ({"news.vi", "news.ar"}, "translation"),
        ({"bản-tin", "khabar"}, "translation"),
    ]

    assert _run("check", str(folder)) == 0
    assert [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()[1:3]] == ["news", "bản-tin-khabar"]


def test_new_keeps_what_a_person_wrote(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A second call adds new files alone and changes no line."""
    (folder / "old.txt").unlink()
    _run("new", str(folder))
    path = folder / "articles.yaml"
    mended = path.read_text(encoding="utf-8").replace("  # guessed from the text", "  # I looked")
    path.write_text(mended, encoding="utf-8")

    assert _run("new", str(folder)) == 0
    assert path.read_text(encoding="utf-8") == mended
    (folder / "late.txt").write_text("\n".join(_VI), encoding="utf-8")
    assert _run("new", str(folder)) == 0

    lines = iter(path.read_text(encoding="utf-8").splitlines())
    assert all(line in lines for line in mended.splitlines())
    assert "late" in read_manifest(path).articles


def test_each_pair_is_printed_once_with_its_titles(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two that fit each other best have one row; what fits another better has its own, which says so."""
    assert _run("pair", str(repository / "seeds")) == 0

    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["article", "title", "best counterpart", "its title", "relation", "score", "evidence"]
    assert [(row[0], row[2], row[4]) for row in rows[1:]] == [
        ("000", "002", "translation"),
        ("001", "003", "comparable"),
        ("004", "003 (has a better)", "none"),
    ]
    assert rows[1][1].startswith("Trung Quốc muốn")
    assert "شي جين بينج يدعو" in rows[1][3]


def test_pair_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One object per text: counterpart, relation, score and evidence."""
    _run("pair", str(folder), "--json")

    found = {each["text"]: each for each in json.loads(capsys.readouterr().out)}
    assert (found["news.vi"]["counterpart"], found["news.vi"]["relation"]) == ("news.ar", "translation")
    assert any("vladimir = فلاديمير" in each for each in found["news.vi"]["evidence"])
    assert found["alone"]["relation"] == "none"


@pytest.mark.parametrize("words", [["list"], ["show", "000"], ["align", "xi-putin-2024"]])
def test_the_folder_of_a_manifest_stands_for_it(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """`--manifest DIR` prints what `--manifest DIR/articles.yaml` prints."""
    printed = []
    for manifest in ("bundled:seeds", "bundled:seeds/articles.yaml"):
        assert _run(*words, "--manifest", manifest) == 0
        printed.append(capsys.readouterr().out)

    assert printed[0] == printed[1] != ""


def test_a_folder_without_a_manifest_says_how_to_make_one(tmp_path: Path) -> None:
    """An empty folder is no manifest."""
    with pytest.raises(DataError, match="there is no manifest; make one with `mt-eval data new"):
        _run("list", "--manifest", str(tmp_path))


def test_check_refuses_what_a_run_refuses(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A reference of another text is unfit: `check` exits with 1, a run stops, and says so where it is forced."""
    from mt_eval.cli.main import main

    monkeypatch.chdir(folder)
    Path("wrong.vi.txt").write_text("\n".join([*_VI[:4], *_VI]), encoding="utf-8")
    Path("wrong.ar.txt").write_text(
        "زهرة جميلة في الحديقة.\nقطة صغيرة تنام على الكرسي.\nالطقس حار هذا الصيف في الجبال.\n"
        "نأكل الخبز مع الجبن كل صباح.",
        encoding="utf-8",
    )
    words = ["run", "data=folder", f"data.path={folder}", "model=copy", "metrics.samples=0", "preflight=false"]

    assert _run("check", str(folder)) == 1
    assert "wrong\tunfit" in capsys.readouterr().out
    assert main(words) == 1
    assert "article pair wrong: its reference does not look like a version of its source" in capsys.readouterr().err
    assert main([*words, "data.allow_unfit=true"]) == 0
    assert "wrong does not look like a translation" in " ".join(capsys.readouterr().out.split())


def test_align_of_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two files, one segment a line taken as given, give groups of indices with their costs."""
    (tmp_path / "s").write_text("\n".join(_VI), encoding="utf-8")
    (tmp_path / "r").write_text("\n".join([*_AR[:2], *_AR[3:6], f"{_AR[6]} {_AR[7]}"]), encoding="utf-8")

    assert _run("align", str(tmp_path / "s"), str(tmp_path / "r"), "--segmented", "--json") == 0

    groups = json.loads(capsys.readouterr().out)
    assert all(set(group) == {"source", "reference", "cost"} for group in groups)
    assert [(group["source"], group["reference"]) for group in groups] == [
        *(([0], [0]), ([1], [1]), ([2], []), ([3], [2]), ([4], [3]), ([5], [4]), ([6, 7], [5])),
    ]


def test_align_edit_writes_keeps_and_checks(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The gold file is written once, checked each time, and a cell that does not fit is named."""
    (folder / "old.txt").unlink()
    _run("new", str(folder))
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    words = ["align", "news", "--manifest", str(folder / "articles.yaml"), "--edit"]
    capsys.readouterr()

    assert _run(*words) == 0
    assert "news.tsv: fits; 4 groups, 4 with both sides" in capsys.readouterr().out
    path = folder / "gold" / "news.tsv"
    path.write_text(path.read_text(encoding="utf-8").replace("Putin", "Poutine"), encoding="utf-8")

    with pytest.raises(DataError, match=r"news\.tsv line 2: the Vietnamese cell is not found"):
        _run(*words)


@pytest.mark.extra("models")
def test_stats_count(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Articles, segments and words per language, tokens as a model reads them, and a bar for each length."""
    _run("stats", str(folder), "--json", "--model", "demo")
    counted = json.loads(capsys.readouterr().out)
    _run("stats", str(folder))

    assert (counted["ar"]["articles"], counted["ar"]["segments"]) == (2, 8)
    assert counted["ar"]["words"] == sum(len(text.split()) for text in _AR)
    assert counted["vi"]["tokens_demo"] > counted["vi"]["segments"]
    assert "vi: segments by length in characters" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["show", "00"], "has no article 00, expected one of "),
        (["align", "xi"], "has no pair xi, expected one of xi-"),
        (["align", "a", "b", "c"], "3 names, expected a pair of the manifest or two files"),
        (["align", "xi-putin-2024", "--segmented"], "--segmented is for two files"),
        (["align", "nowhere.vi", "nowhere.ar"], r"nowhere\.vi: there is no such file"),
        (["pair", "nowhere"], "there is no such folder"),
        (["new", "nowhere"], "there is no such folder"),
        (["check", "nowhere"], "there is no such folder"),
        (["stats", "nowhere"], "there is no such folder"),
        (["list", "--manifest", "nowhere.yaml"], r"nowhere\.yaml: there is no such file"),
    ],
)
def test_unknown_names(words: list[str], message: str) -> None:
    """A name that is not there is an error that lists what is."""
    with pytest.raises(DataError, match=message):
        _run(*words)


@pytest.mark.parametrize("option", ["copy", "opus_copy"])
def test_tokens_of_what_has_no_tokens(option: str, folder: Path) -> None:
    """The source copied is no checkpoint, nor is an option that nobody has."""
    with pytest.raises(ConfigError, match=option):
        _run("stats", str(folder), "--model", option)


def test_new_without_texts_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder with nothing in it, or with folders alone, which are named."""
    from mt_eval.cli.main import main

    (tmp_path / "empty").mkdir()
    (tmp_path / "deep" / "vi").mkdir(parents=True)
    (tmp_path / "deep" / "vi" / "a.txt").write_text(_VI[0], encoding="utf-8")

    assert main(["data", "new", str(tmp_path / "empty")]) == 1
    assert "empty: holds no text that can be listed, expected files such as news.vi.txt" in capsys.readouterr().err
    assert main(["data", "new", str(tmp_path / "deep")]) == 1
    assert "left out: " in (said := capsys.readouterr().err)
    assert "deep/vi: is a folder with 1 *.txt files" in said


def test_odd_names_stop_no_other_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a manifest cannot name is left out and said; what it can, however odd, is read back."""
    (folder / "old.txt").unlink()
    odd = [r"back\slash.txt", " spaces.txt", "bell\a.txt", "line\nfeed.txt", os.fsdecode(b"not-utf8-\xff.txt")]
    fine = ['quote"d.txt', "separator\u2028.txt", "mark\ufeff.txt", "#hash: {x}.txt", "._resource.txt", ".hidden.txt"]
    for name in [*odd, *fine]:
        (folder / name).write_text("\n".join(_VI), encoding="utf-8")
    os.mkfifo(folder / "pipe.txt")

    assert _run("new", str(folder)) == 1

    said = capsys.readouterr()
    listed = {entry.file for entry in read_manifest(folder / "articles.yaml").articles.values()}
    assert {name for name in fine if not name.startswith(".")} <= listed
    assert not listed & {*odd, "._resource.txt", ".hidden.txt", "pipe.txt"}
    assert said.err.count("left out: ") == len(odd)
    assert "news.vi.txt" in listed


def test_what_is_no_text_of_one_language_is_left_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A text of two languages, documents of other programs and other encodings are named; the others can be paired."""
    (folder / "mixed.txt").write_text("\n".join([*_VI, *_AR[:6]]), encoding="utf-8")
    (folder / "arabic.txt").write_bytes("\n".join(_AR).encode("utf-16-le"))
    (folder / "renamed.txt").write_bytes(b"PK\3\4\x14\0")
    (folder / "bài.docx").write_bytes(b"PK\3\4\x14\0")
    (folder / "~$bài.docx").write_bytes(b"\7owner")
    text = next(path for path in sorted(folder.glob("*.txt")) if "vi" in path.name or "ar" in path.name)
    text.with_suffix(".pdf").write_bytes(b"%PDF-1.7 of which the text was saved")

    assert _run("new", str(folder)) == 1

    said = capsys.readouterr().err
    assert [line.partition(f"{folder}/")[2].partition(":")[0] for line in said.splitlines() if "left out" in line] == [
        "arabic.txt",
        "old.txt line 1",
        "renamed.txt",
        "bài.docx",
        "mixed.txt",
    ]
    assert _run("pair", str(folder)) == 0


def test_a_manifest_names_files_in_either_form(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that was copied from macOS has decomposed names, and new files are not listed twice."""
    (folder / "old.txt").unlink()
    assert _run("new", str(folder)) == 0
    (folder / "bản tin.txt").rename(folder / unicodedata.normalize("NFD", "bản tin.txt"))

    assert _run("show", "bản-tin", "--raw", "--manifest", str(folder / "articles.yaml")) == 0
    assert _VI[4] in capsys.readouterr().out
    assert _run("new", str(folder)) == 0
    assert "nothing to add" in capsys.readouterr().out


def test_sources_go_out_and_translations_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`data source -o` and `model.path=` are two halves: the file it writes is taken as it is, by ids."""
    from mt_eval.cli.main import main
    from mt_eval.runs.read import read_run

    monkeypatch.chdir(tmp_path)
    assert main(["data", "source", "direction=ar-vi", "-o", "out.tsv"]) == 0
    assert "out.tsv: " in capsys.readouterr().out
    header, *rows = Path("out.tsv").read_text(encoding="utf-8").splitlines()
    Path("out.tsv").write_text("\n".join([header, *reversed(rows)]), encoding="utf-8")

    words = ["run", "direction=ar-vi", "metrics.samples=0"]
    assert main([*words, "model=hypotheses", "model.path=out.tsv"]) == 0
    assert main([*words, "model=copy"]) == 0

    by_id, copied = (read_run(path) for path in sorted(Path("runs").glob("articles-*"), key=lambda p: "copy" in p.name))
    assert [t and t.text for t in by_id.translations] == [t and t.text for t in copied.translations]
    assert len(rows) == sum(t is not None for t in copied.translations)


def test_translations_come_through_a_pipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`model.path=<(cat h.ar)`: what is read once is read whole, hashed as it was, and called after no descriptor."""
    monkeypatch.chdir(tmp_path)
    for name, lines in (("s", _VI), ("r", _AR), ("h", _AR)):
        Path(name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    words = "run data=lines data.source_path=s data.reference_path=r model=hypotheses metrics.samples=0"
    command = f"{sys.executable!r} -m mt_eval {words} model.path=<(cat h)"

    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    (record,) = Path("runs").glob("*-hypotheses-vi-ar-*/run.json")
    hashes = json.loads(record.read_text(encoding="utf-8"))["system"]["files"]
    assert list(hashes.values()) == [hashlib.sha256(Path("h").read_bytes()).hexdigest()]
    assert "chrF++" in done.stdout
