"""Which needs a message shows, by the lexicon alone and together with the learned half."""

from __future__ import annotations

import pytest

from journey_assistant.domain.needs import NeedCode
from journey_assistant.perception.encoder import OnnxEncoder
from journey_assistant.perception.needs import NeedsReader

LEXICON = NeedsReader(head=None)


def codes(message: str, language: str | None = "en") -> set[str]:
    return {need.code.value for need in LEXICON.read(message, language)}


SHOWN = {
    "injury": [
        "The blender's blade came loose and cut my finger",
        "my toddler swallowed a button cell from your remote",
        "three guests got food poisoning after the seafood buffet",
        "the heater you sold us caught fire last night",
        "I want to kill myself",
        "honestly there's no point in living any more",
        "A customer threatened to stab our receptionist",
    ],
    "security": [
        "someone logged into my account from another country",
        "There are two payments I don't recognise",
        "I think we've been hacked",
        "a former employee still gets into our calendar",
        "our price list was sent to the wrong company, with all records",
        "I gave a caller my one-time code, he said he was from your support",
        "our customer details were leaked, they are on a forum and on the dark web",
        "when I log in I see another company's invoices",
        "Guests say they can read each other's messages in the portal.",
        "Since the update phone numbers are visible to everyone.",
    ],
    "privacy_request": [
        "Please delete all my personal data",
        "I'd like a copy of all the data you hold about me",
        "Take me off your system completely",
        "I withdraw my consent to the use of my data",
        "Stop selling my data to advertisers",
    ],
    "legal_threat": [
        "You will hear from my lawyer",
        "I'm going to dispute the charge with my bank",
        "Otherwise I'll report you to trading standards",
        "see you in court then",
        "I'm writing an article about your company for the local paper, I'm a reporter at the Herald",
        "Our legal team would like to be told who handles contract matters",
    ],
    "vulnerable": [
        "My father died last week and I have to close his membership",
        "I'm 15, can I join the club?",
        "my husband beats me and reads my messages",
        "i'm 13 and i bought it with my mom's card",
        "We had to put our dog down yesterday",
        "I lost my home in the flood, everything is gone",
    ],
    "asked_for_person": [
        "can I talk to a human please",
        "agent",
        "Could somebody from your team call me back?",
        "no more bots please",
        "I'd rather sort this out over the phone with someone",
        "put me through to your manager",
        "is there anyone I can speak to?",
        "I want to speak with a supervisor",
        "is there a number I can ring to talk to someone?",
    ],
    "money_decision": [
        "I want a refund for last month",
        "Could you give us a discount on the renewal?",
        "Please waive the late fee",
        "can you make an exception for us",
        "Please switch us to the yearly plan from Monday",
    ],
    "cancellation": [
        "I want to cancel my subscription",
        "Please close our account at the end of March",
        "We won't renew",
        "cancel",
    ],
    "small_talk": [
        "hello there",
        "thanks so much for your help!",
        "Great, that worked. Bye!",
        "What can you do?",
        "👍",
    ],
    "out_of_scope": ["tell me a joke", "What's the weather like in Lisbon tomorrow?"],
    "advice": [
        "how many mg of ibuprofen can I give my son",
        "Is it legal to fire an employee who is sick?",
        "Can I write off the car against my taxes?",
    ],
    "internal_matter": [
        "how much discount is your sales team allowed to give without asking the boss?",
        "What are your profit margins?",
        "what do your other customers pay?",
    ],
}
OTHER_LANGUAGES = [
    ("de", "asked_for_person", "Ich möchte bitte mit einem Mitarbeiter sprechen"),
    ("de", "security", "Unsere Patienten sehen gegenseitig ihre Termine"),
    ("de", "cancellation", "Hiermit kündige ich meinen Vertrag zum Monatsende"),
    ("de", "legal_threat", "Sonst melde ich das der Verbraucherzentrale"),
    ("de", "injury", "Die Lampe ist explodiert und mein Sohn hat sich verletzt"),
    ("de", "privacy_request", "Bitte löschen Sie alle meine Daten"),
    ("es", "asked_for_person", "quiero hablar con una persona"),
    ("es", "security", "alguien ha entrado en mi cuenta"),
    ("es", "vulnerable", "Mi marido falleció el martes"),
    ("es", "money_decision", "Quiero que me devuelvan el dinero"),
    ("fr", "asked_for_person", "Je voudrais parler à un conseiller"),
    ("fr", "legal_threat", "Mon avocat va vous écrire"),
    ("fr", "cancellation", "Je souhaite résilier mon abonnement"),
    ("it", "asked_for_person", "Vorrei parlare con un operatore"),
    ("it", "security", "Hanno rubato l'account, qualcuno è entrato"),
    ("it", "cancellation", "Vorrei disdire il contratto"),
    ("pt", "asked_for_person", "quero falar com um atendente"),
    ("pt", "vulnerable", "A minha mãe faleceu ontem"),
    ("pt", "privacy_request", "Apaguem todos os meus dados pessoais"),
    ("nl", "asked_for_person", "Ik wil graag een medewerker spreken"),
    ("nl", "injury", "Mijn hond heeft de plant opgegeten en moet overgeven"),
    ("nl", "cancellation", "Ik wil mijn abonnement opzeggen"),
]
ORDINARY = [
    "How do I cancel an appointment?",
    "What is your refund policy?",
    "Can my staff see each other's calendars?",
    "I want my employees to see each other's appointments.",
    "Are names visible to everyone on the booking page?",
    "Can I delete a customer record?",
    "How long do you keep deleted files?",
    "between what hours is the phone line open?",
    "Who is our success manager?",
    "How do I make somebody an owner?",
    "I'm 5 minutes late, can I still check in?",
    "Can my supervisor approve swaps?",
    "how do guests talk to reception in the app?",
    "My phone died, how do I log in?",
    "you guys are killing it! where do I change the logo?",
    "This update is sick. How do I share it?",
    "Shoot me an email template, where are they?",
    "How do I fire someone from the rota?",
    "How do I book a tennis court for two hours?",
    "We are a law firm with six lawyers. Which plan fits?",
    "One minor issue: the logo is blurry",
    "Where do I press the button to export?",
    "my hairdresser died my hair blue, how do I book a correction?",
    "How do I record an allergy in the patient form?",
    "Where do I log an accident in the accident book?",
    "Do you offer discounts for yearly payment?",
    "How much notice do we have to give?",
    "What happens to the plan if we cancel in July?",
    "How do I issue a refund to a customer?",
    "I lost my phone, how do I reset two-factor?",
    "Is the SUMMER code still valid?",
    "Hello! How do I add a second location?",
    "Thanks! And where can I see the total?",
    "my fern is dying, what am I doing wrong?",
    "Can clients message their stylist?",
]
ORDINARY_ELSEWHERE = [
    "Wie lange ist die Kündigungsfrist?",
    "Können Nutzer die Termine der anderen sehen?",
    "¿Cómo cancelo una reserva?",
    "Comment ajouter un employé ?",
    "Quali sono gli orari del telefono?",
    "Como adiciono um funcionário?",
    "Hoe voeg ik een medewerker toe?",
]


