"""The reads of the customer's record as tools. None takes an argument: whose record is read is nobody's choice."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field

from langchain_core.tools import BaseTool, StructuredTool
from pydantic import BaseModel, ConfigDict

from journey_assistant.agent.given import Exhibit, facts_given
from journey_assistant.agent.placeholders import Placeholders
from journey_assistant.agent.records import RECORD_READS, RecordRead
from journey_assistant.domain.moment import Snapshot
from journey_assistant.domain.outcome import ToolCall
from journey_assistant.prompts import evidence_block

NOTHING_STORED = "The record says nothing about this."


class NoArguments(BaseModel):
    """The reads are of the customer of this conversation."""

    model_config = ConfigDict(extra="forbid")


@dataclass
class RecordTools:
    """The tools of one run, with all that they told: the calls for the record, the facts as evidence."""

    snapshot: Snapshot
    placeholders: Placeholders
    calls: list[ToolCall] = field(default_factory=list)
    facts: list[Exhibit] = field(default_factory=list)

    @property
    def tools(self) -> list[BaseTool]:
        """One tool a read, under the read's name and description."""
        return [
            StructuredTool.from_function(
                func=self._reading(name, read),
                name=name,
                description=inspect.getdoc(read) or name,
                args_schema=NoArguments,
            )
            for name, read in RECORD_READS.items()
        ]

    def _reading(self, name: str, read: Callable[[Snapshot], RecordRead]) -> Callable[[], str]:
        def told() -> str:
            found = read(self.snapshot)
            self.calls.append(ToolCall(name, result=found.text, evidence=found.evidence))
            return self._shown(name, found)

        return told

    def _shown(self, name: str, found: RecordRead) -> str:
        """The facts with their ids; a fact that was told before keeps the id it has."""
        known = {(fact.text, fact.source) for fact in self.facts}
        pairs = list(zip(found.sentences, found.evidence, strict=True))
        self.facts.extend(facts_given([pair for pair in pairs if pair not in known], before=len(self.facts)))
        lines = [
            f"{fact.id}: {self.placeholders.hide(fact.text)}"
            for fact in self.facts
            if (fact.text, fact.source) in pairs
        ]
        return evidence_block(name, "\n".join(lines) or NOTHING_STORED)
