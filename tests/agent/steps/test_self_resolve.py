"""Self-resolve: quotes with their citations, sentences of the record, fixed phrases."""

from worlds import message


async def test_that_the_record_answers_with_the_date_it_holds(run):
    reply = (await run(message("When does our plan renew?")))["outcome"]
    assert "1 December 2026" in reply.text


async def test_that_thanks_get_a_fixed_phrase_without_citation(run):
    reply = (await run(message("Thanks, that helped!")))["outcome"]
    assert reply.reason == "small_talk"
    assert reply.citations == ()
