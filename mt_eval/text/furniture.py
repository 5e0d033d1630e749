"""Page furniture: the lines and marks of a web page around an article that are no part of it.

A rule is `KIND: TEXT`. TEXT is literal, no pattern; white space around it and around a line does not count, nor does
whether letters are composed (NFC) or decomposed (NFD, as macOS has it).

    line: TEXT     a line that is TEXT
    prefix: TEXT   a line that begins with TEXT
    start: TEXT    TEXT at the very beginning of the article
    end: TEXT      TEXT at the very end of the article
"""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import combining

from mt_eval.languages.letters import compose, is_blank

KINDS = ("line", "prefix", "start", "end")

_LONGEST_FORM = 4
"""Characters that one composed letter may be decomposed into."""

Lines = list[tuple[int, str]]


def remove_furniture(lines: Lines, rules: Sequence[str]) -> tuple[Lines, list[tuple[int, str, str]]]:
    """Numbered `lines` without what `rules` name, and each removal as (line number, what was removed, rule).

    White space that stood between the furniture and the article goes with it; the numbers of the remaining lines stay.
    """
    parsed = [parse_rule(rule) for rule in rules]
    kept: Lines = []
    removed: list[tuple[int, str, str]] = []
    for number, line in lines:
        rule = next((rule for rule, (kind, text) in zip(rules, parsed, strict=True) if _names(kind, text, line)), None)
        if rule is not None:
            removed.append((number, line, rule))
        else:
            kept.append((number, line))
    if removed:
        kept = _trim_blank_ends(kept)
    for rule, (kind, text) in zip(rules, parsed, strict=True):
        if kind in ("start", "end"):
            kept = _cut_edge(kept, kind, text, rule, removed)
    return kept, removed


def parse_rule(rule: str) -> tuple[str, str]:
    """Kind and text of a rule.

    Raises:
        ValueError: The rule is not `KIND: TEXT` with a known kind and a text.
    """
    kind, colon, text = rule.partition(":")
    if not colon or kind not in KINDS or not text.strip():
        raise ValueError(f"{rule!r} is not a furniture rule; expected KIND: TEXT with KIND {', '.join(KINDS)}")
    return kind, compose(text.strip())


def _names(kind: str, text: str, line: str) -> bool:
    if kind not in ("line", "prefix"):
        return False
    line = compose(line.strip())
    return line == text or (kind == "prefix" and line.startswith(text))


def _trim_blank_ends(lines: Lines) -> Lines:
    full = [index for index, (_, line) in enumerate(lines) if not is_blank(line)]
    return lines[full[0] : full[-1] + 1] if full else []


def _cut_edge(lines: Lines, kind: str, text: str, rule: str, removed: list[tuple[int, str, str]]) -> Lines:
    trimmed = _trim_blank_ends(lines)
    if not trimmed:
        return lines
    number, line = trimmed[0] if kind == "start" else trimmed[-1]
    start = line.lstrip()
    if kind == "start" and (length := _measure_start(start, text)):
        rest = start[length:].lstrip()
        removed.append((number, line[: len(line) - len(rest)], rule))
        return _trim_blank_ends([(number, rest), *trimmed[1:]])
    end = line.rstrip()
    if kind == "end" and (length := _measure_end(end, text)):
        rest = end[:-length].rstrip()
        removed.append((number, line[len(rest) :], rule))
        return _trim_blank_ends([*trimmed[:-1], (number, rest)])
    return lines


def _measure_start(line: str, text: str) -> int:
    """How many characters `text` takes at the start of the line, in whatever form it stands there; 0 if it does not."""
    lengths = range(len(text), min(len(line), _LONGEST_FORM * len(text)) + 1)
    return next((n for n in lengths if compose(line[:n]) == text and not combining(line[n : n + 1] or " ")), 0)


def _measure_end(line: str, text: str) -> int:
    lengths = range(len(text), min(len(line), _LONGEST_FORM * len(text)) + 1)
    return next((n for n in lengths if compose(line[-n:]) == text), 0)
