"""Retrieve: a search for each question of a message, none where a play brings its own resource."""

from journey_assistant.agent.steps.perceive import perceive
from journey_assistant.agent.steps.recall import recall
from journey_assistant.agent.steps.retrieve import retrieve
from worlds import message


async def retrieved(text, here, **changes):
    state = {"snapshot": message(text, **changes).snapshot}
    state |= await recall(state, here)
    state |= await perceive(state, here)
    return (await retrieve(state, here))["retrievals"]


async def test_that_the_right_article_comes_first(here):
    (found,) = await retrieved("Until when can people swap their shift?", here)
    assert found.passages[0].passage.article_id == "swaps"


async def test_that_each_question_has_its_own_search(here):
    found = await retrieved("How do I export timesheets? And who can get a copy of our invoices?", here)
    assert [r.passages[0].passage.article_id for r in found] == ["export", "invoices"]


async def test_that_a_passage_of_another_plan_is_marked(here):
    (found,) = await retrieved("How do I set up single sign-on with Okta?", here)
    assert found.passages[0].other_plan
    (found,) = await retrieved("How do I set up single sign-on with Okta?", here, plan="Business")
    assert not found.passages[0].other_plan
