"""A few sentences asked for before the data, and what is wrong with the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mt_eval.errors import ModelError
from mt_eval.languages.chatter import find_chatter
from mt_eval.translate.preflight import judge
from mt_eval.translate.probes import PROBES
from mt_eval.translate.server.locate import Server
from mt_eval.translate.system import Sentence

_LONGEST_QUOTE = 80


def list_probes(server: Server) -> tuple[str, ...]:
    """The test sentences in the source language; none where there are none in it."""
    return tuple(PROBES.get(_split(server)[0], ()))


def judge_answers(server: Server, answers: Mapping[str, Sentence]) -> tuple[str, ...]:
    """What is odd in the answers to the test sentences, without what stands around them.

    Raises:
        ModelError: They show that the server does not translate between these languages.
    """
    source, target = _split(server)
    probes = list_probes(server)
    if not probes:
        return (f"{server.name}: preflight has no test sentences in {source}, so none were asked for before the run",)
    sentences = [_strip(text, answers[text]) for text in probes]
    findings = judge(source, target, probes, sentences)
    if fatal := [finding.text for finding in findings if finding.fatal]:
        raise ModelError(
            f"{server.name} fails the preflight from {source} to {target}: of {len(probes)} test sentences "
            f"{'; '.join(fatal)}; for example {_quote(probes[0])} became {_quote(sentences[0].text)}; check model.name "
            "and model.prompt, or give preflight=off to run it all the same"
        )
    return tuple(f"{server.name}: preflight: of {len(probes)} test sentences {finding.text}" for finding in findings)


def _split(server: Server) -> tuple[str, str]:
    source, target = str(server.facts["direction"]).split("-")
    return source, target


def _strip(text: str, answer: Sentence) -> Sentence:
    found = find_chatter(text, answer.text)
    return answer if found is None else replace(answer, text=found.text)


def _quote(text: str) -> str:
    short = " ".join(text.split())
    return f"“{short if len(short) <= _LONGEST_QUOTE else short[:_LONGEST_QUOTE] + '…'}”"
