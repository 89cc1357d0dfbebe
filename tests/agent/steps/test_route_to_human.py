"""Route to a human: the right queue, everything known, a short truthful word."""

from journey_assistant.domain.handoff import Priority
from worlds import event, frustrated_ticket, issue, message, pricing_views, sweep, timedelta


async def test_that_an_alert_brings_both_facts_and_no_text_for_the_customer(run):
    handoff = (await run(sweep(*pricing_views(), frustrated_ticket())))["outcome"]
    facts = " ".join(entry.text for entry in handoff.summary.facts)
    assert (handoff.queue, handoff.priority, handoff.text) == ("success", Priority.URGENT, "")
    assert "pricing velocity" in facts
    assert "Ticket: Sync" in facts


async def test_that_the_customer_hears_a_fixed_phrase_and_the_colleague_what_was_tried(run):
    told = event("m1", "chat_message", timedelta(minutes=5), conversation_id="v1", author="assistant", text="Try X.")
    handoff = (await run(message("I want to talk to a human being.", told)))["outcome"]
    assert "colleague" in handoff.text
    assert [(entry.text, entry.source) for entry in handoff.summary.tried] == [("Try X.", "m1")]


async def test_that_a_key_account_is_one_step_more_urgent(run):
    usual = (await run(message("I want to talk to a human being.")))["outcome"]
    key = (await run(message("I want to talk to a human being.", tier="key")))["outcome"]
    assert key.priority is usual.priority.raised()


async def test_that_outside_working_hours_the_customer_is_told_a_time_of_their_own_clock(run):
    case = message("I want to talk to a human being.", now="2026-03-14T23:00:00Z")  # a Saturday night
    text = (await run(case))["outcome"].text
    assert "back on Monday at 2:00 AM" in text
    assert "on Monday at 10:00 AM at the latest" in text


async def test_that_within_working_hours_no_time_is_promised(run):
    assert "at the latest" not in (await run(message("I want to talk to a human being.")))["outcome"].text


async def test_that_what_was_said_in_another_conversation_is_in_the_packet_with_its_message(run):
    before = issue(
        "none",
        goal=[("My invoice is wrong", "m1")],
        facts=[("INV-2041", "m2")],
        tried=[("Invoices are sent on the first of the month.", "a1")],
        promised=[("I will send it by Monday.", "p1")],
    )
    summary = (await run(message("I want to talk to a human being.", case_states=[before])))["outcome"].summary
    assert ("Named: INV-2041", "m2") in [(entry.text, entry.source) for entry in summary.facts]
    assert [(entry.text, entry.source) for entry in summary.tried] == [
        ("Invoices are sent on the first of the month.", "a1")
    ]
    assert [(entry.text, entry.source) for entry in summary.promised] == [("I will send it by Monday.", "p1")]
    assert summary.goal.startswith("My invoice is wrong")


async def test_that_what_the_conversation_says_already_stands_in_the_packet_once(run):
    told = event("a1", "chat_message", timedelta(minutes=5), conversation_id="v1", author="assistant", text="Try X.")
    before = issue("none", tried=[("Try X.", "a1")])
    summary = (await run(message("I want to talk to a human being.", told, case_states=[before])))["outcome"].summary
    assert [entry.text for entry in summary.tried] == ["Try X."]
