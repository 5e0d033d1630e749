"""What the README and the pages under docs/ say is true today."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from small_runs import make_rows, write_small_run

from mt_eval.bundled import bundled_path
from mt_eval.cli.main import main
from mt_eval.metrics import METRICS
from mt_eval.report.html import glossary

ROOT = Path(__file__).resolve().parents[1]
PAGES = {page: page.read_text(encoding="utf-8") for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))}
COMMANDS = sorted(
    {
        re.sub(r"\\\n\s+", "", command)
        for text in PAGES.values()
        for command in re.findall(r"^    mt-eval ((?:.*\\\n)*.*)$", text, flags=re.MULTILINE)
    }
)
ERRORS = [
    found
    for text in PAGES.values()
    for found in re.findall(r"^    \$ mt-eval (.*)\n    (error: .*)$", text, flags=re.MULTILINE)
]
MARKDOWN = [
    path
    for path in sorted(ROOT.rglob("*.md"))
    if not {".venv", "site", "node_modules", "build", "dist"} & set(path.relative_to(ROOT).parts)
    and path.relative_to(ROOT).parts[:2] not in {("runs", path.name), ("shared", path.name)}
]
WORDS = [value for value in vars(glossary).values() if isinstance(value, glossary.Word)] + [
    word for value in vars(glossary).values() if isinstance(value, tuple) for word in value
]


def printed_by_make_run() -> str:
    """What docs/start.md shows as the output of `make run`."""
    found = re.search(r"<!-- make run -->\n+```text\n(.*?)```", PAGES[ROOT / "docs/start.md"], flags=re.DOTALL)
    assert found, "docs/start.md has no output of `make run`"
    return found.group(1)


def mask(output: str) -> list[str]:
    """The lines of an output without what may differ between machines: numbers, names with hashes, translations."""
    lines, texts = [], False
    for line in (line.rstrip() for line in output.splitlines()):
        if re.match(r"\s+source\s+reference\s+translation", line):
            texts = True
        elif not line:
            texts = False
        if not texts and not re.match(r"\s+\S+:\d+  chrF", line):
            lines.append(
                re.sub(r"\s+", " ", re.sub(r"[\d.]+", "#", re.sub(r"-[0-9a-f]{8}\b", "-IDENTITY", line))).strip()
            )
    return [line for line in lines if line]


def make_run(folder: Path, *words: str) -> Path:
    """The directory of a run made in `folder`, by `model=copy` unless `words` say otherwise."""
    main(["run", "model=copy", "metrics.samples=0", *words])
    return next((folder / "runs").glob("articles-*"))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_runs(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Run commands compose, the others do what they say on a run made by `model=copy`."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    words = shlex.split(command)
    if words[0] == "run":
        words = [word for word in words if word != "-m" and not re.search(r",(?![^\[]*\])", word)] + ["--cfg", "job"]
    elif words[0] in ("show", "status"):
        make_run(tmp_path)
    elif words[0] == "runs":
        make_run(tmp_path, "tags=[first]").rename(tmp_path / "runs/NAME")
    elif words[0] == "plan":
        for name, lost in (("A", 2), ("B", 5)):
            write_small_run(tmp_path / "runs", name, make_rows(24, articles=12, lost=lost))
    elif words[0] in ("compare", "report", "export"):
        (tmp_path / "parts").symlink_to("runs")
        copied = make_run(tmp_path).rename(tmp_path / "runs/A")
        segments = (copied / "segments.jsonl").read_text(encoding="utf-8").splitlines()
        for name, line in (("a.txt", "سلام"), ("b.txt", "كتاب"), ("r.txt", "كتاب جديد"), ("d.txt", "one")):
            (tmp_path / name).write_text(f"{line}\n" * len(segments), encoding="utf-8")
        make_run(tmp_path, "model=hypotheses", "model.path=a.txt").rename(tmp_path / "runs/B")
    elif words[0] == "data":
        shutil.copytree(bundled_path("seeds"), tmp_path / "my-articles", ignore=shutil.ignore_patterns("ui"))
        for number, lang in (("000", "vi"), ("002", "ar")):
            (text,) = (tmp_path / "my-articles").glob(f"{number}_*")
            shutil.copy(text, tmp_path / f"news.{lang}.txt")
        if "--articles" not in words:
            (tmp_path / "outputs").mkdir()
            (tmp_path / "outputs" / "xi-putin-2024.txt").write_text("أجرى الرئيسان اتصالا هاتفيا.", encoding="utf-8")
        row = {"article_pair_id": "a", "source": "Xin chào.", "reference": "مرحبا."}
        (tmp_path / "both.jsonl").write_text(json.dumps(row), encoding="utf-8")
        words = ["xi-putin-2024" if word == "PAIR" else word for word in words]
    elif words[0] == "score-given":
        shutil.copytree(make_run(tmp_path), tmp_path / "runs/B")
        make_run(tmp_path).rename(tmp_path / "runs/A")
        pair = {"id": "1", "article": "a", "segment": "a:1", "source_language": "vi", "target_language": "ar"}
        pair |= {"kind": "number", "rule": "digits", "source": "Trang 3", "correct": "صفحة 3", "wrong": "صفحة 8"}
        (tmp_path / "contrast.jsonl").write_text(json.dumps(pair) + "\n", encoding="utf-8")
    if words[0] == "show":
        words[1] = str(make_run(tmp_path))

    status = main(words)

    # A gate does its work where it finds the second run worse.
    assert status in ((0, 3) if "--fail-if" in words else (0,)), capsys.readouterr().err


@pytest.mark.parametrize(("command", "error"), ERRORS)
def test_every_error_is_what_is_printed(
    command: str, error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command that a page shows failing fails with these words; `...` stands for some that the page leaves out."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "news.vi").write_text("Xin chào các bạn.\nHôm nay trời đẹp.\n", encoding="utf-8")
    (tmp_path / "news.ar").write_text("مرحبا بكم.\nالطقس جميل.\n", encoding="utf-8")
    (tmp_path / "short.ar").write_text("مرحبا بكم.\n", encoding="utf-8")
    (tmp_path / "latin.vi").write_bytes("Xin chào.\n".encode("cp1252"))

    status = main(shlex.split(command))

    printed = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert status == 1
    pattern = re.escape(error).replace(re.escape("..."), ".*")
    assert [re.fullmatch(pattern, line) is not None for line in printed] == [True], printed


def test_make_run_prints_what_its_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command behind `make run` prints what docs/start.md shows, numbers and translations aside."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    status = main(["run", "-m", "direction=vi-ar,ar-vi"])

    assert status == 0
    assert mask(capsys.readouterr().out) == mask(printed_by_make_run())


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of every Markdown file is a file, and every anchor a heading of it."""
    text = _without_code(page.read_text(encoding="utf-8"))
    missing = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if "://" in link:
            continue
        if not target.exists() or (anchor and anchor not in _list_anchors(target)):
            missing.append(link)

    assert missing == []


