"""Who is examined: our agent, any Python callable, or anything that speaks ``/v1/decide``.

A target sees a case without its label, and answers with a JourneyRun as JSON. Whatever goes wrong in a target that is
not ours is a run with an ``error``, never an exception: one broken answer must not end a long run.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from journey_assistant.errors import Rejected

Run = dict[str, Any]
OURS = "ours"
LABEL = ("expect", "tags", "why")
ALLOWED = f"{OURS}, python:module:callable, http(s)://host/v1/decide, or a baseline"


class Target(Protocol):
    """Whoever can decide a moment."""

    @property
    def name(self) -> str:
        """How reports call it."""
        ...

    async def decide(self, case: Mapping[str, Any]) -> Run:
        """The run of one case."""
        ...


def unlabelled(case: Mapping[str, Any]) -> dict[str, Any]:
    """The case as a target may see it."""
    return {key: value for key, value in case.items() if key not in LABEL}


def broken(case: Mapping[str, Any], error: object) -> Run:
    """The run of a target that failed."""
    return {"case_id": case["id"], "error": f"{type(error).__name__}: {error}"[:500]}


@dataclass(frozen=True)
class PythonTarget:
    """``python:module:callable``: a function from a case to a run, plain or async."""

    name: str
    call: Callable[[dict[str, Any]], Any]

    @classmethod
    def named(cls, spec: str) -> PythonTarget:
        """Imports the callable. Raises Rejected when there is none."""
        module, _, attribute = spec.removeprefix("python:").partition(":")
        try:
            call = getattr(importlib.import_module(module), attribute)
        except (ImportError, AttributeError, ValueError) as error:
            raise Rejected(f"cannot be imported: {error}", where=spec, allowed="python:module:callable") from error
        if not callable(call):
            raise Rejected("is not callable", where=spec, allowed="python:module:callable")
        return cls(spec, call)

    async def decide(self, case: Mapping[str, Any]) -> Run:
        """What the callable answers."""
        try:
            answer = self.call(unlabelled(case))
            answer = await answer if inspect.isawaitable(answer) else answer
            return {"case_id": case["id"], **answer}
        except Exception as error:  # noqa: BLE001 - somebody else's code may raise anything; that is its result
            return broken(case, error)


@dataclass(frozen=True)
class HttpTarget:
    """Posts the case to an address and reads the run from the answer."""

    name: str
    timeout_s: float = 60.0

    async def decide(self, case: Mapping[str, Any]) -> Run:
        """What the server answers; any status but 2xx is an error."""
        import httpx2

        try:
            async with httpx2.AsyncClient(timeout=self.timeout_s) as client:
                answer = await client.post(self.name, json=unlabelled(case))
            answer.raise_for_status()
            found = answer.json()
            return {"case_id": case["id"], **found}
        except (httpx2.HTTPError, ValueError, TypeError) as error:
            return broken(case, error)


def foreign_target(spec: str) -> Target:
    """The target that a name stands for, if it is not ours. Raises Rejected for a name that is none."""
    if spec.startswith("python:"):
        return PythonTarget.named(spec)
    if spec.startswith(("http://", "https://")):
        return HttpTarget(spec)
    raise Rejected(f"there is no target {spec!r}", where="--target", allowed=ALLOWED)
