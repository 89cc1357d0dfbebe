import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from architecture.repository import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CORE = (ROOT / "requirements" / "core.lock").read_text(encoding="utf-8")
DEV = (ROOT / "requirements" / "dev.lock").read_text(encoding="utf-8")
BROWSER = (ROOT / "requirements" / "browser.lock").read_text(encoding="utf-8")
LOCKS = pytest.mark.parametrize("lock", [CORE, DEV, BROWSER], ids=["core", "dev", "browser"])
HEAVY = re.compile(r"^(torch|nvidia-.*|triton|cuda-.*)$")


def pins(lock: str) -> dict[str, set[str]]:
    """Versions pinned for each library; more than one where they differ by platform."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock, flags=re.MULTILINE):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


@LOCKS
def test_that_every_requirement_is_pinned_with_hashes(lock: str) -> None:
    blocks = re.split(r"\n(?=[^\s#-])", lock.strip())
    loose = [
        block.splitlines()[0]
        for block in blocks
        if not re.match(r"[A-Za-z0-9._-]+==", block) or "--hash=sha256:" not in block
    ]
    assert blocks
    assert not loose


@LOCKS
def test_that_a_lock_has_nothing_but_requirements_hashes_and_comments(lock: str) -> None:
    other = [line for line in lock.splitlines() if not re.match(r"[a-z0-9]|    --hash=sha256:|    #", line)]
    assert not other


@pytest.mark.parametrize(
    ("lock", "requirement"),
    [(CORE, requirement) for requirement in PROJECT["project"]["dependencies"]]
    + [(CORE, requirement) for requirement in PROJECT["build-system"]["requires"]]
    + [
        (DEV, requirement)
        for extra in ("dev", "postgres")
        for requirement in PROJECT["project"]["optional-dependencies"][extra]
        if not requirement.startswith(PROJECT["project"]["name"])
    ],
)
def test_that_the_lock_satisfies_the_project(lock: str, requirement: str) -> None:
    wanted = Requirement(requirement)
    versions = pins(lock).get(canonicalize_name(wanted.name), set())
    assert versions
    assert all(version in wanted.specifier for version in versions)


def test_that_development_stands_on_the_very_same_core() -> None:
    dev, core = pins(DEV), pins(CORE)
    assert len(core) > 50
    assert {name: dev.get(name) for name in core} == core


def test_that_the_browser_tests_stand_on_the_very_same_libraries() -> None:
    dev, browser = pins(DEV), pins(BROWSER)
    assert "playwright" in browser
    assert {name: versions for name, versions in browser.items() if name in dev} == {
        name: dev[name] for name in browser if name in dev
    }


@LOCKS
def test_that_no_lock_has_torch(lock: str) -> None:
    assert not [name for name in pins(lock) if HEAVY.match(name)]
