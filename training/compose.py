"""Training lines joined from parts: one mishap told with scorn, with fury, coldly and in a calm question.

Only training uses them; figures come from lines written whole.
"""

from __future__ import annotations

import random
from pathlib import Path

import yaml
from data import Row

PARTS = Path(__file__).parent / "parts.yaml"


class Composer:
    """Draws labelled lines from the parts; the same seed gives the same lines."""

    def __init__(self, questions: list[str], chance: random.Random) -> None:
        self._parts: dict[str, list[str]] = yaml.safe_load(PARTS.read_text(encoding="utf-8"))
        self._questions = questions
        self._chance = chance
        self._recipes = (
            (self._scorn, "negative", 5),
            (self._cold, "negative", 3),
            (self._fury, "negative", 5),
            (self._staccato, "negative", 1),
            (self._calm, "neutral", 6),
            (self._bad_life, "neutral", 3),
            (self._competitor, "neutral", 2),
            (self._quoted, "neutral", 2),
            (self._plain, "neutral", 2),
            (self._answer, "neutral", 1),
            (self._relief, "positive", 1),
            (self._praise, "positive", 4),
            (self._slang, "positive", 2),
        )

    def draw(self, count: int) -> list[Row]:
        """`count` composed lines."""
        weights = [weight for _, _, weight in self._recipes]
        rows = []
        for recipe, label, _ in self._chance.choices(self._recipes, weights, k=count):
            text = " ".join(recipe().split())
            text = text[0].upper() + text[1:] if self._chance.random() < 0.7 else text
            rows.append(Row(text, label, int(label == "negative"), "en", "composed", "composed"))
        return rows

    def _one(self, part: str) -> str:
        return self._chance.choice(self._parts[part])

    def _maybe(self, part: str, share: float) -> str:
        return self._one(part) if self._chance.random() < share else ""

    def _question(self) -> str:
        text = self._chance.choice(self._questions)
        return text if text.endswith(("?", ".")) else text + self._chance.choice(("?", "", "?"))

    def _mishap(self, again: float) -> str:
        return f"{self._one('mishaps')} {self._maybe('again', again)}".strip()

    def _scorn(self) -> str:
        opener = self._maybe("scorn_openers", 0.85)
        closer = self._one("scorn_closers") if not opener else self._maybe("scorn_closers", 0.5)
        return f"{opener} {self._mishap(0.4)}{self._chance.choice('.!,.')} {closer}"

    def _cold(self) -> str:
        if self._chance.random() < 0.6:
            return f"{self._one('cold_questions')} {self._mishap(0.2)}. {self._maybe('cold_closers', 0.6)}"
        return f"{self._mishap(0.3)}. {self._one('cold_closers')}"

    def _fury(self) -> str:
        pieces = [self._mishap(0.5) + self._chance.choice((".", "!", "!!", "...")), self._one("anger")]
        if self._chance.random() < 0.3:
            pieces.append(self._one("anger"))
        if self._chance.random() < 0.25:
            pieces.reverse()
        if self._chance.random() < 0.2:
            pieces.append(self._question())
        return " ".join(pieces)

    def _staccato(self) -> str:
        return f"{self._one('staccato')} {self._maybe('anger', 0.7)}"

    def _calm(self) -> str:
        return self._one("calm_frames").format(mishap=self._one("mishaps"))

    def _bad_life(self) -> str:
        return f"{self._one('bad_life')} {self._question()}"

    def _competitor(self) -> str:
        return f"{self._one('competitor')} {self._question()}"

    def _quoted(self) -> str:
        quote = self._chance.choice(('"{}"', "'{}'", '"{}."', "“{}”")).format(self._one("insults"))
        return f"{self._one('speakers')} {quote}. {self._one('speaker_twists')} {self._question()}"

    def _plain(self) -> str:
        return f"{self._one('greetings')} {self._question()}"

    def _answer(self) -> str:
        return self._one("answers") + self._chance.choice((".", "", ""))

    def _relief(self) -> str:
        return f"{self._one('competitor')} {self._one('relief')} {self._or_question('', 0.4)}"

    def _praise(self) -> str:
        return f"{self._one('praise_openers')} {self._one('good_events')}. {self._maybe('praise_closers', 0.5)}"

    def _slang(self) -> str:
        mark = self._chance.choice(("!", ".", ",", ""))
        return f"{self._one('slang_praise')}{mark} {self._or_question(self._one('good_events'), 0.4)}"

    def _or_question(self, otherwise: str, share: float) -> str:
        return self._question() if self._chance.random() < share else otherwise
