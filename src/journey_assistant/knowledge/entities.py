"""Which of the things that articles are about (rooms, products, branches) a text names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from journey_assistant.domain.conversation import Turn
from journey_assistant.knowledge.words import words

# Words that a name may have and a customer leaves out: "the Ashley" for the Ashley Hotel.
_KIND_WORDS = """
the a an and of at in hotel restaurant guest house guesthouse lodge inn bar cafe shop store museum plan edition model
series ltd inc company branch
"""
_KINDS = frozenset(_KIND_WORDS.split())


class EntityIndex:
    """The entities of a knowledge base by their names, whole or without the words that only say the kind."""

    def __init__(self, entities: Iterable[str | None]) -> None:
        self._names: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for entity in sorted({entity for entity in entities if entity}):
            full = tuple(words(entity))
            short = tuple(word for word in full if word not in _KINDS)
            for name in {full, short}:
                if name and (len(name) > 1 or len(name[0]) > 2):
                    self._names.setdefault(name[0], []).append((name, entity))

    def __bool__(self) -> bool:
        return bool(self._names)

    def named_in(self, text: str) -> frozenset[str]:
        """The entities whose name stands in a text; where names overlap, the longest."""
        if not self._names:
            return frozenset()
        tokens = words(text)
        found: set[str] = set()
        start = 0
        while start < len(tokens):
            fits = [
                (len(name), entity)
                for name, entity in self._names.get(tokens[start], ())
                if tuple(tokens[start : start + len(name)]) == name
            ]
            longest = max((length for length, _ in fits), default=1)
            found.update(entity for length, entity in fits if length == longest)
            start += longest
        return frozenset(found)

    def meant(self, given: Sequence[str], text: str, turns: Sequence[Turn] = ()) -> frozenset[str]:
        """The entities a question is about: given ones, else those in its own words, else the newest turn's."""
        known = frozenset().union(*(self.named_in(name) for name in given))
        for said in (text, *(turn.text for turn in reversed(turns))):
            if known:
                break
            known = self.named_in(said)
        return known
