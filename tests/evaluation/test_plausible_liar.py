import json

import pytest

from journey_assistant.evaluation.plausible_liar import MUTATIONS, lie
from journey_assistant.evaluation.scripted_writers import MESSAGE, honest
from journey_assistant.prompts import evidence_block

PASSAGE = "Export\nYou can export 20 files within 3 days, unless Okta is off. Managers cannot export them."
PROMPT = evidence_block("P1", PASSAGE) + "\n" + evidence_block(MESSAGE, "Can I export files?")


def sentences(answer: str) -> list[str]:
    return [sentence["text"] for sentence in json.loads(answer)["sentences"]]


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_that_each_lie_changes_exactly_one_sentence_of_the_honest_answer(mutation: str) -> None:
    told = lie(PROMPT, mutation)
    assert told is not None
    pairs = list(zip(sentences(honest(PROMPT)), sentences(told[0]), strict=True))
    assert [lying for true, lying in pairs if true != lying] == [told[1]]


def test_that_without_an_occasion_there_is_no_lie() -> None:
    prompt = evidence_block("P1", "Hello\nGood morning.") + evidence_block(MESSAGE, "Hi")
    assert lie(prompt, "swapped_number") is None
    assert lie("nothing was given", "widened_promise") is None
