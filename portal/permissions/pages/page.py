"""Who is let through to a route: one row of the table of pages."""

from __future__ import annotations

from dataclasses import dataclass, replace

from portal.permissions.acts import ACTS, Actor
from portal.permissions.roles import (
    BUYERS_HANDLERS,
    PROVIDING,
    Role,
)


@dataclass(frozen=True)
class Page:
    """Who may call a route: anybody, anybody logged in, or the holders of some role.

    ``half_way`` opens it to who has given a password and still lacks the second factor.
    ``fresh`` asks for the password again where the log-in is not of the last minutes.
    """

    roles: frozenset[Role] = frozenset()
    public: bool = False
    half_way: bool = False
    fresh: bool = False

    def allows(self, actor: Actor | None) -> bool:
        """Whether this reader is let through to the view."""
        if self.public:
            return True
        return actor is not None and (not self.roles or actor.holds(self.roles))


PUBLIC = Page(public=True)
LOGGED_IN = Page()
HALF_WAY = Page(half_way=True)
"""What logging in and out consists of."""


def fresh(page: Page) -> Page:
    """The same page, for who has just shown who they are (ASVS 5.0, 7.5.3)."""
    return replace(page, fresh=True)


def holders(*roles: Role) -> Page:
    """A page for the holders of any of these roles."""
    return Page(frozenset(roles))


def doers(act: str) -> Page:
    """A page for whoever may do the act."""
    return Page(ACTS[act])


MEETERS = Page(BUYERS_HANDLERS | PROVIDING | {Role.COURSE_SPONSOR, Role.AUDITOR})
"""Whoever may see some meeting; which ones, the room of meetings knows."""

CARD_READERS = Page(frozenset(Role) - {Role.ADMINISTRATOR})
"""Whoever may refer a client or offers a service; the administrator of the portal does neither."""
