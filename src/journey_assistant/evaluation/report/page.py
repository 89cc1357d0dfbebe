"""The frame of a report page: one file, no scripts, light and dark, readable on a phone."""

from __future__ import annotations

from html import escape

STYLE = """
:root { color-scheme: light dark; --ink:#1c2430; --soft:#5b6675; --line:#d9dee6; --paper:#fff; --wash:#f5f7fa;
  --good:#1f7a4d; --bad:#b3261e; --bar:#3b6ea8; --none:#e8ecf2; }
@media (prefers-color-scheme: dark) { :root { --ink:#e6eaf0; --soft:#9aa6b5; --line:#333c48; --paper:#12161c;
  --wash:#1a2028; --good:#4fb286; --bad:#ef6f66; --bar:#6fa3dd; --none:#252c36; } }
* { box-sizing: border-box; }
body { margin:0; background:var(--paper); color:var(--ink);
  font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif; }
main { max-width:1080px; margin:0 auto; padding:20px 16px 64px; }
h1 { font-size:1.5rem; line-height:1.25; margin:.2em 0; } h2 { font-size:1.2rem; margin:1.8em 0 .4em; }
h3 { font-size:1rem; margin:1.2em 0 .3em; }
p { margin:.4em 0; max-width:70ch; } .soft { color:var(--soft); }
.good { color:var(--good); } .bad { color:var(--bad); }
.wide { overflow-x:auto; } table { border-collapse:collapse; font-size:.9rem; width:100%; }
th,td { text-align:left; padding:6px 10px 6px 0; border-bottom:1px solid var(--line); vertical-align:top; }
th { color:var(--soft); font-weight:600; white-space:nowrap; }
td.n { font-variant-numeric:tabular-nums; white-space:nowrap; }
details { border:1px solid var(--line); border-radius:8px; margin:10px 0; background:var(--paper); }
summary { cursor:pointer; padding:10px 14px; font-weight:600; display:flex; gap:12px; justify-content:space-between; }
summary span { font-weight:400; color:var(--soft); white-space:nowrap; } details > div { padding:0 14px 14px; }
.plots { display:grid; grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr)); gap:12px; margin:10px 0; }
figure { margin:0; background:var(--wash); border-radius:8px; padding:12px; min-width:0; }
figcaption { font-size:.85rem; color:var(--soft); margin-bottom:6px; } svg { width:100%; height:auto; display:block; }
.tick,.label { font-size:11px; fill:var(--soft); } .axis,.guide { stroke:var(--line); fill:none; }
.guide { stroke-dasharray:4 4; } .line { stroke:var(--bar); stroke-width:2; fill:none; }
.whisker { stroke:var(--ink); stroke-width:1.5; opacity:.65; }
rect.bar,.dot { fill:var(--bar); } .dot { fill-opacity:.75; }
rect.good { fill:var(--good); } rect.bad { fill:var(--bad); }
rect.none { fill:var(--none); } code { font-size:.88em; overflow-wrap:anywhere; }
.on { font-size:11px; font-weight:600; fill:var(--paper); }
.verdict { border-left:4px solid var(--line); padding:6px 14px; background:var(--wash); border-radius:0 8px 8px 0; }
.verdict.good { border-color:var(--good); color:inherit; } .verdict.bad { border-color:var(--bad); color:inherit; }
@media (max-width: 640px) { .wide table { min-width:560px; } }
@media print { details { break-inside:avoid; } }
"""


def page(title: str, body: str) -> str:
    """A whole page."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n"
        "</html>\n"
    )


def figure(caption: str, svg: str) -> str:
    """A plot with its caption; nothing without a plot."""
    return f"<figure><figcaption>{escape(caption)}</figcaption>{svg}</figure>" if svg else ""


def table(head: list[str], rows: list[list[str]], numbers: frozenset[int] = frozenset()) -> str:
    """A table; cells are markup already."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = "".join(
        f"<tr>{''.join(_cell(cell, n in numbers) for n, cell in enumerate(row))}</tr>" for row in rows
    )  # fmt: skip
    return f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table></div>'


def _cell(markup: str, is_number: bool) -> str:
    return f'<td class="n">{markup}</td>' if is_number else f"<td>{markup}</td>"


def percent(share: float | None) -> str:
    """A share for people."""
    return "none" if share is None else f"{100 * share:.1f} %"
