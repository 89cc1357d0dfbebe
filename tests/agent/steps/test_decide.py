"""Decide: the record, then the help centre, then a person; several questions all or none."""

import pytest

from journey_assistant.domain.decision import Route
from worlds import event, issue, message, timedelta


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("Until when can people swap their shift?", Route.SELF_RESOLVE),
        ("How do I export timesheets? And who can get a copy of our invoices?", Route.SELF_RESOLVE),
        ("How do I export timesheets? And do you print business cards?", Route.ROUTE_TO_HUMAN),
        ("Do you print business cards?", Route.ROUTE_TO_HUMAN),
        ("When does our plan renew?", Route.SELF_RESOLVE),
    ],
)
async def test_that_a_question_is_answered_only_with_ground(run, text, route):
    assert (await run(message(text)))["decision"].route is route


async def test_that_contradicting_records_go_to_a_person(run):
    note = event("n1", "note_added", timedelta(days=1), text="Renewal date not resolved: two dates, please check")
    state = await run(message("When does our plan renew?", note))
    assert (state["decision"].route, state["decision"].reasons[0].code) == (Route.ROUTE_TO_HUMAN, "system_doubt")


async def test_that_the_same_answer_is_not_given_twice(run):
    text = "Until when can people swap their shift?"
    said = (await run(message(text)))["outcome"].text
    told = event("m1", "chat_message", timedelta(minutes=5), conversation_id="v1", author="assistant", text=said)
    state = await run(message(text, told))
    assert (state["decision"].route, state["decision"].reasons[0].code) == (Route.ROUTE_TO_HUMAN, "repeated_contact")


async def test_that_what_did_not_help_in_another_conversation_is_not_tried_again(run):
    text = "Until when can people swap their shift?"
    said = (await run(message(text)))["outcome"].text
    tried = issue("none", tried=[(said, "a1")])
    state = await run(message(text, case_states=[tried]))
    assert (state["decision"].route, state["decision"].reasons[0].code) == (Route.ROUTE_TO_HUMAN, "repeated_contact")
    over = issue("none", ago=timedelta(days=15), tried=[(said, "a1")])
    assert (await run(message(text, case_states=[over])))["decision"].route is Route.SELF_RESOLVE


PAID = [
    event("i1", "invoice_paid", timedelta(days=9), invoice_id="INV-2041"),
    event("i2", "invoice_paid", timedelta(days=2), invoice_id="INV-2050"),
]


async def test_that_the_invoice_named_before_is_the_one_that_is_read(run):
    text = "Has my invoice been paid?"
    assert "INV-2050" in (await run(message(text, *PAID)))["outcome"].text
    named = issue(facts=[("INV-2041", "m1")])
    assert "INV-2041" in (await run(message(text, *PAID, case_states=[named])))["outcome"].text
    here = {"conversation_id": "v1", "author": "customer", "text": "It is about invoice 2041"}
    turn = event("m1", "chat_message", timedelta(minutes=5), **here)
    assert "INV-2041" in (await run(message(text, *PAID, turn)))["outcome"].text


async def test_that_an_invoice_that_we_do_not_have_is_not_answered_with_another(run):
    state = await run(message("Has my invoice INV-9999 been paid?", *PAID))
    assert state["decision"].route is Route.ROUTE_TO_HUMAN


async def test_that_an_answer_by_email_waits_for_a_colleague(run):
    case = message("Until when can people swap their shift?")
    by_mail = type(case)(
        snapshot=type(case.snapshot)(
            case.snapshot.case_id,
            case.snapshot.now_at,
            case.snapshot.customer,
            case.snapshot.timeline,
            type(case.snapshot.moment)(case.snapshot.moment.text, "email"),
        )
    )
    assert (await run(by_mail))["decision"].route is Route.DRAFT_MESSAGE
