"""What the report says of the practices agreed at meetings."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.cases.stage import Stage


def reported_practices(session: Session, stage: Stage) -> dict[str, str]:
    """Every practice by its key: its status by the latest review, or open."""
    return {key: stage.practice(session, key).status for key in stage.practices}
