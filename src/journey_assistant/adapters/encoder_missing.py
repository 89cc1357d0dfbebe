"""The encoder when there is none: its file is missing or damaged, and everybody who asks is told so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from journey_assistant.errors import PortError
from journey_assistant.ports import EncodedText, Vector


class MissingEncoder:
    """Reads nothing. What depends on it works by words alone, and no text is answered without a person."""

    id = "none"

    def __init__(self, why: PortError) -> None:
        self._why = why

    @property
    def dimension(self) -> int:
        """Raises PortError: there are no vectors."""
        self._refuse()

    def read(self, text: str) -> EncodedText:
        """Raises PortError."""
        self._refuse()

    def encode(self, texts: Sequence[str]) -> Vector:
        """Raises PortError."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise PortError(str(self._why).removeprefix("encoder: "), port="encoder", retryable=False) from self._why
