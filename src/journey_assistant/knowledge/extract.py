"""HTML, PDF and plain text become the light Markdown that passages are cut from.

Beautiful Soup reads HTML (maintained, forgiving, already here) and pypdf reads PDF; what they cannot know,
which line is a heading and which a step, is decided here.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from journey_assistant.errors import Rejected

if TYPE_CHECKING:
    from bs4 import Tag

_FURNITURE = ["script", "style", "noscript", "template", "nav", "header", "footer", "aside", "form", "svg", "button"]
_BLOCKS = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "table", "pre", "blockquote", "dl")
_BULLET = re.compile(r"^\s*(?:[•◦▪–*-]|[oO](?=\s{2}))\s+")
_STEP = re.compile(r"^\s*\d{1,2}[.)]\s+")


def html_title(html: str) -> str | None:
    """The first <h1>, else the <title>, or None."""
    soup = _soup(html)
    found = soup.find("h1") or soup.find("title")
    return (found.get_text(" ", strip=True) or None) if found else None


def html_to_markdown(html: str) -> str:
    """The main part of a page as Markdown: headings, paragraphs, lists, tables; navigation and scripts dropped."""
    soup = _soup(html)
    for tag in soup.find_all(_FURNITURE):
        if tag.name != "header" or not tag.find("h1"):
            tag.decompose()
    root = soup.find("main") or soup.find("article") or soup.body or soup
    return "\n\n".join(block for block in _blocks(root) if block.strip())


def _soup(html: str) -> Tag:
    from bs4 import BeautifulSoup

    return BeautifulSoup(html, "html.parser")


def _blocks(root: Tag) -> Iterator[str]:
    from bs4 import Tag

    loose: list[str] = []
    for child in root.children:
        if isinstance(child, Tag) and (child.name in _BLOCKS or child.find(_BLOCKS)):
            if words := " ".join(loose).strip():
                yield words
            loose = []
            yield from [_block(child)] if child.name in _BLOCKS else _blocks(child)
        else:
            loose.append(" ".join(child.get_text(" ", strip=True).split()))
    if words := " ".join(loose).strip():
        yield words


def _block(tag: Tag) -> str:
    if tag.name in ("ul", "ol"):
        return "\n".join(_items(tag))
    if tag.name == "table":
        return "\n".join(_rows(tag))
    if tag.name == "pre":
        return f"```\n{tag.get_text()}\n```"
    text = " ".join(tag.get_text(" ", strip=True).split())
    text = re.sub(r"\s+([.,;:!?])", r"\1", text)
    level = int(tag.name[1]) if re.fullmatch(r"h[1-6]", tag.name) else 0
    return f"{'#' * level} {text}" if level else text


def _items(tag: Tag) -> Iterator[str]:
    for number, item in enumerate(tag.find_all("li", recursive=False), start=1):
        text = " ".join(item.get_text(" ", strip=True).split())
        yield f"{number}. {text}" if tag.name == "ol" else f"- {text}"


def _rows(tag: Tag) -> Iterator[str]:
    for number, row in enumerate(tag.find_all("tr")):
        cells = [" ".join(cell.get_text(" ", strip=True).split()) for cell in row.find_all(["th", "td"])]
        yield "| " + " | ".join(cells) + " |"
        if number == 0:
            yield "|" + "---|" * len(cells)


def pdf_to_markdown(file: Path) -> str:
    """The text of a PDF. Raises Rejected when it is broken, locked or has no text (a scan)."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it sees is raised, or does not matter
    try:
        pages = [page.extract_text() for page in PdfReader(file).pages]
    except (PyPdfError, ValueError, KeyError, OSError) as error:
        raise Rejected(f"the PDF cannot be read ({error})", where=str(file)) from error
    text = plain_to_markdown("\n".join(pages))
    if not text.strip():
        raise Rejected("the PDF has no text, only pictures of it", where=str(file), allowed="a PDF with text")
    return text


def plain_to_markdown(text: str) -> str:
    """Lines of plain text as paragraphs, headings and lists, told apart by length, ending and marks."""
    blocks: list[str] = []
    paragraph: list[str] = []

    def close() -> None:
        if paragraph:
            blocks.append(_joined(paragraph))
            paragraph.clear()

    for line in text.splitlines():
        bare = line.strip()
        if not bare:
            close()
        elif bare.startswith(("#", "|")):
            close()
            blocks.append(bare)
        elif _STEP.match(bare) or _BULLET.match(bare):
            close()
            paragraph.append(bare if _STEP.match(bare) else "- " + _BULLET.sub("", bare))
        elif _is_heading(bare, paragraph):
            close()
            blocks.append("## " + bare.rstrip(":"))
        else:
            paragraph.append(bare)
    close()
    return _tight_lists(blocks)


def _is_heading(line: str, paragraph: list[str]) -> bool:
    """Short, begins with a capital, ends without a stop, and nothing is left open before it."""
    open_before = bool(paragraph) and not paragraph[-1].endswith((".", "!", "?", ":"))
    return (
        not open_before
        and len(line) <= 70
        and len(line.split()) <= 9
        and not line.endswith((".", "!", ",", ";"))
        and line[0].isupper()
    )


def _joined(lines: list[str]) -> str:
    text = lines[0]
    for line in lines[1:]:
        text = text[:-1] + line if text.endswith("-") and line[:1].islower() else f"{text} {line}"
    return text


def _tight_lists(blocks: list[str]) -> str:
    """Joins the items of one list with single line breaks, all else with blank lines."""
    out = ""
    previous = ""
    for block in blocks:
        tight = bool(_STEP.match(block) and _STEP.match(previous)) or (block[:2] == previous[:2] == "- ")
        tight = tight or (block[:1] == previous[:1] == "|")
        out += ("" if not out else "\n" if tight else "\n\n") + block
        previous = block
    return out
