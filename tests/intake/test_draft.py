"""Manifests drafted and added to."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from mt_eval.cli.main import main
from mt_eval.data.manifest import read_manifest
from mt_eval.errors import DataError
from mt_eval.intake.draft import add_entries

_ARTICLES = (["- id: n", "  file: n.txt", "  language: vi"], ["- id: m", "  file: m.txt", "  language: ar"])
_PAIR = ["- id: p", "  articles: [n, m]", "  relation: translation", "  reason: known"]


@pytest.mark.parametrize(
    "old",
    [
        None,
        "articles:\n  - {id: v, file: v.txt, language: vi}\n",
        "# mine\narticles:\n- id: v  # first\n  file: v.txt\n  language: vi\n\n# of pairs, none yet\n",
        "articles:\n    - id: v\n      file: v.txt\n      language: vi\n"
        "      notes: >-\n        two\n        lines\n\n# end\n",
        "articles:\n  - {id: v, file: v.txt, language: vi}\n  - {id: a, file: a.txt, language: ar}\n"
        "pairs:\n  - id: q\n    articles: [v, a]\n    relation: translation\n    reason: >\n      because\n# end",
    ],
)
def test_no_line_is_lost(tmp_path: Path, old: str | None) -> None:
    """Every old line stands there still, in its order, and the manifest reads with the new entries behind the old."""
    path = tmp_path / "articles.yaml"
    if old is not None:
        path.write_text(old, encoding="utf-8")
    before = read_manifest(path) if old is not None else None

    add_entries(path, _ARTICLES, [_PAIR])

    lines = iter(path.read_text(encoding="utf-8").splitlines())
    assert all(line in lines for line in (old or "").splitlines())
    manifest = read_manifest(path)
    assert list(manifest.articles) == [*(before.articles if before else ()), "n", "m"]
    assert list(manifest.pairs)[-1] == "p"
    if before:
        assert [a.notes for a in manifest.articles.values()][: len(before.articles)] == [
            a.notes for a in before.articles.values()
        ]
    assert [file.name for file in tmp_path.iterdir()] == ["articles.yaml"]


def test_ids_keep_the_letters_of_file_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Vietnamese and Arabic ones, vowel signs too; the rest is a hyphen. Any Unicode form of an id is found."""
    texts = {"vi": "Hôm nay trời đẹp và chúng tôi đi chợ mua rau.", "ar": "ذهبنا اليوم إلى السوق لشراء الخضار."}
    for name in ("Bài báo (số 1).vi.txt", "Bài báo (số 1).ar.txt", "أَخبار اليوم.txt"):
        language = "vi" if name.endswith(".vi.txt") else "ar"
        (tmp_path / unicodedata.normalize("NFD", name)).write_text(texts[language], encoding="utf-8")

    assert main(["data", "new", str(tmp_path)]) == 0

    manifest = read_manifest(tmp_path / "articles.yaml")
    assert list(manifest.articles) == ["Bài-báo-số-1.ar", "Bài-báo-số-1.vi", "أَخبار-اليوم"]
    assert list(manifest.pairs) == ["Bài-báo-số-1"]
    typed = unicodedata.normalize("NFD", "Bài-báo-số-1")
    words = [f"data.manifest={tmp_path}/articles.yaml", f"data.pairs=[{typed}]", f"runs_dir={tmp_path}/runs"]
    assert main(["run", "model=copy", "metrics.samples=0", *words]) == 0
    assert (
        '"Bài-báo-số-1:1"' in capsys.readouterr().out + next((tmp_path / "runs").glob("*/segments.jsonl")).read_text()
    )


def test_a_list_on_one_line_is_not_rewritten(tmp_path: Path) -> None:
    """What cannot be added to without changing a line is an error, and stays as it is."""
    path = tmp_path / "articles.yaml"
    text = "articles:\n  - {id: v, file: v.txt, language: vi}\npairs: []\n"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DataError, match=r"line 3: `pairs` is not a list with one entry a line"):
        add_entries(path, _ARTICLES, [_PAIR])

    assert path.read_text(encoding="utf-8") == text


def test_a_wrong_manifest_is_not_made_worse(tmp_path: Path) -> None:
    """An entry that does not fit leaves the file as it was."""
    path = tmp_path / "articles.yaml"
    path.write_text("articles:\n  - {id: n, file: v.txt, language: vi}\n", encoding="utf-8")

    with pytest.raises(DataError, match="article n again"):
        add_entries(path, _ARTICLES, [])

    assert path.read_text(encoding="utf-8").count("id: n") == 1
