"""Texts translated by a server: what the store holds is taken from there, the rest is asked for, several at a time."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mt_eval.errors import ModelError
from mt_eval.languages.letters import is_blank
from mt_eval.translate.checkpoints.hashing import hash_json
from mt_eval.translate.server.answer import check_model
from mt_eval.translate.server.bill import Bill
from mt_eval.translate.server.check import judge_answers, list_probes
from mt_eval.translate.server.locate import Server
from mt_eval.translate.store.records import StoreWriter, read_store
from mt_eval.translate.system import Sentence

_SAY = logging.getLogger(__name__)
_SECONDS_BETWEEN_LINES = 10.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What a server made of N texts."""

    sentences: Mapping[str, Sentence]
    """Text to its answer, as the server wrote it."""
    facts: Mapping[str, Any]
    """Plain JSON data, as `mt_eval.types.LegWork` has it."""
    warnings: tuple[str, ...]


def ask_texts(
    server: Server,
    texts: Sequence[str],
    store_dir: Path,
    progress: Callable[[int], None],
    *,
    preflight: bool = True,
) -> Asked:
    """The answer to every text, each distinct text asked once; every answer is in the store as soon as it is there.

    A text of nothing but white space is not sent. Before the first text, `preflight` asks for a few sentences of its
    own and looks at the answers. Where the configuration says so, a sample of the texts is asked again afterwards, to
    see how many are answered otherwise.

    Args:
        progress: Called with the number of texts done, repeats included.

    Raises:
        ModelError: The server cannot be used, it fails the preflight, another model answers, or the next request might
            cost too much; what it answered before is kept.
        ConfigError: There is no key.
        RunError: The store cannot be read or written.
    """
    model = server.model
    bill = Bill(model.price_in, model.price_out, model.max_cost)
    work = _Work(server, bill, store_dir)
    repeats: dict[str, int] = {}
    for text in texts:
        repeats[text] = repeats.get(text, 0) + 1
    blank = {text: Sentence("", 0, 0) for text in repeats if is_blank(text)}
    wanted = [text for text in repeats if text not in blank]
    done = sum(repeats[text] for text in blank)

    def advance(found: Iterable[str]) -> None:
        nonlocal done
        done += sum(repeats[text] for text in found)
        progress(done)

    started = time.perf_counter()
    doubts = _check_first(work, server, wanted) if preflight else ()
    first, first_asked = work.translate(wanted, server.identity, advance)
    seconds = time.perf_counter() - started
    sample = _choose_sample(server, wanted)
    others = [
        work.translate(sample, _identify_repeat(server, number), _say_nothing)[0] for number in range(1, model.repeats)
    ]
    changed = sum(any(other[text].text != first[text].text for other in others) for text in sample)
    facts = {
        "name": server.name,
        "identity": server.identity,
        "generation": dict(server.facts["generation"]),
        "segments_from_store": len(wanted) - first_asked,
        "segments_decoded": first_asked,
        "answered_by": _list_states(first.values()),
        **({"asked_again": len(sample), "answered_otherwise": changed} if sample else {}),
        **work.list_facts(seconds),
    }
    return Asked(
        {**first, **blank}, facts, (*work.warnings, *doubts, *_warn(server, first, len(sample), changed, bill))
    )


def count_requests(
    server: Server, texts: Iterable[str], store_dir: Path, *, preflight: bool = True
) -> tuple[int, float | None]:
    """How many requests would be made of these texts, and what they cost at most, None without prices; none is made."""
    model = server.model
    bill = Bill(model.price_in, model.price_out, None)
    wanted = [text for text in dict.fromkeys(texts) if not is_blank(text)]
    lists = [(server.identity, wanted)]
    lists += [(_identify_repeat(server, number), _choose_sample(server, wanted)) for number in range(1, model.repeats)]
    todo = []
    for identity, asked in lists:
        stored = read_store(store_dir, identity, asked, touch=False).sentences
        todo += [text for text in asked if text not in stored]
    if preflight and todo:
        probes = list_probes(server)
        stored = read_store(store_dir, server.identity, probes, touch=False).sentences
        todo += [text for text in probes if text not in stored and text not in wanted]
    priced = model.price_in is not None or model.price_out is not None
    cost = sum(bill.estimate(server.write_body(text), server.limit_tokens(text)) for text in todo)
    return len(todo), cost if priced else None


