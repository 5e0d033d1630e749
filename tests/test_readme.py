"""What the README says is true today."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from mt_eval.bundled import bundled_path
from mt_eval.cli.main import main

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    re.sub(r"\\\n\s+", "", command)
    for command in re.findall(r"^    mt-eval ((?:.*\\\n)*.*)$", README, flags=re.MULTILINE)
]
ERRORS = re.findall(r"^    \$ mt-eval (.*)\n    (error: .*)$", README, flags=re.MULTILINE)


def printed_by_make_run() -> str:
    """What the README shows as the output of `make run`."""
    found = re.search(r"<!-- make run -->\n+```text\n(.*?)```", README, flags=re.DOTALL)
    assert found, "the README has no output of `make run`"
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
    words = shlex.split(command)
    if words[0] == "run":
        words = [word for word in words if word != "-m" and "," not in word] + ["--cfg", "job"]
    elif words[0] in ("show", "status"):
        make_run(tmp_path)
    elif words[0] in ("compare", "report", "export"):
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
        words = ["xi-putin-2024" if word == "PAIR" else word for word in words]
    if words[0] == "show":
        words[1] = str(make_run(tmp_path))

    status = main(words)

    assert status == 0, capsys.readouterr().err


@pytest.mark.parametrize(("command", "error"), ERRORS)
def test_every_error_is_what_is_printed(
    command: str, error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command that the README shows failing fails with these words."""
    monkeypatch.chdir(tmp_path)

    status = main(shlex.split(command))

    assert (status, capsys.readouterr().err) == (1, f"{error}\n")


def test_make_run_prints_what_the_readme_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command behind `make run` prints the README's output, numbers and translations aside."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    status = main(["run", "-m", "direction=vi-ar,ar-vi"])

    assert status == 0
    assert mask(capsys.readouterr().out) == mask(printed_by_make_run())


def test_links_lead_somewhere(repository: Path) -> None:
    """Every relative link of the README is a file, and every anchor a heading."""
    headings = {
        re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in re.findall(r"^#+ (.*)$", README, re.MULTILINE)
    }
    missing = [
        link
        for link in re.findall(r"\]\(([^)]+)\)", README)
        if not link.startswith("http")
        and not (link[1:] in headings if link.startswith("#") else (repository / link).exists())
    ]

    assert missing == []
