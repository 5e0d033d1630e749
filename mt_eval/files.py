"""Input files as a careful reader sees them: read once, UTF-8 or an error that names the place.

What is hashed is what is used: `read_file` gives text and hash of the same bytes, so a file that changes in between, or
a pipe (`<(zcat news.gz)`), which can be read only once, is what its hash says.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import re
import select
import stat
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from mt_eval.errors import DataError
from mt_eval.languages.encoding import guess_encoding, name_document
from mt_eval.languages.letters import compose, is_blank
from mt_eval.spool import collect

LARGEST = 2**30
"""Bytes of a file, unpacked, that is still read: an endless one would take all memory."""

# The C0 and C1 control characters and DEL (Unicode general category Cc) but for tab and line feed; halves of pairs of
# UTF-16 (Cs), which JSON can name and UTF-8 cannot hold.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

_PIECE = 2**20
_WRITER_SECONDS = 10.0
"""How long a pipe that nobody has opened for writing is waited for."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file as it was when it was read."""

    path: Path
    text: str
    sha256: str
    """Of its bytes, unpacked if the file is packed, in hexadecimal: a packed copy is the same file."""

    @property
    def lines(self) -> list[str]:
        """Its lines without their line feeds; a last line feed ends a line and starts none."""
        return self.text.removesuffix("\n").split("\n") if self.text else []


@dataclass(frozen=True, slots=True)
class LinesFile:
    """A text file as its lines, as they were when it was read; those of a long file are not in memory."""

    path: Path
    lines: Sequence[str]
    """Without their line feeds; a last line feed ends a line and starts none."""
    sha256: str
    """Of its bytes, unpacked if the file is packed, in hexadecimal: a packed copy is the same file."""


def read_file(path: Path, *, allow_empty: bool = False) -> TextFile:
    """A UTF-8 file: its text without a byte order mark, every CR LF as a line feed, otherwise unchanged.

    A file whose name ends in `.gz` is unpacked. Lines end at a line feed only, as `wc -l` counts them: U+2028 and its
    like are ordinary characters.

    Raises:
        DataError: As `read_bytes`, or it is not UTF-8, holds a control character, or, unless `allow_empty`, only white
            space.
    """
    content = unpack(path, read_bytes(path))
    text = decode_text(path, content)
    if not allow_empty and is_blank(text):
        raise _describe_emptiness(path)
    return TextFile(path, text, hashlib.sha256(content).hexdigest())


def read_lines_file(path: Path) -> LinesFile:
    """The lines of a UTF-8 file; see `read_file`.

    Raises:
        DataError: As `read_file`.
    """
    content = unpack(path, read_bytes(path))
    lines = collect(_decode_lines(path, content), str)
    if all(map(is_blank, lines)):
        raise _describe_emptiness(path)
    return LinesFile(path, lines, hashlib.sha256(content).hexdigest())


def _decode_lines(path: Path, content: bytes) -> Iterator[str]:
    """The lines of a file's content, decoded piece by piece."""
    _check_document(path, content)
    start = 0
    while start < len(content):
        end = content.find(b"\n", start + _PIECE) + 1 or len(content)
        piece = content[start:end]
        try:
            text = piece.decode("utf-8")
        except UnicodeDecodeError as error:
            raise DataError(_describe_bad_byte(path, content, start + error.start)) from None
        text = (text if start else text.removeprefix("\ufeff")).replace("\r\n", "\n")
        if found := _NO_TEXT.search(text):
            before = content.count(b"\n", 0, start) + text.count("\n", 0, found.start())
            raise _describe_no_text(path, content, found.group(), before + 1)
        if text:
            yield from text.removesuffix("\n").split("\n")
        start = end


def read_text(path: Path, *, allow_empty: bool = False) -> str:
    """The text of a file; see `read_file`."""
    return read_file(path, allow_empty=allow_empty).text


def read_lines(path: Path, *, allow_empty: bool = False) -> list[str]:
    """The lines of a file; see `read_file`."""
    return read_file(path, allow_empty=allow_empty).lines


def read_bytes(path: Path, largest: int = LARGEST) -> bytes:
    """All bytes of a file or of a pipe somebody writes into.

    Raises:
        DataError: It is missing, a folder, a device, unreadable, larger than `largest`, or a pipe without a writer.
    """
    try:
        # Without O_NONBLOCK, opening a pipe waits for a writer, for ever where there is none.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            kind = os.fstat(descriptor).st_mode
            if stat.S_ISDIR(kind):
                raise IsADirectoryError
            if stat.S_ISFIFO(kind):
                return _gather(path, _iterate_pipe(path, descriptor), largest)
            if not stat.S_ISREG(kind):
                raise DataError(f"{path}: is no file but a device or a socket; name a file")
            return _gather(path, iter(lambda: os.read(descriptor, _PIECE), b""), largest)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file; check the path, it is read from {Path.cwd()}") from None
    except IsADirectoryError:
        raise DataError(f"{path}: is a folder, expected a text file; name the file in it") from None
    except (OSError, ValueError) as error:  # a ValueError for a NUL in the path
        reason = error.strerror if isinstance(error, OSError) else error
        raise DataError(f"{path}: cannot be read ({reason}); check the path and its permissions") from None


