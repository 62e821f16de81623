"""Names and codes of the business terms of eForms that the notices of the portal speak of.

Source: Commission Implementing Regulation (EU) 2019/1780 and the code lists of its software
development kit. Which form a legal regime takes is a proposal, for a lawyer and the channel to
confirm, as all legal data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.legal.rules import Regime
from portal.procurement.rules import Procedure

Names = Mapping[str, str]

LANGUAGE_CODES = {"fi": "FIN", "sv": "SWE", "en": "ENG"}
FINLAND = "FIN"
EURO = "EUR"
SERVICES = "services"

PROCEDURES: dict[Procedure, str] = {
    Procedure.OPEN: "open",
    Procedure.RESTRICTED: "restricted",
    Procedure.NEGOTIATED: "neg-w-call",
    Procedure.DIRECT_AWARD: "neg-wo-call",
}
"""BT-105."""


@dataclass(frozen=True)
class Forms:
    """The legal basis that both notices name, and the subtype and type of each."""

    legal_basis: str
    call_subtype: str
    call_type: str
    award_subtype: str
    award_type: str


_DIRECTIVE = "32014L0024"
_STANDARD = Forms(_DIRECTIVE, "16", "cn-standard", "29", "can-standard")
_LIGHT = Forms(_DIRECTIVE, "20", "cn-social", "33", "can-social")
_NATIONAL = Forms("other", "E3", "cn-standard", "E4", "can-standard")


def forms_for(regime: Regime, *, in_union: bool) -> Forms:
    """The forms of a regime's notices: in the whole Union, or in the national channel alone."""
    if not in_union:
        return _NATIONAL
    return _LIGHT if regime is Regime.ANNEX_E else _STANDARD


