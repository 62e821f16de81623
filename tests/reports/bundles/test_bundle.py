"""What a bundle holds at each stage, for whom, and that it is checked without the portal."""

from __future__ import annotations

import hashlib
import json
import subprocess
from io import BytesIO
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.database import Database
from portal.offers.rules import Promise, Secret
from portal.organisations.models import Person
from portal.reports.bundles.queries import bundle_page, pack
from portal.reports.bundles.rules import Made, Scope
from portal.reports.bundles.usecases import make_bundle
from portal.shared.errors import NotFound, RuleBroken
from portal.shared.names import LANGUAGES
from portal.unit_of_work import unit_of_work
from tests.cast import Cast
from tests.documents.reading import text_of
from tests.evaluation.conftest import KEYS, PRICES, Evaluating
from tests.offers.files import pdf

CANARIES = ("Lupaus-kanarialintu", "Peruste-kanarialintu", "vastaa:", "52.5", "kuvaus.pdf")


def offered(evaluating: Evaluating, cast: Cast) -> None:
    """Both offers, with words of their own and a file."""
    said = {
        "promises": (Promise(KEYS[0], CANARIES[0]),),
        "secrets": (Secret(KEYS[0], CANARIES[1]),),
    }
    evaluating.offer(cast.river, cast.roope, PRICES["river"], file=pdf(), **said)
    evaluating.offer(cast.shore, cast.sanna, PRICES["shore"])


def decided(evaluating: Evaluating, cast: Cast) -> None:
    offered(evaluating, cast)
    evaluating.appoint(cast.eeva, cast.erik)
    evaluating.open()
    evaluating.declare(cast.olli, cast.paula, cast.eeva, cast.erik)
    evaluating.judge(cast.river, cast.shore)
    evaluating.assess_all()
    evaluating.agree_all()
    evaluating.award(cast.river)
    evaluating.issue()


def packed(database: Database, call: UUID, person: Person | None) -> tuple[Made, bytes]:
    file = BytesIO()
    with database.snapshot() as session:
        by = None if person is None else session.get_one(Person, person.id)
        made = pack(session, call, by, file)
    return made, file.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as opened:
        assert opened.testzip() is None
        return {name: opened.read(name) for name in opened.namelist()}


def test_before_the_opening_a_bundle_holds_the_call_and_no_word_of_an_offer(
    database: Database, cast: Cast, call: UUID, evaluating: Evaluating
) -> None:
    _made, without = packed(database, call, cast.olli)
    offered(evaluating, cast)
    for person in (cast.olli, cast.paula, cast.tarja, None):
        made, content = packed(database, call, person)
        assert made.scope == Scope.CALL
        # Whether there is an offer is as sealed as what it says.
        assert content == without
    files = unpacked(content)
    assert {name for name in files if name.startswith("data/")} == {
        "data/call.json",
        "data/amendments.json",
        "data/questions.json",
        "data/documents.json",
        "data/sealed-copies.json",
    }
    texts = [text for name, text in files.items() if not name.endswith(".pdf")]
    everything = b"".join(texts).decode() + text_of(files["CONTENTS.fi.pdf"])
    assert not [word for word in CANARIES if word in everything]
    assert str(cast.river.id) not in everything


def test_after_the_decision_a_bundle_holds_all_of_it_and_nobody_by_name(
    database: Database, cast: Cast, call: UUID, evaluating: Evaluating
) -> None:
    decided(evaluating, cast)
    made, content = packed(database, call, cast.olli)
    assert made == Made(
        Scope.WHOLE, len(unpacked(content)), len(content), hashlib.sha256(content).hexdigest()
    )
    assert packed(database, call, cast.olli)[1] == content
    assert packed(database, call, cast.tarja)[1] == content
    files = unpacked(content)
    within = {name: hashlib.sha256(file).hexdigest() for name, file in files.items() if "/" in name}
    for language in LANGUAGES:
        listed = text_of(files[f"CONTENTS.{language}.pdf"]).replace(" ", "")
        assert [name for name, sha256 in within.items() if sha256 not in listed] == []
    data = {
        name.removeprefix("data/").removesuffix(".json"): json.loads(text)
        for name, text in files.items()
        if name.startswith("data/")
    }
    assert [len(data[name]) for name in ("offers", "assessments", "joint-scores", "awards")] == [
        2,
        4,
        2,
        1,
    ]
    assert {row["price"] for row in data["offered-prices"]} == {"58", "52.5"}
    assert data["decisions"][0]["standstill_days"] == 14
    assert data["call"][0]["frozen"]["reference"] == "ESIM/1/2026"
    assert {row["numerator"] for row in data["figures"]} == {0}
    (attached,) = data["attachments"]
    assert attached["path"].endswith("/01-kuvaus.pdf")
    assert hashlib.sha256(files[attached["path"]]).hexdigest() == attached["sha256"]
    told = "".join(text.decode() for name, text in files.items() if name.startswith("data/"))
    assert CANARIES[0] in told
    # Beside the contact in the decision's own text, only reasons that name their writer.
    named = {one.name for one in cast.people if one.name in told}
    assert named == {cast.olli.name, cast.eeva.name, cast.erik.name}
    assert "blob_id" not in told


