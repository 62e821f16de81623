"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil

LIBRARIES = ("flask", "werkzeug", "jinja2", "sqlalchemy", "gunicorn", "weasyprint", "psycopg")


def described() -> dict[str, str]:
    """Cores, memory and versions; nothing that names the machine."""
    found = {
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "processor": _processor(),
        "load at the beginning": f"{os.getloadavg()[0]:.1f}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
    }
    return found | {name: version(name) for name in LIBRARIES}


def chromium_version(path: str) -> str:
    """Of the browser that documents are held against."""
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    return told.strip() or "unknown"


def _processor() -> str:
    told = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = [line.split(":")[1].strip() for line in told if line.startswith("model name")]
    return models[0] if models else platform.machine()
