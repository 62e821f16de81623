"""`portal storage`: the object store, where there is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import click

from portal.config import Settings
from portal.database import Database
from portal.shared.clock import now
from portal.storage.objects import objects_of
from portal.storage.sweeping import sweep


class Opened(Protocol):
    """What the commands need of an installation."""

    @property
    def settings(self) -> Settings:
        """Where the store is."""

    @property
    def database(self) -> Database:
        """Where its rows are."""


def storage_commands(opened: Callable[[], Opened]) -> click.Group:
    """The group of commands; how an installation is opened, the command line knows."""

    @click.group()
    def storage() -> None:
        """Large contents in an object store."""

    @storage.command("sweep")
    def storage_sweep() -> None:
        """Take away what undone acts have left there; `portal daily` does the same."""
        installation = opened()
        click.echo(f"objects swept {swept(installation)}")

    return storage


def swept(installation: Opened) -> int:
    """How many objects were taken away; 0 where there is no store. Raises StoreUnavailable."""
    objects = objects_of(installation.settings)
    return sweep(installation.database, objects, now()) if objects is not None else 0
