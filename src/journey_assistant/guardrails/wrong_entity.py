"""wrong_entity: names, titles, companies, plans, products, tickets, pets and the brand equal the record."""

from __future__ import annotations

import re
from collections.abc import Iterator

from journey_assistant.domain.guardrail import Finding, Severity
from journey_assistant.guardrails.context import CheckContext, Checked
from journey_assistant.guardrails.reading.folding import fold
from journey_assistant.guardrails.reading.people import gendered_title, greeted, mentions, same_name
from journey_assistant.guardrails.reading.words import content_words, stem, stems
from journey_assistant.guardrails.terms import pattern

NAME = "wrong_entity"
_YOUR_PLAN = re.compile(
    r"\b(?:[Yy]our|[Ii]hr\w{0,2}|[Dd]ein\w{0,2}|[Vv]otre|[Ss]eu|[Ss]u|[Tt]u|[Ii]l [Ss]uo|[Ii]l [Tt]uo|[Uu]w|"
    r"[Jj]e)\s(?:(?:current|plan|plano|forfait|Tarif|piano|abonnement)\s)?"
    r"(?P<plan>[A-ZÀ-Ý][\w-]{1,20})(?:-|\s)"
    r"(?:plan|subscription|Tarif|Plan|Abo|account|membership|tier|"
    r"abonnement|licence)\b"
    r"|\b(?:[Ss]eu plano|[Ss]u plan|[Tt]u plan|[Vv]otre (?:forfait|plan)|[Ii]l (?:suo|tuo) piano|"
    r"[Uu]w (?:plan|abonnement))\s(?P<after>[A-ZÀ-Ý][\w-]{1,20})"
    r"|\b(?:[Yy]ou're|[Yy]ou are|[Ss]ie sind|[Ss]ie nutzen)\s(?:on|in|auf|im|mit)?\s?(?:the |dem |den |"
    r"our )?(?P<on>[A-ZÀ-Ý][\w-]{1,20})\s(?:plan|Tarif|Plan|tier)\b"
)
_YOUR_THING = re.compile(
    r"\b(?:your|ihre?|deine?|votre|il suo|la sua|seu|sua|uw|je)\s(?P<thing>[^\W\d_]{3,24}(?:\s[^\W\d_]{3,20})?)\s"
    r"(?:was|has been|is|were|will be|wurde|ist|a ete|est|foi|ha sido|fue|e stat[oa]|werd)\s(?:\w{1,12}\s)?"
    r"(?:delivered|shipped|dispatched|sent|ordered|arriving|out for delivery|on its way|geliefert|versandt|"
    r"verschickt|"
    r"livree?|expediee?|entregue|enviad[oa]|entregad[oa]|consegnat[oa]|spedit[oa]|geleverd|verzonden|bezorgd)"
)
_TICKET = re.compile(
    r"\b(?:ticket|case|request|vorgang|fall|dossier|caso|chamado)\s(?:number |no\.? |nr\.? |"
    r"#)?(?P<id>[a-z]{0,4}-?\d{3,10})\b"
)
_PET = re.compile(
    r"\byour (?P<kind>dog|cat|horse|rabbit|puppy|kitten|parrot|hamster),?\s(?P<name>[A-ZÀ-Ý][\w'’-]{1,20})"
)
_NAMED_BRAND = re.compile(
    r"\s{1,3}(?:the\s)?(?P<who>[A-ZÀ-Ý][\w'’-]{1,20}(?:\s(?:&|and|und|et|y|e|\+)\s[A-ZÀ-Ý][\w'’-]{1,20}|"
    r"\s[A-ZÀ-Ý][\w'’-]{1,20}){0,2})"
)
_BRAND_LINE = pattern(NAME, "brand_line")
_DELIVERED = pattern(NAME, "order_words")


