"""What docs/systems.md walks through, on the command line: systems of every kind on the same texts, in one report."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import tiny_checkpoints
from browser import open_page, start_browser
from chat_server import ChatServer, Completion, Exchange, echo
from transformers import MarianMTModel

from mt_eval.bundled import bundled_path
from mt_eval.cli.main import main

ROOT = Path(__file__).resolve().parents[1]
ROWS = 6
"""Segments of each article that the test keeps."""


def answer(exchange: Exchange) -> Completion:
    """English words into English, Arabic letters into Arabic, with something around every third answer; asked again,
    the server says something else about one text."""
    text = exchange.text
    asked_before = sum(each == text for each in exchange.server.texts) > 1
    made = echo(text)
    if "to English" in exchange.body["messages"][-1]["content"]:
        made = " ".join("the" for _ in text.split())
    if len(exchange.server.seen) % 3 == 0:
        made = f"Here is the translation:\n\n{made}"
    return exchange.complete(f"{made} {made}" if asked_before else made)


@pytest.fixture
def chat() -> Iterator[ChatServer]:
    with ChatServer(respond=answer) as running:
        yield running


@pytest.fixture
def here(tmp_path: Path, chat: ChatServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that holds `examples`, whose option files name what there is here: a server, a tiny checkpoint, an
    adapter."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    tiny_checkpoints.make_marian(tmp_path / "tiny-en-ar", ())
    for file in (tmp_path / "examples/systems/model").iterdir():
        text = file.read_text(encoding="utf-8").replace("http://127.0.0.1:8000/v1", chat.url)
        file.write_text(text.replace("Helsinki-NLP/opus-mt-en-ar", "tiny-en-ar"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make_adapter(folder: Path) -> None:
    """A LoRA with random weights on the demo model, as peft saves it."""
    peft = pytest.importorskip("peft", reason="needs mt-eval[adapters]")
    config = peft.LoraConfig(
        r=4, target_modules=["q_proj", "v_proj"], task_type="SEQ_2_SEQ_LM", init_lora_weights=False
    )
    base = MarianMTModel.from_pretrained(bundled_path("models") / "demo")
    peft.get_peft_model(base, config).save_pretrained(folder, save_embedding_layers=False)


def shorten_data(path: Path) -> None:
    """Keep the first rows of every article."""
    kept: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        kept.setdefault(json.loads(line)["article_pair_id"], []).append(line)
    path.write_text("".join(line for lines in kept.values() for line in lines[:ROWS]), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.extra("models", "server", "adapters")
@pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")
@pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated")
def test_all_systems_end_in_one_report(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command of the page, in its order: the report names each system, warns, and counts what looks wrong."""
    make_adapter(here / "my-adapter")
    options = ["--config-dir", "examples/systems", "data=both"]
    short = ["metrics.samples=0", "device.threads=1", "decoding=greedy", "decoding.max_new_tokens_offset=8"]
    systems = ["demo", "chat", "chat_opus", "fine_tuned", "elsewhere"]

    parts = ["runs_dir=parts", "report=false", "metrics.samples=0"]
    done = [main(["run", "-m", "model=copy", "data=articles,ui", *parts])]
    done += [main(["export", "parts", "--to", "jsonl", "-o", "both.jsonl"])]
    shorten_data(here / "both.jsonl")
    done += [main(["data", "source", *options, "--articles", "outputs"])]
    for file in (here / "outputs").iterdir():
        file.write_text(echo(file.read_text(encoding="utf-8")), encoding="utf-8")
    sweep = ["run", "-m", *options, f"model={','.join(systems)}", "preflight=off", *short]
    done += [main([*sweep, "--dry"]), main(sweep)]
    done += [main(["run", *options, "model=chat", "unit=article", "model.repeats=2", "preflight=off", *short])]
    capsys.readouterr()
    done += [main(["compare", "runs", "--baseline", "demo", "--samples", "200", "--json"])]
    found = json.loads(capsys.readouterr().out)
    done += [main(["report", "runs", "--baseline", "demo", "--samples", "200", "-o", "systems.html"])]

    with start_browser() as browser, open_page(browser, here / "systems.html") as opened:
        text = opened.page.inner_text("body")
        complaints = opened.complaints
    labels = set(found["systems"])
    assert done == [0] * 8
    assert found["segments"] == 5 * ROWS - 1
    assert labels == {
        *("demo", "demo (chat) unit=sentence", "demo (chat) unit=article", "demo+tiny-en-ar", "demo-with-my-adapter"),
        "outputs",
    }
    assert all(label in text for label in labels)
    assert complaints == []
    assert "whole outputs were put in their place by projection" in text
    assert "asked again, its server answered" in text
    assert re.search(r"\bchatter\b", text)
