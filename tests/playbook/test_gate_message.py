"""For every gate row: when it matches, where it goes, and the miss just beside it."""

import pytest

from journey_assistant.domain.decision import Route
from journey_assistant.domain.handoff import Priority
from journey_assistant.domain.sentiment import Sentiment
from journey_assistant.playbook.gate_message import later_verdict, would_repeat
from sweeping import ask, default_playbook, outcome, perceive
from timelines import ago, event, snapshot


def chat(author, text, minutes, conversation="c"):
    return event("chat_message", ago(minutes=minutes), conversation_id=conversation, author=author, text=text)


OWNED = [chat("customer", "Hi", 9), chat("agent:kim", "Kim here", 8)]
ASKED_OFTEN = [chat("customer", f"question {n}", 20 - n) for n in range(5)]
FRUSTRATED = [event("ticket_opened", ago(days=2), ticket_id="t", topic="other", text="x", sentiment="frustrated")]
DOUBT = [event("note_added", ago(days=2), author="kim", text="Two renewal dates on file, not resolved.")]

ROWS = [
    ("owned_by_person", {"events": OWNED}, Route.HOLD, "general", "normal"),
    ("danger", {"needs": ["injury"]}, Route.ROUTE_TO_HUMAN, "escalations", "urgent"),
    ("danger", {"needs": ["security"]}, Route.ROUTE_TO_HUMAN, "security", "urgent"),
    ("danger", {"needs": ["security", "injury"]}, Route.ROUTE_TO_HUMAN, "escalations", "urgent"),
    ("privacy_request", {"needs": ["privacy_request"]}, Route.ROUTE_TO_HUMAN, "privacy", "high"),
    ("legal_threat", {"needs": ["legal_threat"]}, Route.ROUTE_TO_HUMAN, "escalations", "urgent"),
    ("vulnerable", {"needs": ["vulnerable"]}, Route.ROUTE_TO_HUMAN, "escalations", "high"),
    ("asked_for_person", {"needs": ["asked_for_person"]}, Route.ROUTE_TO_HUMAN, "general", "normal"),
    ("asked_for_person", {"needs": ["asked_for_person"], "reason": "api"}, Route.ROUTE_TO_HUMAN, "technical", "normal"),
    ("negative_sentiment", {"text": "This is hopeless"}, Route.ROUTE_TO_HUMAN, "retention", "high"),
    ("negative_sentiment", {"events": FRUSTRATED}, Route.ROUTE_TO_HUMAN, "retention", "high"),
    ("repeated_contact", {"events": ASKED_OFTEN, "reason": "api"}, Route.ROUTE_TO_HUMAN, "technical", "high"),
    ("money_decision", {"needs": ["money_decision"]}, Route.ROUTE_TO_HUMAN, "billing", "normal"),
    ("money_decision", {"needs": ["cancellation"]}, Route.ROUTE_TO_HUMAN, "retention", "normal"),
    ("system_doubt", {"events": DOUBT, "text": "When do we renew?"}, Route.ROUTE_TO_HUMAN, "general", "normal"),
    ("system_doubt", {"given": {"degraded": ("encoder",)}}, Route.ROUTE_TO_HUMAN, "general", "normal"),
    ("small_talk", {"needs": ["small_talk"], "text": "Morning"}, Route.SELF_RESOLVE, "general", "normal"),
    ("unvalidated_language", {"given": {"language_validated": False}}, Route.ROUTE_TO_HUMAN, "general", "normal"),
    ("out_of_scope", {"needs": ["out_of_scope"]}, Route.SELF_RESOLVE, "general", "normal"),
    ("out_of_scope", {"needs": ["internal_matter"]}, Route.SELF_RESOLVE, "general", "normal"),
]  # fmt: skip


def asked(case):
    return ask(**{"text": "How do I tune the piano?", **case})


@pytest.mark.parametrize(("code", "case", "route", "queue", "priority"), ROWS)
def test_that_a_row_decides_at_once(code, case, route, queue, priority):
    verdict = asked(case)
    assert outcome(verdict).removeprefix("hold:") == code
    assert (verdict.decision.route, verdict.queue, verdict.priority) == (route, queue, Priority(priority))
    assert verdict.reasons[0].evidence


def test_that_every_row_has_a_case():
    assert {row.code for row in default_playbook().gate} == {code for code, *_ in ROWS}


GIVEN_BACK = event("conversation_given_back", ago(minutes=5), conversation_id="c")
SOLVED = [event("ticket_closed", ago(days=1), ticket_id="t"), event("csat_submitted", ago(hours=9), score=5)]
MISSES = [
    {"events": [*OWNED, GIVEN_BACK]},
    {"events": [*FRUSTRATED, *SOLVED]},
    {"events": ASKED_OFTEN[1:]},
    {"events": DOUBT, "text": "How do I tune the piano?"},
    {"events": [event("chat_message", ago(days=3), author="customer", conversation_id="x", text="hopeless")]},
    {"text": "Wonderful, and how do I tune it?"},
    {"needs": ["advice"]},
    {},
]


@pytest.mark.parametrize("case", MISSES)
def test_that_a_near_miss_may_be_answered(case):
    verdict = asked(case)
    assert verdict.decision is None
    assert verdict.allowed == (Route.SELF_RESOLVE, Route.ROUTE_TO_HUMAN)


