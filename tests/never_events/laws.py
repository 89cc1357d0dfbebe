"""Never-events (kind N of the checklist) as laws over the whole decider: each says how a life would break it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from journey_assistant.domain.customer import StopState
from journey_assistant.domain.decision import Route
from journey_assistant.domain.journey_run import JourneyRun
from journey_assistant.domain.outcome import DraftMessage
from never_events.lives import (
    ANSWERABLE,
    CAUSES,
    DAYS,
    HOSTILE,
    HOURS,
    SERVICE,
    UPSETS,
    Life,
    at,
    messages,
    moments,
    sent,
    sweeps,
    with_customer,
    with_events,
)
from worlds import NOW, event

Decide = Callable[[Life], JourneyRun]
Broken = Callable[[Decide, Any], str]


@dataclass(frozen=True)
class Law:
    """What must never happen, the checklist's rows, the lives that could break it, and how one did (or "")."""

    name: str
    rows: tuple[int, ...]
    lives: st.SearchStrategy[Any]
    broken: Broken


def marketing(run: JourneyRun) -> bool:
    """Was a marketing message drafted?"""
    return isinstance(run.outcome, DraftMessage) and run.outcome.purpose == "marketing"


def never_marketing(decide: Decide, example: tuple[Life, bool]) -> str:
    """The life is marked when marketing is forbidden in it."""
    life, forbidden = example
    run = decide(life)
    return f"{run.play} was drafted" if forbidden and marketing(run) else ""


def never_any_draft(decide: Decide, example: tuple[Life, bool]) -> str:
    """The life is marked when any message is forbidden in it."""
    life, forbidden = example
    run = decide(life)
    return f"{run.play} was drafted" if forbidden and run.route is not Route.HOLD and run.play else ""


def sometimes(lives: st.SearchStrategy[Life], obstacle: Callable[[Life, Any], Life], choices: Any) -> Any:
    """Lives, half of them with something that forbids a message; each with the mark whether it does."""
    return st.builds(
        lambda life, there, choice: (obstacle(life, choice), True) if there else (life, False),
        lives,
        st.booleans(),
        st.sampled_from(choices),
    )


# --- the customer is upset, stopped, has an open issue, is in a holdout ----------------------------------------

PRICING = CAUSES[0]
MARKETING = tuple(cause for cause in CAUSES if cause.play not in SERVICE)
UNRECOVERED = tuple(cause for cause in MARKETING if cause.play != "advocacy")
"""A promoter's answer after a bad day is a recovery, and then a message is right."""
ISSUES = ("billing", "complaint", "outage", "refund", "cancellation", "delivery", "damage")


def open_ticket(life: Life, topic: str) -> Life:
    """A ticket on the topic is open."""
    return with_events(life, event("t9", "ticket_opened", 5 * DAYS, ticket_id="T9", topic=topic, subject="A question"))


def alerted(decide: Decide, example: tuple[Life, bool]) -> str:
    """Readiness to buy while upset goes to the success manager, at once and with both facts."""
    life, upset = example
    run = decide(life)
    person = run.route is Route.ROUTE_TO_HUMAN and run.reasons[0].code == "frustrated_prospect"
    return "" if person or not upset else f"{run.route.value}: {run.reasons[0].code}"


def holdout(decide: Decide, example: tuple[Life, str]) -> str:
    """Nobody in the holdout arm of a play gets it."""
    life, play = example
    run = decide(with_customer(life, experiments={play: "holdout"}))
    return f"{play} was drafted in its holdout" if run.route is Route.DRAFT_MESSAGE and run.play == play else ""


def bought(life: Life, days: int) -> Life:
    """They ordered something lately."""
    return with_events(life, event("o1", "order_completed", days * DAYS, order_id="O1", value=90, items=[]))


# --- consent, caps, quiet hours, freshness ----------------------------------------------------------------------

STORED = (True, True, True, False, "pending", None, "yes")


def consented(decide: Decide, example: tuple[Life, Any, list[bool]]) -> str:
    """A draft's channel and purpose have a stored, undisputed yes: the newest change, else the profile."""
    life, stored, changes = example
    life = with_customer(life, consent={"email": {"marketing": stored, "service": True}})
    for days, granted in enumerate(reversed(changes), 1):
        about = {"channel": "email", "purpose": "marketing", "granted": granted}
        life = with_events(life, event(f"consent{days}", "consent_changed", days * DAYS, **about))
    allowed = changes[-1] if changes else stored is True
    return "" if allowed or not marketing(decide(life)) else f"stored {stored!r}, changed {changes}"


