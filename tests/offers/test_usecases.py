from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, inspect, select, text

from portal.audit.models import AuditEntry
from portal.audit.record import faults
from portal.database import Database
from portal.documents.catalogue import preview
from portal.documents.render import html_of, render
from portal.jobs.models import Job, OutgoingMail
from portal.models import Base
from portal.offers import usecases
from portal.offers.documents import DOCUMENTS
from portal.offers.models import LotOffer, Offer, OfferVersion, OpenedContent, Opening
from portal.offers.rules import LotPrice, OfferContent, Partner, Promise, Secret
from portal.organisations.models import Organisation
from portal.procurement.models import Procurement
from portal.shared.errors import NotFound, RuleBroken
from portal.storage.models import SealedBlob
from tests.cast import Cast
from tests.offers.conftest import AFTER, DUE, FULL, OPENS, WINDOW, Acting

CANARY = "KANARIALINTU"
SINGING = OfferContent(
    lots={"sea": LotPrice(Decimal("987654.32"))},
    answers={"staff_competence": f"{CANARY}-answer", "own": f"{CANARY}-own"},
    promises=(Promise("own", f"{CANARY}-promise"),),
    secrets=(Secret("own", f"{CANARY}-secret"),),
)


def draft_of(database: Database, call: UUID, cast: Cast) -> tuple[Offer, OfferContent]:
    with database.reading() as session:
        offer = usecases.own_offer(
            session,
            session.get_one(Procurement, call),
            session.get_one(Organisation, cast.river.id),
        )
        assert offer is not None
        return offer, usecases.draft_content(session, offer)


def count(database: Database, model: type[Base]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def rows(database: Database) -> dict[str, list[object]]:
    """Everything in the database but the audit record."""
    with database.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table))]
            for table in Base.metadata.sorted_tables
            if not table.name.startswith(("audit_", "read_"))
        }


def test_a_draft_is_kept_and_replaced(
    act: Acting, database: Database, call: UUID, cast: Cast
) -> None:
    act.save()
    act.save(replace(FULL, answers={"own": "Toisin."}))
    offer, content = draft_of(database, call, cast)
    assert (offer.state, content.answers) == ("draft", {"own": "Toisin."})
    assert count(database, SealedBlob) == 1
    assert count(database, OfferVersion) == 0


def test_submitting_gives_a_receipt_a_letter_and_a_document(
    act: Acting, database: Database
) -> None:
    act.save()
    version = act.submit()
    assert (version.n, version.sha256, version.submitted_at) == (1, FULL.hash(), OPENS)
    assert version.reference.startswith("T-")
    with database.reading() as session:
        assert session.scalars(select(OutgoingMail.letter)).all() == ["offer_submitted"]
        once = f"offer_receipt:{version.id}:fi"
        assert session.scalar(select(Job.id).where(Job.once == once)) is not None


def test_submitting_twice_is_one_offer(act: Acting, database: Database) -> None:
    act.save()
    first = act.submit()
    again = act.submit(at=OPENS + timedelta(minutes=1))
    assert again.id == first.id
    assert count(database, OfferVersion) == 1
    assert count(database, OutgoingMail) == 1


def test_what_was_submitted_leaves_no_draft_behind(
    act: Acting, database: Database, call: UUID, cast: Cast
) -> None:
    act.save()
    act.submit()
    act.save()
    offer, content = draft_of(database, call, cast)
    assert (offer.draft_blob_id, offer.draft_saved_at, content) == (None, None, FULL)


def test_a_changed_draft_replaces_only_when_submitted(
    act: Acting, database: Database, call: UUID, cast: Cast
) -> None:
    act.save()
    first = act.submit()
    other = replace(FULL, answers={**FULL.answers, "own": "Toisin."})
    act.save(other)
    offer, _content = draft_of(database, call, cast)
    assert offer.current_version_id == first.id
    assert offer.draft_blob_id is not None
    second = act.submit()
    assert (second.n, second.sha256) == (2, other.hash())
    assert second.reference != first.reference


def test_submitting_what_was_not_seen_is_refused(act: Acting) -> None:
    act.save()
    with pytest.raises(RuleBroken, match="changed_meanwhile"):
        act.submit(seen="0" * 64)
    assert act.submit(seen=FULL.hash()).n == 1


def test_a_withdrawn_offer_can_be_submitted_again(
    act: Acting, database: Database, call: UUID, cast: Cast
) -> None:
    act.save()
    act.submit()
    act.withdraw()
    offer, content = draft_of(database, call, cast)
    assert (offer.state, content) == ("withdrawn", FULL)
    assert act.submit().n == 2


