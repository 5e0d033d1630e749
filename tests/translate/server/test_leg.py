"""A server as one leg of a pivot: what it is asked, what the other leg is given, what is told of the text between."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from chat_server import ChatServer, echo
from transformers import MarianMTModel, MarianTokenizer

from mt_eval.cli.main import main
from mt_eval.config import MarianModel, PivotModel, RunConfig, ServerModel, UnitConfig, UnitKind
from mt_eval.runs.read import read_run
from mt_eval.translate import Translated, locate, translate_pairs
from mt_eval.types import Kind, Segment, SegmentPair

pytestmark = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")

Configure = Callable[..., RunConfig]
SAYS = "Here is the translation:\n\n"
TEXTS = ("Một.", "Hai ba.", "Bốn.")


def run_raw(folder: Path, texts: Sequence[str]) -> list[str]:
    """What the library makes of each text with four beams and the length limit of `configure`."""
    model, tokenizer = MarianMTModel.from_pretrained(folder), MarianTokenizer.from_pretrained(folder)
    made = []
    for text in texts:
        inputs = tokenizer([text], return_tensors="pt")
        limit = 32 * math.ceil((0.5 * inputs["input_ids"].shape[1] + 8) / 32)
        output = model.generate(**inputs, num_beams=4, length_penalty=1.0, max_new_tokens=limit)
        made.append(str(tokenizer.decode(output[0], skip_special_tokens=True)))
    return made


def ask(url: str, **settings: Any) -> ServerModel:
    return ServerModel(**{"url": url, "name": "big", **settings})


def translate(config: RunConfig, folder: Path, texts: Sequence[str] = TEXTS) -> Translated:
    """The texts as one article, with a paragraph that begins at the second."""
    pairs, start = [], 0
    for number, text in enumerate(texts, start=1):
        segment = Segment(f"a.{number}", "a", start, start + len(text), text)
        pairs.append(SegmentPair(f"a:{number}", "a", (segment,), (), Kind.SOURCE_ONLY))
        start += len(text) + 1
    paragraphs = {"a": (0, len(texts[0]) + 1)}
    return translate_pairs(config, pairs, folder / "store", lambda done, total: None, paragraphs=paragraphs)


def texts_of(translated: Translated) -> list[str]:
    return [each.text for each in translated.translations if each is not None]


@pytest.mark.parametrize("strip", [False, True])
def test_a_checkpoint_translates_what_a_server_said(
    strip: bool, server: ChatServer, configure: Configure, tiny_marian_plain: Path, tmp_path: Path
) -> None:
    """Chatter and all, or without it; it is flagged with the language it is in, and costs are the server's own."""
    server.answer = lambda text: f"{SAYS}{echo(text)}" if text == TEXTS[0] else echo(text)
    first = ask(server.url, strip=strip, price_in=1.0, price_out=1.0)
    config = replace(configure(PivotModel("en", first, MarianModel(str(tiny_marian_plain)))), preflight=False)

    translated = translate(config, tmp_path)

    said = [echo(TEXTS[0]) if strip else f"{' '.join(SAYS.split())} {echo(TEXTS[0])}", *map(echo, TEXTS[1:])]
    server_leg, checkpoint_leg = translated.facts["legs"]
    assert sorted(server.texts) == sorted(TEXTS)
    assert "to English" in server.seen[0][1]["messages"][0]["content"]
    assert [each.pivot_text for each in translated.translations if each] == said
    assert texts_of(translated) == run_raw(tiny_marian_plain, said)
    assert translated.chatter == {"a:1": "in English: “Here is the translation:” before it"}
    assert server_leg.get("whole_answers") == ({"a:1": f"{SAYS}{echo(TEXTS[0])}"} if strip else None)
    assert server_leg["cost"] > 0
    assert "cost" not in checkpoint_leg


def test_a_server_translates_what_a_checkpoint_made(
    server: ChatServer, configure: Configure, tiny_marian_plain: Path, tmp_path: Path
) -> None:
    """It is asked from the language between, for each distinct text; refusals are flagged as its own."""
    server.answer = lambda text: "I'm sorry, but I can't translate that."
    config = replace(configure(PivotModel("en", MarianModel(str(tiny_marian_plain)), ask(server.url))), preflight=False)

    translated = translate(config, tmp_path)

    made = run_raw(tiny_marian_plain, TEXTS)
    assert sorted(server.texts) == sorted({text for text in made if text})
    assert "from English to Arabic" in server.seen[0][1]["messages"][0]["content"]
    assert [each.pivot_text for each in translated.translations if each] == made
    assert set(translated.refused.values()) == {"I'm sorry, but I can't translate that."}


def test_a_server_keeps_paragraphs_and_a_checkpoint_gets_a_line(
    server: ChatServer, configure: Configure, tiny_marian_plain: Path, tmp_path: Path
) -> None:
    """Of a whole article, which the server gives back with its empty lines."""
    config = replace(
        configure(PivotModel("en", ask(server.url), MarianModel(str(tiny_marian_plain)))),
        preflight=False,
        unit=UnitConfig(UnitKind.article),
    )

    units = translate(config, tmp_path).units

    assert server.texts == ["Một.\n\nHai ba. Bốn."]
    assert units is not None
    assert [unit.pivot_text for unit in units] == [echo("Một.\n\nHai ba. Bốn.")]
    assert [unit.text for unit in units] == run_raw(tiny_marian_plain, [echo("Một. Hai ba. Bốn.")])


