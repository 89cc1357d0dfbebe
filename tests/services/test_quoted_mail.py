"""The writer's own words are found in a mail, whatever their program puts around what they quote."""

from __future__ import annotations

import pytest

from journey_assistant.services.quoted_mail import own_words

OWN = "Thanks, but how do I export them?"
QUOTED = "> Hello Ana,\n> here is the guide.\n"


@pytest.mark.parametrize(
    "text",
    [
        OWN,
        f"{OWN}\n\nOn Tue, 10 Mar 2026 at 12:00, Dana <dana@example.test> wrote:\n{QUOTED}",
        f"{OWN}\r\n\r\nOn Tue, 10 Mar 2026 at 12:00, Dana Voss\r\n<dana@example.test> wrote:\r\n{QUOTED}",
        f"{OWN}\n\nAm Di., 10. März 2026 um 12:00 Uhr schrieb Dana <d@x.test>:\n{QUOTED}",
        f"{OWN}\n\nLe mar. 10 mars 2026 à 12:00, Dana <d@x.test> a écrit :\n{QUOTED}",
        f"{OWN}\n\nEl mar, 10 mar 2026 a las 12:00, Dana (<d@x.test>) escribió:\n{QUOTED}",
        f"{OWN}\n\n-----Original Message-----\nFrom: Dana\nHello Ana",
        f"{OWN}\n\n________________________________\nFrom: Dana <d@x.test>\nSent: Tuesday",
        f"{OWN}\n\nVon: Dana <d@x.test>\nGesendet: Dienstag",
        f"{OWN}\n-- \nAna Ruiz\nHalden Print",
        f"{QUOTED}\n{OWN}",
        f"On Tue, Dana <d@x.test> wrote:\n{QUOTED}\n{OWN}\n",
    ],
)
def test_that_only_the_new_words_are_left(text: str) -> None:
    assert own_words(text) == OWN


def test_that_answers_between_the_quoted_lines_are_kept() -> None:
    text = "On Tue, Dana <d@x.test> wrote:\n> Shall we call?\nYes.\n> On Monday?\nTuesday is better."
    assert own_words(text) == "Yes.\nTuesday is better."


def test_that_a_mail_of_quotes_alone_is_left_whole() -> None:
    assert own_words("> only this") == "> only this"


@pytest.mark.parametrize("line", ["On " + "a" * 100_000, "On " + "wrote " * 20_000, "-" * 100_000, ">" * 100_000])
def test_that_no_line_takes_long(line: str) -> None:
    assert own_words(f"{line}\n{OWN}").endswith(OWN)