def test_files_go_with_the_draft_and_stay_with_what_was_submitted(
    act: Acting, database: Database, call: UUID, cast: Cast
) -> None:
    act.save()
    kept, dropped = act.attach(b"kept"), act.attach(b"dropped")

    def remove(file_id: UUID) -> None:
        with database.transaction() as session:
            offer, procurement = (
                session.scalars(select(Offer)).one(),
                session.get_one(Procurement, call),
            )
            by = session.merge(cast.roope, load=False)
            usecases.remove_file(
                session, procurement=procurement, offer=offer, file_id=file_id, by=by, at=OPENS
            )

    remove(dropped)
    with database.reading() as session:
        assert session.get(SealedBlob, dropped) is None
    act.save(replace(FULL, files=()))
    assert [file.id for file in draft_of(database, call, cast)[1].files] == [kept]
    act.submit()
    remove(kept)
    with database.reading() as session:
        assert session.get(SealedBlob, kept) is not None
    assert draft_of(database, call, cast)[1].files == ()
    with pytest.raises(NotFound):
        remove(kept)


def test_an_offer_takes_so_many_files_and_no_more(act: Acting) -> None:
    act.save()
    for n in range(3):
        act.attach(b"%d" % n)
    with pytest.raises(RuleBroken, match="too_many_files"):
        act.attach(b"x")


REFUSED: dict[str, tuple[Callable[[Acting], object], str]] = {
    "saving for another provider": (
        lambda act: act.save(provider=act.cast.shore),
        "not_permitted",
    ),
    "saving as the buyer": (lambda act: act.save(by=act.cast.olli), "not_permitted"),
    "saving too late": (lambda act: act.save(at=DUE + timedelta(seconds=1)), "deadline_passed"),
    "saving a price of nothing": (
        lambda act: act.save(replace(FULL, lots={"sea": LotPrice(Decimal(0))})),
        "price_not_above_zero",
    ),
    "saving a passage that is not there": (
        lambda act: act.save(replace(FULL, secrets=(Secret("own", "r", "Aloitamme heti."),))),
        "passage_not_found",
    ),
    "saving a partner without a name": (
        lambda act: act.save(replace(FULL, subcontractors=(Partner(""),))),
        "name_missing",
    ),
    "submitting for another provider": (
        lambda act: act.submit(provider=act.cast.shore),
        "not_permitted",
    ),
    "submitting too late": (
        lambda act: act.submit(at=DUE + timedelta(seconds=1)),
        "deadline_passed",
    ),
    "submitting nothing": (
        lambda act: act.submit(by=act.cast.sanna, provider=act.cast.shore),
        "offer_incomplete",
    ),
    "withdrawing too late": (
        lambda act: act.withdraw(at=DUE + timedelta(seconds=1)),
        "deadline_passed",
    ),
    "withdrawing another's": (lambda act: act.withdraw(by=act.cast.sanna), "not_permitted"),
    "attaching too late": (
        lambda act: act.attach(b"x", at=DUE + timedelta(seconds=1)),
        "deadline_passed",
    ),
    "starting the opening at the deadline": (
        lambda act: act.request_opening(act.cast.olli, DUE),
        "before_deadline",
    ),
    "starting the opening as a decision maker": (
        lambda act: act.request_opening(act.cast.paula),
        "not_permitted",
    ),
    "confirming what nobody started": (
        lambda act: act.confirm_opening(act.cast.aino),
        "second_opener_required",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_act_changes_nothing_and_is_recorded(
    name: str, act: Acting, database: Database
) -> None:
    attempt, rule = REFUSED[name]
    act.save()
    act.submit()
    before = rows(database)
    with pytest.raises(RuleBroken) as refused:
        attempt(act)
    assert refused.value.rule == rule
    assert rows(database) == before
    with database.reading() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert last is not None
        assert (last.outcome, last.rule, last.facts) == ("denied", rule, {})
        assert faults(session) == []


def test_the_deadlines_own_second_still_takes_an_offer(act: Acting) -> None:
    act.save(at=DUE)
    assert act.submit(at=DUE + timedelta(milliseconds=900)).n == 1


def test_an_unknown_lot_is_not_found(act: Acting) -> None:
    with pytest.raises(NotFound):
        act.save(OfferContent(lots={"nowhere": LotPrice(Decimal(1))}))


def test_a_call_not_yet_published_takes_no_offers(
    act: Acting, database: Database, call: UUID
) -> None:
    with database.transaction() as session:
        session.get_one(Procurement, call).state = "draft"
    with pytest.raises(RuleBroken, match="wrong_state"):
        act.save()


def test_two_openers_open_everything_together(
    act: Acting, database: Database, call: UUID, cast: Cast
) -> None:
    act.save()
    act.submit()
    act.save(replace(FULL, answers={**FULL.answers, "own": "Ei lähetetty."}))
    act.save(by=cast.sanna, provider=cast.shore)
    act.open()
    with database.reading() as session:
        opening = session.scalars(select(Opening)).one()
        assert (opening.first_id, opening.second_id) == (cast.olli.id, cast.aino.id)
        assert opening.opened_at == AFTER
        prices = {lot.price for lot in session.scalars(select(LotOffer))}
        assert prices == {Decimal("58.50"), Decimal(61)}
        opened = session.scalars(select(OpenedContent)).one()
        assert opened.content["answers"] == FULL.answers
        assert session.get_one(Procurement, call).state == "opened"
        assert session.scalar(select(Job.id).where(Job.once == f"opening_record:{call}:fi"))


def test_a_withdrawn_offer_stays_sealed(act: Acting, database: Database) -> None:
    act.save()
    act.submit()
    act.withdraw()
    act.open()
    assert count(database, OpenedContent) == 0


def test_the_same_opener_cannot_confirm(act: Acting, cast: Cast, database: Database) -> None:
    act.request_opening(cast.olli)
    with pytest.raises(RuleBroken, match="second_opener_required"):
        act.confirm_opening(cast.olli)
    assert count(database, LotOffer) == 0


def test_the_second_opener_must_follow_in_time(act: Acting, cast: Cast) -> None:
    act.request_opening(cast.olli)
    late = AFTER + WINDOW + timedelta(seconds=1)
    with pytest.raises(RuleBroken, match="opening_expired"):
        act.confirm_opening(cast.aino, late)
    act.request_opening(cast.aino, late)
    act.confirm_opening(cast.olli, late + WINDOW)


def test_offers_are_opened_once(act: Acting, cast: Cast) -> None:
    act.open()
    with pytest.raises(RuleBroken, match="wrong_state"):
        act.request_opening(cast.olli)


def test_every_act_is_on_record(act: Acting, database: Database, cast: Cast, call: UUID) -> None:
    act.save()
    version = act.submit()
    act.open()
    with database.reading() as session:
        entries = session.scalars(
            select(AuditEntry).where(AuditEntry.chain == str(call)).order_by(AuditEntry.n)
        ).all()
        assert [entry.act for entry in entries] == [
            "draft_procurement",
            "publish",
            "save_offer",
            "submit_offer",
            "request_opening",
            "confirm_opening",
            "open_offers",
        ]
        assert next(e for e in entries if e.act == "submit_offer").facts == {
            "version": str(version.id),
            "sha256": version.sha256,
        }
        assert faults(session) == []


def everything_written(database: Database) -> bytes:
    """The database's files, or every value of every column where there are none."""
    if database.url.startswith("sqlite"):
        file = Path(database.url.removeprefix("sqlite:///"))
        return b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))
    found: list[str] = []
    with database.engine.connect() as connection:
        for table in inspect(database.engine).get_table_names():
            found += connection.scalars(text(f'SELECT "{table}"::text FROM "{table}"'))
    return "\n".join(found).encode()


