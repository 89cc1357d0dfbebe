"""Screens articles on their way in: a passage that addresses the assistant is kept apart and never cited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from journey_assistant.domain.customer import Customer, CustomerId
from journey_assistant.domain.guardrail import Finding, Verdict
from journey_assistant.domain.knowledge import Article, Passage
from journey_assistant.guardrails.check import inbound_check
from journey_assistant.guardrails.context import CheckContext
from journey_assistant.knowledge.passages import split_article
from journey_assistant.ports import Clock

SHOWN_AS_TEXT = "active_content"
"""Markup is no danger in a page whose words alone are ever shown; the guardrails of an answer look at links."""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One passage that is kept apart, and why."""

    article: str
    passage: str
    heading: str
    guardrail: str
    why: str


@dataclass(frozen=True)
class ArticleScreen:
    """Looks at articles with the guardrails for pages of a help centre."""

    clock: Clock

    def screened(self, article: Article) -> Article:
        """The article with the ids of its hostile passages; the rest of it stays usable."""
        hostile = tuple(passage.id for passage, _ in self._objections(article))
        return replace(article, quarantined=hostile)

    def report(self, article: Article) -> list[Quarantined]:
        """What is kept apart of a screened article, for whoever has to look at it."""
        return [
            Quarantined(article.id, passage.id, passage.heading, finding.guardrail, finding.why)
            for passage, finding in self._objections(article)
            if passage.id in article.quarantined
        ]

    def _objections(self, article: Article) -> Iterator[tuple[Passage, Finding]]:
        nobody = CheckContext(now_at=self.clock.now(), customer=Customer(CustomerId("nobody")))
        for passage in split_article(replace(article, quarantined=())):
            verdict = inbound_check(f"{passage.title}\n{passage.heading}\n{passage.text}", "kb_doc", nobody)
            worst = next((f for f in _kept(verdict) if f.guardrail != SHOWN_AS_TEXT), None)
            if worst is not None:
                yield passage, worst


def _kept(verdict: Verdict) -> tuple[Finding, ...]:
    return () if verdict.passes else verdict.findings
