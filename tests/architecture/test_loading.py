"""What a start of the portal loads, and what it leaves to whoever needs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import KEY

SELDOM = (
    "alembic",
    "authlib",
    "boto3",
    "holidays",
    "huey",
    "icalendar",
    "jsonschema",
    "openpyxl",
    "pyhanko",
    "pypdf",
    "requests",
    "snowballstemmer",
    "weasyprint",
    "xlsxwriter",
)
"""What takes long to load, and few pages need."""


def test_a_start_leaves_what_few_pages_need_to_those_pages(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", "import sys, portal.serving; print(*sys.modules)"],
        env=os.environ
        | {
            "PORTAL_DATABASE_URL": f"sqlite:///{tmp_path}/portal.sqlite",
            "PORTAL_SECRET_KEY": "a key for this test alone, known to all",
            "PORTAL_STORAGE_KEY": KEY,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(SELDOM).isdisjoint(told.stdout.split())