def test_nothing_of_an_offer_can_be_read_from_the_database_before_the_opening(
    act: Acting, database: Database
) -> None:
    act.save(SINGING)
    act.attach(f"{CANARY}-file".encode(), name=f"{CANARY}.pdf")
    act.submit()
    act.save(replace(SINGING, answers={"own": f"{CANARY}-draft"}))
    written = everything_written(database)
    assert CANARY.encode() not in written
    assert CANARY.encode().hex().encode() not in written
    assert b"987654.32" not in written
    act.open()
    assert CANARY.encode() in everything_written(database)


def test_the_receipt_and_the_opening_record_are_made_of_what_they_need(
    act: Acting, database: Database, call: UUID
) -> None:
    forest = Partner("Metsäopisto", "2000001-6", f"{CANARY}-part")
    rooms = Partner("Koulutustilat Oy", part=f"{CANARY}-part")
    act.save(replace(SINGING, consortium=(forest,), subcontractors=(rooms,)))
    act.attach(b"some bytes", name="kuvaus.pdf")
    version = act.submit()
    with database.reading() as session:
        receipt = DOCUMENTS["offer_receipt"](session, version.id, "fi")
    page = html_of("offer_receipt", "fi", receipt)
    assert version.sha256 in page
    assert version.reference in page
    assert "kuvaus.pdf" in page
    assert "Metsäopisto (2000001-6)" in page
    assert "Koulutustilat Oy" in page
    assert CANARY not in page
    assert render("offer_receipt", "sv", receipt).pages >= 1
    act.open()
    with database.reading() as session:
        record = DOCUMENTS["opening_record"](session, call, "fi")
    page = html_of("opening_record", "fi", record)
    assert version.sha256 in page
    assert "Metsäopisto (2000001-6)" in page
    assert "Olli Ostaja" in page
    assert "Aino Avaaja" in page
    assert "987" not in page.replace(version.sha256, "")


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_builder_gives_what_the_preview_promises(
    kind: str, act: Acting, database: Database, call: UUID
) -> None:
    partners = (Partner("Metsäopisto", "2000001-6", "Pohjoinen seutu"),)
    act.save(replace(FULL, consortium=partners, subcontractors=partners))
    act.attach(b"some bytes")
    version = act.submit()
    act.open()
    with database.reading() as session:
        built = DOCUMENTS[kind](session, version.id if kind == "offer_receipt" else call, "fi")
    # No amendment left an offer sealed here; the record that has one is in test_confirming.
    shown = preview(kind, "fi") | ({"left_sealed": []} if "left_sealed" in built else {})
    assert _shape(built) == _shape(shown)


def _shape(value: object) -> object:
    if isinstance(value, dict):
        # A name has the languages that it has.
        if set(value) <= {"fi", "sv", "en"}:
            return "name"
        return {
            key: "text or null" if key == "business_id" else _shape(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_shape(inner) for inner in value[:1]]
    return type(value).__name__
