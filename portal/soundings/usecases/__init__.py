"""What is done with needs and soundings."""

from portal.soundings.usecases.needs import change_need, record_need, withdraw_need
from portal.soundings.usecases.sounding import (
    answer_sounding,
    change_sounding,
    draft_sounding,
    publish_sounding,
)

__all__ = [
    "answer_sounding",
    "change_need",
    "change_sounding",
    "draft_sounding",
    "publish_sounding",
    "record_need",
    "withdraw_need",
]
