"""Bad input gets one clear error that names what, where and what is allowed; unknown fields are kept."""

import copy

import pytest

from journey_assistant.domain.moment import Message, Sweep
from journey_assistant.errors import Rejected
from journey_assistant.services.read_case import read_case, read_cases, read_consent

CASE = {
    "id": "a",
    "now": "2026-03-10T15:00:00Z",
    "customer": {"id": "c", "name": "Ana Ruiz", "shoe_size": 38, "account": {"id": "x", "colour": "red"}},
    "timeline": [{"id": "e1", "type": "moon_landed", "at": "2026-03-10T14:12:00+02:00", "properties": {"crater": 3}}],
    "moment": {"kind": "message", "text": "hello", "channel": "chat", "conversation_id": "v1"},
}


def changed(path, value):
    case = copy.deepcopy(CASE)
    place = case
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return case


def test_that_a_case_becomes_a_snapshot_and_unknown_fields_are_kept():
    snapshot = read_case(CASE).snapshot
    assert snapshot.customer.extra == {"shoe_size": 38}
    assert snapshot.customer.account.extra == {"colour": "red"}
    assert [e.properties for e in snapshot.timeline] == [{"crater": 3}]
    assert snapshot.message == Message("hello", "chat", "v1")


def test_that_a_sweep_has_no_message():
    snapshot = read_case(changed(["moment"], {"kind": "sweep"})).snapshot
    assert (snapshot.moment, snapshot.message) == (Sweep(), None)


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (["now"], "2026-03-10T15:00:00", "now.*timezone"),
        (["timeline", 0, "at"], "2026-03-10T14:12:00", r"timeline\.0\.at.*timezone"),
        (["timeline", 0, "properties"], {"x": "y" * 20_000}, "e1 has 200.. bytes.*at most 16384"),
        (["moment", "kind"], "phone", "moment.*message.*sweep"),
        (["customer"], None, "customer"),
        (["customer", "stop_state"], "asleep", r"customer\.stop_state.*do_not_contact"),
        (["id"], 3, "id"),
    ],
)
def test_that_bad_input_is_rejected_with_field_and_rule(path, value, says):
    with pytest.raises(Rejected, match=says):
        read_case(changed(path, value), where="cases.jsonl:17")


def test_that_a_broken_line_is_named_by_file_and_number(tmp_path):
    file = tmp_path / "cases.jsonl"
    file.write_text('{"id": "a"\n')
    with pytest.raises(Rejected, match=r"cases\.jsonl:1: not JSON"):
        list(read_cases(file))


def test_that_a_missing_or_binary_file_is_one_clear_error(tmp_path):
    with pytest.raises(Rejected, match="cannot be read"):
        list(read_cases(tmp_path / "none.jsonl"))
    (tmp_path / "bin").write_bytes(b"\xff\xfe{")
    with pytest.raises(Rejected, match="UTF-8"):
        list(read_cases(tmp_path / "bin"))


def test_that_both_spellings_of_consent_read_alike_and_values_stay_as_stored():
    nested = read_consent({"email": {"marketing": "pending"}, "personalization": False})
    flat = read_consent({"email_marketing": "pending", "personalization": False})
    assert nested == flat
    assert nested.stored("email", "marketing") == "pending"
    assert nested.stored("sms", "marketing") is None
    assert not nested.personalization
