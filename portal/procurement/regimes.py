"""What the legal regimes are called. The names are for a lawyer to confirm, as all legal data."""

from __future__ import annotations

from portal.legal.rules import Regime

REGIME_NAMES: dict[str, dict[str, str]] = {
    Regime.EU: {
        "fi": "EU-kynnysarvon ylittävä hankinta (laki 1397/2016)",
        "sv": "Upphandling över EU-tröskelvärdet (lag 1397/2016)",
        "en": "Procurement above the EU threshold (act 1397/2016)",
    },
    Regime.ANNEX_E: {
        "fi": "Liitteen E erityispalvelu (laki 1397/2016, 12 luku)",
        "sv": "Särskild tjänst i bilaga E (lag 1397/2016, 12 kap.)",
        "en": "Special service of annex E (act 1397/2016, chapter 12)",
    },
    Regime.NATIONAL: {
        "fi": "Kansallinen hankinta (laki 1397/2016, 11 luku)",
        "sv": "Nationell upphandling (lag 1397/2016, 11 kap.)",
        "en": "National procurement (act 1397/2016, chapter 11)",
    },
    Regime.BELOW_THRESHOLD: {
        "fi": "Kansallisen kynnysarvon alittava pienhankinta",
        "sv": "Småupphandling under det nationella tröskelvärdet",
        "en": "Small procurement below the national threshold",
    },
    Regime.RESERVED: {
        "fi": "Varattu hankinta (laki 1397/2016, 24 §)",
        "sv": "Reserverad upphandling (lag 1397/2016, 24 §)",
        "en": "Reserved procurement (act 1397/2016, section 24)",
    },
}
