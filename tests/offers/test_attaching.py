"""Files beside one another in one offer: twice the same, the same name, all of them together."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.database import Database
from portal.offers import usecases
from portal.offers.attachments import MEGABYTE
from portal.offers.models import Offer
from portal.offers.rules import OfferFile
from portal.offers.usecases.drafting import require_room
from portal.shared.errors import RuleBroken
from tests.offers.conftest import Acting


def test_the_same_file_is_in_an_offer_once(act: Acting) -> None:
    act.save()
    act.attach(b"x", name="kuvaus.pdf")
    with pytest.raises(RuleBroken, match="file_twice") as refused:
        act.attach(b"x", name="toinen.pdf")
    assert refused.value.facts == {"name": "kuvaus.pdf"}


def test_another_file_of_the_same_name_gets_a_number(act: Acting, database: Database) -> None:
    act.save()
    act.attach(b"x", name="kuvaus.pdf")
    act.attach(b"y", name="Kuvaus.pdf")
    with database.reading() as session:
        offer = session.scalars(select(Offer)).one()
        names = [file.name for file in usecases.draft_content(session, offer).files]
    assert names == ["kuvaus.pdf", "Kuvaus (2).pdf"]


def test_the_files_of_an_offer_are_limited_together() -> None:
    half = OfferFile(uuid4(), "a.pdf", "application/pdf", MEGABYTE // 2, "a")
    require_room((half,), MEGABYTE // 2, "b", 3, 1)
    with pytest.raises(RuleBroken, match="files_too_large_together") as refused:
        require_room((half,), MEGABYTE // 2 + 1, "b", 3, 1)
    assert (refused.value.field, refused.value.facts) == ("file", {"megabytes": 1})
