"""Going round one's own side: what each reader is shown there, and with which forms."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.permissions.asking import Form, addresses, forms_of, keys_in, text_of
from tests.permissions.readers import Readers, askers
from tests.permissions.world import World
from tests.promises.figures import long_run


@dataclass
class Round:
    """What was shown on the way."""

    forms: dict[str, tuple[str, Form]] = field(default_factory=dict)
    """Of each route that takes a form, one as its rightful reader sees it, and who that was."""
    seen: dict[str, dict[str, str]] = field(default_factory=dict)
    """Of each field, to whom it was shown, and at which address."""
    asked: int = 0
    broken: list[str] = field(default_factory=list)
    """Where the portal failed: such a page is shown nothing of what it should be held to."""


def go_round(app: Flask, world: World, readers: Readers) -> Round:
    """Ask every route of side A as its own people; in the short run until a page is shown."""
    adapter = app.url_map.bind("localhost")
    ours = world.keys_of("A")
    told = Round()
    shown: set[str] = set()
    for address in addresses(app, world, "A", "GET"):
        if address.endpoint in shown and not long_run():
            continue
        # In the short run, the first who is shown a page is enough.
        for label, browser in askers(readers, address, 3):
            answer = browser.client.get(address.url, buffered=True)
            told.asked += 1
            said = text_of(answer)
            if answer.status_code >= 500 and not address.endpoint.startswith("health."):
                told.broken.append(address.url)
            for place in world.canary_places(said):
                told.seen.setdefault(place.partition("@")[0], {}).setdefault(label, address.url)
            if answer.status_code != 200:
                continue
            shown.add(address.endpoint)
            for form in forms_of(said) if "<form" in said else ():
                if form.method == "get" or not keys_in(form) & ours:
                    continue
                try:
                    endpoint, _values = adapter.match(form.action.partition("?")[0], method="POST")
                except HTTPException:
                    continue
                told.forms.setdefault(str(endpoint), (label, form))
            if not long_run():
                break
    return told
