import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deciding import SetClock
from journey_assistant.adapters.store_memory import MemoryStore
from journey_assistant.domain.customer import CustomerId
from journey_assistant.errors import Rejected
from journey_assistant.services.import_crm import ImportReport, import_customers, import_events
from records import ANA, NOON, OURS, customer


async def customers(path: Path, content: str, store: MemoryStore | None = None) -> tuple[ImportReport, dict[str, Any]]:
    path.write_text(content)
    store = store or MemoryStore()
    report = await import_customers(store, path, tenant=OURS)
    return report, {row.id: dict(row.document) for row in await store.customers(OURS)}


async def events(path: Path, rows: list[Any], store: MemoryStore | None = None) -> tuple[ImportReport, list[Any]]:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    store = store or MemoryStore()
    report = await import_events(store, path, SetClock(), tenant=OURS)
    return report, [e for id_ in (ANA, "c_1") for e in await store.timeline(OURS, CustomerId(id_))]


def event_of(**fields: Any) -> dict[str, Any]:
    return {"customer_id": ANA, "id": "e1", "type": "page_viewed", "at": "2026-03-10T11:00:00Z"} | fields


async def test_that_valid_rows_are_kept_and_the_others_are_told_by_line(tmp_path: Path) -> None:
    content = (
        '{"id": "c_1", "plan": "Team"}\n{"id": ""}\nnot json\n{"id": "c_2", "stop_state": "asleep"}\n{"id": "c_3"}\n'
    )
    report, stored = await customers(tmp_path / "people.jsonl", content)
    assert set(stored) == {"c_1", "c_3"}
    assert [row.line for row in report.bad] == [2, 3, 4]
    assert "stop_state" in report.bad[2].what
    assert "bereavement" in report.bad[2].allowed
    assert (report.rows, report.stored, report.bad_total) == (5, 2, 3)


async def test_that_csv_columns_with_dots_become_objects(tmp_path: Path) -> None:
    content = (
        "ID,Name,Account.Id,Account.Employees,Consent.Email.Marketing,Consent.Sms.Marketing,Key Features,Shoe Size\n"
        "c_1,Ana,a_1,12,TRUE,pending,invoices; quotes,38\n"
    )
    report, stored = await customers(tmp_path / "people.csv", content)
    assert report.bad == []
    assert stored["c_1"] == {
        "id": "c_1",
        "name": "Ana",
        "account": {"id": "a_1", "employees": "12"},
        "consent": {"email": {"marketing": True}, "sms": {"marketing": "pending"}},
        "key_features": ["invoices", "quotes"],
        "shoe_size": "38",
    }


async def test_that_what_a_file_does_not_say_stays(tmp_path: Path) -> None:
    store = MemoryStore()
    old = {"stop_state": "do_not_contact", "consent": {"email": {"marketing": False, "service": True}}, "plan": "Team"}
    await store.put_customers(OURS, [customer("c_1", **old)])
    _, stored = await customers(tmp_path / "people.csv", "id,plan,consent.email.service\nc_1,Business,no\n", store)
    assert stored["c_1"]["stop_state"] == "do_not_contact"
    assert stored["c_1"]["consent"] == {"email": {"marketing": False, "service": False}}
    assert stored["c_1"]["plan"] == "Business"


