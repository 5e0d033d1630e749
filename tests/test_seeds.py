"""The project's own articles are whole: manifest, texts, gold alignment, interface strings."""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path

import pytest

from mt_eval.align import locate_gold, read_gold
from mt_eval.data.articles import read_article
from mt_eval.data.manifest import Manifest, read_manifest
from mt_eval.text.clean import clean
from mt_eval.types import Article

# sha256sum seeds/0*.txt, of the texts as they were handed over.
_SHA256 = {
    "000": "87e359be0b186e24490fdcd5eef8df4a08b7fa36895f43fadc41ee92964af85c",
    "001": "f15e5db5b2c89584ecc68c9f2bb56237e8ca00e66da6d00d915b84c0112d5906",
    "002": "594e6b6d2b08c34ccf7a6e77b856e264642541f386b89ca323418e2d78cec29f",
    "003": "f592cc32f81d26d82c1f43ea3ee3906e7e37e31ee17f8b3f835794481a3d13d7",
    "004": "848ae20dfd426c7ebab2661307fcf5c26abcc9c297f92053fe77fe4df2799c85",
}


@pytest.fixture(scope="module")
def manifest(repository: Path) -> Manifest:
    return read_manifest(repository / "seeds" / "articles.yaml")


def _clean_article(manifest: Manifest, number: str) -> Article:
    entry = manifest.articles[number]
    raw = read_article(manifest, entry)
    text = clean(raw.text, raw.lang, word_segmented=entry.segmented, furniture=entry.furniture).text
    return Article(raw.id, raw.lang, text)


@pytest.mark.parametrize("number", _SHA256)
def test_texts_are_as_found(manifest: Manifest, number: str) -> None:
    """The articles are byte for byte what they were."""
    content = manifest.locate(manifest.articles[number].file).read_bytes()

    assert _SHA256[number] == hashlib.sha256(content).hexdigest()


def test_every_article_is_accounted_for(manifest: Manifest, repository: Path) -> None:
    """Each text is in the manifest, and each article in a pair or with a reason why not."""
    paired = {name for pair in manifest.pairs.values() for name in pair.articles}
    unpaired = {article.id for article in manifest.articles.values() if article.unpaired}

    assert {path.name for path in (repository / "seeds").glob("*.txt")} == {a.file for a in manifest.articles.values()}
    assert set(manifest.articles) == paired | unpaired
    assert not paired & unpaired


@pytest.mark.parametrize(
    ("number", "first", "last"),
    [
        ("001", "Chủ tịch Trung Quốc Tập Cận Bình hôm nay", "chấp pháp giữa hai nước."),
        ("002", "تحدث الرئيس شي", "ورويترز )"),
        ("003", "بكين 11 فبراير 2020", "SCMP)"),
        ("004", "Phát biểu tại cuộc điện đàm", "vũ khí hạt nhân..."),
    ],
)
def test_furniture_is_gone(manifest: Manifest, number: str, first: str, last: str) -> None:
    """The cleaned articles begin with their first word and end with their last."""
    text = _clean_article(manifest, number).text

    assert text.startswith(first)
    assert text.endswith(last)


def test_gold_rebuilds_both_articles(manifest: Manifest) -> None:
    """The cells of each column, joined, are the cleaned article up to white space, in order."""
    pair = manifest.pairs["xi-putin-2024"]
    assert pair.gold is not None

    rows = read_gold(manifest.locate(pair.gold), "vi", "ar")

    for number, cells in (("000", [row.source for row in rows]), ("002", [row.reference for row in rows])):
        assert " ".join(_clean_article(manifest, number).text.split()) == " ".join(" ".join(cells).split())


def test_gold_splits_what_runs_together(manifest: Manifest) -> None:
    """The headline stands alone and without counterpart; the credit of the picture is apart from the next paragraph."""
    pair = manifest.pairs["xi-putin-2024"]
    assert pair.gold is not None
    path = manifest.locate(pair.gold)
    rows = read_gold(path, "vi", "ar")

    spans = locate_gold(path, rows, _clean_article(manifest, "000"), _clean_article(manifest, "002"))

    assert (rows[0].source, spans[0][1]) == ("Trung Quốc muốn thúc đẩy 'hợp tác chiến lược' với Nga", None)
    [credit] = [index for index, row in enumerate(rows) if row.source == "Ảnh: AFP"]
    assert rows[credit].reference == "الصورة: وكالة فرانس برس"
    assert rows[credit + 1].source.startswith("Giới chức Trung Quốc")
    assert (len(rows), sum(None in span for span in spans)) == (21, 1)


def test_interface_strings_are_whole(repository: Path) -> None:
    """500 pairs in NFC, sorted by origin, and no line empty."""
    folder = repository / "seeds" / "ui"
    columns = [
        (folder / name).read_text(encoding="utf-8").removesuffix("\n").split("\n")
        for name in ("ui.vi.txt", "ui.ar.txt", "docids.txt")
    ]

    assert [len(column) for column in columns] == [500, 500, 500]
    assert columns[2] == sorted(columns[2])
    assert all(line.strip() and unicodedata.is_normalized("NFC", line) for column in columns for line in column)
