"""Sentences of a notice, in each language in which it may be sent."""

from __future__ import annotations

from collections.abc import Mapping

from portal.procurement.rules import OptionKind, Unit

Names = Mapping[str, str]

PRICE: Names = {"fi": "Hinta", "sv": "Pris", "en": "Price"}

UNITS: dict[Unit, Names] = {
    Unit.STUDENT_WORKDAY: {
        "fi": "opiskelijatyöpäivä",
        "sv": "studerandearbetsdag",
        "en": "student workday",
    },
    Unit.TRAINING_PACKAGE: {
        "fi": "koulutuspaketti",
        "sv": "utbildningspaket",
        "en": "training package",
    },
    Unit.HOUR: {"fi": "tunti", "sv": "timme", "en": "hour"},
}

OPTION_TEXTS: dict[OptionKind, Names] = {
    OptionKind.ADDITIONAL_CAPACITY: {
        "fi": "Lisäkapasiteetti: {amount} (yksikkö: {unit}).",
        "sv": "Tilläggskapacitet: {amount} (enhet: {unit}).",
        "en": "Additional capacity: {amount} (unit: {unit}).",
    },
    OptionKind.FURTHER_PERIOD: {
        "fi": "Jatkokausi, kuukausia: {amount}.",
        "sv": "Fortsatt period, månader: {amount}.",
        "en": "Further period, months: {amount}.",
    },
    OptionKind.AFTER_GUIDANCE: {
        "fi": "Jälkiohjaus, tunteja osallistujaa kohti: {amount}.",
        "sv": "Efterhandledning, timmar per deltagare: {amount}.",
        "en": "After-guidance, hours for each participant: {amount}.",
    },
    OptionKind.COACHING: {
        "fi": "Valmennus, tunteja: {amount}.",
        "sv": "Coachning, timmar: {amount}.",
        "en": "Coaching, hours: {amount}.",
    },
}

OPTION_LIMITS: Names = {
    "fi": " Käyttökertoja enintään: {times}. Viimeinen ilmoituspäivä: {day}.",
    "sv": " Antal gånger högst: {times}. Sista dag för meddelande: {day}.",
    "en": " Times at most: {times}. Last day of notice: {day}.",
}
