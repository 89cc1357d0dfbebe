"""Decide: the record, then the help centre, then a person; several questions all or none."""

from journey_assistant.domain.decision import Route
from worlds import event, message, timedelta


async def test_that_contradicting_records_go_to_a_person(run):
    note = event("n1", "note_added", timedelta(days=1), text="Renewal date not resolved: two dates, please check")
    state = await run(message("When does our plan renew?", note))
    assert (state["decision"].route, state["decision"].reasons[0].code) == (Route.ROUTE_TO_HUMAN, "system_doubt")