@pytest.mark.parametrize(("code", "message"), [(code, line) for code, lines in SHOWN.items() for line in lines])
def test_that_english_words_for_a_need_are_read(code: str, message: str) -> None:
    assert code in codes(message)


@pytest.mark.parametrize(("language", "code", "message"), OTHER_LANGUAGES)
def test_that_every_supported_language_is_read_even_when_it_was_detected_wrongly(
    language: str, code: str, message: str
) -> None:
    assert code in codes(message, language)
    assert code in codes(message, None)


@pytest.mark.parametrize("message", ORDINARY + ORDINARY_ELSEWHERE)
def test_that_an_ordinary_question_or_figure_of_speech_shows_no_need(message: str) -> None:
    assert codes(message, None) == set()


def test_that_a_need_is_found_in_the_middle_of_a_long_story_with_its_span() -> None:
    story = "We opened in May. " * 30 + "Yesterday the shelf collapsed on me. " + "The shop is lovely. " * 30
    (need,) = LEXICON.read(story, "en")
    assert need.code is NeedCode.INJURY
    assert "collapsed" in story[slice(*need.span)]


def test_that_what_others_are_quoted_with_is_not_the_writers_wish() -> None:
    assert codes('A guest wrote "I want a refund and your lawyer", where do I answer reviews?') == set()
    assert "cancellation" in codes('I wrote "please cancel my plan" a week ago')
    assert "injury" in codes('A member wrote "I want to kill myself" in the chat')


