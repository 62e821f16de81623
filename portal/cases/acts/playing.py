"""What every act of a play works with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.cases.format import Act
from portal.cases.stage import Stage
from portal.config import Settings


class Playing:
    """The stage and the settings of one play."""

    def __init__(self, stage: Stage, settings: Settings) -> None:
        self.stage = stage
        self.settings = settings

    @property
    def chain(self) -> UUID:
        """The record on which nearly every act of the play is kept."""
        assert self.stage.procurement_id is not None
        return self.stage.procurement_id

    def who(self, session: Session, act: Act) -> dict[str, Any]:
        """Who acts on the procurement, and when."""
        return {"procurement": self.stage.procurement(session), **self.by(session, act)}

    def by(self, session: Session, act: Act) -> dict[str, Any]:
        """Who acts, and when."""
        return {"by": self.stage.person(session, act.by), "at": act.at}