class _Work:
    """Asks one server for several lists of texts, on one bill."""

    def __init__(self, server: Server, bill: Bill, store_dir: Path) -> None:
        self._server = server
        self._bill = bill
        self._store_dir = store_dir
        self._before: str | None = None
        self._retries = 0
        self._said = time.monotonic()
        self.warnings: tuple[str, ...] = ()

    def list_facts(self, seconds: float) -> dict[str, Any]:
        """What asking took; nothing where all was stored."""
        if not self._bill.tokens_in and not self._bill.uncounted:
            return {}
        priced = self._bill.price_in is not None or self._bill.price_out is not None
        return {
            "device": "server",
            "decode_seconds": round(seconds, 3),
            "decoded_tokens_in": self._bill.tokens_in,
            "decoded_tokens_out": self._bill.tokens_out,
            "retries": self._retries,
            **({"cost": round(self._bill.spent, 6)} if priced else {}),
        }

    def translate(
        self, texts: Sequence[str], identity: str, advance: Callable[[Iterable[str]], None]
    ) -> tuple[dict[str, Sentence], int]:
        """The answer to every one of N distinct texts, and how many were asked for: the store lacked these."""
        stored = read_store(self._store_dir, identity, texts)
        self.warnings += stored.warnings
        answers = dict(stored.sentences)
        for sentence in answers.values():
            check_model(self._server.name, self._server.model.answers_as, self._before, sentence)
            self._before = self._before or sentence.model
        advance(answers)
        todo = [text for text in texts if text not in answers]
        if not todo:
            return answers, 0
        with StoreWriter(self._store_dir, identity, self._server.facts) as writer:

            def keep(found: Mapping[str, Sentence]) -> None:
                writer.append(found)
                answers.update(found)
                advance(found)
                self._say(len(answers), len(texts))

            _run(self._ask_all(todo, keep))
        return answers, len(todo)

    def lacks(self, texts: Sequence[str], identity: str) -> bool:
        """Whether any of the texts is not in the store."""
        return len(read_store(self._store_dir, identity, texts, touch=False).sentences) < len(set(texts))

    async def _ask_all(self, texts: Sequence[str], keep: Callable[[Mapping[str, Sentence]], None]) -> None:
        """Ask for the texts in their order, so many at the same time; what is under way at an error is waited for."""
        from mt_eval.translate.server.client import Client, connect

        waiting = list(reversed(texts))
        tasks: dict[asyncio.Task[Sentence], str] = {}
        trouble: Exception | None = None
        async with connect(self._server, self._bill) as client:

            async def ask(client: Client, text: str, cost: float) -> Sentence:
                return (await client.ask(text, cost)).sentence

            try:
                while tasks or (waiting and trouble is None):
                    while waiting and trouble is None and len(tasks) < self._server.model.concurrency:
                        cost = self._estimate(waiting[-1])
                        if not self._bill.allows(cost):
                            if not tasks:
                                trouble = self._stop(len(waiting), cost)
                            break
                        self._bill.begin(cost)
                        text = waiting.pop()
                        tasks[asyncio.create_task(ask(client, text, cost))] = text
                    if not tasks:
                        break
                    finished, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                    found: dict[str, Sentence] = {}
                    for task in finished:
                        text = tasks.pop(task)
                        try:
                            sentence = task.result()
                            self._check(sentence)
                            found[text] = sentence
                        except Exception as error:
                            trouble, client.stopping = trouble or error, True
                    if found:
                        keep(found)
            finally:
                self._retries += client.retries
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        if trouble is not None:
            raise trouble

    def _estimate(self, text: str) -> float:
        return self._bill.estimate(self._server.write_body(text), self._server.limit_tokens(text))

    def _check(self, sentence: Sentence) -> None:
        check_model(self._server.name, self._server.model.answers_as, self._before, sentence)
        self._before = self._before or sentence.model

    def _stop(self, left: int, cost: float) -> ModelError:
        return ModelError(
            f"{self._server.name}: stopped before model.max_cost={self._bill.ceiling:g} is passed: "
            f"{self._bill.spent:.4g} is spent, the next request may cost {cost:.4g}, and {left} texts are left; what "
            "is translated is kept, so give the same command with a higher model.max_cost"
        )

    def _say(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._said < _SECONDS_BETWEEN_LINES:
            return
        self._said = now
        priced = self._bill.price_in is not None or self._bill.price_out is not None
        _SAY.warning(
            "%s: %d of %d answered, %s tokens in, %s out%s",
            self._server.name,
            done,
            total,
            f"{self._bill.tokens_in:,}",
            f"{self._bill.tokens_out:,}",
            f", {self._bill.spent:.4g} spent" if priced else "",
        )


def _check_first(work: _Work, server: Server, wanted: Sequence[str]) -> tuple[str, ...]:
    """Doubts about what the server makes of the test sentences; none where all is stored and they are not.

    Raises:
        ModelError: It does not translate between these languages.
    """
    probes = list_probes(server)
    if work.lacks(probes, server.identity) and not work.lacks(wanted, server.identity):
        return ()
    answers, _ = work.translate(probes, server.identity, _say_nothing)
    return judge_answers(server, answers)


def _say_nothing(found: Iterable[str]) -> None:
    pass


def _choose_sample(server: Server, texts: Sequence[str]) -> list[str]:
    """The texts that are asked for again, evenly spread over all; none where nothing is."""
    count = min(server.model.repeats_sample, len(texts)) if server.model.repeats > 1 else 0
    return [texts[index * len(texts) // count] for index in range(count)]


def _identify_repeat(server: Server, number: int) -> str:
    """Under which identity the store has what the server answered when it was asked again."""
    return hash_json([server.identity, "again", number])


def _list_states(sentences: Iterable[Sentence]) -> list[str]:
    """What has answered, as the server says: models, and the states they were in."""
    names = (" ".join(filter(None, (each.model, each.fingerprint))) for each in sentences)
    return sorted(set(filter(None, names)))


def _warn(server: Server, first: Mapping[str, Sentence], asked_again: int, changed: int, bill: Bill) -> tuple[str, ...]:
    warnings = []
    states = _list_states(first.values())
    if not states and first:
        warnings.append(f"{server.name}: the server does not say which model answered")
    if len(states) > 1:
        warnings.append(
            f"{server.name}: the server says that it answered in {len(states)} states ({', '.join(states[:3])}), "
            "which may be different models"
        )
    if changed:
        warnings.append(
            f"{server.name}: asked again, the server answered {changed} of {asked_again} texts otherwise "
            f"({100 * changed / asked_again:.0f}%): made again, this run would have other scores"
        )
    truncated = sum(each.truncated for each in first.values())
    if truncated:
        warnings.append(
            f"{server.name}: {truncated} of {len(first)} answers were stopped by the length limit "
            "(model.max_tokens_per_character, model.max_tokens_offset)"
        )
    if bill.uncounted and (bill.price_in or bill.price_out):
        warnings.append(
            f"{server.name}: of {bill.uncounted} requests nobody told the tokens, so the cost holds the most they can "
            "have cost"
        )
    return tuple(warnings)


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Do the work to its end, also where an event loop is running, as in a notebook; an interrupt cancels it."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(work)
        return
    running: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[None]]] = []
    failures: list[BaseException] = []

    async def follow() -> None:
        task = asyncio.create_task(work)
        running.append((asyncio.get_running_loop(), task))
        await task

    def finish() -> None:
        try:
            asyncio.run(follow())
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=finish)
    thread.start()
    try:
        thread.join()
    except BaseException:
        for loop, task in running:
            with contextlib.suppress(RuntimeError):  # it has ended in between
                loop.call_soon_threadsafe(task.cancel)
        thread.join()
        raise
    if failures:
        raise failures[0]
