"""Perceive: readings and signals, each with its evidence."""

from datetime import timedelta

from journey_assistant.agent.steps.perceive import perceive
from journey_assistant.agent.steps.recall import recall
from worlds import frustrated_ticket, message, pricing_views, sweep


async def perceived(case, here):
    state = {"snapshot": case.snapshot}
    return await perceive(state | await recall(state, here), here)


async def test_that_a_message_is_read_and_its_vector_kept_for_retrieval(here):
    state = await perceived(message("This is the third time it fails, I have had enough of your software!"), here)
    assert state["perceived"].sentiment.is_negative
    assert state["encoded"].vector.shape == (384,)


async def test_that_a_calm_question_is_not_negative(here):
    state = await perceived(message("How do I swap a shift?"), here)
    assert not state["perceived"].sentiment.is_negative


async def test_that_signals_name_the_events_behind_them(here):
    state = await perceived(sweep(*pricing_views(), frustrated_ticket()), here)
    assert set(state["perceived"].signal("pricing_velocity").evidence) >= {"p5", "p15", "p25"}
    assert state["perceived"].signal("open_ticket").evidence == ("t1",)
    assert state["encoded"] is None


async def test_that_an_old_frustrated_ticket_is_no_mood_of_today(here):
    state = await perceived(sweep(frustrated_ticket(timedelta(days=8))), here)
    assert state["perceived"].signal("negative_sentiment") is None
