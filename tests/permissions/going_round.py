"""Going round one's own side: what each reader is shown there, and with which forms."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.permissions.asking import Form, addresses, forms_of, keys_in, text_of
from tests.permissions.readers import Readers, askers, chosen
from tests.permissions.world import World


@dataclass
class Round:
    """What was shown on the way."""

    forms: dict[str, tuple[str, Form]] = field(default_factory=dict)
    """Of each route that takes a form, one as its rightful reader sees it, and who that was."""
    seen: dict[str, dict[str, str]] = field(default_factory=dict)
    """Of each field, to whom it was shown, and at which address."""
    asked: int = 0


def go_round(app: Flask, world: World, readers: Readers) -> Round:
    """Ask every route of side A as its own people; in the short run as two of each route."""
    adapter = app.url_map.bind("localhost")
    ours = world.keys_of("A")
    told = Round()
    shown: set[str] = set()
    for address in addresses(app, world, "A", "GET"):
        if address.endpoint in shown and not chosen(8, address.url):
            continue
        for label, browser in askers(readers, address, 2):
            if address.endpoint in shown and not chosen(2, address.url, label):
                continue
            answer = browser.client.get(address.url, buffered=True)
            told.asked += 1
            said = text_of(answer)
            assert answer.status_code < 500 or "health" in address.endpoint, address.url
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
    return told
