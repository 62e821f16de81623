"""What the page of a file that was read shows: what would change, and what has to be chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from portal.offers.queries import OwnOffer
from portal.offers.reuse.differences import Kind, Piece, pieces
from portal.offers.sheet.reading import Filled
from portal.offers.sheet.rules import Joined, Part, Place, Rows, join, said

Shown = Callable[[Place, Rows], str]


@dataclass(frozen=True)
class PlaceChange:
    """What one place says in the draft and in the file, and both as one marked text."""

    place: Place
    draft: str
    file: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class SheetPreview:
    """A read file beside the draft. ``moved`` says that the draft was changed after the download,
    ``amended`` that the call was."""

    joined: Joined
    changes: list[PlaceChange]
    both: list[PlaceChange]
    moved: bool
    amended: bool


def sheet_preview(own: OwnOffer, filled: Filled, shown: Shown) -> SheetPreview:
    """The file against the draft as it is now; ``shown`` puts what is said into words."""
    joined = join(own.content, filled.values, filled.then)

    def change(place: Place) -> PlaceChange:
        draft = shown(place, said(own.content, place))
        file = shown(place, filled.values[place])
        # Of a price the words do not matter, but what it was and what it would be.
        marked = (
            (Piece(Kind.GONE, draft), Piece(Kind.SAME, " "), Piece(Kind.NEW, file))
            if place.part == Part.LOT
            else pieces(draft, file)
        )
        return PlaceChange(place, draft, file, marked)

    return SheetPreview(
        joined=joined,
        changes=[change(place) for place in joined.from_file],
        both=[change(place) for place in joined.both],
        moved=filled.draft != own.hash,
        amended=filled.amendment != own.procurement.amended,
    )
