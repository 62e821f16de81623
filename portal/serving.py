"""The application as a production server loads it."""

import os

from portal.app import create_app
from portal.config import read_settings
from portal.config.local import with_local_keys
from portal.offers.attachments.gate import GATE
from portal.web import logging

logging.configure()
app = create_app(read_settings(with_local_keys(os.environ)))
GATE.warm_up()
