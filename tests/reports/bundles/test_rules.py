"""Putting an archive together."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

import pytest

from portal.reports.bundles.rules import Archive, hash_of, safe_name


def written() -> bytes:
    file = BytesIO()
    archive = Archive(file)
    archive.add("documents/a.pdf", b"%PDF", packed=False)
    assert archive.add_rows("data/b.json", ({"n": n, "ä": "ö"} for n in range(3))) == 3
    assert archive.add_rows("data/none.json", iter(())) == 0
    archive.close()
    return file.getvalue()


def test_the_same_content_gives_the_same_bytes_and_every_file_has_its_hash() -> None:
    content = written()
    assert content == written()
    with ZipFile(BytesIO(content)) as opened:
        lines = opened.read("SHA256SUMS").decode().splitlines()
        assert [line.split("  ")[1] for line in lines] == [
            "data/b.json",
            "data/none.json",
            "documents/a.pdf",
        ]
        for line in lines:
            told, path = line.split("  ")
            assert hashlib.sha256(opened.read(path)).hexdigest() == told
        assert opened.read("data/b.json").decode().splitlines()[1] == '{"n":0,"ä":"ö"},'
        assert opened.read("data/none.json") == b"[\n]\n"


def test_rows_are_written_as_they_come_and_never_gathered() -> None:
    alive = 0

    class Row(dict[str, int]):
        def __init__(self, n: int) -> None:
            nonlocal alive
            super().__init__(n=n)
            alive += 1
            assert alive < 4, "rows are gathered"

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def rows() -> Iterator[Row]:
        for n in range(2000):
            yield Row(n)

    archive = Archive(BytesIO())
    assert archive.add_rows("data/many.json", rows()) == 2000


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("Tarjous äö (1).pdf", "Tarjous-ao-1-.pdf"),
        ("a\nb\\c.txt", "a-b-c.txt"),
        ("=cmd|' /C calc'!A0.xlsx", "cmd-C-calc-A0.xlsx"),
        ("ESIM/1/2026", "ESIM-1-2026"),
        ("…", "file"),
    ],
)
def test_a_name_leads_nowhere_and_means_the_same_on_every_system(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_file_is_hashed_from_its_beginning() -> None:
    file = BytesIO(b"abc")
    file.read()
    assert hash_of(file) == (3, hashlib.sha256(b"abc").hexdigest())
