"""The one shape of every error answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field


class Problem(BaseModel):
    """Every error answer has this shape."""

    error: str = Field(description="The kind of error, such as `rejected`.")
    what: str = Field(description="What is wrong, in one sentence.")
    where: str = Field(default="", description="The field or thing it is about.")
    allowed: str = Field(default="", description="What would be right.")


def problem_answer(status: int, error: str, what: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An error answer, stored by nobody."""
    return problem_json(status, Problem(error=error, what=what), headers or {})


def problem_json(status: int, problem: Problem, headers: Mapping[str, str]) -> JSONResponse:
    """A Problem as an answer, stored by nobody."""
    return JSONResponse(problem.model_dump(), status, {"Cache-Control": "no-store", **headers})


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error answers of an operation, for the API description."""
    return {status: {"model": Problem} for status in statuses}
