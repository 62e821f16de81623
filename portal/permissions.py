"""Who may do what: one table of acts and one of pages.

A use-case asks `require` with its own name; a page is let through by its row in `PAGES` before
its view runs. A route without a row is refused, and a test names it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from portal.shared.errors import RuleBroken


class Role(StrEnum):
    """What a person may be in an organisation (the brief, section 2)."""

    PROCUREMENT_OFFICER = "procurement_officer"
    EVALUATOR = "evaluator"
    OPENER = "opener"
    DECISION_MAKER = "decision_maker"
    SIGNATORY = "signatory"
    COURSE_SPONSOR = "course_sponsor"
    RESPONSIBLE_OFFICIAL = "responsible_official"
    REPRESENTATIVE = "representative"
    TRAINER = "trainer"
    COACH = "coach"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Kind(StrEnum):
    """What an organisation may be, several at once."""

    BUYER = "buyer"
    EMPLOYMENT_OFFICE = "employment_office"
    PROVIDER = "provider"
    EMPLOYER = "employer"
    OPERATOR = "operator"


KINDS_FOR_ROLE: dict[Role, frozenset[Kind]] = {
    Role.PROCUREMENT_OFFICER: frozenset({Kind.BUYER}),
    Role.EVALUATOR: frozenset({Kind.BUYER, Kind.EMPLOYMENT_OFFICE}),
    Role.OPENER: frozenset({Kind.BUYER}),
    Role.DECISION_MAKER: frozenset({Kind.BUYER}),
    Role.SIGNATORY: frozenset({Kind.BUYER}),
    Role.COURSE_SPONSOR: frozenset({Kind.EMPLOYMENT_OFFICE}),
    Role.RESPONSIBLE_OFFICIAL: frozenset({Kind.EMPLOYMENT_OFFICE}),
    Role.REPRESENTATIVE: frozenset({Kind.PROVIDER}),
    Role.TRAINER: frozenset({Kind.PROVIDER}),
    Role.COACH: frozenset({Kind.PROVIDER}),
    Role.AUDITOR: frozenset(Kind),
    Role.ADMINISTRATOR: frozenset({Kind.OPERATOR}),
}

BUYERS_HANDLERS = frozenset(
    {Role.PROCUREMENT_OFFICER, Role.OPENER, Role.DECISION_MAKER, Role.SIGNATORY}
)

SPONSORING = frozenset({Role.PROCUREMENT_OFFICER, Role.COURSE_SPONSOR})
PROVIDING = frozenset({Role.REPRESENTATIVE, Role.TRAINER, Role.COACH})
"""Officer, sponsor and provider, as the acts of the case files name them."""
FOLLOWING = frozenset({Role.COURSE_SPONSOR, Role.TRAINER, Role.COACH})
"""Those who work with participants: the sponsor, and whoever teaches or coaches them."""

TRAINING_READERS = BUYERS_HANDLERS | PROVIDING | {Role.AUDITOR}
"""Whose list of trainings is the organisation's; a course sponsor has a page of their own."""
USING_CAPACITY = BUYERS_HANDLERS | SPONSORING | PROVIDING | {Role.AUDITOR}
"""Whoever follows how a contract is used; which contracts, `capacity.access` says."""

