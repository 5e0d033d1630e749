"""Whatever a file holds, reading it gives a corpus or a sentence that names the file, never an internal error."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mt_eval.config import ArticlesData, FolderData, LinesData, TableData
from mt_eval.data import load
from mt_eval.errors import DataError

_VI = "Chủ tịch Trung Quốc điện đàm với Tổng thống Nga."
_AR = "تحدث الرئيس الصيني هاتفيا مع الرئيس الروسي."
_WHOLE = {
    "t.tsv": f'vi\tar\n"{_VI}"\t{_AR}\n',
    "t.csv": f'sep=;\nvi;ar\n"{_VI}";{_AR}\n',
    "t.jsonl": f'{{"vi": "{_VI}", "ar": "{_AR}"}}\n',
    "t.tmx": f'<tmx version="1.4"><body><tu><tuv xml:lang="vi"><seg>{_VI}</seg></tuv><tuv xml:lang="ar"><seg>{_AR}'
    "</seg></tuv></tu></body></tmx>",
    "articles.yaml": "articles:\n  - {id: v, file: v.vi.txt, language: vi}\n  - {id: a, file: v.ar.txt, language: ar}\n"
    "pairs:\n  - {id: p, articles: [v, a], relation: translation, reason: known, gold: gold.tsv}\n",
    "gold.tsv": f"vi\tar\tnote\n{_VI}\t{_AR}\t\n",
    "v.vi.txt": f"{_VI}\n",
    "v.ar.txt": f"{_AR}\n",
}
"""Files that are whole, each of which is damaged."""


def open_data(folder: Path, name: str) -> None:
    """Read the data that the damaged file is part of, in every way there is."""
    if name.startswith("t."):
        load(TableData(str(folder / name)), "vi", "ar")
        return
    load(ArticlesData(str(folder / "articles.yaml")), "vi", "ar")
    load(FolderData(str(folder)), "vi", "ar")
    load(LinesData(str(folder / "v.vi.txt"), str(folder / "v.ar.txt")), "vi", "ar")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("damaged")
    for name, text in _WHOLE.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


DAMAGE: dict[str, Callable[[bytes, int, bytes], bytes]] = {
    "cut": lambda content, place, other: content[:place],
    "overwritten": lambda content, place, other: content[:place] + other + content[place + len(other) :],
    "inserted": lambda content, place, other: content[:place] + other + content[place:],
    "doubled": lambda content, place, other: content + content[place:],
    "other encoding": lambda content, place, other: content.decode().encode("utf-16"),
    "nested": lambda content, place, other: content[:place] + b"[" * 5000 + content[place:],
    "tagged": lambda content, place, other: content[:place] + b"<hi>" * 5000 + content[place:],
    "packed": lambda content, place, other: gzip.compress(content, mtime=0)[:place],
    "nothing": lambda content, place, other: b"",
}
_PIECES = st.one_of(
    st.binary(max_size=6),
    st.sampled_from(
        [b"\0", b"\x1b[2J", b"\xed\xa0\x80", b"\\ud800", b"&a; *b", b"<!DOCTYPE x>", b"\r", b"\t\t", b'"', b"\n"]
    ),
    st.sampled_from(
        [b"? [", b"!!python/object:os.system {}", b"&x [*x]", b"<<: *x", b"- - -", b"null", b"\xef\xbb\xbf"]
    ),
)


@pytest.mark.parametrize("name", _WHOLE)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damage=st.sampled_from(sorted(DAMAGE)), share=st.floats(0, 1), other=_PIECES)
def test_damaged_files_end_in_a_sentence(folder: Path, name: str, damage: str, share: float, other: bytes) -> None:
    """Cut, overwritten, deeply nested, in another encoding: read, or refused with where it stands."""
    whole = _WHOLE[name].encode()
    said = ""
    try:
        (folder / name).write_bytes(DAMAGE[damage](whole, round(share * len(whole)), other))

        open_data(folder, name)
    except DataError as error:
        said = str(error)
    finally:
        (folder / name).write_bytes(whole)

    assert "\n" not in said
    assert not said or str(folder) in said


@pytest.mark.parametrize("name", _WHOLE)
def test_whole_files_are_read(folder: Path, name: str) -> None:
    """What is damaged above is good before."""
    open_data(folder, name)
