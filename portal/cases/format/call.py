"""The table of the case file's heads, and the words and values that heads and acts share."""

from __future__ import annotations

from portal.cases.format.checks import (
    capacity_in_order,
    months_are_whole,
)
from portal.cases.format.kinds import (
    BusinessId,
    Day,
    Flag,
    ListOf,
    MapOf,
    Number,
    OneOf,
    Shape,
    Text,
    Time,
    Whole,
    ref,
)
from portal.permissions import Kind as OrganisationKind
from portal.permissions import Role

ORGANISATION_KINDS = tuple(kind.value for kind in OrganisationKind if kind != "operator")
ROLES = tuple(role.value for role in Role if role != "administrator")
PROCUREMENT_KINDS = ("capacity", "course", "coaching")
COMPARISONS = ("unit_price", "total_at_estimate")
UNITS = ("student_workday", "training_package", "hour")
PRICE_MODELS = ("per_student_workday", "fixed_sum_per_period", "per_training_package", "per_hour")
OPTION_KINDS = ("additional_capacity", "further_period", "after_guidance", "coaching")
STATUSES = (
    "open_market",
    "other_work",
    "unemployed",
    "long_term_unemployed",
    "outside",
    "in_education",
)
SEXES = ("woman", "man", "other", "undisclosed")
EDUCATIONS = ("basic", "upper_secondary", "post_secondary", "higher")
FORMS = ("group_toppis", "unit_toppis", "work_based", "cohort", "nonstop", "coaching")
MEETING_KINDS = ("start_up", "interim", "verification", "closing", "tripartite")
REVIEWS = ("kept", "partly", "not_kept")

TEXT = Text()
LINE = Text(one_line=True)
ANSWER = Text(blank=True)
REASON = Text(blank=True, default="")  # left out or blank is a rule's matter, reason_missing
NUMBER = Number()
ABOVE_ZERO = Number(above_zero=True)
WHOLE = Whole()
MAXIMUM = Whole(at_least=1)
NEED = Whole(0, 3)
DAY = Day()
TIME = Time()
STATUS = OneOf(STATUSES)

ORGANISATION = ref("organisation")
PERSON = ref("person")
LOT = ref("lot")
CRITERION = ref("criterion")
FOLLOW_UP_CRITERION = ref("follow_up_criterion")
CONTRACT = ref("contract")
CALL_OFF = ref("call_off")
TRAINING = ref("training")
PARTICIPANT = ref("participant")
SCORECARD = ref("scorecard")

# What a reference may be to, and what was expected where it is to nothing.
THINGS = {
    "organisation": "the key of an organisation",
    "person": "the key of a person",
    "lot": "the key of a lot",
    "criterion": "the key of one of the call's criteria",
    "follow_up_criterion": "the key of a criterion of the follow-up set",
    **{
        thing: f"the key of a {name} that an earlier act, not expected to be refused, introduced"
        for thing, name in {
            "question": "question",
            "clarification": "clarification",
            "contract": "contract",
            "meeting": "meeting",
            "practice": "practice",
            "call_off": "call-off",
            "training": "training",
            "participant": "participant",
            "proposal": "proposal",
            "scorecard": "scorecard",
        }.items()
    },
}

NAME = Shape({"fi": LINE, "sv?": LINE, "en?": LINE})
PERIOD = Shape({"start": DAY, "end": DAY})
CAPACITY = Shape(
    {"unit": OneOf(UNITS), "minimum": NUMBER, "estimated": NUMBER, "maximum": ABOVE_ZERO},
    checks=(capacity_in_order,),
)
CONDITION = Shape(
    {
        "feedback_mean_at_least?": NUMBER,
        "open_market_share_at_least?": NUMBER,
        "answers_at_least?": WHOLE,
    }
)
OPTION = Shape(
    {
        "key": LINE,
        "kind": OneOf(OPTION_KINDS),
        "amount": NUMBER,
        "times": WHOLE,
        "notice_by": DAY,
        "window_months?": WHOLE,
        "price?": ABOVE_ZERO,
        "condition?": CONDITION,
    },
    checks=(months_are_whole,),
)
RESULT_BONUS = Shape(
    {
        "status": STATUS,
        "after_months": WHOLE,
        "amount": NUMBER,
        "only_started_as?": ListOf(STATUS),
        "at_most": MAXIMUM,
    }
)
ONE_LOT = Shape(
    {
        "key": LINE,
        "title": NAME,
        "region": LINE,
        "fields": ListOf(LINE),
        "capacity": CAPACITY,
        "price_model": OneOf(PRICE_MODELS),
        "minimum_group": WHOLE,
        "targets?": Shape({"participants?": WHOLE, "open_market_share?": NUMBER}),
        "result_bonus?": RESULT_BONUS,
        "options": ListOf(OPTION),
    }
)
AWARD = Shape(
    {
        "price_weight": NUMBER,
        "comparison": OneOf(COMPARISONS),
        "scale_top": MAXIMUM,
        "criteria": ListOf(Shape({"key": LINE, "weight": NUMBER, "question?": NAME})),
        "two_envelopes?": Flag(),  # the portal's own
    }
)
PROCUREMENT = Shape(
    {
        "reference": LINE,
        "title": NAME,
        "kind": OneOf(PROCUREMENT_KINDS),
        "questions_due": TIME,
        "offers_due": TIME,
        "contract": PERIOD,
        "award": AWARD,
        "lots": ListOf(ONE_LOT),
    }
)
ORGANISATIONS = MapOf(
    LINE,
    Shape(
        {
            "kinds": ListOf(OneOf(ORGANISATION_KINDS)),
            "name": NAME,
            "business_id?": BusinessId(),
        }
    ),
)
PEOPLE = MapOf(
    LINE,
    Shape({"organisation": ORGANISATION, "name": LINE, "roles": ListOf(OneOf(ROLES))}),
)
