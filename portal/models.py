"""Every room's tables, so that the schema is known whole."""

from portal.audit import models as audit
from portal.contracts import models as contracts
from portal.database import Base
from portal.documents import models as documents
from portal.evaluation import models as evaluation
from portal.jobs import models as jobs
from portal.offers import models as offers
from portal.organisations import models as organisations
from portal.procurement import models as procurement
from portal.soundings import models as soundings
from portal.storage import models as storage
from portal.training_forms import models as training_forms

__all__ = [
    "Base",
    "audit",
    "contracts",
    "documents",
    "evaluation",
    "jobs",
    "offers",
    "organisations",
    "procurement",
    "soundings",
    "storage",
    "training_forms",
]
