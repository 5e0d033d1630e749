"""The translation store: what is written is read, whoever writes, whatever breaks."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mt_eval.errors import RunError
from mt_eval.translate.store import records as store
from mt_eval.translate.store.records import StoreWriter, read_store, store_folder
from mt_eval.translate.system import Sentence

IDENTITY = "ab" * 32
KEY_A, KEY_B = (hashlib.sha256(text).hexdigest().encode() for text in (b"a", b"b"))

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
sentence_values = st.builds(
    Sentence,
    text=texts,
    tokens_in=st.integers(0, 10_000),
    tokens_out=st.integers(0, 10_000),
    truncated=st.booleans(),
    source_cut=st.booleans(),
    score=st.none() | st.floats(allow_nan=False, allow_infinity=False),
)

WRITER = """
import sys
from pathlib import Path
from mt_eval.translate.store import records as store
from mt_eval.translate.system import Sentence
from mt_eval.translate.store.records import StoreWriter
name, count = sys.argv[2], int(sys.argv[3])
with StoreWriter(Path(sys.argv[1]), "ab" * 32, {"name": "m"}) as writer:
    for number in range(count):
        writer.append({f"{name} {number}": Sentence(f"{name} {number} " + "é" * 3000, 1, 2)})
        if number == 0:
            print("started", flush=True)
"""


def start_writer(root: Path, name: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(root), name, str(count)], stdout=subprocess.PIPE, text=True
    )


def only_file(root: Path) -> Path:
    (path,) = store_folder(root, IDENTITY).glob("*.jsonl")
    return path


@given(st.dictionaries(texts, sentence_values, max_size=8))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, sentences: dict[str, Sentence]) -> None:
    """Any text, line ends and separators included, comes back as it was."""
    root = tmp_path_factory.mktemp("store")
    with StoreWriter(root, IDENTITY, {}) as writer:
        writer.append(sentences)

    stored = read_store(root, IDENTITY, sentences)

    assert stored.sentences == sentences
    assert stored.warnings == ()


def test_only_wanted_texts_of_this_identity_are_read(tmp_path: Path) -> None:
    """Another leg's translations and other texts stay where they are."""
    with StoreWriter(tmp_path, IDENTITY, {}) as writer:
        writer.append({"a": Sentence("A", 1, 1), "b": Sentence("B", 1, 1)})
    with StoreWriter(tmp_path, "cd" * 32, {}) as writer:
        writer.append({"c": Sentence("C", 1, 1)})

    assert read_store(tmp_path, IDENTITY, ["a", "c"]).sentences == {"a": Sentence("A", 1, 1)}


def test_layout_is_as_documented(tmp_path: Path) -> None:
    """The folder is named by 16 digits, info.json says whose it is, a record's key is the hash of its source."""
    with StoreWriter(tmp_path, IDENTITY, {"name": "tiny"}) as writer:
        writer.append({"nguồn": Sentence("đích", 3, 4, score=-0.5)})

    folder = tmp_path / ("ab" * 8)
    record, end = only_file(tmp_path).read_text(encoding="utf-8").splitlines()
    assert json.loads((folder / "info.json").read_text(encoding="utf-8")) == {"identity": IDENTITY, "name": "tiny"}
    assert f"-{os.getpid()}-" in only_file(tmp_path).name
    assert list(json.loads(record).items()) == [
        ("key", hashlib.sha256("nguồn".encode()).hexdigest()),
        ("text", "đích"),
        ("tokens_in", 3),
        ("tokens_out", 4),
        ("truncated", False),
        ("source_cut", False),
        ("score", -0.5),
    ]
    assert json.loads(end) == {"batch": 1, "sha256": hashlib.sha256(f"{record}\n".encode()).hexdigest()[:16]}


def test_half_a_batch_is_no_batch(tmp_path: Path) -> None:
    """Wherever a kill tears the last batch, the batches before it are there, nothing of it is, and nothing is said."""
    with StoreWriter(tmp_path, IDENTITY, {}) as writer:
        writer.append({"a": Sentence("A", 1, 1)})
        whole = len(only_file(tmp_path).read_bytes())
        writer.append({"b": Sentence("B", 1, 1), "c": Sentence("é", 1, 1)})
    path = only_file(tmp_path)
    content = path.read_bytes()
    assert set(read_store(tmp_path, IDENTITY, "abc").sentences) == {"a", "b", "c"}

    for size in range(whole, len(content)):
        path.write_bytes(content[:size])
        stored = read_store(tmp_path, IDENTITY, "abc")

        assert set(stored.sentences) == {"a"}
        assert stored.warnings == ()


