"""A time is said as a person says it: the day in words, the listener's language and clock."""

from datetime import UTC, datetime

import pytest

from journey_assistant.playbook.schema import Queue
from journey_assistant.playbook.spoken_time import listener, say_promise, say_time
from sweeping import default_playbook

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)  # a Tuesday night
QUEUE = Queue.model_validate(
    {"zone": "Europe/Berlin", "hours": [{"days": ["mon"], "from": "09:00", "to": "17:00"}], "pick_up_within": "4 h"}
)


def said(at: datetime, language: str = "en", timezone: object = "Europe/Berlin") -> str:
    return say_time(default_playbook(), at, now=NOW, to=listener(language, timezone, QUEUE))


SAID = {
    "en": "today at 6:00 PM / tomorrow at 6:00 PM / on Monday at 6:00 PM / on Tuesday, December 1 at 6:00 PM",
    "de": "heute um 18:00 Uhr / morgen um 18:00 Uhr / am Montag um 18:00 Uhr / am Dienstag, 1. Dezember um 18:00 Uhr",
    "es": "hoy a las 18:00 h / mañana a las 18:00 h / el lunes a las 18:00 h / el martes, 1 de diciembre a las 18:00 h",
    "fr": "aujourd'hui à 18:00 / demain à 18:00 / lundi à 18:00 / mardi 1 décembre à 18:00",
    "it": "oggi alle ore 18:00 / domani alle ore 18:00 / lunedì alle ore 18:00 / martedì 1 dicembre alle ore 18:00",
    "pt": "hoje às 18:00 / amanhã às 18:00 / segunda-feira às 18:00 / terça-feira, 1 de dezembro às 18:00",
    "nl": "vandaag om 18:00 uur / morgen om 18:00 uur / maandag om 18:00 uur / dinsdag 1 december om 18:00 uur",
}


@pytest.mark.parametrize("language", SAID)
def test_that_each_language_of_the_widget_says_days_its_own_way(language):
    days = [datetime(2026, month, day, 17, tzinfo=UTC) for month, day in ((11, 24), (11, 25), (11, 30), (12, 1))]
    assert " / ".join(said(day, language) for day in days) == SAID[language]


def test_that_today_is_today_where_the_customer_is():
    at = datetime(2026, 11, 24, 6, tzinfo=UTC)
    assert said(at, timezone="America/Chicago") == "tomorrow at 12:00 AM"
    assert said(at, timezone="Asia/Tokyo") == "today at 3:00 PM"


@pytest.mark.parametrize("unknown", [None, "", "Mars/Olympus", 7, "../etc/passwd"])
def test_that_a_clock_that_is_not_the_customers_own_is_named(unknown):
    assert said(datetime(2026, 11, 24, 17, tzinfo=UTC), timezone=unknown) == "today at 6:00 PM (Central European Time)"


@pytest.mark.parametrize("language", ["ja", "", "xx-YY"])
def test_that_a_language_without_words_hears_english_throughout(language):
    assert said(datetime(2026, 11, 30, 17, tzinfo=UTC), language) == "on Monday at 6:00 PM"


@pytest.mark.parametrize("language", ["pt-BR", "pt_BR", "PT"])
def test_that_a_region_hears_its_language(language):
    assert said(datetime(2026, 11, 30, 17, tzinfo=UTC), language) == "segunda-feira às 18:00"


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "it", "pt", "nl"])
def test_that_no_promise_shows_a_date_in_figures(language):
    promised = say_promise(
        default_playbook(), datetime(2026, 12, 3, 17, tzinfo=UTC), now=NOW, to=listener(language, "UTC")
    )
    assert "2026" not in promised
    assert "{" not in promised
