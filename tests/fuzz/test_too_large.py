"""What is too large is refused with a page, before it fills the memory."""

from __future__ import annotations

import tracemalloc
from io import RawIOBase
from typing import Any

import pytest

from tests.fuzz.stage import Stage

pytestmark = pytest.mark.trust
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=zqedge"
MEGABYTE = 1024 * 1024
ENOUGH = 40 * MEGABYTE
"""More than any request is kept in memory with all that is made of it."""


class Endless(RawIOBase):
    """A body that goes on for as long as somebody reads it, and remembers how long that was."""

    def __init__(self, beginning: bytes, filling: bytes) -> None:
        self.rest = beginning
        self.filling = filling
        self.read_so_far = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while len(self.rest) < len(buffer):
            self.rest += self.filling
        given, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
        buffer[:] = given
        self.read_so_far += len(given)
        return len(given)


BEGINNING = b'--zqedge\r\nContent-Disposition: form-data; name="zq"\r\n\r\n'
FILE = b'--zqedge\r\nContent-Disposition: form-data; name="zq"; filename="zq.pdf"\r\n\r\n'


@pytest.mark.parametrize(
    ("content_type", "beginning", "filling", "length", "most_read"),
    [
        (FORM, b"zq=", b"z" * 65536, 10_000 * MEGABYTE, 3 * MEGABYTE),
        (FORM, b"zq=", b"&zq=1" * 9999, 3 * MEGABYTE, 3 * MEGABYTE),
        (PARTS, BEGINNING, b"z" * 65536, 21 * MEGABYTE, 21 * MEGABYTE),
        (PARTS, BEGINNING, b"z" * 65536, 10_000 * MEGABYTE, 0),
        (PARTS, FILE, b"z" * 65536, 10_000 * MEGABYTE, 0),
        (PARTS, b"", (BEGINNING + b"z\r\n") * 999, 20 * MEGABYTE, 21 * MEGABYTE),
        ("application/json", b"[", b"[" * 65536, 20 * MEGABYTE, 0),
        ("text/plain", b"zq=", b"z" * 65536, 10_000 * MEGABYTE, 0),
    ],
    ids=[
        "an endless form",
        "very many fields",
        "a large text in a part",
        "an endless text in a part",
        "an endless file",
        "very many parts",
        "deep JSON",
        "an endless text",
    ],
)
def test_what_is_too_large_gets_a_page_and_no_memory(
    stage: Stage, content_type: str, beginning: bytes, filling: bytes, length: int, most_read: int
) -> None:
    body = Endless(beginning, filling)
    client = stage.app.test_client()
    tracemalloc.start()
    answer = client.post(
        "/login",
        environ_overrides={
            "wsgi.input": body,
            "CONTENT_TYPE": content_type,
            "CONTENT_LENGTH": str(length),
        },
    )
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.status_code in (400, 413)
    assert "<h1" in answer.get_data(as_text=True)
    assert peak < ENOUGH
    assert body.read_so_far <= most_read + MEGABYTE


def test_an_address_of_any_length_gets_a_page(stage: Stage) -> None:
    client = stage.app.test_client()
    for address in (
        "/" + "z" * 100_000,
        "/" + "a/" * 20_000,
        "/procurements?page=" + "9" * 100_000,
        "/procurements?" + "page=1&" * 20_000,
    ):
        answer = client.get(address)
        assert answer.status_code in (200, 404), answer.status_code
        assert "<h1" in answer.get_data(as_text=True)
