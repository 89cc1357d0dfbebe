"""Many runs decided again: in their order, by several processes too, finished ones kept, a model's answers reused."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from journey_assistant.adapters.model_scripted import ScriptedChatModel
from journey_assistant.domain.effects import RunRecord
from journey_assistant.domain.journey_run import RunId
from journey_assistant.errors import ConfigurationError
from journey_assistant.evaluation.cases import read_suites
from journey_assistant.evaluation.decision_diff import DecisionDiff, pairs_of
from journey_assistant.evaluation.journal import Journal
from journey_assistant.evaluation.model_tape import reusing
from journey_assistant.evaluation.replay_many import PIECE, Again, Agents, by_many_hands, compared, replayed
from journey_assistant.evaluation.scripted_writers import honest
from journey_assistant.evaluation.suite_schema import Kind
from journey_assistant.evaluation.variants import variants
from journey_assistant.resources import resource_dir
from journey_assistant.services.commit import record_of
from journey_assistant.services.decide import Decider
from journey_assistant.services.read_case import read_case
from journey_assistant.services.replay import Sameness
from journey_assistant.settings import load_settings
from model_server import ModelServer, answers
from real_parts import one_article

DEMO = Again(company=resource_dir("demo"), knowledge=resource_dir("knowledge_base"))


ROWS = [
    row
    for suite in read_suites([Path(__file__).resolve().parents[2] / "evals" / "suites"])
    if suite.kind is Kind.DECISIONS
    for row in suite.rows
]


@pytest.fixture(scope="module")
def agents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agents]:
    """An agent over one article, in a home of its own."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JOURNEY_HOME", str(home))
        patch.setenv("JOURNEY_KNOWLEDGE_DIR", str(one_article(home)))
        yield Agents(Again())


async def records(decider: Decider, cases: Iterable[dict[str, Any]]) -> list[RunRecord]:
    """Runs as a store gives them back: their lines went through JSON."""
    made = []
    for case in cases:
        read = read_case(case)
        record = record_of(await decider.decide(read), read, str(case["id"]))
        made.append(replace(record, line=json.loads(json.dumps(record.line)), case=json.loads(json.dumps(record.case))))
    return made


async def stream(found: Iterable[RunRecord]) -> AsyncIterator[RunRecord]:
    for record in found:
        yield record


def question(number: int, text: str = "How do I export all invoices?") -> dict[str, Any]:
    moment = {"kind": "message", "channel": "chat", "text": text}
    return {"id": f"q{number}", "now": "2026-03-10T12:00:00Z", "customer": {"id": f"c{number}"}, "moment": moment}


@pytest.mark.slow
async def test_that_runs_of_every_kind_are_identical_again_by_several_processes_too(agents: Agents) -> None:
    cases = list(islice(variants(ROWS), 0, 1_500, 12))
    assert len({json.dumps(case, sort_keys=True) for case in cases}) == len(cases)
    made = await records(Agents(DEMO).changed, cases)
    found = [one async for one in replayed(stream(made), DEMO, jobs=2)]
    assert [one.run_id for one in found] == [record.id for record in made]
    assert {one.sameness for one in found} == {Sameness.IDENTICAL}


async def test_that_a_changed_record_is_the_one_that_differs(agents: Agents) -> None:
    made = await records(agents.changed, [question(n) for n in range(4)])
    made[2] = replace(made[2], line={**made[2].line, "route": "changed by hand"})
    found = [one async for one in by_many_hands(stream(made), agents, compared)]
    assert [one.sameness.value for _, one in found] == ["identical", "identical", "differs", "identical"]


async def test_that_a_finished_replay_is_kept_and_a_changed_record_is_replayed_anew(agents: Agents) -> None:
    made = await records(agents.changed, [question(1), question(2)])
    kept = load_settings().home / "journal.jsonl"
    first = [one async for one in replayed(stream(made), Again(), journal=Journal(kept))]
    kept.write_text(kept.read_text().replace("identical", "other_versions", 1))
    edited = replace(made[1], line={**made[1].line, "route": "hold"})
    again = [one async for one in replayed(stream([made[0], edited]), Again(), journal=Journal(kept))]
    assert [one.sameness.value for one in first] == ["identical", "identical"]
    assert {str(one.case_id): one.sameness.value for one in again} == {"q1": "other_versions", "q2": "differs"}


async def numbered(_: Agents, piece: Any) -> list[str]:
    return [str(record.id) for record in piece]


@pytest.mark.parametrize("count", [0, 1, PIECE, 2 * PIECE + 1])
async def test_that_the_order_of_the_runs_is_kept_and_none_is_lost(count: int, agents: Agents) -> None:
    one = (await records(agents.changed, [question(0)]))[0]
    made = [replace(one, id=RunId(f"run_{n}")) for n in range(count)]
    assert [n async for n in by_many_hands(stream(made), agents, numbered)] == [f"run_{n}" for n in range(count)]


async def test_that_another_model_gives_a_decision_diff_and_its_tape_is_not_asked_again(agents: Agents) -> None:
    made = await records(agents.changed, [question(1), question(2, "Where can I export my invoices, please?")])
    tape = load_settings().home / "tape.jsonl"
    async with ModelServer(answers(lambda request: honest(prompt_of(request)))) as server:
        again = Again(model="new-1", base_url=server.base_url, tape=tape)
        first, second = [
            [pair async for pair in by_many_hands(stream(made), Agents(again), pairs_of)] for _ in range(2)
        ]
    assert [body["model"] for body in server.bodies] == ["new-1", "new-1"]
    assert [pair.after for pair in first] == [pair.after for pair in second]
    assert DecisionDiff(tuple(first)).as_json()["runs"] == 2
    assert len(tape.read_text().splitlines()) == 2


async def test_that_the_recorded_answers_of_the_same_model_stand(agents: Agents) -> None:
    async with ModelServer(answers(lambda request: honest(prompt_of(request)))) as server:
        same = Agents(Again(model="same-1", base_url=server.base_url))
        made = await records(same.changed, [question(1)])
        found = [pair async for pair in by_many_hands(stream(made), same, pairs_of)]
        assert server.calls == 1
        other = replace(made[0], line={**made[0].line, "versions": {**made[0].line["versions"], "model": "other-1"}})
        (asked,) = [pair async for pair in by_many_hands(stream([other]), same, pairs_of)]
        assert server.calls == 2
    assert [(pair.is_recorded, pair.is_changed) for pair in found] == [(True, False)]
    assert (asked.is_recorded, DecisionDiff(tuple(found)).as_recorded) == (False, 1)


def test_that_a_model_needs_a_server(agents: Agents) -> None:
    with pytest.raises(ConfigurationError, match="--base-url"):
        Agents(Again(model="alone")).changed  # noqa: B018


def test_that_what_is_not_on_the_tape_is_asked_and_written_down(tmp_path: Path) -> None:
    tape = tmp_path / "tape.jsonl"

    def asked(answer: str, of: str) -> str:
        return asyncio.run(reusing(ScriptedChatModel(answers=[answer]), tape, of).ainvoke("hello")).text

    assert [asked("one", "m"), asked("two", "m"), asked("three", "n")] == ["one", "one", "three"]
    assert len(tape.read_text().splitlines()) == 2


def prompt_of(request: dict[str, Any]) -> str:
    return "\n\n".join(str(message["content"]) for message in request["messages"])
