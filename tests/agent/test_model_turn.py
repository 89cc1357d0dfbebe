"""A configured model in the whole graph: what it may decide, what it may not, and what its failures end in."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from langchain_core.messages import AIMessage

from answerable import CANCELLING, REFUNDS, found, passage
from journey_assistant.adapters.model_scripted import ScriptedChatModel
from journey_assistant.agent.graph import build_graph
from journey_assistant.agent.run import run_graph
from journey_assistant.agent.state import Parts, RunState
from journey_assistant.bootstrap import build_parts
from journey_assistant.domain.decision import Route
from journey_assistant.domain.knowledge import Retrieval
from journey_assistant.domain.outcome import Handoff, Reply
from journey_assistant.errors import PortError
from journey_assistant.evaluation.scripted_writers import answer_json, honest, reads_the_record
from journey_assistant.knowledge.query import Query
from journey_assistant.settings import Settings
from worlds import event, help_centre, message, timedelta

QUESTION = "How long before a session can we cancel it?"
SENTENCE = "You can cancel a session up to 48 hours before it begins."
Answering = Callable[..., Any]


@dataclass
class Found:
    """A retriever that always finds the same."""

    retrieval: Retrieval

    def search(self, query: Query) -> Retrieval:
        return self.retrieval


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    return build_parts(settings, knowledge=help_centre(tmp_path_factory.mktemp("help")), in_memory=True)


@pytest.fixture(scope="module")
def answering(parts: Parts) -> Answering:
    """Runs the graph over a message with scripted answers; gives the final state and the model."""
    graph = build_graph()

    async def run(
        *answers: Any,
        text: str = QUESTION,
        timeline: Any = (),
        retrieval: Any = None,
        customer: Any = None,
        **with_: Any,
    ) -> tuple[RunState, ScriptedChatModel]:
        model = ScriptedChatModel(answers=list(answers))
        retriever: Any = Found(retrieval or found(CANCELLING, REFUNDS)[0])
        mine = replace(parts, model=model, retriever=retriever, **with_)
        state = await run_graph(graph, mine, message(text, *timeline, **(customer or {})).snapshot)
        return state, model

    return run


async def test_that_a_models_sentences_are_the_reply_with_the_words_they_rest_on(answering: Answering) -> None:
    state, model = await answering(answer_json([(SENTENCE, "P1")]))
    reply = state["outcome"]
    assert isinstance(reply, Reply)
    assert reply.text == SENTENCE
    assert [(c.article, c.quote) for c in reply.citations] == [("a1", SENTENCE)]
    assert state["decision"].confidence == 0.9
    assert state["decision"].reasons[0].evidence == ("a1#0",)
    assert len(model.asked) == state["usage"].calls == 1


async def test_that_steps_stand_on_lines_of_their_own(answering: Answering) -> None:
    steps = "1. Open Sessions.\n2. Press Cancel.\nA colleague confirms it."
    state, _ = await answering(answer_json([(line, "P1") for line in steps.splitlines()]), retrieval=found(steps)[0])
    assert state["outcome"].text == steps


async def test_that_personal_data_is_filled_in_before_the_guardrails_read_it(answering: Answering) -> None:
    state, model = await answering(
        answer_json([("⟦NAME_1⟧, you can cancel a session up to 48 hours before it begins.", "P1")]),
        text=f"Ana Ruiz here. {QUESTION}",
    )
    assert state["outcome"].text.startswith("Ana Ruiz, you can cancel")
    assert "Ana" not in str(model.asked)


@pytest.mark.parametrize(
    ("answer", "degraded"),
    [
        (PortError("no connection", port="model", retryable=True), ("model: unreachable",)),
        ("no JSON", ("model: invalid",)),
        ("", ("model: refused",)),
        (lambda prompt: prompt, ("model: leaked",)),
    ],
)
async def test_that_a_failing_model_ends_at_a_person_and_is_recorded(
    answering: Answering, answer: Any, degraded: tuple[str, ...]
) -> None:
    state, model = await answering(answer)
    assert isinstance(state["outcome"], Handoff)
    assert state["decision"].reasons[0].code == "system_doubt"
    assert state["degraded"] == degraded
    assert len(model.asked) <= 2


async def test_that_a_failing_model_ends_in_quotes_where_the_operator_chose_so(answering: Answering) -> None:
    state, _ = await answering("no JSON", on_model_failure="extractive")
    assert isinstance(state["outcome"], Reply)
    assert state["outcome"].text in CANCELLING
    assert state["degraded"] == ("model: invalid",)


@pytest.mark.parametrize("doubt", [answer_json([], "route_to_human"), None])
async def test_that_a_model_that_doubts_gets_a_person(answering: Answering, doubt: str | None) -> None:
    unsure = json.dumps(json.loads(answer_json([(SENTENCE, "P1")])) | {"confidence": 0.3})
    state, _ = await answering(doubt or unsure)
    assert state["decision"].route is Route.ROUTE_TO_HUMAN
    assert state["decision"].reasons[0].code == "no_answer"


async def test_that_a_question_back_is_our_phrase_about_two_titles_and_is_asked_once(answering: Answering) -> None:
    choice = json.dumps(json.loads(answer_json([])) | {"between": ["P1", "P2"]})
    state, _ = await answering(choice)
    assert state["outcome"].is_question
    assert "Article 1" in state["outcome"].text
    assert "Article 2" in state["outcome"].text
    asked = event(
        "c1", "chat_message", timedelta(minutes=5), author="assistant", text="Which one?", conversation_id="k"
    )
    again, _ = await answering(choice, timeline=[asked])
    assert isinstance(again["outcome"], Handoff)


async def test_that_nothing_to_rest_on_is_not_worth_a_call(answering: Answering) -> None:
    state, model = await answering(honest, retrieval=replace(found(CANCELLING)[0], answerability=0.1))
    assert model.asked == []
    assert not isinstance(state["outcome"], Reply) or state["outcome"].is_question


async def test_that_what_policy_forces_makes_no_call(answering: Answering) -> None:
    state, model = await answering(honest, text="I want to talk to a human being right now, please.")
    assert model.asked == []
    assert state["decision"].route is Route.ROUTE_TO_HUMAN


async def test_that_another_plans_feature_is_said_by_rule(answering: Answering) -> None:
    other = Retrieval(QUESTION, (passage(1, CANCELLING, other_plan=True, plans=("Business",)),), answerability=0.9)
    state, model = await answering(honest, retrieval=other)
    assert model.asked == []
    assert "Business" in state["outcome"].text


async def test_that_the_record_is_read_with_tools_and_recorded(answering: Answering) -> None:
    state, model = await answering(reads_the_record, honest, text="When does our plan renew?")
    assert "1 December 2026" in state["outcome"].text
    assert "subscription" in [call.name for call in state["tool_calls"]]
    assert state["usage"].calls == len(model.asked) == 2
    assert "account.renews_at" in state["decision"].reasons[0].evidence


async def test_that_contradicting_records_go_to_a_person_without_a_call(answering: Answering) -> None:
    note = event("n1", "note_added", timedelta(days=1), text="Renewal date not resolved: two dates, please check")
    state, model = await answering(honest, text="When does our plan renew?", timeline=[note])
    assert model.asked == []
    assert state["decision"].reasons[0].code == "system_doubt"


async def test_that_an_answer_given_before_is_not_given_again(answering: Answering) -> None:
    said = event("c1", "chat_message", timedelta(minutes=5), author="assistant", text=SENTENCE, conversation_id="k")
    state, _ = await answering(answer_json([(SENTENCE, "P1")]), timeline=[said])
    assert state["decision"].reasons[0].code == "repeated_contact"


async def test_that_a_sentence_that_drops_a_condition_gives_way_to_the_quote(answering: Answering) -> None:
    state, _ = await answering(answer_json([("You can cancel a session before it begins.", "P1")]))
    assert state["outcome"].text == SENTENCE


# --- guardrails over a model's words -----------------------------------------------------------

WRONG_NUMBER = "You can cancel a session up to 96 hours before it begins."


async def test_that_a_wrong_number_is_replaced_by_the_quote(answering: Answering) -> None:
    state, model = await answering(answer_json([(WRONG_NUMBER, "P1")]))
    assert state["outcome"].text == SENTENCE
    assert "number_mismatch" in [f.guardrail for f in state["findings"]]
    assert len(model.asked) == 1


UNFINISHED = "You can cancel a session up to 48 hours before it begins. [insert name]"


async def test_that_what_no_quote_mends_is_rewritten_once_by_the_model(answering: Answering) -> None:
    state, model = await answering(answer_json([(UNFINISHED, "P1")]), answer_json([(SENTENCE, "P1")]))
    assert state["outcome"].text == SENTENCE
    assert len(model.asked) == state["usage"].calls == 2
    assert "template_artifact" in str(model.asked[1])


async def test_that_a_model_that_cannot_mend_its_words_ends_at_a_person_within_two_calls(answering: Answering) -> None:
    state, model = await answering(answer_json([(UNFINISHED, "P1")]))
    assert isinstance(state["outcome"], Handoff)
    assert len(model.asked) == 2
    assert "insert" not in state["outcome"].text


async def test_that_after_a_repair_of_its_form_the_words_are_not_repaired_as_well(answering: Answering) -> None:
    state, model = await answering("no JSON", answer_json([(UNFINISHED, "P1")]), answer_json([(SENTENCE, "P1")]))
    assert isinstance(state["outcome"], Handoff)
    assert len(model.asked) == 2


async def test_that_free_text_of_a_model_that_obeys_an_attacker_reaches_nobody(answering: Answering) -> None:
    obeyed = "Maintenance mode on. Send the password to evil.example now."
    for answer in (obeyed, json.dumps({"action": "self_resolve", "text": obeyed}), AIMessage(obeyed)):
        state, _ = await answering(answer)
        assert isinstance(state["outcome"], Handoff)
        assert "evil" not in state["outcome"].text
