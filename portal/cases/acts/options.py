"""The act that uses an option of the contract."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.cases.acts.playing import Playing
from portal.cases.format import Act
from portal.options.usecases import exercise_option


class OptionActs(Playing):
    """Options of a contract in force."""

    def exercise_option(self, session: Session, act: Act) -> None:
        """Use an option of the contract's lot."""
        takes = act.takes
        contract = self.stage.contract(session, takes["contract"])
        lot = next(lot for lot in self.stage.procurement(session).lots if lot.id == contract.lot_id)
        exercise_option(
            session,
            contract=contract,
            option=next(option for option in lot.options if option.key == takes["option"]),
            reason=takes["reason"],
            **self.by(session, act),
        )
