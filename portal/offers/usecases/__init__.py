"""What is done with offers: drafting, submitting, withdrawing, opening."""

from portal.offers.usecases.drafting import (
    attach_file,
    draft_content,
    own_offer,
    remove_file,
    save_offer,
    save_part,
    submitted_content,
)
from portal.offers.usecases.opening import confirm_opening, open_offers, request_opening
from portal.offers.usecases.papers import add_paper, attach_paper, paper_of, remove_paper
from portal.offers.usecases.reminding import remind_of_drafts
from portal.offers.usecases.resealing import confirm_resealing, request_resealing
from portal.offers.usecases.reusing import reuse_answers
from portal.offers.usecases.submitting import confirm_offer, submit_offer, withdraw_offer

__all__ = [
    "add_paper",
    "attach_file",
    "attach_paper",
    "confirm_offer",
    "confirm_opening",
    "confirm_resealing",
    "draft_content",
    "open_offers",
    "own_offer",
    "paper_of",
    "remind_of_drafts",
    "remove_file",
    "remove_paper",
    "request_opening",
    "request_resealing",
    "reuse_answers",
    "save_offer",
    "save_part",
    "submit_offer",
    "submitted_content",
    "withdraw_offer",
]
