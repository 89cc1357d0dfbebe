from hypothesis import given
from hypothesis import strategies as st

from journey_assistant.web.console.text_pieces import Mark, changes_between, fact_marks, has_hidden, pieces

spans = st.tuples(st.integers(-5, 60), st.integers(-5, 60)).map(lambda ends: Mark(*ends, "finding", "why"))


@given(st.text(max_size=50), st.lists(spans, max_size=6))
def test_that_pieces_join_to_the_text_whatever_the_marks(text: str, marks: list[Mark]) -> None:
    shown = pieces(text, marks)
    seen = "".join(piece.text for piece in shown)
    hidden = [piece for piece in shown if piece.hidden]
    assert len(seen) + len(hidden) == len(text)
    assert bool(hidden) is has_hidden(text)
    assert has_hidden(text) or seen == text


@given(st.text(max_size=80), st.text(max_size=80))
def test_that_what_stayed_and_went_is_the_old_text_and_what_stayed_and_came_the_new(old: str, new: str) -> None:
    found = changes_between(old, new)
    assert "".join(change.text for change in found if change.kind != "added") == old
    assert "".join(change.text for change in found if change.kind != "removed") == new


def test_that_values_are_found_as_whole_words_whatever_their_case() -> None:
    marks = fact_marks("Faster invoicing, invoicing2 and a cat", [("Invoicing", "goal"), ("at", "short"), ("", "no")])
    assert [(mark.start, mark.end) for mark in marks] == [(7, 16)]
