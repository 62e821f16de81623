"""Small files of every accepted kind, and of some that are not."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

from pypdf import PdfWriter

PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU"
    b"\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"
)
JPEG = (
    b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    b"\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0"
    b"\xff\xda\0\x08\x01\x01\0\0\x3f\0\x12\x34\xff\xd9"
)


def pdf(password: str | None = None, pages: int = 1, owner: str | None = None) -> bytes:
    """A PDF with empty pages; ``owner`` restricts its use without asking readers for anything."""
    writer, out = PdfWriter(), BytesIO()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    if password or owner:
        writer.encrypt(password or "", owner_password=owner)
    writer.write(out)
    return out.getvalue()


def office(main: str = "word/document.xml", **parts: bytes) -> bytes:
    """A Word (or other) file with one part and whichever more."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", parts.pop("types", b"<Types/>"))
        package.writestr(main, parts.pop("main_part", b"<document/>"))
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def sheet(cells: int) -> bytes:
    """An Excel file with so many filled cells on one sheet."""
    row = b"<row>" + b"<c><v>1</v></c>" * cells + b"</row>"
    namespace = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return office(
        "xl/workbook.xml",
        **{"xl/worksheets/sheet1.xml": b"<worksheet " + namespace + b">" + row + b"</worksheet>"},
    )


def png(width: int, height: int, unpacked: int | None = None) -> bytes:
    """A grey PNG, of so many bytes of pixels where not as many as its size asks for."""
    pixels = b"\0" * (unpacked if unpacked is not None else (width + 1) * height)
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\0\0\0\0"
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(pixels)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
        for kind, data in chunks
    )
