"""The application as a production server loads it: once, before its workers are forked."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

_BEFORE_COLLECTING = 10_000


def loaded() -> Flask:
    """Everything that pages need; no connection, queue or process is opened yet.

    Looking for garbage in what is being loaded takes a fifth of the start, so the collector rests
    until then, and never looks at it again. A page leaves thousands of objects and few cycles.
    """
    gc.disable()
    try:
        from sqlalchemy.orm import configure_mappers

        from portal.app import create_app
        from portal.config import read_settings
        from portal.config.local import with_local_keys
        from portal.web import logging

        logging.configure()
        made = create_app(read_settings(with_local_keys(os.environ)))
        configure_mappers()
        return made
    finally:
        gc.freeze()
        gc.set_threshold(_BEFORE_COLLECTING)
        gc.enable()


app = loaded()
