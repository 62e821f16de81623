"""Hostile files, each made by code: what it is, under which name, and the rule that refuses it.

``None`` stands for files that are taken, since they harm neither the portal nor their reader: an
address in a PDF is shown before it is followed, and what is only text stays text.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from tests.offers.files import JPEG, PNG, office, pdf, png, sheet

MEGABYTE = 1024 * 1024
DIFFERS, UNREADABLE, ENCRYPTED = "file_content_differs", "file_unreadable", "file_encrypted"
ACTIVE, MACROS, UNPACKS, TYPE = "file_active", "file_macros", "file_unpacks_too_large", "file_type"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@dataclass(frozen=True)
class Hostile:
    """One file; ``rules`` are those of which one refuses it, none where it is taken.

    What takes long to make is made when it is asked for.
    """

    about: str
    name: str
    made: bytes | Callable[[], bytes]
    rules: tuple[str | None, ...]

    @property
    def heavy(self) -> bool:
        return callable(self.made)

    @property
    def content(self) -> bytes:
        return self.made() if callable(self.made) else self.made


def one(about: str, name: str, content: bytes | Callable[[], bytes], *rules: str | None) -> Hostile:
    return Hostile(about, name, content, rules)


def raw_pdf(*objects: bytes, root: int = 1, trailer: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from one, with a table that finds them."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for n, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root %d 0 R %s >>\n" % (len(objects) + 1, root, trailer)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), more, data)


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"


def page_with(content: bytes, catalog: bytes = CATALOG, page: bytes = PAGE) -> bytes:
    return raw_pdf(catalog, PAGES, page, content)


def acting(event: str, action: bytes) -> bytes:
    """A PDF that does something when it is opened, when its page is, or at a click."""
    plain = stream(b"")
    if event == "document":
        return page_with(plain, CATALOG[:-2] + b"/OpenAction " + action + b">>")
    if event == "closing":
        return page_with(plain, CATALOG[:-2] + b"/AA << /WC " + action + b">> >>")
    if event == "page":
        return page_with(plain, page=PAGE[:-2] + b"/AA << /O " + action + b">> >>")
    if event == "next":
        first = b"<< /S /GoTo /D [3 0 R /Fit] /Next [" + action + b"] >>"
        return page_with(plain, CATALOG[:-2] + b"/OpenAction " + first + b">>")
    note = b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A " + action + b">>"
    return page_with(plain, page=PAGE[:-2] + b"/Annots [" + note + b"] >>")


def nested(times: int, size: int) -> bytes:
    """Zeros packed over and over: each filter unpacks what the one before it left."""
    data = b"\0" * size
    for _time in range(times):
        data = zlib.compress(data, 9)
    filters = b"/Filter [" + b"/FlateDecode " * times + b"]"
    return page_with(stream(data, filters))


def written(fill: object) -> bytes:
    """A PDF of one page that the library's own writer made, after ``fill`` had its way with it."""
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    fill(writer)  # type: ignore[operator]
    writer.write(out)
    return out.getvalue()


def _attach(writer: PdfWriter) -> None:
    writer.add_attachment("inner.exe", b"MZ")


def _script(writer: PdfWriter) -> None:
    scripts = DictionaryObject({NameObject("/Names"): ArrayObject()})
    names = DictionaryObject({NameObject("/JavaScript"): scripts})
    writer.root_object[NameObject("/Names")] = names


def _form(writer: PdfWriter) -> None:
    form = DictionaryObject({NameObject("/XFA"): TextStringObject("<xdp/>")})
    writer.root_object[NameObject("/AcroForm")] = form


def _media(kind: str) -> object:
    def fill(writer: PdfWriter) -> None:
        note = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject(kind),
                NameObject("/Rect"): ArrayObject([NumberObject(0)] * 4),
            }
        )
        writer.pages[0][NameObject("/Annots")] = ArrayObject([note])

    return fill


