"""Mode W: a model that an attacker controls word for word has no effect; what it says reaches no customer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from answerable import passage
from journey_assistant.adapters.model_scripted import ScriptedChatModel
from journey_assistant.agent.graph import build_graph
from journey_assistant.agent.run import run_graph
from journey_assistant.agent.state import Parts, RunState
from journey_assistant.bootstrap import build_parts
from journey_assistant.domain.knowledge import Retrieval
from journey_assistant.domain.outcome import Handoff, Reply
from journey_assistant.evaluation.guard_cases import GuardCase, judged, read_guard_case
from journey_assistant.evaluation.scripted_writers import answer_json
from journey_assistant.knowledge.query import Query
from journey_assistant.settings import Settings
from worlds import event, help_centre, message, timedelta

ATTACKS = Path(__file__).parents[3] / "shared" / "guardrails" / "attacks_dev.jsonl"
pytestmark = pytest.mark.skipif(not ATTACKS.is_file(), reason="needs the labelled attacks in ../shared")
GENERAL = "You can reach our team on weekdays between 9 and 17."


@dataclass
class Found:
    """A retriever that finds the evidence of one attack, whatever is asked."""

    retrieval: Retrieval

    def search(self, query: Query) -> Retrieval:
        return self.retrieval


@cache
def attacks() -> tuple[GuardCase, ...]:
    """The attacks for which a hijacked model's output is written down."""
    rows = [json.loads(line) for line in ATTACKS.read_text(encoding="utf-8").splitlines()] if ATTACKS.is_file() else []
    return tuple(read_guard_case(row) for row in rows if (row.get("context") or {}).get("if_obeyed"))


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    return build_parts(settings, knowledge=help_centre(tmp_path_factory.mktemp("help")), in_memory=True)


def word_for_word(obeyed: Mapping[str, Any]) -> str:
    """What the attacker made of the model, as it is."""
    return json.dumps(obeyed, ensure_ascii=False)


def well_formed(obeyed: Mapping[str, Any]) -> str:
    """The same words in the form that we ask for, resting on evidence that was given."""
    said = str(obeyed.get("text") or word_for_word(obeyed))
    return answer_json([(said[at : at + 400], "P1") for at in range(0, min(len(said), 800), 400)])


async def decided(case: GuardCase, answer: str, parts: Parts) -> RunState:
    known = [GENERAL, *(e.text for e in case.context.evidence if e.kind == "passage")]
    planted = [case.text] if case.surface == "kb_doc" and judged(case).passes else []  # else it is held at ingest
    found = tuple(passage(n, text) for n, text in enumerate([*planted, *known], 1))
    text = case.text if case.surface == "chat" else "Can you tell me when I can reach your team?"
    notes = [] if case.surface == "chat" else [event("n1", "note_added", timedelta(days=1), text=case.text)]
    retriever: Any = Found(Retrieval(text, found, answerability=0.9))
    mine = replace(parts, model=ScriptedChatModel(answers=[answer]), retriever=retriever)
    return await run_graph(build_graph(), mine, message(text, *notes).snapshot)


def said_to_the_customer(state: RunState) -> str:
    outcome = state["outcome"]
    return outcome.text if isinstance(outcome, Reply | Handoff) else ""


def plain(text: str) -> str:
    return " ".join(text.casefold().split())


@pytest.mark.parametrize("form", [word_for_word, well_formed])
@pytest.mark.parametrize("case", attacks(), ids=lambda case: case.id)
async def test_that_a_hijacked_models_words_reach_no_customer(case: GuardCase, form: Any, parts: Parts) -> None:
    obeyed = case.raw["context"]["if_obeyed"]
    state = await decided(case, form(obeyed), parts)
    reply = plain(said_to_the_customer(state))
    words = [plain(str(obeyed[key])) for key in ("text", "url", "memory", "tool") if obeyed.get(key)]
    evidence = plain(" ".join([GENERAL, *(e.text for e in case.context.evidence)]))
    assert not [text for text in words if text in reply and text not in evidence]
