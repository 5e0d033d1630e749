"""`mt-eval store`: what it prints, removes and merges."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from mt_eval.cli.main import main
from mt_eval.translate.store.records import StoreWriter
from mt_eval.translate.system import Sentence

FACTS = {
    "name": "org/opus-mt-vi-en",
    "direction": "vi-en",
    "engine": "transformers",
    "dtype": "float32",
    "generation": {"num_beams": 4},
}


@pytest.fixture
def runs_dir(tmp_path: Path) -> Path:
    """A finished run beside two legs' translations: one not used for 40 days, one written just now by two processes."""
    (tmp_path / "run-1").mkdir()
    (tmp_path / "run-1" / "run.json").write_text("{}")
    store = tmp_path / ".store"
    with StoreWriter(store, "ab" * 32, FACTS) as writer:
        writer.append({"một": Sentence("one", 1, 1), "hai": Sentence("two", 1, 1)})
    for path in (store / ("ab" * 8)).iterdir():
        os.utime(path, (time.time() - 40 * 86_400,) * 2)
    for text in ("ba", "bốn"):
        with StoreWriter(store, "cd" * 32, FACTS | {"name": "nllb"}) as writer:
            writer.append({text: Sentence("x", 1, 1)})
    return tmp_path


def ask(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    assert main(["store", *words, "--json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_the_table_says_what_is_there(runs_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line per leg with its settings and counts, and a sum."""
    assert main(["store", str(runs_dir)]) == 0

    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    today = time.strftime("%Y-%m-%d", time.gmtime())
    assert lines[1] == ["nllb", "vi-en", "transformers", "float32", "4", "2", "0.0", "2", today, today]
    assert lines[2][:8] == ["org/opus-mt-vi-en", "vi-en", "transformers", "float32", "4", "2", "0.0", "1"]
    assert lines[-1] == [f"{runs_dir}/.store:", "4", "records,", "0.0", "MB"]


def test_json_says_the_same(runs_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers and times for programs."""
    first, second = ask(capsys, str(runs_dir))["legs"]

    assert (first["name"], first["records"], first["files"], first["num_beams"]) == ("nllb", 2, 2, 4)
    assert (second["identity"], second["in_use"]) == ("ab" * 32, False)
    assert second["last_used"].endswith("+00:00")


def test_pruning_by_age(runs_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was not used for so long goes, and only that; a dry run says the same and removes nothing."""
    dry = ask(capsys, "prune", str(runs_dir), "--older-than", "30d", "--dry-run")
    still = len(ask(capsys, str(runs_dir))["legs"])
    done = ask(capsys, "prune", str(runs_dir), "--older-than", "30d")

    assert [leg["name"] for leg in done["removed"]] == ["org/opus-mt-vi-en"]
    assert dry["removed"] == done["removed"]
    assert dry["freed_bytes"] == done["freed_bytes"] == done["removed"][0]["bytes"]
    assert still == 2
    assert [leg["name"] for leg in ask(capsys, str(runs_dir))["legs"]] == ["nllb"]
    assert (runs_dir / "run-1" / "run.json").read_text() == "{}"


def test_pruning_by_model_says_what_it_freed(runs_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The text names every leg that went."""
    assert main(["store", "prune", str(runs_dir), "--model", "opus-*"]) == 0

    out = capsys.readouterr().out
    assert "removed org/opus-mt-vi-en vi-en, 2 records, 0.0 MB, last used " in out
    assert out.endswith(f"{runs_dir}/.store: 0.0 MB freed\n")


def test_pruning_leaves_what_is_written_to(runs_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A live writer's leg is kept, and that is said."""
    with StoreWriter(runs_dir / ".store", "cd" * 32, FACTS) as writer:
        writer.append({"năm": Sentence("five", 1, 1)})
        assert main(["store", "prune", str(runs_dir), "--model", "*"]) == 0

    out = capsys.readouterr().out
    assert "kept nllb vi-en: it is being written to" in out
    assert [leg["records"] for leg in ask(capsys, str(runs_dir))["legs"]] == [3]


def test_compacting(runs_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two processes' files become one, a single one stays."""
    assert main(["store", "compact", str(runs_dir)]) == 0

    out = capsys.readouterr().out
    assert "nllb vi-en: 2 files are one now" in out
    assert "org/opus" not in out
    assert [(leg["files"], leg["records"]) for leg in ask(capsys, str(runs_dir))["legs"]] == [(1, 2), (1, 2)]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["prune"], "prune wants to know what: --older-than AGE, --model PATTERN, or both"),
        (["prune", "--older-than", "30"], "30 is no age; expected hours, days or weeks"),
        (["--dry-run"], "--older-than and --dry-run go with prune, not with list"),
        (["one", "two"], "one folder is expected, not one two"),
    ],
)
def test_words_that_do_not_fit_together(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong call is said in a sentence and removes nothing."""
    with pytest.raises(SystemExit, match="2"):
        main(["store", *words])

    assert message in capsys.readouterr().err


def test_a_folder_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    """The folder of runs has to exist; an empty one holds no translations."""
    assert main(["store", "no/such/folder"]) == 1
    assert "error: no/such/folder: there is no such folder" in capsys.readouterr().err


def test_nothing_stored_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """That is no error, nor is a place where nothing was ever run, and both stay as they are."""
    monkeypatch.chdir(tmp_path)

    assert main(["store", str(tmp_path)]) == 0
    assert main(["store"]) == 0

    assert capsys.readouterr().out == f"{tmp_path}/.store holds no translations\nruns/.store holds no translations\n"
    assert list(tmp_path.iterdir()) == []
