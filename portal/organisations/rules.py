"""Rules of organisations, accounts and guessing."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address

from portal.permissions import KINDS_FOR_ROLE, Kind, Role

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1000
LONGEST_EMAIL = 254

# How many wrong passwords in an hour are let by before the slow-down begins: of one account from
# one address; from one address in all.
TRIES_OF_PAIR = 5
TRIES_OF_ADDRESS = 50
# And how many at most of one account: from all the places together where its owner has not logged
# in lately, and from those together where the owner has. So nobody tries more than 20, and whoever
# guesses elsewhere does not keep the owner out (proposals; ASVS 5.0, 6.3.1).
TRIES_OF_STRANGERS = 12
TRIES_OF_OWN_PLACES = 8
TRIES_COUNT_FOR = timedelta(hours=1)
OWN_PLACE_FOR = timedelta(days=90)
# A code of six digits falls to a million guesses, so few are let by (proposals).
TRIES_OF_CODE = 5
CODES_COUNT_FOR = timedelta(minutes=15)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)

_BUSINESS_ID = re.compile(r"([0-9]{7})-([0-9])")
_BUSINESS_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2)
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_](?:[\w-]{0,61}[^\W_])"
)

# The commonest of those that are long enough to pass otherwise, in the forms that people choose.
_COMMON_PASSWORDS = frozenset(
    {
        "1234567890ab",
        "123456789012",
        "1234567890123",
        "12345678901234",
        "123456789101112",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "aaaaaaaaaaaa",
        "abcdefghijkl",
        "abcd1234abcd",
        "administrator",
        "adminadminadmin",
        "hankintaportaali",
        "iloveyouiloveyou",
        "kesakuu12345",
        "letmeinletmein",
        "passw0rd1234",
        "password1234",
        "password12345",
        "password123456",
        "passwordpassword",
        "perkeleperkele",
        "q1w2e3r4t5y6",
        "qazwsxedcrfv",
        "qwerty123456",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwertyuiopasdf",
        "qwertyuiopå123",
        "salasana1234",
        "salasana12345",
        "salasana123456",
        "salasanasalasana",
        "siirtyma1234",
        "siirtymä1234",
        "siirtymasiirtyma",
        "sommar123456",
        "suomi1234567",
        "talvi1234567",
        "tervetuloa12",
        "tervetuloa123",
        "valkommen123",
        "välkommen123",
        "welcome12345",
    }
)


class Purpose(StrEnum):
    """What a one-time link is for."""

    CONFIRM = "confirm"
    INVITATION = "invitation"
    RESET = "reset"


def is_business_id(text: str) -> bool:
    """Whether it is a Finnish business id (Y-tunnus): seven digits, a hyphen, the check digit.

    The weighted sum's remainder by 11 is 0 for check digit 0, never 1, else 11 less the digit
    (the Finnish Tax Administration's description of the id).
    """
    found = _BUSINESS_ID.fullmatch(text)
    if not found:
        return False
    weighed = zip(found[1], _BUSINESS_ID_WEIGHTS, strict=True)
    remainder = sum(int(digit) * weight for digit, weight in weighed) % 11
    return remainder != 1 and int(found[2]) == (11 - remainder) % 11


def normal_business_id(text: str) -> str:
    """Without spaces, with its hyphen; anything else as it came."""
    bare = "".join(text.split()).replace("\N{EN DASH}", "-")
    return f"{bare[:-1]}-{bare[-1]}" if re.fullmatch(r"[0-9]{8}", bare) else bare


def normal_email(text: str) -> str:
    """One form for one address: no spaces around it, composed letters, lower case."""
    return unicodedata.normalize("NFC", text.strip()).lower()


def is_email(text: str) -> bool:
    """Whether mail could be sent there: plain letters before the sign, any domain after it."""
    return len(text) <= LONGEST_EMAIL and _EMAIL.fullmatch(text) is not None


def password_fault(password: str, email: str) -> str | None:
    """The rule that the password breaks, if any: its length, a common one, or made of the address.

    After NIST SP 800-63B: length and a list of the commonest, no demands on kinds of characters.
    """
    normal = normal_password(password)
    if len(normal) < SHORTEST_PASSWORD:
        return "password_short"
    if len(normal) > LONGEST_PASSWORD:
        return "password_long"
    bare = "".join(normal.split()).casefold()
    if bare in _COMMON_PASSWORDS or len(set(bare)) < 4:
        return "password_common"
    address = normal_email(email)
    local = address.partition("@")[0]
    left = bare.replace(address, "").replace(local, "") if local else bare
    return "password_personal" if len(left) < 4 else None


def normal_password(password: str) -> str:
    """The same password however a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password)


def wait_before_next_try(
    failures: Sequence[datetime], now: datetime, free: int = TRIES_OF_PAIR
) -> timedelta:
    """How long until another password may be tried, after these wrong ones.

    None while fewer than ``free`` of the last hour were wrong; then 30 seconds from the last of
    them, doubled by each further one up to 15 minutes.
    """
    counted = [at for at in failures if now - TRIES_COUNT_FOR < at <= now]
    beyond = len(counted) - free
    if beyond < 0:
        return timedelta(0)
    wait: timedelta = min(FIRST_WAIT * 2 ** min(beyond, 10), LONGEST_WAIT)
    return max(max(counted) + wait - now, timedelta(0))


def wait_until_fewer(
    failures: Sequence[datetime], now: datetime, most: int, within: timedelta = TRIES_COUNT_FOR
) -> timedelta:
    """How long until fewer than ``most`` of these were within that time."""
    counted = sorted(at for at in failures if now - within < at <= now)
    return max(counted[-most] + within - now, timedelta(0)) if len(counted) >= most else timedelta()


def wait_for_account(
    failures: Sequence[tuple[datetime, str]], place: str, own: Collection[str], now: datetime
) -> timedelta:
    """How long until another password of one account may be tried from that place.

    ``failures`` are its wrong ones with their places, ``own`` the places of its owner.
    """
    of_pair = [at for at, where in failures if where == place]
    alike = [at for at, where in failures if (where in own) == (place in own)]
    most = TRIES_OF_OWN_PLACES if place in own else TRIES_OF_STRANGERS
    return max(wait_before_next_try(of_pair, now), wait_until_fewer(alike, now, most))


def network_of(address: str | None) -> str | None:
    """Roughly where an address is, for its owner to recognise: three of four parts, or a /48."""
    place = place_of(address)
    if place == "unknown":
        return None
    if ":" in place:
        return ":".join(place.split(":")[:3]) + ":*"
    return place.rpartition(".")[0] + ".*" if "." in place else None


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_named(agent: str | None) -> str | None:
    """The browser and the system that a User-Agent header names, such as Firefox, Windows."""
    found = [
        next((name for sign, name in known if sign in (agent or "")), None)
        for known in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(filter(None, found)) or None


def place_of(address: str | None) -> str:
    """Whom an address counts for: itself, or in IPv6 the network of one subscriber."""
    if not address:
        return "unknown"
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return parsed.exploded[:19]
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


def new_token() -> str:
    """256 random bits, for an address or a cookie."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """What is kept of a token, or of an address that counts: lower-case hexadecimal SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()


def fits(role: Role, kinds: Iterable[Kind]) -> bool:
    """Whether an organisation of these kinds may have somebody in the role."""
    return not KINDS_FOR_ROLE[role].isdisjoint(kinds)
