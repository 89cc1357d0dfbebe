from hypothesis import given
from hypothesis import strategies as st

from journey_assistant.domain.knowledge import Article, ArticleId
from journey_assistant.knowledge.passages import TARGET_WORDS, split_article, statements

TEXT = """# Kiosk

The kiosk is a shared clock.

## Steps
You need a tablet:

1. Open **Sites**.
2. Type the code.
   It works for 15 minutes.

3. Press *Done*.

## Sizes
| | Small | Big |
|---|---|---|
| Seats | 3 | 25 |
| Price | free | 9 a month |
"""


def article(text: str) -> Article:
    return Article(id=ArticleId("kiosk"), title="Kiosk", text=text, plans=("Big",), entity="Tablet")


def test_that_each_section_is_a_passage_with_its_heading_and_its_articles_facts() -> None:
    passages = split_article(article(TEXT))
    assert [p.heading for p in passages] == ["", "Steps", "Sizes"]
    assert {(p.title, p.plans, p.entity) for p in passages} == {("Kiosk", ("Big",), "Tablet")}


def test_that_steps_stay_together_with_the_sentence_that_introduces_them() -> None:
    steps = split_article(article("## Steps\n" + "word " * TARGET_WORDS + ":\n\n1. One.\n2. Two.\n3. Three."))[-1]
    assert steps.text.endswith("1. One.\n2. Two.\n3. Three.")
    assert "word" in steps.text


def test_that_a_long_section_is_cut_between_sentences() -> None:
    passages = split_article(article("The pump is on. " * 100))
    assert len(passages) > 2
    assert all(p.text.startswith("The pump") and len(p.text.split()) <= TARGET_WORDS for p in passages)


def test_that_statements_are_sentences_items_and_rows_in_words() -> None:
    steps, sizes = split_article(article(TEXT))[1:]
    assert statements(steps.text) == (
        "You need a tablet:",
        "Open Sites.",
        "Type the code. It works for 15 minutes.",
        "Press Done.",
    )
    assert statements(sizes.text) == ("Seats: Small 3, Big 25", "Price: Small free, Big 9 a month")


def test_that_unchanged_words_keep_their_passage_id_when_the_article_grows() -> None:
    before = split_article(article(TEXT))
    after = split_article(article("Hello there.\n\n" + TEXT))
    assert {p.id for p in before} <= {p.id for p in after} | {before[0].id}
    assert before[1].id in {p.id for p in after}


def test_that_the_same_words_twice_get_two_ids() -> None:
    ids = [p.id for p in split_article(article("## Rule\nSame.\n\n## Rule\nSame."))]
    assert len(set(ids)) == 2


@given(
    st.lists(st.sampled_from(["# A", "## B", "- one", "1. two", "| a | b |", "|---|---|", "```", "", "Text. More."]))
)
def test_that_no_word_is_lost_whatever_the_order_of_lines(lines: list[str]) -> None:
    passages = split_article(article("\n".join(lines)))
    kept = " ".join(f"{p.text}" for p in passages)
    for line in lines:
        if line in ("- one", "1. two", "| a | b |", "Text. More."):
            assert line in kept
    assert len({p.id for p in passages}) == len(passages)