ACTS: dict[str, frozenset[Role]] = {
    "record_need": frozenset({Role.COURSE_SPONSOR, Role.RESPONSIBLE_OFFICIAL}),
    "change_need": frozenset({Role.COURSE_SPONSOR, Role.RESPONSIBLE_OFFICIAL}),
    "withdraw_need": frozenset({Role.COURSE_SPONSOR, Role.RESPONSIBLE_OFFICIAL}),
    "add_unit": frozenset({Role.COURSE_SPONSOR, Role.PROCUREMENT_OFFICER}),
    "withdraw_unit": frozenset({Role.COURSE_SPONSOR, Role.PROCUREMENT_OFFICER}),
    "draft_sounding": frozenset({Role.PROCUREMENT_OFFICER}),
    "change_sounding": frozenset({Role.PROCUREMENT_OFFICER}),
    "publish_sounding": frozenset({Role.PROCUREMENT_OFFICER}),
    "answer_sounding": frozenset({Role.REPRESENTATIVE}),
    "draft_procurement": frozenset({Role.PROCUREMENT_OFFICER}),
    "copy_procurement": frozenset({Role.PROCUREMENT_OFFICER}),
    "change_procurement": frozenset({Role.PROCUREMENT_OFFICER}),
    "publish": frozenset({Role.PROCUREMENT_OFFICER}),
    "amend": frozenset({Role.PROCUREMENT_OFFICER}),
    "appoint_evaluator": frozenset({Role.PROCUREMENT_OFFICER}),
    "ask": frozenset({Role.REPRESENTATIVE}),
    "answer": frozenset({Role.PROCUREMENT_OFFICER}),
    "save_offer": frozenset({Role.REPRESENTATIVE}),
    "reuse_answers": frozenset({Role.REPRESENTATIVE}),
    "attach_file": frozenset({Role.REPRESENTATIVE}),
    "remove_file": frozenset({Role.REPRESENTATIVE}),
    "add_paper": frozenset({Role.REPRESENTATIVE}),
    "remove_paper": frozenset({Role.REPRESENTATIVE}),
    "attach_paper": frozenset({Role.REPRESENTATIVE}),
    "submit_offer": frozenset({Role.REPRESENTATIVE}),
    "confirm_offer": frozenset({Role.REPRESENTATIVE}),
    "withdraw_offer": frozenset({Role.REPRESENTATIVE}),
    "look_at_offers": frozenset(Role) - {Role.ADMINISTRATOR},
    "request_opening": frozenset({Role.OPENER}),
    "confirm_opening": frozenset({Role.OPENER}),
    "open_offers": frozenset({Role.OPENER}),
    "declare_interests": BUYERS_HANDLERS | {Role.EVALUATOR},
    "judge_suitability": frozenset({Role.PROCUREMENT_OFFICER}),
    "judge_conformity": frozenset({Role.PROCUREMENT_OFFICER}),
    "ask_clarification": frozenset({Role.PROCUREMENT_OFFICER}),
    "answer_clarification": frozenset({Role.REPRESENTATIVE}),
    "request_prices": frozenset({Role.OPENER}),
    "confirm_prices": frozenset({Role.OPENER}),
    "open_prices": frozenset({Role.OPENER}),
    "save_assessment": frozenset({Role.EVALUATOR}),
    "assess": frozenset({Role.EVALUATOR}),
    "save_joint": frozenset({Role.PROCUREMENT_OFFICER}),
    "agree": frozenset({Role.PROCUREMENT_OFFICER}),
    "award": frozenset({Role.PROCUREMENT_OFFICER}),
    "discontinue": frozenset({Role.PROCUREMENT_OFFICER}),
    "take_back": frozenset({Role.PROCUREMENT_OFFICER}),
    "issue_decision": frozenset({Role.DECISION_MAKER}),
    "correct_decision": frozenset({Role.DECISION_MAKER}),
    "record_correction_request": frozenset({Role.PROCUREMENT_OFFICER}),
    "settle_correction_request": frozenset({Role.PROCUREMENT_OFFICER}),
    "record_appeal": frozenset({Role.PROCUREMENT_OFFICER}),
    "settle_appeal": frozenset({Role.PROCUREMENT_OFFICER}),
    "attach_to_remedy": frozenset({Role.PROCUREMENT_OFFICER}),
    "conclude_contract": frozenset({Role.PROCUREMENT_OFFICER}),
    "approve_contract": frozenset({Role.SIGNATORY, Role.REPRESENTATIVE}),
    "hold_contract": frozenset({Role.PROCUREMENT_OFFICER, Role.SIGNATORY}),
    "release_contract": frozenset({Role.PROCUREMENT_OFFICER, Role.SIGNATORY}),
    "refuse_contract": frozenset({Role.SIGNATORY, Role.REPRESENTATIVE}),
    "waive_start_up": frozenset({Role.PROCUREMENT_OFFICER}),
    "add_contract_user": frozenset({Role.PROCUREMENT_OFFICER}),
    "remove_contract_user": frozenset({Role.PROCUREMENT_OFFICER}),
    "call_off": SPONSORING,
    "confirm_call_off": PROVIDING,
    "decline_call_off": PROVIDING,
    "cancel_call_off": SPONSORING,
    "approve_small_group": SPONSORING,
    "join_group": SPONSORING,
    "set_up_arrangement": frozenset({Role.PROCUREMENT_OFFICER}),
    "call_down": SPONSORING,
    "pass_on": SPONSORING,
    "bid": frozenset({Role.REPRESENTATIVE}),
    "settle_competition": SPONSORING,
    "close_training": frozenset({Role.PROCUREMENT_OFFICER}),
    "name_sponsor": SPONSORING,
    "name_coach": SPONSORING,
    "remove_coach": SPONSORING,
    "apply": frozenset({Role.COURSE_SPONSOR}),
    "interview": frozenset({Role.COURSE_SPONSOR, Role.TRAINER, Role.COACH}),
    "select": frozenset({Role.COURSE_SPONSOR}),
    "reject": frozenset({Role.COURSE_SPONSOR}),
    "start": frozenset({Role.TRAINER}),
    "complete": frozenset({Role.TRAINER}),
    "leave_early": frozenset({Role.TRAINER}),
    "interrupt": frozenset({Role.TRAINER}),
    "follow_up": frozenset({Role.COURSE_SPONSOR}),
    "transfer": frozenset({Role.COURSE_SPONSOR}),
    "report_background": frozenset({Role.TRAINER}),
    "after_guidance": frozenset({Role.TRAINER, Role.COACH}),
    "take_back_guidance": frozenset({Role.TRAINER, Role.COACH}),
    "agree_guidance": frozenset({Role.RESPONSIBLE_OFFICIAL}),
    **dict.fromkeys(("save_plan", "add_step", "change_step", "finish_step"), FOLLOWING),
    **dict.fromkeys(("withdraw_step", "assess_closing", "review_portfolio"), FOLLOWING),
    **dict.fromkeys(("record_workplace", "confirm_workplace", "end_workplace"), FOLLOWING),
    **dict.fromkeys(("place_participant", "end_placement"), FOLLOWING),
    "set_training_path": frozenset({Role.COURSE_SPONSOR}),
    "record_workdays": frozenset({Role.TRAINER}),
    "accept_workdays": frozenset({Role.COURSE_SPONSOR}),
    "dispute_workdays": frozenset({Role.COURSE_SPONSOR}),
    "correct_workdays": frozenset({Role.TRAINER}),
    "revise_price": frozenset({Role.PROCUREMENT_OFFICER}),
    "issue_invoice_basis": frozenset({Role.PROCUREMENT_OFFICER}),
    "hold_meeting": SPONSORING | {Role.TRAINER},
    "plan_meeting": SPONSORING | {Role.TRAINER},
    "move_meeting": SPONSORING | {Role.TRAINER},
    "cancel_meeting": SPONSORING | {Role.TRAINER},
    "approve_minutes": SPONSORING | PROVIDING,
    "visit": frozenset({Role.COURSE_SPONSOR, Role.COACH}),
    "plan_visits": frozenset({Role.COURSE_SPONSOR, Role.COACH}),
    "move_visit": frozenset({Role.COURSE_SPONSOR, Role.COACH}),
    "cancel_visit": frozenset({Role.COURSE_SPONSOR, Role.COACH}),
    "give_feedback": frozenset({Role.COURSE_SPONSOR}),
    "make_feedback_link": frozenset({Role.COURSE_SPONSOR}),
    "answer_proposal": frozenset({Role.TRAINER, Role.PROCUREMENT_OFFICER}),
    "exercise_option": frozenset({Role.PROCUREMENT_OFFICER}),
    "change_contract": frozenset({Role.PROCUREMENT_OFFICER}),
    "consent_to_change": frozenset({Role.REPRESENTATIVE}),
    "refuse_change": frozenset({Role.REPRESENTATIVE, Role.PROCUREMENT_OFFICER}),
    "pass_contract": frozenset({Role.PROCUREMENT_OFFICER}),
    "hand_over": frozenset({Role.PROCUREMENT_OFFICER}),
    "invite_person": frozenset({Role.ADMINISTRATOR}),
    "add_organisation": frozenset({Role.ADMINISTRATOR}),
    "close_account": frozenset({Role.ADMINISTRATOR}),
}