def pdfs() -> Iterator[Hostile]:
    """PDFs that unpack, go round in circles, act, hide files, or are not what they say."""
    for times in (2, 3, 5, 10, 40):
        yield one(
            f"Flate in Flate, {times} times", "a.pdf", partial(nested, times, MEGABYTE), UNPACKS
        )
    # One filter reaches a thousandfold; 300 MB are over the limit.
    yield one("a page of 300 MB", "a.pdf", partial(nested, 1, 300 * MEGABYTE), UNPACKS)
    yield one("a page of 20 MB", "a.pdf", partial(nested, 1, 20 * MEGABYTE), None)
    harmful = {
        "a script": b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>",
        "a program": b"<< /S /Launch /F (cmd.exe) >>",
        "a form sent elsewhere": b"<< /S /SubmitForm /F (http://example.org) >>",
        "another file": b"<< /S /GoToR /F (//example.org/a.pdf) >>",
        "a file in the file": b"<< /S /GoToE /T << /R /C >> >>",
        "data from a file": b"<< /S /ImportData /F (a.fdf) >>",
    }
    for event in ("document", "closing", "page", "next", "click"):
        for what, action in harmful.items():
            yield one(f"{what}, by {event}", "a.pdf", acting(event, action), ACTIVE)
    yield one("an address", "a.pdf", acting("click", b"<< /S /URI /URI (http://a.fi) >>"), None)
    yield one("a named act", "a.pdf", acting("document", b"<< /S /Named /N /Print >>"), None)
    endless = b"<< /S /GoTo /D [3 0 R /Fit] /Next 5 0 R >>"
    catalog = CATALOG[:-2] + b"/OpenAction 5 0 R >>"
    yield one(
        "an act after itself", "a.pdf", raw_pdf(catalog, PAGES, PAGE, stream(b""), endless), ACTIVE
    )
    yield one("an embedded program", "a.pdf", written(_attach), ACTIVE)
    yield one("a script by name", "a.pdf", written(_script), ACTIVE)
    yield one("a form of XML", "a.pdf", written(_form), ACTIVE)
    for kind in ("/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"):
        yield one(f"a note of {kind}", "a.pdf", written(_media(kind)), ACTIVE)
    yield one("locked for readers", "a.pdf", pdf("salasana"), ENCRYPTED)
    yield one("locked for its owner", "a.pdf", pdf(owner="salasana"), ENCRYPTED)
    yield one(
        "a broken lock", "a.pdf", raw_pdf(CATALOG, trailer=b"/Encrypt 9 0 R"), ENCRYPTED, UNREADABLE
    )
    yield one("very many pages", "a.pdf", partial(pdf, pages=501), "file_too_many_pages")
    lying = PAGES.replace(b"/Count 1", b"/Count 2000000000")
    yield one(
        "pages that are not there",
        "a.pdf",
        raw_pdf(CATALOG, lying, PAGE, stream(b"")),
        "file_too_many_pages",
        UNREADABLE,
        None,
    )
    own_child = b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"
    yield one("pages within themselves", "a.pdf", raw_pdf(CATALOG, own_child), UNREADABLE)
    first = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    second = b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1 >>"
    yield one("pages in a circle", "a.pdf", raw_pdf(CATALOG, first, second), UNREADABLE)
    twice = b"<< /Type /Pages /Kids [%s] /Count 1 >>"
    levels = [twice % (b"%d 0 R " % (n + 3) * 2) for n in range(40)]
    yield one(
        "pages doubling forty times",
        "a.pdf",
        partial(raw_pdf, CATALOG, *levels, PAGE),
        UNREADABLE,
        "file_check_slow",
        "file_check_memory",
        "file_check_failed",
    )
    deep = [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (n + 3) for n in range(5000)]
    yield one("pages five thousand deep", "a.pdf", raw_pdf(CATALOG, *deep, PAGE), UNREADABLE, None)
    yield one(
        "a list a million deep",
        "a.pdf",
        page_with(stream(b""), b"<< /Type /Catalog /Pages 2 0 R /X " + b"[" * 10**6 + b">>"),
        UNREADABLE,
    )
    self_table = pdf()
    place = self_table.rindex(b"xref", 0, self_table.rindex(b"startxref"))
    looped = self_table.replace(b"trailer\n<<", b"trailer\n<< /Prev %d " % place)
    yield one("a table before itself", "a.pdf", looped, UNREADABLE, None)
    for n in (-1, 0, 7, 10**9, 10**18):
        moved = self_table[: self_table.rindex(b"startxref")] + b"startxref\n%d\n%%%%EOF\n" % n
        yield one(f"a table at {n}", "a.pdf", moved, UNREADABLE, None)
    huge = b"xref\n0 99999999\n" + b"0000000000 65535 f \n" * 3
    yield one(
        "a table of 99,999,999 lines",
        "a.pdf",
        b"%PDF-1.4\n" + huge + b"trailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF",
        UNREADABLE,
    )
    yield one("a packed table of 200 MB", "a.pdf", _packed_table, UNREADABLE, "file_check_memory")
    yield one(
        "a length that is itself",
        "a.pdf",
        page_with(b"<< /Length 4 0 R >>\nstream\n\nendstream"),
        UNREADABLE,
        None,
    )
    yield one("a page that is no page", "a.pdf", raw_pdf(CATALOG, PAGES, b"[ 3 0 R ]"), UNREADABLE)
    yield one("a root that is nothing", "a.pdf", raw_pdf(b"null"), UNREADABLE)
    yield one("no pages", "a.pdf", pdf(pages=0), UNREADABLE)
    yield one(
        "control signs for a date",
        "a.pdf",
        pdf().replace(b"/Producer", b"/Prod\x00\x01"),
        UNREADABLE,
        None,
    )
    whole = pdf(pages=3)
    for part in range(1, 20):
        cut = whole[: len(whole) * part // 20]
        rule = DIFFERS if len(cut) < 5 else UNREADABLE
        yield one(f"cut off at {part} of 20", "a.pdf", cut, rule)


def _packed_table() -> bytes:
    objects = zlib.compress(b"\0" * 200 * MEGABYTE)
    packed = stream(objects, b"/Type /XRef /W [1 2 1] /Size 9 /Root 1 0 R /Filter /FlateDecode")
    return b"%PDF-1.5\n1 0 obj\n" + packed + b"\nendobj\nstartxref\n9\n%%EOF"


def _empty_part(main: str, size: int) -> bytes:
    return office(main, **{"word/media/a.png": b"\0" * size * MEGABYTE})


def packages() -> Iterator[Hostile]:  # noqa: C901  # a list of many kinds
    """Word and Excel files that unpack, lie, act, load from elsewhere, or hide programs."""
    for ending, main in (("docx", "word/document.xml"), ("xlsx", "xl/workbook.xml")):
        name = f"a.{ending}"
        whole = office(main)

        def made(main: str = main, **parts: bytes) -> bytes:
            return office(main, **parts)

        for size in (2, 20, 150, 250):
            yield one(f"{size} MB of nothing", name, partial(_empty_part, main, size), UNPACKS)
        for part in ("word/vbaProject.bin", "xl/vbaProject.bin", "xl/VBAPROJECT.BIN"):
            yield one(f"macros in {part}", name, made(**{part: b"x"}), MACROS)
        for kind in (
            "application/vnd.ms-word.document.macroEnabled.main+xml",
            "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        ):
            types = f'<Types><Override ContentType="{kind}"/></Types>'.encode()
            yield one(f"renamed, {kind}", name, made(types=types), MACROS)
        laughs = (
            b"<!DOCTYPE l [<!ENTITY a '"
            + b"ha" * 50
            + b"'>"
            + b"".join(b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
            + b"]><l>&j;</l>"
        )
        outside = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>'
        remote = b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>'
        squared = (
            b"<!DOCTYPE a [<!ENTITY e '" + b"e" * 10**5 + b"'>]><a>" + b"&e;" * 10**4 + b"</a>"
        )
        declared = {
            "a billion laughs": laughs,
            "an entity from a file": outside,
            "a declaration from elsewhere": remote,
            "one entity squared": squared,
        }
        for about, xml in declared.items():
            yield one(f"{about}, main part", name, made(main_part=xml), UNREADABLE)
            yield one(f"{about}, beside", name, made(**{"docProps/app.xml": xml}), UNREADABLE)
        wide = "<!DOCTYPE a [<!ENTITY e 'e'>]><a>&e;</a>".encode("utf-16")
        yield one("a declaration in UTF-16", name, made(main_part=wide), UNREADABLE)
        deep = b"<a>" * 300_000 + b"</a>" * 300_000
        yield one("elements 300,000 deep", name, made(main_part=deep), None, UNREADABLE, UNPACKS)
        long = b"<a " + b" ".join(b"a%d='1'" % n for n in range(20_000)) + b"/>"
        yield one("20,000 attributes", name, made(main_part=long), None)
        broken = {
            "an open element": b"<a>",
            "no XML": b"\0\1\2",
            "two roots": b"<a/><b/>",
            "nothing": b"",
            "an unknown entity": b"<a>&x;</a>",
            "an unknown encoding": b"<?xml version='1.0' encoding='klingon'?><a/>",
        }
        for about, xml in broken.items():
            yield one(f"{about} in the main part", name, made(main_part=xml), UNREADABLE)
        for kind in ("oleObject", "attachedTemplate", "externalLinkPath", "image", "frame"):
            rel = (
                f'<Relationships><Relationship Id="r" Type="{_R}/{kind}" TargetMode="External"'
                ' Target="file://example.org/share/a"/></Relationships>'
            ).encode()
            part = f"{main.partition('/')[0]}/_rels/x.xml.rels"
            yield one(f"{kind} from elsewhere", name, made(**{part: rel}), ACTIVE)
        link = (
            f'<Relationships><Relationship Id="r" Type="{_R}/hyperlink" TargetMode="External"'
            ' Target="https://example.org"/></Relationships>'
        ).encode()
        yield one("a link", name, made(**{"word/_rels/document.xml.rels": link}), None)
        folder = main.partition("/")[0]
        for part in (
            f"{folder}/embeddings/oleObject1.bin",
            f"{folder}/embeddings/a.exe",
            f"{folder}/activeX/activeX1.xml",
            "xl/externalLinks/externalLink1.xml",
        ):
            yield one(f"carries {part}", name, made(**{part: b"<a/>"}), ACTIVE)
        chart = made(
            **{f"{folder}/embeddings/Microsoft_Excel_Sheet1.xlsx": office("xl/workbook.xml")}
        )
        yield one("the workbook of a chart", name, chart, None)
        for slip in (
            "../../etc/passwd",
            "/etc/passwd",
            "..\\..\\a",
            "C:\\a.exe",
            "word/../../a",
            "a\x01b",
            "..",
            "\\\\server\\a",
        ):
            yield one(f"a part called {slip!r}", name, made(**{slip: b"x"}), UNREADABLE)
        yield one("a part twice", name, _twice(main), UNREADABLE)
        yield one("a locked part", name, _flagged(whole, 1), ENCRYPTED, UNREADABLE)
        yield one(
            "locked by a password",
            name,
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"),
            ENCRYPTED,
        )
        yield one(
            "of the old format", name, bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 4096, DIFFERS
        )
        yield one("a size that is a lie", name, _lying(whole), UNREADABLE)
        yield one("twenty thousand parts", name, partial(_many, main, 20_000), UNPACKS)
        yield one("of no known method", name, _method(whole, 99), UNREADABLE)
        for part in range(1, 10):
            cut = whole[: len(whole) * part // 10]
            yield one(f"cut off at {part} of 10", name, cut, UNREADABLE)
        noise = bytearray(whole)
        noise[40:60] = b"\xff" * 20
        yield one("twenty bytes overwritten", name, bytes(noise), UNREADABLE)
    fields = {"DDEAUTO": ACTIVE, "dde": ACTIVE, "DATE": None}
    for field, rule in fields.items():
        half = len(field) // 2
        runs = "".join(
            f"<w:r><w:instrText>{part}</w:instrText></w:r>"
            for part in (f" {field[:half]}", f"{field[half:]} c:\\\\cmd.exe")
        )
        xml = f"<w:document {_W}><w:p>{runs}</w:p></w:document>".encode()
        yield one(f"the field {field} in parts", "a.docx", office(main_part=xml), rule)
    simple = f'<w:document {_W}><w:fldSimple w:instr="DDEAUTO c:\\\\a"/></w:document>'.encode()
    yield one("a simple field", "a.docx", office(main_part=simple), ACTIVE)
    yield one("200,001 cells", "a.xlsx", partial(sheet, 200_001), "file_too_many_cells", UNPACKS)
    pages = b"<Properties><Pages>501</Pages></Properties>"
    yield one("501 pages", "a.docx", office(**{"docProps/app.xml": pages}), "file_too_many_pages")


def _zip(write: object) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        write(package)  # type: ignore[operator]
    return out.getvalue()


def _twice(main: str) -> bytes:
    # The writer warns of a name that is there already, so one of the same length is renamed.
    other = "z" * len(main)
    return office(main, **{other: b"<other/>"}).replace(other.encode(), main.encode())


def _many(main: str, parts: int) -> bytes:
    def write(package: zipfile.ZipFile) -> None:
        package.writestr("[Content_Types].xml", b"<Types/>")
        package.writestr(main, b"<a/>")
        for n in range(parts):
            package.writestr(zipfile.ZipInfo(f"p{n}"), b"")

    return _zip(write)


def _directory(content: bytes) -> int:
    return content.index(b"PK\x01\x02")


def _flagged(content: bytes, flag: int) -> bytes:
    place = _directory(content) + 8
    return content[:place] + struct.pack("<H", flag) + content[place + 2 :]


def _method(content: bytes, method: int) -> bytes:
    place = _directory(content) + 10
    return content[:place] + struct.pack("<H", method) + content[place + 2 :]


def _lying(content: bytes) -> bytes:
    place = _directory(content) + 24
    return content[:place] + struct.pack("<I", 3) + content[place + 4 :]


def pictures() -> Iterator[Hostile]:
    """Pictures too large to be unpacked, and such as are more or less than a picture."""
    for width, height in ((100_000, 100_000), (2**31 - 1, 2**31 - 1), (1, 60_000_000)):
        huge = png(1, 1, 10).replace(struct.pack(">II", 1, 1), struct.pack(">II", width, height), 1)
        yield one(f"{width} × {height}", "a.png", _checked_again(huge), "file_too_many_pixels")
    yield one("more pixels than told", "a.png", partial(png, 5, 5, 50 * MEGABYTE), UNREADABLE)
    yield one("no width", "a.png", png(0, 5), UNREADABLE)
    yield one("a chunk of 4 GB", "a.png", PNG[:33] + b"\xff\xff\xff\xffIDAT" + PNG[41:], UNREADABLE)
    yield one("pixels that do not unpack", "a.png", PNG[:45] + b"\xff" + PNG[46:], UNREADABLE)
    yield one("a text bomb", "a.png", _text_bomb, None)
    wide = JPEG.replace(b"\x08\0\x01\0\x01", b"\x08\xff\xff\xff\xff")
    yield one("65,535 × 65,535", "a.jpg", wide, "file_too_many_pixels")
    yield one("no height", "a.jpg", JPEG.replace(b"\x08\0\x01", b"\x08\0\0", 1), UNREADABLE)
    yield one("marks without an end", "a.jpg", b"\xff\xd8\xff" + b"\xff" * MEGABYTE, UNREADABLE)
    yield one("a part longer than the file", "a.jpg", b"\xff\xd8\xff\xe0\xff\xff", UNREADABLE)
    for part in range(1, 6):
        yield one(f"cut off at {part} of 6", "a.png", PNG[: len(PNG) * part // 6], UNREADABLE)
        yield one(f"cut off at {part} of 6", "a.jpg", JPEG[: len(JPEG) * part // 6], UNREADABLE)


def _checked_again(content: bytes) -> bytes:
    header = content[12:29]
    return content[:29] + zlib.crc32(header).to_bytes(4, "big") + content[33:]


def _with_chunk(kind: bytes, data: bytes) -> bytes:
    chunk = len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
    return PNG[:33] + chunk + PNG[33:]


def _text_bomb() -> bytes:
    return _with_chunk(b"zTXt", zlib.compress(b"\0" * 99 * MEGABYTE))


def disguised() -> Iterator[Hostile]:
    """The wrong type under a right name and the other way, two in one, and names alone."""
    kinds = {
        "pdf": pdf(),
        "docx": office(),
        "xlsx": office("xl/workbook.xml"),
        "png": PNG,
        "jpg": JPEG,
    }
    other = {
        "gif": b"GIF89a/*" + b"\0" * 9 + b"*/=1;alert(1)",
        "exe": b"MZ" + b"\0" * 200,
        "html": b"<!doctype html><script>alert(1)</script>",
        "svg": b"<svg onload='a()'/>",
        "nothing": b"",
        "one byte": b"%",
        "text": b"tarjous",
        "elf": b"\x7fELF" + b"\0" * 99,
        "gzip": b"\x1f\x8b\x08" + b"\0" * 99,
        "rtf": b"{\\rtf1 x}",
        "zeros": b"\0" * 4096,
    }
    for ending, right in kinds.items():
        for was, content in {**kinds, **other}.items():
            if content != right:
                yield one(f"{was} as {ending}", f"a.{ending}", content, DIFFERS)
    for ending in ("pdf", "png", "jpg"):
        archive = _zip(lambda package: package.writestr("a.exe", b"MZ"))
        yield one(f"{ending} and archive", f"a.{ending}", kinds[ending] + archive, DIFFERS)
        yield one(f"{ending} and program", f"a.{ending}", kinds[ending] + office(), DIFFERS)
        script = b"<script>alert(1)</script>"
        yield one(f"{script!r} before {ending}", f"a.{ending}", script + kinds[ending], DIFFERS)
    yield one(
        "PDF with a page of HTML",
        "a.pdf",
        pdf().replace(b"\n", b"\n%<script>alert(1)</script>\n", 1),
        None,
        UNREADABLE,
    )
    yield one("PNG and a script", "a.png", PNG + b"<script>alert(1)</script>", None)
    for name in (
        "a.exe",
        "a.pdf.exe",
        "a.docm",
        "a.xlsm",
        "a.doc",
        "a.xls",
        "a.html",
        "a.svg",
        "a.js",
        "a.lnk",
        "a.zip",
        "a",
        "",
        ".pdf",
        "a.pdf.",
        "a.pdf ",
        "a.p\u0434f",
        "a\u202efdp.exe",
        "a.pdf\x00.exe",
        "a.pdf/",
        "con",
        "a.pdf::$DATA",
        "a.pdf;.exe",
    ):
        rule = None if name in ("a.pdf ",) else TYPE
        yield one(f"the name {name!r}", name, pdf(), rule)
    for name in (
        "con.pdf",
        "COM1.pdf",
        "nul.tar.pdf",
        "../../a.pdf",
        "..\\a.pdf",
        "C:\\a.pdf",
        "a\r\nX-Evil: 1.pdf",
        "a\x00b.pdf",
        "a\u202eb.pdf",
        "a" * 5000 + ".pdf",
        "\u0130.pdf",
        "<b>a</b>.pdf",
        "=cmd|' /C calc'!A0.pdf",
        '"a".pdf',
        "%00.pdf",
        "\ufeffa.pdf",
        "\ud800a.pdf",
        "a\u2028b.pdf",
        "  a.pdf",
    ):
        yield one(f"the name {name[:40]!r}", name, pdf(), None)
    yield one("over 20 MB", "a.pdf", lambda: b"%PDF-" + b"x" * 20 * MEGABYTE, "file_too_large")


def corpus() -> list[Hostile]:
    """All of them."""
    return [*pdfs(), *packages(), *pictures(), *disguised()]


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The file with some bytes turned, moved, doubled or lost; its close is mostly kept."""
    out = bytearray(content)
    room = len(out) - 40
    for _time in range(chance.choice((1, 1, 2, 5, 20))):
        place = chance.randrange(5, room)
        how = chance.randrange(5)
        if how == 0:
            out[place] ^= 1 << chance.randrange(8)
        elif how == 1:
            out[place : place + 4] = chance.randbytes(4)
        elif how == 2:
            end = min(place + chance.randrange(1, 40), len(out) - 40)
            out[place:end] = b""
        elif how == 3:
            out[place:place] = out[place : place + chance.randrange(1, 200)]
        else:
            digits = [n for n in range(5, len(out) - 40) if 48 <= out[n] <= 57]
            out[chance.choice(digits)] = chance.randrange(48, 58)
        room = len(out) - 40
    return bytes(out)
