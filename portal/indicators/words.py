"""The populations of indicators in words."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

POPULATIONS: dict[str, Any] = {
    "ended": _l("Of those who started and whose training ended in the period"),
    "ended_3_months": _l("Of those whose training ended in the period, three months or more ago"),
    "ended_6_months": _l("Of those whose training ended in the period, six months or more ago"),
    "ended_12_months": _l("Of those whose training ended in the period, twelve months or more ago"),
    "with_result": _l("Of those who completed, or left early for work or studies, in the period"),
    "ended_guided": _l(
        "Of those whose training ended in the period and whose contract has after-guidance"
    ),
    "started_target_group": _l(
        "Of those who started in the period, in lots whose target group can be counted"
    ),
    "in_training": _l("Of those who were in a training during the period"),
    "call_offs_settled": _l("Of the call-offs of the period that were confirmed or declined"),
    "call_offs_confirmed": _l("Of the call-offs of the period that were confirmed"),
    "practices": _l("Of the agreed practices whose latest review is in the period"),
    "participant_answers": _l("Of the participants' answers in the period"),
    "employer_answers": _l("Of the employers' answers in the period"),
    "proposals": _l("Of the proposals made in the period"),
}
"""The keys are those that `criteria/schema/indicator.schema.json` knows."""
