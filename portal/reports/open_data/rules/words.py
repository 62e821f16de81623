"""What a release says in words of its own, in Finnish: the language that it states."""

from __future__ import annotations

from decimal import Decimal

from portal.procurement.rules import OptionKind, Procedure, Unit
from portal.shared.numbers import plain

LANGUAGE = "fi"

METHODS: dict[str, str] = {
    Procedure.OPEN: "open",
    Procedure.RESTRICTED: "selective",
    Procedure.NEGOTIATED: "selective",
    Procedure.DIRECT_AWARD: "direct",
}
"""The codes of the standard (procurementMethod)."""

PROCEDURES: dict[str, str] = {
    Procedure.OPEN: "avoin menettely",
    Procedure.RESTRICTED: "rajoitettu menettely",
    Procedure.NEGOTIATED: "neuvottelumenettely",
    Procedure.DIRECT_AWARD: "suorahankinta",
}
UNITS: dict[str, str] = {
    Unit.STUDENT_WORKDAY: "opiskelijatyöpäivä",
    Unit.TRAINING_PACKAGE: "koulutuspaketti",
    Unit.HOUR: "tunti",
}
_OPTIONS: dict[str, str] = {
    OptionKind.ADDITIONAL_CAPACITY: "lisäkapasiteetti, määrä {amount}",
    OptionKind.FURTHER_PERIOD: "jatkokausi, {amount} kk",
    OptionKind.AFTER_GUIDANCE: "jälkiohjaus, enintään {amount} tuntia osallistujaa kohti",
    OptionKind.COACHING: "valmennus, {amount} tuntia",
}
PRICE = "Hinta"
DELIVERY = "delivery"
CORRECTED = "Hankintayksikkö on korjannut hankintapäätöksen, eikä ratkaisu ole enää voimassa."
ANNULLED = "Markkinaoikeus on kumonnut ratkaisun."


def option(kind: str, amount: Decimal) -> str:
    """What an option gives, in a few words."""
    return _OPTIONS[kind].format(amount=plain(amount))


def option_clause(kind: str, amount: Decimal, times: int, notice_by: str) -> str:
    """An option clause as the call declares it."""
    return (
        f"{option(kind, amount)}; käytettävissä {times} kertaa, ilmoitettava viimeistään"
        f" {notice_by}"
    )


def option_used(key: str, kind: str, amount: Decimal, n: int) -> str:
    """Why a contract has been amended: an option used for the n-th time."""
    return f"Hankinnassa kilpailutetun option {key} käyttö, {n}. kerta: {option(kind, amount)}"


def changed(ground: str, section: str) -> str:
    """Why a contract has been amended: a ground of law."""
    return f"{ground} (laki 1397/2016, {section})"


def revised(since: str) -> str:
    """Why a contract has been amended: its price clause."""
    return f"Hinta tarkistettu sopimuksen indeksiehdon mukaan {since} alkaen"


def passed(to: str) -> str:
    """Why a contract has been amended: it has a new buyer."""
    return f"Sopimus on siirtynyt uudelle tilaajalle: {to}"


def call_off(n: int, field: str) -> str:
    """A call-off by its number and field."""
    return f"Tilaus {n}: {field}"


def training(n: int, field: str) -> str:
    """A training by its number and field."""
    return f"Koulutus {n}: {field}"


def withdrawn(n: int, field: str) -> str:
    """A call-off that came to nothing."""
    return f"{call_off(n, field)} (peruuntunut)"


def delivery(period: str, field: str) -> str:
    """The delivery of a training's month."""
    return f"Toimitus {period}: {field}"


def delivered(days: Decimal, unit: str) -> str:
    """How much was delivered."""
    told = plain(days).replace(".", ",")
    return f"{told} tuntia" if unit == Unit.HOUR else f"{told} opiskelijatyöpäivää"