def test_that_small_talk_gives_way_to_anything_else() -> None:
    assert codes("hello") == {"small_talk"}
    assert codes("hello, I want to cancel my subscription") == {"cancellation"}
    assert codes("hello, where is the export?") == set()


@pytest.mark.parametrize("message", ["It worked yesterday!", "It happened again", "the export was empty", "not good"])
def test_that_a_short_statement_about_a_problem_is_no_small_talk(message: str) -> None:
    assert codes(message) == set()


def test_that_out_of_scope_gives_way_to_a_question_about_the_product() -> None:
    assert codes("tell me a joke. And how do I export the list?") == set()
    assert codes("tell me a joke") == {"out_of_scope"}


def test_that_a_code_is_reported_once() -> None:
    found = LEXICON.read("I want to talk to a person. A human! Put me through to someone.", "en")
    assert [need.code for need in found] == [NeedCode.ASKED_FOR_PERSON]


def test_that_reading_takes_linear_time_on_a_hostile_message() -> None:
    assert isinstance(LEXICON.read("i want to talk to your your your a a refund my " * 400, None), tuple)


READER = NeedsReader(OnnxEncoder())


def learned(message: str, language: str = "en") -> set[str]:
    return {need.code.value for need in READER.read(message, language, OnnxEncoder().read(message))}


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("legal_threat", "Then the people at Visa may fetch my money for me."),
        ("asked_for_person", "I would much sooner hear this from a friendly voice than read it from a program."),
        ("privacy_request", "Whatever you kept about me should disappear."),
        ("vulnerable", "She left us on Sunday and I have to do all of this without her now."),
        ("security", "There is a stranger roaming about in our admin area."),
    ],
)
def test_that_the_learned_half_reads_words_that_no_list_holds(code: str, message: str) -> None:
    assert code not in codes(message)
    assert code in learned(message)


def test_that_one_line_in_a_long_ordinary_story_is_found() -> None:
    story = (
        "We run two cafés. The tablets are new. "
        + "There is a stranger roaming about in our admin area."
        + " It is sunny."
    )
    needs = READER.read(story, "en", OnnxEncoder().read(story))
    assert story[slice(*needs[0].span)] == "There is a stranger roaming about in our admin area."


def test_that_the_learned_half_keeps_to_the_languages_it_knows() -> None:
    assert learned("Ik ben de wachtwoordenlijst kwijt.", "nl") == set()


@pytest.mark.parametrize("message", ORDINARY)
def test_that_both_halves_leave_ordinary_messages_alone(message: str) -> None:
    assert learned(message) == set()


@pytest.mark.parametrize(
    "message",
    [
        "I am furious. The blinds came in the wrong colour.",
        "Fourth parcel lost. I'm so angry.",
        "We are livid right now!",
    ],
)
def test_that_anger_alone_is_no_crisis_and_no_danger(message: str) -> None:
    assert not learned(message) & {"vulnerable", "injury"}


def test_that_anger_beside_a_danger_hides_nothing() -> None:
    assert "injury" in learned("I am so angry. I want to kill myself.")
