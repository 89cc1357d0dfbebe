import json
from pathlib import Path

import pytest

from journey_assistant.errors import Rejected
from journey_assistant.knowledge.articles import read_articles

FRONT = "---\nid: pairing\ntitle: Pairing a tablet\naudience: customers\nplans: [Big]\nreview_by: 2026-04-01\n---\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_that_front_matter_names_the_article(tmp_path: Path) -> None:
    write(tmp_path, "x/tablet.md", FRONT + "# Pairing a tablet\n\nOpen the app.")
    (article,) = read_articles(tmp_path)
    assert (article.id, article.title, article.plans) == ("pairing", "Pairing a tablet", ("Big",))
    assert str(article.review_by) == "2026-04-01"


def test_that_without_front_matter_the_stem_is_the_id_and_the_heading_the_title(tmp_path: Path) -> None:
    write(tmp_path, "pairing-tablets.md", "# Pairing a tablet\n\nOpen the app.")
    (article,) = read_articles(tmp_path)
    assert (article.id, article.title, article.audience, article.plans) == (
        "pairing-tablets",
        "Pairing a tablet",
        "customers",
        (),
    )


def test_that_html_loses_its_navigation_and_keeps_lists_and_tables(tmp_path: Path) -> None:
    html = """<html><head><title>Site</title><script>var secret=1</script></head><body><nav>Home | Login</nav>
    <main><h1>Prices</h1><p>Prices are <b>net</b>.</p><ol><li>Open it</li><li>Press <i>Go</i></li></ol>
    <table><tr><th>Plan</th><th>Price</th></tr><tr><td>Big</td><td>9</td></tr></table></main></body></html>"""
    write(tmp_path, "prices.html", html)
    (article,) = read_articles(tmp_path)
    assert article.title == "Prices"
    assert "Prices are net." in article.text
    assert "1. Open it\n2. Press Go" in article.text
    assert "| Big | 9 |" in article.text
    assert "Login" not in article.text
    assert "secret" not in article.text


def test_that_plain_text_gets_its_headings_and_steps(tmp_path: Path) -> None:
    write(tmp_path, "reset.txt", "Resetting\n\nYou need a key.\n\n1. Press Reset.\n2. Wait.\n")
    (article,) = read_articles(tmp_path)
    assert article.text == "## Resetting\n\nYou need a key.\n\n1. Press Reset.\n2. Wait."


def test_that_a_pdf_is_read(tmp_path: Path) -> None:
    canvas = pytest.importorskip("reportlab.pdfgen.canvas").Canvas(str(tmp_path / "guide.pdf"))
    canvas.drawString(72, 720, "The pump runs for nine hours on one charge.")
    canvas.save()
    (article,) = read_articles(tmp_path)
    assert article.id == "guide"
    assert "nine hours on one charge" in article.text


def test_that_jsonl_gives_an_article_a_line(tmp_path: Path) -> None:
    lines = [{"id": "a", "title": "A", "text": "One.", "entity": "Room"}, {"id": 2, "title": "B", "text": "Two."}]
    path = write(tmp_path, "kb.jsonl", "\n".join(json.dumps(line) for line in lines))
    assert [(a.id, a.entity) for a in read_articles(path)] == [("2", None), ("a", "Room")]


def test_that_two_articles_with_one_id_are_refused_naming_both_files(tmp_path: Path) -> None:
    write(tmp_path, "one.md", "---\nid: same\n---\nText.")
    write(tmp_path, "two.md", "---\nid: same\n---\nOther text.")
    with pytest.raises(Rejected) as error:
        read_articles(tmp_path)
    assert "one.md" in str(error.value)
    assert "two.md" in str(error.value)


@pytest.mark.parametrize(
    ("name", "text", "place", "words"),
    [
        ("kb.jsonl", '{"id": "a", "text": "x"}\n{"id": "b", ', "kb.jsonl:2", "not valid JSON"),
        ("kb.jsonl", '{"id": "a", "text": "x"}\n\n["b"]', "kb.jsonl:3", "not a JSON object"),
        ("kb.jsonl", '{"title": "a", "text": "x"}', "kb.jsonl:1", "'id' is missing"),
        ("a.md", "---\nid: a\nplans: [x\n---\nText", "a.md:4", "not valid YAML"),
        ("a.md", "---\naudience: everyone\n---\nText", "a.md", "customers, prospects, internal"),
        ("a.md", "---\nreview_by: soon\n---\nText", "a.md", "YYYY-MM-DD"),
        ("a.md", "---\nid: a\n---\n  \n", "a.md", "no text"),
        ("a.pdf", "not a pdf", "a.pdf", "cannot be read"),
        ("notes.docx", "x", "", "no articles found"),
    ],
)
def test_that_a_broken_file_is_named_with_its_line(
    tmp_path: Path, name: str, text: str, place: str, words: str
) -> None:
    write(tmp_path, name, text)
    with pytest.raises(Rejected) as error:
        read_articles(tmp_path)
    assert place in str(error.value)
    assert words in str(error.value)


def test_that_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="no such file or folder"):
        read_articles(tmp_path / "nowhere")


def test_that_the_folders_own_readme_is_no_article(tmp_path: Path) -> None:
    write(tmp_path, "README.md", "# About this folder\n\nHow to write.")
    write(tmp_path, "a.md", "# A\n\nText.")
    assert [article.id for article in read_articles(tmp_path)] == ["a"]