class Actor(Protocol):
    """Whoever acts: the roles held, organisation by organisation."""

    id: UUID

    def holds(self, roles: Iterable[Role], organisation_id: UUID | None = None) -> bool:
        """Any of the roles, in that organisation or, without one, in any."""


@dataclass(frozen=True)
class Page:
    """Who may call a route: anybody, anybody logged in, or the holders of some role."""

    roles: frozenset[Role] = frozenset()
    public: bool = False

    def allows(self, actor: Actor | None) -> bool:
        """Whether this reader is let through to the view."""
        if self.public:
            return True
        return actor is not None and (not self.roles or actor.holds(self.roles))


PUBLIC = Page(public=True)
LOGGED_IN = Page()


def holders(*roles: Role) -> Page:
    """A page for the holders of any of these roles."""
    return Page(frozenset(roles))


def doers(act: str) -> Page:
    """A page for whoever may do the act."""
    return Page(ACTS[act])


MEETERS = Page(BUYERS_HANDLERS | PROVIDING | {Role.COURSE_SPONSOR, Role.AUDITOR})
"""Whoever may see some meeting; which ones, the room of meetings knows."""

PAGES: dict[str, Page] = {
    "static": PUBLIC,
    "home": PUBLIC,
    "waiting.index": LOGGED_IN,
    "language.choose": PUBLIC,
    "health.process": PUBLIC,
    "health.ready": PUBLIC,
    "last_seats.index": doers("join_group"),
    "last_seats.join": doers("join_group"),
    "last_seats.do_join": doers("join_group"),
    "last_seats.ask_approval": doers("approve_small_group"),
    "last_seats.approve": doers("approve_small_group"),
    "arrangements.index": Page(SPONSORING | PROVIDING),
    "arrangements.show": Page(SPONSORING | PROVIDING),
    "arrangements.new": doers("set_up_arrangement"),
    "arrangements.set_up": doers("set_up_arrangement"),
    "arrangements.call": doers("call_down"),
    "arrangements.do_call": doers("call_down"),
    "arrangements.need": Page(SPONSORING | PROVIDING),
    "arrangements.pass_on": doers("pass_on"),
    "arrangements.settle": doers("settle_competition"),
    "arrangements.bid": doers("bid"),
    "criteria.index": PUBLIC,
    "criteria.show": PUBLIC,
    "criteria.show_set": PUBLIC,
    "training_forms.index": PUBLIC,
    "training_forms.show": PUBLIC,
    "qualification_units.index": PUBLIC,
    "qualification_units.new": doers("add_unit"),
    "qualification_units.add": doers("add_unit"),
    "qualification_units.ask_withdrawal": doers("withdraw_unit"),
    "qualification_units.withdraw": doers("withdraw_unit"),
    "needs.index": Page(
        ACTS["record_need"] | ACTS["draft_sounding"] | {Role.AUDITOR},
    ),
    "needs.new": doers("record_need"),
    "needs.record": doers("record_need"),
    "needs.edit": doers("change_need"),
    "needs.save": doers("change_need"),
    "needs.ask_withdrawal": doers("withdraw_need"),
    "needs.withdraw": doers("withdraw_need"),
    "soundings.index": PUBLIC,
    "soundings.show": PUBLIC,
    "soundings.answer": doers("answer_sounding"),
    "soundings.new": doers("draft_sounding"),
    "soundings.draft": doers("draft_sounding"),
    "soundings.edit": doers("change_sounding"),
    "soundings.save": doers("change_sounding"),
    "soundings.check": doers("publish_sounding"),
    "soundings.publish": doers("publish_sounding"),
    "procurement.index": PUBLIC,
    "procurement.show": PUBLIC,
    "procurement.document": PUBLIC,
    "procurement.ask": doers("ask"),
    "procurement.write_answer": doers("answer"),
    "procurement.answer": doers("answer"),
    "procurement.new": doers("draft_procurement"),
    "procurement.draft": doers("draft_procurement"),
    "procurement.ask_copy": doers("copy_procurement"),
    "procurement.copy": doers("copy_procurement"),
    "procurement.new_from_sounding": doers("draft_procurement"),
    "procurement.draft_from_sounding": doers("draft_procurement"),
    "procurement.edit": doers("change_procurement"),
    "procurement.save": doers("change_procurement"),
    "procurement.new_lot": doers("change_procurement"),
    "procurement.add_lot": doers("change_procurement"),
    "procurement.edit_lot": doers("change_procurement"),
    "procurement.save_lot": doers("change_procurement"),
    "procurement.ask_removal": doers("change_procurement"),
    "procurement.remove_lot": doers("change_procurement"),
    "procurement.new_option": doers("change_procurement"),
    "procurement.add_option": doers("change_procurement"),
    "procurement.edit_option": doers("change_procurement"),
    "procurement.save_option": doers("change_procurement"),
    "procurement.ask_option_removal": doers("change_procurement"),
    "procurement.remove_option": doers("change_procurement"),
    "procurement.new_requirement": doers("change_procurement"),
    "procurement.add_requirement": doers("change_procurement"),
    "procurement.edit_requirement": doers("change_procurement"),
    "procurement.save_requirement": doers("change_procurement"),
    "procurement.ask_requirement_removal": doers("change_procurement"),
    "procurement.remove_requirement": doers("change_procurement"),
    "procurement.criteria": doers("change_procurement"),
    "procurement.save_criteria": doers("change_procurement"),
    "procurement.use_set": doers("change_procurement"),
    "procurement.new_criterion": doers("change_procurement"),
    "procurement.add_criterion": doers("change_procurement"),
    "procurement.edit_criterion": doers("change_procurement"),
    "procurement.save_criterion": doers("change_procurement"),
    "procurement.ask_criterion_removal": doers("change_procurement"),
    "procurement.remove_criterion": doers("change_procurement"),
    "procurement.check": doers("publish"),
    "procurement.publish": doers("publish"),
    "procurement.ask_amendment": doers("amend"),
    "procurement.amend": doers("amend"),
    "procurement.notice": doers("publish"),
    "procurement.notice_file": doers("publish"),
    "procurement.evaluators": doers("appoint_evaluator"),
    "procurement.appoint": doers("appoint_evaluator"),
    "organisations.log_in": PUBLIC,
    "organisations.log_out": LOGGED_IN,
    "organisations.request_reset": PUBLIC,
    "organisations.reset_sent": PUBLIC,
    "organisations.reset_password": PUBLIC,
    "organisations.sign_up": PUBLIC,
    "organisations.sign_up_sent": PUBLIC,
    "organisations.confirm_email": PUBLIC,
    "organisations.accept_invitation": PUBLIC,
    "organisations.account": LOGGED_IN,
    "organisations.change_language": LOGGED_IN,
    "organisations.change_password": LOGGED_IN,
    "organisations.log_out_everywhere": LOGGED_IN,
    "organisations.close_own_account": LOGGED_IN,
    "organisations.people": doers("invite_person"),
    "organisations.invite": doers("invite_person"),
    "organisations.close_person": doers("close_account"),
    "organisations.index": LOGGED_IN,
    "organisations.add_organisation": doers("add_organisation"),
    # Refuses by itself unless the installation is one for development.
    "organisations.outbox": PUBLIC,
    "offers.index": doers("save_offer"),
    "offers.show": doers("save_offer"),
    "offers.step": doers("save_offer"),
    "offers.files": doers("save_offer"),
    "offers.file_secrets": doers("save_offer"),
    "offers.save": doers("save_offer"),
    "offers.autosave": doers("save_offer"),
    "offers.earlier": doers("reuse_answers"),
    "offers.compare": doers("reuse_answers"),
    "offers.reuse": doers("reuse_answers"),
    "offers.attach": doers("attach_file"),
    "offers.file": doers("attach_file"),
    "offers.remove": doers("remove_file"),
    "offers.papers": doers("add_paper"),
    "offers.add_paper": doers("add_paper"),
    "offers.paper": doers("add_paper"),
    "offers.remove_paper": doers("remove_paper"),
    "offers.attach_paper": doers("attach_paper"),
    "offers.check": doers("submit_offer"),
    "offers.submit": doers("submit_offer"),
    "offers.receipt": doers("submit_offer"),
    "offers.receipt_pdf": doers("submit_offer"),
    "offers.confirm": doers("confirm_offer"),
    "offers.ask_withdrawal": doers("withdraw_offer"),
    "offers.withdraw": doers("withdraw_offer"),
    "offers.opening": Page(BUYERS_HANDLERS | {Role.EVALUATOR}),
    "offers.request_opening": doers("request_opening"),
    "offers.confirm_opening": doers("confirm_opening"),
    "offers.opening_record": Page(BUYERS_HANDLERS | {Role.EVALUATOR}),
    "evaluation.preview": doers("change_procurement"),
    "evaluation.try_preview": doers("change_procurement"),
    "evaluation.index": doers("declare_interests"),
    "evaluation.show": Page(BUYERS_HANDLERS | {Role.EVALUATOR}),
    "evaluation.interests": doers("declare_interests"),
    "evaluation.declare": doers("declare_interests"),
    "evaluation.offer": Page(BUYERS_HANDLERS | {Role.EVALUATOR}),
    "evaluation.offer_file": Page(BUYERS_HANDLERS | {Role.EVALUATOR}),
    "evaluation.suitability": Page(BUYERS_HANDLERS | {Role.EVALUATOR}),
    "evaluation.ask_suitability": doers("judge_suitability"),
    "evaluation.judge": doers("judge_suitability"),
    "evaluation.ask_conformity": doers("judge_conformity"),
    "evaluation.judge_conformity": doers("judge_conformity"),
    "evaluation.clarifications": Page(BUYERS_HANDLERS | {Role.EVALUATOR}),
    "evaluation.new_clarification": doers("ask_clarification"),
    "evaluation.ask_clarification": doers("ask_clarification"),
    "evaluation.own_clarifications": doers("answer_clarification"),
    "evaluation.write_clarification": doers("answer_clarification"),
    "evaluation.answer_clarification": doers("answer_clarification"),
    "evaluation.prices": Page(BUYERS_HANDLERS | {Role.EVALUATOR}),
    "evaluation.request_prices": doers("request_prices"),
    "evaluation.confirm_prices": doers("confirm_prices"),
    "evaluation.price_record": Page(BUYERS_HANDLERS | {Role.EVALUATOR}),
    "evaluation.lot": Page(BUYERS_HANDLERS | {Role.EVALUATOR}),
    "evaluation.assessment": doers("assess"),
    "evaluation.save_assessment": doers("save_assessment"),
    "evaluation.autosave_assessment": doers("save_assessment"),
    "evaluation.abstain": doers("assess"),
    "evaluation.joint": doers("agree"),
    "evaluation.autosave_joint": doers("save_joint"),
    "evaluation.agree": doers("agree"),
    "evaluation.award": doers("award"),
    "evaluation.result_sheet": Page(BUYERS_HANDLERS | {Role.EVALUATOR}),
    "evaluation.ask_discontinuation": doers("discontinue"),
    "evaluation.discontinue": doers("discontinue"),
    "evaluation.take_back": doers("take_back"),
    "evaluation.ask_correction": doers("correct_decision"),
    "evaluation.correct_decision": doers("correct_decision"),
    "evaluation.remedies": Page(BUYERS_HANDLERS),
    "evaluation.record_remedy": doers("record_appeal"),
    "evaluation.remedy": Page(BUYERS_HANDLERS),
    "evaluation.settle_remedy": doers("settle_appeal"),
    "evaluation.attach_to_remedy": doers("attach_to_remedy"),
    "evaluation.remedy_file": Page(BUYERS_HANDLERS),
    "evaluation.decision": Page(BUYERS_HANDLERS | {Role.EVALUATOR, Role.REPRESENTATIVE}),
    "evaluation.decision_draft": Page(BUYERS_HANDLERS),
    "evaluation.confirm_decision": doers("issue_decision"),
    "evaluation.issue_decision": doers("issue_decision"),
    "evaluation.decision_pdf": Page(BUYERS_HANDLERS | {Role.EVALUATOR, Role.REPRESENTATIVE}),
    "evaluation.award_notice": doers("award"),
    "evaluation.award_notice_file": doers("award"),
    "evaluation.letter_pdf": doers("submit_offer"),
    "contracts.index": Page(BUYERS_HANDLERS | {Role.REPRESENTATIVE, Role.TRAINER, Role.AUDITOR}),
    "contracts.show": Page(BUYERS_HANDLERS | {Role.REPRESENTATIVE, Role.TRAINER, Role.AUDITOR}),
    "contracts.document": Page(BUYERS_HANDLERS | {Role.REPRESENTATIVE, Role.TRAINER, Role.AUDITOR}),
    "contracts.approve": doers("approve_contract"),
    "contracts.ask_hold": doers("hold_contract"),
    "contracts.hold": doers("hold_contract"),
    "contracts.ask_release": doers("release_contract"),
    "contracts.release": doers("release_contract"),
    "contracts.ask_refusal": doers("refuse_contract"),
    "contracts.refuse": doers("refuse_contract"),
    "contracts.ask_conclusion": doers("conclude_contract"),
    "contracts.conclude": doers("conclude_contract"),
    "contracts.verify": PUBLIC,
    "guidance.show": Page(PROVIDING | {Role.COURSE_SPONSOR, Role.RESPONSIBLE_OFFICIAL}),
    "guidance.record": doers("after_guidance"),
    "guidance.ask_taking_back": doers("take_back_guidance"),
    "guidance.take_back": doers("take_back_guidance"),
    "guidance.agree": doers("agree_guidance"),
    "enrolments.mine": holders(Role.COURSE_SPONSOR),
    "enrolments.index": Page(TRAINING_READERS),
    "enrolments.training": Page(TRAINING_READERS | {Role.COURSE_SPONSOR}),
    "enrolments.staff": doers("name_coach"),
    "enrolments.name_coach": doers("name_coach"),
    "enrolments.remove_coach": doers("remove_coach"),
    "enrolments.name_sponsor": doers("name_sponsor"),
    "enrolments.ask_background": doers("report_background"),
    "enrolments.report_background": doers("report_background"),
    "enrolments.new_application": doers("apply"),
    "enrolments.apply": doers("apply"),
    "enrolments.ask_decision": doers("select"),
    "enrolments.decide": doers("select"),
    "enrolments.ask_start": doers("start"),
    "enrolments.start": doers("start"),
    "enrolments.participant": Page(PROVIDING | {Role.COURSE_SPONSOR}),
    "enrolments.ask_interview": doers("interview"),
    "enrolments.interview": doers("interview"),
    "enrolments.ask_end": doers("complete"),
    "enrolments.end": doers("complete"),
    "enrolments.ask_follow_up": doers("follow_up"),
    "enrolments.follow_up": doers("follow_up"),
    "enrolments.ask_transfer": doers("transfer"),
    "enrolments.transfer": doers("transfer"),
    "capacity.index": Page(USING_CAPACITY),
    "capacity.new": doers("call_off"),
    "capacity.ask_call_off": doers("call_off"),
    "capacity.call_off": doers("call_off"),
    "capacity.show": Page(USING_CAPACITY),
    "capacity.order": Page(USING_CAPACITY),
    "capacity.copy": doers("call_off"),
    "capacity.confirm": doers("confirm_call_off"),
    "capacity.ask_decline": doers("decline_call_off"),
    "capacity.decline": doers("decline_call_off"),
    "capacity.ask_cancel": doers("cancel_call_off"),
    "capacity.cancel": doers("cancel_call_off"),
    "capacity.ask_close": doers("close_training"),
    "capacity.close": doers("close_training"),
    "capacity.use": Page(USING_CAPACITY),
    "capacity.entries_csv": Page(USING_CAPACITY),
    "capacity.entries_xlsx": Page(USING_CAPACITY),
    "capacity.add_user": doers("add_contract_user"),
    "capacity.ask_remove_user": doers("remove_contract_user"),
    "capacity.remove_user": doers("remove_contract_user"),
    **dict.fromkeys(
        ("plans.show", "workplaces.index", "workplaces.show", "visits.index"),
        Page(PROVIDING | {Role.COURSE_SPONSOR}),
    ),
    **dict.fromkeys(("plans.save", "plans.add_step", "plans.finish_step"), Page(FOLLOWING)),
    **dict.fromkeys(("plans.edit_step", "plans.change_step", "plans.assess"), Page(FOLLOWING)),
    **dict.fromkeys(("plans.ask_withdrawal", "plans.withdraw_step"), Page(FOLLOWING)),
    **dict.fromkeys(("plans.portfolios", "plans.portfolio", "plans.review"), Page(FOLLOWING)),
    **dict.fromkeys(("workplaces.new", "workplaces.record"), Page(FOLLOWING)),
    **dict.fromkeys(("workplaces.confirm", "workplaces.place"), Page(FOLLOWING)),
    **dict.fromkeys(("workplaces.ask_end", "workplaces.end"), Page(FOLLOWING)),
    "workplaces.end_placement": Page(FOLLOWING),
    "plans.path": doers("set_training_path"),
    "plans.set_path": doers("set_training_path"),
    "feedback.training": Page(SPONSORING | PROVIDING | BUYERS_HANDLERS | {Role.AUDITOR}),
    "feedback.give": doers("give_feedback"),
    "feedback.make_link": doers("make_feedback_link"),
    "feedback.proposal": Page(SPONSORING | PROVIDING | BUYERS_HANDLERS | {Role.AUDITOR}),
    "feedback.answer_proposal": doers("answer_proposal"),
    # Opened by the personal link that stands in its address.
    "feedback.answer": PUBLIC,
    **dict.fromkeys(("visits.route", "visits.plan", "visits.save_plan"), doers("visit")),
    **dict.fromkeys(("visits.record", "visits.ask_made", "visits.make"), doers("visit")),
    **dict.fromkeys(("visits.move", "visits.cancel"), doers("visit")),
}


def may(actor: Actor, act: str, *organisations: UUID | None) -> bool:
    """Whether the actor holds a role for the act in one of the organisations (or, none, in any)."""
    if not organisations:
        return actor.holds(ACTS[act])
    return any(
        actor.holds(ACTS[act], organisation) for organisation in organisations if organisation
    )


def require(actor: Actor, act: str, *organisations: UUID | None) -> None:
    """Refuses by ``not_permitted`` whoever may not do the act."""
    if not may(actor, act, *organisations):
        raise RuleBroken("not_permitted")
