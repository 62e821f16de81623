"""What every answer promises, whatever was asked: a page of the house, and nobody's text in it."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from io import BytesIO, StringIO
from urllib.parse import urljoin, urlsplit
from zipfile import BadZipFile, ZipFile

from werkzeug.test import TestResponse

from portal.web.security import HEADERS, policy_of
from tests.fuzz.attacks import Sent
from tests.fuzz.reading import Reading, read

FORMULA = ("=", "+", "-", "@", "\t", "\r")
_TRACES = ("Traceback (most recent call last)", "werkzeug", "sqlalchemy", 'File "/', "jinja2.")
_RECKONED = "zq1337zq"
_UNTYPED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef]")
ALLOWED = {200, 204, 206, 302, 303, 304, 308, 400, 403, 404, 405, 409, 413, 416, 422, 429}


@dataclass
class Verdict:
    """What is wrong with one answer, and what was seen in it."""

    status: int = 0
    faults: list[str] = field(default_factory=list)
    ended: bool = False
    """Whether the reader's log-in has ended."""
    reading: Reading | None = None
    refused: bool = False
    """Whether the form was refused with a summary of what is wrong."""
    kept: bool | None = None
    """Whether what was typed came back; None where nothing had to."""


def judge(sent: Sent, response: TestResponse) -> Verdict:
    """Everything that any answer promises."""
    verdict = Verdict(response.status_code)
    status = response.status_code
    if status not in ALLOWED and not (status == 503 and sent.url.startswith("/readyz")):
        verdict.faults.append(f"answered {status}")
    _judge_headers(response, verdict)
    body = response.get_data()
    kind = response.mimetype
    if status in (204, 302, 303, 304, 308) or not body:
        return verdict
    if kind == "text/html":
        _judge_page(sent, response, body, verdict)
    elif kind == "application/json":
        _judge_json(body, verdict)
    elif kind == "text/csv":
        verdict.faults += formulas_in_csv(body.decode("utf-8-sig"))
    elif kind.endswith("spreadsheetml.sheet"):
        verdict.faults += formulas_in_xlsx(body)
    elif not sent.url.startswith("/static/"):
        _judge_file(response, verdict)
    return verdict


def _judge_headers(response: TestResponse, verdict: Verdict) -> None:
    for header, value in {**HEADERS, "Content-Security-Policy": policy_of(response)}.items():
        if response.headers.get(header) != value:
            verdict.faults.append(f"{header} is {response.headers.get(header)}")
    for name, value in response.headers:
        if name.lower() in ("x-zq", "bcc") or (
            name == "Set-Cookie" and value.lower().startswith("zq")
        ):
            verdict.faults.append(f"a header of the sender's: {name}: {value[:60]}")
    for name in ("Location", "HX-Redirect"):
        there = response.headers.get(name)
        if there is not None:
            parts = urlsplit(urljoin("http://localhost/", there))
            if parts.netloc != "localhost" or there.startswith(("//", "/\\")):
                verdict.faults.append(f"{name} leads away: {there[:80]}")


def _judge_page(sent: Sent, response: TestResponse, body: bytes, verdict: Verdict) -> None:
    verdict.reading = found = read(sent.url, body)
    text = body.decode("utf-8", "replace")
    if found.strange:
        verdict.faults.append(f"an unescaped echo: {found.strange[:3]}")
    if found.inline:
        verdict.faults.append(f"inline: {found.inline[:3]}")
    if _RECKONED in text:
        verdict.faults.append("a template of the sender's was reckoned")
    traces = [trace for trace in _TRACES if trace in text]
    if traces:
        verdict.faults.append(f"shows {traces}")
    if found.language not in ("fi", "sv", "en"):
        verdict.faults.append(f"is in the language {found.language!r}")
    if not found.title.endswith("Siirtymä"):
        verdict.faults.append(f"is titled {found.title[:60]!r}")
    if response.status_code == 422:
        verdict.refused = found.has_summary
        if not found.has_summary and b'class="rule' not in body and b"<h1" not in body:
            verdict.faults.append("refused without a word")
        if found.has_summary and sent.typed and sent.method == "POST":
            verdict.kept = _is_kept(sent, found)


