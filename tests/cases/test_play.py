"""Every case plays as its file says, with the results worked out by hand in its comments."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.cases.format import read_case
from portal.cases.player import AS_TOLD, OTHERWISE, play_case
from portal.cases.report import report
from portal.config import Settings
from portal.documents import store
from portal.installation import Installation, open_installation
from portal.jobs.models import Job
from portal.offers.models import Offer
from portal.web.unit import Services
from tests.documents.reading import text_of

HERE = Path(__file__).parent
CASES = sorted(HERE.glob("*.yaml"))
SHARED = HERE.parents[2] / "shared" / "cases" / "capacity-unit-toppis.yaml"
PORTAL = Path(sys.executable).with_name("portal")


@pytest.fixture
def installation(services: Services, settings: Settings) -> Iterator[Installation]:
    """An installation on the test's clean database."""
    opened = open_installation(settings)
    yield opened
    opened.close()


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_a_case_plays_as_its_comments_say(installation: Installation, file: Path) -> None:
    expected = yaml.safe_load((HERE / "expected" / file.name).read_text(encoding="utf-8"))
    play = play_case(installation, read_case(file.read_text(encoding="utf-8")))

    with installation.database.reading() as session:
        told = report(session, play)
    assert play.ending == AS_TOLD, told["acts"][-1]
    assert told["lots"] == expected["lots"]
    contracts = expected.get("contracts") or {}
    assert told["contracts"].keys() == contracts.keys()
    for key, contract in contracts.items():
        assert {name: told["contracts"][key][name] for name in contract} == contract
    for part in ("call_offs", "trainings", "practices", "scorecards"):
        for key, one in (expected.get(part) or {}).items():
            found = told[part][key]
            assert (
                {name: found[name] for name in one} == one
                if isinstance(one, dict)
                else one == found
            )
    assert told["indicators"] == expected.get("indicators", told["indicators"])
    for key in expected.get("call_offs") or {}:
        assert [row["of"] for row in told["documents"] if row["kind"] == "order"].count(key) == 1
    cards = [row["of"] for row in told["documents"] if row["kind"] == "scorecard"]
    assert cards == [key for key, one in told["scorecards"].items() if one["settled"]]
    assert told["audit"]["intact"]
    with installation.database.reading() as session:
        unmade = session.scalars(select(Job).where(Job.kind == store.JOB, Job.state != "done"))
        assert [job.arguments for job in unmade] == []


@pytest.mark.skipif(not SHARED.exists(), reason="the shared case is not beside this checkout")
def test_the_shared_case_plays_to_its_end_with_the_figures_in_its_comments(
    installation: Installation,
) -> None:
    play = play_case(installation, read_case(SHARED.read_text(encoding="utf-8")))

    assert play.ending == AS_TOLD
    with installation.database.reading() as session:
        told = report(session, play)
    totals = {row["provider"]: row["total"] for row in told["lots"]["sea"]["ranking"]}
    assert totals == {"river": "87.87", "shore": "78.33"}
    assert told["contracts"]["k1"] == {
        "in_force": True,
        "first_signing_day": "2026-03-03",
        "latest_end": "2027-03-08",
        "unit": "student_workday",
        "maximum": "1300.00",
        "reserved": "0.00",
        "committed": "0.00",
        "delivered": "16.50",
        "remaining": "1283.50",
        "options": {"more": {"used": 1, "left": 0}, "after": {"used": 0, "left": 1}},
        "invoices": [
            {"period": "2026-03", "quantity": "5.50", "amount": "319.00"},
            {"period": "2026-04", "quantity": "11.00", "amount": "638.00"},
        ],
    }
    assert told["trainings"]["t1"] == {
        "applied": 3,
        "selected": 3,
        "started": 3,
        "completed": 1,
        "left_early_for_work": 1,
        "left_early_for_studies": 0,
        "interrupted": 1,
        "units": 1,
        "qualifications": 0,
        "workdays": "16.50",
    }
    assert told["practices"] == {"p1": "kept", "p2": "partly"}
    card = told["scorecards"]["s1"]
    assert card.pop("settled")
    assert {
        key: (figure["value"], figure["numerator"], figure["denominator"])
        for key, figure in card.items()
    } == {
        "open_market_share": ("0.3333", "1", 3),
        "education_share": ("0.3333", "1", 3),
        "completed_share": ("0.6667", "2", 3),
        "interrupted_share": ("0.3333", "1", 3),
        "known_at_3_months_share": ("0.3333", "1", 3),
        "start_within_limit_share": ("0.5000", "1", 2),
        "practices_kept_share": ("0.5000", "1", 2),
        "feedback_mean": ("4.5000", "9", 2),
        "units_per_completed": ("0.5000", "1", 2),
    }


