"""ungrounded_claim: every factual sentence rests on a passage or a fact of this customer, with its conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.claims import claims, is_negated, universal_words
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.language import language_of
from journey_assistant.guardrails.reading.quotes import is_quoted
from journey_assistant.guardrails.reading.sentences import Part, clauses
from journey_assistant.guardrails.reading.support import (
    best_statement,
    contradiction,
    coverage,
    dropped_condition,
    statements,
)
from journey_assistant.guardrails.reading.urls import links
from journey_assistant.guardrails.reading.values import swapped_value
from journey_assistant.guardrails.reading.words import Word, content_words, stem, stems
from journey_assistant.guardrails.terms import pattern

NAME = "ungrounded_claim"
_UNREVIEWED = pattern("evidence", "untrusted")
_REVIEWED = frozenset({"reviewed", "official", "published", "approved", "internal docs"})
COVERED = 0.8
"""A claim passes when this share of its content words stands in one passage or fact."""
COVERED_WITH_LINK = 0.5
"""A sentence that points to a page of the evidence may say a little more about it."""
ALIKE = 0.82
"""Encoder similarity from which a half-covered claim counts as a paraphrase of its evidence."""


@dataclass(frozen=True)
class _Ground:
    """What a text may rest on: the trusted evidence, and the words of the record, the offers and the done actions."""

    evidence: tuple[tuple[str, str], ...]
    record: frozenset[str]
    facts: frozenset[str]
    languages: frozenset[str]

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(text for _, text in self.evidence)


def ungrounded_claim(text: Checked, context: CheckContext) -> list[Finding]:
    """Aligns each claim with its evidence: quotes pass at once; new names, words, scope or a turned meaning do not."""
    if text.surface != "draft":
        return _unreviewed(text, context)
    ground = _ground(context)
    language = text.language or context.language
    found = []
    for claim in claims(text.text):
        if _is_quote(claim, ground, context):
            continue
        why = next(_objections(claim, text, language, ground, context), "")
        if why:
            found.append(Finding(NAME, Severity.REPAIR, why, (claim.start, claim.end), _nearest(claim, ground)))
    return found


def _unreviewed(text: Checked, context: CheckContext) -> list[Finding]:
    """A page of unknown or unreviewed origin must not ground anything."""
    origin = fold(context.provenance)
    if text.surface == "kb_doc" and ((origin and origin not in _REVIEWED) or _UNREVIEWED.search(text.folded)):
        return [Finding(NAME, Severity.BLOCK, "the page is not reviewed", (0, len(text.text)))]
    return []


def _ground(context: CheckContext) -> _Ground:
    evidence = tuple((e.id, e.text) for e in context.evidence if e.trusted)
    offers = tuple(("offer", text) for text in context.offer_texts)
    record = [*context.record_texts, *context.trusted_sentences]
    record += [f"{a.action} {' '.join(a.details)}" for a in context.actions_done]
    fields = frozenset(map(stem, ("account", "plan", "ticket", "name", "member", "customer", "team")))
    known = frozenset().union(*map(stems, record)) if record else frozenset[str]()
    languages = frozenset(language_of(text) or "en" for _, text in evidence)
    facts = (
        frozenset().union(*(stems(e.text) for e in context.facts if e.trusted)) if context.facts else frozenset[str]()
    )
    return _Ground(evidence + offers, known | fields | stems(context.brand), facts, languages)


def _is_quote(claim: Part, ground: _Ground, context: CheckContext) -> bool:
    """The claim is a whole sentence of what was given; a part of a sentence may lack its condition."""
    return is_quoted(claim.text, (*ground.texts, *context.trusted_sentences))


def _objections(claim: Part, text: Checked, language: str, ground: _Ground, context: CheckContext) -> Iterator[str]:
    words = [w for w in content_words(claim.text) if w.stem not in ground.record]
    same_language = not ground.evidence or language in ground.languages or not text.language
    yield from _new_names(words, claim, ground, language)
    if same_language and words and not _is_covered(claim, words, ground, context):
        yield "no passage or fact supports it"
    yield from _wider_scope(claim, ground, same_language)
    names = frozenset(w.stem for w in content_words(claim.text) if w.is_name)
    swapped = swapped_value(claim.text, ground.texts, names | _plan_stems(context))
    if swapped:
        yield swapped
    if same_language and ground.evidence:
        yield from filter(None, (contradiction(claim.text, ground.texts, language),))
        yield from filter(None, (dropped_condition(claim.text, text.text, ground.texts),))
    yield from _other_plan(claim, ground, context, language)


def _new_names(words: list[Word], claim: Part, ground: _Ground, language: str) -> Iterator[str]:
    """Names and list items that nothing given mentions. German writes every noun like a name."""
    if language == "de":
        return
    given = frozenset().union(*(stems(t) for t in ground.texts)) if ground.texts else frozenset[str]()
    new = [w.shown for w in words if w.is_name and w.stem not in given]
    if new:
        yield f"nothing given mentions {', '.join(new[:3])}"


def _is_covered(claim: Part, words: list[Word], ground: _Ground, context: CheckContext) -> bool:
    """One passage with the customer's facts carries the claim, or one each its clauses, or the encoder agrees."""
    needed = COVERED_WITH_LINK if links(claim.text) else COVERED
    best = max((coverage(words, stems(text) | ground.facts) for text in ground.texts), default=0.0)
    if best >= needed or all(w.is_yours for w in words):
        return True
    parts = [_in(clause, words) for clause in clauses(claim.text)]
    carried = [max((coverage(p, stems(t)) for t in ground.texts), default=0.0) for p in parts if p]
    if len(carried) > 1 and min(carried) >= needed:
        return True
    if context.similarity is None or best < COVERED_WITH_LINK:
        return False
    return any(context.similarity(claim.text, s.sentence) >= ALIKE for t in ground.texts for s in statements(t))


