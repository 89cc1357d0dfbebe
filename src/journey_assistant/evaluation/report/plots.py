"""Plots as inline SVG: drawn by hand, so that a report is one file that needs nothing else. Colours come from the page.

Every plot has a title that screen readers read, and scales to the width of its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import log10

from journey_assistant.evaluation.classification import Certain, calibration, risk_coverage

Point = tuple[float, float]
"""A size, and what was measured at it."""
ALONE = (
    "svg{background:#fff;font:11px system-ui,sans-serif}text{fill:#555}.label{fill:#222}"
    ".axis{stroke:#999;fill:none}.line{stroke:#2c5fb3;fill:none;stroke-width:2}.dot{fill:#2c5fb3}"
)
WIDTH, HEIGHT = 360, 240
LEFT, BOTTOM, TOP, RIGHT = 44, 36, 12, 12
LEAST_COVERAGE = 0.05
"""A handful of answers says nothing about risk."""


def heatmap(table: Mapping[str, Mapping[str, int]], columns: Sequence[str], title: str) -> str:
    """What was right (down) against what was taken (across), one number a cell."""
    rows = list(table)
    cell, left, top = 52, 132, 26
    width, height = left + cell * len(columns), top + 30 * len(rows)
    most = max((n for row in table.values() for n in row.values()), default=1)
    parts = [_text(left + cell * (n + 0.5), top - 9, column, anchor="middle") for n, column in enumerate(columns)]
    for y, row in enumerate(rows):
        parts.append(_text(left - 8, top + 30 * y + 19, row.replace("|", " or ")[:18], anchor="end"))
        for x, column in enumerate(columns):
            n = table[row].get(column, 0)
            is_right = column in row.split("|")
            shade = 0.12 + 0.68 * n / most if n else 0
            kind = "good" if is_right else "bad"
            place = f'x="{left + cell * x + 1}" y="{top + 30 * y + 1}" width="{cell - 2}" height="28" rx="4"'
            parts.append(f'<rect {place} class="{kind if n else "none"}" fill-opacity="{shade:.2f}"/>')
            if n:
                ink = "on" if shade > 0.5 else "tick"
                parts.append(_text(left + cell * (x + 0.5), top + 30 * y + 20, str(n), anchor="middle", kind=ink))
    return _svg("".join(parts), title, width, height)


def reliability(certain: Certain, title: str) -> str:
    """How sure answers were (across) against how many were right (up); the diagonal is where they agree."""
    points = calibration(certain)
    x, y = _x(0, 1), _y(0, 1)
    line = f'<path d="M{x(0):.1f} {y(0):.1f} L{x(1):.1f} {y(1):.1f}" class="guide"/>'
    dots = "".join(
        f'<circle cx="{x(b.confidence):.1f}" cy="{y(b.right):.1f}" r="{3 + min(b.n, 60) ** 0.5:.1f}" class="dot">'
        f"<title>{b.n} cases: {b.confidence:.2f} sure, {b.right:.2f} right</title></circle>"
        for b in points
    )
    return _svg(_axes("how sure", "how often right") + line + dots, title)


def risk_curve(certain: Certain, title: str) -> str:
    """Which part of the surest answers is wrong (up) when so many of them are given (across)."""
    points = [point for point in risk_coverage(certain) if point[0] >= LEAST_COVERAGE]
    worst = max(max((risk for _, risk in points), default=0.1), 0.1)
    x, y = _x(0, 1), _y(0, worst)
    path = " ".join(f"{'L' if n else 'M'}{x(coverage):.1f} {y(risk):.1f}" for n, (coverage, risk) in enumerate(points))
    drawn = f'<path d="{path}" class="line"/>' if points else ""
    return _svg(_axes("part answered", "part wrong", high=worst) + drawn, title)


def histogram(values: Sequence[float], title: str, unit: str, bins: int = 24) -> str:
    """How often each value occurs; what lies beyond the 99th of 100 is counted in the last bar."""
    if not values:
        return ""
    ordered = sorted(values)
    end = ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)] or 1.0
    counts = [0] * bins
    for value in ordered:
        counts[min(int(value / end * bins), bins - 1)] += 1
    most = max(counts)
    step = (WIDTH - LEFT - RIGHT) / bins
    y = _y(0, most)
    bars = "".join(
        f'<rect x="{LEFT + n * step + 0.5:.1f}" y="{y(count):.1f}" width="{step - 1:.1f}" '
        f'height="{y(0) - y(count):.1f}" class="bar"><title>{count} cases</title></rect>'
        for n, count in enumerate(counts)
        if count
    )
    return _svg(_axes(unit, "cases", right=end, high=most, is_share=False) + bars, title)


def curve(points: Sequence[Point], title: str, across: str, up: str) -> str:
    """What grows (up) with a size (across, each step ten times the last): a file of its own, colours included."""
    high = max((value for _, value in points), default=0.0) or 1.0
    sizes = [log10(size) for size, _ in points] or [0.0]
    x, y = _x(min(sizes), max(sizes)), _y(0, high * 1.1)
    places = [(x(log10(size)), y(value)) for size, value in points]
    line = " ".join(f"{'L' if n else 'M'}{left:.1f} {top:.1f}" for n, (left, top) in enumerate(places))
    axis = f'<path d="M{LEFT} {TOP} L{LEFT} {HEIGHT - BOTTOM} L{WIDTH - RIGHT} {HEIGHT - BOTTOM}" class="axis"/>'
    dots = [
        f'<circle cx="{left:.1f}" cy="{top:.1f}" r="3" class="dot"/>'
        + _text(min(max(left, LEFT + 14), WIDTH - 24), top - 8, f"{value:.3g}", anchor="middle")
        + _text(min(left, WIDTH - 24), HEIGHT - BOTTOM + 14, f"{size:,}", anchor="middle")
        for (left, top), (size, value) in zip(places, points, strict=True)
    ]
    names = _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, across, anchor="middle", kind="label")
    names += _text(LEFT + 6, TOP + 4, up, kind="label")
    drawn = f'<style>{ALONE}</style>{axis}<path d="{line}" class="line"/>{"".join(dots)}{names}'
    return _svg(drawn, title).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def share_bars(rows: Sequence[tuple[str, int, int, tuple[float, float] | None]], title: str) -> str:
    """Shares as bars with their intervals: name, part, whole, interval."""
    left, line, width = 112, 22, WIDTH
    full = width - left - 52
    parts = []
    for n, (name, part, whole, interval) in enumerate(rows):
        middle, share = n * line + line / 2, part / whole if whole else 0.0
        kind = "good" if part == whole else "bar"
        parts.append(_text(left - 8, middle + 4, name.replace("_", " ")[:17], anchor="end"))
        parts.append(f'<rect x="{left}" y="{middle - 6}" width="{full}" height="12" rx="3" class="none"/>')
        parts.append(
            f'<rect x="{left}" y="{middle - 6}" width="{full * share:.1f}" height="12" rx="3" class="{kind}"/>'
        )
        if interval is not None:
            low, high = (left + full * edge for edge in interval)
            parts.append(f'<path d="M{low:.1f} {middle} L{high:.1f} {middle}" class="whisker"/>')
        parts.append(_text(left + full + 8, middle + 4, f"{part}/{whole}"))
    return _svg("".join(parts), title, width, max(len(rows), 1) * line)


def flip_bars(rows: Sequence[tuple[str, int, int]], title: str) -> str:
    """Cases lost (to the left) and gained (to the right) by suite."""
    left, line, width = 112, 26, WIDTH
    middle_x, most = left + (width - left) / 2, max((max(lost, gained) for _, lost, gained in rows), default=1) or 1
    unit = ((width - left) / 2 - 34) / most
    parts = [f'<path d="M{middle_x} 0 L{middle_x} {line * len(rows)}" class="guide"/>']
    for n, (name, lost, gained) in enumerate(rows):
        y = n * line + 5
        parts.append(_text(left - 8, y + 12, name.replace("_", " ")[:17], anchor="end"))
        parts.append(
            f'<rect x="{middle_x - lost * unit:.1f}" y="{y}" width="{lost * unit:.1f}" height="16" class="bad"/>'
            f'<rect x="{middle_x}" y="{y}" width="{gained * unit:.1f}" height="16" class="good"/>'
        )
        if lost:
            parts.append(_text(middle_x - lost * unit - 6, y + 12, str(lost), anchor="end"))
        if gained:
            parts.append(_text(middle_x + gained * unit + 6, y + 12, str(gained)))
    return _svg("".join(parts), title, width, max(len(rows), 1) * line)


def _axes(across: str, up: str, *, right: float = 1.0, high: float = 1.0, is_share: bool = True) -> str:
    x0, x1, y0, y1 = LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM, TOP

    def say(value: float) -> str:
        return f"{100 * value:.0f} %" if is_share else f"{value:.0f}"

    return "".join(
        (
            f'<path d="M{x0} {y1} L{x0} {y0} L{x1} {y0}" class="axis"/>',
            _text(x0 - 6, y0 + 4, say(0), anchor="end"),
            _text(x0 - 6, y1 + 8, say(high), anchor="end"),
            _text(x1, y0 + 15, say(right), anchor="end"),
            _text((x0 + x1) / 2, HEIGHT - 6, across, anchor="middle", kind="label"),
            f'<text x="12" y="{(y0 + y1) / 2:.0f}" class="label" text-anchor="middle" '
            f'transform="rotate(-90 12 {(y0 + y1) / 2:.0f})">{escape(up)}</text>',
        )
    )


def _x(low: float, high: float) -> Scale:
    return Scale(low, high, LEFT, WIDTH - RIGHT)


def _y(low: float, high: float) -> Scale:
    return Scale(low, high, HEIGHT - BOTTOM, TOP)


class Scale:
    """From a value to its place on the paper."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self._low, self._span, self._start, self._end = low, (high - low) or 1.0, start, end

    def __call__(self, value: float) -> float:
        return self._start + (value - self._low) / self._span * (self._end - self._start)


def _text(x: float, y: float, words: str, *, anchor: str = "start", kind: str = "tick") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>'


def _svg(content: str, title: str, width: float = WIDTH, height: float = HEIGHT) -> str:
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" style="max-width:{width:.0f}px"'
    return f'<svg {size} role="img" aria-label="{escape(title)}">{content}</svg>'
