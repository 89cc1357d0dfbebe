from datetime import timedelta

import pytest

from signals_found import found
from timelines import ago, event


def reason_of(text: str) -> str:
    return next((word for word in ("noise", "invoice") if word in text), "none")


def chat(days, text, conversation):
    return event(
        "chat_message", ago(days=days), f"{conversation}-{days}", conversation_id=conversation, author="customer",
        text=text,
    )  # fmt: skip


def repeated(*events, text="noise again", **fields):
    return found("repeated_contact", *events, text=text, reason_of=reason_of, **fields)


def test_that_the_third_contact_for_one_reason_within_a_week_is_one_too_many():
    signal = repeated(chat(5, "noise", "a"), chat(2, "still noise", "b"))
    assert signal.evidence == ("a-5", "b-2", "moment")
    assert (signal.facts["reason"], signal.facts["times"]) == ("noise", 3)


@pytest.mark.parametrize(
    ("earlier", "text"),
    [
        ([chat(5, "noise", "a")], "noise"),
        ([chat(7.1, "noise", "a"), chat(2, "noise", "b")], "noise"),
        ([chat(5, "noise", "a"), chat(2, "invoice", "b")], "noise"),
        ([chat(5, "noise", "a"), chat(2, "noise", "b")], "invoice"),
        ([chat(5, "hello", "a"), chat(2, "hello", "b")], "hello"),
        ([chat(5, "noise", "a"), chat(4.9, "noise", "a")], "noise"),
    ],
    ids=["second time", "over a week ago", "other reasons", "another reason now", "no reason", "one conversation"],
)
def test_that_fewer_contacts_or_other_reasons_are_no_loop(earlier, text):
    assert not repeated(*earlier, text=text)


def test_that_earlier_turns_of_this_conversation_are_the_same_contact():
    assert not repeated(chat(5, "noise", "a"), chat(0.01, "noise", "now"), conversation="now")


def test_that_ticket_topics_tell_reasons_without_an_encoder():
    tickets = [event("ticket_opened", ago(days=d), f"t{d}", ticket_id=f"T{d}", topic="billing") for d in (6, 4, 1)]
    assert found("repeated_contact", *tickets).evidence == ("t6", "t4", "t1")
    assert not found("repeated_contact", *tickets[:2])


def turns(count, author="customer"):
    return [
        event("chat_message", ago(minutes=60 - n), f"{author}{n}", conversation_id="c", author=author, text=f"so {n}")
        for n in range(count)
    ]


def test_that_five_exchanges_without_a_solution_are_enough():
    assert found("repeated_contact", *turns(5), text="no", conversation="c").facts["kind"] == "exchanges"
    assert not found("repeated_contact", *turns(4), text="no", conversation="c")
    assert not found("repeated_contact", *turns(5), text="no", conversation="other")


def test_that_a_conversation_a_person_owns_is_no_loop_of_ours():
    assert not found("repeated_contact", *turns(5), *turns(1, "agent:ida"), text="no", conversation="c")


def test_that_what_comes_in_pieces_is_one_exchange():
    at = ago(minutes=60)
    pieces = [
        event(
            "chat_message", at + timedelta(seconds=n), f"p{n}", conversation_id="c", author="customer", text=f"so {n}"
        )
        for n in range(6)
    ]
    assert not found("repeated_contact", *pieces, text="no", conversation="c")
    answered = [
        event("chat_message", at + timedelta(seconds=n, milliseconds=500), f"a{n}", conversation_id="c",
              author="assistant", text="It is here.")
        for n in range(5)
    ]  # fmt: skip
    assert found("repeated_contact", *pieces, *answered, text="no", conversation="c").facts["times"] == 6
