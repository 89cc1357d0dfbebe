"""Help centres of invented companies with questions the way customers ask: what answerability is trained on.

A file of `help_centres/` is one company: `# title` begins an article, `## heading` a section, `? question` is answered
by the section above it, `! question` by nothing there. Written for this project (Apache-2.0, like the code).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from journey_assistant.domain.knowledge import Article, ArticleId

FOLDER = Path(__file__).parent / "help_centres"
ENOUGH_ARTICLES = 8
"""With fewer, each section is an article of its own: else there is little to confuse."""


@dataclass(frozen=True)
class HelpCentre:
    """One company: its articles, questions with the id of the article that answers, and questions nothing answers."""

    name: str
    articles: tuple[Article, ...]
    asked: tuple[tuple[str, str], ...]
    absent: tuple[str, ...]
    in_sections: bool


def help_centres() -> list[HelpCentre]:
    """All companies of the folder, by name."""
    return [_read(path) for path in sorted(FOLDER.glob("*.txt"))]


def _read(path: Path) -> HelpCentre:
    lines = path.read_text(encoding="utf-8").splitlines()
    in_sections = sum(line.startswith("# ") for line in lines) < ENOUGH_ARTICLES
    begins = "##" if in_sections else "#"
    title, texts = "", list[tuple[str, list[str]]]()
    asked, absent = list[tuple[str, str]](), list[str]()
    for line in lines:
        mark, _, rest = line.partition(" ")
        title = rest if mark == "#" else title
        if mark == begins:
            texts.append((title, []))
        match mark:
            case "?":
                asked.append((rest, _id(path, len(texts) - 1)))
            case "!":
                absent.append(rest)
            case "#":
                pass
            case _ if line.strip():
                texts[-1][1].append(line)
    articles = tuple(
        Article(ArticleId(_id(path, number)), title, "\n".join(body)) for number, (title, body) in enumerate(texts)
    )
    return HelpCentre(path.stem, articles, tuple(asked), tuple(absent), in_sections)


def _id(path: Path, number: int) -> str:
    return f"{path.stem}-{number}"
