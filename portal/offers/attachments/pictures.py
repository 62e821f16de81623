"""Checking a picture: PNG or JPEG."""

from __future__ import annotations

import zlib

from portal.offers.attachments.limits import Limits, refused, require_one_kind

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_HEADER_LENGTH = 13
_AT_A_TIME = 1024 * 1024
_MOST_BYTES_PER_PIXEL = 8
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD8)}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_SCAN, _END = 0xDA, b"\xff\xd9"


def check_png(_ending: str, content: bytes, limits: Limits) -> None:
    """Every chunk whole to the last, and the pixels can be unpacked."""
    if not content.startswith(_PNG):
        raise refused("file_content_differs")
    require_one_kind(content)
    chunks = _png_chunks(content)
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != _PNG_HEADER_LENGTH:
        raise refused("file_unreadable")
    header = chunks[0][1]
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    if not width or not height or chunks[-1][0] != b"IEND":
        raise refused("file_unreadable")
    limits.require_pixels(width, height)
    most = (width * _MOST_BYTES_PER_PIXEL + 1) * height * 2
    if not _unpacks(b"".join(data for kind, data in chunks if kind == b"IDAT"), most):
        raise refused("file_unreadable")


def _png_chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    """Kind and data of each chunk up to the last. Refuses by ``file_unreadable``."""
    chunks: list[tuple[bytes, bytes]] = []
    place = len(_PNG)
    while not chunks or chunks[-1][0] != b"IEND":
        length = int.from_bytes(content[place : place + 4], "big")
        kind, data = content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        check = content[place + 8 + length : place + 12 + length]
        if len(check) < 4 or zlib.crc32(kind + data).to_bytes(4, "big") != check:
            raise refused("file_unreadable")
        chunks.append((kind, data))
        place += 12 + length
    return chunks


def _unpacks(packed: bytes, most: int) -> bool:
    """Whether the packed pixels come to their end, within ``most`` bytes."""
    unpacker, unpacked = zlib.decompressobj(), 0
    try:
        while packed and not unpacker.eof:
            unpacked += len(unpacker.decompress(packed, _AT_A_TIME))
            packed = unpacker.unconsumed_tail
            if unpacked > most:
                return False
    except zlib.error:
        return False
    return unpacker.eof


def check_jpeg(_ending: str, content: bytes, limits: Limits) -> None:
    """A frame with a size, a scan, and an end after it."""
    if not content.startswith(b"\xff\xd8\xff"):
        raise refused("file_content_differs")
    require_one_kind(content)
    size = None
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        marker = content[place + 1]
        if marker == 0xFF or marker in _WITHOUT_LENGTH:
            place += 1 if marker == 0xFF else 2
            continue
        length = max(2, int.from_bytes(content[place + 2 : place + 4], "big"))
        if marker == _SCAN:
            whole = content.find(_END, place + 2 + length) > 0
            break
        if marker in _FRAMES and place + 9 <= len(content):
            height, width = content[place + 5 : place + 7], content[place + 7 : place + 9]
            size = int.from_bytes(width, "big"), int.from_bytes(height, "big")
        place += 2 + length
    else:
        whole = False
    if not whole or size is None or not all(size):
        raise refused("file_unreadable")
    limits.require_pixels(*size)
