from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.domain.handoff import Priority
from journey_assistant.domain.ownership import CUSTOMER, MOST_HANDOFFS, MOST_REASSIGNMENTS, Ownership, OwnerState
from journey_assistant.errors import InvalidTransition
from records import NOON

DANA, ELI = ColleagueId("dana"), ColleagueId("eli")
HOUR = timedelta(hours=1)
ASSISTANTS = Ownership(NOON)


def waiting(ownership: Ownership = ASSISTANTS) -> Ownership:
    return ownership.hand_over(
        queue="billing", priority=Priority.NORMAL, at=NOON, pickup_by_at=NOON + HOUR, promised_at=NOON + HOUR
    )


DANAS = waiting().claim(by=DANA, at=NOON, answer_by_at=NOON + HOUR)
DONE = DANAS.resolve(by=DANA, at=NOON)

STEPS = {
    "hand_over": waiting,
    "claim": lambda o: o.claim(by=DANA, at=NOON),
    "transfer": lambda o: o.transfer(by=DANA, to=ELI, at=NOON),
    "requeue": lambda o: o.requeue(by=DANA, queue="general", at=NOON, pickup_by_at=NOON + HOUR),
    "give_back": lambda o: o.give_back(by=DANA, at=NOON),
    "resolve": lambda o: o.resolve(by=DANA, at=NOON),
    "close": lambda o: o.resolve(by=CUSTOMER, at=NOON),
    "reopen": lambda o: o.reopen(at=NOON),
    "overdue": lambda o: o.overdue(at=NOON + HOUR, queue="general", pickup_by_at=NOON + 2 * HOUR),
    "silent": lambda o: o.silent(at=NOON + HOUR, queue="billing", pickup_by_at=NOON + 2 * HOUR),
    "answered": lambda o: o.answered(by=DANA),
}
ALLOWED = {
    "assistant": (ASSISTANTS, {"hand_over": "waiting", "claim": "person", "close": "resolved"}),
    "waiting": (waiting(), {"claim": "person", "close": "resolved", "overdue": "waiting"}),
    "person": (
        DANAS,
        {"transfer": "person", "requeue": "waiting", "give_back": "assistant", "resolve": "resolved"}
        | {"close": "resolved", "silent": "waiting", "answered": "person"},
    ),
    "resolved": (DONE, {"reopen": "assistant"}),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", ALLOWED)
def test_that_every_step_leads_where_the_table_says_or_is_refused(state: str, step: str) -> None:
    before, leads = ALLOWED[state]
    if step not in leads:
        with pytest.raises(InvalidTransition):
            STEPS[step](before)
    else:
        assert STEPS[step](before).state == leads[step]


@pytest.mark.parametrize("step", ["transfer", "requeue", "give_back", "resolve"])
def test_that_only_the_owner_may_move_what_a_person_owns(step: str) -> None:
    elis = waiting().claim(by=ELI, at=NOON)
    with pytest.raises(InvalidTransition, match="eli's"):
        STEPS[step](elis)


def test_that_what_nobody_picks_up_moves_on_more_urgently_and_then_stays() -> None:
    late, at = waiting(), NOON
    seen = []
    while late.pickup_by_at is not None:
        at = late.pickup_by_at
        late = late.overdue(at=at, queue=f"queue-{late.reassignments}", pickup_by_at=at + HOUR)
        seen.append(late.priority)
    assert seen == [Priority.HIGH, Priority.URGENT, Priority.URGENT]
    assert late.reassignments == MOST_REASSIGNMENTS
    assert late.promised_at is None


def test_that_a_second_time_is_promised_and_no_third() -> None:
    once = waiting().overdue(at=NOON + HOUR, queue="general", pickup_by_at=NOON + 3 * HOUR)
    assert once.promised_at == NOON + 3 * HOUR
    assert once.overdue(at=NOON + 3 * HOUR, queue="general", pickup_by_at=NOON + 5 * HOUR).promised_at is None


def test_that_who_claims_and_says_nothing_loses_it_at_the_deadline() -> None:
    waits = STEPS["silent"](DANAS)
    assert (waits.queue, waits.colleague, waits.priority) == ("billing", None, Priority.HIGH)
    assert waits.promised_at == NOON + 2 * HOUR
    with pytest.raises(InvalidTransition, match="not passed"):
        DANAS.silent(at=NOON, queue="billing", pickup_by_at=NOON + 2 * HOUR)


def test_that_an_answer_is_owed_from_the_first_unanswered_message_on() -> None:
    said = DANAS.answered(by=DANA)
    assert said.pickup_by_at is None
    with pytest.raises(InvalidTransition, match="not passed"):
        said.silent(at=NOON + 9 * HOUR, queue="billing", pickup_by_at=NOON + 10 * HOUR)
    asked = said.asked(NOON + 2 * HOUR).asked(NOON + 3 * HOUR)
    assert asked.pickup_by_at == NOON + 2 * HOUR
    assert asked.transfer(by=DANA, to=ELI, at=NOON, answer_by_at=NOON + 4 * HOUR).pickup_by_at == NOON + 4 * HOUR
    assert said.transfer(by=DANA, to=ELI, at=NOON, answer_by_at=NOON + 4 * HOUR).pickup_by_at is None
    assert waiting().asked(NOON + 5 * HOUR) == waiting()


def test_that_colleagues_who_are_silent_again_and_again_leave_it_waiting_without_another_deadline() -> None:
    owner, at = waiting(), NOON
    for _ in range(MOST_REASSIGNMENTS + 1):
        at += HOUR
        owner = owner.claim(by=DANA, at=at, answer_by_at=at + HOUR)
        at += HOUR
        owner = owner.silent(at=at, queue="billing", pickup_by_at=at + HOUR)
    assert (owner.state, owner.priority, owner.pickup_by_at) == (OwnerState.WAITING, Priority.URGENT, None)
    assert owner.reassignments == MOST_REASSIGNMENTS


def test_that_nothing_is_overdue_before_its_deadline() -> None:
    with pytest.raises(InvalidTransition, match="not passed"):
        waiting().overdue(at=NOON + HOUR - timedelta(seconds=1), queue="general", pickup_by_at=NOON + 2 * HOUR)


def test_that_a_conversation_that_needed_people_too_often_stays_with_them() -> None:
    owner = ASSISTANTS
    for _ in range(MOST_HANDOFFS - 1):
        owner = waiting(owner).claim(by=DANA, at=NOON).give_back(by=DANA, at=NOON)
    last = waiting(owner).claim(by=DANA, at=NOON)
    with pytest.raises(InvalidTransition, match="resolve it"):
        last.give_back(by=DANA, at=NOON)
    assert last.resolve(by=DANA, at=NOON).reopen(at=NOON).handoffs == 0


class AnyHistory(RuleBasedStateMachine):
    """Whatever people, customers, the clock and the assistant do, and in whatever order."""

    @initialize()
    def begin(self) -> None:
        self.owner = ASSISTANTS
        self.at = NOON
        self.returns = 0
        self.moves = 0

    def step(self, name: str, change: object) -> None:
        before = self.owner
        try:
            self.owner = change(before)  # type: ignore[operator]
        except InvalidTransition:
            assert self.owner is before
            return
        if name == "reopen":
            self.returns = 0
        if name == "give_back":
            self.returns += 1
        self.moves = self.moves + 1 if name == "overdue" else 0

    @rule(hours=st.integers(0, 30))
    def time_passes(self, hours: int) -> None:
        self.at += hours * HOUR

    @rule(queue=st.sampled_from(["billing", "general"]), priority=st.sampled_from(list(Priority)))
    def hand_over(self, queue: str, priority: Priority) -> None:
        deadline = self.at + HOUR
        self.step(
            "hand_over",
            lambda o: o.hand_over(
                queue=queue, priority=priority, at=self.at, pickup_by_at=deadline, promised_at=deadline
            ),
        )

    @rule(by=st.sampled_from([DANA, ELI]))
    def claim(self, by: ColleagueId) -> None:
        self.step("claim", lambda o: o.claim(by=by, at=self.at, answer_by_at=self.at + HOUR))

    @rule()
    def the_customer_writes(self) -> None:
        self.owner = self.owner.asked(self.at + HOUR)

    @rule(by=st.sampled_from([DANA, ELI]))
    def answer(self, by: ColleagueId) -> None:
        self.step("answered", lambda o: o.answered(by=by))

    @rule()
    def notice_silence(self) -> None:
        self.step("silent", lambda o: o.silent(at=self.at, queue="billing", pickup_by_at=self.at + HOUR))

    @rule(by=st.sampled_from([DANA, ELI]), to=st.sampled_from([DANA, ELI]))
    def transfer(self, by: ColleagueId, to: ColleagueId) -> None:
        self.step("transfer", lambda o: o.transfer(by=by, to=to, at=self.at, answer_by_at=self.at + HOUR))

    @rule(by=st.sampled_from([DANA, ELI]))
    def requeue(self, by: ColleagueId) -> None:
        self.step("requeue", lambda o: o.requeue(by=by, queue="general", at=self.at, pickup_by_at=self.at + HOUR))

    @rule(by=st.sampled_from([DANA, ELI]))
    def give_back(self, by: ColleagueId) -> None:
        self.step("give_back", lambda o: o.give_back(by=by, at=self.at))

    @rule(by=st.sampled_from([DANA, ELI, CUSTOMER]))
    def resolve(self, by: str) -> None:
        self.step("resolve", lambda o: o.resolve(by=by, at=self.at))

    @rule()
    def reopen(self) -> None:
        self.step("reopen", lambda o: o.reopen(at=self.at))

    @rule()
    def sweep(self) -> None:
        self.step("overdue", lambda o: o.overdue(at=self.at, queue="general", pickup_by_at=self.at + HOUR))

    @invariant()
    def there_is_one_owner(self) -> None:
        owner = self.owner
        assert (owner.colleague is not None) == (owner.state is OwnerState.PERSON)
        assert owner.assistant_answers == (owner.state is OwnerState.ASSISTANT)
        if owner.state is OwnerState.WAITING:
            assert owner.queue
            assert owner.promised_at or owner.reassignments
            assert owner.pickup_by_at or owner.reassignments == MOST_REASSIGNMENTS
        else:
            assert owner.pickup_by_at is None or owner.state is OwnerState.PERSON
            assert owner.promised_at is None

    @invariant()
    def no_loop_is_endless(self) -> None:
        assert self.returns < MOST_HANDOFFS
        assert self.moves <= MOST_REASSIGNMENTS
        assert self.owner.handoffs <= MOST_HANDOFFS
        assert self.owner.reassignments <= MOST_REASSIGNMENTS


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