@pytest.mark.parametrize(
    "damage", [b"{broken\n", b"\x00\x00\n", b"[]\n", b'{"key": "x"}\n', b"\xff\n", b'{"batch": 1\n']
)
def test_damaged_record_in_the_middle_is_named(tmp_path: Path, damage: bytes) -> None:
    """A bad line costs that line; file and line are said."""
    with StoreWriter(tmp_path, IDENTITY, {}) as writer:
        writer.append({"a": Sentence("A", 1, 1), "b": Sentence("B", 1, 1)})
    path = only_file(tmp_path)
    first, second, end = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + damage + second + end)

    stored = read_store(tmp_path, IDENTITY, ["a", "b", "c"])

    assert set(stored.sentences) == {"a", "b"}
    (warning,) = stored.warnings
    assert f"{path} line 2 is damaged" in warning


@pytest.mark.parametrize(
    ("old", "new"), [(b'"A"', b'"X"'), (b'"tokens_in"', b'"tokens__n"'), (b'"batch": 2', b'"batch": 1'), (KEY_A, KEY_B)]
)
def test_a_batch_that_somebody_changed_is_translated_again(tmp_path: Path, old: bytes, new: bytes) -> None:
    """A text, a key, the source it belongs to or the count of another batch: none of the batch is believed."""
    with StoreWriter(tmp_path, IDENTITY, {}) as writer:
        writer.append({"a": Sentence("A", 1, 1), "c": Sentence("C", 1, 1)})
        writer.append({"d": Sentence("D", 1, 1)})
    path = only_file(tmp_path)
    path.write_bytes(path.read_bytes().replace(old, new, 1))

    stored = read_store(tmp_path, IDENTITY, "abcd")

    assert set(stored.sentences) == {"d"}
    assert stored.warnings == (f"{path} line 3 ends a batch that was changed; it is translated again",)


def test_batches_of_older_versions_are_believed(tmp_path: Path) -> None:
    """They have no checksum; of a record that cannot be read, file and line are said."""
    with StoreWriter(tmp_path, IDENTITY, {}) as writer:
        writer.append({"a": Sentence("A", 1, 1), "b": Sentence("B", 1, 1)})
    path = only_file(tmp_path)
    first, second, _ = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first.replace(b'"tokens_in"', b'"tokens__n"') + second + b'{"batch": 2}\n')

    stored = read_store(tmp_path, IDENTITY, "ab")

    assert stored.sentences == {"b": Sentence("B", 1, 1)}
    assert stored.warnings == (f"{path} line 1 is damaged; it is skipped and translated again",)


def test_only_files_of_its_own_are_read(tmp_path: Path) -> None:
    """A pipe, a device behind a link and a folder among the files of a leg are passed by."""
    with StoreWriter(tmp_path, IDENTITY, {}) as writer:
        writer.append({"a": Sentence("A", 1, 1)})
    folder = store_folder(tmp_path, IDENTITY)
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "zero.jsonl").symlink_to("/dev/zero")
    (folder / "folder.jsonl").mkdir()

    assert read_store(tmp_path, IDENTITY, "ab").sentences == {"a": Sentence("A", 1, 1)}


def test_a_file_without_ends_of_lines_takes_no_memory(tmp_path: Path) -> None:
    """A line has a bound, which is said; what stands before it counts."""
    with StoreWriter(tmp_path, IDENTITY, {}) as writer:
        writer.append({"a": Sentence("A", 1, 1)})
    path = only_file(tmp_path)
    os.truncate(path, 2**36)

    stored = read_store(tmp_path, IDENTITY, "ab")

    assert set(stored.sentences) == {"a"}
    assert f"{path} line 3 has 33,554,432 bytes or more; the rest is not read" in stored.warnings


