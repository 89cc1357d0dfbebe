"""Self-resolve: quotes with their citations, sentences of the record, fixed phrases."""

from worlds import ARTICLES, message


async def test_that_an_answer_quotes_its_article_word_for_word(run):
    reply = (await run(message("Until when can people swap their shift?")))["outcome"]
    assert reply.text in ARTICLES["swaps"][1]
    assert [c.article for c in reply.citations] == ["swaps"]


async def test_that_steps_stay_steps(run):
    reply = (await run(message("How do I export timesheets?")))["outcome"]
    assert reply.text.splitlines()[:2] == ["1. Open Reports > Timesheets.", "2. Choose the month."]


async def test_that_the_record_answers_with_the_date_it_holds(run):
    reply = (await run(message("When does our plan renew?")))["outcome"]
    assert "1 December 2026" in reply.text


async def test_that_an_article_of_another_plan_is_named_without_its_steps(run):
    reply = (await run(message("How do I set up single sign-on with Okta?")))["outcome"]
    assert "Business" in reply.text
    assert "metadata" not in reply.text


async def test_that_thanks_get_a_fixed_phrase_without_citation(run):
    reply = (await run(message("Thanks, that helped!")))["outcome"]
    assert reply.reason == "small_talk"
    assert reply.citations == ()
