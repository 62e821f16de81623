"""Whatever providers and openers do in whatever order, offers are opened by two and in time only.

Every content that is written has a word of its own. The files of the database, the log and the mail
are searched for all the words of what has not been opened.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from portal.database import Database
from portal.jobs.queue import do_all
from portal.offers import usecases
from portal.offers.models import Offer, OpenedContent
from portal.organisations.models import Organisation, Person
from portal.procurement.models import Procurement
from portal.procurement.usecases import draft_procurement, publish
from portal.shared.errors import RuleBroken
from tests.cast import Cast
from tests.offers.conftest import AFTER, CALL, DUE, FULL, OPENS, WINDOW, Acting
from tests.offers.trio import TASKS, VILLES_PHRASE, add_ville, raw
from tests.promises.figures import leave, times

STEPS_OF_ONE = 50
TRIO = st.sampled_from(range(3))
SIDES = st.sampled_from(("river", "shore"))


@dataclass
class World:
    """What all the procurements of a run have in common, and what has been counted."""

    database: Database
    cast: Cast
    caplog: pytest.LogCaptureFixture
    ville: Person
    references: Iterator[int] = field(default_factory=lambda: count(1))
    words: Iterator[int] = field(default_factory=lambda: count(1))
    shown: set[str] = field(default_factory=set)
    every: set[str] = field(default_factory=set)
    counted: dict[str, Any] = field(
        default_factory=lambda: dict.fromkeys(("steps", "words", "scans", "found", "opened"), 0)
    )

    @property
    def trio(self) -> tuple[Person, Person, Person]:
        """The openers."""
        return self.cast.olli, self.cast.aino, self.ville

    @property
    def phrases(self) -> dict[UUID, str]:
        """Of the openers."""
        return {**self.cast.phrases, self.ville.id: VILLES_PHRASE}

    @property
    def sides(self) -> dict[str, tuple[Organisation, Person]]:
        """The providers, each with who acts for it."""
        return {
            "river": (self.cast.river, self.cast.roope),
            "shore": (self.cast.shore, self.cast.sanna),
        }

    def call(self) -> UUID:
        """A call just published."""
        with self.database.transaction() as session:
            olli = session.get_one(Person, self.cast.olli.id)
            buyer = session.get_one(Organisation, self.cast.buyer.id)
            terms = replace(CALL, reference=f"ESIM/{next(self.references)}/2026")
            procurement = draft_procurement(session, buyer=buyer, call=terms, by=olli, at=OPENS)
            publish(session, procurement=procurement, by=olli, at=OPENS)
            return procurement.id


class Sealing(RuleBasedStateMachine):
    """One procurement: what its two providers have sent, and who has begun to open."""

    world: World

    @initialize()
    def begin(self) -> None:
        self.act = Acting(self.world.database, self.world.cast, self.world.call())
        self.at: datetime = OPENS
        self.draft: dict[str, str] = {}
        self.sent: dict[str, str] = {}
        self.standing: dict[str, str] = {}
        self.asked: tuple[Person, datetime] | None = None
        self.is_open = False

    def _tried(self, verb: Callable[..., Any], by: Person, **how: Any) -> str | None:
        self.world.counted["steps"] += 1
        try:
            self.act._do(verb, by, self.at, **how)
        except RuleBroken as broken:
            return broken.rule
        return None

    @property
    def late(self) -> bool:
        return self.at > DUE

    @rule(side=SIDES)
    def save(self, side: str) -> None:
        word = f"KANARIA{next(self.world.words):07}X"
        provider, by = self.world.sides[side]
        content = replace(FULL, answers={**FULL.answers, "own": word})
        refused = self._tried(usecases.save_offer, by, provider=provider, content=content)
        assert refused == ("deadline_passed" if self.late else None)
        self.world.every.add(word)
        if refused is None:
            self.draft[side] = word

    @rule(side=SIDES)
    def submit(self, side: str) -> None:
        provider, by = self.world.sides[side]
        refused = self._tried(usecases.submit_offer, by, provider=provider)
        if self.late:
            assert refused == "deadline_passed"
        elif refused is None:
            word = self.draft.pop(side, None) or self.sent[side]
            self.sent[side] = self.standing[side] = word
        else:
            assert refused == "offer_incomplete"
            assert side not in self.draft
            assert side not in self.sent

    @rule(side=SIDES)
    def withdraw(self, side: str) -> None:
        provider, by = self.world.sides[side]
        refused = self._tried(usecases.withdraw_offer, by, provider=provider)
        if refused is None:
            assert not self.late
            del self.standing[side]
        else:
            assert self.late or side not in self.standing

    @rule(side=SIDES)
    def read_own(self, side: str) -> None:
        self.world.counted["steps"] += 1
        word = self.draft.get(side) or self.sent.get(side)
        with self.world.database.reading() as session:
            offer = session.scalar(
                select(Offer).where(
                    Offer.procurement_id == self.act.call,
                    Offer.provider_id == self.world.sides[side][0].id,
                )
            )
            if offer is None:
                assert word is None
            elif word is not None:
                assert usecases.draft_content(session, offer).answers["own"] == word

    @rule(hours=st.sampled_from((1, 24, 24 * 10, 24 * 30)))
    def wait(self, hours: int) -> None:
        self.world.counted["steps"] += 1
        self.at += timedelta(hours=hours)
        do_all(self.world.database, TASKS, self.at)

    @rule(minutes=st.sampled_from((1, 10, 20)))
    def wait_a_little(self, minutes: int) -> None:
        self.world.counted["steps"] += 1
        self.at = max(self.at, AFTER) if self.asked else self.at
        self.at += timedelta(minutes=minutes)

    @rule(who=TRIO, right=st.booleans())
    def request(self, who: int, right: bool) -> None:
        by = self.world.trio[who]
        phrase = self.world.phrases[by.id] if right else "0000"
        refused = self._tried(usecases.request_opening, by, phrase=phrase)
        if self.is_open:
            assert refused == "wrong_state"
        elif not self.late:
            assert refused == "before_deadline"
        elif not right:
            assert refused == "opener_phrase_wrong"
        else:
            assert refused is None
            self.asked = (by, self.at)

    @rule(who=TRIO, right=st.booleans())
    def confirm(self, who: int, right: bool) -> None:
        by = self.world.trio[who]
        phrase = self.world.phrases[by.id] if right else "0000"
        refused = self._tried(usecases.confirm_opening, by, phrase=phrase, window=WINDOW)
        in_time = self.asked is not None and self.at - self.asked[1] <= WINDOW
        another = self.asked is not None and self.asked[0].id != by.id
        if right and in_time and another and self.late and not self.is_open:
            assert refused is None
            self._opened()
        else:
            assert refused is not None

    @rule(a=TRIO, b=TRIO, right=st.booleans())
    def together(self, a: int, b: int, right: bool) -> None:
        pair = {self.world.trio[place].id for place in (a, b)}
        both = {key: phrase for key, phrase in self.world.phrases.items() if key in pair}
        if not right:
            both.popitem()

        def verb(session: Any, **how: Any) -> None:
            with_ = session.get_one(Person, self.world.trio[a].id)
            usecases.open_offers(session, with_=with_, phrases=both, **how)

        refused = self._tried(verb, self.world.trio[b])
        if right and a != b and self.late and not self.is_open:
            assert refused is None
            self._opened()
        else:
            assert refused is not None

    def _opened(self) -> None:
        self.is_open = True
        self.world.counted["opened"] += 1
        self.world.shown.update(self.standing.values())
        with self.world.database.reading() as session:
            found = session.scalars(
                select(OpenedContent.content)
                .join(Offer, Offer.id == OpenedContent.offer_id)
                .where(Offer.procurement_id == self.act.call)
            )
            words_opened = sorted(content["answers"]["own"] for content in found)
        assert words_opened == sorted(self.standing.values())

    def teardown(self) -> None:
        if not hasattr(self, "act"):
            return
        with self.world.database.reading() as session:
            state = session.get_one(Procurement, self.act.call).state
            assert (state == "opened") == self.is_open
            if not self.is_open:
                opened = session.scalar(
                    select(func.count())
                    .select_from(OpenedContent)
                    .join(Offer, Offer.id == OpenedContent.offer_id)
                    .where(Offer.procurement_id == self.act.call)
                )
                assert opened == 0
        kept = raw(self.world.database) + self.world.caplog.text.encode()
        self.world.caplog.clear()
        found = [word for word in self.world.every - self.world.shown if word.encode() in kept]
        self.world.counted["scans"] += 1
        self.world.counted["words"] = len(self.world.every - self.world.shown)
        self.world.counted["found"] += len(found)
        assert not found


@pytest.mark.trust
def test_offers_stay_sealed_until_two_openers_open_them_after_the_deadline(
    database: Database, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    of_this_run = World(database, cast, caplog, add_ville(database, cast))

    class OfThisRun(Sealing):
        """The machine in this run's world."""

        world = of_this_run

    runs = times(3, 2_000)
    run_state_machine_as_test(
        OfThisRun,
        settings=settings(
            max_examples=runs,
            stateful_step_count=STEPS_OF_ONE,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
    assert of_this_run.counted["scans"]
    leave("sealed_until_opened", "state-machine", of_this_run.counted)