def wrong_entity(text: Checked, context: CheckContext) -> list[Finding]:
    """Every slot of an entity against the record, accents and case aside; a title by gender needs the record."""
    seen = [*_people(text, context), *_plans(text, context), *_companies(text, context)]
    seen += [*_brand(text, context), *_things(text, context), *_tickets(text, context), *_pets(text, context)]
    return [Finding(NAME, Severity.REPAIR, why, span) for why, span in seen]


def _people(text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    customer = context.customer
    title = str(customer.extra.get("title") or "")
    for person in greeted(text.text):
        span = person.start, person.end
        names = [n for n in person.names if fold(n) != fold(context.brand)]
        if names and customer.name and not all(same_name(n, customer.name) for n in names):
            yield f"{' '.join(names)} is not the customer's name", span
        elif person.title and gendered_title(person.title) and fold(title).rstrip(".") != person.title:
            yield "a title by gender that the record does not have", span
        elif person.title and not gendered_title(person.title) and title and fold(title).rstrip(".") != person.title:
            yield "another title than the record's", span


def _plans(text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    own = context.customer.plan or str(context.customer.extra.get("tier") or "")
    if not own:
        return
    for match in _YOUR_PLAN.finditer(text.text):
        group = next(name for name in ("plan", "after", "on") if match.group(name))
        named = match.group(group)
        if not stems(named) & stems(own) and fold(named) not in (
            "current",
            "new",
            "account",
            "paid",
            "own",
            "annual",
            "monthly",
        ):
            yield f"the customer is on {own}", match.span(group)


def _companies(text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    own = context.customer.account.name if context.customer.account else ""
    for other in context.other_customers:
        if other.company and fold(other.company) not in (fold(own), fold(context.brand)):
            match = mentions(text.folded, other.company)
            if match:
                yield "another customer's company", match.span()


def _brand(text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    """The name after "shopping with", "the … team" is the brand's, letter for letter."""
    if not context.brand:
        return
    brand = _name_words(context.brand)
    for match in _BRAND_LINE.finditer(text.folded):
        named = _NAMED_BRAND.match(text.text, match.end())
        words = _name_words(named.group("who")) if named else []
        right = words[: len(brand)] == brand[: len(words)]
        if named and words and not right and not _is_known_name(words, context):
            yield f"the brand is {context.brand}", (match.start(), named.end())


def _name_words(name: str) -> list[str]:
    return [fold(w) for w in re.findall(r"[^\W_]+", name)]


def _is_known_name(words: list[str], context: CheckContext) -> bool:
    known = stems(" ".join((context.customer.name, *(e.text for e in context.evidence))))
    return all(stem(w) in known for w in words)


def _things(text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    """ "Your X was delivered" where the order's facts are about something else."""
    orders = [e.text for e in context.facts if _DELIVERED.search(fold(e.text))]
    if not orders:
        return
    known = frozenset().union(*map(stems, orders))
    generic = {
        stem(w)
        for w in (
            "order",
            "parcel",
            "package",
            "item",
            "items",
            "invoice",
            "label",
            "return label",
            "product",
            "delivery",
        )
    }
    for match in _YOUR_THING.finditer(text.folded):
        named = [w.stem for w in content_words(match.group("thing"))]
        if named and not any(w in known or w in generic for w in named):
            yield "the order is about something else", match.span("thing")


def _tickets(text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    known = {str(t.properties.get("ticket_id", "")).casefold() for t in context.timeline.of("ticket_opened")}
    known |= {d.casefold() for action in context.actions_done for d in action.details}
    given = fold(" ".join(e.text for e in context.evidence))
    if not (known or given):
        return
    for match in _TICKET.finditer(text.folded):
        if match.group("id") not in known and match.group("id") not in given:
            yield "no such ticket of this customer", match.span("id")


def _pets(text: Checked, context: CheckContext) -> Iterator[tuple[str, tuple[int, int]]]:
    stored = " ".join(str(context.customer.extra.get(k) or "") for k in ("pet", "pets")) + " ".join(
        e.text for e in context.facts
    )
    for match in _PET.finditer(text.text):
        if fold(match.group("name")) not in fold(stored):
            yield "another pet's name", match.span("name")
