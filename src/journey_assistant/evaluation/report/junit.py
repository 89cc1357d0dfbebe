"""The report as JUnit XML: one test suite a suite, one test case a case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as Xml

_NO_XML = re.compile(r"[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def junit_report(document: Mapping[str, Any]) -> str:
    """The report as XML text."""
    root = Xml.Element("testsuites", name="journey eval")
    for suite in document["suites"]:
        results = suite["results"]
        failures = sum(not result["passed"] for result in results)
        node = Xml.SubElement(
            root,
            "testsuite",
            name=suite["suite"],
            tests=str(len(results) + len(suite["left_out"])),
            failures=str(failures),
            skipped=str(len(suite["left_out"])),
        )
        for result in results:
            _case(node, suite["suite"], result)
        for case in suite["left_out"]:
            left_out = Xml.SubElement(node, "testcase", classname=suite["suite"], name=_clean(case))
            Xml.SubElement(left_out, "skipped", message="the budget was used up")
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _case(parent: Xml.Element, suite: str, result: Mapping[str, Any]) -> None:
    seconds = (result["scores"].get("latency_ms") or {}).get("value", 0) / 1000
    case = Xml.SubElement(parent, "testcase", classname=suite, name=_clean(result["case"]), time=f"{seconds:.4f}")
    if not result["passed"]:
        whys = [f"{failure['check']}: {failure['why']}" for failure in result["failures"]]
        node = Xml.SubElement(case, "failure", message=_clean("; ".join(whys) or "failed in a repeat"))
        node.text = _clean("\n".join([*whys, f"the case says: {result['why']}"]))


def _clean(text: str) -> str:
    return _NO_XML.sub("�", str(text))
