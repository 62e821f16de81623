"""How gunicorn runs the portal: loaded once, then forked, so that workers share what they can.

Gunicorn reads this module as its configuration; the rest stands on its command line
(`portal.cli.serve`).
"""

from __future__ import annotations

import threading
from typing import Any

from portal.offers.attachments.gate import GATE

preload_app = True
_BUSY_FIRST_S = 3.0


def post_worker_init(_worker: Any) -> None:
    """Have the checks of files ready, once the first readers have their pages."""
    later = threading.Timer(_BUSY_FIRST_S, GATE.warm_up)
    later.daemon = True
    later.start()
