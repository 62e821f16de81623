"""The table of acts: who may do each, and how a use-case asks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from portal.permissions.roles import (
    BUYERS_HANDLERS,
    FOLLOWING,
    PROVIDING,
    SPONSORING,
    Role,
)
from portal.shared.errors import RuleBroken

_KEEPERS = frozenset({Role.RESPONSIBLE_OFFICIAL, Role.PROCUREMENT_OFFICER})
"""Who decides for an employment office how long data about people is kept, and what is held."""
_ANSWERING = frozenset({Role.COURSE_SPONSOR, Role.RESPONSIBLE_OFFICIAL})
"""Who answers a participant that asks what is known about them."""

ACTS: dict[str, frozenset[Role]] = {
    "set_retention": _KEEPERS | {Role.ADMINISTRATOR},
    "answer_accessibility_message": frozenset({Role.PROCUREMENT_OFFICER, Role.ADMINISTRATOR}),
    "place_hold": _KEEPERS,
    "release_hold": _KEEPERS,
    "export_participant": _ANSWERING,
    "correct_participant": _ANSWERING,
    "write_card": PROVIDING,
    "confirm_card": PROVIDING,
    "withdraw_card": frozenset({Role.REPRESENTATIVE}),
    "remark_on_card": SPONSORING | {Role.RESPONSIBLE_OFFICIAL},
    "answer_remark": PROVIDING,
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
    "make_opener_key": frozenset({Role.OPENER}),
    "name_openers": frozenset({Role.PROCUREMENT_OFFICER}),
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
    "request_resealing": frozenset({Role.OPENER}),
    "confirm_resealing": frozenset({Role.OPENER}),
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
    "set_up_arrangement": frozenset({Role.PROCUREMENT_OFFICER}),
    "call_down": SPONSORING,
    "pass_on": SPONSORING,
    "bid": frozenset({Role.REPRESENTATIVE}),
    "settle_competition": SPONSORING,
    "make_bundle": frozenset({Role.PROCUREMENT_OFFICER, Role.DECISION_MAKER, Role.AUDITOR}),
    "seal_document": frozenset({Role.PROCUREMENT_OFFICER, Role.DECISION_MAKER}),
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
    "make_feedback_links": frozenset({Role.COURSE_SPONSOR}),
    "answer_proposal": frozenset({Role.TRAINER, Role.PROCUREMENT_OFFICER}),
    "assign_proposal": frozenset({Role.TRAINER, Role.PROCUREMENT_OFFICER}),
    "open_panel": SPONSORING,
    "add_panel_proposal": SPONSORING,
    "answer_panel_proposal": SPONSORING,
    "close_panel": SPONSORING,
    "name_target_group": frozenset({Role.PROCUREMENT_OFFICER}),
    "draw_up_scorecard": frozenset({Role.PROCUREMENT_OFFICER}),
    "assess_provider": SPONSORING | {Role.REPRESENTATIVE},
    "answer_scorecard": frozenset({Role.REPRESENTATIVE}),
    "settle_scorecard": frozenset({Role.PROCUREMENT_OFFICER}),
    **dict.fromkeys(
        ("draw_up_plan", "add_improvement", "report_step", "review_step"),
        frozenset({Role.PROCUREMENT_OFFICER, Role.REPRESENTATIVE}),
    ),
    "make_indicator_report": frozenset({Role.PROCUREMENT_OFFICER}),
    "exercise_option": frozenset({Role.PROCUREMENT_OFFICER}),
    "change_contract": frozenset({Role.PROCUREMENT_OFFICER}),
    "consent_to_change": frozenset({Role.REPRESENTATIVE}),
    "refuse_change": frozenset({Role.REPRESENTATIVE, Role.PROCUREMENT_OFFICER}),
    "pass_contract": frozenset({Role.PROCUREMENT_OFFICER}),
    "hand_over": frozenset({Role.PROCUREMENT_OFFICER}),
    "invite_person": frozenset({Role.ADMINISTRATOR}),
    "add_organisation": frozenset({Role.ADMINISTRATOR}),
    "close_account": frozenset({Role.ADMINISTRATOR}),
    "take_role_away": frozenset({Role.ADMINISTRATOR}),
    "reset_second_factor": frozenset({Role.ADMINISTRATOR}),
}


class Actor(Protocol):
    """Whoever acts: the roles held, organisation by organisation."""

    id: UUID

    def holds(self, roles: Iterable[Role], organisation_id: UUID | None = None) -> bool:
        """Any of the roles, in that organisation or, without one, in any."""


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
