"""Reading text files: what is accepted, and where an error points."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mt_eval.errors import DataError
from mt_eval.files import read_bytes, read_file, read_lines, read_lines_file, read_text, unpack


def _write(folder: Path, content: bytes) -> Path:
    path = folder / "text.txt"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xef\xbb\xbfa\r\nb\n", "a\nb\n"),
        (b"a\tb", "a\tb"),
        ("một\u2028hai\u200f\u200b".encode(), "một\u2028hai\u200f\u200b"),
        (b"  \n x\n\n", "  \n x\n\n"),
    ],
)
def test_text_is_kept(tmp_path: Path, content: bytes, expected: str) -> None:
    """Only the byte order mark and the carriage returns of CR LF are taken away."""
    actual = read_text(_write(tmp_path, content))

    assert expected == actual


def test_lines_end_at_line_feeds_only(tmp_path: Path) -> None:
    """U+2028 stands inside a line, an empty line at the end counts, the last line feed starts none."""
    actual = read_lines(_write(tmp_path, "a\u2028b\nc\n\n".encode()))

    assert actual == ["a\u2028b", "c", ""]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"mot\nhai \xe9 ba\n", "line 2: byte 0xe9 at offset 8 is not UTF-8; .*iconv -f ENCODING"),
        ("\ufeffa".encode("utf-16-le"), "line 1: byte 0xff at offset 0 is not UTF-8; .*iconv -f UTF-16"),
        (b"a\nb\n\nc\x00d", r"line 4: holds the control character U\+0000, expected plain text; remove"),
        (b"a\x1b[1m", r"line 1: holds the control character U\+001B"),
        ("a\u0085b".encode(), r"line 1: holds the control character U\+0085"),
        ("في هذا اليوم".encode("utf-16-le"), "is not UTF-8 but UTF-16LE; .*iconv -f UTF-16LE"),
        ("في هذا اليوم".encode("cp1256"), "is not UTF-8; .*iconv -f WINDOWS-1256"),
        (b"%PDF-1.7 text", "is a PDF, expected plain text; open it and save it as text"),
        (b"", "is empty, expected text"),
        ("\ufeff \n\t\u2028\n".encode(), "is empty, expected text"),
    ],
)
def test_damage_is_located(tmp_path: Path, content: bytes, message: str) -> None:
    """The message names the file, the line, and the byte or character."""
    path = _write(tmp_path, content)

    with pytest.raises(DataError, match=f"text.txt.*{message}"):
        read_text(path)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    """A path that is no file is an error that says what it is."""
    with pytest.raises(DataError, match=r"nothing\.txt: there is no such file"):
        read_text(tmp_path / "nothing.txt")
    with pytest.raises(DataError, match="is a folder, expected a text file"):
        read_text(tmp_path)


def test_a_carriage_return_within_a_line_is_refused(tmp_path: Path) -> None:
    """Only CR LF is a line end of other systems; a lone CR would hide half a line."""
    with pytest.raises(
        DataError, match=r"line 2: holds the control character U\+000D without a line feed.*end each line"
    ):
        read_text(_write(tmp_path, b"a\nb\rc"))


def test_hash_and_text_are_of_the_same_bytes(tmp_path: Path) -> None:
    """The hash is that of `sha256sum`; a packed copy is the same file, however hard it was packed."""
    path = _write(tmp_path, "một\nhai\n".encode())
    packed = [tmp_path / f"{level}.txt.gz" for level in (1, 9)]
    for level, copy in zip((1, 9), packed, strict=True):
        copy.write_bytes(gzip.compress(path.read_bytes(), level))

    files = [read_file(each) for each in (path, *packed)]
    line_files = [read_lines_file(each) for each in (path, *packed)]

    printed = subprocess.run(["sha256sum", path], check=True, capture_output=True, text=True).stdout
    assert [file.lines for file in files] == [["một", "hai"]] * 3
    assert {file.sha256 for file in (*files, *line_files)} == {printed.split()[0]}


@pytest.mark.parametrize(
    ("pack", "said"),
    [
        (gzip.compress, r"is packed \(gzip\), expected plain text; .* under a name that ends in \.gz"),
        (lzma.compress, r"is packed \(xz\), expected plain text; unpack it"),
        (bz2.compress, r"is packed \(bzip2\)"),
    ],
)
def test_what_another_program_packed_is_named(tmp_path: Path, pack: Callable[[bytes], bytes], said: str) -> None:
    """Nobody is told to convert the encoding of a packed file."""
    with pytest.raises(DataError, match=said):
        read_text(_write(tmp_path, pack("một hai ba".encode())))


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    """What `<(cat h.ar)` gives is read whole, however slowly and late it comes."""
    write = "import sys, time; time.sleep(0.3); print('a'); sys.stdout.flush(); time.sleep(0.3); print('b')"
    with subprocess.Popen([sys.executable, "-c", write], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None

        file = read_file(Path(f"/dev/fd/{writer.stdout.fileno()}"))

    assert (file.lines, file.sha256) == (["a", "b"], hashlib.sha256(b"a\nb\n").hexdigest())


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_too_large_says_the_bound(tmp_path: Path, packed: bool) -> None:
    """No file takes all memory, also none that is small until it is unpacked."""
    path = tmp_path / ("text.gz" if packed else "text")
    path.write_bytes(gzip.compress(bytes(2000)) if packed else bytes(2000))

    with pytest.raises(DataError, match="has more than 1,999 bytes, expected no more"):
        unpack(path, read_bytes(path, 1999), 1999)


def test_devices_and_pipes_without_a_writer_are_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither is waited for, and an endless one is not begun."""
    monkeypatch.setattr("mt_eval.files._WRITER_SECONDS", 0.2)
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(DataError, match="/dev/zero: is no file but a device"):
        read_file(Path("/dev/zero"))
    with pytest.raises(DataError, match="pipe: is a pipe that nobody writes into"):
        read_file(tmp_path / "pipe")
