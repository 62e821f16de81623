"""The pages and files that show participants by name; each records a reading of every one of them.

`tests.page` looks at every answer of every test: one that shows a participant and is not named
here, or records nothing, fails. A page that shows them names them where it reads the names, by
`audit.record.note_shown`.
"""

from __future__ import annotations

_OF = {
    "enrolments": "training participant ask_decision decide ask_start start ask_interview interview"
    " ask_end end ask_follow_up follow_up ask_transfer transfer",
    "guidance": "show record ask_taking_back take_back agree",
    "plans": "show save add_step finish_step edit_step change_step ask_withdrawal withdraw_step"
    " assess portfolios portfolio review path set_path",
    "workplaces": "index show place confirm ask_end end end_placement",
    "workdays": "record save take_in template ask_correction correct index choose records"
    " accept ask_dispute dispute",
    "meetings": "index show new plan ask_move move ask_cancel cancel ask_record record ask_hold"
    " hold approve",
    "visits": "index route plan save_plan record ask_made make move cancel",
    "feedback": "training give make_link make_links",
    "indicators": "rows",
    "programme": "rows",
    "privacy": "holds ask_hold place_hold release_hold participant export ask_correction correct",
}
SHOWS_PEOPLE = frozenset(f"{room}.{page}" for room, pages in _OF.items() for page in pages.split())
