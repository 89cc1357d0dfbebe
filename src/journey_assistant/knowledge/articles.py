"""Reads a help centre: a folder or file of Markdown, HTML, TXT, PDF and JSONL becomes Articles.

Front matter is optional everywhere: the id defaults to the file's stem, the title to the first heading.
Whatever is wrong is ``Rejected`` with file, line and what is allowed; nothing is half read.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

import yaml

from journey_assistant.domain.knowledge import Article, ArticleId, Audience
from journey_assistant.errors import Rejected
from journey_assistant.knowledge import extract

SUFFIXES = (".md", ".markdown", ".mdx", ".html", ".htm", ".txt", ".pdf", ".jsonl")
_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$\n?", re.S | re.M)
_FIRST_HEADING = re.compile(r"\A\s*#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$", re.M)
_AUDIENCES: tuple[str, ...] = get_args(Audience)


def read_articles(path: Path) -> tuple[Article, ...]:
    """Every article under `path` (a folder or one file), ordered by id.

    Raises Rejected for a missing path, a folder without articles, an unreadable or broken file, and for
    two articles with one id (both files are named).
    """
    if not path.exists():
        raise Rejected("no such file or folder", where=str(path))
    articles = [article for file in _files(path) for article in _read_file(file)]
    if not articles:
        raise Rejected("no articles found", where=str(path), allowed="files ending in " + ", ".join(SUFFIXES))
    first: dict[ArticleId, Article] = {}
    for article in articles:
        if (other := first.setdefault(article.id, article)) is not article:
            raise Rejected(
                f"two articles have the id {article.id!r}: {other.source} and {article.source}",
                where=article.source,
                allowed="one article an id",
            )
    return tuple(sorted(articles, key=lambda article: article.id))


def _files(path: Path) -> list[Path]:
    """The readable files; hidden ones and the folder's own README are not articles."""
    if path.is_file():
        if path.suffix.lower() not in SUFFIXES:
            raise Rejected(
                f"cannot read {path.suffix or 'a file without ending'}", where=str(path), allowed=_suffixes()
            )
        return [path]
    files = []
    for file in sorted(path.rglob("*")):
        inside = file.relative_to(path)
        hidden = any(part.startswith(".") for part in inside.parts)
        readme = len(inside.parts) == 1 and inside.stem.lower() == "readme"
        if file.is_file() and file.suffix.lower() in SUFFIXES and not hidden and not readme:
            files.append(file)
    return files


def _suffixes() -> str:
    return ", ".join(SUFFIXES)


def _read_file(file: Path) -> Iterator[Article]:
    suffix = file.suffix.lower()
    if suffix == ".jsonl":
        yield from _read_lines(file)
    elif suffix == ".pdf":
        yield _article({}, extract.pdf_to_markdown(file), file.stem, str(file))
    else:
        front, body = _split_front_matter(_text_of(file), str(file))
        if suffix in (".html", ".htm"):
            front = {"title": extract.html_title(body), **front}
            body = extract.html_to_markdown(body)
        elif suffix == ".txt":
            body = extract.plain_to_markdown(body)
        yield _article(front, body, file.stem, str(file))


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Rejected(f"cannot be read: {error.strerror or error}", where=str(file)) from error
    except UnicodeDecodeError as error:
        raise Rejected(f"not UTF-8 at byte {error.start}", where=str(file), allowed="UTF-8 text") from error


def _split_front_matter(text: str, where: str) -> tuple[dict[str, Any], str]:
    match = _FRONT_MATTER.match(text)
    if not match:
        return {}, text
    try:
        front = yaml.safe_load(match.group(1)) or {}
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 2}" if mark else ""
        raise Rejected("the front matter is not valid YAML", where=f"{where}{line}") from error
    if not isinstance(front, dict):
        raise Rejected("the front matter is not a list of `key: value` lines", where=where)
    return {str(key): value for key, value in front.items()}, text[match.end() :]


def _read_lines(file: Path) -> Iterator[Article]:
    for number, line in enumerate(_text_of(file).splitlines(), start=1):
        if not line.strip():
            continue
        where = f"{file}:{number}"
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise Rejected(f"not valid JSON: {error.msg} at column {error.colno}", where=where) from error
        except RecursionError as error:
            raise Rejected("not valid JSON: too many levels", where=where) from error
        if not isinstance(row, dict):
            raise Rejected("not a JSON object", where=where, allowed='{"id", "title", "text", "entity"?}')
        for key in ("id", "text"):
            if not isinstance(row.get(key), str | int) or not str(row[key]).strip():
                raise Rejected(f"{key!r} is missing", where=where, allowed='{"id", "title", "text", "entity"?}')
        yield _article(row, str(row["text"]), str(row["id"]), where)


def _article(front: Mapping[str, Any], body: str, stem: str, where: str) -> Article:
    heading = _FIRST_HEADING.match(body)
    title = str(front.get("title") or (heading.group(1) if heading else stem.replace("-", " ").replace("_", " ")))
    if not body.strip():
        raise Rejected("the article has no text", where=where)
    audience = str(front.get("audience") or "customers")
    if audience not in _AUDIENCES:
        raise Rejected(f"audience {audience!r} is unknown", where=where, allowed=", ".join(_AUDIENCES))
    return Article(
        id=ArticleId(str(front.get("id") or stem).strip()),
        title=_printable(title.strip()),
        text=_printable(body.strip()),
        audience=audience,  # type: ignore[arg-type]  # checked against the Literal just above
        plans=_plans(front.get("plans"), where),
        entity=str(front["entity"]) if front.get("entity") else None,
        language=str(front.get("language") or "en").lower()[:2],
        updated=_day(front, "updated", where),
        review_by=_day(front, "review_by", where),
        source=where,
    )


def _printable(text: str) -> str:
    """Without control characters and half characters: no terminal is steered, and every index can keep the text."""
    return "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" else c for c in text)


def _plans(value: Any, where: str) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, Sequence):
        raise Rejected("plans is not a list", where=where, allowed="plans: [Name, Name]")
    return tuple(str(plan).strip() for plan in value if str(plan).strip())


def _day(front: Mapping[str, Any], key: str, where: str) -> date | None:
    value = front.get(key)
    if value in (None, ""):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise Rejected(f"{key} {value!r} is not a date", where=where, allowed="YYYY-MM-DD") from error
