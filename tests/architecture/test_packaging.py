import json
import re
import tomllib

import pytest

from architecture.repository import ROOT
from journey_assistant.resources import RESOURCE_NAMES

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
STEPS = [line.split(maxsplit=1) for line in DOCKERFILE.splitlines() if line and not line.startswith("#")]
COPIED = [source for word, rest in STEPS if word == "COPY" for source in rest.split()[:-1]]
LET_IN = {
    line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")
}


def test_that_the_wheel_carries_every_folder_the_resolver_knows() -> None:
    carried = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert carried == {name: f"journey_assistant/_data/{name}" for name in RESOURCE_NAMES}


def test_that_the_image_has_a_python_that_the_project_allows() -> None:
    version = re.fullmatch(r"python:3\.(\d+)-slim", dict(STEPS)["FROM"])
    least = re.fullmatch(r">=3\.(\d+)", PROJECT["project"]["requires-python"])
    assert version
    assert least
    assert int(version[1]) >= int(least[1])


@pytest.mark.parametrize("source", COPIED)
def test_that_the_image_copies_what_exists_and_docker_lets_in(source: str) -> None:
    assert (ROOT / source).exists()
    assert source.split("/")[0] in LET_IN


def test_that_the_image_has_all_that_the_wheel_is_built_from() -> None:
    assert {*RESOURCE_NAMES, "src", "pyproject.toml", PROJECT["project"]["readme"]} <= set(COPIED)
    assert set(PROJECT["project"]["license-files"]) <= set(COPIED)


def test_that_the_image_installs_from_the_lock_of_make_demo_and_nothing_else() -> None:
    installs = [rest for word, rest in STEPS if word == "RUN" and "pip install" in rest]
    assert len(installs) == 2
    assert "--require-hashes -r requirements/core.lock" in installs[0]
    assert "--no-deps --no-build-isolation" in installs[1]
    assert "--require-hashes -r requirements/core.lock" in MAKEFILE


def test_that_the_image_serves_as_an_ordinary_user() -> None:
    command = json.loads(dict(STEPS)["CMD"])
    assert command[:2] == ["journey", "serve"]
    assert dict(STEPS)["USER"] not in {"root", "0"}
    assert [word for word, _ in STEPS].index("USER") < [word for word, _ in STEPS].index("CMD")
