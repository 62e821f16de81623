"""No file from outside harms the portal: each is refused by a named rule, or taken as harmless."""

from __future__ import annotations

import os
import random
import signal
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from tempfile import gettempdir
from typing import Any, NoReturn
from uuid import uuid4

import psutil
import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from portal.config import Settings
from portal.offers.attachments import Limits, checked, gate, keeper, table_in
from portal.offers.attachments.gate import GATE, Gate
from portal.offers.attachments.limits import MEGABYTE
from portal.shared.errors import RuleBroken
from portal.web.unit import Services
from tests.cast import Cast
from tests.conftest import ON_POSTGRESQL
from tests.offers.files import JPEG, PNG, office, pdf, sheet
from tests.offers.hostile import corpus, mutated
from tests.offers.pages.conftest import upload
from tests.page import Browser
from tests.promises.figures import leave, long_run, times

LIMITS = Limits(megabytes=20, pages=500, cells=200_000, megapixels=50)
MOST_MEGABYTES, MOST_SECONDS = 256, 10.0
KNOWN_ENDINGS = {
    "file_unreadable",
    "file_encrypted",
    "file_active",
    "file_content_differs",
    "file_too_many_pages",
    "file_unpacks_too_large",
    "file_check_memory",
    "file_check_slow",
    None,
}


@pytest.fixture
def own() -> Iterator[Gate]:
    """A gate with a keeper of its own."""
    one = Gate()
    yield one
    one.close()


def rule_of(name: str, content: bytes, limits: Limits = LIMITS) -> str | None:
    try:
        checked(name, content, limits)
    except RuleBroken as broken:
        return broken.rule
    return None


@pytest.mark.trust
def test_every_hostile_file_is_refused_by_its_rule_or_known_to_be_harmless(
    monkeypatch: pytest.MonkeyPatch, own: Gate
) -> None:
    monkeypatch.setattr("portal.offers.attachments.GATE", own)
    files = corpus()
    assert len(files) >= 200
    chosen = files if long_run() else [one for one in files if not one.heavy][::5]
    wrong, refused, slowest = [], 0, 0.0
    for one in chosen:
        content, begun = one.content, time.perf_counter()
        rule = rule_of(one.name, content)
        slowest = max(slowest, time.perf_counter() - begun)
        refused += rule is not None
        if rule not in one.rules:
            wrong.append((one.about, one.name[:60], rule, one.rules))
    assert wrong == []
    assert slowest <= MOST_SECONDS
    megabytes = own.kilobytes / 1024
    assert megabytes <= MOST_MEGABYTES
    leave(
        "hostile_files_harmless",
        "corpus",
        {
            "tried": len(chosen),
            "refused": refused,
            "accepted as harmless": len(chosen) - refused,
            "worst seconds": round(slowest, 2),
            "worst megabytes": round(megabytes, 1),
            "crashed": 0,
        },
    )


@pytest.mark.trust
def test_no_mutated_pdf_ends_anything_but_its_own_check(
    monkeypatch: pytest.MonkeyPatch, own: Gate
) -> None:
    monkeypatch.setattr("portal.offers.attachments.GATE", own)
    assert rule_of("a.pdf", pdf()) is None
    first, chance = own._keeper, random.Random(23)
    assert first is not None
    sound = [pdf(), pdf(pages=5), pdf("salasana")]
    tries, refused, crashed, slowest = times(50, 5_000), 0, 0, 0.0
    for n in range(tries):
        begun = time.perf_counter()
        rule = rule_of("a.pdf", mutated(sound[n % len(sound)], chance))
        slowest = max(slowest, time.perf_counter() - begun)
        refused += rule is not None
        crashed += rule == "file_check_failed"
        assert rule in KNOWN_ENDINGS | {"file_check_failed"}
    assert own._keeper is first
    assert first.poll() is None
    assert rule_of("a.pdf", pdf()) is None
    leave(
        "broken_pdfs_harmless",
        "mutated PDFs",
        {
            "tried": tries,
            "refused": refused,
            "accepted": tries - refused,
            "checks that crashed": crashed,
            "deaths of the server": 0,
            "worst seconds": round(slowest, 2),
        },
    )


def probe(does: Callable[[], object]) -> Callable[..., None]:
    """A check that tries what no check may."""

    def check(_ending: str, _content: bytes, _limits: Limits) -> None:
        try:
            does()
        except OSError:
            raise RuleBroken("file_unreadable") from None

    return check


