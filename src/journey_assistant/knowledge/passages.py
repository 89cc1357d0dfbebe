"""Cuts articles into passages that can stand alone: a section, or as many of its paragraphs as fit.

A passage keeps its title and heading, a list of steps stays whole, a table keeps its head with every row.
Its id is the article's id and a hash of its own words: the same words keep the same id.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Literal

from journey_assistant.domain.knowledge import Article, Passage, PassageId

TARGET_WORDS = 110
TABLE_ROWS = 14
BlockKind = Literal["heading", "text", "list", "table", "code"]

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+")
_TABLE_RULE = re.compile(r"^\|?[\s:|-]+\|[\s:|-]*$")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_MARKS = re.compile(r"(\*\*|__|`+|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w))")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9À-Þ¿¡])")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|approx|no|nos|mr|mrs|ms|dr|st|inc|ltd|min|max)|\b[A-Z])\.$", re.I)


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, list, table, heading or code block of an article."""

    kind: BlockKind
    text: str

    @property
    def words(self) -> int:
        """Length in words."""
        return len(self.text.split())


def split_article(article: Article) -> tuple[Passage, ...]:
    """The passages of one article, in order, but the quarantined ones. An article of headings only has none."""
    passages: list[Passage] = []
    seen: dict[str, int] = {}
    for heading, text in _pieces(article):
        digest = blake2b(f"{heading}\n{text}".encode(), digest_size=6).hexdigest()
        seen[digest] = seen.get(digest, 0) + 1
        repeat = f".{seen[digest]}" if seen[digest] > 1 else ""
        passages.append(
            Passage(
                id=PassageId(f"{article.id}#{digest}{repeat}"),
                article_id=article.id,
                title=article.title,
                heading=heading,
                text=text,
                position=len(passages),
                audience=article.audience,
                plans=article.plans,
                entity=article.entity,
                language=article.language,
                updated=article.updated,
                review_by=article.review_by,
            )
        )
    return tuple(passage for passage in passages if passage.id not in article.quarantined)


def _pieces(article: Article) -> Iterator[tuple[str, str]]:
    """(heading, text) of each passage: the blocks of one section, packed up to the target length."""
    path: list[tuple[int, str]] = []
    packed: list[Block] = []

    def heading() -> str:
        names = [name for _, name in path]
        return " – ".join(names[1:] if names and _same(names[0], article.title) else names)

    for block in _fitting(parse_blocks(article.text)):
        if block.kind == "heading":
            if packed:
                yield heading(), _join(packed)
                packed = []
            level = len(block.text) - len(block.text.lstrip("#"))
            path = [entry for entry in path if entry[0] < level]
            path.append((level, plain(block.text.lstrip("#").strip())))
            continue
        # A list or table belongs to the sentence that introduces it.
        introduced = bool(packed) and packed[-1].text.rstrip().endswith(":") and block.kind in ("list", "table", "code")
        if packed and not introduced and sum(b.words for b in packed) + block.words > TARGET_WORDS:
            yield heading(), _join(packed)
            packed = []
        packed.append(block)
    if packed:
        yield heading(), _join(packed)


def _join(blocks: list[Block]) -> str:
    return "\n\n".join(block.text for block in blocks)


def _same(one: str, other: str) -> bool:
    return one.casefold().strip() == other.casefold().strip()


def parse_blocks(text: str) -> tuple[Block, ...]:
    """The Markdown of an article as blocks, in order."""
    blocks: list[Block] = []
    lines: list[str] = []
    kind: BlockKind = "text"

    def close() -> None:
        if any(line.strip() for line in lines):
            blocks.append(Block(kind, "\n".join(lines).strip("\n")))
        lines.clear()

    for line in text.splitlines():
        fence = line.lstrip().startswith("```")
        if kind == "code" and lines:
            lines.append(line)
            if fence:
                close()
                kind = "text"
            continue
        this = _kind_of(line, kind if lines else "text", fence)
        if this == "blank":
            # A blank line ends a paragraph or table; a list may go on after it.
            if kind != "list":
                close()
                kind = "text"
            elif lines:
                lines.append("")
            continue
        if this != kind or this == "heading" or (this == "text" and lines and lines[-1] == ""):
            close()
        kind = this
        lines.append(line.rstrip())
    close()
    return tuple(Block(b.kind, re.sub(r"\n{2,}", "\n", b.text)) if b.kind == "list" else b for b in blocks)