def test_every_document_of_the_story_is_made_once_and_keeps_its_hash(
    installation: Installation,
) -> None:
    text = (HERE / "demo-finished.yaml").read_text(encoding="utf-8")
    play = play_case(installation, read_case(text))

    with installation.database.reading() as session:
        told = report(session, play)["documents"]
        kinds = {row["kind"] for row in told}
        assert kinds == {
            "call",
            "offer_receipt",
            "opening_record",
            "result_sheet",
            "award_decision",
            "bidder_letter",
            "contract",
        }
        for row in told:
            stored = store.by_hash(session, row["sha256"])
            assert stored is not None
            assert store.content(session, stored).startswith(b"%PDF")
            assert row["pages"] >= 1


def test_a_secret_passage_stands_in_no_document_and_the_consortium_is_named(
    installation: Installation,
) -> None:
    text = (HERE / "consortium.yaml").read_text(encoding="utf-8")
    play = play_case(installation, read_case(text))

    with installation.database.reading() as session:
        texts: dict[str, str] = {}
        for row in report(session, play)["documents"]:
            stored = store.by_hash(session, row["sha256"])
            assert stored is not None
            read = text_of(store.content(session, stored))
            texts[row["kind"]] = texts.get(row["kind"], "") + read
    assert texts.keys() >= {"award_decision", "bidder_letter", "contract"}
    for kind, read in texts.items():
        assert "Järvisahan" not in read, kind
        assert "ansiot" not in read, kind
    for kind in ("offer_receipt", "opening_record"):
        assert "Haapaopisto (esimerkki) (2000001-6)" in texts[kind]


def test_every_act_and_every_denial_is_in_the_audit_record(installation: Installation) -> None:
    text = (HERE / "tie.yaml").read_text(encoding="utf-8")
    play = play_case(installation, read_case(text))

    with installation.database.reading() as session:
        entries = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.chain == str(play.stage.procurement_id))
            .order_by(AuditEntry.n)
        ).all()
    recorded = [(entry.act, entry.rule) for entry in entries]
    told = [(outcome.act.do, outcome.rule) for outcome in play.outcomes]
    staged = {"draft_procurement", "appoint_evaluator"}
    assert [row for row in recorded if row[0] not in staged] == told


def test_an_act_that_ends_otherwise_stops_the_play(installation: Installation) -> None:
    text = (HERE / "tie.yaml").read_text(encoding="utf-8")
    told = text.replace("do: submit_offer}", "do: submit_offer, expect: refused}", 1)
    play = play_case(installation, read_case(told))

    assert play.ending == OTHERWISE
    assert play.outcomes[-1].act.do == "submit_offer"
    assert play.halted_by == play.outcomes[-1].act


def test_a_refused_act_changes_nothing(installation: Installation) -> None:
    text = (HERE / "withdrawal-and-replacement.yaml").read_text(encoding="utf-8")
    play = play_case(installation, read_case(text))

    refused = [outcome for outcome in play.outcomes if outcome.rule is not None]
    assert refused
    with installation.database.reading() as session:
        states = set(session.scalars(select(Offer.state)))
    assert states <= {"draft", "submitted", "withdrawn"}


def run_portal(*arguments: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(PORTAL), "play", *arguments], capture_output=True, text=True, cwd=tmp_path, timeout=120
    )


@pytest.mark.slow
def test_the_command_prints_a_report_and_writes_the_documents(tmp_path: Path) -> None:
    done = run_portal(
        str(HERE / "weights-not-100.yaml"), "--documents", str(tmp_path / "pdf"), tmp_path=tmp_path
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["case"] == "weights-not-100"
    assert (tmp_path / "pdf").is_dir()


@pytest.mark.slow
def test_a_file_that_does_not_fit_is_refused_with_its_lines(tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.yaml"
    text = (HERE / "tie.yaml").read_text(encoding="utf-8")
    faulty.write_text(text.replace("zone:", "sone:", 1), encoding="utf-8")
    done = run_portal(str(faulty), tmp_path=tmp_path)

    assert done.returncode == 2
    assert done.stdout == ""
    assert all(line.startswith("line ") for line in done.stderr.splitlines())