def capped(decide: Decide, example: tuple[Life, list[int]]) -> str:
    """At most two marketing e-mails in 7 days, 16 hours apart."""
    life, ages = example
    sends = [
        (sent(f"s{h}", h * HOURS, campaign="news"), event(f"so{h}", "email_opened", h * HOURS, message_id=f"s{h}"))
        for h in ages
    ]
    forbidden = sum(h < 7 * 24 for h in ages) >= 2 or any(h < 16 for h in ages)
    run = decide(with_events(life, *(one for pair in sends for one in pair)))
    return f"sends {ages} h ago" if forbidden and marketing(run) else ""


def awake(decide: Decide, example: tuple[Life, int, str | None]) -> str:
    """No marketing from 21:00 to 08:00 where the customer is, nor where nobody knows."""
    life, minutes, zone = example
    now = NOW + timedelta(minutes=minutes)
    run = decide(with_customer(at(life, now), timezone=zone))
    known = zone in ("America/Chicago", "Europe/Berlin", "Asia/Kolkata")
    quiet = not known or not 8 <= now.astimezone(ZoneInfo(zone or "UTC")).hour < 21
    return f"{now:%H:%M} UTC in {zone}" if quiet and marketing(run) else ""


def fresh(decide: Decide, example: tuple[Life, int]) -> str:
    """What asked for speed is not written hours later."""
    life, hours = example
    run = decide({**life, "now": (NOW + hours * HOURS).isoformat()})
    late = hours >= 5 and run.play == "pricing_velocity" and run.route is Route.DRAFT_MESSAGE
    return f"drafted {hours} h later" if late else ""


def same_again(decide: Decide, example: tuple[Life, bool]) -> str:
    """Two messages of a play were ignored: it is never made a third time."""
    life, ignored = example
    if ignored:
        life = with_events(life, *(sent(f"i{d}", d * DAYS, play=PRICING.play, campaign=PRICING.play) for d in (35, 60)))
    run = decide(life)
    again = run.route is Route.DRAFT_MESSAGE and run.play == PRICING.play
    return "the third time" if ignored and again else ""


# --- what a draft says ------------------------------------------------------------------------------------------

BANNED = ("checking in", "touching base", "circling back")
WATCHED = ("/pricing", "iphone", "three times", "3 times", "we saw you", "noticed you")


def says_something(decide: Decide, life: Life) -> str:
    """Every draft rests on facts of this customer, says more than a name, and is no empty nudge."""
    run = decide(life)
    if not isinstance(run.outcome, DraftMessage):
        return ""
    text = run.outcome.text.casefold()
    if found := [words for words in BANNED if words in text]:
        return f"says {found[0]!r}"
    if len(text.split()) < 25:
        return "hardly more than a name"
    return "" if run.outcome.facts and run.reasons[0].evidence else "rests on nothing"


def of_their_own(decide: Decide, example: tuple[Life, str]) -> str:
    """What was bought about a customer neither causes a message nor stands in one."""
    life, party = example
    events = [{**one, "party": party if one["type"] in CAUSING else "first"} for one in life["timeline"]]
    told = {"answers": {"goal": "Zanzibar expansion"}, "survey": "bought list"}
    life = with_events({**life, "timeline": events}, event("z", "survey_answered", DAYS, **told) | {"party": "third"})
    run = decide(life)
    if not isinstance(run.outcome, DraftMessage):
        return ""
    if "zanzibar" in f"{run.outcome.subject} {run.outcome.text}".casefold():
        return "a bought fact stands in the text"
    return "a bought event caused it" if party == "third" and run.play not in SERVICE else ""


CAUSING = {one["type"] for cause in MARKETING for one in cause.events}
SINGLE = tuple(cause for cause in MARKETING if cause.play in ("webinar_follow_up", "comparison_done", "advocacy"))


def not_creepy(decide: Decide, life: Life) -> str:
    """No text tells customers what they were seen doing: which page, on what device, how often, at what time."""
    seen = [{**one, "properties": {**one["properties"], "device": "iPhone"}} for one in life["timeline"]]
    outcome = decide({**life, "timeline": seen}).outcome
    if not isinstance(outcome, DraftMessage):
        return ""
    text = f"{outcome.subject} {outcome.text}".casefold()
    clock = [f"{datetime.fromisoformat(one['at']):%H:%M}" for one in seen]
    found = [words for words in (*WATCHED, *clock) if words in text]
    return f"says {found[0]!r}" if found else ""


WATCHED_CAUSES = tuple(
    cause for cause in CAUSES if cause.play in ("pricing_velocity", "pricing_objections", "product_interest")
)