def _kind_of(line: str, current: BlockKind, fence: bool) -> BlockKind | Literal["blank"]:
    if not line.strip():
        return "blank"
    if fence:
        return "code"
    if _HEADING.match(line):
        return "heading"
    if line.lstrip().startswith("|"):
        return "table"
    if _ITEM.match(line) or (current == "list" and line.startswith((" ", "\t"))):
        return "list"
    return "text"


def _fitting(blocks: Iterable[Block]) -> Iterator[Block]:
    """Long paragraphs and tables in pieces; steps and lists stay whole."""
    for block in blocks:
        if block.kind == "text" and block.words > TARGET_WORDS:
            yield from _sentence_groups(block)
        elif block.kind == "table":
            yield from _row_groups(block)
        else:
            yield block


def _sentence_groups(block: Block) -> Iterator[Block]:
    group: list[str] = []
    for sentence in split_sentences(block.text):
        if group and len(" ".join([*group, sentence]).split()) > TARGET_WORDS:
            yield Block("text", " ".join(group))
            group = []
        group.append(sentence)
    if group:
        yield Block("text", " ".join(group))


def _row_groups(block: Block) -> Iterator[Block]:
    rows = block.text.splitlines()
    head = 2 if len(rows) > 1 and _TABLE_RULE.match(rows[1].strip()) else 0
    body = rows[head:]
    for start in range(0, len(body) or 1, TABLE_ROWS):
        yield Block("table", "\n".join(rows[:head] + body[start : start + TABLE_ROWS]))


def plain(text: str) -> str:
    """The words without Markdown marks, links' addresses or tags, white space joined."""
    return " ".join(_MARKS.sub("", _TAG.sub(" ", _LINK.sub(r"\1", text))).split())


def split_sentences(text: str) -> list[str]:
    """Sentences of running text; abbreviations and initials do not end one."""
    parts: list[str] = []
    for part in _SENTENCE_END.split(" ".join(text.split())):
        if parts and _ABBREVIATION.search(parts[-1]):
            parts[-1] += " " + part
        else:
            parts.append(part)
    return [part for part in parts if part.strip()]


@lru_cache(maxsize=65_536)
def statements(text: str) -> tuple[str, ...]:
    """What a passage says, one statement each and without marks: sentences, list items, rows told in words."""
    found: list[str] = []
    for block in parse_blocks(text):
        if block.kind == "table":
            found.extend(_rows_in_words(block))
        elif block.kind == "list":
            found.extend(plain(_ITEM.sub("", item)) for item in _items(block))
        else:
            found.extend(split_sentences(plain(block.text.strip("`"))))
    return tuple(statement for statement in found if statement)


def _items(block: Block) -> Iterator[str]:
    item = ""
    for line in block.text.splitlines():
        if _ITEM.match(line) and item:
            yield item
            item = line
        else:
            item = f"{item}\n{line}" if item else line
    if item:
        yield item


def _rows_in_words(block: Block) -> Iterator[str]:
    """`| Seats | 3 | 25 |` under `| | Basic | Big |` reads "Seats: Basic 3, Big 25"."""
    rows = [[plain(cell) for cell in row.strip().strip("|").split("|")] for row in block.text.splitlines()]
    ruled = len(rows) > 1 and _TABLE_RULE.match(block.text.splitlines()[1].strip())
    head, body = (rows[0], rows[2:]) if ruled else ([], rows)
    for row in body:
        values = [f"{name} {value}".strip() for name, value in zip(head[1:] or [""] * len(row), row[1:], strict=False)]
        yield f"{row[0]}: {', '.join(values)}" if values else row[0]
