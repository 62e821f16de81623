"""Sealing to openers: what opens, what does not, and what stays where it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.config import Settings
from portal.database import Database
from portal.jobs.queue import do_all
from portal.offers import usecases
from portal.offers.models import Offer, OfferVersion, OpenedContent, Resealing
from portal.offers.rules import LotPrice, OfferContent
from portal.organisations.models import Organisation, Person
from portal.organisations.usecases.opener_keys import enter_opener_key, make_opener_key
from portal.permissions import Role
from portal.procurement.models import Procurement
from portal.procurement.usecases import draft_procurement, name_openers, publish
from portal.shared.canonical import sha256
from portal.shared.errors import RuleBroken
from portal.storage.models import PeeledPart, SealedBlob, SealingKey, SealingPart
from portal.storage.vault import StillSealed, Unreadable, vault_of
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.cast import person as add_person
from tests.offers.conftest import AFTER, CALL, DUE, FULL, OPENS, WINDOW, Acting
from tests.offers.trio import TASKS, VILLES_PHRASE, add_ville, raw
from tests.promises.figures import leave, times


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """An installation that asks for three openers, as by default."""
    return settings.model_copy(update={"sealing_openers": 3})


@pytest.fixture
def ville(database: Database, cast: Cast) -> Person:
    """The third opener."""
    return add_ville(database, cast)


@pytest.fixture
def call(database: Database, cast: Cast, ville: Person) -> UUID:
    """A call published when three openers had keys."""
    return published(database, cast)


def published(database: Database, cast: Cast, reference: str = "ESIM/1/2026") -> UUID:
    with database.transaction() as session:
        olli = session.get_one(Person, cast.olli.id)
        buyer = session.get_one(Organisation, cast.buyer.id)
        terms = replace(CALL, reference=reference)
        procurement = draft_procurement(session, buyer=buyer, call=terms, by=olli, at=OPENS)
        publish(session, procurement=procurement, by=olli, at=OPENS)
        return procurement.id


@pytest.fixture
def phrases(cast: Cast, ville: Person) -> dict[UUID, str]:
    return {**cast.phrases, ville.id: VILLES_PHRASE}


def do(act: Acting, verb: Callable[..., Any], by: Person, at: Any = AFTER, **how: Any) -> Any:
    return act._do(verb, by, at, **how)


def open_by(act: Acting, a: Person, b: Person, phrases: dict[UUID, str], at: Any = AFTER) -> None:
    def verb(session: Session, **how: Any) -> None:
        usecases.open_offers(session, with_=session.get_one(Person, a.id), phrases=phrases, **how)

    do(act, verb, b, at)


def refused(rule: str, verb: Callable[[], Any]) -> RuleBroken:
    with pytest.raises(RuleBroken) as broken:
        verb()
    assert broken.value.rule == rule
    return broken.value


def opened(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(OpenedContent)) or 0


@pytest.mark.trust
@pytest.mark.parametrize("lost", range(3))
def test_whichever_opener_is_lost_the_two_others_open(
    act: Acting, cast: Cast, ville: Person, phrases: dict[UUID, str], lost: int
) -> None:
    act.save()
    act.submit()
    trio = [cast.olli, cast.aino, ville]
    missing = trio.pop(lost)
    left = {key: phrase for key, phrase in phrases.items() if key != missing.id}
    alone = 0
    for one in trio:
        only = {one.id: phrases[one.id]}
        refused("second_opener_required", lambda one=one, only=only: open_by(act, one, one, only))
        for a, b in ((one, missing), (missing, one)):
            refused("opener_phrase_wrong", lambda a=a, b=b, only=only: open_by(act, a, b, only))
        alone += opened(act.database)
    open_by(act, *trio, left)
    assert (opened(act.database), alone) == (1, 0)
    leave("opener_lost", f"without-{lost + 1}", {"opened by two": 1, "opened by one": alone})


@pytest.mark.parametrize("order", list(permutations(range(3), 2)))
def test_one_after_the_other_opens_whichever_two_they_are(
    act: Acting, cast: Cast, ville: Person, phrases: dict[UUID, str], order: tuple[int, int]
) -> None:
    act.save()
    act.submit()
    a, b = ([cast.olli, cast.aino, ville][place] for place in order)
    do(act, usecases.request_opening, a, phrase=phrases[a.id])
    do(act, usecases.confirm_opening, b, phrase=phrases[b.id], window=WINDOW)
    with act.database.reading() as session:
        assert session.scalars(select(OpenedContent.content)).one()["answers"]
        assert session.scalar(select(func.count()).select_from(PeeledPart)) == 0


def test_too_few_openers_with_keys_keep_a_call_from_being_published(
    database: Database, cast: Cast
) -> None:
    broken = refused("openers_without_keys", lambda: published(database, cast))
    assert broken.facts == {"needed": 3, "have": 2}
    add_ville(database, cast)
    published(database, cast)


def test_the_officer_names_who_opens_and_others_have_no_part(
    database: Database, cast: Cast, ville: Person, phrases: dict[UUID, str]
) -> None:
    with database.transaction() as session:
        session.expire_on_commit = False
        buyer = session.get_one(Organisation, cast.buyer.id)
        fourth = add_person(session, "Neea Neljäs", buyer, Role.OPENER)
        enter_opener_key(session, fourth, VILLES_PHRASE, OPENS)
        olli = session.get_one(Person, cast.olli.id)
        procurement = draft_procurement(session, buyer=buyer, call=CALL, by=olli, at=OPENS)
        named = [session.get_one(Person, one.id) for one in (cast.olli, cast.aino, fourth)]
        with pytest.raises(RuleBroken, match="openers_unknown"):
            name_openers(
                session,
                procurement=procurement,
                openers=[session.get_one(Person, cast.eva.id)],
                by=olli,
                at=OPENS,
            )
        name_openers(session, procurement=procurement, openers=named, by=olli, at=OPENS)
        publish(session, procurement=procurement, by=olli, at=OPENS)
        with pytest.raises(RuleBroken, match="wrong_state"):
            name_openers(session, procurement=procurement, openers=named, by=olli, at=OPENS)
        key, fourth_id = procurement.id, fourth.id
    fourth = _person(database, fourth_id)
    act = Acting(database, cast, key)
    act.save()
    act.submit()
    refused("opener_without_part", lambda: open_by(act, ville, cast.aino, phrases))
    refused(
        "opener_without_part",
        lambda: do(act, usecases.request_opening, ville, phrase=VILLES_PHRASE),
    )
    open_by(act, cast.aino, fourth, {**phrases, fourth.id: VILLES_PHRASE})
    assert opened(database) == 1


def _person(database: Database, key: UUID) -> Person:
    with database.reading() as session:
        found = session.get_one(Person, key)
        session.expunge_all()
        return found


def test_the_portal_alone_opens_nothing_and_a_provider_reads_its_own(
    act: Acting, cast: Cast
) -> None:
    act.save()
    file = act.attach(b"%PDF file of the offer")
    version = act.submit()
    act.save(replace(FULL, answers={"own": "Toinen luonnos"}))
    with act.database.reading() as session:
        vault = vault_of(session)
        offer = session.scalars(select(Offer)).one()
        for blob in session.scalars(select(SealedBlob).where(SealedBlob.holder.is_not(None))):
            with pytest.raises(StillSealed):
                vault.unseal(session, blob.id)
            with pytest.raises(Unreadable):
                vault.unseal_own(session, blob.id, holder=cast.shore.id)
            assert (blob.for_openers is None) == (blob.purpose == "draft")
            assert blob.for_portal is None
        assert offer.draft_blob_id is not None
        own = vault.unseal_own(session, version.blob_id, holder=cast.river.id)
        assert sha256(own) == version.sha256
        assert vault.unseal_own(session, file, holder=cast.river.id) == b"%PDF file of the offer"


def test_no_ciphertext_stands_in_the_place_of_another(act: Acting, cast: Cast) -> None:
    act.save()
    first = act.submit()
    act.save(replace(FULL, lots={"sea": LotPrice(FULL.lots["sea"].price + 1)}))
    second = act.submit()
    with act.database.transaction() as session:
        blobs = [session.get_one(SealedBlob, one.blob_id) for one in (first, second)]
        for name in ("nonce", "ciphertext", "for_holder", "for_openers"):
            values = [getattr(blob, name) for blob in blobs]
            setattr(blobs[0], name, values[1])
        session.flush()
        with pytest.raises(Unreadable):
            vault_of(session).unseal_own(session, first.blob_id, holder=cast.river.id)
        session.execute(
            update(SealedBlob).where(SealedBlob.id == second.blob_id).values(holder=cast.shore.id)
        )
        session.expire_all()
        with pytest.raises(Unreadable):
            vault_of(session).unseal_own(session, second.blob_id, holder=cast.shore.id)
        session.rollback()


def test_the_opening_lets_the_portal_to_what_counts_and_to_nothing_else(
    act: Acting, cast: Cast, phrases: dict[UUID, str]
) -> None:
    act.save()
    act.attach(b"%PDF of the first", "eka.pdf")
    earlier = act.submit()
    file = act.attach(b"%PDF of the second", "toka.pdf")
    version = act.submit()
    act.save(by=cast.sanna, provider=cast.shore)
    withdrawn = act.submit(by=cast.sanna, provider=cast.shore)
    do(act, usecases.withdraw_offer, cast.sanna, OPENS, provider=cast.shore)
    open_by(act, cast.olli, cast.aino, phrases)
    with act.database.reading() as session:
        vault = vault_of(session)
        assert sha256(vault.unseal(session, version.blob_id)) == version.sha256
        assert vault.unseal(session, file) == b"%PDF of the second"
        for sealed in (earlier, withdrawn):
            with pytest.raises(StillSealed):
                vault.unseal(session, sealed.blob_id)
        own = vault.unseal_own(session, withdrawn.blob_id, holder=cast.shore.id)
        assert sha256(own) == withdrawn.sha256


def test_a_wrong_phrase_is_refused_beside_its_field_and_stands_in_the_record(
    act: Acting, cast: Cast, phrases: dict[UUID, str]
) -> None:
    wrong = lambda: do(act, usecases.request_opening, cast.olli, phrase=phrases[cast.aino.id])  # noqa: E731
    assert refused("opener_phrase_wrong", wrong).field == "phrase"
    do(act, usecases.request_opening, cast.olli, phrase=phrases[cast.olli.id])
    confirm = lambda: do(act, usecases.confirm_opening, cast.aino, phrase="", window=WINDOW)  # noqa: E731
    assert refused("opener_phrase_wrong", confirm).field == "phrase"
    with act.database.reading() as session:
        denied = session.execute(
            select(AuditEntry.act, AuditEntry.rule).where(AuditEntry.outcome == "denied")
        ).all()
        text = " ".join(str(entry.facts) for entry in session.scalars(select(AuditEntry)))
    assert ("request_opening", "opener_phrase_wrong") in [tuple(row) for row in denied]
    assert ("open_offers", "opener_phrase_wrong") in [tuple(row) for row in denied]
    assert not [phrase for phrase in phrases.values() if phrase in text]


def test_what_the_first_has_left_is_forgotten_when_the_second_does_not_follow(
    act: Acting, cast: Cast, phrases: dict[UUID, str]
) -> None:
    do(act, usecases.request_opening, cast.olli, phrase=phrases[cast.olli.id])
    do_all(act.database, TASKS, AFTER + WINDOW)
    with act.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(PeeledPart)) == 2
    late = AFTER + WINDOW + timedelta(seconds=2)
    do_all(act.database, TASKS, late)
    with act.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(PeeledPart)) == 0
    for at in (AFTER, late):
        refused(
            "opening_expired",
            lambda at=at: do(
                act,
                usecases.confirm_opening,
                cast.aino,
                at,
                phrase=phrases[cast.aino.id],
                window=WINDOW,
            ),
        )


def test_a_new_key_replaces_the_one_before_for_good(
    act: Acting, cast: Cast, phrases: dict[UUID, str], ville: Person
) -> None:
    act.save()
    act.submit()
    with unit_of_work(act.database) as session:
        phrase = make_opener_key(session, by=session.get_one(Person, cast.olli.id), at=OPENS)
    for tried in (phrase, phrases[cast.olli.id]):
        refused(
            "opener_without_part",
            lambda tried=tried: do(act, usecases.request_opening, cast.olli, phrase=tried),
        )
    with unit_of_work(act.database) as session, pytest.raises(RuleBroken, match="not_permitted"):
        make_opener_key(session, by=session.get_one(Person, cast.roope.id), at=OPENS)
    open_by(act, cast.aino, ville, phrases)
    assert opened(act.database) == 1


def test_two_seal_the_key_anew_and_who_has_left_opens_nothing(
    act: Acting, cast: Cast, phrases: dict[UUID, str], ville: Person
) -> None:
    act.save()
    version = act.submit()
    with unit_of_work(act.database) as session:
        session.expire_on_commit = False
        buyer = session.get_one(Organisation, cast.buyer.id)
        fourth = add_person(session, "Neea Neljäs", buyer, Role.OPENER)
        new = {str(enter_opener_key(session, fourth, VILLES_PHRASE, OPENS).id)}
    phrases = {**phrases, fourth.id: VILLES_PHRASE}
    chosen = [cast.aino.id, ville.id, fourth.id]
    ask = lambda who, people: do(  # noqa: E731
        act, usecases.request_resealing, who, chosen=people, phrase=phrases[who.id]
    )
    refused("openers_without_keys", lambda: ask(cast.aino, [cast.aino.id, ville.id]))
    refused("opener_without_part", lambda: ask(fourth, chosen))
    refused(
        "not_permitted",
        lambda: do(act, usecases.request_resealing, cast.paula, chosen=chosen, phrase=""),
    )
    ask(cast.aino, chosen)
    with act.database.reading() as session:
        row = session.scalars(select(Resealing)).one()
        seen = [UUID(key) for key in row.keys]
        assert new <= set(row.keys)
    confirm = lambda who, at=AFTER, seen=seen: do(  # noqa: E731
        act,
        usecases.confirm_resealing,
        who,
        at,
        seen=seen,
        window=WINDOW,
        phrase=phrases[who.id],
    )
    refused("second_opener_required", lambda: confirm(cast.aino))
    refused("changed_meanwhile", lambda: confirm(ville, seen=seen[:2]))
    refused("opening_expired", lambda: confirm(ville, at=AFTER + WINDOW + timedelta(seconds=1)))
    before = raw(act.database)
    confirm(ville)
    assert before != raw(act.database)
    refused("second_opener_required", lambda: confirm(ville))
    with act.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SealingPart)) == 6
        assert session.scalar(select(func.count()).select_from(SealingKey)) == 1
    refused("opener_without_part", lambda: open_by(act, cast.olli, ville, phrases))
    open_by(act, cast.aino, fourth, phrases)
    with act.database.reading() as session:
        assert sha256(vault_of(session).unseal(session, version.blob_id)) == version.sha256


def test_a_call_published_before_there_were_keys_goes_on_as_it_was(act: Acting, cast: Cast) -> None:
    with act.database.transaction() as session:
        for table in (SealingPart, SealingKey):
            session.execute(table.__table__.delete())  # type: ignore[attr-defined]
    act.save()
    version = act.submit()
    do(act, usecases.request_opening, cast.olli)
    do(act, usecases.confirm_opening, cast.aino, window=WINDOW)
    with act.database.reading() as session:
        assert sha256(vault_of(session).unseal(session, version.blob_id)) == version.sha256


@pytest.mark.trust
def test_the_hash_of_the_receipt_is_that_of_what_is_kept(act: Acting, cast: Cast) -> None:
    tried = times(5, 10_000)
    equal = 0
    for n in range(tried):
        act.save(replace(FULL, answers={**FULL.answers, "own": f"Tarjous {n} {uuid4()}"}))
        version = act.submit()
        with act.database.reading() as session:
            kept = session.get_one(OfferVersion, version.id)
            own = vault_of(session).unseal_own(session, kept.blob_id, holder=cast.river.id)
            equal += sha256(own) == version.sha256
    assert equal == tried
    leave("receipt_hash", "versions", {"submitted": tried, "equal": equal})


@pytest.mark.trust
def test_no_attempt_by_fewer_than_two_at_the_wrong_time_or_again_opens_anything(
    act: Acting, cast: Cast, ville: Person, phrases: dict[UUID, str]
) -> None:
    act.save()
    act.submit()
    trio = [cast.olli, cast.aino, ville]
    early = DUE - timedelta(minutes=1)
    long_ago = AFTER - WINDOW - timedelta(minutes=1) + timedelta(hours=2)

    def first_then_late() -> None:
        do(act, usecases.request_opening, cast.olli, AFTER, phrase=phrases[cast.olli.id])
        do(
            act,
            usecases.confirm_opening,
            ville,
            long_ago,
            phrase=phrases[ville.id],
            window=WINDOW,
        )

    def same_twice() -> None:
        do(act, usecases.request_opening, ville, phrase=phrases[ville.id])
        do(act, usecases.confirm_opening, ville, phrase=phrases[ville.id], window=WINDOW)

    ways: list[Callable[[], object]] = [
        lambda: open_by(act, cast.olli, cast.aino, phrases, early),
        lambda: do(act, usecases.request_opening, cast.olli, early, phrase=phrases[cast.olli.id]),
        lambda: open_by(act, cast.olli, cast.olli, phrases),
        lambda: open_by(act, cast.paula, cast.olli, phrases),
        lambda: open_by(act, cast.olli, cast.paula, phrases),
        *(
            (
                lambda one=one: open_by(
                    act, one, trio[0] if one != trio[0] else trio[1], {one.id: phrases[one.id]}
                )
            )
            for one in trio
        ),
        lambda: open_by(act, cast.olli, cast.aino, dict.fromkeys(phrases, "0000")),
        same_twice,
        first_then_late,
    ]
    tried = times(len(ways), 10_000)
    denied = 0
    for n in range(tried):
        with pytest.raises(RuleBroken):
            ways[n % len(ways)]()
        denied += 1
    assert opened(act.database) == 0
    with act.database.reading() as session:
        entries = session.scalar(
            select(func.count()).select_from(AuditEntry).where(AuditEntry.outcome == "denied")
        )
        assert entries == denied
        assert session.get_one(Procurement, act.call).state == "published"
    leave("two_open", "attempts", {"attempts": tried, "opened": 0, "denials on record": denied})


def test_nothing_of_an_offer_is_in_the_files_of_the_database(act: Acting) -> None:
    act.save(OfferContent(lots=FULL.lots, answers={"own": "KANARIA-7781", "staff_competence": "x"}))
    act.attach(b"%PDF KANARIA-7782")
    act.submit()
    kept = raw(act.database)
    assert len(kept) > 1000
    assert b"KANARIA" not in kept
    assert b"kuvaus.pdf" not in kept
