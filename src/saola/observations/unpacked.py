"""How large an archive is once unpacked, counted by unpacking it: its directory may lie."""

import struct
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

_CHUNK = 2**20
_HEADER = struct.Struct("<4s22xHH")  # a local header: signature …, lengths of name and extra field


def unpacked(path: Path, *, most: int) -> int:
    """Give the bytes that an archive unpacks to.

    Args:
        path: A ZIP archive.
        most: Counting ends where this is passed.

    Raises:
        BadZipFile: If it is no archive, is damaged, or packs in a way that workbooks never do.

    Source: PKWARE APPNOTE 6.3.10, section 4.3.7; RFC 1951.
    """
    count = 0
    with zipfile.ZipFile(path) as archive, path.open("rb") as stream:
        for item in archive.infolist():
            _to_contents(stream, item)
            if item.compress_type == zipfile.ZIP_STORED:
                count += item.compress_size
            elif item.compress_type == zipfile.ZIP_DEFLATED:
                count += _inflated(stream, most - count)
            else:
                raise zipfile.BadZipFile(item.filename)
            if count > most:
                break
    return count


def _to_contents(stream: BinaryIO, item: zipfile.ZipInfo) -> None:
    stream.seek(item.header_offset)
    header = stream.read(_HEADER.size)
    if len(header) < _HEADER.size or not header.startswith(b"PK\3\4"):
        raise zipfile.BadZipFile(item.filename)
    _, name, extra = _HEADER.unpack(header)
    stream.seek(name + extra, 1)


def _inflated(stream: BinaryIO, most: int) -> int:
    """Count what one member gives until its stream ends, whatever length the directory names."""
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    count = 0
    packed = stream.read(_CHUNK)
    while packed and not engine.eof and count <= most:
        try:
            count += len(engine.decompress(packed, _CHUNK))
        except zlib.error as error:
            raise zipfile.BadZipFile(str(error)) from error
        packed = engine.unconsumed_tail or stream.read(_CHUNK)
    return count
