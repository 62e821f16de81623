"""The table of acts: what each takes, as the format's page has it; and the names of rules."""

from __future__ import annotations

from portal.cases.format.call import (
    ABOVE_ZERO,
    ANSWER,
    CALL_OFF,
    CAPACITY,
    CONTRACT,
    CRITERION,
    DAY,
    EDUCATIONS,
    FOLLOW_UP_CRITERION,
    FORMS,
    LINE,
    LOT,
    MEETING_KINDS,
    NEED,
    NUMBER,
    ORGANISATION,
    ORGANISATIONS,
    PARTICIPANT,
    PEOPLE,
    PERSON,
    PROCUREMENT,
    REASON,
    REVIEWS,
    SCORECARD,
    SEXES,
    STATUS,
    TEXT,
    TIME,
    TRAINING,
    WHOLE,
)
from portal.cases.format.checks import days_in_order, points_or_abstention, rule_with_expect
from portal.cases.format.kinds import (
    BusinessId,
    Flag,
    ListOf,
    MapOf,
    Month,
    New,
    OneOf,
    Shape,
    Whole,
    ref,
)

PARTNER = Shape({"name": LINE, "business_id?": BusinessId(), "part?": TEXT})
POINTS = MapOf(CRITERION, Shape({"points": WHOLE, "reason?": REASON}))
FOLLOW_UP_POINTS = MapOf(FOLLOW_UP_CRITERION, Shape({"points": WHOLE, "reason?": REASON}))
CHANGES = Shape(
    {
        "questions_due?": TIME,
        "offers_due?": TIME,
        "contract?": Shape({"start?": DAY, "end?": DAY}),
        "lots?": MapOf(
            LOT,
            Shape(
                {
                    "capacity?": Shape(
                        {f"{key}?": kind for key, kind in CAPACITY.keys.items()},
                        checks=CAPACITY.checks,
                    ),
                    "minimum_group?": WHOLE,
                }
            ),
        ),
    }
)
NOTHING = Shape({})

# What every act has, whatever it does; `by` stands in another thing's place in BY only.
EVERY_ACT = Shape(
    {"at": TIME, "by": PERSON, "do": LINE, "expect?": OneOf(("refused",)), "rule?": LINE},
    checks=(rule_with_expect,),
)
BY = {"give_feedback": ref("participant", "person", "organisation")}

FILE = Shape(
    {
        "case": LINE,
        "title": LINE,
        "zone": LINE,
        "organisations": ORGANISATIONS,
        "people": PEOPLE,
        "procurement": PROCUREMENT,
        "timeline": ListOf(EVERY_ACT),
    }
)

