"""Reports for people and other programs, each made from the one JSON document."""

from collections.abc import Callable, Mapping
from typing import Any

from journey_assistant.evaluation.report.html import html_report
from journey_assistant.evaluation.report.junit import junit_report
from journey_assistant.evaluation.report.markdown import markdown_report

WRITERS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "html": html_report,
    "junit": junit_report,
    "markdown": markdown_report,
}
