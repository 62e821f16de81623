"""In what state the portal stands while it is walked over, and which pages there are then.

``full`` is the demonstration. ``filled`` is the world of tests/permissions, which has a row in
every table and links of every kind: it shows what the demonstration has no page for. ``empty`` has
accounts and nothing else. Each is played once into a folder of its own and kept there, with the
list of its pages.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accessibility.usecases import send_accessibility_message
from portal.capacity.models import Training
from portal.contracts.models import Contract
from portal.demonstration import PLAN
from portal.enrolments.models import Enrolment
from portal.feedback.rules import HAVE_STARTED
from portal.feedback.usecases import make_feedback_link
from portal.installation import Installation
from portal.meetings.rules.meeting import MeetingKind
from portal.meetings.usecases.planning import plan_meeting
from portal.organisations.models import Organisation, Person
from portal.organisations.rules import Purpose
from portal.organisations.usecases.links import give_link
from portal.permissions import PAGES
from portal.soundings.usecases import draft_sounding
from portal.unit_of_work import unit_of_work
from tests.cast import assemble
from tests.conftest import compile_catalogues
from tests.everyone.house import PLAYED, House, forget_older, played_stage
from tests.everyone.walk import Stop, all_stops
from tests.fuzz.attacks import Sent
from tests.fuzz.stage import NOBODY, Stage, one_of_each_role, set_up
from tests.fuzz.walk import Walk as Gathering
from tests.permissions.asking import addresses
from tests.permissions.world import NOW, World, build

STATES = ("full", "filled", "empty")
READERS_OF_A_ROUTE = 3
"""So many readers of a route are looked for in the filled state."""


def stage_of(state: str, *, as_played: bool = False) -> Stage:
    """The portal in that state."""
    if state == "full":
        return played_stage(as_played=as_played)
    folder = PLAYED.with_name(f"everyone-{state}")
    if not as_played:
        forget_older(folder)
    compile_catalogues()
    stage = set_up(folder, _filled if state == "filled" else _empty)
    if state == "filled":
        stage.at = stage.clock.at = NOW
    return stage


def stops_of(state: str, house: House, shown: Sequence[str] = ()) -> list[Stop]:
    """Every page of every reader; in the filled state of those routes that are not ``shown``."""
    kept = house.stage.folder / "stops.json"
    by_name = {reader.name: reader for reader in house.stage.readers}
    if kept.exists():
        rows = json.loads(kept.read_text(encoding="utf-8"))
        return [Stop(by_name[name], endpoint, address) for name, endpoint, address in rows]
    if state == "filled":
        stops = list(_of_the_world(house.stage, set(shown)))
    else:
        stops = all_stops(house, one_of_each_role(house.stage.readers))
    told = [[stop.reader.name, stop.endpoint, stop.address] for stop in stops]
    kept.write_text(json.dumps(told, indent=0, ensure_ascii=False), encoding="utf-8")
    return stops


def _empty(installation: Installation, _at: datetime) -> None:
    with unit_of_work(installation.database) as session:
        assemble(session)


def _filled(installation: Installation, _at: datetime) -> None:
    """The world, with its links in a file beside it, since no table has them."""
    world = build(installation.database, installation.settings)
    with unit_of_work(installation.database) as session:
        links = dict(_links(session, world))
    with unit_of_work(installation.database) as session:
        begun = [[endpoint, values] for endpoint, values in _begun(session, world)]
    folder = Path(str(installation.database.engine.url.database)).parent
    (folder / "world.pickle").write_bytes(pickle.dumps(world))
    (folder / "links.json").write_text(json.dumps(links), encoding="utf-8")
    (folder / "begun.json").write_text(json.dumps(begun), encoding="utf-8")


def _links(session: Session, world: World) -> Iterator[tuple[str, str]]:
    """What is sent to people by mail or handed over, by route."""
    raili = session.get_one(Person, world.people["A"]["winner"])
    lives = timedelta(days=90)
    for endpoint, path, purpose in (
        ("organisations.reset_password", "/reset", Purpose.RESET),
        ("organisations.confirm_email", "/confirm", Purpose.CONFIRM),
        ("organisations.accept_invitation", "/invitation", Purpose.INVITATION),
    ):
        yield endpoint, f"{path}/{give_link(session, raili, purpose, NOW, lives)}"
    token = "w" * 43
    send_accessibility_message(
        session,
        text="Taulukko ei näy puhelimella.",
        page="/procurements",
        email="",
        language="fi",
        address="127.0.0.1",
        token=token,
        at=NOW,
    )
    yield "accessibility.own", f"/accessibility/feedback/{token}"
    sponsor = session.get_one(Person, world.people["A"]["sponsor"])
    enrolment = session.scalars(
        select(Enrolment).where(
            Enrolment.state.in_(HAVE_STARTED),
            Enrolment.office_id.in_([one.organisation_id for one in sponsor.memberships]),
        )
    ).first()
    assert enrolment is not None
    training = session.get_one(Training, enrolment.training_id)
    link = make_feedback_link(session, training=training, enrolment=enrolment, by=sponsor, at=NOW)
    yield "feedback.answer", f"/answer/{link}"


def _begun(session: Session, world: World) -> Iterator[tuple[str, dict[str, str]]]:
    """What the officer has begun: routes with what stands in their addresses."""
    hanna = session.get_one(Person, world.people["A"]["officer"])
    buyer = session.get_one(Organisation, world.main["buyer_id"]["id"])
    sounding = draft_sounding(
        session,
        buyer=buyer,
        terms=replace(PLAN, comments_due=NOW + timedelta(days=21)),
        by=hanna,
        at=NOW,
    )
    for endpoint in ("soundings.edit", "soundings.check"):
        yield endpoint, {"sounding_id": str(sounding.id)}
    meeting = plan_meeting(
        session,
        contract=session.get_one(Contract, world.main["contract"]["id"]),
        kind=MeetingKind.INTERIM,
        begins=NOW + timedelta(days=3),
        ends=NOW + timedelta(days=3, hours=1),
        by=hanna,
        at=NOW,
    )
    for endpoint in ("meetings.ask_move", "meetings.ask_hold"):
        yield endpoint, {"meeting_id": str(meeting.id)}


def _of_the_world(stage: Stage, shown: set[str]) -> Iterator[Stop]:
    world: World = pickle.loads((stage.folder / "world.pickle").read_bytes())  # ours
    links = json.loads((stage.folder / "links.json").read_text(encoding="utf-8"))
    for endpoint, address in links.items():
        yield Stop(NOBODY, endpoint, address)
    officer = world.people["A"]["officer"]
    (hanna,) = [reader for reader in stage.readers if reader.person == officer]
    adapter = stage.app.url_map.bind("localhost")
    begun = json.loads((stage.folder / "begun.json").read_text(encoding="utf-8"))
    for endpoint, values in begun:
        yield Stop(hanna, endpoint, adapter.build(endpoint, values))
    shown = shown | links.keys() | {endpoint for endpoint, _values in begun}
    ours = set(world.people["A"].values())
    gathering = Gathering(stage, seed=1)
    found: dict[str, set[str]] = {}
    with stage.services.database.reading() as session:
        people = {
            reader.name: session.get(Person, reader.person) if reader.person else None
            for reader in stage.readers
            if reader.person is None or reader.person in ours
        }
        allowed = {
            endpoint: [
                reader
                for reader in stage.readers
                if reader.name in people and page.allows(people[reader.name])
            ]
            for endpoint, page in PAGES.items()
        }
    for address in addresses(stage.app, world, "A", "GET"):
        endpoint = address.endpoint
        if endpoint in shown or endpoint.startswith("health."):
            continue
        for reader in allowed.get(endpoint, ()):
            readers = found.setdefault(endpoint, set())
            if reader.name in readers or len(readers) >= READERS_OF_A_ROUTE:
                continue
            answer = gathering.answer(reader, Sent("GET", address.url, "page"))
            if answer.status_code == 200 and answer.mimetype == "text/html":
                readers.add(reader.name)
                yield Stop(reader, endpoint, address.url)
