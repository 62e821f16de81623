"""Small files of every accepted kind, and of some that are not."""

from __future__ import annotations

import zipfile
from io import BytesIO

from pypdf import PdfWriter

PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU"
    b"\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"
)
JPEG = (
    b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    b"\xff\xc0\0\x0b\x08\0\x01\0\x01\x01\x01\x11\0\xff\xd9"
)


def pdf(password: str | None = None, pages: int = 1) -> bytes:
    """A PDF with empty pages."""
    writer, out = PdfWriter(), BytesIO()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password)
    writer.write(out)
    return out.getvalue()


def office(main: str = "word/document.xml", **parts: bytes) -> bytes:
    """A Word (or other) file with one part and whichever more."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", parts.pop("types", b"<Types/>"))
        package.writestr(main, b"<document/>")
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()
