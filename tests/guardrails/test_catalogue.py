"""The catalogue in the package's docstring, the files, the functions and the policy tell the same 38 names."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import journey_assistant.guardrails as package
from journey_assistant.guardrails.check import CATALOGUE
from journey_assistant.guardrails.policy import ON_FAIL

BESIDE = {"check", "context", "cost", "policy", "repair", "__init__"}
LISTED = re.findall(r"(?m)^([a-z_]+): \S", package.__doc__ or "")


def test_that_the_docstring_lists_every_file_once() -> None:
    files = {path.stem for path in Path(package.__file__ or "").parent.glob("*.py")} - BESIDE
    assert sorted(LISTED) == sorted(files)
    assert len(LISTED) == 38


def test_that_every_guardrail_is_the_function_of_its_file_and_runs() -> None:
    for name in LISTED:
        assert import_module(f"journey_assistant.guardrails.{name}").__dict__[name] is CATALOGUE[name]


def test_that_the_policy_says_what_happens_on_every_failure() -> None:
    assert set(ON_FAIL) == set(LISTED)
