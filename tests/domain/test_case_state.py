from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey_assistant.domain.case_state import (
    EXPIRES_AFTER,
    MOST_ENTRIES,
    CaseState,
    CaseStateId,
    Quoted,
    Utterance,
    case_of,
    case_state_after,
    case_state_line,
    waiting_for,
    with_line,
)
from records import ANA, NOON

EMPTY = CaseState(CaseStateId("case_1"), ANA, "invoice_problem", NOON, NOON)


def said(text: str, author: str = "customer", id_: str = "m1", **fields: object) -> Utterance:
    return Utterance(id_, author, text, NOON, **fields)  # type: ignore[arg-type]


def after(*utterances: Utterance) -> CaseState:
    return case_state_after(EMPTY, utterances)


def test_that_the_first_words_that_say_something_are_the_goal() -> None:
    state = after(said("hi", id_="m0"), said("My invoice is wrong", id_="m1"), said("Please fix it", id_="m2"))
    assert state.goal == Quoted("My invoice is wrong", "m1")


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Invoice INV-2041 shows €120.50 instead of 99.", ["INV-2041", "€120.50"]),
        ("Error E1042 since 2026-03-01", ["E1042", "2026-03-01"]),
        ("I have 3 seats", []),
        ("It does not work", []),
    ],
)
def test_that_what_is_tedious_to_say_twice_is_kept(text: str, facts: list[str]) -> None:
    assert [fact.text for fact in after(said(text)).facts] == facts


def test_that_what_the_customer_tried_is_kept_in_their_words() -> None:
    state = after(said("The export fails. I already tried another browser. What now?"))
    assert state.tried == (Quoted("I already tried another browser.", "m1"),)


def test_that_an_answer_is_something_that_was_tried_and_a_question_something_that_is_missing() -> None:
    state = after(said("Restart it.", "assistant", "a1"), said("Which plan?", "assistant", "a2", is_question=True))
    assert state.tried == (Quoted("Restart it.", "a1"),)
    assert state.missing == (Quoted("Which plan?", "a2"),)
    assert case_state_after(state, [said("Team", id_="m2")]).missing == ()


def test_that_what_a_person_promises_is_kept_and_settles_what_was_pending() -> None:
    waiting = waiting_for(EMPTY, said("A colleague will answer by 15:00.", "assistant", "s1"))
    assert waiting.pending == (Quoted("A colleague will answer by 15:00.", "s1"),)
    state = case_state_after(waiting, [said("Sorry! I will send a corrected one today.", "agent:dana", "d1")])
    assert state.promised == (Quoted("I will send a corrected one today.", "d1"),)
    assert state.pending == ()


def test_that_an_issue_goes_on_with_its_reason_until_it_expires_or_is_closed() -> None:
    old = replace(EMPTY, id=CaseStateId("old"), updated_at=NOON - EXPIRES_AFTER)
    closed = replace(EMPTY, id=CaseStateId("closed"), closed=True)
    other = replace(EMPTY, id=CaseStateId("other"), reason="api", updated_at=NOON - timedelta(days=1))
    assert case_of([old, closed, other], "invoice_problem", NOON) is None
    assert case_of([old, closed, other, EMPTY], "invoice_problem", NOON) == EMPTY
    assert case_of([old, closed, other, EMPTY], "api", NOON) == other
    assert case_of([other, EMPTY], "none", NOON) == EMPTY


ANY_TEXT = st.text(max_size=300)
ANY_SAID = st.builds(
    Utterance,
    st.uuids().map(str),
    st.sampled_from(["customer", "assistant", "agent:dana"]),
    ANY_TEXT,
    st.just(NOON),
    st.booleans(),
)


@given(st.lists(ANY_SAID, max_size=20))
def test_that_every_entry_is_quoted_from_the_message_it_names(utterances: list[Utterance]) -> None:
    state = case_state_after(EMPTY, utterances)
    words = {utterance.id: " ".join(utterance.text.split()) for utterance in utterances}
    lists = (state.facts, state.missing, state.tried, state.promised, state.pending)
    entries = [*([state.goal] if state.goal else []), *(entry for part in lists for entry in part)]
    for entry in entries:
        assert " ".join(entry.text.removesuffix("…").split()) in words[entry.source]
    assert all(len(part) <= MOST_ENTRIES for part in lists)


@given(st.lists(ANY_SAID, max_size=10))
def test_that_an_issue_comes_back_from_its_line(utterances: list[Utterance]) -> None:
    state = case_state_after(EMPTY, utterances)
    assert with_line(EMPTY, case_state_line(state)) == replace(state, updated_at=EMPTY.updated_at)