# --- a customer writes ------------------------------------------------------------------------------------------

NEEDS_A_PERSON = {
    "danger": ("Somebody else is logged in to my account and changed the bank details.",),
    "privacy_request": ("Please delete all my personal data.",),
    "legal_threat": ("My lawyer will contact you, we are going to court.",),
    "vulnerable": ("My husband died last week and I have to sort out his account.",),
    "asked_for_person": ("I want to talk to a real person.", "Can a human help me please?"),
    "negative_sentiment": ("This is terrible, I am furious, nothing works and I am fed up.",),
    "money_decision": ("I want my money back for last month.", "Please cancel my subscription today."),
}
CODES = {text: code for code, texts in NEEDS_A_PERSON.items() for text in texts}


def a_person_answers(decide: Decide, life: Life) -> str:
    """Who needs a person gets one at once and for that reason, whatever else is asked."""
    run, text = decide(life), life["moment"]["text"]
    code = next((code for said, code in CODES.items() if said in text), None)
    wrong = code is not None and (run.route is not Route.ROUTE_TO_HUMAN or run.reasons[0].code != code)
    return f"{text!r}: {run.route.value}, {run.reasons[0].code}, wanted {code}" if wrong else ""


def owned(decide: Decide, example: tuple[Life, bool]) -> str:
    """The assistant stays silent in a conversation that a colleague owns."""
    life, by_person = example
    life = _in_conversation(
        life, [("customer", "Hello"), ("agent:dana" if by_person else "assistant", "Hi, Dana here")]
    )
    run = decide(life)
    return f"{run.route.value} in a conversation of a colleague" if by_person and run.route is not Route.HOLD else ""


def no_loop(decide: Decide, example: tuple[Life, int]) -> str:
    """After five exchanges without an end there is no sixth answer."""
    life, exchanges = example
    turns = [(who, f"{who} {n}: about the export") for n in range(exchanges) for who in ("customer", "assistant")]
    run = decide(_in_conversation(life, turns))
    return f"answer number {exchanges + 1}" if exchanges >= 5 and run.route is Route.SELF_RESOLVE else ""


def _in_conversation(life: Life, turns: list[tuple[str, str]]) -> Life:
    said = [
        event(f"turn{n}", "chat_message", timedelta(minutes=len(turns) - n), conversation_id="v", author=who, text=text)
        for n, (who, text) in enumerate(turns)
    ]
    return {**with_events(life, *said), "moment": {**life["moment"], "conversation_id": "v"}}


# --- what must change nothing -----------------------------------------------------------------------------------

PERMISSIVE = {Route.HOLD: 0, Route.ROUTE_TO_HUMAN: 0, Route.DRAFT_MESSAGE: 1, Route.SELF_RESOLVE: 2}
PLACES: tuple[Callable[[str], dict[str, Any]], ...] = (
    lambda text: event("h", "note_added", 2 * HOURS, author="crm", text=text),
    lambda text: event("h", "page_viewed", 2 * HOURS, path="/about", title=text),
    lambda text: event("h", "invoice_paid", 2 * HOURS, invoice_id="I-2", amount=1, memo=text),
    lambda text: event("h", "visit_identified", 2 * HOURS, company=text, industry=text),
)


def obstructed(life: Life, obstacle: str) -> Life:
    """The life with something that forbids a message, or nothing."""
    match obstacle:
        case "consent":
            return with_customer(life, consent={})
        case "stopped":
            return with_customer(life, stop_state="do_not_contact")
        case "upset":
            return with_events(life, UPSETS[0])
        case _:
            return life


def text_is_evidence(decide: Decide, example: tuple[Life, str, str, int]) -> str:
    """A hostile text in any note or event makes nothing more permissive, and is never repeated."""
    life, obstacle, text, place = example
    life = obstructed(life, obstacle)
    before, after = decide(life), decide(with_events(life, PLACES[place](text)))
    if PERMISSIVE[after.route] > PERMISSIVE[before.route]:
        return f"{before.route.value} became {after.route.value}"
    said = f"{getattr(after.outcome, 'subject', '')} {getattr(after.outcome, 'text', '')}"
    return "the text was repeated" if "CANARY" in said else ""


def twins(decide: Decide, example: tuple[Life, dict[str, Any]]) -> str:
    """Name, gender, nationality, age and postcode change neither the action nor the offer."""
    life, other = example
    one, two = decide(life), decide(with_customer(life, **other))
    return "" if _action(one) == _action(two) else f"{one.route.value} became {two.route.value} for {other['name']!r}"


