"""Tables of organisations, people, roles and log-ins."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import Base, Keyed
from portal.permissions import Kind, Role


class Organisation(Keyed, Base):
    """A buyer, employment office, provider or employer, or several of these at once."""

    __tablename__ = "organisation"

    name: Mapped[dict[str, str]]
    business_id: Mapped[str | None] = mapped_column(unique=True)
    # Few pages ask what an organisation is: those read it along, and the reader's own come with
    # the log-in (`queries.log_in_of`).
    kind_rows: Mapped[list[OrganisationKind]] = relationship(
        lazy="select", cascade="all, delete-orphan"
    )

    @property
    def kinds(self) -> frozenset[Kind]:
        """What the organisation is."""
        return frozenset(Kind(row.kind) for row in self.kind_rows)


class OrganisationKind(Base):
    """One of the things that an organisation is."""

    __tablename__ = "organisation_kind"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)


class Person(Keyed, Base):
    """Somebody with an account. Without a password it is an invitation not yet taken up."""

    __tablename__ = "person"

    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    language: Mapped[str | None]
    password_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    memberships: Mapped[list[Membership]] = relationship(
        lazy="selectin",
        cascade="all, delete-orphan",
        order_by="Membership.organisation_id, Membership.role",
    )

    @property
    def roles(self) -> frozenset[str]:
        """What the person is in some organisation; nothing once the account is closed."""
        if self.closed_at is not None:
            return frozenset()
        return frozenset(membership.role for membership in self.memberships)

    def holds(self, roles: Iterable[Role], organisation_id: UUID | None = None) -> bool:
        """Any of the roles, in that organisation or, without one, in any; none once closed."""
        wanted = set(roles)
        return self.closed_at is None and any(
            membership.role in wanted
            and (organisation_id is None or membership.organisation_id == organisation_id)
            for membership in self.memberships
        )

    def organisations_as(self, *roles: Role) -> list[Organisation]:
        """Where the person holds one of the roles, each organisation once."""
        found = {
            membership.organisation_id: membership.organisation
            for membership in self.memberships
            if membership.role in roles
        }
        return list(found.values())


class Membership(Keyed, Base):
    """One role of one person in one organisation."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id", "role"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[str]
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)


class OpenerKey(Keyed, Base):
    """An opener's own key. Its private part is closed by a phrase that is nowhere kept.

    A key that has been replaced has lost its private part for good.
    """

    __tablename__ = "opener_key"
    __table_args__ = (
        Index(
            "ix_opener_key_standing",
            "person_id",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    public_key: Mapped[bytes]
    closed_private: Mapped[bytes | None]
    made_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]


class LoginSession(Keyed, Base):
    """A log-in. Only a hash of the browser's token is kept.

    ``confirmed_at`` is when its person last showed who they are, ``place_hash`` whence (see
    `rules.place_of`); ``network`` and ``browser`` say it roughly, for the person alone.
    """

    __tablename__ = "login_session"

    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    started_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    second_factor_at: Mapped[datetime | None]
    place_hash: Mapped[str | None]
    network: Mapped[str | None]
    browser: Mapped[str | None]


class KeptForm(Base):
    """What somebody sent after their log-in had ended, until they have logged in again.

    It was not carried out. ``closed`` are its fields, under the key that the portal has of the
    person; ``path`` is where it was sent. A later one takes the place of the earlier.
    """

    __tablename__ = "kept_form"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    path: Mapped[str]
    closed: Mapped[bytes]
    kept_at: Mapped[datetime]


class SecondFactor(Base):
    """An application that makes codes (RFC 6238); its secret lies in the vault.

    ``last_step`` is the time-step of the last code accepted: none is accepted twice.
    """

    __tablename__ = "second_factor"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    secret: Mapped[UUID]
    since: Mapped[datetime]
    last_step: Mapped[int]


class RecoveryCode(Keyed, Base):
    """A code in the place of a lost device, used once; only its hash is kept."""

    __tablename__ = "recovery_code"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    used_at: Mapped[datetime | None]


class ProviderIdentity(Keyed, Base):
    """Whom an OpenID Connect provider means by one of its subjects; bound at the first log-in."""

    __tablename__ = "provider_identity"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        UniqueConstraint("issuer", "person_id"),
    )

    issuer: Mapped[str]
    subject: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    bound_at: Mapped[datetime]


class LoginFailure(Keyed, Base):
    """A wrong password: for which account (a hash, so unknown ones count too), from where."""

    __tablename__ = "login_failure"
    __table_args__ = (
        Index("ix_login_failure_account", "account_hash", "at"),
        Index("ix_login_failure_address", "address_hash", "at"),
    )

    account_hash: Mapped[str]
    address_hash: Mapped[str]
    at: Mapped[datetime]


class OneTimeLink(Keyed, Base):
    """An expiring link of an invitation, a confirmation or a reset; only its hash is kept."""

    __tablename__ = "one_time_link"

    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
