from __future__ import annotations

import pytest

from journey_assistant.domain.knowledge import Article, ArticleId
from journey_assistant.knowledge.names import names_in


@pytest.mark.parametrize(
    ("text", "named", "unnamed"),
    [
        ("Connect Google Calendar under Settings.", "Google Calendar", "Settings"),
        ("the calendar of a colleague", "", "calendar of"),
        ("Microsoft Outlook Calendar Sync", "Outlook Calendar", "Calendar"),
        ("It goes to Google.\nCalendar is next.", "", "Google Calendar"),
    ],
)
def test_that_capitalised_words_in_a_row_are_a_name(text: str, named: str, unnamed: str) -> None:
    names = names_in([Article(ArticleId("a"), "", text)])
    assert not named or named in names
    assert unnamed not in names
