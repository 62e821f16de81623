"""Draw-downs from one contract by many processes at once: nothing beyond the maximum or lost.

python -m tests.chaos.draw_downs --database both --draws 10000 --workers 16
"""

from __future__ import annotations

import sys
from decimal import Decimal
from random import Random

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from portal.audit.record import faults
from portal.capacity.ledger import balance_of
from portal.capacity.models import CallOff
from portal.config import Settings
from portal.contracts.models import Contract
from portal.installation import Installation
from portal.shared.errors import RuleBroken
from tests.chaos import ground as grounds
from tests.chaos.command import Asked, Figures, run
from tests.chaos.ground import Ground
from tests.chaos.kills import draw, whole_call_offs
from tests.chaos.processes import Tell, fork

# Of the training that is there before.
RESERVED = Decimal(3000)
# A draw is of so many at most, so less than that may be left.
MOST = Decimal(20)


def trial(settings: Settings, asked: Asked) -> Figures:
    """Draw until each process has done its share; about half of it fits."""
    random = Random(asked.seed)
    room = asked.times * 5
    ground = grounds.lay_ground(settings, capacity=room + int(RESERVED))
    installation = ground.install()
    installation.close()
    share = asked.times // asked.workers
    seeds = [random.randrange(2**32) for _worker in range(asked.workers)]
    processes = [
        fork(lambda tell, seed=seed: _draw(ground, installation, asked, share, seed, tell))
        for seed in seeds
    ]
    told = [one for process in processes for one in process.wait()]
    done = [one for one in told if "key" in one]
    with installation.database.reading() as session:
        keys = whole_call_offs(session, ground, [one["key"] for one in done])
        # One is the training's, that was there before.
        assert len(keys) == len(done) + 1, "a place was drawn of which nobody was told"
        places = session.scalars(select(CallOff.places)).all()
        balance = balance_of(session, session.get_one(Contract, ground.contract))
        drawn = sum((Decimal(one["amount"]) for one in done), Decimal(0))
        assert balance.reserved == drawn <= room
        refused = sum("refused" in one for one in told)
        assert not refused or balance.remaining < MOST
        assert faults(session) == []
    installation.close()
    return {
        "draw-downs": len(told),
        "workers": asked.workers,
        "done": len(done),
        "refused": refused,
        "turned away": len(told) - len(done) - refused,
        "overdrawn": 0,
        "places lost": sum(places) - 5 - len(done),
    }


def _draw(
    ground: Ground, installation: Installation, asked: Asked, share: int, seed: int, tell: Tell
) -> None:
    random = Random(seed)
    for _time in range(share):
        if not asked.goes_on:
            return
        try:
            draw(ground, installation, random, tell)
        except RuleBroken as broken:
            if broken.rule != "capacity_exceeded":
                raise
            tell(refused=True)
        except OperationalError:
            # SQLite lets one write at a time; who has waited too long is turned away with a 503.
            tell(turned_away=True)


def main() -> int:
    """The long trial."""
    return run(
        "capacity_never_overdrawn",
        "draw_downs",
        trial,
        times=10_000,
        minutes=8,
        name="draws",
        workers=16,
    )


if __name__ == "__main__":
    sys.exit(main())
