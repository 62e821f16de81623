"""How each act of a case is played: by the use-case of the same name, as on the pages."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from portal.cases.acts.calling_off import CallingOffActs
from portal.cases.acts.enrolling import EnrollingActs
from portal.cases.acts.following import FollowingActs
from portal.cases.acts.guiding import GuidingActs
from portal.cases.acts.meeting import MeetingActs
from portal.cases.acts.options import OptionActs
from portal.cases.acts.procuring import ProcuringActs
from portal.cases.acts.recording import RecordingActs
from portal.cases.acts.scoring import ScoringActs
from portal.cases.acts.visiting import VisitingActs
from portal.cases.format import Act

__all__ = ["IN_THOUSANDS", "Acts"]

IN_THOUSANDS = frozenset(
    name
    for kind in (EnrollingActs, FollowingActs, GuidingActs, RecordingActs, VisitingActs)
    for name in vars(kind)
    if not name.startswith("_")
)
"""The acts on people: a case has as many of them as it has participants, and more."""


class Acts(
    ProcuringActs,
    CallingOffActs,
    EnrollingActs,
    GuidingActs,
    RecordingActs,
    MeetingActs,
    FollowingActs,
    OptionActs,
    VisitingActs,
    ScoringActs,
):
    """The acts of one play: each method is named as its act and answers with what was shown."""

    def play(self, session: Session, act: Act) -> list[str] | None:
        """Do one act in the caller's transaction. Raises what its use-case raises."""
        verb: Callable[[Session, Act], list[str] | None] = getattr(self, act.do)
        return verb(session, act)
