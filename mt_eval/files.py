"""Text files as a careful reader sees them: UTF-8 or an error that names the place."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from pathlib import Path

from mt_eval.errors import DataError

# The C0 and C1 control characters and DEL (Unicode general category Cc) but for tab and line feed.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def read_text(path: Path, *, allow_empty: bool = False) -> str:
    """The text of a UTF-8 file: without a byte order mark, every CR LF as a line feed, otherwise unchanged.

    A file whose name ends in `.gz` is unpacked.

    Lines end at a line feed only, as `wc -l` counts them: U+2028 and its like are ordinary characters.

    Raises:
        DataError: The file is missing, a folder, unreadable, not UTF-8, holds a control character, or, unless
            `allow_empty`, only white space.
    """
    content = _unpack(path, _read_bytes(path))
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(_describe_bad_byte(path, content, error.start)) from None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise DataError(
            f"{path} line {line}: holds the control character U+{ord(control.group()):04X}, "
            "expected plain text; remove the character"
        )
    if not allow_empty and not text.strip():
        raise DataError(f"{path}: is empty, expected text; write the text into it or leave it out")
    return text


def read_lines(path: Path, *, allow_empty: bool = False) -> list[str]:
    """The lines of a UTF-8 file without their line feeds; a last line feed ends a line and starts none.

    Raises:
        DataError: As `read_text`.
    """
    text = read_text(path, allow_empty=allow_empty)
    return text.removesuffix("\n").split("\n") if text else []


def hash_file(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal.

    Raises:
        DataError: The file is missing, a folder or unreadable.
    """
    return hashlib.sha256(_read_bytes(path)).hexdigest()


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file; check the path, it is read from {Path.cwd()}") from None
    except IsADirectoryError:
        raise DataError(f"{path}: is a folder, expected a text file; name the file in it") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); check its permissions") from None


def _unpack(path: Path, content: bytes) -> bytes:
    if path.suffix != ".gz":
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: is not a whole gzip file ({error}); copy it again") from None


def _describe_bad_byte(path: Path, content: bytes, offset: int) -> str:
    line = content.count(b"\n", 0, offset) + 1
    guess = "UTF-16" if content.startswith(_UTF16_MARKS) else "ENCODING"
    return (
        f"{path} line {line}: byte 0x{content[offset]:02x} at offset {offset} is not UTF-8; "
        f"convert the file with `iconv -f {guess} -t UTF-8`"
    )