def _in(clause: Part, words: list[Word]) -> list[Word]:
    return [w for w in words if clause.start <= w.start < clause.end]


def _wider_scope(claim: Part, ground: _Ground, same_language: bool) -> Iterator[str]:
    """ "Every", "always", "unlimited" need evidence that says so."""
    found = universal_words(claim.text)
    if not found or not ground.evidence:
        return
    best, _ = best_statement(claim.text, ground.texts)
    given = best.sentence if same_language and best is not None else " ".join(ground.texts)
    if not universal_words(given):
        yield f"the evidence does not say “{found[0].group()}”"


def _plan_stems(context: CheckContext) -> frozenset[str]:
    return frozenset(s for plan in (*context.plans, context.customer.plan or "") for s in stems(plan))


def _other_plan(claim: Part, ground: _Ground, context: CheckContext, language: str) -> Iterator[str]:
    """What holds on another plan only is told as such; an unnamed plan would be taken for the customer's own."""
    own = stems(context.customer.plan or "")
    if not own or is_negated(claim.text, language):
        return
    best, share = best_statement(claim.text, ground.texts)
    if best is None or share < 0.5:
        return
    plans = _plans_named(best.sentence, context)
    if plans and not plans & own and not plans & stems(claim.text):
        yield "it holds on another plan than the customer's"


def _plans_named(sentence: str, context: CheckContext) -> frozenset[str]:
    """Names that the sentence calls plans ("on the Business plan"), and known plans in it."""
    words = content_words(sentence)
    plan, known = stem("plan"), frozenset(stem(fold(p)) for p in context.plans)
    called = {a.stem for a, b in pairwise(words) if a.is_name and b.stem == plan}
    capitalised = {stem(fold(m.group())) for m in re.finditer(r"[^\W\d_a-zà-ÿ][\w-]{1,30}", sentence)}
    return frozenset(called | (capitalised & known))


def _nearest(claim: Part, ground: _Ground) -> tuple[str, ...]:
    words = content_words(claim.text)
    scored = [(coverage(words, stems(text)), id_) for id_, text in ground.evidence]
    best = max(scored, default=(0.0, ""))
    return (best[1],) if best[0] > 0 else ()
