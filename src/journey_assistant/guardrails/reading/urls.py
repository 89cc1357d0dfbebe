"""Links and addresses in a text, parsed by their parts and never by substring."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, unquote, urlsplit

_LINK = re.compile(
    r"(?P<shown>!?\[[^\[\]\n]{0,200}\])?\(?(?P<url>(?:[a-z][a-z0-9+.-]{1,15}:)?//[^\s<>\"')\]]{1,2000})", re.IGNORECASE
)
_BARE = re.compile(
    r"(?<![\w@./:-])(?:www\.)?(?:[\w-]{1,63}\.){1,4}(?:example|com|org|net|io|co|de|fr|es|it|pt|nl|uk|eu|ly|"
    r"app|dev|me|info|biz|test)"
    r"(?![\w@.-]\w)(?:/[^\s<>\"')\]]{0,500})?",
    re.IGNORECASE,
)
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_TRAILING = ".,;:!?'\"…"


@dataclass(frozen=True, slots=True)
class Link:
    """One link: as written, where it stands, its visible text (Markdown) and its parts. ``parts`` None = unreadable."""

    url: str
    start: int
    end: int
    shown: str
    parts: SplitResult | None
    bare: bool = False

    @property
    def host(self) -> str:
        """The host without case, empty when there is none."""
        try:
            return (self.parts.hostname or "").rstrip(".") if self.parts else ""
        except ValueError:
            return ""

    @property
    def path(self) -> str:
        """The path without a trailing slash."""
        return self.parts.path.rstrip("/") if self.parts else ""

    @property
    def target(self) -> str:
        """Host and path: what a link must agree on with its evidence (queries carry campaign marks)."""
        return f"{self.host}{unquote(self.path)}".casefold()


@lru_cache(maxsize=512)
def links(text: str) -> tuple[Link, ...]:
    """Every link with a scheme, and bare hosts such as ``bit.ly/x``, in the order they stand."""
    found: list[Link] = []
    if "//" in text:
        found.extend(_link(m) for m in _LINK.finditer(text))
    if "." in text:
        taken = [(link.start, link.end) for link in found]
        taken += [m.span() for m in EMAIL.finditer(text)]
        found.extend(
            Link(m.group(), m.start(), m.end(), "", _split("https://" + m.group()), bare=True)
            for m in _BARE.finditer(text)
            if not any(start <= m.start() < end for start, end in taken)
        )
    return tuple(sorted(found, key=lambda link: link.start))


def _link(match: re.Match[str]) -> Link:
    url = match.group("url").rstrip(_TRAILING)
    start = match.start("url")
    shown = (match.group("shown") or "").lstrip("!")[1:-1]
    return Link(url, start, start + len(url), shown, _split(url))


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


@lru_cache(maxsize=512)
def without_links(text: str) -> str:
    """The text with links and e-mail addresses blanked out, every other character in its place."""
    blanked = list(text)
    spans = [(link.start, link.end) for link in links(text)]
    spans += [m.span() for m in EMAIL.finditer(text)] if "@" in text else []
    for start, end in spans:
        blanked[start:end] = " " * (end - start)
    return "".join(blanked)
