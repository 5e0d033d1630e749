"""Read `articles.yaml`: which articles there are, in which languages, and which belong together.

seeds/README.md specifies the keys. Values are taken as they are written (`000` is text, not the number 0), so nothing
has to be quoted.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

import yaml

from mt_eval.errors import DataError
from mt_eval.files import check_characters, find_path, read_file
from mt_eval.languages.letters import compose, is_blank, is_id
from mt_eval.types import Relation

FILE = "articles.yaml"
"""What a folder's manifest is called."""

_LANGUAGE = re.compile("[a-z]{2}")
_FURNITURE = re.compile(r"(?:line|prefix|start|end): *\S.*")

_DEEPEST = 50

_ARTICLE_KEYS = ("id", "file", "language", "title", "date", "origin", "notes", "segmented", "furniture", "unpaired")
_PAIR_KEYS = ("id", "articles", "relation", "reason", "gold")


@dataclass(frozen=True, slots=True)
class ArticleEntry:
    id: str
    file: str
    """Relative to the manifest's folder, with forward slashes."""
    language: str
    line: int
    """Where the entry begins in the manifest, from 1."""
    title: str | None = None
    date: str | None = None
    origin: str | None = None
    notes: str | None = None
    segmented: bool = False
    furniture: tuple[str, ...] = ()
    unpaired: str | None = None
    """Why the article is in no pair."""


@dataclass(frozen=True, slots=True)
class PairEntry:
    id: str
    articles: tuple[str, str]
    relation: Relation
    reason: str
    line: int
    gold: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    path: Path
    articles: Mapping[str, ArticleEntry]
    pairs: Mapping[str, PairEntry]
    sha256: str | None = None
    """Of the file; None where a manifest was drafted and is not written."""

    def locate(self, file: str) -> Path:
        """The file that an entry names."""
        return find_path(self.path.parent, file)


