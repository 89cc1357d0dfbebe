"""The words of an answer and the passages they rest on, by the kind of the answer."""

from __future__ import annotations

from journey_assistant.agent.extract import extract
from journey_assistant.agent.state import Answer, RunState
from journey_assistant.domain.knowledge import Citation
from journey_assistant.playbook.playbook import Playbook


def worded(state: RunState, answer: Answer, playbook: Playbook) -> tuple[str, tuple[Citation, ...]]:
    """The words of an answer and its citations, by the kind of the answer."""
    language = state["perceived"].language
    match answer.kind:
        case "quotes":
            found = extract(state["retrievals"])
            lead = f"{playbook.phrase('two_readings', language)}\n\n" if found and found.has_two_readings else ""
            return f"{lead}{answer.text}", found.citations if found else ()
        case "other_plan":
            best = state["retrievals"][0].passages[0].passage
            text = f"“{best.title}”: {playbook.phrase('other_plan', language).format(plan=answer.text)}"
            return text, (Citation(best.article_id, best.id, best.title),)
        case "question":
            first, _, second = answer.text.partition(" / ")
            return playbook.phrase("clarify_choice", language).format(first=f"“{first}”", second=f"“{second}”"), ()
        case "fixed":
            return playbook.phrase(answer.phrase, language), ()
        case _:
            return answer.text, answer.citations
