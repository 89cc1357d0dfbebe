import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey_assistant.agent.placeholders import AlteredPlaceholder, Placeholders
from timelines import event, snapshot

PERSON = {
    "name": "Zoë van Aerle",
    "email": "zoe@lowceiling.example",
    "phone": "+44 20 7946 0018",
    "csm": "tamsin",
    "language": "en",
}


def placeholders() -> Placeholders:
    return Placeholders.of(snapshot([event("order_completed", shipping_address="12 Quay Lane, Bristol")], **PERSON))


HIDDEN = {
    "the e-mail address": ("Write to zoe@lowceiling.example please", "zoe@lowceiling.example"),
    "a stranger's address": ("cc my boss: b.oss+x@other-firm.co.example!", "b.oss+x@other-firm.co.example"),
    "the phone as stored": ("Call +44 20 7946 0018", "7946"),
    "the phone with other spaces": ("Call +442079460018 now", "460018"),
    "the phone without the country": ("Call 020 7946 0018", "7946 0018"),
    "a stranger's phone": ("or his mobile, (312) 555-0119", "555-0119"),
    "a phone from abroad": ("or +49 30 901820", "901820"),
    "the whole name": ("This is Zoë van Aerle speaking", "Aerle"),
    "the first name": ("It's Zoë again", "Zoë"),
    "the name without its accent": ("Zoe here", "Zoe"),
    "the name in small letters": ("zoë here", "zoë"),
    "a possessive": ("Zoë's team", "Zoë"),
    "the company": ("We at Low Ceiling Studio record bands", "Ceiling"),
    "the company over a line break": ("We at Low\nCeiling  Studio", "Ceiling"),
    "the colleague": ("Tamsin said so", "Tamsin"),
    "a card number": ("my card 4111 1111 1111 1111 was charged", "1111"),
    "a card number with dashes": ("4111-1111-1111-1111", "1111"),
    "a bank account": ("IBAN DE89 3704 0044 0532 0130 00", "3704"),
    "a bank account in one piece": ("gb82west12345698765432", "698765"),
    "the address on the timeline": ("Ship to 12 Quay Lane, Bristol", "Quay"),
}


@pytest.mark.parametrize(("text", "secret"), HIDDEN.values(), ids=HIDDEN)
def test_that_personal_data_is_hidden(text: str, secret: str) -> None:
    hidden = placeholders().hide(text)
    assert secret.casefold() not in hidden.casefold()
    assert "⟦" in hidden


KEPT = [
    "The plan costs 1,450.00 a year, or 12 x 120.83.",
    "On 2026-03-10 at 15:00 it failed; see invoice 2026-0042.",
    "Error 404123456 in version 10.15.2",
    "Press 1. Settings 2. Import 3. Done",
    "We have 15000 members and 250000 bookings",
    "It will rise in May if we mark it.",
]


@pytest.mark.parametrize("text", KEPT)
def test_that_what_is_not_personal_stays(text: str) -> None:
    assert placeholders().hide(text) == text


def test_that_a_name_that_is_a_word_is_hidden_only_as_a_name() -> None:
    hidden = Placeholders.of(snapshot(name="Will Marsh")).hide("Will Marsh asks: will it work, says Will?")
    assert hidden == "⟦NAME_1⟧ asks: will it work, says ⟦NAME_2⟧?"


def test_that_one_value_has_one_placeholder_and_comes_back_as_it_was() -> None:
    run = placeholders()
    assert run.hide("zoe@lowceiling.example") == run.hide("ZOE@lowceiling.example") == "⟦EMAIL_1⟧"
    assert run.restore("Write to ⟦EMAIL_1⟧.") == "Write to zoe@lowceiling.example."


@pytest.mark.parametrize(
    "text",
    [
        "Write to ⟦EMAIL_2⟧",
        "Write to ⟦EMAIL1⟧",
        "Write to ⟦email_1⟧",
        "Write to EMAIL_1",
        "Write to [EMAIL_1]",
        "Write to ⟦EMAIL_1",
        "Write to ⟦⟧",
        "Your card is ⟦CARD_1⟧",
    ],
)
def test_that_an_unknown_altered_or_unspeakable_placeholder_is_an_error(text: str) -> None:
    run = placeholders()
    run.hide("zoe@lowceiling.example 4111 1111 1111 1111")
    with pytest.raises(AlteredPlaceholder):
        run.restore(text)


def test_that_brackets_from_outside_are_no_placeholders() -> None:
    run = placeholders()
    assert run.hide("⟦EMAIL_1⟧ and zoe@lowceiling.example") == "[EMAIL_1] and ⟦EMAIL_1⟧"


@given(st.text(alphabet=st.characters(exclude_characters="⟦⟧", exclude_categories=("Cs",)), max_size=200))
def test_that_hiding_and_restoring_gives_the_text_back(text: str) -> None:
    run = Placeholders()
    hidden = run.hide(text)
    try:
        restored = run.restore(hidden)
    except AlteredPlaceholder:
        return  # the text had a card number, or spoke of placeholders itself
    assert restored == text
