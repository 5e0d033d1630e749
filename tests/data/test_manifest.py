"""Manifests: every mistake is found with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from mt_eval.data.manifest import read_manifest
from mt_eval.errors import DataError
from mt_eval.types import Relation

_GOOD = """\
articles:
  - id: 000
    file: a.txt
    language: vi
    date: 2024-02
    segmented: true
    furniture: ["line: [x]"]
  - {id: no, file: sub/b.txt, language: ar}
pairs:
  - id: p
    articles: [000, no]
    relation: translation
    reason: known
    gold: gold/p.tsv
"""


def _write(folder: Path, text: str) -> Path:
    path = folder / "articles.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_values_are_taken_as_written(tmp_path: Path) -> None:
    """Unquoted `000`, `no` and dates stay text; lists and flags are read."""
    manifest = read_manifest(_write(tmp_path, _GOOD))

    assert list(manifest.articles) == ["000", "no"]
    first = manifest.articles["000"]
    assert (first.date, first.segmented, first.furniture, first.line) == ("2024-02", True, ("line: [x]",), 2)
    pair = manifest.pairs["p"]
    assert (pair.articles, pair.relation, pair.gold) == (("000", "no"), Relation.TRANSLATION, "gold/p.tsv")
    assert manifest.locate("sub/b.txt") == tmp_path / "sub" / "b.txt"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("file: a.txt", "fiel: a.txt", "line 3: found the unknown key fiel, expected one of file, "),
        ("    file: a.txt\n", "", "line 2: found no file, expected an entry with id, file, language"),
        ("id: no", "id: 000", r"line 8: found article 000 again \(first in line 2\), expected every id once"),
        ("id: no", "id: 'a b'", "line 8: found a b, expected letters, digits"),
        ("id: no", "id: -x", "line 8: found -x, expected letters, digits"),
        ("[000, no]", "[000, on]", "line 11: found article on, expected one of 000, no"),
        ("[000, no]", "[000]", "line 11: found 1 articles in a pair, expected two article ids"),
        ("[000, no]", "000", "line 11: found 000, expected a list"),
        ("language: ar", "language: vi", "line 11: found two articles in language vi, expected two different"),
        ("language: ar", "language: arabic", "line 8: found arabic, expected a two-letter language code"),
        (
            "language: ar",
            "language: ar, segmented: true",
            "line 8: found segmented: true in language ar, expected it for",
        ),
        ("translation", "same", "line 12: found same, expected one of translation, comparable"),
        ("2024-02", "2024-13", "line 5: found the date 2024-13, expected YYYY, YYYY-MM or"),
        ("2024-02", "8/2/2024", "line 5: found the date 8/2/2024, expected YYYY"),
        ("segmented: true", "segmented: yes", "line 6: found yes, expected one of true, false"),
        ("line: [x]", "lines: [x]", r"line 7: found lines: \[x\], expected KIND: TEXT"),
        ("file: a.txt", "file: ../a.txt", "line 3: found ../a.txt, expected a path below the manifest's folder"),
        ("file: a.txt", "file: /a.txt", "line 3: found /a.txt, expected a path below the manifest's folder"),
        ("file: a.txt", "file: [a.txt]", "line 3: found a list, expected a text"),
        ("reason: known", "reason: ''", "line 13: found nothing, expected a text"),
        (
            "    reason: known",
            "    relation: translation",
            "line 13: found the key relation again, expected every key once",
        ),
        ("gold: gold", "gold: [gold", "line .*: is not YAML .*; mend the syntax"),
        ("pairs:", "pears:", "line 9: found the unknown key pears, expected one of pairs, articles"),
        (_GOOD, "- a", "line 1: found a list, expected a mapping with the keys articles, pairs"),
        (_GOOD, "# nothing", ": holds nothing, expected the keys articles, pairs"),
        (_GOOD, "articles: []", ": lists no articles"),
    ],
)
def test_mistakes_are_located(tmp_path: Path, old: str, new: str, message: str) -> None:
    """The message names the manifest, the line, what was found and what was expected."""
    assert old in _GOOD
    path = _write(tmp_path, _GOOD.replace(old, new, 1))

    with pytest.raises(DataError, match=f"articles.yaml.*{message}"):
        read_manifest(path)