def read_manifest(path: Path) -> Manifest:
    """The manifest in the file `path`, or in `articles.yaml` of the folder `path`; the files it names are not opened.

    Every entry is checked against the others.

    Raises:
        DataError: The file cannot be read, is no YAML, or says something the format does not know; with the line.
    """
    if os.path.isdir(path):
        path = path / FILE
        if not os.path.isfile(path):
            raise DataError(f"{path}: there is no manifest; make one with `mt-eval data new {path.parent}`")
    file = read_file(path)
    if _measure_depth(file.text) > _DEEPEST:
        raise DataError(f"{path}: has more than {_DEEPEST} brackets in brackets, expected a manifest; mend the syntax")
    try:
        root = yaml.compose(file.text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = f" line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise DataError(f"{path}{line}: is not YAML ({error.problem}); mend the syntax") from None
    except yaml.YAMLError as error:
        raise DataError(f"{path}: is not YAML ({error}); mend the syntax") from None
    except RecursionError:
        raise DataError(f"{path}: is nested too deeply, expected a manifest; mend the syntax") from None
    reader = _Reader(path)
    top = reader.read_mapping(root, ("articles", "pairs"))
    articles: dict[str, ArticleEntry] = {}
    for node in reader.read_list(top.get("articles")):
        article = _read_article(reader, node)
        reader.refuse_twice(article.id, articles, "article", node)
        articles[article.id] = article
    pairs: dict[str, PairEntry] = {}
    for node in reader.read_list(top.get("pairs")):
        pair = _read_pair(reader, node, articles)
        reader.refuse_twice(pair.id, pairs, "pair", node)
        pairs[pair.id] = pair
    if not articles:
        raise DataError(f"{path}: lists no articles, expected `articles:` with one entry at least; add your articles")
    return Manifest(path, articles, pairs, file.sha256)


def _measure_depth(text: str) -> int:
    """How deep brackets stand in brackets, at most; reading takes time by the square of it."""
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def suggest(wrong: str, known: Collection[str]) -> str:
    """The known names for a message, those that look like `wrong` first."""
    near = difflib.get_close_matches(wrong, known, n=3)
    return ", ".join([*near, *(name for name in known if name not in near)]) or "none"


def _read_article(reader: _Reader, node: yaml.Node) -> ArticleEntry:
    entry = reader.read_mapping(node, _ARTICLE_KEYS, required=("id", "file", "language"))
    segmented = "segmented" in entry and reader.read_choice(entry["segmented"], ("true", "false")) == "true"
    language = reader.read_matching(entry["language"], _LANGUAGE, "a two-letter language code such as vi")
    if segmented and language != "vi":
        raise reader.complain(entry["segmented"], f"segmented: true in language {language}", "it for vi only")
    furniture = tuple(
        reader.read_matching(rule, _FURNITURE, "KIND: TEXT in quotes, KIND being line, prefix, start or end")
        for rule in reader.read_list(entry.get("furniture"))
    )
    return ArticleEntry(
        id=reader.read_id(entry["id"]),
        file=reader.read_file_name(entry["file"]),
        language=language,
        line=reader.find_line(node),
        title=reader.read_optional(entry.get("title")),
        date=reader.read_date(entry.get("date")),
        origin=reader.read_optional(entry.get("origin")),
        notes=reader.read_optional(entry.get("notes")),
        segmented=segmented,
        furniture=furniture,
        unpaired=reader.read_optional(entry.get("unpaired")),
    )


def _read_pair(reader: _Reader, node: yaml.Node, articles: Mapping[str, ArticleEntry]) -> PairEntry:
    entry = reader.read_mapping(node, _PAIR_KEYS, required=("id", "articles", "relation", "reason"))
    members = list(reader.read_list(entry["articles"]))
    names = [compose(reader.read_text(member)) for member in members]
    if len(names) != 2:
        raise reader.complain(entry["articles"], f"{len(names)} articles in a pair", "two article ids")
    for member, name in zip(members, names, strict=True):
        if name not in articles:
            raise reader.complain(member, f"article {name}", f"one of {suggest(name, articles)}")
    if articles[names[0]].language == articles[names[1]].language:
        raise reader.complain(
            entry["articles"], f"two articles in language {articles[names[0]].language}", "two different languages"
        )
    relation = Relation(reader.read_choice(entry["relation"], tuple(Relation)))
    return PairEntry(
        id=reader.read_id(entry["id"]),
        articles=(names[0], names[1]),
        relation=relation,
        reason=reader.read_text(entry["reason"]),
        line=reader.find_line(node),
        gold=reader.read_file_name(entry["gold"]) if "gold" in entry else None,
    )


class _Reader:
    """Takes YAML nodes apart; every complaint names the file and the line of the node."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def complain(self, node: yaml.Node, got: str, expected: str) -> DataError:
        return DataError(f"{self.path} line {self.find_line(node)}: found {got}, expected {expected}; mend the entry")

    def find_line(self, node: yaml.Node) -> int:
        return int(node.start_mark.line) + 1

    def refuse_twice(
        self, name: str, known: Mapping[str, ArticleEntry | PairEntry], what: str, node: yaml.Node
    ) -> None:
        if name in known:
            raise self.complain(node, f"{what} {name} again (first in line {known[name].line})", "every id once")

    def read_mapping(
        self, node: yaml.Node | None, keys: tuple[str, ...], required: tuple[str, ...] = ()
    ) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            if node is None:
                raise DataError(f"{self.path}: holds nothing, expected the keys {', '.join(keys)}; write the manifest")
            raise self.complain(node, self._describe(node), f"a mapping with the keys {', '.join(keys)}")
        entry: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = self.read_text(key_node)
            if key not in keys:
                raise self.complain(key_node, f"the unknown key {key}", f"one of {suggest(key, keys)}")
            if key in entry:
                raise self.complain(key_node, f"the key {key} again", "every key once")
            entry[key] = value
        for key in required:
            if key not in entry:
                raise self.complain(node, f"no {key}", f"an entry with {', '.join(required)}")
        return entry

    def read_list(self, node: yaml.Node | None) -> Iterator[yaml.Node]:
        if node is None:
            return iter(())
        if not isinstance(node, yaml.SequenceNode):
            raise self.complain(node, self._describe(node), "a list")
        return iter(node.value)

    def read_text(self, node: yaml.Node) -> str:
        if not isinstance(node, yaml.ScalarNode) or is_blank(node.value):
            raise self.complain(node, self._describe(node), "a text")
        check_characters(node.value, f"{self.path} line {self.find_line(node)}")
        return str(node.value).strip()

    def read_optional(self, node: yaml.Node | None) -> str | None:
        return None if node is None else self.read_text(node)

    def read_id(self, node: yaml.Node) -> str:
        text = compose(self.read_text(node))
        if not is_id(text):
            raise self.complain(node, text, "letters, digits, `.`, `_` and `-`, a letter or digit first")
        return text

    def read_matching(self, node: yaml.Node, pattern: re.Pattern[str], expected: str) -> str:
        text = self.read_text(node)
        if not pattern.fullmatch(text):
            raise self.complain(node, text, expected)
        return text

    def read_choice(self, node: yaml.Node, choices: Collection[str]) -> str:
        text = self.read_text(node)
        if text not in choices:
            raise self.complain(node, text, f"one of {', '.join(choices)}")
        return text

    def read_file_name(self, node: yaml.Node) -> str:
        text = self.read_text(node)
        name = PurePosixPath(text)
        if name.is_absolute() or ".." in name.parts or "\\" in text:
            raise self.complain(node, text, "a path below the manifest's folder, with forward slashes")
        return str(name)

    def read_date(self, node: yaml.Node | None) -> str | None:
        if node is None:
            return None
        text = self.read_text(node)
        parsers: dict[int, Callable[[], date]] = {
            4: lambda: date.fromisoformat(f"{text}-01-01"),
            7: lambda: date.fromisoformat(f"{text}-01"),
            10: lambda: date.fromisoformat(text),
        }
        try:
            parsers[len(text)]()
        except (KeyError, ValueError):
            raise self.complain(node, f"the date {text}", "YYYY, YYYY-MM or YYYY-MM-DD") from None
        return text

    def _describe(self, node: yaml.Node) -> str:
        if isinstance(node, yaml.ScalarNode):
            return str(node.value).strip() or "nothing"
        return "a mapping" if isinstance(node, yaml.MappingNode) else "a list"
