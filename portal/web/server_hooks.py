"""How gunicorn runs the portal: loaded once, then forked, so that workers share what they can.

Gunicorn reads this module as its configuration; the rest stands on its command line
(`portal.cli.serve`).
"""

from __future__ import annotations

import gc
import threading
from typing import Any

preload_app = True
_BUSY_FIRST_S = 3.0
_BEFORE_COLLECTING = 10_000

# What the portal loads stays for good, and looking for garbage in it takes a fifth of the start.
gc.disable()


def when_ready(_server: Any) -> None:
    """Before the first fork: what is loaded is never looked at again, nor copied for that."""
    gc.freeze()


def post_fork(_server: Any, _worker: Any) -> None:
    """From here on there is garbage: a page leaves thousands of objects, and few of them cycles."""
    gc.set_threshold(_BEFORE_COLLECTING)
    gc.enable()


def post_worker_init(_worker: Any) -> None:
    """Have the checks of files ready, once the first readers have their pages."""
    from portal.offers.attachments.gate import GATE

    later = threading.Timer(_BUSY_FIRST_S, GATE.warm_up)
    later.daemon = True
    later.start()
