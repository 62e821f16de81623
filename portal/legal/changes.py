"""The grounds on which a contract may be changed, as data for a lawyer to confirm."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from portal.data_files import from_yaml
from portal.shared.names import LANGUAGES

GROUNDS = Path(__file__).with_name("change_grounds.yaml")


class ChangeGround(BaseModel):
    """A ground of section 136 of act 1397/2016.

    ``counts``: its changes are held against the ceiling of all changes together.
    ``each_at_most_percent``: the most that one of them may be of the contract's original value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    section: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
    to_confirm: bool
    counts: bool
    each_at_most_percent: Annotated[Decimal, Field(gt=0)] | None
    name: Annotated[dict[str, str], Field(min_length=len(LANGUAGES))]


@cache
def change_grounds() -> dict[str, ChangeGround]:
    """Every ground by its key, in the order of the file.

    Raises pydantic.ValidationError for a file that cannot be used.
    """
    rows = from_yaml(GROUNDS.read_text(encoding="utf-8"))
    return {row.key: row for row in TypeAdapter(list[ChangeGround]).validate_python(rows)}
