"""Each kind of planted fault is found, with its file and its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portal.criteria.bank import load_bank
from portal.criteria.check import faults

Spoil = Callable[[str, str, str], int]

PROCESS = "library/service_process.yaml"
TRANSITIONS = "library/support_through_transitions.yaml"
SET = "sets/toppis_and_work_based_training.yaml"
COACHING = "sets/job_coaching.yaml"
POINTS = "scales/zero_to_three.yaml"
INDICATOR = "indicators/days_to_start.yaml"

# file, what to replace, by what, how many lines below it the fault is, words of the fault
PLANTED = {
    "an indicator in an unknown unit": (
        INDICATOR, "unit: days", "unit: weeks", 0,
        "'weeks', expected one of share, mean, number, days"),
    "an indicator of an unknown population": (
        INDICATOR, "population: call_offs_confirmed", "population: all", 0, "'all', expected one"),
    "an indicator that does not say what good looks like": (
        INDICATOR, "good:", "better:", 0, "has `better`, expected only key"),
    "an indicator in a file of another name": (
        INDICATOR, "key: days_to_start", "key: days", 0, "days_to_start.yaml"),
    "an indicator without a source": (
        INDICATOR, '["2306-2308"]', "[]", 0, "has 0 items"),
    "a quotation that does not end": (
        PROCESS, "group: content_and_process", 'group: "content', None, "not readable as YAML"),
    "a tab for indentation": (
        PROCESS, "  fi: Palveluprosessin kuvaus", "\tfi: Palveluprosessin kuvaus", 0,
        "not readable as YAML"),
    "an alias": (PROCESS, "sv: Beskrivning av serviceprocessen", "sv: &a [*a]", 0, "an alias"),
    "a key given twice": (
        PROCESS, "group: content_and_process", "group: staff\ngroup: content_and_process", 1,
        "`group` is given twice"),
    "an unknown key": (
        PROCESS, "version: 1", "version: 1\nweight: 3", 1, "has `weight`, expected only key"),
    "a missing key": (PROCESS, "group: content_and_process\n", "", None, "lacks `group`"),
    "a version that is no number": (
        PROCESS, "version: 1", "version: first", 0, "'first', expected a whole number"),
    "a version of zero": (PROCESS, "version: 1", "version: 0", 0, "is 0, expected at least 1"),
    "an unknown group": (
        PROCESS, "content_and_process", "equipment", 0, "'equipment', expected one of"),
    "an unknown use": (
        PROCESS, "permitted_use: [award]", "permitted_use: [reward]", 0,
        "'reward', expected one of suitability, award, follow_up"),
    "a use named twice": (
        PROCESS, "permitted_use: [award]", "permitted_use: [award, award]", 0,
        "names the same thing twice"),
    "a key of a wrong form": (
        PROCESS, "key: service_process", "key: Process", 0, "the form ^[a-z]"),
    "a source of a wrong form": (PROCESS, '"1214-1216"', '"line 12"', 0, "expected the form"),
    "no source": (PROCESS, '["3829-3835", "1214-1216"]', "[]", 0, "has 0 items"),
    "a language missing": (
        PROCESS, "  sv: Beskrivning av serviceprocessen\n", "", -2,
        "`title` lacks `sv`, expected text in every language"),
    "a blank text": (
        PROCESS, "en: Description of the service process", 'en: "  "', 0,
        "`title.en` is blank, expected text in every language"),
    "an empty text": (
        PROCESS, "en: Description of the service process", "en:", 0,
        "`title.en` is empty, expected text"),
    "a text that was not translated": (
        PROCESS, "sv: Stegen är uppräknade i ordning från början till slut.",
        "sv: Vaiheet on lueteltu järjestyksessä alusta loppuun.", 0,
        "repeats the text in `fi`, expected a translation"),
    "a file that is named otherwise": (
        PROCESS, "key: service_process", "key: other_process", 0, "other_process.yaml"),
    "a version that the file name lacks": (
        PROCESS, "version: 1", "version: 3", -1, "service_process@3.yaml"),
    "an unknown scale": (
        PROCESS, "award: zero_to_three", "award: zero_to_ten", 0, "no scale `zero_to_ten`"),
    "a permitted use without guidance": (
        PROCESS, "permitted_use: [award]", "permitted_use: [award, suitability]", 1,
        "`guidance` lacks `suitability`"),
    "a scale for a use that is not permitted": (
        PROCESS, "  award: zero_to_three", "  award: zero_to_three\n  follow_up: evidence", 1,
        "`scale` names `follow_up`, expected only permitted uses"),
    "a permitted use without a scale": (
        TRANSITIONS, "  follow_up: evidence\n", "", -2, "`scale` lacks `follow_up`"),
    "a point left out": (
        TRANSITIONS,
        "  - value: 1\n    facts:\n      - fi: Ainakin yksi",
        "      - fi: Ainakin yksi", -6, "the point 1 of the scale `zero_to_three` has no facts"),
    "a point off the scale": (
        PROCESS, "  - value: 3\n    facts", "  - value: 4\n    facts", 0,
        "the point 4 is not on the scale"),
    "a point that is no whole number": (
        PROCESS, "  - value: 3\n    facts", "  - value: 2.5\n    facts", 0,
        "2.5, expected a whole number"),
    "facts in a criterion that is not for award": (
        "library/feedback_handled.yaml", "scale:", "points: []\nscale:", 0,
        "`points` is given, expected nothing here"),
    "the same fact at two points": (
        PROCESS, "en: The steps are listed in order from beginning to end.",
        "en: for every step it is stated what the participant does in it", None,
        "the same fact is named at criteria/library/service_process.yaml"),
    "the same fact in two criteria": (
        TRANSITIONS,
        "en: At least one transition is mentioned, and support is promised for it.",
        "en: The steps are listed in order from beginning to end.", 0,
        "the same fact is named at criteria/library/service_process.yaml"),
    "a sample that is given more than it earns": (
        PROCESS, "  - value: 1\n    seen", "  - value: 2\n    seen", 0,
        "the sample is given 2, expected 1 by the facts seen in it"),
    "a fact that is nowhere to be seen": (
        PROCESS, 'seen: ["1.1", "1.2", "2.1"]', 'seen: ["1.1", "1.2", "2.9"]', 0,
        "there is no fact 2.9 to be seen"),
    "a fact of zero that is seen": (
        PROCESS, 'seen: ["1.1", "1.2", "2.1"]', 'seen: ["0.1", "1.1", "1.2"]', 0,
        "there is no fact 0.1 to be seen"),
    "a reference to a fact of a wrong form": (
        PROCESS, 'seen: ["1.1", "1.2", "2.1"]', 'seen: ["1.1", "1.2", "two"]', 0,
        "'two', expected the form"),
    "a phase without a criterion": (
        COACHING, "  - key: support\n",
        "  - key: leaving\n    title: {fi: a, sv: b, en: c}\n  - key: support\n", 0,
        "no criterion is mapped to the phase `leaving`"),
    "a criterion without a phase": (
        COACHING, ", phases: [search]", "", 0, "`rapid_job_search` names no phase"),
    "a phase that is not there": (
        COACHING, "phases: [search]", "phases: [search, seeking]", 0,
        "there is no phase `seeking`"),
    "a phase given twice": (
        COACHING, "  - key: search", "  - key: mapping", 0, "the phase `mapping` is given twice"),
    "phases where the set has none": (
        SET, "staff_competence, version: 1, weight: 8",
        "staff_competence, version: 1, weight: 8, phases: [joining]", 0,
        "expected none, since the set has no `phases`"),
    "a base without a region": (
        SET, "use: award", "use: award\nextends: job_coaching@1", None,
        "`extends` asks for `region`"),
    "a scale with a gap": (POINTS, "  - value: 3", "  - value: 5", 0, "is 5, expected 3"),
    "two points of one name": (
        POINTS, "en: Well}", "en: In part}", 0, "two points are named 'In part'"),
    "a criterion that is not in the library": (
        SET, "key: staff_competence", "key: staff", 0, "no criterion `staff`"),
    "a version that is not in the library": (
        SET, "staff_competence, version: 1", "staff_competence, version: 2", 0,
        "`staff_competence` has no version 2, expected one of 1"),
    "a criterion twice in a set": (
        SET, "key: staff_competence", "key: service_process", 0, "in the set twice"),
    "a criterion that is not for award": (
        SET, "key: staff_competence", "key: feedback_handled", 0,
        "`feedback_handled` may not be used for award"),
    "a weight missing": (
        SET, "staff_competence, version: 1, weight: 8", "staff_competence, version: 1", 0,
        "lacks `weight`"),
    "a weight of nothing": (
        SET, "staff_competence, version: 1, weight: 8", "staff_competence, version: 1, weight: 0",
        0, "is 0, expected more than 0"),
    "a weight that is no number": (
        SET, "staff_competence, version: 1, weight: 8",
        "staff_competence, version: 1, weight: .nan", 0, "not a plain number"),
    "weights beside one hundred by a hair": (
        SET, "price_weight: 40", "price_weight: 40.0000000001", 0,
        "add up to 100.0000000001, expected exactly 100"),
    "no price weight": (SET, "price_weight: 40\n", "", None, "lacks `price_weight`"),
    "a price weight where nothing is awarded": (
        "sets/follow_up.yaml", "proposal: false", "proposal: false\nprice_weight: 100", 1,
        "`price_weight` is given, expected nothing here"),
}  # fmt: skip


@pytest.mark.parametrize("kind", PLANTED)
def test_a_planted_fault_is_found_where_it_is(kind: str, folder: Path, spoil: Spoil) -> None:
    name, old, new, below, words = PLANTED[kind]
    line = spoil(name, old, new)
    found = faults(folder)
    assert found
    place = f"criteria/{name}:" if below is None else f"criteria/{name}:{line + below}: "
    here = [fault for fault in found if fault.startswith(place)]
    assert here, found
    assert any(words in fault for fault in here), found


def test_a_point_described_twice_is_named(folder: Path, spoil: Spoil) -> None:
    spoil(PROCESS, "  - value: 1\n    facts", "  - value: 2\n    facts")
    found = "\n".join(faults(folder))
    assert "the point 2 is described twice" in found
    assert "the point 1 of the scale `zero_to_three` has no facts" in found


def test_a_fault_of_a_criterion_is_not_told_again_of_its_sets(folder: Path, spoil: Spoil) -> None:
    spoil(PROCESS, "group: content_and_process\n", "")
    assert len(faults(folder)) == 1


def test_one_key_in_two_files_is_found(folder: Path) -> None:
    text = (folder / PROCESS).read_text(encoding="utf-8")
    (folder / "library" / "other.yaml").write_text(text, encoding="utf-8")
    found = [fault for fault in faults(folder) if fault.startswith("criteria/library/service_p")]
    assert any("version 1 is also in criteria/library/other.yaml" in fault for fault in found)


def test_two_scales_in_one_set_are_found(folder: Path, spoil: Spoil) -> None:
    spoil(TRANSITIONS, "award: zero_to_three", "award: evidence")
    line = line_of(folder / SET, "key: support_through_transitions")
    place = f"criteria/{SET}:{line}: "
    [fault] = [fault for fault in faults(folder) if fault.startswith(place)]
    assert "is on the scale `evidence`, expected `zero_to_three`" in fault


def test_points_out_of_order_are_found(folder: Path, spoil: Spoil) -> None:
    spoil(PROCESS, "  - value: 1\n    facts", "  - value: 9\n    facts")
    spoil(PROCESS, "  - value: 2\n    facts", "  - value: 1\n    facts")
    spoil(PROCESS, "  - value: 9\n    facts", "  - value: 2\n    facts")
    assert [fault.partition(": ")[2] for fault in faults(folder)] == [
        "the points are out of order, expected from 0 upwards"
    ]


def test_a_file_that_is_no_mapping_or_no_text_is_found(folder: Path) -> None:
    (folder / "library" / "empty.yaml").write_text("", encoding="utf-8")
    (folder / "library" / "list.yaml").write_text("- a\n", encoding="utf-8")
    (folder / "library" / "noise.yaml").write_bytes(b"key: \xff\n")
    found = faults(folder)
    assert [fault.split(":")[0] for fault in found] == [
        "criteria/library/empty.yaml",
        "criteria/library/list.yaml",
        "criteria/library/noise.yaml",
    ]


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    assert len(faults(tmp_path)) == 3


def line_of(path: Path, words: str) -> int:
    text = path.read_text(encoding="utf-8")
    return text[: text.index(words)].count("\n") + 1


REGION = """key: northern_coaching
version: 1
use: award
title: {fi: Pohjoisen valmennus, sv: Nordlig coachning, en: Northern coaching}
note: {fi: Painot ovat ehdotuksia., sv: Vikterna är förslag., en: The weights are proposals.}
proposal: true
price_weight: 30
extends: job_coaching@1
region: {fi: Pohjoinen, sv: Norr, en: The north}
criteria:
  - {key: joining_and_agreement, version: 1, weight: 10}
  - {key: needs_mapping, version: 1, weight: 10}
  - {key: rapid_job_search, version: 1, weight: 10}
  - {key: agreement_with_employer, version: 1, weight: 10}
  - {key: support_at_work, version: 1, weight: 10}
  - {key: staff_competence, version: 1, weight: 10}
  - {key: cooperation_partners, version: 1, weight: 10}
"""


def with_region(folder: Path, text: str = REGION) -> list[str]:
    (folder / "sets" / "northern_coaching.yaml").write_text(text, encoding="utf-8")
    return faults(folder)


def test_a_region_may_add_criteria_to_a_shared_set(folder: Path) -> None:
    assert with_region(folder) == []
    chosen = load_bank(folder).criteria_set("northern_coaching")
    assert chosen.extends == "job_coaching@1"
    assert chosen.region == {"fi": "Pohjoinen", "sv": "Norr", "en": "The north"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "  - {key: support_at_work, version: 1, weight: 10}\n",
            "",
            "`support_at_work` version 1 is missing, expected every criterion of `job_coaching@1`",
        ),
        ("job_coaching@1", "job_coaching@4", "there is no set `job_coaching@4` to extend"),
        ("job_coaching@1", "follow_up@1", "expected follow_up, the use of the set it extends"),
        ("job_coaching@1", "northern_coaching@1", "is a region's own set, expected a shared one"),
    ],
)
def test_a_region_takes_no_shared_criterion_away(
    folder: Path, old: str, new: str, words: str
) -> None:
    assert any(words in fault for fault in with_region(folder, REGION.replace(old, new)))