def test_a_score_that_is_no_number_is_none(tmp_path: Path) -> None:
    """JSON has no word for it, so the record stays readable without."""
    with StoreWriter(tmp_path, IDENTITY, {}) as writer:
        writer.append({"a": Sentence("A", 1, 1, score=float("nan")), "b": Sentence("B", 1, 1, score=-float("inf"))})

    stored = read_store(tmp_path, IDENTITY, "ab")

    assert {sentence.score for sentence in stored.sentences.values()} == {None}


def test_what_moved_while_it_was_read_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that another process compacted after it was listed costs nothing."""
    with StoreWriter(tmp_path, IDENTITY, {}) as writer:
        writer.append({"a": Sentence("A", 1, 1)})
    path = only_file(tmp_path)
    moved = path.with_name("moved.jsonl")
    listing = store.list_files

    def list_then_move(folder: Path) -> list[Path]:
        found = listing(folder)
        if path.exists():
            path.rename(moved)
        return found

    monkeypatch.setattr(store, "list_files", list_then_move)

    stored = read_store(tmp_path, IDENTITY, ["a", "b"])

    assert set(stored.sentences) == {"a"}
    assert stored.warnings == ()


def test_memory_does_not_grow_with_the_store(tmp_path: Path) -> None:
    """Reading ten records out of 20 MB takes less than 1 MB."""
    with StoreWriter(tmp_path, IDENTITY, {}) as writer:
        writer.append({f"{number}": Sentence("x" * 2000, 1, 1) for number in range(10_000)})

    tracemalloc.start()
    try:
        stored = read_store(tmp_path, IDENTITY, [f"{number}" for number in range(9_990, 10_000)])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(stored.sentences) == 10
    assert peak < 1_000_000


def test_vanished_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that goes away between listing and reading is said and lived without."""
    monkeypatch.setattr(store, "list_files", lambda folder: [folder / "gone.jsonl"])

    (warning,) = read_store(tmp_path, IDENTITY, ["a"]).warnings

    assert "gone.jsonl vanished" in warning


def test_processes_write_at_once(tmp_path: Path) -> None:
    """Three writers of 40 long records each lose and mix nothing."""
    writers = [start_writer(tmp_path, name, 40) for name in ("x", "y", "z")]
    for process in writers:
        process.communicate(timeout=60)
    wanted = [f"{name} {number}" for name in ("x", "y", "z") for number in range(40)]

    stored = read_store(tmp_path, IDENTITY, wanted)

    assert [process.returncode for process in writers] == [0, 0, 0]
    assert {text: sentence.text for text, sentence in stored.sentences.items()} == {
        text: f"{text} " + "é" * 3000 for text in wanted
    }
    assert stored.warnings == ()
    assert len(list(store_folder(tmp_path, IDENTITY).glob("*.jsonl"))) == 3


def test_killed_writer_leaves_whole_records(tmp_path: Path) -> None:
    """After kill -9 everything up to some record is there, and nothing is damaged."""
    process = start_writer(tmp_path, "x", 100_000)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    wanted = [f"x {number}" for number in range(100_000)]

    stored = read_store(tmp_path, IDENTITY, wanted)

    assert list(stored.sentences) == wanted[: len(stored.sentences)]
    assert len(stored.sentences) > 1
    assert stored.warnings == ()


def test_full_disk_leaves_no_half_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full the finished batch stays, the half record is undone, and one sentence says so."""
    real = os.write

    room = 60

    def write_some(descriptor: int, data: bytes) -> int:
        nonlocal room
        if room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = real(descriptor, data[:room])
        room -= written
        return written

    with StoreWriter(tmp_path, IDENTITY, {}) as writer:
        writer.append({"a": Sentence("A", 1, 1)})
        before = only_file(tmp_path).read_bytes()
        monkeypatch.setattr(os, "write", write_some)
        with pytest.raises(RunError, match=r"no space is left on the disk; free some and run the same command again"):
            writer.append({"b": Sentence("B", 1, 1)})

    assert only_file(tmp_path).read_bytes() == before


def test_store_that_is_a_file_is_an_error(tmp_path: Path) -> None:
    """A place where nothing can be written is named."""
    root = tmp_path / "store"
    root.write_text("", encoding="utf-8")

    with (
        pytest.raises(RunError, match=r"the translation store .* cannot be written"),
        StoreWriter(root, IDENTITY, {}) as writer,
    ):
        writer.append({"a": Sentence("A", 1, 1)})
