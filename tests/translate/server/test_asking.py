"""What is asked of a server and what becomes of its answers: the request, the store, the cost, the words around."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from chat_server import ChatServer, echo, status, wait

from mt_eval.cli.main import main
from mt_eval.config import UnitConfig, UnitKind
from mt_eval.errors import MtEvalError
from mt_eval.runs.read import read_run
from mt_eval.translate import Translated

Ask = Callable[..., Translated]
ARTICLE = UnitConfig(UnitKind.article)


def texts_of(translated: Translated) -> list[str]:
    return [each.text for each in translated.translations if each is not None]


def test_a_request_is_what_the_settings_say(server: ChatServer, ask: Ask, tmp_path: Path) -> None:
    """Template, examples as a conversation, sampling and length; braces in a text are text, no setting adds a field."""
    (tmp_path / "prompt.txt").write_text("{target_language} of {source_language}:\n\n{text}\n", encoding="utf-8")
    (tmp_path / "examples.tsv").write_text("source\ttarget\nxin chào\tمرحبا\n", encoding="utf-8")
    (tmp_path / "more.json").write_text('{"top_p": 0.9}', encoding="utf-8")

    ask(
        "một {text} {other}",
        prompt=str(tmp_path / "prompt.txt"),
        examples=str(tmp_path / "examples.tsv"),
        seed=None,
        temperature=0.5,
        max_tokens_per_character=1.5,
        max_tokens_offset=10,
        body=str(tmp_path / "more.json"),
    )

    assert server.seen[0][1] == {
        "model": "tiny",
        "messages": [
            {"role": "user", "content": "Arabic of Vietnamese:\n\nxin chào"},
            {"role": "assistant", "content": "مرحبا"},
            {"role": "user", "content": "Arabic of Vietnamese:\n\nmột {text} {other}"},
        ],
        "temperature": 0.5,
        "top_p": 0.9,
        "max_tokens": 10 + 27,
        "stream": False,
    }


@pytest.mark.parametrize(("template", "said"), [("Translate", r"has no \{text\}"), ("{text} {lang}", r"has \{lang\}")])
def test_a_template_that_does_not_fit_is_refused(
    template: str, said: str, server: ChatServer, ask: Ask, tmp_path: Path
) -> None:
    """A place for something that nobody fills in would be sent as it is."""
    (tmp_path / "prompt.txt").write_text(template, encoding="utf-8")

    with pytest.raises(MtEvalError, match=said):
        ask("một", prompt=str(tmp_path / "prompt.txt"))

    assert server.seen == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"max_tokens": 1}', "has the field max_tokens"),
        *(
            (content, "no JSON object")
            for content in ("[1]", "{", '{"top_p": NaN}', '{"x": 1e999}', '{"x": "\\ud800"}')
        ),
    ],
)
def test_fields_that_cannot_be_added_are_refused(
    content: str, said: str, server: ChatServer, ask: Ask, tmp_path: Path
) -> None:
    """What mt-eval sets itself, and what is no JSON object."""
    (tmp_path / "more.json").write_text(content, encoding="utf-8")

    with pytest.raises(MtEvalError, match=said):
        ask("một", body=str(tmp_path / "more.json"))

    assert server.seen == []


def test_examples_that_are_none_are_refused(server: ChatServer, ask: Ask, tmp_path: Path) -> None:
    """A table of nothing but the names of its columns would show nothing."""
    (tmp_path / "examples.tsv").write_text("source\ttarget\n", encoding="utf-8")

    with pytest.raises(MtEvalError, match=r"examples\.tsv: holds no example, expected a row for each"):
        ask("một", examples=str(tmp_path / "examples.tsv"))

    assert server.seen == []


def test_a_text_is_asked_once(server: ChatServer, ask: Ask) -> None:
    """Repeats, white space, and what the store holds are not sent, whatever is stripped; another question is."""
    first = ask("một", "một", " ", "hai", concurrency=2)
    again = ask("hai", "một", "ba", strip=True, concurrency=2)
    other = ask("một", temperature=0.1)

    assert texts_of(first) == [echo("một"), echo("một"), "", echo("hai")]
    assert texts_of(again) == [echo(text) for text in ("hai", "một", "ba")]
    assert texts_of(other) == [echo("một")]
    assert sorted(server.texts[:2]) == ["hai", "một"]
    assert server.texts[2:] == ["ba", "một"]
    assert server.most_at_once <= 2


def test_a_server_that_moves_may_keep_its_name(ask: Ask, server: ChatServer) -> None:
    """Another URL is another system, unless both have the same name."""
    with ChatServer() as moved:
        ask("một", server="ours")
        ask("một", server="ours", url=moved.url)
        assert moved.seen == []
        ask("một", url=moved.url)
        assert moved.texts == ["một"]


def test_requests_run_side_by_side_up_to_a_bound(server: ChatServer, ask: Ask) -> None:
    """As many as allowed are under way at the same time, and never more."""
    texts = [f"câu {number}" for number in range(6)]
    server.fail([wait(0.2)] * 6)

    ask(*texts, concurrency=3)

    assert server.most_at_once == 3


def test_an_event_loop_that_runs_is_no_obstacle(ask: Ask) -> None:
    """As in a notebook."""

    async def cell() -> Translated:
        return ask("một")

    assert texts_of(asyncio.run(cell())) == [echo("một")]


def test_a_run_stops_before_it_costs_too_much(server: ChatServer, ask: Ask) -> None:
    """Whatever the answers would have cost; what was paid for is kept, and goes on with more money."""
    texts = [f"câu số {number}" for number in range(30)]
    prices = {"price_in": 1000.0, "price_out": 1000.0, "concurrency": 4}
    ceiling = 1.0

    with pytest.raises(MtEvalError, match=r"stopped before model.max_cost=1 is passed: .* texts are left") as raised:
        ask(*texts, **prices, max_cost=ceiling)

    first = len(server.seen)
    paid = sum(_count_tokens(body) * 1000 / 1e6 for _, body in server.seen)
    left = re.search(r"(\d+) texts are left", str(raised.value))
    assert 0 < first < 30
    assert paid <= ceiling
    assert left is not None
    assert int(left[1]) == 30 - first
    translated = ask(*texts, **prices, max_cost=100.0)
    rest = sum(_count_tokens(body) * 1000 / 1e6 for _, body in server.seen[first:])
    assert len(server.seen) == 30
    assert translated.facts["legs"][0]["cost"] == pytest.approx(rest)


def _count_tokens(body: dict[str, object]) -> int:
    """What the server counts of a request and its answer, in words."""
    (message,) = body["messages"]  # type: ignore[misc]
    content = str(message["content"])
    return len(content.split()) + len(echo(content.partition("\n\n")[2]).split())


def test_a_request_without_an_answer_counts_as_paid(server: ChatServer, ask: Ask) -> None:
    """It may have been done; a server that turns it down has done nothing."""
    prices = {"price_in": 0.0, "price_out": 1000.0, "max_tokens_per_character": 0.0, "max_tokens_offset": 100}
    server.fail([status(503), wait(0.5)])

    cost = ask("một hai", **prices, timeout_seconds=0.3).facts["legs"][0]["cost"]

    assert cost == pytest.approx((100 + 2) * 1000 / 1e6)


def test_what_stands_around_an_answer_is_told_and_kept(server: ChatServer, ask: Ask) -> None:
    """Flagged either way; taken away only where that is asked for, and then the whole answer is kept too."""
    server.answer = lambda text: f"Here is the translation:\n\n{echo(text)}"

    plain = ask("một")
    stripped = ask("một", strip=True)

    assert texts_of(plain) == [f"Here is the translation: {echo('một')}"]
    assert texts_of(stripped) == [echo("một")]
    assert plain.chatter == stripped.chatter == {"a:1": "“Here is the translation:” before it"}
    assert stripped.facts["legs"][0]["whole_answers"] == {"a:1": f"Here is the translation:\n\n{echo('một')}"}
    assert len(server.seen) == 1


def test_an_answer_may_be_cut_refused_or_empty(server: ChatServer, ask: Ask) -> None:
    """By what the server says of it, or, of a refusal, by its words."""
    answers = {
        "một": lambda exchange: exchange.complete("أ", finish="length"),
        "hai": lambda exchange: exchange.complete("", finish="content_filter"),
        "ba": lambda exchange: exchange.complete(None, message={"refusal": "No politics."}),
        "bốn": lambda exchange: exchange.complete("I'm sorry, but I can't help with that."),
        "năm": lambda exchange: exchange.complete(""),
        "sáu": lambda exchange: exchange.complete("ب" * 10**6),
    }
    server.respond = lambda exchange: answers[exchange.text](exchange)

    translated = ask(*answers, max_tokens_offset=10)

    made = {name: each for name, each in zip(answers, translated.translations, strict=True) if each is not None}
    assert [name for name, each in made.items() if each.truncated] == ["một", "sáu"]
    assert translated.refused == {
        "a:2": "the server's filter stopped the answer",
        "a:3": "No politics.",
        "a:4": "I'm sorry, but I can't help with that.",
    }
    assert [made[name].text for name in ("hai", "ba", "năm")] == ["", "", ""]
    assert 0 < len(made["sáu"].text) < 10**4


def test_an_article_is_asked_with_its_paragraphs(server: ChatServer, ask: Ask) -> None:
    """One request, an empty line where a paragraph begins; the answer comes as it is, line breaks included."""
    translated = ask("Một.", "Hai.", "Ba.", unit=ARTICLE)

    assert server.texts == ["Một.\n\nHai. Ba."]
    assert translated.units is not None
    assert [unit.text for unit in translated.units] == [echo("Một.\n\nHai. Ba.")]
    assert [unit.places for unit in translated.units] == [(0, 1, 2)]


def test_a_server_that_cannot_repeat_itself_is_measured(server: ChatServer, ask: Ask) -> None:
    """A sample is asked again, once; the first answers stand."""
    texts = [f"câu {number}" for number in range(10)]
    server.respond = lambda exchange: exchange.complete(
        echo(exchange.text) + (" again" if len(server.seen) > 10 and "5" in exchange.text else "")
    )

    translated = ask(*texts, repeats=2, repeats_sample=4)
    once_more = ask(*texts, repeats=2, repeats_sample=4)

    leg = translated.facts["legs"][0]
    assert sorted(server.texts[10:]) == ["câu 0", "câu 2", "câu 5", "câu 7"]
    assert (leg["asked_again"], leg["answered_otherwise"]) == (4, 1)
    assert any("answered 1 of 4 texts otherwise (25%)" in warning for warning in translated.warnings)
    assert texts_of(translated) == texts_of(once_more) == [echo(text) for text in texts]
    assert once_more.facts["legs"][0]["answered_otherwise"] == 1
    assert len(server.seen) == 14


def test_a_server_is_tried_with_a_few_sentences_first(server: ChatServer, ask: Ask) -> None:
    """One that copies fails before the data is sent; one that translates is asked for them once, chatter aside."""
    server.answer = lambda text: text
    with pytest.raises(MtEvalError, match=r"fails the preflight from vi to ar: .* were copied"):
        ask("một", preflight=True)
    assert len(server.seen) == 3

    server.answer = lambda text: f"```\n{echo(text)} {len(text)}\n```"
    first = ask("một", preflight=True, name="other")
    again = ask("một", "hai", preflight=True, name="other")

    assert len(server.seen) == 3 + 3 + 1 + 1
    assert set(first.warnings) <= set(again.warnings)


def test_a_run_leaves_all_of_it(
    server: ChatServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An article on the command line: put in its place, flagged, told; a dry run and a second one ask nothing."""
    monkeypatch.chdir(tmp_path)
    server.answer = lambda text: f"```\n{echo(text)}\n```"
    words = ["run", "model=server", f"model.url={server.url}", "model.name=a/tiny", "model.strip=true", "unit=article"]
    words += ["preflight=off"]

    dry = main([*words, "--dry"])
    asked_dry = len(server.seen)
    made = main([*words, "model.price_in=1", "model.price_out=2", "metrics.samples=0"])
    asked = len(server.seen)
    again = main([*words, "model.price_in=3", "metrics.samples=0"])

    (folder,) = (tmp_path / "runs").glob("articles-tiny-article-vi-ar-*")
    run = read_run(folder)
    leg = json.loads((folder / "run.json").read_text(encoding="utf-8"))["translation"]["legs"][0]
    printed = capsys.readouterr().out
    assert (dry, made, again) == (0, 0, 0)
    assert (asked_dry, asked, len(server.seen)) == (0, 1, 1)
    assert "1 request to servers" in printed
    assert "answered by a/tiny" in printed
    assert "".join(each.text for each in run.translations if each).count("```") == 0
    assert [flag.name for flags in run.flags for flag in flags].count("chatter") == 1
    assert next(iter(leg["whole_answers"].values())).startswith("```\n")
    assert leg["cost"] == pytest.approx((leg["decoded_tokens_in"] + 2 * leg["decoded_tokens_out"]) / 1e6)