def _is_kept(sent: Sent, found: Reading) -> bool | None:
    """Whether each text typed stands again in the field that it was typed into."""
    shown = {
        one.name: one.values
        for form in found.forms
        for one in form.fields
        if one.of_type in ("text", "textarea", "email")
    }
    asked = [(name, value) for name, value in sent.typed.items() if name in shown]
    if not asked:
        return None
    return all(
        any(_as_typed(value) == _as_typed(there) for there in shown[name]) for name, value in asked
    )


def _as_typed(value: str) -> str:
    """Without what no browser sends and parsers drop, every run of spaces as one."""
    return " ".join(re.sub(r"[\ufffd\ufffe\uffff]", "", _UNTYPED.sub("", value)).split())


def _judge_json(body: bytes, verdict: Verdict) -> None:
    try:
        json.loads(body)
    except ValueError:
        verdict.faults.append("is not JSON")


def _judge_file(response: TestResponse, verdict: Verdict) -> None:
    """What readers have sent is never shown by their browser as a page of the portal."""
    told = response.headers.get("Content-Disposition", "")
    if not told.startswith("attachment"):
        verdict.faults.append(f"{response.mimetype} that is no attachment")
    if "\n" in told or "\r" in told:
        verdict.faults.append(f"Content-Disposition is broken: {told!r}")


def formulas_in_csv(text: str) -> list[str]:
    """Cells that a spreadsheet program would take for a formula."""
    first = text.partition("\n")[0]
    rows = csv.reader(StringIO(text), delimiter=";" if ";" in first else ",")
    return [
        f"a formula in CSV: {cell[:40]!r}"
        for row in rows
        for cell in row
        if cell.lstrip(" ").startswith(FORMULA) and not re.fullmatch(r"[-+]?[\d ]+([.,]\d+)?", cell)
    ][:3]


# Whether a cell is filled, and how many are: made of cells' names and texts of the catalogue alone.
OF_WORKING_FILES = re.compile(rb'(?:IF\([A-Z]+\d+="",|COUNT(?:A|IF)?\()[^<]*')


# What a cell may hold: at most a number, or one of the cells of a column of the same book.
OF_THEIR_CHECKS = re.compile(rb"\d+(?:\.\d+)?|'[^'!<]+'!\$[A-Z]+\$\d+:\$[A-Z]+\$\d+")


def _reckons(sheet: bytes) -> bool:
    cells = re.findall(rb"<f(?: [^>]*)?>([^<]*)", sheet)
    checks = re.findall(rb"<formula\d?>([^<]*)", sheet)
    ours = all(OF_WORKING_FILES.fullmatch(one) for one in cells) and all(
        OF_THEIR_CHECKS.fullmatch(one) or OF_WORKING_FILES.fullmatch(one) for one in checks
    )
    return not ours or b"<hyperlink" in sheet


def formulas_in_xlsx(content: bytes) -> list[str]:
    """Formulas and links in a workbook, but for those of a working file of an offer."""
    try:
        with ZipFile(BytesIO(content)) as book:
            sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
            found = [name for name in sheets if _reckons(book.read(name))]
            outside = [name for name in book.namelist() if "externalLink" in name]
    except BadZipFile:
        return ["is not a workbook"]
    return [f"a formula in {name}" for name in found + outside]


LETTER_HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language",
    "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
}  # fmt: skip


def judge_letter(message: EmailMessage) -> list[str]:
    """A letter has the headers that we gave it, one receiver, and text only."""
    names = [str(name) for name in message]
    faults = [f"a letter with {name}" for name in names if name not in LETTER_HEADERS]
    faults += [f"a letter with two of {name}" for name in set(names) if names.count(name) > 1]
    if any(part.get_content_type() == "text/html" for part in message.walk()):
        faults.append("a letter with markup")
    if str(message["To"]).count("@") > 1:
        faults.append(f"a letter to {message['To']}")
    return faults