ACTS: dict[str, Shape] = {
    "publish": NOTHING,
    "ask": Shape({"question": New("question"), "text": TEXT}),
    "answer": Shape({"question": ref("question"), "text": TEXT}),
    "amend": Shape({"changes": CHANGES, "reason?": REASON}),
    "save_offer": Shape(
        {
            "lots": MapOf(LOT, Shape({"price": ABOVE_ZERO, "coordination_fee?": NUMBER})),
            "answers": MapOf(CRITERION, ANSWER),
            "promises?": ListOf(Shape({"criterion": CRITERION, "text": TEXT})),
            # A secret's passage, and the next two, are the portal's own.
            "secrets?": ListOf(Shape({"criterion": CRITERION, "reason": TEXT, "passage?": TEXT})),
            "consortium?": ListOf(PARTNER),
            "subcontractors?": ListOf(PARTNER),
        }
    ),
    "submit_offer": NOTHING,
    "withdraw_offer": NOTHING,
    "confirm_offer": NOTHING,
    "look_at_offers": NOTHING,
    "open_offers": Shape({"with": PERSON}),
    "declare_interests": Shape({"conflicts": ListOf(ORGANISATION)}),
    "judge_suitability": Shape({"provider": ORGANISATION, "suitable": Flag(), "reason?": REASON}),
    "judge_conformity": Shape(
        {
            "lot": LOT,
            "provider": ORGANISATION,
            "conforms": Flag(),
            "reason?": REASON,
            "low_price?": Flag(),  # the portal's own
        }
    ),
    # The next three are the portal's own.
    "ask_clarification": Shape(
        {
            "clarification": New("clarification"),
            "provider": ORGANISATION,
            "text": TEXT,
            "due": TIME,
            "lot?": LOT,
            "low_price?": Flag(),
        }
    ),
    "answer_clarification": Shape({"clarification": ref("clarification"), "text": TEXT}),
    "open_prices": Shape({"with": PERSON}),
    "assess": Shape(
        {"lot": LOT, "provider": ORGANISATION, "points?": POINTS, "abstain?": ANSWER},
        checks=(points_or_abstention,),
    ),
    "agree": Shape({"lot": LOT, "provider": ORGANISATION, "points": POINTS}),
    "award": Shape(
        {"lot": LOT, "provider": ORGANISATION, "reason": TEXT, "draw?": ListOf(ORGANISATION)}
    ),
    "discontinue": Shape({"lot": LOT, "reason?": REASON}),
    "issue_decision": NOTHING,
    "correct_decision": Shape({"reason?": REASON}),
    "record_appeal": Shape({"lot": LOT}),
    "settle_appeal": Shape({"lot": LOT, "outcome": OneOf(("dismissed", "annulled"))}),
    "conclude_contract": Shape({"contract": New("contract"), "lot": LOT, "provider": ORGANISATION}),
    # The next three are the portal's own.
    "hold_contract": Shape({"contract": CONTRACT, "reason?": REASON}),
    "release_contract": Shape({"contract": CONTRACT, "reason?": REASON}),
    "refuse_contract": Shape({"contract": CONTRACT, "reason?": REASON}),
    "approve_contract": Shape({"contract": CONTRACT}),
    "hold_meeting": Shape(
        {
            "meeting": New("meeting"),
            "kind": OneOf(MEETING_KINDS),
            "contract": CONTRACT,
            "training?": TRAINING,
            "present": ListOf(PERSON),
            "practices?": ListOf(
                Shape({"key": New("practice"), "text": TEXT, "owner": PERSON, "due": DAY})
            ),
            "reviews?": ListOf(
                Shape({"practice": ref("practice"), "status": OneOf(REVIEWS), "note": TEXT})
            ),
        }
    ),
    "waive_start_up": Shape({"contract": CONTRACT, "reason?": REASON}),
    "call_off": Shape(
        {
            "call_off": New("call_off"),
            "contract": CONTRACT,
            "form": OneOf(FORMS),
            "field": LINE,
            "workdays": NUMBER,
            "places": WHOLE,
            "workplaces_confirmed?": WHOLE,
            "reason?": ANSWER,
            "copy_of?": CALL_OFF,
            # The next two are the portal's own.
            "pool_until?": DAY,
            "joins?": CALL_OFF,
        },
        copied_by="copy_of",
    ),
    "confirm_call_off": Shape({"call_off": CALL_OFF, "training": New("training"), "starts": DAY}),
    "decline_call_off": Shape({"call_off": CALL_OFF, "reason?": REASON}),
    "cancel_call_off": Shape({"call_off": CALL_OFF, "reason?": REASON}),
    "name_coach": Shape({"training": TRAINING, "person": PERSON}),
    "apply": Shape(
        {
            "training": TRAINING,
            "participant": New("participant"),
            "name": LINE,
            "birth_year": Whole(1900, 2100),
            "sex": OneOf(SEXES),
            "education": OneOf(EDUCATIONS),
            "status": STATUS,
        }
    ),
    "interview": Shape(
        {
            "participant": PARTICIPANT,
            "with?": ListOf(PERSON),
            "need": NEED,
            "urgency": NEED,
            "suitability": NEED,
            "note?": ANSWER,
        }
    ),
    "select": Shape(
        {"training": TRAINING, "participants": ListOf(PARTICIPANT), "with": ListOf(PERSON)}
    ),
    "reject": Shape(
        {
            "training": TRAINING,
            "participants": ListOf(PARTICIPANT),
            "with?": ListOf(PERSON),
            "reason?": REASON,
            "instead?": ANSWER,
        }
    ),
    "start": Shape({"training": TRAINING, "participants": ListOf(PARTICIPANT)}),
    "record_workdays": Shape(
        {"training": TRAINING, "period": Month(), "days": MapOf(PARTICIPANT, NUMBER)}
    ),
    "accept_workdays": Shape({"training": TRAINING, "period": Month(), "reason?": ANSWER}),
    "dispute_workdays": Shape({"training": TRAINING, "period": Month(), "reason?": ANSWER}),
    # The next two are the portal's own.
    "issue_invoice_basis": Shape({"contract": CONTRACT, "period": Month()}),
    "correct_workdays": Shape(
        {
            "training": TRAINING,
            "period": Month(),
            "days": MapOf(PARTICIPANT, NUMBER),
            "reason?": REASON,
        }
    ),
    "complete": Shape(
        {
            "participant": PARTICIPANT,
            "day": DAY,
            "status": STATUS,
            "units": WHOLE,
            "qualifications": WHOLE,
        }
    ),
    "leave_early": Shape(
        {
            "participant": PARTICIPANT,
            "day": DAY,
            "to": OneOf(("work", "studies")),
            "status": STATUS,
        }
    ),
    "interrupt": Shape({"participant": PARTICIPANT, "day": DAY, "reason": TEXT, "status": STATUS}),
    "report_background": Shape(
        {
            "training": TRAINING,
            "immigrants": WHOLE,
            "minorities": WHOLE,
            "disabled": WHOLE,
            "other_disadvantaged": WHOLE,
        }
    ),
    "close_training": Shape({"training": TRAINING}),
    "after_guidance": Shape(
        {
            "participant": PARTICIPANT,
            "day": DAY,
            "state": OneOf(("offered", "accepted", "used")),
            "hours?": NUMBER,
        }
    ),
    "follow_up": Shape({"participant": PARTICIPANT, "months": WHOLE, "status": STATUS}),
    "visit": Shape(
        {
            "training": TRAINING,
            "day": DAY,
            "workplace": LINE,
            "participants?": ListOf(PARTICIPANT),
            "note?": ANSWER,
        }
    ),
    "give_feedback": Shape(
        {
            "training": TRAINING,
            "points": Whole(1, 5),
            "text?": ANSWER,
            "proposal?": New("proposal"),
        }
    ),
    "answer_proposal": Shape({"proposal": ref("proposal"), "text": TEXT}),
    "exercise_option": Shape({"contract": CONTRACT, "option": LINE, "reason": TEXT}),
    "draw_up_scorecard": Shape(
        {"scorecard": New("scorecard"), "provider": ORGANISATION, "from": DAY, "to": DAY},
        checks=(days_in_order,),
    ),
    "assess_provider": Shape({"scorecard": SCORECARD, "points": FOLLOW_UP_POINTS}),
    "answer_scorecard": Shape({"scorecard": SCORECARD, "text": TEXT}),
    "settle_scorecard": Shape({"scorecard": SCORECARD}),
}

