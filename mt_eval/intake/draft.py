"""A manifest drafted, or added to: every line that is there stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import yaml

from mt_eval.data.manifest import ArticleEntry, PairEntry, read_manifest
from mt_eval.disk import make_file_whole
from mt_eval.errors import DataError
from mt_eval.files import read_text
from mt_eval.intake.guess import Guess

_NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_HEADER = (
    "# Drafted by `mt-eval data new`. What is marked as guessed was guessed: mend it, or delete the remark.",
    "",
)


def add_entries(path: Path, articles: Sequence[Sequence[str]], pairs: Sequence[Sequence[str]]) -> None:
    """Add entries, each in its lines, to the lists of the manifest `path`, or begin it with them.

    No line that is there is changed or moved past another.

    Raises:
        DataError: The manifest is no YAML, has a list in a form that cannot be added to, or cannot be written.
    """
    old = read_text(path).removesuffix("\n").split("\n") if path.exists() else list(_HEADER)
    wanted = [(key, entries) for key, entries in (("articles", articles), ("pairs", pairs)) if entries]
    for key, _ in wanted:
        _find_list(path, old, key)
    lines = old
    for key, entries in wanted:
        lines = _insert(lines, _find_list(path, lines, key), key, entries)
    try:
        with make_file_whole(path) as partial:
            partial.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            read_manifest(partial)
    except OSError as error:
        raise DataError(f"{path}: cannot be written ({error.strerror}); check the folder's permissions") from None


def draft_article(entry: ArticleEntry, guess: Guess) -> list[str]:
    """The lines of a manifest's entry; what was guessed says so."""
    lines = [f"- id: {_quote(entry.id)}", f"  file: {_quote(entry.file)}"]
    if guess.language is None:
        lines.append(f"  language: {entry.language}  # guessed from the file's name")
    else:
        lines.append(f"  language: {entry.language}  # guessed from the text")
    if guess.title:
        lines.append(f"  title: {_quote(guess.title)}  # guessed: the first line")
    if guess.date:
        lines.append(f"  date: {guess.date}  # guessed from {_quote(guess.date_from or '')}")
    if guess.segmented:
        lines.append("  segmented: true  # guessed: words are joined by underscores")
    if guess.furniture:
        lines.append("  furniture:  # guessed")
        lines += [f"    - {_quote(rule)}" for rule in guess.furniture]
    return lines


def draft_pair(entry: PairEntry) -> list[str]:
    """The lines of a manifest's pair."""
    names = ", ".join(_quote(name) for name in entry.articles)
    return [
        f"- id: {_quote(entry.id)}",
        f"  articles: [{names}]",
        f"  relation: {entry.relation}  # guessed",
        f"  reason: {_quote(entry.reason)}",
    ]


def _quote(text: str) -> str:
    """A double-quoted YAML scalar; JSON's is one, but for what YAML takes for the end of a line or for no text."""
    return _NOT_IN_YAML.sub(lambda match: f"\\u{ord(match.group()):04x}", json.dumps(text, ensure_ascii=False))


def _find_list(path: Path, lines: Sequence[str], key: str) -> yaml.SequenceNode | None:
    """The list of the manifest's `key`, None where the key is missing."""
    try:
        root = yaml.compose("\n".join(lines), Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise DataError(f"{path}: is not YAML ({error}); mend the syntax") from None
    found = next((value for name, value in root.value if name.value == key), None) if root is not None else None
    if found is not None and (not isinstance(found, yaml.SequenceNode) or found.flow_style):
        raise DataError(
            f"{path} line {found.start_mark.line + 1}: `{key}` is not a list with one entry a line, so nothing can be "
            "added to it; delete what stands behind the colon, or the key if there is nothing in it"
        )
    return found


def _insert(
    lines: Sequence[str], found: yaml.SequenceNode | None, key: str, entries: Sequence[Sequence[str]]
) -> list[str]:
    if found is None:
        gap = [""] if lines and lines[-1].strip() else []
        return [*lines, *gap, f"{key}:", *_indent(entries, 2)]
    place = _find_end(lines, found.end_mark)
    return [*lines[:place], "", *_indent(entries, found.start_mark.column), *lines[place:]]


def _find_end(lines: Sequence[str], mark: yaml.Mark) -> int:
    """The line behind the last one of a list that YAML says ends at `mark`: remarks and gaps after it are not its."""
    end = min(len(lines), mark.line + (1 if mark.column else 0))
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    return end


def _indent(entries: Sequence[Sequence[str]], column: int) -> list[str]:
    """The entries' lines, an empty one between entries."""
    indented: list[str] = []
    for number, entry in enumerate(entries):
        indented += [""] if number else []
        indented += [" " * column + line for line in entry]
    return indented