def arrival(decide: Decide, example: tuple[Life, int]) -> str:
    """Order of arrival and duplicates change nothing."""
    life, seed = example
    shuffled = [*life["timeline"], *life["timeline"][::2]]
    Random(seed).shuffle(shuffled)
    one, two = decide(life), decide({**life, "timeline": shuffled})
    same = (_action(one), one.signals, one.outcome) == (_action(two), two.signals, two.outcome)
    return "" if same else f"{one.route.value} {one.play} differs from {two.route.value} {two.play}"


def _action(run: JourneyRun) -> tuple[Any, ...]:
    return (
        run.route,
        run.play,
        tuple(reason.code for reason in run.reasons),
        getattr(run.outcome, "offer", None),
        getattr(run.outcome, "queue", None),
        tuple((candidate.play, candidate.why) for candidate in run.rejected),
    )


PEOPLE = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Mohammed Al-Sayed", "Mary Smith", "Nguyễn Thị Hoa", "Ólafur", "", "X Æ"]),
        "gender": st.sampled_from(["f", "m", "x", None]),
        "nationality": st.sampled_from(["NG", "DE", "US", "VN"]),
        "age": st.integers(18, 95),
        "postcode": st.sampled_from(["SW1A 1AA", "60601", "", "10115"]),
    }
)
HOUR_AGES = st.lists(st.sampled_from([3, 20, 60, 100, 160, 200, 400]), max_size=4, unique=True)
ZONES = st.sampled_from(["America/Chicago", "Europe/Berlin", "Asia/Kolkata", "Asia/Kolkata", None, "Mars/Base"])
QUESTIONS = [*ANSWERABLE * 2, *CODES, *(f"{said} {ANSWERABLE[0]}" for said in CODES)]

LAWS = (
    Law("no marketing while upset", (1, 21), sometimes(sweeps(*UNRECOVERED), with_events, UPSETS), never_marketing),
    Law("ready to buy and upset: a person", (1,), sometimes(sweeps(PRICING), with_events, UPSETS), alerted),
    Law(
        "nothing in a stop state",
        (50, 135),
        sometimes(sweeps(), lambda life, s: with_customer(life, stop_state=s.value), tuple(StopState)),
        never_any_draft,
    ),
    Law("no marketing with an open issue", (93,), sometimes(sweeps(), open_ticket, ISSUES), never_marketing),
    Law(
        "nothing in a holdout",
        (131,),
        st.tuples(sweeps(), st.sampled_from([cause.play for cause in CAUSES])),
        holdout,
    ),
    Law(
        "no cart mail after a purchase",
        (150,),
        sometimes(sweeps(CAUSES[6]), bought, (2, 9, 29)),
        never_marketing,
    ),
    Law(
        "no marketing without consent",
        (50, 99, 135, 150),
        st.tuples(sweeps(), st.sampled_from(STORED), st.lists(st.booleans(), max_size=2)),
        consented,
    ),
    Law("no more than the caps", (80, 82, 161), st.tuples(sweeps(), HOUR_AGES), capped),
    Law("nothing at night", (66, 124, 130), st.tuples(sweeps(), st.integers(-720, 720), ZONES), awake),
    Law("nothing stale", (81, 126), st.tuples(sweeps(PRICING), st.integers(0, 9)), fresh),
    Law("never the same after two ignored", (83, 135), st.tuples(sweeps(PRICING), st.booleans()), same_again),
    Law("no name-only draft, no checking in", (4, 9, 155, 157), sweeps(), says_something),
    Law(
        "nothing from bought data",
        (49, 96),
        st.tuples(sweeps(*SINGLE), st.sampled_from(["first", "third"])),
        of_their_own,
    ),
    Law("nothing creepy", (49, 104, 124, 163), sweeps(*WATCHED_CAUSES), not_creepy),
    Law("a person where one is needed", (21, 37), messages(*QUESTIONS), a_person_answers),
    Law("silence in a colleague's conversation", (35,), st.tuples(messages(), st.booleans()), owned),
    Law("no bot loop", (22,), st.tuples(messages(), st.sampled_from([0, 1, 2, 3, 5, 6, 8])), no_loop),
    Law(
        "outside text allows nothing",
        (136, 155),
        st.tuples(
            moments(),
            st.sampled_from(["none", "none", "consent", "stopped", "upset"]),
            st.sampled_from(HOSTILE),
            st.integers(0, len(PLACES) - 1),
        ),
        text_is_evidence,
    ),
    Law("twins are treated alike", (147,), st.tuples(moments(), PEOPLE), twins),
    Law("order and duplicates change nothing", (136,), st.tuples(moments(), st.integers(0, 10**6)), arrival),
)
