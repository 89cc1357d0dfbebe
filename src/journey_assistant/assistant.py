"""The library's front door: ``async with Assistant.open() as assistant: run = await assistant.decide(case)``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from journey_assistant.settings import Settings, load_settings

if TYPE_CHECKING:
    from journey_assistant.agent.timing import Progress
    from journey_assistant.domain.journey_run import JourneyRun
    from journey_assistant.services.decide import Decider
    from journey_assistant.services.read_case import Case


class Assistant:
    """Decides moments. Built by ``open``; everything heavy is loaded then."""

    def __init__(self, decider: Decider) -> None:
        self._decider = decider

    @classmethod
    def open(
        cls,
        *,
        settings: Settings | None = None,
        knowledge: Path | str | None = None,
        playbook: Path | str | None = None,
        company: Path | str | None = None,
        in_memory: bool = False,
    ) -> Self:
        """An assistant over a help centre, a playbook folder and a company's own files (defaults: the settings').

        ``in_memory`` keeps the dense index out of the home folder, so that many may run side by side.
        Raises ConfigurationError for a wrong setting, playbook or prompt, Rejected for an unreadable article.
        """
        from journey_assistant.bootstrap import build_decider

        decider = build_decider(
            settings or load_settings(),
            knowledge=_folder(knowledge),
            playbook=_folder(playbook),
            company=_folder(company),
            in_memory=in_memory,
        )
        return cls(decider)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is held open between decisions."""

    async def decide(self, case: Case | Mapping[str, Any], *, progress: Progress | None = None) -> JourneyRun:
        """One moment, one decision; a dry run: nothing is stored or sent. Raises Rejected for a malformed case."""
        from journey_assistant.services.read_case import Case, read_case

        given = case if isinstance(case, Case) else read_case(dict(case))
        return await self._decider.decide(given, progress=progress)

    async def decide_line(self, case: Case | Mapping[str, Any]) -> dict[str, Any]:
        """The same as one JSON object: a line of RUNS.jsonl."""
        from journey_assistant.services.record import run_line

        return run_line(await self.decide(case))


def _folder(given: Path | str | None) -> Path | None:
    return Path(given) if given is not None else None
