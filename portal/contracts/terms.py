"""What a contract is made from: pinned when it is concluded, so that it can be made again."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from portal.config import settings_of
from portal.documents.catalogue import kinds
from portal.documents.clauses import chosen, versions
from portal.organisations.models import Organisation


def made_from(session: Session, buyer: Organisation, provider: Organisation) -> dict[str, Any]:
    """What a contract concluded now keeps, whatever changes in the portal later.

    The versions of the clauses with their hashes, the parameters, the parties' names, the portal's
    address, and the version of the document's form.
    """
    settings = settings_of(session)
    return {
        "form": kinds()["contract"].version,
        "clauses": versions(),
        "parameters": chosen(settings.contract_parameters),
        "buyer": _party(buyer),
        "provider": _party(provider),
        "portal_address": settings.base_url,
    }


def _party(organisation: Organisation) -> dict[str, Any]:
    return {"name": dict(organisation.name), "business_id": organisation.business_id}
