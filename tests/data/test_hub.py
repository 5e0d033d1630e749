"""Data sets that `datasets` reads, from files of this machine."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from mt_eval.config import HubData
from mt_eval.data import load
from mt_eval.errors import DataError

_VI = ("Chủ tịch Trung Quốc điện đàm với Tổng thống Nga.", "Hai nước tăng cường hợp tác.", "Ông nói: “Được”.")
_AR = ("تحدث الرئيس الصيني هاتفيا مع الرئيس الروسي.", "عزز البلدان التعاون.", "وقال: «نعم».")
_ROWS = [{"url": doc, "v": vi, "a": ar} for doc, vi, ar in zip("aab", _VI, _AR, strict=True)]

pytestmark = pytest.mark.extra("hub")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left in the user's cache."""
    import datasets

    cache = tmp_path_factory.mktemp("cache")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", cache)
    datasets.disable_progress_bars()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["json", "parquet"])
def test_tables_of_both_kinds(tmp_path: Path, kind: str) -> None:
    """Rows of JSON lines and of parquet give the same corpus, documents by the column that names them."""
    path = tmp_path / f"rows.{kind}"
    if kind == "json":
        path.write_text("".join(json.dumps(row) + "\n" for row in _ROWS), encoding="utf-8")
    else:
        import datasets

        datasets.Dataset.from_list(_ROWS).to_parquet(path)
    config = HubData(kind, split="train", files=str(path), columns={"vi": "v", "ar": "a"}, document_column="url")

    corpus = load(config, "ar", "vi")

    assert [(pair.id, pair.source.text, pair.reference.text) for pair in corpus.pairs] == [
        ("a", "\n".join(_AR[:2]), "\n".join(_VI[:2])),
        ("b", _AR[2], _VI[2]),
    ]
    assert corpus.warnings == ()
    assert len(corpus.inputs) == 1


@pytest.fixture
def languages(tmp_path: Path) -> Path:
    """A data set with one configuration per language, as FLORES+ is laid out."""
    lines = ["configs:"]
    for name, texts in (("vie", _VI), ("arb", _AR), ("short", _AR[:2])):
        (tmp_path / f"{name}.jsonl").write_text(
            "".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8"
        )
        lines += [f"- config_name: {name}", "  data_files:", "  - split: devtest", f"    path: {name}.jsonl"]
    (tmp_path / "README.md").write_text("\n".join(["---", *lines, "---", ""]), encoding="utf-8")
    return tmp_path


@pytest.mark.filterwarnings("ignore")
def test_one_configuration_per_language(languages: Path) -> None:
    """The i-th rows of both configurations belong together."""
    columns: dict[str, str | None] = {"vi": "text", "ar": "text"}
    config = HubData(str(languages), names={"vi": "vie", "ar": "arb"}, split="devtest", columns=columns)

    corpus = load(config, "vi", "ar")

    [pair] = corpus.pairs
    assert (pair.source.text, pair.reference.text) == ("\n".join(_VI), "\n".join(_AR))
    assert set(corpus.inputs) == {"rows of vie", "rows of arb"}
    assert "names no documents" in corpus.warnings[0]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("names", "split", "column", "message"),
    [
        ({"vi": "vie", "ar": "short"}, "devtest", "text", "3 rows in vie and 2 in short, expected as many"),
        ({"vi": "vie", "ar": "arb"}, "test", "text", r"cannot be had .*check data\.path"),
        ({"vi": "vie", "ar": "arb"}, "devtest", "words", r"row 1: has no column words, expected one of text"),
    ],
)
def test_what_does_not_fit(
    languages: Path, names: dict[str, str | None], split: str, column: str, message: str
) -> None:
    """Lengths that differ, a split and a column that are not there are errors."""
    config = HubData(str(languages), names=names, split=split, columns={"vi": column, "ar": column})

    with pytest.raises(DataError, match=message):
        load(config, "vi", "ar")


def test_no_connection_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing answers, the hub's client is not left to try for half a minute."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{closed.getsockname()[1]}")

        with pytest.raises(
            DataError, match=r"OWNER/NAME: there is no connection to http://127.*cache \(HF_HOME\) does not"
        ):
            load(HubData("OWNER/NAME", split="test"), "vi", "ar")

    assert not constants.HF_HUB_OFFLINE


def test_the_cause_of_a_failure_is_said(tmp_path: Path) -> None:
    """What `datasets` raises says that an error occurred; which one stands behind it."""
    (tmp_path / "broken.json").write_text('{"vi": "a"\n{', encoding="utf-8")

    with pytest.raises(DataError, match=r"cannot be had \(.*JSON parse error: Missing a comma") as raised:
        load(HubData("json", files=str(tmp_path / "broken.json"), split="train"), "vi", "ar")

    assert "\n" not in str(raised.value)