def test_the_bundle_is_checked_without_the_portal(
    database: Database, cast: Cast, call: UUID, evaluating: Evaluating, tmp_path: Path
) -> None:
    decided(evaluating, cast)
    _made, content = packed(database, call, cast.paula)
    tmp_path /= "bundle"
    with ZipFile(BytesIO(content)) as opened:
        opened.extractall(tmp_path)
    checked = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stderr
    lines = (tmp_path / "SHA256SUMS").read_text().splitlines()
    everything = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()}
    assert {line.split("  ")[1] for line in lines} == everything - {"SHA256SUMS"}
    # The program is the one that the bundle itself tells, in each language.
    head = json.loads((tmp_path / "bundle.json").read_text())["audit"]
    for language in ("fi", "sv", "en"):
        told = (tmp_path / f"README.{language}.txt").read_text(encoding="utf-8")
        program = told[told.index("    import hashlib") :]
        lines = [line.removeprefix("    ") for line in program.splitlines()]
        ran = subprocess.run(
            ["python3", "-c", "\n".join(lines)], cwd=tmp_path, capture_output=True, text=True
        )
        assert ran.stdout.split() == [str(head["entries"]), head["head"]], ran.stderr
        assert head["head"] in told
    changed = tmp_path / "audit" / "chain.json"
    changed.write_text(changed.read_text().replace('"act":"award"', '"act":"agree"'))
    again = subprocess.run(["python3", "-c", "\n".join(lines)], cwd=tmp_path, capture_output=True)
    assert again.returncode != 0


def test_who_handles_the_offers_has_them_in_the_bundle_once_they_have_declared(
    database: Database, cast: Cast, call: UUID, evaluating: Evaluating
) -> None:
    offered(evaluating, cast)
    evaluating.open()
    evaluating.declare(cast.olli)
    evaluating.declare(cast.paula, conflicts=[cast.river])
    assert packed(database, call, cast.olli)[0].scope == Scope.WHOLE
    # An auditor waits for the decision, as does whoever keeps the machine.
    assert packed(database, call, cast.tarja)[0].scope == Scope.CALL
    assert packed(database, call, None)[0].scope == Scope.CALL
    with pytest.raises(RuleBroken) as refused:
        packed(database, call, cast.paula)
    assert refused.value.rule == "conflict_of_interest"
    for person in (cast.aino, cast.eeva, cast.roope, cast.kaisa, cast.eva, cast.ada):
        with pytest.raises(NotFound):
            packed(database, call, person)


def test_a_bundle_is_on_the_record_and_not_handed_out_when_its_reader_may_no_longer_have_it(
    database: Database, cast: Cast, call: UUID, evaluating: Evaluating
) -> None:
    offered(evaluating, cast)
    evaluating.open()
    evaluating.declare(cast.olli)
    made, _content = packed(database, call, cast.olli)

    def note(by: Person) -> None:
        with unit_of_work(database) as session:
            actor = session.get_one(Person, by.id)
            make_bundle(session, procurement_id=call, made=made, by=actor, at=evaluating.at)

    note(cast.olli)
    with pytest.raises(RuleBroken) as other:
        note(cast.tarja)
    assert other.value.rule == "changed_meanwhile"
    evaluating.declare(cast.olli, conflicts=[cast.shore])
    with pytest.raises(RuleBroken) as shut_out:
        note(cast.olli)
    assert shut_out.value.rule == "conflict_of_interest"
    with database.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.act == "make_bundle"))
        assert [(entry.outcome, entry.facts.get("sha256")) for entry in entries] == [
            ("done", made.sha256),
            ("denied", None),
        ]
        found = bundle_page(session, call, session.get_one(Person, cast.tarja.id))
        assert [(row.by, row.facts["size"]) for row in found.rows] == [("Olli Ostaja", made.size)]
