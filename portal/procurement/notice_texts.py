"""Sentences of a notice, in each language in which it may be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portal.language import formats
from portal.procurement.rules import LotTerms, OptionKind, OptionTerms, Unit
from portal.shared.names import LANGUAGES, name_in

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

VAT: Names = {
    "fi": "Hinnat ilman arvonlisäveroa. Arvonlisäverokanta: {rate} %.",
    "sv": "Priser utan mervärdesskatt. Mervärdesskattesats: {rate} %.",
    "en": "Prices without value added tax. Rate of the tax: {rate} %.",
}

REVISION: Names = {
    "fi": "Hintoja tarkistetaan vuosittain {day}.{month}. alkaen. Indeksi: {index}."
    " Muutos kerrallaan enintään {ceiling} %.",
    "sv": "Priserna justeras årligen från och med {day}.{month}. Index: {index}."
    " Ändring per gång högst {ceiling} %.",
    "en": "Prices are revised each year from {day}.{month}. on. Index: {index}."
    " A change is at most {ceiling} % at a time.",
}


def financial_terms(lot: LotTerms) -> Names:
    """The rate of value added tax and how prices are revised, as far as the lot says."""
    told: dict[str, str] = {}
    for language in LANGUAGES:
        parts = []
        if lot.vat_rate is not None:
            parts.append(VAT[language].format(rate=formats.number(lot.vat_rate, language)))
        if lot.price_revision is not None:
            by = lot.price_revision
            parts.append(
                REVISION[language].format(
                    day=by.day,
                    month=by.month,
                    index=name_in(by.index, language),
                    ceiling=formats.number(by.ceiling, language),
                )
            )
        if parts:
            told[language] = " ".join(parts)
    return told


def told_options(options: Sequence[OptionTerms], lot: LotTerms) -> Names:
    """The options one after the other, each with its limits."""
    return {
        language: " ".join(
            (OPTION_TEXTS[option.kind][language] + OPTION_LIMITS[language]).format(
                amount=formats.number(option.amount, language),
                unit=UNITS[lot.unit][language],
                times=option.times,
                day=formats.day(option.notice_by, language),
            )
            for option in options
        )
        for language in LANGUAGES
    }
