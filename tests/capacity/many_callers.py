"""One of several processes that call off from one contract at once: how often it was let."""

from __future__ import annotations

import base64
import json
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from sqlalchemy.orm import lazyload

from portal.capacity.usecases import call_off
from portal.config import Settings
from portal.contracts.models import Contract
from portal.database import Database
from portal.organisations.models import Organisation, Person
from portal.shared.errors import RuleBroken
from portal.unit_of_work import unit_of_work

CALLED = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)


def main(url: str, contract: str, office: str, caller: str, times: int, seed: int) -> None:
    """Writes the amount of every call-off that was done, and how many were refused."""
    storage_key = base64.urlsafe_b64encode(bytes(32)).decode()
    settings = Settings(
        database_url=url, secret_key="a key for tests, known to everybody", storage_key=storage_key
    )
    database, random = Database(url, settings=settings), Random(seed)
    # Only the rows that the verb itself asks for: the more acts there are, the more they meet.
    alone = [lazyload("*")]
    done, refused = [], 0
    for n in range(times):
        amount = Decimal(random.randrange(1, 41)) / 2
        try:
            with unit_of_work(database) as session:
                call_off(
                    session,
                    contract=session.get_one(Contract, UUID(contract), options=alone),
                    office=session.get_one(Organisation, UUID(office), options=alone),
                    form="unit_toppis",
                    field="kiinteistöpalvelut",
                    workdays=amount,
                    places=1,
                    by=session.get_one(Person, UUID(caller), options=alone),
                    at=CALLED + timedelta(seconds=n),
                )
            done.append(str(amount))
        except RuleBroken as broken:
            if broken.rule != "capacity_exceeded":
                raise
            refused += 1
    sys.stdout.write(json.dumps({"done": done, "refused": refused}))


if __name__ == "__main__":
    main(*sys.argv[1:5], times=int(sys.argv[5]), seed=int(sys.argv[6]))
