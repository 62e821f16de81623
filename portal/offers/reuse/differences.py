"""What changed between two texts, word by word, and between two states of an offer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from enum import StrEnum

from portal.offers.rules import LotPrice, OfferContent

MOST_TOKENS = 6_000
_TOKENS = re.compile(r"\w+|\s+|[^\w\s]")


class Kind(StrEnum):
    """Whether a piece of text is in both, only in the earlier, or only in the later one."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """A run of text of one kind."""

    kind: Kind
    text: str


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """Both texts as one: leaving out what is new gives the earlier, what is gone the later.

    Texts so long that comparing their words would keep a reader waiting are compared as wholes.
    """
    if before == after:
        return _joined([Piece(Kind.SAME, after)])
    earlier, later = _TOKENS.findall(before), _TOKENS.findall(after)
    start, end = _alike(earlier, later)
    found = [Piece(Kind.SAME, "".join(earlier[:start]))]
    found += _between(earlier[start : len(earlier) - end], later[start : len(later) - end])
    found.append(Piece(Kind.SAME, "".join(later[len(later) - end :])))
    return _joined(found)


def _alike(earlier: list[str], later: list[str]) -> tuple[int, int]:
    """How many tokens are the same from the beginning, and from the end without those."""
    shorter = min(len(earlier), len(later))
    start = next((n for n in range(shorter) if earlier[n] != later[n]), shorter)
    left = shorter - start
    end = next((n for n in range(left) if earlier[-1 - n] != later[-1 - n]), left)
    return start, end


def _between(earlier: list[str], later: list[str]) -> list[Piece]:
    if len(earlier) + len(later) > MOST_TOKENS:
        return [Piece(Kind.GONE, "".join(earlier)), Piece(Kind.NEW, "".join(later))]
    found: list[Piece] = []
    # Spaces alone hold nothing together: without them as anchors whole phrases are told apart.
    matcher = SequenceMatcher(str.isspace, earlier, later)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            found.append(Piece(Kind.SAME, "".join(earlier[i1:i2])))
        else:
            found += [
                Piece(Kind.GONE, "".join(earlier[i1:i2])),
                Piece(Kind.NEW, "".join(later[j1:j2])),
            ]
    return found


def _joined(found: Iterable[Piece]) -> tuple[Piece, ...]:
    joined: list[Piece] = []
    for piece in found:
        if not piece.text:
            continue
        if joined and joined[-1].kind == piece.kind:
            joined[-1] = Piece(piece.kind, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return tuple(joined)


def is_changed(found: Sequence[Piece]) -> bool:
    """Whether anything is gone or new."""
    return any(piece.kind != Kind.SAME for piece in found)


@dataclass(frozen=True)
class LotChange:
    """The price asked for a lot before and now; None where the lot is not offered."""

    lot: str
    before: LotPrice | None
    now: LotPrice | None


@dataclass(frozen=True)
class TextChange:
    """The texts of a criterion: its answer, its promises, or the marks of its trade secrets."""

    criterion: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class ContentChanges:
    """What a draft says otherwise than what was submitted. ``others`` names the other parts."""

    lots: tuple[LotChange, ...]
    answers: tuple[TextChange, ...]
    promises: tuple[TextChange, ...]
    secrets: tuple[TextChange, ...]
    files_gone: tuple[str, ...]
    files_new: tuple[str, ...]
    others: tuple[str, ...]

    def __bool__(self) -> bool:
        return any(getattr(self, part.name) for part in fields(self))


_SHOWN = {"lots", "answers", "promises", "secrets", "files"}


def content_changes(before: OfferContent, now: OfferContent) -> ContentChanges:
    """Part by part, in the order of what was said before and then of what is new."""
    kept, held = {file.sha256 for file in now.files}, {file.sha256 for file in before.files}
    return ContentChanges(
        lots=tuple(
            LotChange(key, before.lots.get(key), now.lots.get(key))
            for key in _keys(before.lots, now.lots)
            if before.lots.get(key) != now.lots.get(key)
        ),
        answers=_texts(dict(before.answers), dict(now.answers)),
        promises=_texts(_promises(before), _promises(now)),
        secrets=_texts(_secrets(before), _secrets(now)),
        files_gone=tuple(file.name for file in before.files if file.sha256 not in kept),
        files_new=tuple(file.name for file in now.files if file.sha256 not in held),
        others=tuple(
            part.name
            for part in fields(OfferContent)
            if part.name not in _SHOWN and getattr(before, part.name) != getattr(now, part.name)
        ),
    )


def _keys(before: Iterable[str], now: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*before, *now]))


def _texts(before: dict[str, str], now: dict[str, str]) -> tuple[TextChange, ...]:
    return tuple(
        TextChange(key, pieces(before.get(key, ""), now.get(key, "")))
        for key in _keys(before, now)
        if before.get(key, "") != now.get(key, "")
    )


def _promises(content: OfferContent) -> dict[str, str]:
    return _lines((promise.criterion, promise.text) for promise in content.promises)


def _secrets(content: OfferContent) -> dict[str, str]:
    return _lines(
        (
            secret.criterion,
            f"{secret.passage}: {secret.reason}" if secret.passage else secret.reason,
        )
        for secret in content.secrets
    )


def _lines(said: Iterable[tuple[str, str]]) -> dict[str, str]:
    lines: dict[str, list[str]] = {}
    for criterion, text in said:
        lines.setdefault(criterion, []).append(text)
    return {criterion: "\n".join(texts) for criterion, texts in lines.items()}
