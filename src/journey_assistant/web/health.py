"""/health: the process lives. /ready: it can do its work, and which parts are degraded."""

from __future__ import annotations

import asyncio
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from journey_assistant.errors import PortError
from journey_assistant.services.degraded import lost_parts
from journey_assistant.web.deps import Running

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """``degraded`` lists the parts that are down; what still works without them is decided without them."""

    status: Literal["ready", "degraded", "down"]
    degraded: list[str] = Field(default_factory=list)


@router.get("/health", summary="Is the process alive?")
async def health() -> Health:
    """Answers as long as the process does; asks nothing else."""
    return Health()


@router.get("/ready", summary="Can it work?", responses={503: {"model": Readiness}})
async def ready(service: Running, response: Response) -> Readiness:
    """503 when nothing can be stored; `degraded` when decisions are made with less than everything."""
    response.headers["Cache-Control"] = "no-store"
    degraded = [f"{lost.part}: {lost.why}" for lost in await asyncio.to_thread(lost_parts, service.decider.parts)]
    try:
        await service.store.ping()
    except PortError:
        response.status_code = 503
        return Readiness(status="down", degraded=["store", *degraded])
    return Readiness(status="degraded" if degraded else "ready", degraded=degraded)
