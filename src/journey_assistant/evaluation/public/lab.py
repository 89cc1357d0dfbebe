"""The lab: a folder of data sets, which rows of them are taken, and what they are measured with."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from journey_assistant.bootstrap import build_clock, build_encoder, build_knowledge, encode_articles
from journey_assistant.errors import Rejected
from journey_assistant.knowledge.retrieve import KnowledgeRetriever
from journey_assistant.settings import Settings

if TYPE_CHECKING:
    from journey_assistant.domain.knowledge import Article
    from journey_assistant.ports import Encoder

Row = Mapping[str, Any]
Item = TypeVar("Item")
Watch = Callable[[Iterable[Any], int, str], Iterable[Any]]
"""Passes items on, and shows how far they are: items, how many, what is done."""
DEFAULT_MOST = 400
DEFAULT_SEED = 2026


def unwatched(items: Iterable[Any], _total: int, _what: str) -> Iterable[Any]:
    """Nobody looks on."""
    return items


@dataclass(frozen=True, slots=True)
class Sample:
    """Which rows of a large set are taken: ``most`` of them, drawn by ``seed``; None takes all."""

    most: int | None = DEFAULT_MOST
    seed: int = DEFAULT_SEED

    def of(self, rows: Sequence[Item]) -> list[Item]:
        """The rows drawn, in their own order; the same again for the same rows."""
        if self.most is None or self.most >= len(rows):
            return list(rows)
        places = random.Random(f"{self.seed}:{len(rows)}").sample(range(len(rows)), self.most)
        return [rows[place] for place in sorted(places)]


@dataclass(frozen=True)
class Lab:
    """Everything that a yardstick needs. Vectors are kept apart from those of the installation's own articles."""

    folder: Path
    settings: Settings
    sample: Sample = Sample()
    watch: Watch = unwatched

    def has(self, name: str) -> bool:
        """Is this file there, packed or not?"""
        return self._file(name) is not None

    def file(self, name: str) -> Path:
        """A file of the folder. Raises Rejected when it is not there."""
        found = self._file(name)
        if found is None:
            raise Rejected("is not there", where=str(self.folder / name), allowed="the file, or its .gz")
        return found

    def _file(self, name: str) -> Path | None:
        return next((file for end in ("", ".gz") if (file := self.folder / f"{name}{end}").is_file()), None)

    def rows(self, name: str) -> list[dict[str, Any]]:
        """All rows of a JSONL file. Raises Rejected naming file and line."""
        file = self.file(name)
        rows = []
        with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    row = json.loads(line)
                except ValueError as error:
                    raise Rejected(f"is no JSON: {error}", where=f"{file}:{number}") from error
                if not isinstance(row, dict):
                    raise Rejected("is no object", where=f"{file}:{number}", allowed="one JSON object a line")
                rows.append(row)
        return rows

    def drawn(self, name: str) -> list[dict[str, Any]]:
        """The sampled rows of a file."""
        return self.sample.of(self.rows(name))

    def each(self, items: Sequence[Item], what: str) -> Iterator[Item]:
        """The items one by one, with somebody looking on."""
        yield from self.watch(items, len(items), what)

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder of the settings."""
        return build_encoder(self.settings.encoder_threads)

    def retriever(self, articles: Sequence[Article], what: str) -> KnowledgeRetriever:
        """The search over articles. Their vectors are kept piece by piece: a broken run goes on where it stopped."""
        apart = self.settings.model_copy(update={"home": self.settings.home / "public"})
        pieces, encoding = encode_articles(apart, articles, self.encoder)
        for _ in self.watch(encoding, pieces, f"{what}: encoding"):
            pass
        knowledge = build_knowledge(apart, articles, self.encoder, None)
        return KnowledgeRetriever(knowledge=knowledge, clock=build_clock())

    def fingerprint(self, names: Sequence[str]) -> str:
        """What figures over these files depend on: their content, the sample, the encoder."""
        files = [hashlib.sha256(self.file(name).read_bytes()).hexdigest() for name in names]
        return json.dumps([files, self.sample.most, self.sample.seed, self.encoder.id])
