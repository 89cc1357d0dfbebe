from dataclasses import dataclass

import pytest

from journey_assistant.errors import Rejected
from journey_assistant.perception.contact_reason import ContactReasons
from journey_assistant.perception.encoder import OnnxEncoder

ENCODER = OnnxEncoder()


@dataclass(frozen=True)
class Reason:
    id: str
    examples: tuple[str, ...]


REASONS = [
    Reason(
        "parking",
        (
            "Where can I leave my car?",
            "Is there a garage near the hotel?",
            "How much is parking per night?",
            "Do I need a permit to park?",
            "Can I park a trailer?",
        ),
    ),
    Reason(
        "breakfast",
        (
            "When is breakfast served?",
            "Do you have gluten free bread in the morning?",
            "Is breakfast included?",
            "Can I get a packed breakfast?",
            "What does breakfast cost for children?",
        ),
    ),
    Reason(
        "late_arrival",
        (
            "We arrive after midnight, is somebody there?",
            "How do I check in late?",
            "Our train gets in at 23:40, can we still have the key?",
            "Is the desk open all night?",
            "What is the code for the night door?",
        ),
    ),
]


@pytest.fixture(scope="module")
def learned() -> ContactReasons:
    return ContactReasons.learn(REASONS, ENCODER)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Any place for our van close by?", "parking"),
        ("From what time can we eat in the morning?", "breakfast"),
        ("Flight lands at 1 am, who lets us in?", "late_arrival"),
    ],
)
def test_that_other_words_for_the_same_reason_find_it(learned: ContactReasons, text: str, label: str) -> None:
    read = learned.read(ENCODER.read(text))
    assert (read.label, read.best) == (label, label)
    assert read.score >= 0.5


@pytest.mark.parametrize("text", ["What is the capital of Mongolia?", "My tax return was rejected", "sdfkjh sdkfjh"])
def test_that_a_text_about_something_else_is_out_of_scope_but_keeps_its_nearest(
    learned: ContactReasons, text: str
) -> None:
    read = learned.read(ENCODER.read(text))
    assert read.label == "none"
    assert read.best in {"parking", "breakfast", "late_arrival"}
    assert 0.0 <= read.score < 0.5


def test_that_an_example_itself_is_in_scope(learned: ContactReasons) -> None:
    for reason in REASONS:
        for example in reason.examples:
            read = learned.read(ENCODER.read(example))
            assert read.label == reason.id


def test_that_the_same_examples_are_learned_once() -> None:
    assert ContactReasons.learn(REASONS, ENCODER) is ContactReasons.learn(list(REASONS), ENCODER)
    changed = [*REASONS[:2], Reason("late_arrival", ("another phrase",))]
    assert ContactReasons.learn(changed, ENCODER) is not ContactReasons.learn(REASONS, ENCODER)


def test_that_no_reasons_put_everything_out_of_scope() -> None:
    read = ContactReasons.learn([], ENCODER).read(ENCODER.read("anything"))
    assert (read.label, read.best, read.score) == ("none", "none", 0.0)


def test_that_one_reason_with_one_example_works() -> None:
    only = ContactReasons.learn([Reason("refund", ("I want my money back",))], ENCODER)
    assert only.read(ENCODER.read("I want my money back")).label == "refund"
    assert only.read(ENCODER.read("nice weather in the mountains today")).label == "none"


@pytest.mark.parametrize(
    ("reasons", "message"),
    [
        ([Reason("a", ("x",)), Reason("a", ("y",))], "listed twice"),
        ([Reason("a", (" ",))], "no example phrases"),
        ([Reason("none", ("x",))], "cannot be an id"),
        ([Reason("", ("x",))], "cannot be an id"),
    ],
)
def test_that_unusable_reasons_are_refused(reasons: list[Reason], message: str) -> None:
    with pytest.raises(Rejected, match=message):
        ContactReasons.learn(reasons, ENCODER)