def test_the_readme_shows_lines_of_make_run() -> None:
    """What the README shows of a run are lines of what `make run` prints, in their order."""
    shown = re.search(r"<!-- from make run -->\n+```text\n(.*?)```", PAGES[ROOT / "README.md"], flags=re.DOTALL)
    assert shown

    printed = iter(printed_by_make_run().splitlines())

    assert all(line in printed for line in shown.group(1).splitlines())


def test_the_glossary_explains_words_as_the_page_does() -> None:
    """Every word that a report explains stands in the glossary with the same explanation."""
    words = [(word.term, word.meaning) for word in WORDS]
    words += [(metric.name, metric.meaning) for metric in METRICS.values()]
    rows = PAGES[ROOT / "docs/glossary.md"].splitlines()

    assert [f"| **{term}** | {meaning} |" for term, meaning in words if f"| **{term}** | {meaning} |" not in rows] == []


def test_the_readme_fits_on_a_few_screens() -> None:
    """The README is no longer than 150 lines; what is longer has a page under docs/."""
    assert len(PAGES[ROOT / "README.md"].splitlines()) <= 150


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    """`make docs` fails on a dead link or a page that is missing from the menu; here it finds none."""
    pytest.importorskip("material", reason="needs mkdocs-material, of the extra dev")

    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "site/repository/runs/index.html").is_file()


def _without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def _list_anchors(page: Path) -> set[str]:
    """What the headings of a page are called in links, as GitHub and mkdocs make them of plain words."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_can_be_typed_in_zsh(command: str) -> None:
    """Brackets, stars and question marks stand in quotes: zsh takes them for patterns, and fails where no file fits."""
    unquoted = re.sub(r"'[^']*'|\"[^\"]*\"|\\.", "", command)

    assert re.findall(r"[\[\]*?{}~^]", unquoted) == []
