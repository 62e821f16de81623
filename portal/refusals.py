"""The words for every refusal: one table from the rule's name to a sentence for the reader.

The names above the line are those of the case files; those below are the portal's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.language.formats import money
from portal.shared.errors import RuleBroken
from portal.shared.names import name_in
from portal.web.language import current_language

REFUSALS: dict[str, Any] = {
    "not_permitted": _l("Your role does not allow this."),
    "wrong_state": _l("This cannot be done at this stage."),
    "call_incomplete": _l(
        "The call is not complete. It needs at least one lot and one criterion, deadlines ahead"
        " of now, and a contract that ends after it starts."
    ),
    "weights_not_100": _l("The weights of the price and the criteria must add up to 100."),
    "questions_closed": _l("The time for questions is over."),
    "deadline_passed": _l("The deadline for offers has passed."),
    "reason_missing": _l("Give a reason."),
    "offer_incomplete": _l(
        "The offer is not complete. Price at least one lot and answer every criterion."
    ),
    "sealed": _l("The offers are sealed until they have been opened."),
    "before_deadline": _l("Offers can be opened only after the deadline."),
    "clock_in_doubt": _l(
        "The portal's clock has been set or differs from that of its database, so nobody knows for"
        " sure that the deadline has passed. Ask the operator to check it, then try again."
    ),
    "second_opener_required": _l("Two different openers are needed to open the offers."),
    "not_opened": _l("The offers have not been opened yet."),
    "interests_undeclared": _l("Declare your interests first."),
    "conflict_of_interest": _l(
        "You have declared a conflict of interest, so you may not handle these offers."
    ),
    "handed_in": _l("The assessment has been handed in and can no longer be changed."),
    "points_off_scale": _l("The points must be whole numbers on the scale of the call."),
    "assessments_missing": _l("Not every assessment has been handed in."),
    "scores_missing": _l("Not every offer has been judged and scored yet."),
    "not_first": _l("This offer is not the first in the ranking."),
    "decision_incomplete": _l("The decision is not complete. It still lacks: %(missing)s."),
    "contract_in_force": _l("A contract is already in force."),
    "not_awarded": _l("The lot has not been awarded to this provider by an issued decision."),
    "standstill_running": _l("The standstill is still running."),
    "appeal_pending": _l("An appeal is pending."),
    "contract_not_in_force": _l("The contract is not in force."),
    "start_up_meeting_missing": _l("The start-up meeting has not been held."),
    "workplaces_unconfirmed": _l("Fewer workplaces have been confirmed than there are places."),
    "minimum_group": _l("The group is smaller than the lot's minimum. Give a reason."),
    "capacity_exceeded": _l("There is not enough capacity left."),
    "outside_contract": _l("The day is outside the contract's period."),
    "training_started": _l("The training has already started."),
    "selection_incomplete": _l(
        "The selection is not complete. Everybody needs an interview, and both a trainer and a"
        " course sponsor must take part."
    ),
    "training_full": _l("There are more people than places."),
    "not_selected": _l("Only people who have been selected can start."),
    "period_closed": _l("The workdays of this month have already been accepted."),
    "not_started": _l("The person has not started in this training."),
    "group_too_small": _l("Fewer than five have started, so this cannot be reported."),
    "not_in_contract": _l("The contract does not include this."),
    "after_guidance_window_passed": _l("The time for after-guidance has passed."),
    "after_guidance_hours_exceeded": _l("There are not enough hours of after-guidance left."),
    "option_used_up": _l("The option has been used up."),
    "option_notice_passed": _l("The last day for giving notice of the option has passed."),
    "option_condition_unmet": _l("The condition of the option is not met."),
    "answer_time_running": _l("The provider still has time to answer."),
    "evidence_unfit": _l(
        "Choose an indicator of this scorecard, write words, or give an address that begins with"
        " https:// or, for a page of the portal, with /."
    ),
    # -----
    "openers_without_keys": _l(
        "The call needs %(needed)s openers who have a key, and has %(have)s. Each opener makes the"
        " key on a page of their own account."
    ),
    "opener_phrase_wrong": _l("The key phrase is not right."),
    "opener_phrase_wait": _l("Too many wrong key phrases. Try again in %(minutes)s minutes."),
    "opener_without_part": _l(
        "You have no part of the key of this procurement. Two of those who have one can open the"
        " offers, or seal the key anew so that you have one too."
    ),
    "openers_unknown": _l("Choose only openers of the buyer."),
    "view_unnamed": _l("Give the view a name of at most 60 characters."),
    "view_shows_all": _l(
        "There is nothing to keep: the list is neither narrowed nor sorted. Choose first, then keep"
        " the view."
    ),
    "views_full": _l("There are as many views of this list as can be kept. Delete one first."),
    "not_found": _l("There is no such thing, or it is not yours to see."),
    "cannot_pool": _l(
        "This cannot join the group: the provider, the form and field of training, the unit and"
        " the price model must be the same, and not a fixed sum per period."
    ),
    "group_closed": _l("The group no longer takes anybody."),
    "joined_group": _l(
        "This call-off has joined another office's group. Confirm the group's first call-off."
    ),
    "ranked_contract": _l(
        "The contract is one of several that are ranked. Call off through the ranking."
    ),
    "ranking_exhausted": _l("No provider of the ranking has enough capacity left."),
    "bidding_over": _l("The time for bids is over."),
    "bidding_runs": _l("Bids can still be made. The best is chosen after the deadline."),
    "price_above_contract": _l("The price must be above zero and at most that of the contract."),
    "no_stops": _l("Choose at least one workplace, or write another."),
    "instructor_missing": _l("Give the name of the workplace instructor."),
    "field_not_in_lot": _l("The lot of the contract does not include this field of training."),
    "workplace_taken": _l("Somebody else is at this workplace on some of these days."),
    "placed_elsewhere": _l("The person is at another workplace on some of these days."),
    "workplace_in_use": _l("Somebody is placed at this workplace now or later."),
    "decision_number_wrong": _l(
        "Give only the decision's own number, with digits and without spaces. No personal identity"
        " code and no other text."
    ),
    "guidance_before_end": _l(
        "Hours can be used from the day on which the training ended for the person."
    ),
    "not_an_office": _l("Only an employment office can be named to use a contract."),
    "last_user": _l(
        "This is the only office named. Name another one first: a contract that names none is open"
        " to every office."
    ),
    "ground_unknown": _l("Choose one of the grounds of the contract."),
    "nothing_changed": _l("Nothing has been changed."),
    "capacity_disordered": _l(
        "The capacity must be in order: the minimum at most the estimate, the estimate at most the"
        " maximum, and the maximum above zero."
    ),
    "day_ahead": _l("The day cannot be in the future."),
    "people_missing": _l("Give the number of people, at least one."),
    "need_used": _l("A buyer already builds on this need, so it can no longer be changed."),
    "field_unknown": _l("Choose one of the fields of the list."),
    "unit_known": _l("The list of this field already has a unit of this name."),
    "stage_missing": _l("Choose at least one stage of the path."),
    "region_missing": _l("Choose at least one region, or the whole country."),
    "entry_unknown": _l("Choose from the list, and at most 30."),
    "contact_missing": _l("Give a telephone number or an e-mail address."),
    "address_unusable": _l("Write the web address from its beginning, https:// included."),
    "keeper_elsewhere": _l("Choose somebody who works for the provider."),
    "sounding_incomplete": _l(
        "The sounding is not complete. It needs a title and a description in Finnish, and a last"
        " moment for answers that is still ahead."
    ),
    "comments_closed": _l("The time for answers is over."),
    "use_not_permitted": _l("This criterion may not be used in that way."),
    "shared_criterion_missing": _l(
        "The call follows a criteria set of the bank, whose criteria all stay. Give this one a"
        " weight, or choose the criteria freely."
    ),
    "scale_differs": _l(
        "A criterion describes other points than the call's scale has. Change the scale, or the"
        " criterion."
    ),
    "above_decision_limit": _l(
        "The decision commits the buyer to %(value)s, which is above your limit of %(limit)s."
        " Somebody with a higher limit must issue it."
    ),
    "prices_opened": _l("The prices have been opened, so this can no longer be changed."),
    "prices_sealed": _l("The prices are sealed until the quality of every offer has been scored."),
    "explanation_missing": _l(
        "Ask the bidder to explain the unusually low price first, and wait for the answer or for"
        " its last moment."
    ),
    "price_not_low": _l("By the measure of the call this price is not unusually low."),
    "answer_time_passed": _l("The time to answer has passed."),
    "due_not_ahead": _l("Give a moment that is still ahead."),
    "text_missing": _l("Write the text."),
    "who_missing": _l("Choose a person, or write whose task it is."),
    "not_of_party": _l("The person belongs to neither party of the plan."),
    "about_unknown": _l("Choose one of the indicators and criteria."),
    "days_disordered": _l("The last day must not be before the first."),
    "opening_expired": _l(
        "The second opener did not follow in time. Start the opening of the offers again."
    ),
    "item_unknown": _l("Choose from 1 to 5 for what is asked, or leave it empty."),
    "nobody_to_ask": _l("Nobody of your office has started in this training yet."),
    "owner_unfit": _l("Choose one of the provider's trainers or of the buyer's officers."),
    "due_passed": _l("Give today or a later day."),
    "panel_trainings_missing": _l("Choose at least one training."),
    "panel_of_one_buyer": _l("Choose trainings of one buyer only."),
    "email_taken": _l("There is already an account with this e-mail address."),
    "business_id_wrong": _l("Check the business ID. Its check digit does not match."),
    "business_id_taken": _l("There is already an organisation with this business ID."),
    "link_expired": _l("The link has expired or has already been used. Ask for a new one."),
    "log_in_wrong": _l("The e-mail address or the password is wrong."),
    "too_many_messages": _l("Many messages have come just now. Try again in %(minutes)s min."),
    "log_in_wait": _l("Too many wrong attempts. Try again in %(minutes)s min."),
    "code_wrong": _l("The code is wrong or no longer in force."),
    "code_used": _l("This code has been used already. Wait until the application shows the next."),
    "code_wait": _l("Too many wrong codes. Try again in %(minutes)s min."),
    "second_factor_off": _l("Two-step log-in is not in use."),
    "second_factor_needed": _l("Your role requires two-step log-in, so it cannot be switched off."),
    "factor_of_oneself": _l(
        "You cannot reset your own two-step log-in. Change the device in your account, or ask"
        " another administrator."
    ),
    "role_for_oneself": _l("You cannot give roles to yourself. Ask another administrator."),
    "role_of_oneself": _l("You cannot take roles away from yourself. Ask another administrator."),
    "provider_down": _l(
        "The log-in service does not answer. Try again in a moment, or log in with your password."
    ),
    "provider_refused": _l("The log-in service did not confirm who you are. Log in again."),
    "provider_email_unconfirmed": _l(
        "The log-in service has not confirmed your e-mail address, so your account cannot be found"
        " by it. Log in with your password."
    ),
    "provider_account_unknown": _l(
        "There is no account here for whom you logged in as. Ask for an invitation, or log in with"
        " your password."
    ),
    "provider_other_person": _l(
        "You logged in as somebody else. Show who you are with the account that you are using now."
    ),
    "email_wrong": _l("Write the e-mail address in full, such as name@example.fi."),
    "email_unconfirmed": _l(
        "Confirm your e-mail address first, by the link in the message that we sent you. If the"
        " link has expired, choose a new password."
    ),
    "name_missing": _l("Fill in the name."),
    "kind_missing": _l("Choose at least one kind."),
    "roles_missing": _l("Choose at least one role."),
    "role_wrong_for_kind": _l("The organisation is not of a kind that has this role."),
    "account_closed": _l("The account has been closed."),
    "language_unknown": _l("Choose one of the languages."),
    "password_wrong": _l("The password is wrong."),
    "password_long": _l("Choose a password of at most 1,000 characters."),
    "password_common": _l("This password is too common and easy to guess. Choose another."),
    "password_personal": _l("The password must not be your e-mail address."),
    "password_short": _l("Choose a password of at least 12 characters."),
    "price_not_above_zero": _l("The price must be above zero."),
    "fee_below_zero": _l("The coordination fee may not be below zero."),
    "alone_with_others": _l("Take the others away, or do not say that you offer alone."),
    "passage_not_found": _l(
        "This passage is not in the answer. Copy the very words of the answer or of a promise."
    ),
    "passage_short": _l("Mark a passage of at least %(least)s characters."),
    "secret_reason_missing": _l("Say why this is a trade secret."),
    "title_missing": _l("Write the title."),
    "ends_before_start": _l("The last day may not be before the first."),
    "file_too_large": _l("The file is larger than %(megabytes)s megabytes, the most accepted."),
    "file_unpacks_too_large": _l(
        "The file is packed so tightly that opening it would take too much room. Unpacked it may"
        " be at most %(megabytes)s megabytes. Save it again without large unused parts."
    ),
    "file_too_many_pages": _l("The file has %(pages)s pages. At most %(most)s are accepted."),
    "file_too_many_cells": _l(
        "The workbook has more than %(most)s filled cells, the most accepted."
    ),
    "file_too_many_pixels": _l(
        "The picture has more than %(most)s million pixels, the most accepted. Save it smaller."
    ),
    "file_type": _l(
        "Files of this type are not accepted. Send a PDF, Word (docx), Excel (xlsx), PNG or JPEG"
        " file."
    ),
    "file_content_differs": _l(
        "The content of the file is not what the end of its name says. Save it again in that form."
    ),
    "file_macros": _l("The file has macros. Save it without them and send it again."),
    "file_encrypted": _l(
        "The file is encrypted, or a password restricts its use. Save it without and send it again."
    ),
    "file_unreadable": _l("The file cannot be read. It may be damaged or cut off."),
    "file_active": _l(
        "The file carries something that acts by itself or comes from elsewhere: a script, another"
        " file inside it, or a link that loads data. Save it without, for instance by printing it"
        " to a new PDF."
    ),
    "file_check_slow": _l(
        "Checking the file took too long, so it was not taken. Save it again in a simpler form or"
        " in several files."
    ),
    "file_check_memory": _l(
        "Checking the file would take too much memory, so it was not taken. Save it smaller or in"
        " several files."
    ),
    "file_check_failed": _l(
        "The file could not be checked, so it was not taken. Save it again and try once more."
    ),
    "file_check_busy": _l(
        "Many files are being checked just now, so this one was not taken. Send it again in a"
        " moment."
    ),
    "too_many_files": _l("The offer already has %(most)s files, the most accepted."),
    "file_twice": _l("This very file is already in the offer, under the name %(name)s."),
    "files_too_large_together": _l(
        "With this file the files of the offer would be larger than %(megabytes)s megabytes"
        " together, the most accepted."
    ),
    "nothing_chosen": _l("Choose at least one answer or promise to take."),
    "answer_in_draft": _l(
        "The draft already has an answer to one of these. Tick that it is to be replaced, or leave"
        " it out."
    ),
    "too_many_promises": _l("An offer may have at most %(most)s promises."),
    "changed_meanwhile": _l(
        "Somebody changed this while you were working on it. Look at the newest version first."
    ),
    "no_seal_certificate": _l("This installation has no certificate to seal documents with."),
    "already_sealed": _l("There is a sealed copy of this document already."),
    "reference_taken": _l("The buyer already has a procurement with this reference."),
    "cpv_unknown": _l(
        "%(code)s cannot be a CPV code, or is given twice. A code has eight digits, such as"
        " 80500000-9."
    ),
    "key_taken": _l("This key is already in use in the call. Choose another."),
    "not_an_evaluator": _l("This person does not hold the role of an evaluator."),
    "document_not_ready": _l("The contract's document is still being made. Try again shortly."),
    "identity_code": _l(
        "Do not write a personal identity code here. Use your office's own key of the person."
    ),
    "applied_already": _l("Your office has already referred this person to the training."),
    "more_than_started": _l(
        "No count can be larger than the number of those who started, %(started)s."
    ),
    "minutes_not_ready": _l("The minutes are still being made. Try again shortly."),
    "line_owner_missing": _l("Choose who takes care of this."),
    "practice_text_missing": _l("Write what was agreed, or leave the day empty."),
    "guest_unknown": _l(
        "Nobody with this address is a course sponsor of an office that may use the contract:"
        " %(emails)s"
    ),
    "meeting_not_ahead": _l("Give a moment that is still ahead."),
    "meeting_ends_wrong": _l(
        "The meeting must end after it begins, and within twenty-four hours of it."
    ),
    "duties_combined": _l("One person may not hold both of these duties in one procurement."),
    "month_not_over": _l("The month is not over. Its invoice can be issued after its last day."),
    "sheet_type": _l("Choose an XLSX or CSV file."),
    "book_type": _l("Choose an XLSX file."),
    "file_too_much_text": _l(
        "The texts of the file are too long together. Write the longest of them on the pages."
    ),
    "offer_sheet_unknown": _l(
        "This is not a file that was downloaded from this portal for an offer, or its hidden sheet"
        " is gone. Download the file anew and copy your texts into it."
    ),
    "offer_sheet_of_other_call": _l("This file was downloaded for another call."),
    "offer_sheet_of_other_provider": _l("This file was downloaded for another provider."),
    "offer_sheet_lost": _l("What was read from the file is no longer at hand. Send it again."),
    "price_revision_not_agreed": _l("The call has no term on the revision of prices."),
    "price_revision_day": _l(
        "This is not a day of revision. It comes once a year as the call says, after the first day"
        " of the contract and in order."
    ),
    "change_ground_missing": _l("Choose the ground on which the contract is changed."),
    "change_above_ceiling": _l(
        "With this change the changes of the contract would come to %(total)s, which is beyond the"
        " ceiling of %(ceiling)s."
    ),
    "change_too_large": _l("On this ground one change may come to at most %(most)s."),
    "contract_reference_taken": _l(
        "The new buyer already has a contract with this reference, so it cannot pass there."
    ),
    "evaluator_not_appointed": _l("You have not been appointed an evaluator of this procurement."),
    "retention_not_set": _l(
        "The employment office has not set how long data about participants is kept. Its"
        " responsible official sets it on the page Personal data; until then nobody can be entered."
    ),
    "retention_out_of_range": _l("Give a whole number of months from 1 to %(most)s."),
    "hold_over_already": _l("The last day of the hold is in the past."),
    "hold_released": _l("The hold has already been released."),
    "anonymised_already": _l("The data of this participant has already been anonymised."),
}


Tell = Callable[[RuleBroken], str | None]
_tellers: list[Tell] = []


def told_by(tell: Tell) -> None:
    """Let a later room, at wiring, word refusals that its data makes; None is for all others."""
    _tellers[:] = [tell]


def refusal_text(broken: RuleBroken) -> str:
    """The sentence in the reader's language, with the facts that it names."""
    for tell in _tellers:
        told = tell(broken)
        if told is not None:
            return told
    text = str(REFUSALS.get(broken.rule) or gettext("This cannot be done at this stage."))
    return text % _Facts(broken.facts)


class _Facts(dict[str, Any]):
    """What the sentence names and the refusal does not tell is left open."""

    def __getitem__(self, fact: str) -> Any:
        return _shown(super().__getitem__(fact))

    def __missing__(self, fact: str) -> str:
        return "…"


def _shown(fact: Any) -> Any:
    """A sum, a name or a list of these in the reader's language; anything else as it is."""
    if isinstance(fact, Decimal):
        return money(fact, current_language())
    if isinstance(fact, Mapping):
        return name_in(fact, current_language())
    return "; ".join(str(_shown(one)) for one in fact) if isinstance(fact, list) else fact
