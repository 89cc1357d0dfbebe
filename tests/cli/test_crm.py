import asyncio
import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from cli.conftest import Journey
from databases import opened
from journey_assistant.domain.customer import DEFAULT_TENANT, CustomerId
from journey_assistant.domain.identity import anonymous
from records import NOON, event

PEOPLE = '{"id": "c_1", "name": "Ana"}\n{"id": "c_2", "name": "Ben"}\n'


def happened(number: int, **properties: object) -> str:
    at = f"2026-03-10T1{number}:00:00Z"
    line = {"customer_id": "c_1", "id": f"e{number}", "type": "note_added", "at": at, "properties": properties}
    return json.dumps(line) + "\n"


@pytest.fixture
def filled(journey: Journey, tmp_path: Path) -> Journey:
    """Two customers, and three events of the first."""
    (tmp_path / "people.jsonl").write_text(PEOPLE)
    (tmp_path / "events.jsonl").write_text(happened(1, text="=1+1") + happened(2, text="+Plus") + happened(3, n=-5))
    assert journey("crm", "import", tmp_path / "people.jsonl").code == 0
    assert journey("crm", "import", "--events", tmp_path / "events.jsonl").code == 0
    return journey


def test_that_a_clean_import_says_how_much_was_stored(journey: Journey, tmp_path: Path) -> None:
    (tmp_path / "people.jsonl").write_text(PEOPLE)
    ran = journey("crm", "import", tmp_path / "people.jsonl")
    assert (ran.code, "2 customers stored" in ran.out) == (0, True)


def test_that_refused_rows_are_named_by_file_and_line_and_exit_1(journey: Journey, tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    path.write_text(PEOPLE + '{"id": "c_3", "tier": 7}\n')
    ran = journey("crm", "import", path)
    assert ran.code == 1
    assert f"{path}:3: tier" in ran.err
    assert "Traceback" not in ran.err
    assert journey("crm", "timeline", "c_2").code == 0


def test_that_the_report_is_json_when_asked_for(journey: Journey, tmp_path: Path) -> None:
    (tmp_path / "people.jsonl").write_text(PEOPLE + "nope\n")
    ran = journey("crm", "import", tmp_path / "people.jsonl", "--json")
    assert ran.code == 1
    assert {key: ran.json[key] for key in ("rows", "stored", "bad_total")} == {"rows": 3, "stored": 2, "bad_total": 1}
    assert ran.json["bad"][0]["line"] == 3


@pytest.mark.parametrize("name", ["nowhere.csv", "people.xlsx"])
def test_that_a_file_that_cannot_be_read_is_one_line_and_exit_2(journey: Journey, name: str) -> None:
    ran = journey("crm", "import", name)
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert name in ran.err


def test_that_a_timeline_is_shown_oldest_first(filled: Journey) -> None:
    ran = filled("crm", "timeline", "c_1", "--json", "--limit", 2)
    assert [event["id"] for event in ran.json] == ["e2", "e3"]
    assert "note_added" in filled("crm", "timeline", "c_1").out


@pytest.mark.parametrize("command", [("timeline",), ("export",), ("erase", "--yes")])
def test_that_an_unknown_customer_is_one_line_and_exit_2(journey: Journey, command: tuple[str, ...]) -> None:
    ran = journey("crm", *command, "c_nobody")
    assert (ran.code, ran.err) == (2, "journey: there is no customer c_nobody\n")


def test_that_an_export_holds_everything_of_one_customer_and_nothing_of_another(filled: Journey) -> None:
    exported = filled("crm", "export", "c_1").json
    assert exported["customer"]["name"] == "Ana"
    assert [event["id"] for event in exported["timeline"]] == ["e1", "e2", "e3"]
    assert "Ben" not in json.dumps(exported)


def test_that_an_exported_csv_runs_nothing_in_a_spreadsheet(filled: Journey, tmp_path: Path) -> None:
    out = tmp_path / "timeline.csv"
    assert filled("crm", "export", "c_1", "--csv", "-o", out).code == 0
    rows = list(csv.DictReader(io.StringIO(out.read_text())))
    assert [row["properties.text"] for row in rows] == ["'=1+1", "'+Plus", ""]
    assert rows[2]["properties.n"] == "-5"


def test_that_an_erased_customer_is_gone(filled: Journey) -> None:
    ran = filled("crm", "erase", "c_1", "--yes", "--json")
    assert ran.json == {"customers": 1, "events": 3}
    assert filled("crm", "export", "c_1").code == 2
    assert filled("crm", "export", "c_2").code == 0


def test_that_nothing_is_erased_without_a_yes(filled: Journey) -> None:
    assert filled("crm", "erase", "c_1").code == 1
    assert filled("crm", "export", "c_1").code == 0


@pytest.fixture
def merged(filled: Journey, tmp_path: Path) -> Journey:
    """The first customer, to whom a visitor with two events was linked."""

    async def link() -> None:
        nobody = anonymous("v1")
        async with opened(f"sqlite+aiosqlite:///{tmp_path / 'home' / 'journey.db'}") as store:
            events = [event(f"v{n}", customer_id=nobody) for n in (1, 2)]
            await store.add_events(DEFAULT_TENANT, [replace(one, came_as=nobody) for one in events])
            await store.link(DEFAULT_TENANT, nobody, CustomerId("c_1"), at=NOON)

    asyncio.run(link())
    return filled


@pytest.mark.parametrize("name", ["anonymous:v1", "v1"])
def test_that_a_merge_is_taken_back_with_exactly_what_came_by_it(merged: Journey, name: str) -> None:
    assert [one["name"] for one in merged("crm", "names", "c_1", "--json").json] == ["anonymous:v1"]
    assert len(merged("crm", "timeline", "c_1", "--json").json) == 5
    ran = merged("crm", "unlink", "c_1", name, "--yes", "--json")
    assert ran.json == {"name": "anonymous:v1", "events": 2}
    assert [one["id"] for one in merged("crm", "timeline", "c_1", "--json").json] == ["e1", "e2", "e3"]
    assert [one["id"] for one in merged("crm", "timeline", "anonymous:v1", "--json").json] == ["v1", "v2"]
    assert "no other name" in merged("crm", "names", "c_1").out


def test_that_what_was_decided_from_it_is_looked_at_again(merged: Journey) -> None:
    merged("crm", "unlink", "c_1", "v1", "--yes")
    kinds = {job["kind"] for job in merged("crm", "export", "c_1").json["jobs"]}
    assert kinds == {"look", "recheck"}


@pytest.mark.parametrize(("customer", "name"), [("c_2", "v1"), ("c_1", "v2"), ("nobody", "v1")])
def test_that_only_a_name_of_this_customer_is_taken_back(merged: Journey, customer: str, name: str) -> None:
    ran = merged("crm", "unlink", customer, name, "--yes")
    assert (ran.code, ran.err) == (2, f"journey: {name} is no name of {customer}\n")
    assert len(merged("crm", "timeline", "c_1", "--json").json) == 5


def test_that_no_merge_is_undone_without_a_yes(merged: Journey) -> None:
    assert merged("crm", "unlink", "c_1", "v1").code == 1
    assert len(merged("crm", "timeline", "c_1", "--json").json) == 5