def unpack(path: Path, content: bytes, largest: int = LARGEST) -> bytes:
    """`content`, unpacked where the name of `path` ends in `.gz`.

    Raises:
        DataError: It is no whole gzip file, or larger than `largest` when unpacked.
    """
    if path.suffix != ".gz":
        return content
    try:
        with gzip.open(io.BytesIO(content)) as packed:
            return _gather(path, iter(lambda: packed.read(_PIECE), b""), largest)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: is not a whole gzip file ({error}); copy it again") from None


def decode_text(path: Path, content: bytes) -> str:
    """`content` as text, without a byte order mark and with every CR LF as a line feed.

    Raises:
        DataError: It is not UTF-8, holds a control character, or is a document of another program.
    """
    _check_document(path, content)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(_describe_bad_byte(path, content, error.start)) from None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if found := _NO_TEXT.search(text):
        raise _describe_no_text(path, content, found.group(), text.count("\n", 0, found.start()) + 1)
    return text


def find_path(folder: Path, name: str) -> Path:
    """The path `name`, with forward slashes, below `folder`: as it is written, or else of that name in another Unicode
    form, since macOS decomposes the names of files (NFD).
    """
    path = folder
    for part in PurePosixPath(name).parts:
        written, form = path / part, compose(part)
        if not part.isascii() and not os.path.exists(written) and os.path.isdir(path):
            written = next((each for each in sorted(path.iterdir()) if compose(each.name) == form), written)
        path = written
    return path


def list_texts(folder: Path) -> list[Path]:
    """The `*.txt` files right in `folder`, by name; none that begin with a dot, such as the `._NAME` of macOS."""
    return [path for path in sorted(folder.glob("*.txt")) if path.is_file() and not path.name.startswith(".")]


def check_name(path: Path) -> None:
    """Check that the name of a file is one line of text, as ids made of it have to be.

    Raises:
        DataError: It holds a control character, or bytes that are not UTF-8.
    """
    check_characters(path.name.translate({9: "\0", 10: "\0"}), f"{str(path)!r}: its name")


def check_characters(text: str, where: str) -> None:
    """Check that `text`, which stands at `where`, holds nothing that no text has.

    Raises:
        DataError: It holds a control character other than tab and line feed, or half a surrogate pair.
    """
    if found := _NO_TEXT.search(text):
        raise DataError(_describe_character(found.group(), where))


def _iterate_pipe(path: Path, descriptor: int) -> Iterator[bytes]:
    """What is written into a pipe until its writers close it."""
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    while True:
        ready = waiting.poll(1000 * _WRITER_SECONDS)
        try:
            piece = os.read(descriptor, _PIECE)
        except BlockingIOError:  # there is a writer, and it takes its time
            continue
        if not piece and not ready:
            raise DataError(f"{path}: is a pipe that nobody writes into; name a file, or start what writes first")
        if not piece:
            return
        yield piece


def _gather(path: Path, pieces: Iterable[bytes], largest: int) -> bytes:
    gathered, size = [], 0
    for piece in pieces:
        size += len(piece)
        if size > largest:
            raise DataError(f"{path}: has more than {largest:,} bytes, expected no more; divide it")
        gathered.append(piece)
    return b"".join(gathered)


def _describe_emptiness(path: Path) -> DataError:
    return DataError(f"{path}: is empty, expected text; write the text into it or leave it out")


def _check_document(path: Path, content: bytes) -> None:
    if document := name_document(content):
        mend = "open it and save it as text in UTF-8"
        if document.startswith("packed"):
            mend = "unpack it; packed with gzip, it is read under a name that ends in .gz"
        raise DataError(f"{path}: is {document}, expected plain text; {mend}")


def _describe_bad_byte(path: Path, content: bytes, offset: int) -> str:
    line = content.count(b"\n", 0, offset) + 1
    guess = guess_encoding(content) or "ENCODING"
    return (
        f"{path} line {line}: byte 0x{content[offset]:02x} at offset {offset} is not UTF-8; "
        f"convert the file with `iconv -f {guess} -t UTF-8`"
    )


def _describe_no_text(path: Path, content: bytes, character: str, line: int) -> DataError:
    """An error on a character that no text has; every other byte of UTF-16 may be one."""
    if guess := guess_encoding(content):
        return DataError(f"{path}: is not UTF-8 but {guess}; convert the file with `iconv -f {guess} -t UTF-8`")
    return DataError(_describe_character(character, f"{path} line {line}"))


def _describe_character(character: str, where: str) -> str:
    if character == "\r":
        return (
            f"{where}: holds the control character U+000D without a line feed, expected plain text; end each line with "
            "a line feed"
        )
    what = "half a surrogate pair" if ord(character) >= 0xD800 else "the control character"
    return f"{where}: holds {what} U+{ord(character):04X}, expected plain text; remove the character"
