"""What is done with a call: drafting, publishing, amending, asking and answering, appointing."""

from portal.procurement.usecases.amending import Told, amend, told_of_amendments
from portal.procurement.usecases.asking import answer, ask
from portal.procurement.usecases.drafting import (
    change_procurement,
    copy_procurement,
    draft_from_sounding,
    draft_procurement,
)
from portal.procurement.usecases.evaluators import appoint_evaluator, appointed, appointed_people
from portal.procurement.usecases.moving import note_decided, note_decided_anew, note_opened
from portal.procurement.usecases.openers import (
    name_openers,
    openers_with_keys,
    require_keys,
)
from portal.procurement.usecases.publishing import publish

__all__ = [
    "Told",
    "amend",
    "answer",
    "appoint_evaluator",
    "appointed",
    "appointed_people",
    "ask",
    "change_procurement",
    "copy_procurement",
    "draft_from_sounding",
    "draft_procurement",
    "name_openers",
    "note_decided",
    "note_decided_anew",
    "note_opened",
    "openers_with_keys",
    "publish",
    "require_keys",
    "told_of_amendments",
]
