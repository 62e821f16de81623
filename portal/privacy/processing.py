"""The record of processing activities (GDPR article 30), written from the inventory.

``portal privacy record`` prints it; `docs/data-protection/processing-record.md` is its output, and
a test holds the file against it. Finnish first, then English.
"""

from __future__ import annotations

from collections.abc import Iterator

from portal.privacy.inventory import Records, inventory

_HEAD = {
    "fi": """## Seloste suomeksi

Rekisterinpitäjä: osallistujien tiedoissa henkilön lähettänyt työllisyysviranomainen, tunnusten
tiedoissa palvelun ylläpitäjä (**rekisterinpitäjä vahvistaa**; laki 380/2023, juristi vahvistaa).
Käsittelijä: kouluttaja, sopimuksen tietosuojaliitteen mukaan (GDPR 28 artikla).
Tietosuojavastaava ja yhteystiedot: **rekisterinpitäjä täydentää**.
Siirrot EU:n ja ETA:n ulkopuolelle: palvelu ei siirrä tietoja; palvelimen sijainti
**rekisterinpitäjän vahvistettava**. Rekisteröidyt: koulutusten osallistujat, työpaikkojen ja
palvelujen yhteyshenkilöt, palautteen antajat, tunnusten haltijat. Henkilötunnuksia, terveystietoja
ja etuustietoja ei kysytä, ja henkilötunnus torjutaan joka vapaassa tekstissä.
Turvatoimet: `docs/architecture.md`, kohdat Storage ja Audit, ja vaikutustenarvioinnin taulukko.
""",
    "en": """## The record in English

Controller: of participants' data the employment office that referred the person, of accounts the
keeper of the portal (**the controller confirms**; Act 380/2023, a lawyer confirms).
Processor: the provider, by the contract's annex on personal data (GDPR article 28).
Data protection officer and contacts: **the controller fills in**.
Transfers outside the EU and EEA: the portal makes none; where its server stands
**the controller confirms**. Data subjects: participants of trainings, contact people of workplaces
and services, givers of feedback, account holders. No personal identity code, health or benefit is
asked for, and an identity code is refused in every free text.
Security: `docs/architecture.md` and the table of the impact assessment.
""",
}
_WORDS = {
    "fi": ("Tieto", "Käyttötarkoitus", "Peruste", "Kuka näkee", "Säilytys", "Lopussa"),
    "en": ("Data", "Purpose", "Ground", "Seen by", "Kept", "At the end"),
}
_AT_END = {
    "fi": {
        "keep": "jää lukuihin",
        "blank": "tyhjennetään",
        "mask": "peitetään",
        "draw": "korvataan satunnaisella",
        "year": "ikäryhmän vuosi",
        "delete": "rivi poistetaan",
    },
    "en": {
        "keep": "stays as counts",
        "blank": "emptied",
        "mask": "masked",
        "draw": "replaced by a random key",
        "year": "a year of the age group",
        "delete": "the row is deleted",
    },
}
_PROPOSAL = {
    "fi": "ehdotus {months} kk, rekisterinpitäjä asettaa",
    "en": "proposal {months} months, the controller sets",
}


def record_of_processing() -> str:
    """The whole document."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# Seloste käsittelytoimista / Record of processing activities"
    yield ""
    yield "Made by `portal privacy record` from `portal/privacy/records.yaml`; not edited by hand."
    yield ""
    for language in ("fi", "en"):
        yield _HEAD[language]
        yield f"| {' | '.join(_WORDS[language])} |"
        yield "|---|---|---|---|---|---|"
        for records in inventory().tables:
            yield from _rows(records, language)
        yield ""


def _rows(records: Records, language: str) -> Iterator[str]:
    told = inventory()
    ground = told.grounds[records.ground]
    kept = told.retention[records.retention]
    period = kept["name"][language]
    if kept["proposal"]:
        period += f" ({_PROPOSAL[language].format(months=kept['proposal'])})"
    for field in records.fields:
        at_end = "delete" if records.deleted else field.at_end.value
        yield (
            f"| {field.what[language]} (`{records.table}.{field.column}`)"
            f" | {told.purposes[field.purpose][language]}"
            f" | GDPR {ground['article']}; {ground['national'][language]}"
            f" | {told.readers[records.readers][language]}"
            f" | {period} | {_AT_END[language][at_end]} |"
        )
