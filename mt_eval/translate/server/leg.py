"""A server as a leg of a system: texts in, sentences out, with what it says around and instead of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from mt_eval.languages.chatter import find_chatter, find_refusal
from mt_eval.translate.server.ask import ask_texts
from mt_eval.translate.server.locate import Server
from mt_eval.translate.system import LegResult, Sentence


def translate_with_server(
    server: Server,
    texts: Sequence[str],
    store_dir: Path,
    progress: Callable[[int], None],
    *,
    on_one_line: bool,
    preflight: bool,
) -> LegResult:
    """The server's translation of every text, each distinct text asked for once.

    Args:
        progress: Called with the number of texts done, repeats included.
        on_one_line: Put every answer on one line, as all systems give sentences.
        preflight: Ask for a few sentences first and look at the answers.

    Raises:
        ModelError, ConfigError, RunError: As `ask_texts` does.
    """
    asked = ask_texts(server, texts, store_dir, progress, preflight=preflight)
    sentences: dict[str, Sentence] = {}
    chatter: dict[str, str] = {}
    refused: dict[str, str] = {}
    whole: dict[str, str] = {}
    for text, answer in asked.sentences.items():
        sentence = answer
        if refusal := answer.refused or find_refusal(text, answer.text):
            refused[text] = refusal
        if found := find_chatter(text, answer.text):
            chatter[text] = found.why
            if server.model.strip:
                whole[text] = answer.text
                sentence = replace(sentence, text=found.text)
        sentences[text] = replace(sentence, text=" ".join(sentence.text.split())) if on_one_line else sentence
    warnings = (*asked.warnings, *_warn_about_examples(server, texts))
    return LegResult(sentences, asked.facts, warnings, chatter, refused, whole)


def _warn_about_examples(server: Server, texts: Sequence[str]) -> tuple[str, ...]:
    shown = {source.strip() for source, _ in server.prompt.examples}
    known = sum(text.strip() in shown for text in texts)
    if not known:
        return ()
    return (f"{server.name}: {known} of {len(texts)} texts are among model.examples, where the server sees an answer",)