TERMS: dict[str, Names] = {
    "BT-01": {
        "fi": "Hankintamenettelyn oikeusperusta",
        "sv": "Upphandlingsförfarandets rättsliga grund",
        "en": "Procedure legal basis",
    },
    "BT-02": {"fi": "Ilmoituksen tyyppi", "sv": "Typ av meddelande", "en": "Notice type"},
    "BT-03": {"fi": "Lomakkeen tyyppi", "sv": "Formulärtyp", "en": "Form type"},
    "BT-04": {
        "fi": "Hankintamenettelyn tunniste",
        "sv": "Upphandlingsförfarandets identifierare",
        "en": "Procedure identifier",
    },
    "BT-05": {
        "fi": "Ilmoituksen lähetysaika",
        "sv": "Datum då meddelandet avsändes",
        "en": "Notice dispatch date",
    },
    "BT-10": {
        "fi": "Viranomaisen toimiala",
        "sv": "Myndighetens verksamhetsområde",
        "en": "Activity of the authority",
    },
    "BT-11": {
        "fi": "Ostajan oikeudellinen muoto",
        "sv": "Köparens rättsliga form",
        "en": "Buyer legal type",
    },
    "BT-13": {
        "fi": "Lisätietopyyntöjen määräaika",
        "sv": "Tidsfrist för begäran om ytterligare information",
        "en": "Additional information deadline",
    },
    "BT-14": {
        "fi": "Asiakirjojen saatavuuden rajoitus",
        "sv": "Begränsad tillgång till handlingarna",
        "en": "Documents restricted",
    },
    "BT-15": {
        "fi": "Asiakirjojen osoite",
        "sv": "Handlingarnas adress",
        "en": "Documents URL",
    },
    "BT-17": {
        "fi": "Sähköinen jättäminen",
        "sv": "Elektronisk inlämning",
        "en": "Submission electronic",
    },
    "BT-18": {
        "fi": "Tarjousten jättämisen osoite",
        "sv": "Adress för inlämning",
        "en": "Submission URL",
    },
    "BT-21": {"fi": "Nimi", "sv": "Titel", "en": "Title"},
    "BT-22": {"fi": "Sisäinen tunniste", "sv": "Intern identifierare", "en": "Internal identifier"},
    "BT-23": {
        "fi": "Hankinnan pääasiallinen luonne",
        "sv": "Upphandlingens huvudsakliga natur",
        "en": "Main nature",
    },
    "BT-24": {"fi": "Kuvaus", "sv": "Beskrivning", "en": "Description"},
    "BT-25": {"fi": "Määrä", "sv": "Kvantitet", "en": "Quantity"},
    "BT-27": {
        "fi": "Ennakoitu arvo ilman arvonlisäveroa",
        "sv": "Uppskattat värde utan mervärdesskatt",
        "en": "Estimated value without VAT",
    },
    "BT-54": {
        "fi": "Optioiden kuvaus",
        "sv": "Beskrivning av optionerna",
        "en": "Options description",
    },
    "BT-57": {
        "fi": "Sopimuksen jatkamisen kuvaus",
        "sv": "Beskrivning av förlängning",
        "en": "Renewal description",
    },
    "BT-58": {
        "fi": "Jatkamiskertoja enintään",
        "sv": "Högsta antal förlängningar",
        "en": "Renewal maximum",
    },
    "BT-60": {"fi": "EU-rahoitus", "sv": "EU-medel", "en": "EU funds"},
    "BT-63": {"fi": "Vaihtoehtoiset tarjoukset", "sv": "Alternativa anbud", "en": "Variants"},
    "BT-67": {"fi": "Poissulkuperusteet", "sv": "Uteslutningsgrunder", "en": "Exclusion grounds"},
    "BT-71": {
        "fi": "Osallistumisen varaaminen",
        "sv": "Reserverat deltagande",
        "en": "Reserved participation",
    },
    "BT-77": {"fi": "Rahoitusehdot", "sv": "Ekonomiska villkor", "en": "Terms financial"},
    "BT-97": {
        "fi": "Tarjousten kieli",
        "sv": "Språk för inlämning",
        "en": "Submission language",
    },
    "BT-99": {
        "fi": "Muutoksenhaun määräajan kuvaus",
        "sv": "Beskrivning av tidsfrist för ändringssökande",
        "en": "Review deadline description",
    },
    "BT-105": {
        "fi": "Hankintamenettelyn tyyppi",
        "sv": "Typ av förfarande",
        "en": "Procedure type",
    },
    "BT-115": {
        "fi": "GPA-sopimuksen soveltaminen",
        "sv": "GPA-avtalets tillämpning",
        "en": "GPA coverage",
    },
    "BT-131": {
        "fi": "Tarjousten määräaika",
        "sv": "Tidsfrist för mottagande av anbud",
        "en": "Deadline receipt tenders",
    },
    "BT-137": {"fi": "Osan tunniste", "sv": "Delens identifierare", "en": "Purpose lot identifier"},
    "BT-142": {"fi": "Voittajan valinta", "sv": "Val av vinnare", "en": "Winner chosen"},
    "BT-144": {
        "fi": "Syy, miksi voittajaa ei valittu",
        "sv": "Skäl till att ingen vinnare valts",
        "en": "Not awarded reason",
    },
    "BT-145": {
        "fi": "Sopimuksen tekopäivä",
        "sv": "Datum för ingående av kontrakt",
        "en": "Contract conclusion date",
    },
    "BT-150": {
        "fi": "Sopimuksen tunniste",
        "sv": "Kontraktets identifierare",
        "en": "Contract identifier",
    },
    "BT-161": {
        "fi": "Ilmoituksen arvo ilman arvonlisäveroa",
        "sv": "Meddelandets värde utan mervärdesskatt",
        "en": "Notice value without VAT",
    },
    "BT-165": {"fi": "Voittajan koko", "sv": "Vinnarens storlek", "en": "Winner size"},
    "BT-262": {
        "fi": "Pääasiallinen CPV-koodi",
        "sv": "Huvudsaklig CPV-kod",
        "en": "Main classification code",
    },
    "BT-263": {
        "fi": "Muut CPV-koodit",
        "sv": "Övriga CPV-koder",
        "en": "Additional classification code",
    },
    "BT-500": {"fi": "Organisaation nimi", "sv": "Organisationens namn", "en": "Organisation name"},
    "BT-501": {
        "fi": "Organisaation tunniste",
        "sv": "Organisationens identifierare",
        "en": "Organisation identifier",
    },
    "BT-503": {
        "fi": "Organisaation puhelinnumero",
        "sv": "Organisationens telefonnummer",
        "en": "Organisation contact telephone number",
    },
    "BT-506": {
        "fi": "Organisaation sähköpostiosoite",
        "sv": "Organisationens e-postadress",
        "en": "Organisation contact email address",
    },
    "BT-507": {
        "fi": "Organisaation NUTS-alue",
        "sv": "Organisationens Nuts-område",
        "en": "Organisation country subdivision",
    },
    "BT-512": {
        "fi": "Organisaation postinumero",
        "sv": "Organisationens postnummer",
        "en": "Organisation post code",
    },
    "BT-513": {"fi": "Organisaation kunta", "sv": "Organisationens ort", "en": "Organisation city"},
    "BT-514": {
        "fi": "Organisaation maa",
        "sv": "Organisationens land",
        "en": "Organisation country code",
    },
    "BT-536": {
        "fi": "Sopimuskauden alkamispäivä",
        "sv": "Avtalsperiodens startdatum",
        "en": "Duration start date",
    },
    "BT-537": {
        "fi": "Sopimuskauden päättymispäivä",
        "sv": "Avtalsperiodens slutdatum",
        "en": "Duration end date",
    },
    "BT-539": {
        "fi": "Valintaperusteen tyyppi",
        "sv": "Typ av tilldelningskriterium",
        "en": "Award criterion type",
    },
    "BT-540": {
        "fi": "Valintaperusteen kuvaus",
        "sv": "Beskrivning av tilldelningskriteriet",
        "en": "Award criterion description",
    },
    "BT-541": {
        "fi": "Valintaperusteen paino",
        "sv": "Tilldelningskriteriets vikt",
        "en": "Award criterion number",
    },
    "BT-625": {"fi": "Yksikkö", "sv": "Enhet", "en": "Unit"},
    "BT-701": {
        "fi": "Ilmoituksen tunniste",
        "sv": "Meddelandets identifierare",
        "en": "Notice identifier",
    },
    "BT-702": {
        "fi": "Ilmoituksen virallinen kieli",
        "sv": "Meddelandets officiella språk",
        "en": "Notice official language",
    },
    "BT-708": {
        "fi": "Asiakirjojen virallinen kieli",
        "sv": "Handlingarnas officiella språk",
        "en": "Documents official language",
    },
    "BT-710": {
        "fi": "Halvimman tarjouksen arvo",
        "sv": "Det lägsta anbudets värde",
        "en": "Tender value lowest",
    },
    "BT-711": {
        "fi": "Kalleimman tarjouksen arvo",
        "sv": "Det högsta anbudets värde",
        "en": "Tender value highest",
    },
    "BT-720": {
        "fi": "Tarjouksen arvo ilman arvonlisäveroa",
        "sv": "Anbudets värde utan mervärdesskatt",
        "en": "Tender value without VAT",
    },
    "BT-728": {
        "fi": "Suorituspaikan lisätiedot",
        "sv": "Ytterligare information om platsen",
        "en": "Place performance additional information",
    },
    "BT-734": {
        "fi": "Valintaperusteen nimi",
        "sv": "Tilldelningskriteriets namn",
        "en": "Award criterion name",
    },
    "BT-743": {
        "fi": "Sähköinen laskutus",
        "sv": "Elektronisk fakturering",
        "en": "Electronic invoicing",
    },
    "BT-750": {
        "fi": "Soveltuvuusvaatimuksen kuvaus",
        "sv": "Beskrivning av urvalskriteriet",
        "en": "Selection criteria description",
    },
    "BT-759": {
        "fi": "Saatujen tarjousten määrä",
        "sv": "Antal mottagna anbud",
        "en": "Received submissions count",
    },
    "BT-760": {
        "fi": "Saatujen tarjousten laji",
        "sv": "Typ av mottagna anbud",
        "en": "Received submissions type",
    },
    "BT-765": {"fi": "Puitejärjestely", "sv": "Ramavtal", "en": "Framework agreement"},
    "BT-766": {
        "fi": "Dynaaminen hankintajärjestelmä",
        "sv": "Dynamiskt inköpssystem",
        "en": "Dynamic purchasing system",
    },
    "BT-769": {
        "fi": "Useita tarjouksia samalta tarjoajalta",
        "sv": "Flera anbud från samma anbudsgivare",
        "en": "Multiple tenders",
    },
    "BT-773": {"fi": "Alihankinta", "sv": "Underentreprenad", "en": "Subcontracting"},
    "BT-1451": {
        "fi": "Voittajan valintapäivä",
        "sv": "Datum för val av vinnare",
        "en": "Winner decision date",
    },
    "BT-3201": {
        "fi": "Tarjouksen tunniste",
        "sv": "Anbudets identifierare",
        "en": "Tender identifier",
    },
    "BT-5071": {
        "fi": "Suorituspaikan NUTS-alue",
        "sv": "Nuts-område för fullgörande",
        "en": "Place performance country subdivision",
    },
    "BT-5141": {
        "fi": "Suorituspaikan maa",
        "sv": "Land för fullgörande",
        "en": "Place performance country code",
    },
    "BT-5421": {
        "fi": "Painon tyyppi",
        "sv": "Typ av vikt",
        "en": "Award criterion number weight",
    },
    "BT-13713": {"fi": "Tuloksen osa", "sv": "Resultatets del", "en": "Result lot identifier"},
}
"""What a term is called. The identifiers are those of the regulation."""
