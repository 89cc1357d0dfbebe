"""Decide: the record, then the help centre, then a person; several questions all or none."""

import pytest

from journey_assistant.domain.decision import Route
from worlds import event, message, timedelta


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