RULES = frozenset(
    {
        "not_permitted",
        "wrong_state",
        "call_incomplete",
        "weights_not_100",
        "questions_closed",
        "deadline_passed",
        "reason_missing",
        "offer_incomplete",
        "sealed",
        "before_deadline",
        "second_opener_required",
        "not_opened",
        "interests_undeclared",
        "conflict_of_interest",
        "handed_in",
        "points_off_scale",
        "assessments_missing",
        "scores_missing",
        "not_first",
        "decision_incomplete",
        "contract_in_force",
        "not_awarded",
        "standstill_running",
        "appeal_pending",
        "contract_not_in_force",
        "start_up_meeting_missing",
        "workplaces_unconfirmed",
        "minimum_group",
        "capacity_exceeded",
        "outside_contract",
        "training_started",
        "selection_incomplete",
        "training_full",
        "not_selected",
        "period_closed",
        "not_started",
        "group_too_small",
        "not_in_contract",
        "after_guidance_window_passed",
        "after_guidance_hours_exceeded",
        "option_used_up",
        "option_notice_passed",
        "option_condition_unmet",
        "answer_time_running",
        # The portal's own.
        "guidance_before_end",
        "nothing_changed",
        "month_not_over",
        "capacity_disordered",
        "scale_differs",
        "price_not_low",
        "prices_opened",
        "prices_sealed",
        "explanation_missing",
        "answer_time_passed",
    }
)
