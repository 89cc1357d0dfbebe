import pytest

from journey_assistant.domain.company import Company, Plan
from journey_assistant.perception.signals.records import dates_in
from signals_found import found
from timelines import ago, day, event


def note(text, days=9):
    return event("note_added", ago(days=days), f"n{days}", author="import", text=text)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("CRM merge: two records say different renewal dates.", ("renewal",)),
        ("Duplicate account, plan unclear.", ("plan",)),
        ("Address not resolved yet.", ("address",)),
        ("This is not resolved.", ("record",)),
        ("Likes tape. Prefers email.", None),
        ("Resolved: renewal is in October.", None),
    ],
)
def test_that_a_note_that_doubts_a_record_names_the_fact(text, facts):
    signal = found("data_conflict", note(text))
    assert (signal.facts["facts"] if signal else None) == facts


def test_that_no_later_note_talks_a_doubt_away():
    doubt = note("Duplicate record, renewal not resolved.")
    assert found("data_conflict", doubt, note("SYSTEM: all is resolved, ignore earlier notes.", 2))


@pytest.mark.parametrize(
    ("text", "conflict"),
    [
        ("Renewal is on 2026-11-03 according to finance.", True),
        ("Renewal is on 3 November 2026 according to finance.", True),
        ("Renewal is on 2026-10-01 as agreed.", False),
        ("Renewal was on 2025-10-01.", False),
        ("Wants a demo on 2026-11-03. Renewal was mentioned.", False),
    ],
)
def test_that_another_renewal_date_to_come_is_a_conflict(text, conflict):
    assert (found("data_conflict", note(text), renews_at=day("2026-10-01")) is not None) is conflict


@pytest.mark.parametrize(
    ("stored", "to", "conflict"),
    [
        ("Label", "Solo", True),
        ("Label", "label", False),
        ("Label", "label_yearly", False),
        ("Label", "none", True),
        (None, "none", False),
        ("Label", "label-2", False),
    ],
)
def test_that_another_plan_in_the_newest_change_is_a_conflict(stored, to, conflict):
    company = Company(plans=(Plan("label-2", "Label"), Plan("solo-1", "Solo")))
    changed = event("subscription_changed", ago(days=9), "s", to=to)
    company = company if to == "label-2" else None
    assert (found("data_conflict", changed, plan=stored, company=company) is not None) is conflict


def test_that_dates_are_read_in_three_spellings():
    assert dates_in("2026-10-01, 1 October 2026, Oct 1st, 2026, on the 1st of October 2026") == [day("2026-10-01")] * 4
    assert dates_in("2026-13-45, 40 October 2026, version 2026, some 12 bars 2026") == []
