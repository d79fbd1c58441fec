"""A text file as plain UTF-8, which is all that DuckDB reads: unzipped, transcoded, in a temporary copy."""

from __future__ import annotations

import codecs
import gzip
import tempfile
import zlib
from pathlib import Path
from typing import IO

from shopwatch.i18n import Translate
from shopwatch.sources import SourceError

_BLOCK = 1 << 20
_BOMS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# So many letters beyond ASCII that read as UTF-8 before the first that doesn't: a damaged UTF-8 file, not
# another encoding, whose letters would have failed at once.
_CONVINCING = 8


def plain_text(path: Path, folder: Path, encoding: str | None, _: Translate) -> Path:
    """The file itself where it is plain UTF-8, else a copy in `folder` that is."""
    try:
        if path.suffix.lower() == ".gz":
            path = _unzipped(path, folder)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise SourceError(
            _("{file} is a damaged or cut-off gzip archive; download it again").format(file=path.name)
        ) from None
    found = encoding or _encoding(path)
    if codecs.lookup(found).name == "utf-8":
        return path
    try:
        return _transcoded(path, folder, found)
    except UnicodeError:
        if encoding is None:
            return path  # neither encoding fits: the rows that are no UTF-8 are kept aside one by one
        raise SourceError(
            _("{file} is not written in {encoding}; correct `encoding` or leave it out").format(
                file=path.name, encoding=encoding
            )
        ) from None


def recoded(path: Path, folder: Path) -> Path | None:
    """A UTF-8 copy in `folder` of a file in another encoding; None where it is UTF-8, or in none that is known."""
    text = path
    try:
        if path.suffix.lower() == ".gz":
            text = _unzipped(path, folder)
        found = _encoding(text)
        return None if found == "utf-8" else _transcoded(text, folder, found)
    except (EOFError, zlib.error, gzip.BadGzipFile, UnicodeError):
        return None
    finally:
        if text != path:
            text.unlink(missing_ok=True)


def _encoding(path: Path) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    letters = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            for bom, encoding in _BOMS:
                if file.tell() == len(block) and block.startswith(bom):
                    return encoding
            try:
                text = decoder.decode(block)
            except UnicodeDecodeError as error:
                start = block[: error.start].decode("utf-8", "ignore")
                letters += sum(letter > "\x7f" for letter in start)
                return "utf-8" if letters >= _CONVINCING else "gb18030"
            letters += 0 if text.isascii() else sum(letter > "\x7f" for letter in text[:10_000])
    return "utf-8"


def _unzipped(path: Path, folder: Path) -> Path:
    with gzip.open(path, "rb") as zipped, _copy(folder, path.with_suffix("").suffix) as copy:
        while block := zipped.read(_BLOCK):
            copy.write(block)
        return Path(copy.name)


def _transcoded(path: Path, folder: Path, encoding: str) -> Path:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file, _copy(folder, path.suffix) as copy:
        while block := file.read(_BLOCK):
            copy.write(decoder.decode(block).encode("utf-8"))
        copy.write(decoder.decode(b"", final=True).encode("utf-8"))
        return Path(copy.name)


def _copy(folder: Path, suffix: str) -> IO[bytes]:
    return tempfile.NamedTemporaryFile(dir=folder, suffix=suffix, delete=False)