async def test_that_importing_twice_changes_nothing(tmp_path: Path) -> None:
    store, path, rows = MemoryStore(), tmp_path / "events.jsonl", [event_of(), event_of(id="e2")]
    first, timeline = await events(path, rows, store)
    again, same = await events(path, rows, store)
    assert (first.stored, first.known) == (2, 0)
    assert (again.stored, again.known) == (0, 2)
    assert same == timeline


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ('=HYPERLINK("x")', '=HYPERLINK("x")'),
        ("+Plus", "+Plus"),
        ("@cmd", "@cmd"),
        ("-1+1", "-1+1"),
        ("O'Neill", "O'Neill"),
    ],
)
async def test_that_formulas_are_data(tmp_path: Path, cell: str, kept: str) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    _, stored = await customers(tmp_path / "people.csv", f"id,name\nc_1,{quoted}\n")
    assert stored["c_1"]["name"] == kept


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (event_of(at="2026-03-10T11:00:00"), "at"),
        (event_of(at="yesterday"), "at"),
        (event_of(at="2026-03-12T12:00:01Z"), "future"),
        (event_of(at="1970-01-01T00:00:00Z"), "long ago"),
        (event_of(at="0001-01-01T00:00:00+14:00"), "at"),
        (event_of(party="fourth"), "party"),
        (event_of(customer_id=None), "customer_id"),
        (event_of(type=""), "type"),
        (event_of(id="a\nb"), "id"),
        (event_of(id="x" * 201), "id"),
        (event_of(properties=[1]), "properties"),
        (event_of(properties={"text": "x" * 20_000}), "bytes"),
    ],
)
async def test_that_an_event_that_cannot_be_is_refused_and_the_next_is_taken(
    tmp_path: Path, row: dict[str, Any], told: str
) -> None:
    report, timeline = await events(tmp_path / "events.jsonl", [row, event_of(id="good")])
    assert [told in bad.what for bad in report.bad] == [True], report.bad
    assert [e.id for e in timeline] == ["good"]


async def test_that_a_clock_a_little_ahead_is_forgiven_and_offsets_are_kept(tmp_path: Path) -> None:
    ahead = (NOON + timedelta(hours=23)).isoformat()
    _, timeline = await events(
        tmp_path / "events.jsonl", [event_of(id="ahead", at=ahead), event_of(at="2026-03-10T06:00:00-05:00")]
    )
    assert [(e.id, e.at) for e in timeline] == [
        ("e1", NOON - timedelta(hours=1)),
        ("ahead", NOON + timedelta(hours=23)),
    ]


async def test_that_columns_and_keys_that_are_no_field_are_properties(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text("customer_id,type,at,path,properties.title\nc_1,page_viewed,2026-03-10T11:00:00Z,/pricing,Prices\n")
    store = MemoryStore()
    await import_events(store, path, SetClock(), tenant=OURS)
    _, timeline = await events(tmp_path / "events.jsonl", [event_of(id="e2", path="/a", properties={"b": 1})], store)
    assert timeline[1].properties == {"path": "/pricing", "title": "Prices"}
    assert timeline[0].properties == {"path": "/a", "b": 1}


async def test_that_an_event_without_an_id_is_known_by_its_content(tmp_path: Path) -> None:
    bare = {key: value for key, value in event_of().items() if key != "id"}
    report, _ = await events(tmp_path / "events.jsonl", [bare, dict(reversed(bare.items())), {**bare, "path": "/x"}])
    assert (report.stored, report.known) == (2, 1)


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("Order Completed", "order_completed"),
        ("page", "page_viewed"),
        ("Product Added", "cart_updated"),
        ("page_viewed", "page_viewed"),
        ("somethingOfTheirs", "somethingOfTheirs"),
    ],
)
async def test_that_segment_names_become_ours_and_unknown_ones_stay(tmp_path: Path, given: str, stored: str) -> None:
    _, timeline = await events(tmp_path / "events.jsonl", [event_of(type=given)])
    assert [e.type for e in timeline] == [stored]


async def test_that_the_first_thousand_bad_rows_are_listed_and_all_counted(tmp_path: Path) -> None:
    report, _ = await customers(tmp_path / "people.jsonl", "nope\n" * 1_200 + '{"id": "c_1"}\n')
    assert (len(report.bad), report.bad_total, report.stored) == (1_000, 1_200, 1)


async def test_that_a_file_that_is_no_crm_file_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(Rejected):
        await customers(tmp_path / "people.docx", "x")


async def test_that_progress_is_heard(tmp_path: Path) -> None:
    path, heard = tmp_path / "people.jsonl", []
    path.write_text("".join(f'{{"id": "c_{n}"}}\n' for n in range(2_500)))
    await import_customers(MemoryStore(), path, tenant=OURS, seen=heard.append)
    assert heard == [1_000, 2_000, 2_500]
