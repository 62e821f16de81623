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

ACTS: dict[str, frozenset[Role]] = {
    "draft_procurement": frozenset({Role.PROCUREMENT_OFFICER}),
    "change_procurement": frozenset({Role.PROCUREMENT_OFFICER}),
    "publish": frozenset({Role.PROCUREMENT_OFFICER}),
    "appoint_evaluator": frozenset({Role.PROCUREMENT_OFFICER}),
    "ask": frozenset({Role.REPRESENTATIVE}),
    "answer": frozenset({Role.PROCUREMENT_OFFICER}),
    "save_offer": frozenset({Role.REPRESENTATIVE}),
    "reuse_answers": frozenset({Role.REPRESENTATIVE}),
    "attach_file": frozenset({Role.REPRESENTATIVE}),
    "remove_file": frozenset({Role.REPRESENTATIVE}),
    "submit_offer": frozenset({Role.REPRESENTATIVE}),
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
    "issue_decision": frozenset({Role.DECISION_MAKER}),
    "conclude_contract": frozenset({Role.PROCUREMENT_OFFICER}),
    "approve_contract": frozenset({Role.SIGNATORY, Role.REPRESENTATIVE}),
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


PAGES: dict[str, Page] = {
    "static": PUBLIC,
    "home": PUBLIC,
    "language.choose": PUBLIC,
    "health.process": PUBLIC,
    "health.ready": PUBLIC,
    "criteria.index": PUBLIC,
    "criteria.show": PUBLIC,
    "criteria.show_set": PUBLIC,
    "procurement.index": PUBLIC,
    "procurement.show": PUBLIC,
    "procurement.document": PUBLIC,
    "procurement.ask": doers("ask"),
    "procurement.write_answer": doers("answer"),
    "procurement.answer": doers("answer"),
    "procurement.new": doers("draft_procurement"),
    "procurement.draft": doers("draft_procurement"),
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
    "offers.save": doers("save_offer"),
    "offers.autosave": doers("save_offer"),
    "offers.earlier": doers("reuse_answers"),
    "offers.compare": doers("reuse_answers"),
    "offers.reuse": doers("reuse_answers"),
    "offers.attach": doers("attach_file"),
    "offers.file": doers("attach_file"),
    "offers.remove": doers("remove_file"),
    "offers.check": doers("submit_offer"),
    "offers.submit": doers("submit_offer"),
    "offers.receipt": doers("submit_offer"),
    "offers.receipt_pdf": doers("submit_offer"),
    "offers.ask_withdrawal": doers("withdraw_offer"),
    "offers.withdraw": doers("withdraw_offer"),
    "offers.opening": Page(BUYERS_HANDLERS | {Role.EVALUATOR}),
    "offers.request_opening": doers("request_opening"),
    "offers.confirm_opening": doers("confirm_opening"),
    "offers.opening_record": Page(BUYERS_HANDLERS | {Role.EVALUATOR}),
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
    "evaluation.decision": Page(BUYERS_HANDLERS | {Role.EVALUATOR, Role.REPRESENTATIVE}),
    "evaluation.issue_decision": doers("issue_decision"),
    "evaluation.decision_pdf": Page(BUYERS_HANDLERS | {Role.EVALUATOR, Role.REPRESENTATIVE}),
    "evaluation.letter_pdf": doers("submit_offer"),
    "contracts.index": Page(BUYERS_HANDLERS | {Role.REPRESENTATIVE, Role.TRAINER, Role.AUDITOR}),
    "contracts.show": Page(BUYERS_HANDLERS | {Role.REPRESENTATIVE, Role.TRAINER, Role.AUDITOR}),
    "contracts.document": Page(BUYERS_HANDLERS | {Role.REPRESENTATIVE, Role.TRAINER, Role.AUDITOR}),
    "contracts.approve": doers("approve_contract"),
    "contracts.ask_conclusion": doers("conclude_contract"),
    "contracts.conclude": doers("conclude_contract"),
    "contracts.verify": PUBLIC,
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
