"""What an offer is asked to declare, and what of its answers is secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.offers.rules import DECLARED_ALWAYS, OfferContent, pieces_of, secrets_of
from portal.procurement.models import Procurement


@dataclass(frozen=True)
class DeclarationAsked:
    """One thing to declare: a requirement of the call by its title, or what everybody is asked.

    ``evidence`` is how a requirement is shown to be met.
    """

    key: str
    title: Mapping[str, str] | None = None
    evidence: Mapping[str, str] = field(default_factory=dict)


def asked_of(procurement: Procurement) -> list[DeclarationAsked]:
    """What every bidder is asked to declare, then the requirements of the call."""
    return [
        *(DeclarationAsked(key) for key in DECLARED_ALWAYS),
        *(
            DeclarationAsked(f"requirement:{one.key}", one.title, one.evidence)
            for one in procurement.requirements
        ),
    ]


def answer_pieces(content: OfferContent, criterion: str) -> list[tuple[str, bool]]:
    """The answer to a criterion in pieces, each with whether it is a trade secret."""
    answer = content.answers.get(criterion, "")
    secrets = secrets_of(content, criterion)
    if any(not secret.passage.strip() for secret in secrets):
        return [(answer, True)] if answer else []
    return pieces_of(answer, [secret.passage for secret in secrets])
