"""What was read from a file, carried by the page that asks whether to take it.

So nothing of a file is kept by the portal before it is confirmed. The page cannot change what it
carries: it is signed, for one call and one provider, and for a day.
"""

from __future__ import annotations

from uuid import UUID

from itsdangerous import BadData, URLSafeTimedSerializer

from portal.offers.attachments import FIELD
from portal.offers.sheet.reading import Filled
from portal.offers.sheet.rules import place_named
from portal.shared.errors import RuleBroken

MOST_SIGNS = 1_500_000
"""A form may carry two megabytes (`MAX_FORM_MEMORY_SIZE`)."""
LASTS_S = 86_400


def kept(filled: Filled, secret: str) -> str:
    """The file as one signed text. Raises ``file_too_much_text``."""
    text = _signer(secret, filled.call, filled.provider).dumps(
        {
            "amendment": filled.amendment,
            "draft": filled.draft,
            "values": [[str(place), rows] for place, rows in filled.values.items()],
            "then": {str(place): mark for place, mark in filled.then.items()},
        }
    )
    text = text if isinstance(text, str) else text.decode()
    if len(text) > MOST_SIGNS:
        raise RuleBroken("file_too_much_text", field=FIELD)
    return text


def brought_back(text: str, secret: str, *, call: UUID, provider: UUID) -> Filled:
    """The file again. Raises ``offer_sheet_lost`` for whatever `kept` has not written."""
    try:
        told = _signer(secret, call, provider).loads(text, max_age=LASTS_S)
    except BadData as fault:
        raise RuleBroken("offer_sheet_lost") from fault
    return Filled(
        call=call,
        provider=provider,
        amendment=told["amendment"],
        draft=told["draft"],
        values={
            place_named(name): tuple(tuple(row) for row in rows) for name, rows in told["values"]
        },
        then={place_named(name): mark for name, mark in told["then"].items()},
        problems=(),
    )


def _signer(secret: str, call: UUID, provider: UUID) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt=f"offer sheet {call} {provider}")