def test_what_a_server_is_asked_is_in_the_identity_of_a_pivot(
    server: ChatServer, configure: Configure, tiny_marian_plain: Path
) -> None:
    """Its settings and which leg it is; its retries are not."""
    checkpoint = MarianModel(str(tiny_marian_plain))

    def identify(first: object, second: object) -> str:
        return locate(configure(PivotModel("en", first, second))).identity

    plain = identify(ask(server.url), checkpoint)
    others = [
        identify(ask(server.url, temperature=0.5), checkpoint),
        identify(ask(server.url, strip=True), checkpoint),
        identify(ask(server.url, name="other"), checkpoint),
        identify(checkpoint, ask(server.url)),
        identify(ask(server.url), ask(server.url)),
    ]

    assert identify(ask(server.url, retries=1), checkpoint) == plain
    assert len({plain, *others}) == 6


def test_a_pivot_of_a_server_on_the_command_line(
    server: ChatServer,
    tiny_marian_plain: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What it would ask is told, then it is asked and told; the second time nothing is left to be asked."""
    monkeypatch.chdir(tmp_path)
    words = ["run", "model=pivot", "model@model.first=server", f"model.first.url={server.url}", "model.first.name=big"]
    words += ["model.first.price_in=1", "model.first.price_out=1", f"model.second.name={tiny_marian_plain}"]
    words += ["data=ui", "limit=2", "preflight=off", "metrics.samples=0", "device.threads=1"]
    words += ["decoding.max_new_tokens_offset=8", "decoding.max_new_tokens_factor=0.5", "decoding.num_beams=1"]

    results = [main([*words, "--dry"])]
    asked_dry = len(server.seen)
    results += [main(words)]
    printed = capsys.readouterr().out
    results += [main([*words, "decoding.num_beams=2", "--dry"])]

    (folder,) = (tmp_path / "runs").glob("ui-big+tiny-plain-vi-ar-*")
    run = read_run(folder)
    assert results == [0, 0, 0]
    assert (asked_dry, len(server.seen)) == (0, 2)
    assert "2 requests to servers that cost" in printed
    assert "answered by big" in printed
    assert "greedy, float32" in printed
    assert [leg["engine"] for leg in run.head.system.legs] == ["server", "transformers"]
    assert "0 requests to servers that cost 0 at most" in capsys.readouterr().out


def test_a_sweep_over_models_of_one_server(
    server: ChatServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run for each name, told apart by it, and compared by it."""
    monkeypatch.chdir(tmp_path)
    names = ["small", "org/large", "large:latest"]

    words = ["run", "-m", "model=server", f"model.url={server.url}", f"model.name={','.join(names)}"]
    swept = main([*words, "data=ui", "limit=12", "preflight=off", "metrics.samples=0"])
    capsys.readouterr()
    compared = main(["compare", "runs", "--samples=100", "--json"])

    asked = [body["model"] for _, body in server.seen]
    assert (swept, compared) == (0, 0)
    assert [asked.count(name) for name in names] == [12, 12, 12]
    assert len(list((tmp_path / "runs").glob("ui-*"))) == 3
    assert sorted(json.loads(capsys.readouterr().out)["systems"]) == ["large", "large-latest", "small"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["model.first.url=nowhere"], "model.first.url is no address of a server"),
        (["model.first.max_cost=2"], "model.first.max_cost needs model.first.price_in and model.first.price_out"),
        (["model.first.key_env=NO_SUCH_KEY"], "model.first.key_env=NO_SUCH_KEY: there is no such environment variable"),
        (["model.first.url=http://127.0.0.1:9/v1"], "cannot be reached; start it, or mend model.first.url"),
        (["model.second.adapter_base=x"], "model.second.adapter_base=x is not possible: expected model.second.adapter"),
        (["model.second.target_token=>>xx<<"], "does not know model.second.target_token=>>xx<<"),
        (["model.second.name=./nothing"], "model.second.name=./nothing: there is no such folder"),
        (
            ["model.second.name=./nothing", "model@model.second=seq2seq", "engine=fast"],
            "model.second.name=./nothing: there is no such folder",
        ),
    ],
)
def test_errors_of_a_leg_name_its_settings(
    server: ChatServer,
    tiny_marian: Path,
    words: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As they were typed: when they are checked, when the leg is looked for, and when it is asked."""
    monkeypatch.chdir(tmp_path)
    pivot = ["model=pivot", "model@model.first=server", "model.first.name=big", "model.first.retries=0", "data=ui"]
    given = {word.partition("=")[0] for word in words}
    rest = {"model.first.url": server.url, "model.second.name": str(tiny_marian)}

    status = main(["run", *pivot, *(f"{key}={value}" for key, value in rest.items() if key not in given), *words])

    assert status == 1
    assert said in capsys.readouterr().err.splitlines()[-1]


def test_warnings_of_a_leg_name_its_settings(
    server: ChatServer, configure: Configure, tiny_marian_plain: Path, tmp_path: Path
) -> None:
    """What is known before texts are sent, and what is seen then."""
    examples = tmp_path / "examples.tsv"
    examples.write_text(f"source\ttarget\n{TEXTS[0]}\tx\n", encoding="utf-8")
    model = PivotModel("en", ask(server.url, examples=str(examples)), MarianModel(str(tiny_marian_plain)))
    config = replace(configure(model), preflight=False)

    assert locate(config).notes == (f"model@model.first=server: texts are sent to {server.url}/chat/completions",)
    assert "1 of 3 texts are among model.first.examples" in "\n".join(translate(config, tmp_path).warnings)
