"""The cards of the demonstration: invented services of its invented providers."""

from __future__ import annotations

from portal.provider_cards.rules import CardTerms, EntryKind

CARDS: tuple[tuple[int, CardTerms], ...] = (
    (
        20,
        CardTerms(
            title={
                "fi": "Kiinteistönhoitajaksi työssä oppien",
                "sv": "Till fastighetsskötare genom lärande i arbetet",
                "en": "Becoming a property caretaker at work",
            },
            description={
                "fi": "Neljä päivää viikossa töissä ja yksi koulutuksessa. Jokainen suorittaa"
                " osatutkinnon, ja työnantaja maksaa palkkaa alusta alkaen.",
                "sv": "Fyra dagar i veckan på jobbet och en i utbildning. Alla avlägger en"
                " examensdel, och arbetsgivaren betalar lön från början.",
                "en": "Four days a week at work and one in training. Everybody completes a"
                " qualification unit, and the employer pays wages from the start.",
            },
            services={
                "fi": "Työpaikan etsiminen, koulutus, työpaikkakäynnit, työturvallisuuskortti",
                "sv": "Sökning av arbetsplats, utbildning, besök, arbetssäkerhetskort",
            },
            target_groups={
                "fi": "Työttömät, joilla on alan kokemusta mutta ei tutkintoa",
                "sv": "Arbetslösa med erfarenhet av branschen men utan examen",
            },
            preconditions={
                "fi": "Lähete työllisyysalueelta ja yhteinen haastattelu",
                "sv": "Remiss från sysselsättningsområdet och en gemensam intervju",
            },
            entries={
                EntryKind.STAGE: ["training", "subsidised_work"],
                EntryKind.FIELD: ["property_services", "cleaning"],
                EntryKind.SUPPORT: ["on_the_job", "work_coaching", "licences"],
                EntryKind.REGION: ["pohjanmaa", "etela_pohjanmaa"],
            },
            area="Esimerkkilahti ja naapurikunnat",
            contact_name="Hakupalvelu",
            phone="020 555 0101",
            email="haku@kiinteisto.example",
            website="https://kiinteisto.example",
        ),
    ),
    (
        200,
        CardTerms(
            title={"fi": "Metallialan työpaja nuorille", "sv": "Metallverkstad för unga"},
            description={
                "fi": "Hitsausta ja levytöitä pienessä ryhmässä. Aloittaa voi minä maanantaina"
                " tahansa, myös osa-aikaisesti.",
                "sv": "Svetsning och plåtarbete i en liten grupp. Man kan börja vilken måndag som"
                " helst, också på deltid.",
            },
            target_groups={"fi": "Alle 30-vuotiaat ilman ammatillista koulutusta"},
            preconditions={"fi": "Tutustumiskäynti; aiempaa osaamista ei tarvita"},
            entries={
                EntryKind.STAGE: ["rehabilitation", "guidance"],
                EntryKind.FIELD: ["metal"],
                EntryKind.SUPPORT: ["workshop", "work_tryout", "learning_support"],
                EntryKind.REGION: ["varsinais_suomi"],
            },
            contact_name="Pajan ohjaajat",
            phone="020 555 0102",
        ),
    ),
    (
        45,
        CardTerms(
            title={
                "fi": "Vårdarbete på två språk – hoiva-avustajaksi kahdella kielellä",
                "sv": "Vårdarbete på två språk",
                "en": "Care work in two languages",
            },
            description={
                "fi": "Hoiva-avustajan koulutus, jossa opitaan samalla suomea ja ruotsia.",
                "sv": "Utbildning till vårdbiträde där man samtidigt lär sig svenska och finska.",
                "en": "Training as a care assistant, learning Finnish and Swedish on the way.",
            },
            target_groups={
                "fi": "Maahanmuuttajat, joiden kielitaito on vähintään A2",
                "sv": "Invandrare med kunskaper i språket på minst nivån A2",
            },
            entries={
                EntryKind.STAGE: ["training", "employment"],
                EntryKind.FIELD: ["social_and_health"],
                EntryKind.SUPPORT: ["group_training", "language_support", "after_guidance"],
                EntryKind.REGION: ["whole_country"],
            },
            contact_name="Kielikoulutus, språkutbildning",
            phone="020 555 0103",
            email="vard@vardarbete.example",
        ),
    ),
)
"""How many days ago each was written, and what it says; the second has gone out of date."""
REMARK = "Asiakkaamme ovat päässeet alkuun nopeasti. Ryhmäkoosta kannattaa kysyä etukäteen."
ANSWER = "Kiitos. Ryhmässä on enintään kuusi."
