"""Rewriting: other words for a draft, from what it rests on already. Without a model by rule, with one by a hint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from journey_assistant.agent.checking import what_may_be_said
from journey_assistant.agent.drafts import offer_words, play_draft
from journey_assistant.agent.given import Exhibit
from journey_assistant.agent.placeholders import AlteredPlaceholder
from journey_assistant.agent.propose import Anew, Task, propose
from journey_assistant.agent.state import Parts, RunState
from journey_assistant.domain.decision import Route
from journey_assistant.domain.knowledge import RetrievedPassage
from journey_assistant.domain.outcome import DraftMessage
from journey_assistant.errors import PortError, Rejected
from journey_assistant.playbook.candidates import due_plays
from journey_assistant.playbook.material import material_for

_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!\d\.)\s+")
_LINK = re.compile(r"https?://|www\.")
LONGEST_GREETING = 60


def shorter(state: RunState, text: str) -> str | None:
    """The text with the first sentence of each paragraph; None when nothing can be left out.

    Greeting, signature, links, the resource and an offer with its conditions stay whole.
    """
    material = state.get("material")
    whole = [offer_words(material.offer)] if material and material.offer else []
    whole += [material.resource.title] if material and material.resource else []
    head, body, tail = parts_of(text)
    cut = [part if _LINK.search(part) or any(w in part for w in whole) else _first(part) for part in body]
    short = "\n\n".join([*head, *cut, *tail])
    return short if short != text else None


def other_resource(state: RunState, parts: Parts, text: str) -> DraftMessage | None:
    """The draft with the next best resource or guide that does not stand in it; None when there is no other."""
    material, playbook = state.get("material"), parts.playbook
    if material is None:
        return None
    left = tuple(one for one in playbook.company.resources if one.title not in text)
    smaller = replace(playbook, company=replace(playbook.company, resources=left))
    scene = smaller.scene(state["perceived"])
    candidate = next((one for one in due_plays(smaller, scene) if one.id == material.play), None)
    other = material_for(smaller, scene, candidate) if candidate is not None else None
    if other is not None and other.resource is not None:
        return play_draft(state["perceived"], other, None, playbook, parts.prompts)
    guide = next((p for p in _guides(state) if p.passage.title not in text), None)
    if guide is None:
        return None
    return play_draft(state["perceived"], replace(material, resource=None), guide, playbook, parts.prompts)


def other_wording(state: RunState, parts: Parts, text: str) -> DraftMessage | None:
    """The next template of the play behind the one that this text came from; None when it has only one."""
    material = state.get("material")
    if material is None:
        return None
    template = parts.playbook.plays[material.play].template
    names = [template, *variants_of(parts, template)]
    guide = next(iter(_guides(state)), None)
    args = (state["perceived"], material, guide, parts.playbook, parts.prompts)
    drafts = [play_draft(*args, template=name) for name in names]
    now = next((number for number, draft in enumerate(drafts) if draft.text == text), 0)
    return drafts[(now + 1) % len(drafts)] if len(drafts) > 1 else None


def variants_of(parts: Parts, template: str) -> list[str]:
    """Other templates of the same message: ``plays/<template>.<name>``."""
    found = (name.removeprefix("plays/") for name in parts.prompts.names if name.startswith("plays/"))
    return [name for name in found if name.partition(".")[0] == template and name != template]


async def by_hint(state: RunState, parts: Parts, text: str, hint: str) -> str:
    """The text as a colleague wishes it, by the model; greeting, signature and opt-out stay as they are.

    Raises Rejected when the model writes nothing that its evidence carries, PortError when it cannot be reached.
    """
    assert parts.model is not None
    head, body, tail = parts_of(text)
    told = [sentence for part in body for sentence in _SENTENCE_END.split(part)]
    exhibits = [Exhibit(f"D{number}", words, f"draft.{number}") for number, words in enumerate(told, 1)]
    known = what_may_be_said(state, parts)
    exhibits += [Exhibit(f"F{number}", one.text, one.id) for number, one in enumerate(known, 1)]
    task = Task(
        perceived=state["perceived"],
        retrievals=(),
        allowed=(Route.DRAFT_MESSAGE,),
        brand=parts.playbook.company.brand,
        seconds=parts.turn_seconds,
        anew=Anew(tuple(exhibits), hint),
    )
    done = await propose(task, parts.model, parts.prompts)
    if done.failure == "unreachable":
        raise PortError(done.why, port="model", retryable=True)
    if done.proposal is None or not done.proposal.sentences:
        why = done.why or "it wrote nothing"
        raise Rejected(f"the model's words cannot be used: {why}", where="rewrite", allowed="another hint, or edit it")
    try:
        said = [done.placeholders.restore(sentence.text) for sentence in done.proposal.sentences]
    except AlteredPlaceholder as altered:
        raise Rejected(
            f"the model's words cannot be used: {altered}", where="rewrite", allowed="another hint"
        ) from altered
    return "\n\n".join([*head, " ".join(said), *tail])


def parts_of(text: str) -> tuple[list[str], list[str], list[str]]:
    """Greeting, body and what ends a message (signature, opt-out), each as paragraphs."""
    paragraphs = text.split("\n\n")
    greets = len(paragraphs) > 1 and len(paragraphs[0]) <= LONGEST_GREETING and paragraphs[0].rstrip().endswith(",")
    head, rest = (paragraphs[:1], paragraphs[1:]) if greets else ([], paragraphs)
    signature = next((n for n, part in enumerate(rest) if n and not part.rstrip().endswith((".", "!", "?", ":"))), None)
    if signature is None:
        return head, rest, []
    return head, rest[:signature], rest[signature:]


def _first(paragraph: str) -> str:
    return _SENTENCE_END.split(paragraph, maxsplit=1)[0]


def _guides(state: RunState) -> Iterator[RetrievedPassage]:
    for retrieval in state.get("retrievals", ()):
        yield from (p for p in retrieval.passages if not p.stale and not p.other_plan)
