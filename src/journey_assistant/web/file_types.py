"""What a file is, by what stands in it; its name and what its sender says of it count for nothing."""

from __future__ import annotations

ALLOWED = {"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain"}
LONGEST_NAME = 120
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
_TEXT_CONTROLS = set("\t\n\r\f")
_ACTIVE = ("<!doctype", "<html", "<script", "<svg", "<?xml", "<?php", "#!")


def type_of(content: bytes) -> str | None:
    """One of the allowed types, or None for everything else."""
    for beginning, type_ in _BEGINNINGS:
        if content.startswith(beginning):
            return type_
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return "text/plain" if _is_plain(content) else None


def _is_plain(content: bytes) -> bool:
    """Readable text that is no page, picture or program."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    if not text.strip() or any(ord(char) < 0x20 and char not in _TEXT_CONTROLS for char in text):
        return False
    return not text.lstrip("\ufeff \t\r\n").casefold().startswith(_ACTIVE)


def shown_name(given: str | None) -> str:
    """A file's name to show: no folders, nothing that acts or hides, and not too long."""
    last = (given or "").replace("\\", "/").rpartition("/")[2]
    kept = "".join(char for char in last if char.isprintable()).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if dot and len(kept) > LONGEST_NAME:
        kept = f"{stem[: LONGEST_NAME - len(ending[:12]) - 1]}.{ending[:12]}"
    return kept[:LONGEST_NAME] or "file"
