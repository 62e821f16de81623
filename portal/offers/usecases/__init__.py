"""What is done with offers: drafting, submitting, withdrawing, opening."""

from portal.offers.usecases.drafting import (
    attach_file,
    draft_content,
    own_offer,
    remove_file,
    save_offer,
    submitted_content,
)
from portal.offers.usecases.opening import confirm_opening, open_offers, request_opening
from portal.offers.usecases.reusing import reuse_answers
from portal.offers.usecases.submitting import submit_offer, withdraw_offer

__all__ = [
    "attach_file",
    "confirm_opening",
    "draft_content",
    "open_offers",
    "own_offer",
    "remove_file",
    "request_opening",
    "reuse_answers",
    "save_offer",
    "submit_offer",
    "submitted_content",
    "withdraw_offer",
]