def test_that_a_mood_that_drops_in_mid_chat_counts_as_negative():
    calm = [chat("customer", "Hello", 9), chat("assistant", "Press the key", 8)]
    verdict = ask("hopeless", calm, given={"sentiment": Sentiment.certain("neutral")})
    assert outcome(verdict) == "negative_sentiment"


def test_that_the_first_matching_row_wins():
    assert outcome(ask("hopeless", needs=["legal_threat", "asked_for_person"])) == "legal_threat"


def test_that_danger_raises_the_owners_priority_and_the_assistant_stays_silent():
    verdict = ask("I am hurt", OWNED, needs=["injury"])
    assert outcome(verdict) == "hold:owned_by_person"
    assert verdict.priority is Priority.URGENT


def test_that_a_key_account_is_one_step_more_urgent():
    assert ask("x", needs=["money_decision"], tier="key").priority is Priority.HIGH
    assert ask("x", needs=["legal_threat"], tier="key").priority is Priority.URGENT


def test_that_a_model_may_answer_in_a_language_that_is_not_proven():
    from journey_assistant.playbook.gate_message import gate_message

    perceived = perceive(snapshot(text="Missä?"), language_validated=False)
    assert gate_message(default_playbook(), perceived, has_model=True).decision is None


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Thank you so much", "small_talk_thanks"),
        ("Tschüss", "small_talk_goodbye"),
        ("What can you do?", "small_talk_capabilities"),
        ("Hello", "small_talk_greeting"),
    ],
)
def test_that_small_talk_gets_the_phrase_that_answers_it(text, phrase):
    verdict = ask(text, needs=["small_talk"])
    assert verdict.reply_reason == phrase
    assert default_playbook().phrase(phrase, "en")


def test_that_an_email_is_answered_by_a_draft():
    from journey_assistant.domain.moment import CaseId, Message, Snapshot, Sweep
    from journey_assistant.playbook.gate_message import gate_message

    seen = snapshot(text="How do I tune the piano?")
    mail = Snapshot(CaseId("m"), seen.now_at, seen.customer, seen.timeline, Message("How do I tune it?", "email"))
    assert gate_message(default_playbook(), perceive(mail)).allowed == (Route.DRAFT_MESSAGE, Route.ROUTE_TO_HUMAN)
    assert isinstance(snapshot().moment, Sweep)


def test_that_the_autonomy_of_a_contact_reason_says_which_routes_are_open(tmp_path):
    from journey_assistant.playbook.load import load_playbook
    from sweeping import DEFAULT_DIR

    (tmp_path / "autonomy.yaml").write_text("contact_reasons: {api: 'off', how_to: draft, outage: shadow}\n")
    book = load_playbook(DEFAULT_DIR, tmp_path)
    assert outcome(ask("x", reason="api", playbook=book)) == "off"
    assert ask("x", reason="how_to", playbook=book).allowed[0] is Route.DRAFT_MESSAGE
    assert ask("x", reason="outage", playbook=book).allowed[0] is Route.SELF_RESOLVE
    assert ask("x", reason="other", playbook=book).allowed[0] is Route.SELF_RESOLVE


def test_that_a_fixed_phrase_waits_for_a_colleague_where_answers_do(tmp_path):
    from journey_assistant.playbook.load import load_playbook
    from sweeping import DEFAULT_DIR

    (tmp_path / "autonomy.yaml").write_text("channels: {chat: draft}\n")
    verdict = ask("Hello", needs=["small_talk"], playbook=load_playbook(DEFAULT_DIR, tmp_path))
    assert verdict.decision.route is Route.DRAFT_MESSAGE


@pytest.mark.parametrize("code", ["no_answer", "repeated_contact", "system_doubt", "unvalidated_language"])
def test_that_later_reasons_have_their_queue(code):
    verdict = later_verdict(default_playbook(), perceive(snapshot(text="x")), code, ["p1"])
    assert verdict.decision.route is Route.ROUTE_TO_HUMAN
    assert verdict.reasons[0].evidence == ("p1",)


def test_that_the_same_answer_is_not_given_twice():
    seen = [chat("customer", "When?", 9), chat("assistant", "It opens at 9. More?", 8)]
    perceived = perceive(snapshot(seen, text="When?", conversation="c"))
    assert would_repeat(perceived, "it opens  at 9.")
    assert not would_repeat(perceived, "It opens at 10.")
    assert not would_repeat(perceived, "")


@pytest.mark.parametrize(
    ("asked", "answer", "again"),
    [
        ("So how often do phones look?", "Kiosks look every hour, phones look up to once in 24 hours.", True),
        ("So how often do phones look?", "Phones look up to once in 12 hours.", False),
        ("And the other direction?", "Kiosks look every hour, phones look up to once in 24 hours.", False),
    ],
)
def test_that_an_answer_that_only_says_more_is_the_same_answer_to_who_asks_the_same_again(asked, answer, again):
    seen = [chat("customer", "How often do they look?", 9), chat("assistant", "Phones look up to once in 24 hours.", 8)]
    assert would_repeat(perceive(snapshot(seen, text=asked, conversation="c")), answer) is again


def test_that_every_reason_of_the_gate_has_words_for_the_customer():
    book = default_playbook()
    for row in book.gate:
        assert book.handover_phrase(row.code, "fr")
        assert not row.phrase or book.phrase(row.phrase, "fr")
