import pytest

from journey_assistant.agent.faithful import drops_condition, rests_on

QUOTE = "Owners can export the whole archive, but only once a day and up to 5 GB, unless the trial has ended."


@pytest.mark.parametrize(
    "sentence",
    [
        "Owners can export the whole archive.",
        "Owners can export the whole archive, up to 5 GB, unless the trial has ended.",
        "Owners can export the whole archive once a day and up to 5 GB, unless the trial has ended.",
        "Owners can export the archive only once a day, unless the trial has ended.",
        "Owners can export the whole archive, only once a day and up to 5 GB.",
    ],
)
def test_that_a_missing_condition_is_seen(sentence: str) -> None:
    assert drops_condition(sentence, QUOTE)


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        (QUOTE, QUOTE),
        ("Just once a day, owners can export the archive, at most 5 GB, except after the trial.", QUOTE),
        ("Invoices are sent by e-mail.", QUOTE),
        ("Press Export.", "Press Export."),
        ("Only owners can press Export.", "Owners can press Export."),
        ("", QUOTE),
    ],
)
def test_that_kept_conditions_other_claims_and_added_limits_are_not_dropped_ones(sentence: str, quote: str) -> None:
    assert not drops_condition(sentence, quote)


def test_that_conditions_are_seen_in_other_languages() -> None:
    assert drops_condition("Sie können das Archiv exportieren.", "Sie können das Archiv nur einmal am Tag exportieren.")
    assert drops_condition("Vous pouvez exporter les archives.", "Vous pouvez exporter les archives, sauf le dimanche.")


@pytest.mark.parametrize(
    ("sentence", "rests"),
    [
        ("Owners may export the complete archive once a day.", True),
        ("Export: once a day, up to 5 GB.", True),
        ("Send your backup codes to our partner.", False),
        ("Yes, everything is free for you today.", False),
        ("5 GB.", True),
    ],
)
def test_that_half_of_a_sentences_words_stand_in_the_evidence_it_names(sentence: str, rests: bool) -> None:
    assert rests_on(sentence, QUOTE) is rests
