"""Translation memory exchange (TMX 1.4b), for CAT tools."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from mt_eval import __version__
from mt_eval.errors import RunError
from mt_eval.report.scores import keep_number
from mt_eval.types import Run, SegmentPair, Translation

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def write_tmx(runs: Sequence[Run], output: IO[bytes]) -> None:
    """One unit per run and translated segment pair: source and translation, the reference and scores as properties.

    Raises:
        RunError: A name or a text holds a character that XML cannot.
    """
    sources = {str(run.config["direction"]).partition("-")[0] for run in runs}
    source = sources.pop() if len(sources) == 1 else "*all*"
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n'
        f'<header creationtool="mt-eval" creationtoolversion={quoteattr(__version__)} segtype="sentence" '
        f'o-tmf="mt-eval" adminlang="en" srclang={_quote(source, f"run {runs[0].id}")} datatype="plaintext"/>\n<body>\n'
    )
    output.write(head.encode())
    for run in runs:
        for place, (pair, translation) in enumerate(zip(run.pairs, run.translations, strict=True)):
            if translation is not None:
                output.write(_encode_unit(run, place, pair, translation).encode())
    output.write(b"</body>\n</tmx>\n")


def _encode_unit(run: Run, place: int, pair: SegmentPair, translation: Translation) -> str:
    source, _, target = str(run.config["direction"]).partition("-")
    scores = {name: keep_number(values[place]) for name, values in run.segment_scores.items()}
    properties = [
        ("run", run.id),
        ("system", run.head.label),
        ("article", pair.article_pair_id),
        *([("reference", pair.reference_text)] if pair.reference else []),
        *((name, f"{value:.4g}") for name, value in scores.items() if value is not None),
        *(("flag", str(flag)) for flag in run.flags[place]),
    ]
    where = f"segment {pair.id}"
    lines = [f"<tu tuid={_quote(f'{run.id}/{pair.id}', where)}>"]
    lines += [f"<prop type={_quote(f'x-{name}', where)}>{_escape(text, where)}</prop>" for name, text in properties]
    for lang, text in ((source, pair.source_text), (target, translation.text)):
        lines.append(f"<tuv xml:lang={_quote(lang, where)}><seg>{_escape(text, where)}</seg></tuv>")
    return "\n".join([*lines, "</tu>\n"])


def _quote(text: str, where: str) -> str:
    return quoteattr(_check(text, where))


def _escape(text: str, where: str) -> str:
    """Text of an element; a carriage return as it is would be read as a line feed (XML 1.0, section 2.11)."""
    return escape(_check(text, where), {"\r": "&#13;"})


def _check(text: str, where: str) -> str:
    if found := _NOT_XML.search(text):
        raise RunError(
            f"--to tmx: {where} holds the character U+{ord(found.group()):04X}, which XML cannot; export it as jsonl"
        )
    return text
