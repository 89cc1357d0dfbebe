"""Reports for people: one file that needs nothing else, in which nothing from a case is markup."""

import re
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from journey_assistant.evaluation.compare import compare
from journey_assistant.evaluation.report import WRITERS, html_report, junit_report, markdown_report
from journey_assistant.evaluation.report.markdown import comparison_markdown
from journey_assistant.evaluation.report.plots import curve
from journey_assistant.evaluation.suite_report import report
from journey_assistant.evaluation.whole_report import whole_report

EVIL = '<script>alert("x")</script> | `pipe` ]]> \x00'
VOID = {"meta", "br", "img", "rect", "path", "circle"}


def case(id_: str, **more: Any) -> dict[str, Any]:
    moment = {"kind": "message", "text": "Hi"}
    return {"id": id_, "moment": moment, "expect": {"route": ["self_resolve"]}, "tags": [EVIL], "why": EVIL, **more}


def run(id_: str, route: str, confidence: float = 0.7) -> dict[str, Any]:
    outcome = {"kind": "reply", "text": EVIL, "citations": [{"article": "a", "quote": "b"}]}
    return {
        "case_id": id_,
        "route": route,
        "outcome": outcome,
        "confidence": confidence,
        "elapsed_ms": {"perceive": 4.0, "check": 2.0},
    }


@pytest.fixture
def document() -> dict[str, Any]:
    cases = [case(f"c{n}") for n in range(12)]
    runs = [run(f"c{n}", "hold" if n == 3 else "self_resolve", n / 12) for n in range(12)]
    return whole_report([report(EVIL[:8], cases, runs)], target=EVIL, versions={"playbook": "p"}, with_times=True)


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def test_that_a_page_is_one_file_without_scripts_or_links(document: dict[str, Any]) -> None:
    page = Page(html_report(document))
    assert page.open == []
    assert page.links == []
    assert "script" not in page.tags
    assert page.tags.count("svg") >= 5


def test_that_a_page_shows_what_changed_against_a_baseline(document: dict[str, Any]) -> None:
    before = {
        "suites": [
            {**document["suites"][0], "results": [{**r, "passed": True} for r in document["suites"][0]["results"]]}
        ]
    }
    text = html_report({**document, "comparison": compare(before, document)})
    assert "Against the baseline" in text
    assert re.search(r"Lost:.*c3", text)


def test_that_junit_is_xml_with_a_case_a_case(document: dict[str, Any]) -> None:
    (suite,) = Xml.fromstring(junit_report(document))
    assert (suite.get("tests"), suite.get("failures")) == ("12", "1")
    (failed,) = suite.findall("testcase[failure]")
    assert failed.get("name") == "c3"


def test_that_markdown_names_the_failed_case_in_one_row(document: dict[str, Any]) -> None:
    rows = [line for line in markdown_report(document).splitlines() if "/c3" in line]
    assert len(rows) == 1
    assert "<script" not in rows[0]


def test_that_a_comparison_reads_in_a_pull_request(document: dict[str, Any]) -> None:
    text = comparison_markdown(compare(document, document))
    assert text.startswith("## No real change: 91.7 % before, 91.7 % after (12 cases)")


def test_that_there_is_a_writer_for_each_option() -> None:
    assert set(WRITERS) == {"html", "junit", "markdown"}


def test_that_a_curve_is_a_picture_of_its_own_with_its_values() -> None:
    drawn = Xml.fromstring(curve([(10, 2.5), (1_000, 5.0)], "ms by events", "events <&>", "ms"))
    words = [one.text for one in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert words == ["2.5", "10", "5", "1,000", "events <&>", "ms"]