def hungry() -> NoReturn:
    kept = []
    while True:
        kept.append(b"x" * MEGABYTE)


def busy() -> NoReturn:
    while True:
        pass


ENDINGS: dict[str, tuple[Callable[[], object], str]] = {
    "too much memory": (hungry, "file_check_memory"),
    "too slow, at work": (busy, "file_check_slow"),
    "too slow, asleep": (lambda: time.sleep(60), "file_check_slow"),
    "a crash": (lambda: os.kill(os.getpid(), signal.SIGSEGV), "file_check_failed"),
    "an end without an answer": (lambda: os._exit(0), "file_check_failed"),
    "an answer that is none": (lambda: os.write(0, b"\x80\x04pickle\n"), "file_check_failed"),
    "an endless answer": (lambda: [os.write(0, b"x" * 65_536) for _ in iter(int, 1)],
                          "file_check_failed"),
    "a wrong line": (lambda: (os.write(0, b'{"refused": "<b>", "facts": {}}'), os._exit(0)),
                     "file_check_failed"),
    "a file opened": (lambda: Path("/etc/hostname").read_bytes(), "file_unreadable"),
    "a file written": (lambda: Path(gettempdir(), str(uuid4())).write_text("x"), "file_unreadable"),
    "the network": (socket.socket, "file_unreadable"),
    "a pipe": (os.pipe, "file_unreadable"),
    "what was inherited": (lambda: [os.fstat(n) for n in range(1, 100)], "file_unreadable"),
}  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_ending_of_a_check_has_its_rule_and_the_keeper_lives_on(
    own: Gate, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    does, rule = ENDINGS[ending]
    _through_a_fork(own, monkeypatch, probe(does))
    begun = time.perf_counter()
    with pytest.raises(RuleBroken) as broken:
        own.ask("pdf", b"content", replace(LIMITS, check_seconds=1, check_megabytes=64))
    assert broken.value.rule == rule
    assert time.perf_counter() - begun < 9
    assert own._keeper is not None


def _through_a_fork(own: Gate, monkeypatch: pytest.MonkeyPatch, check: Any) -> None:
    """A keeper that is forked from this test, and so knows a check which no module has."""
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()
    if pid == 0:
        try:
            os.setsid()
            mine.close()
            keeper._check = lambda _kind: check  # type: ignore[assignment]
            keeper.Keeper(theirs).run()
        finally:
            os._exit(0)
    theirs.close()

    class Forked:
        """What the gate asks of its keeper's process."""

        def __init__(self) -> None:
            self.pid = pid

        def wait(self) -> None:
            os.waitpid(pid, 0)

    own._wire, own._keeper = mine, Forked()  # type: ignore[assignment]


def test_a_check_knows_no_secret_of_the_installation(
    own: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTAL_STORAGE_KEY", "KANARIA")
    own.ask("png", PNG, LIMITS)
    assert own._keeper is not None
    process = psutil.Process(own._keeper.pid)
    assert set(process.environ()) <= {"PYTHONPATH", "PYTHONUTF8", "LC_ALL", "LC_CTYPE"}
    opened = [one for one in process.open_files() if "/dev/null" not in one.path]
    assert opened == []


def test_a_keeper_that_was_killed_is_replaced_and_the_file_checked(own: Gate) -> None:
    own.ask("png", PNG, LIMITS)
    assert own._keeper is not None
    os.kill(own._keeper.pid, signal.SIGKILL)
    own.ask("png", PNG, LIMITS)


def test_a_check_that_gets_no_turn_is_refused(own: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "WAITS_FOR_A_TURN_S", 0.05)
    own._turns[1] = gate.threading.BoundedSemaphore(1)
    with own._turns[1], pytest.raises(RuleBroken, match="file_check_busy"):
        own.ask("png", PNG, replace(LIMITS, checks_at_once=1))


@pytest.mark.parametrize("name", ["a.csv", "a.txt"])
@pytest.mark.parametrize(
    "content",
    [
        b"\0",
        b'"' + b"x" * 200_000,
        b"\xff\xfe" * 9,
        b"a;b\n" * 50_000,
        ("=cmd|' /C calc'!A0;1;\u202e" * 20).encode(),
        b"",
        b"\r" * 1000,
    ],
)
def test_a_table_of_lines_is_read_or_refused(name: str, content: bytes) -> None:
    rows: list[Any] = []
    rule = None
    try:
        rows = table_in(name, content, LIMITS, most_rows=2000, columns=3)
    except RuleBroken as broken:
        rule = broken.rule
    assert rule in ("file_unreadable", None)
    assert all(len(row) <= 3 for row in rows)


@pytest.mark.parametrize(
    "xml", [b"<worksheet>", b"<!DOCTYPE a><worksheet/>", b"<a/>", b"\0" * MEGABYTE]
)
def test_a_table_of_excel_is_read_or_refused(xml: bytes) -> None:
    broken = office("xl/workbook.xml", **{"xl/worksheets/sheet1.xml": xml})
    for content in (broken, sheet(5), office(), pdf(), b""):
        with pytest.raises(RuleBroken) as refused:
            table_in("a.xlsx", content, LIMITS, most_rows=2000, columns=3)
        assert refused.value.rule in KNOWN_ENDINGS


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_what_ends_badly_is_told_beside_the_field(
    browse: Callable[..., Browser],
    cast: Cast,
    call: object,
    language: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = f"/procurements/{call}/offer"
    browser = browse(cast.roope, language)
    browser.get(url)
    told = set()
    for rule in ("slow", "memory", "failed", "busy"):

        def ends(*_given: object, rule: str = rule) -> NoReturn:
            raise RuleBroken(f"file_check_{rule}", field="file")

        monkeypatch.setattr(GATE, "ask", ends)
        page = upload(browser, url, pdf(), "kuvaus.pdf", 422)
        (error,) = page.errors
        assert page.one("#attachments .field-error").get_text().strip().endswith(error)
        told.update(page.errors)
    assert len(told) == 4


def sent(
    browser: Browser, url: str, name: str, content: bytes, stream: type[BytesIO] = BytesIO
) -> TestResponse:
    """A form with one file, sent as it is: the client of the tests would put it on the disk."""
    part = b"--kanaria\r\nContent-Disposition: form-data; name="
    body = b"".join(
        (
            part + b'"csrf_token"\r\n\r\n' + browser.csrf_token().encode() + b"\r\n",
            part + b'"file"; filename="' + name.encode() + b'"\r\n\r\n' + content + b"\r\n",
            b"--kanaria--\r\n",
        )
    )
    return browser.client.post(
        url,
        input_stream=stream(body),
        content_length=len(body),
        content_type="multipart/form-data; boundary=kanaria",
    )


def test_nothing_of_the_database_is_held_while_a_file_arrives_or_is_checked(
    browse: Callable[..., Browser],
    cast: Cast,
    call: object,
    services: Services,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held: list[int] = []
    ask = GATE.ask

    def now_held() -> None:
        held.append(services.database.engine.pool.checkedout())  # type: ignore[attr-defined]
        with services.database.transaction() as session:
            session.execute(text("SELECT 1"))

    class Slow(BytesIO):
        """A body of which each part is asked for while others write."""

        def read(self, size: int | None = -1) -> bytes:
            now_held()
            return super().read(size)

        def readinto(self, into: Any) -> int:
            now_held()
            return super().readinto(into)

    def asked(*given: Any) -> Any:
        now_held()
        return ask(*given)

    monkeypatch.setattr(GATE, "ask", asked)
    browser = browse(cast.roope)
    answer = sent(browser, f"/procurements/{call}/offer/files", "kuvaus.pdf", pdf(), Slow)
    assert answer.status_code == 303
    assert len(held) >= 2
    assert set(held) == {0}


@pytest.mark.skipif(ON_POSTGRESQL, reason="the files are the same")
def test_files_that_arrive_are_never_on_a_disk(
    browse: Callable[..., Browser],
    cast: Cast,
    call: object,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*_given: object, **_named: object) -> NoReturn:
        raise AssertionError("a temporary file")

    for name in ("TemporaryFile", "SpooledTemporaryFile", "NamedTemporaryFile", "mkstemp"):
        monkeypatch.setattr(f"tempfile.{name}", never)
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", never)
    browser = browse(cast.roope)
    large = JPEG + b"KANARIA" * 300_000
    answer = sent(browser, f"/procurements/{call}/offer/files", "kuva.jpg", large)
    assert answer.status_code == 303
    kept = Path(settings.database_url.removeprefix("sqlite:///")).parent
    assert all(b"KANARIA" * 3 not in one.read_bytes() for one in kept.rglob("*") if one.is_file())
