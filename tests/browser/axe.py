"""What axe-core, the accessibility checker, finds on a page, the widget's shadow root included."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
STILL = """() => [document, document.querySelector("journey-widget")?.shadowRoot].every((root) =>
  !root || root.getAnimations().every((one) =>
    one.playState !== "running" || one.effect.getTiming().iterations === Infinity))"""
SERIOUS = ("serious", "critical")


def serious_findings(page: Page) -> list[str]:
    """Violations that axe calls serious or critical: rule, and where."""
    page.wait_for_function(STILL)
    # evaluated, not added as a script: the page's own policy forbids that
    page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]
