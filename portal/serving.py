"""The application as a production server loads it: once, before its workers are forked."""

import os

from sqlalchemy.orm import configure_mappers

from portal.app import create_app
from portal.config import read_settings
from portal.config.local import with_local_keys
from portal.web import logging

logging.configure()
app = create_app(read_settings(with_local_keys(os.environ)))
configure_mappers()
