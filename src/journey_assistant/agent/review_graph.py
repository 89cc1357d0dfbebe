"""A second graph, for LangGraph's own tools: decides a case with the agent, then asks a person by an interrupt.

The product's drafts are rows, not paused graphs; this graph shows the same decision to Agent Inbox, agent-chat-ui and
Studio. It sends nothing and stores nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import interrupt

ACTION = "send_message"
DECISIONS = ("approve", "edit", "reject")
_OLD_WORDS = {"accept": "approve", "ignore": "reject", "response": "reject"}

Decide = Callable[[Mapping[str, Any]], Awaitable[dict[str, Any]]]
"""A case in, a run's line out."""


class ReviewState(TypedDict, total=False):
    """Plain JSON throughout, so that any checkpointer can keep it."""

    case: dict[str, Any]
    run: dict[str, Any]
    review: dict[str, Any]


def build_review_graph(decide: Decide, checkpointer: Any = None) -> Any:
    """The compiled graph: decide, and review what is a draft. The server brings its own checkpointer."""

    async def decided(state: ReviewState) -> ReviewState:
        return {"run": await decide(state["case"])}

    graph = StateGraph(ReviewState)
    graph.add_node("decide", decided)
    graph.add_node("review", review)
    graph.add_edge(START, "decide")
    graph.add_conditional_edges("decide", _after_decide, ["review", END])
    graph.add_edge("review", END)
    return graph.compile(checkpointer=checkpointer)


def review(state: ReviewState) -> ReviewState:
    """Asks a person. The node begins anew when it is resumed, so nothing stands before the question."""
    outcome = state["run"]["outcome"]
    answer = interrupt(question(state["run"]))
    return {"review": reviewed(answer, {"subject": outcome.get("subject"), "text": outcome["text"]})}


def question(run: Mapping[str, Any]) -> dict[str, Any]:
    """What both review schemas read: the keys of the older one and those of the newer one, in one object."""
    outcome = run["outcome"]
    args = {"subject": outcome.get("subject"), "text": outcome["text"], "channel": outcome.get("channel")}
    why = "; ".join(str(reason["why"]) for reason in run["reasons"])
    return {
        "action_request": {"action": ACTION, "args": args},
        "config": {"allow_ignore": True, "allow_respond": True, "allow_edit": True, "allow_accept": True},
        "description": why,
        # One client reads `args`, another one `arguments`.
        "action_requests": [{"name": ACTION, "args": args, "arguments": args, "description": why}],
        "review_configs": [{"action_name": ACTION, "allowed_decisions": list(DECISIONS)}],
    }


def reviewed(answer: Any, written: Mapping[str, Any]) -> dict[str, Any]:
    """A person's answer in either schema as one decision with the words that stand; anything else is a no."""
    given = answer[0] if isinstance(answer, list) and answer else answer
    if isinstance(given, Mapping) and isinstance(given.get("decisions"), list) and given["decisions"]:
        given = given["decisions"][0]
    if not isinstance(given, Mapping):
        return {"decision": "reject", "why": "the answer could not be read"}
    kind = _OLD_WORDS.get(str(given.get("type")), str(given.get("type")))
    if kind == "approve":
        return {"decision": "approve", **written}
    if kind == "edit":
        edited = given.get("edited_action") or given.get("args")
        args = edited.get("args", edited.get("arguments")) if isinstance(edited, Mapping) else None
        if isinstance(args, Mapping) and isinstance(args.get("text"), str) and args["text"].strip():
            return {"decision": "edit", "subject": args.get("subject", written.get("subject")), "text": args["text"]}
        return {"decision": "reject", "why": "the edited words could not be read"}
    said = given.get("message") or given.get("args")
    return {"decision": "reject", "why": said if isinstance(said, str) else ""}


def _after_decide(state: ReviewState) -> str:
    return "review" if state["run"]["outcome"]["kind"] == "draft" else END
