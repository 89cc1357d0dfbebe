"""Rewrite a draft: other words by the assistant, as a reviewer wishes; a new version, checked like every edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from journey_assistant.agent.rewriting import by_hint, other_resource, other_wording, shorter
from journey_assistant.agent.run import Unfinished, run_graph
from journey_assistant.agent.state import RunState
from journey_assistant.domain.colleague import ColleagueId
from journey_assistant.domain.draft import Draft, DraftId, DraftState
from journey_assistant.domain.effects import RunRecord
from journey_assistant.errors import InvalidTransition, NotFound, Rejected
from journey_assistant.services.decide import Decider
from journey_assistant.services.read_case import read_case
from journey_assistant.services.review_draft import DraftReview
from journey_assistant.services.stored_case import in_tenant


class Kind(StrEnum):
    """How a draft may be rewritten. ``by_hint`` needs a language model."""

    HINT = "by_hint"
    SHORTER = "shorter"
    RESOURCE = "another_resource"
    WORDING = "other_wording"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reviewer asks for; ``hint`` is read only with ``Kind.HINT``."""

    kind: Kind
    hint: str = ""


@dataclass(frozen=True)
class DraftRewriter:
    """Rewrites drafts of one tenant. ``decider_of`` is what decided a run."""

    review: DraftReview
    decider_of: Callable[[RunRecord], Decider]

    async def rewrite(self, draft_id: DraftId, wish: Wish, *, by: ColleagueId, version: int | None = None) -> Draft:
        """The draft in a new version with other words, still to be approved.

        Raises Rejected when there are no other words or guardrails block them (nothing is stored then), PortError
        when the model does not answer, and as ``DraftReview.edit``.
        """
        store, tenant = self.review.store, self.review.tenant
        draft = await store.draft(tenant, draft_id)
        record = await store.run(tenant, draft.run_id) if draft else None
        if draft is None or record is None:
            raise NotFound(f"there is no draft {draft_id}")
        if draft.state is not DraftState.PENDING:
            raise InvalidTransition(f"draft {draft_id} is {draft.state}, so it cannot be: rewritten")
        decider = self.decider_of(record)
        state = await self._written(decider, record)
        subject, text = await self._words(decider, state, draft, wish)
        why = f"rewritten: {wish.kind.value.replace('_', ' ')}" + (f" ({wish.hint})" if wish.kind is Kind.HINT else "")
        return await self.review.edit(
            draft_id, by=by, text=text, subject=subject, version=version or draft.version, why=why
        )

    async def _written(self, decider: Decider, record: RunRecord) -> RunState:
        """What the writer of the first version was given."""
        snapshot = in_tenant(read_case(dict(record.case)), self.review.tenant).snapshot
        try:
            return await run_graph(decider.graph, decider.parts, snapshot)
        except Unfinished as unfinished:
            raise unfinished.cause from unfinished

    async def _words(self, decider: Decider, state: RunState, draft: Draft, wish: Wish) -> tuple[str | None, str]:
        """Subject and text; an honest no when there is nothing else."""
        where, parts = f"draft {draft.id}", decider.parts
        match wish.kind:
            case Kind.HINT:
                if parts.model is None:
                    what = "no language model is configured"
                    raise Rejected(what, where=where, allowed="shorter, another resource, other wording; or edit it")
                if not wish.hint:
                    raise Rejected("the hint is empty", where=where, allowed="a few words on how it should read")
                return draft.subject, await by_hint(state, parts, draft.text, wish.hint)
            case Kind.SHORTER:
                text = shorter(state, draft.text)
                if text is None:
                    raise Rejected("nothing can be left out of it", where=where, allowed="edit it, or other wording")
                return draft.subject, text
            case Kind.RESOURCE:
                found = other_resource(state, parts, draft.text)
                if found is None:
                    raise Rejected("nothing else fits this moment", where=where, allowed="edit it, or send this one")
            case Kind.WORDING:
                found = other_wording(state, parts, draft.text)
                if found is None:
                    what = "this play has one template only"
                    raise Rejected(what, where=where, allowed="edit it, shorter, or another resource")
        return found.subject, found.text
