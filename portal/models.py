"""Every room's tables, so that the schema is known whole."""

from portal.accessibility import models as accessibility
from portal.audit import models as audit
from portal.capacity import models as capacity
from portal.capacity.arrangements import models as arrangements
from portal.capacity.groups import models as groups
from portal.contracts import models as contracts
from portal.database import Base
from portal.documents import models as documents
from portal.enrolments import models as enrolments
from portal.enrolments.guidance import models as guidance
from portal.enrolments.plans import models as plans
from portal.enrolments.workplaces import models as workplaces
from portal.evaluation import models as evaluation
from portal.feedback import models as feedback
from portal.feedback.panels import models as panels
from portal.finding import models as finding
from portal.guides import models as guides
from portal.indicators import models as indicators
from portal.jobs import models as jobs
from portal.meetings import models as meetings
from portal.offers import models as offers
from portal.options import models as options
from portal.organisations import models as organisations
from portal.privacy import models as privacy
from portal.procurement import models as procurement
from portal.provider_cards import models as provider_cards
from portal.reports.programme import models as programme
from portal.scorecards import models as scorecards
from portal.scorecards.plans import models as improvement
from portal.soundings import models as soundings
from portal.storage import models as storage
from portal.training_forms import models as training_forms
from portal.waiting import models as waiting
from portal.workdays import models as workdays

__all__ = [
    "Base",
    "accessibility",
    "arrangements",
    "audit",
    "capacity",
    "contracts",
    "documents",
    "enrolments",
    "evaluation",
    "feedback",
    "finding",
    "groups",
    "guidance",
    "guides",
    "improvement",
    "indicators",
    "jobs",
    "meetings",
    "offers",
    "options",
    "organisations",
    "panels",
    "plans",
    "privacy",
    "procurement",
    "programme",
    "provider_cards",
    "scorecards",
    "soundings",
    "storage",
    "training_forms",
    "waiting",
    "workdays",
    "workplaces",
]
